import Contract
import Domain

/// Whoever moves to Luxembourg from outside the Union, marries or brings pets asks for goods to be
/// free of import duties. Customs decide; a condition that is not met is told, and refuses nothing
/// by itself (Regulation (EU) No 952/2013, article 22(6)).
enum Relief: Procedure {
    static let name = "relief"

    enum Profile: String, CaseIterable {
        case householdGoods = "household-goods"
        case vehicle
        case wedding
        case pet
        /// Something that was granted relief is to be passed on: told, and decided by nobody.
        case transferNotice = "transfer-notice"

        fileprivate var wish: String {
            switch self {
            case .householdGoods: "relief for household goods"
            case .vehicle: "relief for a vehicle"
            case .wedding: "relief for a trousseau and wedding presents"
            case .pet: "relief for pets"
            case .transferNotice: "the passing on of what was granted relief"
            }
        }
    }

    static let profiles = Profile.allCases.map {
        ProfileDefinition($0.rawValue, $0.wish, section: "new")
    }

    static let activity = ProcessingActivity(
        procedure: name,
        purpose: "deciding which goods of people who move, marry or bring pets are free of import "
            + "duties, and seeing to it that the conditions are kept afterwards",
        legalBasis: "the exercise of official authority (GDPR 6(1)(e))",
        openRequestsRestOnConsent: false,
        recipients: ["the customs authority", "the portal that sent the request"]
    )

    static let messages =
        [Profile.householdGoods, .vehicle, .wedding, .pet].map { profile in
            MessageDefinition(
                "registration.relief.\(profile.rawValue)",
                fields: Relieved.fields(of: profile)
            ) { data, _ in
                ReliefRequest.read(&data, of: profile)
            }
        } + [
            MessageDefinition(
                "registration.relief.\(Profile.transferNotice.rawValue)",
                fields: Relieved.fields(of: .transferNotice),
                read: TransferNotice.read
            )
        ]

    static let grantFields = [
        ReliefTerms.acceptedOn, ReliefTerms.provisional, ReliefTerms.conditions, .waived,
    ]
    static let supplementFields = [Relieved.establishedOn]

    static func approvals(of request: Request) -> [Approval] {
        request.reliefProfile == .transferNotice
            ? [] : [Approval("authority", by: .authority(office))]
    }

    /// Nothing: who moves here is known to nobody yet.
    static func standing(of _: Request, in _: DecisionContext) -> Standing { .none }

    /// Pets are let in or not: what they need is no matter of money.
    static func terms(of request: Request) -> [FieldDefinition] {
        grantFields.filter {
            request.reliefProfile != .pet || $0.name != ReliefTerms.provisional.name
        }
    }

    static func statusFields(
        of request: Request,
        in register: any RegisterView
    ) throws -> StatusFields? {
        var fields = try dossierFields(of: request, in: register)
        if request.status.isOpen, request.isProvisional {
            fields.append(("step", .string(Request.provisionally)))
        }
        guard request.status.isOpen || request.status == .rejected && request.reason != nil else {
            return fields
        }
        let findings = try findings(of: request, in: register)
        guard !findings.isEmpty else { return fields }
        let language = try language(of: request, in: register)
        fields.append(("findings", .array(findings.map { $0.json(in: language) })))
        return fields
    }
}

extension Relief: DossierProcedure {
    private static let checklists: [Profile: Checklist] = [
        .householdGoods: DossierTables.shipped(
            PackageResources.household_goods_yaml,
            "checklists/household-goods.yaml"
        ),
        .vehicle: DossierTables.shipped(
            PackageResources.relief_vehicle_yaml,
            "checklists/relief-vehicle.yaml"
        ),
        .wedding: DossierTables.shipped(
            PackageResources.wedding_yaml,
            "checklists/wedding.yaml"
        ),
        .pet: DossierTables.shipped(PackageResources.pet_yaml, "checklists/pet.yaml"),
    ]

    static func checklist(for request: Request) -> Checklist? {
        request.reliefProfile.flatMap { checklists[$0] }
    }

    static func bill(for request: Request) -> Bill? { bill(of: request.reliefProfile) }

    /// What is asked for as a deposit.
    static func bill(of profile: Profile?) -> Bill? {
        switch profile {
        case .householdGoods, .vehicle, .wedding: DossierTables.shippedBills["deposit"]
        case .pet, .transferNotice, nil: nil
        }
    }

    /// The deposit, as long as papers are missing, or relief is provisional.
    static func lines(
        of dossier: Dossier,
        for request: Request,
        on day: CivilDate
    ) -> [Bill.Line] {
        guard request.status.isOpen else { return [] }
        let isMissing = checklist(for: request)?.open(dossier, on: day).isEmpty == false
        guard isMissing || request.isProvisional else { return [] }
        return bill(for: request)?.lines(dossier.stated) ?? []
    }

    static func arrival(in stated: RequestFields) -> CivilDate? {
        stated.day(Relieved.enteredOn.name)
    }
}

extension Request {
    /// As the request keeps it, and `status.request` says it, that relief was granted against a
    /// deposit.
    static let provisionally = "provisional"

    var isProvisional: Bool { approvals.contains(Self.provisionally) }

    /// Nil where it is another procedure's.
    var reliefProfile: Relief.Profile? {
        procedure == Relief.name ? Relief.Profile(rawValue: profile) : nil
    }
}
