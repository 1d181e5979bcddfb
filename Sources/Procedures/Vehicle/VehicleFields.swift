import Contract
import Domain

extension Vehicle {
    /// Why somebody brings a vehicle, or keeps it here.
    enum Situation: String, CaseIterable {
        case resident
        case student
        case companyCar = "company-car"
    }

    enum CompanyCarUse: String, CaseIterable { case administrator, manager, employee }

    enum Plate: String, CaseIterable { case standard, personalised, transferred }

    enum Submitter: String, CaseIterable {
        case owner
        case thirdParty = "third-party"
    }
}

/// What a request for a vehicle's registration states. All of it goes with the request: a vehicle
/// is known by its number, and so is whose it is.
enum Imported {
    static let situation = FieldDefinition(
        "situation",
        "why the vehicle is here",
        .choice(of: Vehicle.Situation.self)
    )
    static let companyCarUse = FieldDefinition(
        "companyCarUse",
        "as what the applicant uses a company's vehicle",
        .choice(of: Vehicle.CompanyCarUse.self)
    ).optional
    static let companyCountry = FieldDefinition(
        "companyCountry",
        "where the company has its registered office",
        .country
    ).optional
    static let registeredThere = FieldDefinition(
        "registeredThere",
        "whether the vehicle is registered there",
        .boolean
    ).optional
    static let usedInPerson = FieldDefinition(
        "usedInPerson",
        "whether the applicant uses it in person",
        .boolean
    ).optional
    static let arrivalDeclaredOn = FieldDefinition(
        "arrivalDeclaredOn",
        "the day on which the arrival was declared",
        .day
    ).optional
    static let commune = FieldDefinition(
        "commune",
        "the commune of residence",
        .line(1...100)
    ).optional

    static let vin = FieldDefinition(
        "vehicle.vin",
        "the chassis number",
        .chassisNumber
    )
    static let make = FieldDefinition("vehicle.make", "who made the vehicle", .line(1...100))
    static let firstRegisteredOn = FieldDefinition(
        "vehicle.firstRegisteredOn",
        "the day on which it was registered first",
        .day
    ).omittable
    static let originCountry = FieldDefinition(
        "vehicle.originCountry",
        "where it comes from",
        .country
    )
    static let originEEA = FieldDefinition(
        "vehicle.originEEA",
        "whether that is in the European Economic Area",
        .boolean
    )
    static let new = FieldDefinition("vehicle.new", "whether it is new", .boolean)
    static let modified = FieldDefinition(
        "vehicle.modified",
        "whether it was modified",
        .boolean
    ).omittable
    static let vehicleKilometres = FieldDefinition(
        "vehicle.kilometres",
        "how many kilometres it was driven",
        .integer(kilometresRange)
    )
    static let registrationParts = FieldDefinition(
        "vehicle.registrationParts",
        "how many parts the foreign registration document has",
        .integer(1...4)
    ).omittable

    static let holderIsOwner = FieldDefinition(
        "holderIsOwner",
        "whether the registration document names its holder as the owner",
        .boolean
    )
    static let plateKind = FieldDefinition(
        "plate.kind",
        "which number is wanted",
        .choice(of: Vehicle.Plate.self)
    )
    static let plateWish = FieldDefinition(
        "plate.wish",
        "the personalised number that is wanted",
        .line(1...10)
    ).omittable
    static let plateNumber = FieldDefinition(
        "plate.number",
        "the personalised number that is transferred",
        .plate
    ).omittable
    static let boughtAtSNCA = FieldDefinition(
        "boughtAtSNCA",
        "whether the tax stamp is bought at the SNCA",
        .boolean
    ).optional
    static let subjectToInspection = FieldDefinition(
        "subjectToInspection",
        "whether the vehicle is subject to periodic inspections",
        .boolean
    ).optional
    static let submittedBy = FieldDefinition(
        "submittedBy",
        "who hands in the file",
        .choice(of: Vehicle.Submitter.self)
    )
    static let ownerFamilyName =
        FieldDefinition("owner.familyName", "the owner's family name").optional
    static let ownerGivenName =
        FieldDefinition("owner.givenName", "the owner's given name").optional
    static let reliefRequest = FieldDefinition(
        "reliefRequestId",
        "the request by which relief was granted for the vehicle",
        .init("a UUID") { RequestIdentifier($0) }
    ).optional

    /// In a request that is stored: whether the number is transferred and stated, so that nobody
    /// has to confirm one.
    static let plateNamed = FieldDefinition("plate.named", "whether that number is known", .boolean)

    static let kilometresRange = 0...9_999_999
    /// In an answer: how many kilometres it was driven meanwhile.
    static let kilometres = FieldDefinition(
        "kilometres",
        "how many kilometres the vehicle was driven",
        .integer(kilometresRange)
    ).optional

    /// In the order of the message.
    static let all = [
        situation, companyCarUse, companyCountry, registeredThere, usedInPerson,
        arrivalDeclaredOn, commune, vin, make, firstRegisteredOn, originCountry, originEEA, new,
        modified, vehicleKilometres, registrationParts, holderIsOwner, plateKind, plateWish,
        plateNumber, boughtAtSNCA, subjectToInspection, submittedBy, ownerFamilyName,
        ownerGivenName, reliefRequest,
    ]

    /// What holds where the message says nothing.
    static let defaults: [(field: FieldDefinition, value: String)] = [
        (modified, "false"), (registrationParts, "1"), (boughtAtSNCA, "false"),
        (subjectToInspection, "true"),
    ]
}

/// What the authorities state when they say yes.
enum Cleared {
    /// In the letters that a movement's own reference has.
    static let customsReference = FieldDefinition(
        "customsReference",
        "the reference of the customs document",
        .ownReference
    )
    static let plateNumber = FieldDefinition(
        RequestFields.plateNumber,
        "the registration number that is granted",
        .plate
    )
}

extension FieldDefinition.Form {
    static let plate = Self(
        "two letters and 2 to 4 digits, or 4 or 5 digits, such as AB1234"
    ) { isPlate($0) ? $0 : nil }

    private static func isPlate(_ text: String) -> Bool {
        let letters = text.utf8.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        let digits = text.utf8.dropFirst(letters.count)
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return false
        }
        return letters.count == 2 && (2...4).contains(digits.count)
            || letters.isEmpty && (4...5).contains(digits.count)
    }

    static let chassisNumber = Self("a chassis number, 3 to 17 capital letters and digits") {
        VIN.isWritten($0) ? $0 : nil
    }
}

/// A vehicle's chassis number.
enum VIN {
    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Older vehicles have shorter ones.
    static func isWritten(_ text: String) -> Bool {
        (3...17).contains(text.utf8.count) && text.utf8.allSatisfy(isLetterOrDigit)
    }

    /// As ISO 3779 has it: 17 of them, and none of the letters that look like digits.
    static func isUsual(_ text: String) -> Bool {
        text.utf8.count == 17
            && !text.utf8.contains {
                [UInt8(ascii: "I"), UInt8(ascii: "O"), UInt8(ascii: "Q")].contains($0)
            }
    }
}
