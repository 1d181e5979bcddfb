import Contract
import Domain

/// A natural person who has no EORI asks for one. Customs grants it together with the access that a
/// holder would ask for under `registration.access.natural-person`: one way instead of two.
enum AdHocEORI: Procedure {
    static let name = "ad-hoc-eori"
    static let profile = name

    static let profiles = [ProfileDefinition(profile, "an ad hoc EORI, with access under it")]

    static let activity = ProcessingActivity(
        procedure: name,
        purpose: "deciding which natural persons are given an ad hoc EORI, and providing the "
            + "account under it",
        legalBasis: "an open request: the applicant's consent (GDPR 6(1)(a)); what was decided: "
            + "the exercise of official authority (GDPR 6(1)(e))",
        openRequestsRestOnConsent: true,
        recipients: [
            "the customs authority",
            "the account provisioner",
            "the portal that sent the request",
        ]
    )

    static let settings: [SettingDefinition] =
        [
            .remindAfter(
                name,
                .workingDays(5),
                "When customs are reminded of a pending request for an EORI."
            ),
            .escalateAfter(
                name,
                .workingDays(10),
                "When customs are told of a request for an EORI that lies undecided."
            ),
            .expireAfter(name, nil, "When a pending request for an EORI expires."),
        ]
        + SettingDefinition.retention(
            name,
            granted: "How long those of a granted request are kept once nothing stands any more; "
                + "null: always."
        )

    static let messages = [
        MessageDefinition(
            "registration.access.ad-hoc-eori",
            fields: [purpose, .operations, .termsAccepted, .termsVersion],
            read: EORIRequest.read
        )
    ]

    static let grantFields = [grantedEORI]

    static func approvals(of _: Request) -> [Approval] {
        [Approval("authority", by: .authority(office))]
    }

    /// Whoever asks becomes known by that.
    static func standing(of _: Request, in _: DecisionContext) -> Standing { .none }

    static func grantableOperations(
        for request: Request,
        in _: DecisionContext
    ) -> OperationSet? {
        request.requested
    }

    static func terms(of _: Request) -> [FieldDefinition] { grantFields }
    static func isForNaturalPerson(_: Request) -> Bool { true }

    /// The number that the grant states. What somebody else has asked for is not free either, nor
    /// what was registered once: records name it still.
    static func eori(
        ofGranting _: Request,
        on terms: RequestFields,
        in context: DecisionContext
    ) throws -> EORI? {
        guard let eori = terms[grantedEORI].flatMap(EORI.init) else {
            throw Problem(.schema, at: grantedEORI.pointer, "is required where an EORI is granted")
        }
        guard try context.register.economicOperator(eori) == nil else {
            throw Problem(
                .operatorExists,
                at: grantedEORI.pointer,
                "an operator is or was registered under this number"
            )
        }
        let asking = try context.register.openRequests(for: eori, of: nil, after: nil, limit: 1)
        guard asking.isEmpty else {
            throw Problem(
                .operatorExists,
                at: grantedEORI.pointer,
                "a request for registration under this number is open; decide on that first"
            )
        }
        return eori
    }

    static func consequences(
        ofGranting request: Request,
        on _: RequestFields,
        by _: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        guard try !isRegistered(request.person, in: context) else {
            throw Problem(
                .requestExists,
                "the person is registered as a natural person by now, under another number"
            )
        }
        return try OperatorRegistration(
            request: request,
            kind: .naturalPerson,
            role: .naturalPerson
        ).events(in: context)
    }

    /// Whether the person acts as a natural person already, under whatever number. Each account
    /// took a decision: a person has a handful.
    static func isRegistered(
        _ person: PersonIdentifier,
        in context: DecisionContext
    ) throws -> Bool {
        try hasAny(
            of: { try context.register.accounts(of: person, after: $0, limit: 50) },
            where: { $0.role == .naturalPerson && $0.status.stands }
        )
    }

    /// Whether any of what is recorded of a person is wanted: looked through a page at a time, each
    /// after the record that it is given.
    static func hasAny<Record: RegisteredRecord>(
        of page: (Record.Identity?) throws -> [Record],
        where isWanted: (Record) -> Bool
    ) rethrows -> Bool {
        var last: Record.Identity?
        repeat {
            let records = try page(last)
            if records.contains(where: isWanted) { return true }
            last = records.last?.identity
        } while last != nil
        return false
    }
}
