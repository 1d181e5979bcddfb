import Contract
import Domain

extension Relief {
    enum Origin: String, CaseIterable {
        case union = "eu"
        case outside = "outside-eu"
    }

    /// Where the applicant lived.
    enum Residence: String, CaseIterable {
        case neverHere = "never-here"
        case returning
        case unregistered
    }

    enum Nationality: String, CaseIterable { case luxembourg, other }

    /// What relief never covers (Regulation (EC) No 1186/2009, article 5).
    enum Excluded: String, CaseIterable {
        case alcohol
        case tobacco
        case commercialVehicles = "commercial-vehicles"
        case toolsOfTrade = "tools-of-trade"
    }

    enum Species: String, CaseIterable {
        case dog, cat, ferret, bird, other

        /// Those of which the law speaks (Regulation (EU) 2016/429, annex I, part A).
        var isCarnivore: Bool { self == .dog || self == .cat || self == .ferret }
    }

    enum Identification: String, CaseIterable { case transponder, tattoo, none }

    /// How something is passed on.
    enum Manner: String, CaseIterable { case lend, pledge, hire, transfer }
}

/// What requests for relief state. All of it goes with the request.
enum Relieved {
    static let arrivingFrom = FieldDefinition(
        "arrivingFrom",
        "from where the applicant comes",
        .choice(of: Relief.Origin.self)
    )
    static let establishedOn = FieldDefinition(
        "establishedOn",
        "the day on which residence is taken up in Luxembourg",
        .day
    ).optional
    static let enteredOn = FieldDefinition(
        "enteredOn",
        "the day on which the goods or animals enter",
        .day
    ).optional

    // MARK: Household goods

    static let declaredValue = FieldDefinition(
        "declaredValue",
        "what the used goods are worth in euros",
        .euros(atMostCents: greatestCents)
    )
    static let newValue = FieldDefinition(
        "newValue",
        "what the new goods are worth in euros",
        .euros(atMostCents: greatestCents)
    ).optional
    static let monthsAbroad = FieldDefinition(
        "monthsAbroad",
        "for how many months on end the applicant has lived outside the Union",
        .integer(monthsRange)
    )
    static let monthsOwned = FieldDefinition(
        "monthsOwned",
        "for how many months the applicant has owned and used it",
        .integer(monthsRange)
    )
    static let ownedAndUsedAbroad = FieldDefinition(
        "ownedAndUsedAbroad",
        "whether the goods were owned and used abroad",
        .boolean
    )
    static let acquiredForImport = FieldDefinition(
        "acquiredForImport",
        "whether they were acquired in order to be imported free of duties",
        .boolean
    )
    static let residence = FieldDefinition(
        "residence",
        "whether the applicant has lived in Luxembourg before",
        .choice(of: Relief.Residence.self)
    )
    static let nationality = FieldDefinition(
        "nationality",
        "the applicant's nationality",
        .choice(of: Relief.Nationality.self)
    )
    static let permanentResidencePermit = FieldDefinition(
        "permanentResidencePermit",
        "whether the applicant has a permanent residence permit",
        .boolean
    )
    static let employerAttestation = FieldDefinition(
        "employerAttestation",
        "whether the employer attests the residence abroad",
        .boolean
    ).optional
    static let diplomat = FieldDefinition(
        "diplomat",
        "whether the applicant moves as a diplomat",
        .boolean
    ).optional
    static let passesUnion = FieldDefinition(
        "passesUnion",
        "whether it crosses another state of the Union under transit",
        .boolean
    ).optional
    /// Of the applicant's own making, so it may say anything about them.
    static let special = FieldDefinition(
        "special",
        "why relief is asked for after too short a time abroad",
        .text(1...500)
    ).optional
    static let excluded = FieldDefinition(
        "excluded",
        "what is among the goods that relief never covers",
        .choice(of: Relief.Excluded.self).list
    ).optional

    // MARK: Vehicles

