import Contract
import Domain

/// Somebody who moves here has a vehicle registered: paper by paper and step by step, with a yes of
/// customs and one of the vehicle authority.
enum Vehicle: Procedure {
    static let name = "vehicle"
    static let profile = "import"

    static let profiles = [ProfileDefinition(profile, "the registration of a vehicle")]

    static let activity = ProcessingActivity(
        procedure: name,
        purpose: "registering the vehicles of people who move to Luxembourg, and seeing to it that "
            + "it is done in time",
        legalBasis: "the exercise of official authority (GDPR 6(1)(e))",
        openRequestsRestOnConsent: false,
        recipients: [
            "the customs authority",
            "the vehicle authority",
            "the portal that sent the request",
        ]
    )

    static let office = ActorRole.vehicleAuthority

    static let messages = [
        MessageDefinition(
            "registration.vehicle.import",
            fields: Imported.all,
            read: VehicleImport.read
        )
    ]

    static let grantFields = [Cleared.customsReference, Cleared.plateNumber, .waived]
    static let supplementFields = [
        Imported.arrivalDeclaredOn, Imported.commune, Imported.kilometres,
    ]

    /// The steps of the checklist on which an authority decides.
    enum Step: String, CaseIterable {
        case customs
        case file

        static let names = Set(allCases.map(\.rawValue))

        var decider: ActorRole {
            switch self {
            case .customs: .customsAuthority
            case .file: .vehicleAuthority
            }
        }
    }

    static let checklist = DossierTables.shipped(
        PackageResources.vehicle_yaml,
        "checklists/vehicle.yaml"
    )

    /// One step after the other, in the order of the checklist.
    static func approvals(of _: Request) -> [Approval] {
        let steps = checklist.steps.map(\.name)
        return steps.indices.map { index in
            Approval(
                steps[index],
                by: Step(rawValue: steps[index]).map { .authority($0.decider) } ?? .applicant,
                after: Set(steps[..<index])
            )
        }
    }

    /// Nothing: who moves here has a vehicle, whatever they are registered for.
    static func standing(of _: Request, in _: DecisionContext) -> Standing { .none }

    static func terms(of request: Request) -> [FieldDefinition] {
        switch step(of: request).flatMap({ Step(rawValue: $0.name) }) {
        case .customs: [Cleared.customsReference]
        case .file: [Cleared.plateNumber, .waived]
        case nil: []
        }
    }

    static func statusFields(
        of request: Request,
        in register: any RegisterView
    ) throws -> StatusFields? {
        var fields = try dossierFields(of: request, in: register)
        let plate = try register.fields(of: request.identifier)[Cleared.plateNumber]
        if request.status == .granted, let plate {
            fields.append((Cleared.plateNumber.name, .string(plate)))
        }
        return fields
    }
}

extension Vehicle: DossierProcedure {
    static func checklist(for _: Request) -> Checklist? { checklist }
    static func bill(for _: Request) -> Bill? { DossierTables.shippedBills[name] }

    static func arrival(in stated: RequestFields) -> CivilDate? {
        stated.day(Imported.arrivalDeclaredOn.name)
    }
}

// MARK: What brings it on

extension Vehicle {
    /// The clearance by customs: one of two yeses.
    static func advanced(
        _ request: Request,
        by approval: Approval,
        on terms: RequestFields,
        in context: DecisionContext
    ) throws -> (request: Request, events: [Event])? {
        guard approval.name == Step.customs.rawValue else { return nil }
        guard terms[Cleared.customsReference] != nil else {
            throw Problem(
                .schema,
                at: Cleared.customsReference.pointer,
                "is required where a vehicle is cleared"
            )
        }
        var next = request
        next.approvals.append(approval.name)
        next.remindAt = remindAt(in: context)
        return (next, [.fieldsStated(request.identifier, terms)])
    }

    /// An answer has its place where it shows something that is asked for, or says when the
    /// applicant arrived.
    static func use(
        of documents: [Document],
        _ fields: RequestFields,
        for request: Request,
        in context: DecisionContext
    ) throws -> SupplementUse {
        let before = try dossier(of: request, in: context.register)
        let day = LuxembourgCalendar.date(at: context.now)
        let isShown = isShown(by: documents, in: before, checklist, on: day)
        let hasArrived = before.arrivedOn == nil && fields[Imported.arrivalDeclaredOn] != nil
        return isShown || hasArrived ? .awaited : .asked
    }

