import Contract
import Domain

/// `registration.vehicle.import`: somebody who moves here, or is about to, wants a vehicle
/// registered.
struct VehicleImport: RuledCommand {
    let identifier: RequestIdentifier
    let applicant: Applicant
    /// By the names in `Imported`.
    let stated: RequestFields
    let documents: [Document]

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func events(in context: DecisionContext) throws -> [Event] {
        guard try context.register.request(identifier) == nil else {
            throw Problem.requestIsKnown
        }
        let (person, recorded) = try PersonLookup(context: context).applicant(applicant)
        // Nobody learns that somebody else has asked for the same vehicle.
        let known = try Vehicle.requests(
            of: person.identifier,
            forVehicle: stated[Imported.vin],
            in: context
        )
        guard !known.contains(where: \.status.isOpen) else {
            throw Problem(
                .requestExists,
                at: "/data/vehicle/vin",
                "the applicant has a request for this vehicle open"
            )
        }
        try checkOrigin()
        if let exemption { return recorded + submitted(by: person, exemption, in: context) }
        try checkDays(in: context)
        try checkRelief(of: person, in: context)
        return recorded + (try dossier(of: person, in: context))
    }

    /// Why the vehicle need not be registered here: students; and company cars, under three
    /// conditions.
    private var exemption: Exemption? {
        switch stated[Imported.situation].flatMap(Vehicle.Situation.init) {
        case .student: .student
        case .companyCar: stated.companyCarAdvice == nil ? .companyCar : nil
        case .resident, nil: nil
        }
    }

    private func submitted(
        by person: Person,
        _ exemption: Exemption,
        in context: DecisionContext
    ) -> [Event] {
        let request = Request(
            identifier,
            procedure: Vehicle.name,
            profile: Vehicle.profile,
            by: person.identifier,
            eori: nil,
            exempt: exemption,
            in: context
        )
        return [.requestSubmitted(request), .fieldsStated(identifier, stated)]
    }

    private func dossier(of person: Person, in context: DecisionContext) throws -> [Event] {
        let stated = stated.updated(with: context.frozen(Vehicle.figures(for: stated)))
        let request = Request(
            identifier,
            procedure: Vehicle.name,
            profile: Vehicle.profile,
            by: person.identifier,
            eori: nil,
            in: context
        )
        let arrivedOn = Vehicle.arrival(in: stated)
        let dossier = Dossier(stated: stated, documents: documents, arrivedOn: arrivedOn)
        let advanced = Vehicle.advanced(request, by: dossier, in: context)
        let named: [Event] = documents.isEmpty ? [] : [.documentsNamed(identifier, documents)]
        let duty = try arrivedOn.map {
            try Vehicle.registrationDuty(of: advanced, stated, arrivedOn: $0, in: context)
        }
        return [.requestSubmitted(advanced), .fieldsStated(identifier, stated)] + named
            + (duty ?? [])
    }

    // MARK: Rules

    private func checkOrigin() throws {
        let isInEEA = stated[Imported.originCountry].map(States.economicArea.contains) ?? false
        guard stated.isTrue(Imported.originEEA.name) == isInEEA else {
            throw Problem(
                .schema,
                at: "/data/vehicle/originEEA",
                "contradicts originCountry, which says whether it comes from the EEA"
            )
        }
    }

    private func checkDays(in context: DecisionContext) throws {
        let first = stated.day(Imported.firstRegisteredOn.name)
        if let first, first > LuxembourgCalendar.date(at: context.now) {
            throw Problem(
                .dateOutOfRange,
                at: "/data/vehicle/firstRegisteredOn",
                "the day is still to come"
            )
        }
        guard let arrivedOn = Vehicle.arrival(in: stated) else { return }
        try Self.check(arrivedOn, firstRegisteredOn: first, in: context)
    }

    /// - Throws: `Problem` with the code `date-out-of-range`.
    static func check(
        _ arrivedOn: CivilDate,
        firstRegisteredOn first: CivilDate?,
        in context: DecisionContext
    ) throws {
        guard arrivedOn <= LuxembourgCalendar.date(at: context.now) else {
            throw Problem(
                .dateOutOfRange,
                at: Imported.arrivalDeclaredOn.pointer,
                "the day is still to come; leave it out until the arrival was declared"
            )
        }
        guard first.map({ $0 <= arrivedOn }) ?? true else {
            throw Problem(
                .dateOutOfRange,
                at: Imported.arrivalDeclaredOn.pointer,
                "the vehicle was registered first after that day: it was not brought along"
            )
        }
    }

    /// The relief that is named was granted to the applicant, for this vehicle.
    private func checkRelief(of person: Person, in context: DecisionContext) throws {
        guard let named = stated[Imported.reliefRequest].flatMap(RequestIdentifier.init) else {
            return
        }
        guard let relief = try context.register.request(named), relief.status == .granted,
            relief.person == person.identifier,
            try context.register.fields(of: named)[Vehicle.reliefVIN] == stated[Imported.vin]
        else {
            throw Problem(
                .notEligible,
                at: Imported.reliefRequest.pointer,
                "no relief was granted to the applicant for this vehicle under this id"
            )
        }
    }
}

extension Vehicle {
    /// Where a request for relief states the chassis number.
    static let reliefVIN = "vin"

    /// What a request has to be charged for, by what it states.
    static func figures(for stated: RequestFields) -> [String] {
        DossierTables.shippedBills[name]?.figures(stated) ?? []
    }
}

extension RequestFields {
    /// Which of the three conditions a company car does not meet, by the name of the note that says
    /// so; nil where it meets all.
    var companyCarAdvice: String? {
        let country = self[Imported.companyCountry] ?? ""
        if country == "LU" { return "company-here" }
        guard States.economicArea.contains(country) else { return "company-outside" }
        guard isTrue(Imported.registeredThere.name) else { return "not-registered-there" }
        return isTrue(Imported.usedInPerson.name) ? nil : "not-in-person"
    }
}