    static let vin = FieldDefinition(Vehicle.reliefVIN, "the chassis number", .chassisNumber)
    static let kilometres = FieldDefinition(
        Imported.kilometres.name,
        "how many kilometres the vehicle was driven",
        Imported.kilometres.form
    )
    static let residenceMoved = FieldDefinition(
        "residenceMoved",
        "whether the applicant moves their residence to Luxembourg",
        .boolean
    )
    static let firstRegisteredOn = FieldDefinition(
        "firstRegisteredOn",
        "the day on which the vehicle was registered first",
        .day
    )

    // MARK: Weddings

    static let marriedOn = FieldDefinition("marriedOn", "the day of the wedding", .day)
    static let place = FieldDefinition("place", "where the wedding is", .line(1...200))
    static let oneSpouseResident = FieldDefinition(
        "oneSpouseResident",
        "whether one spouse lives in Luxembourg at the time of the wedding, the other abroad",
        .boolean
    )
    /// In a request that is stored: what each is worth, with a blank between each two.
    static let presents = FieldDefinition("presents", "what each present is worth in euros")

    // MARK: Pets

    static let species = FieldDefinition(
        "species",
        "which animals they are",
        .choice(of: Relief.Species.self)
    )
    static let count = FieldDefinition("count", "how many they are", .integer(1...1000))
    static let identification = FieldDefinition(
        "identification",
        "by what they are recognised",
        .choice(of: Relief.Identification.self)
    )
    static let tattooedOn = FieldDefinition(
        "tattooedOn",
        "the day on which they were tattooed",
        .day
    ).optional
    static let rabiesVaccinatedOn = FieldDefinition(
        "rabiesVaccinatedOn",
        "the day on which they were vaccinated against rabies",
        .day
    ).optional
    static let bornOn = FieldDefinition("bornOn", "the day on which they were born", .day).optional
    static let originCountry = FieldDefinition("originCountry", "where they come from", .country)

    // MARK: Notices

    static let reliefRequest = FieldDefinition(
        Imported.reliefRequest.name,
        "the request by which relief was granted",
        Imported.reliefRequest.form
    )
    static let what = FieldDefinition("what", "what is to be passed on", .text(1...500))
    static let plannedOn = FieldDefinition("plannedOn", "the day on which that is planned", .day)
    static let manner = FieldDefinition(
        "kind",
        "how it is passed on",
        .choice(of: Relief.Manner.self)
    )

    private static let greatestCents: Int64 = 999_999_999
    private static let monthsRange = 0...1200

    /// In the order of the message.
    static func fields(of profile: Relief.Profile) -> [FieldDefinition] {
        let common = [arrivingFrom, establishedOn, enteredOn]
        return switch profile {
        case .householdGoods:
            common + [
                declaredValue, newValue, monthsAbroad, monthsOwned, ownedAndUsedAbroad,
                acquiredForImport, residence, nationality, permanentResidencePermit,
                employerAttestation, diplomat, passesUnion, special, excluded,
            ]
        case .vehicle:
            common + [
                vin, monthsOwned, kilometres, residenceMoved, firstRegisteredOn, diplomat,
                passesUnion,
            ]
        case .wedding:
            common + [marriedOn, place, oneSpouseResident, monthsAbroad, special, excluded]
        case .pet:
            common + [
                species, count, identification, tattooedOn, rabiesVaccinatedOn, bornOn,
                originCountry,
            ]
        case .transferNotice: [reliefRequest, what, plannedOn, manner]
        }
    }
}

/// What customs state when they say yes.
enum ReliefTerms {
    static let acceptedOn = FieldDefinition(
        "acceptedOn",
        "the day on which the customs declaration was accepted",
        .day
    )
    static let provisional = FieldDefinition(
        Request.provisionally,
        "whether relief is granted against a deposit, while papers are missing",
        .boolean
    )
    static let conditions = FieldDefinition(
        "conditions",
        "what relief is granted on",
        .text(1...4000)
    )
}

extension RequestFields {
    func integer(_ field: FieldDefinition) -> Int? { self[field].flatMap { Int($0) } }
}