    static func answered(
        _ request: Request,
        with documents: [Document],
        _ fields: RequestFields,
        in context: DecisionContext
    ) throws -> (request: Request, events: [Event]) {
        var dossier = try dossier(of: request, in: context.register)
        try check(fields, after: dossier, in: context)
        dossier.documents += documents
        dossier.stated = dossier.stated.updated(with: fields)
        let next = advanced(request, by: dossier, in: context)
        guard let arrivedOn = fields.day(Imported.arrivalDeclaredOn.name) else {
            return (next, [])
        }
        return (
            next,
            try registrationDuty(of: request, dossier.stated, arrivedOn: arrivedOn, in: context)
        )
    }

    /// The steps that papers bring it to: up to the next on which an authority decides.
    static func passed(
        _ dossier: Dossier,
        after passed: [String],
        on day: CivilDate
    ) -> [String] {
        checklist.passed(dossier, after: passed, decided: Step.names, on: day)
    }

    /// The request with the steps that its papers bring it to.
    static func advanced(
        _ request: Request,
        by dossier: Dossier,
        in context: DecisionContext
    ) -> Request {
        var next = request
        let day = LuxembourgCalendar.date(at: context.now)
        next.approvals = passed(dossier, after: request.approvals, on: day)
        // Nobody is reminded of what the applicant is to do.
        let isAuthority = step(of: next).map { Step(rawValue: $0.name) != nil } ?? false
        if !isAuthority {
            next.remindAt = nil
        } else if next.approvals != request.approvals || next.revision == 1 {
            next.remindAt = remindAt(in: context)
        }
        return next
    }

    /// - Throws: `Problem`.
    private static func check(
        _ fields: RequestFields,
        after dossier: Dossier,
        in context: DecisionContext
    ) throws {
        guard let arrivedOn = fields.day(Imported.arrivalDeclaredOn.name) else {
            guard fields[Imported.commune] == nil else {
                throw Problem(.schema, at: Imported.commune.pointer, "goes with an arrival alone")
            }
            return
        }
        guard fields[Imported.commune] != nil else {
            throw Problem(
                .schema,
                at: Imported.commune.pointer,
                "is required with \(Imported.arrivalDeclaredOn.name)"
            )
        }
        guard dossier.arrivedOn == nil else {
            throw Problem(
                .notAwaited,
                at: Imported.arrivalDeclaredOn.pointer,
                "the arrival was stated before"
            )
        }
        try VehicleImport.check(
            arrivedOn,
            firstRegisteredOn: dossier.stated.day(Imported.firstRegisteredOn.name),
            in: context
        )
    }
}

// MARK: What a grant brings

extension Vehicle {
    static func consequences(
        ofGranting request: Request,
        on terms: RequestFields,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let plate = terms[Cleared.plateNumber] else {
            throw Problem(
                .schema,
                at: Cleared.plateNumber.pointer,
                "is required where a vehicle is registered"
            )
        }
        var stated = try terms.waivers(checklist)
        var dossier = try dossier(of: request, in: context.register)
        dossier.stated = dossier.stated.updated(with: stated)
        let today = LuxembourgCalendar.date(at: context.now)
        try checklist.checkIsComplete(dossier, on: today)
        try check(plate, for: request, dossier.stated, in: context)
        stated[Cleared.plateNumber] = plate
        let duties = try registrationDuties(
            of: request.person,
            forVehicle: dossier.stated[Imported.vin],
            in: context
        )
        return [.fieldsStated(request.identifier, stated)]
            + (try duties.map { try $0.met(on: today, by: originator, in: context) })
            + (try roadTax(of: request, from: today, in: context))
    }

    /// No two vehicles have one number; a personalised one may move from one vehicle of its holder
    /// to another.
    private static func check(
        _ plate: String,
        for request: Request,
        _ stated: RequestFields,
        in context: DecisionContext
    ) throws {
        let isTransferred =
            stated[Imported.plateKind] == Plate.transferred.rawValue
            && stated[Imported.plateNumber] == plate
        let others = try context.register.requests(statingPlate: plate, limit: 10).filter {
            $0.identifier != request.identifier && $0.status == .granted
                && !(isTransferred && $0.person == request.person)
        }
        guard others.isEmpty else {
            throw Problem(
                .plateTaken,
                at: Cleared.plateNumber.pointer,
                "another vehicle has this number"
            )
        }
    }
}
