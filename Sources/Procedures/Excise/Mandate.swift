import Contract
import Domain

extension Excise {
    /// In whose name a representative acts (Regulation (EU) No 952/2013, article 18(1)).
    enum Representation: String, CaseIterable {
        /// In the name of the operator, and on its behalf.
        case direct
        /// In the representative's own name, on behalf of the operator.
        case indirect

        /// What the register calls a mandate of it.
        var authorisationKind: String { "\(rawValue)-mandate" }
    }

    /// What a mandate is for.
    enum MandateScope: String, CaseIterable {
        /// EMCS: its users, what is dispatched and received, reports.
        case emcs
        /// The AC4 declaration, and the payment.
        case declaration = "ac4"
    }

    /// When a representative needs an authorisation of its own.
    enum RepresentativeRule: String, CaseIterable {
        case indirect
        case always
        case never

        /// In which forms it may act under one alone.
        var representations: [Representation] {
            switch self {
            case .indirect: [.indirect]
            case .always: Representation.allCases
            case .never: []
            }
        }
    }

    static let mandateKinds = Representation.allCases.map {
        KindDefinition($0.authorisationKind)
    }
}

/// A mandate: an authorisation that lets its holder, the representative, act for another operator.
struct Mandate {
    let authorisation: Authorisation
    let representation: Excise.Representation
    /// The one that is represented.
    let economicOperator: EORI

    var number: AuthorisationNumber { authorisation.number }
    var representative: EORI { authorisation.eori }
    var scope: [Excise.MandateScope] { authorisation.scope.compactMap(Excise.MandateScope.init) }
    /// Whoever has to know what becomes of it.
    var parties: [EORI] { [economicOperator, representative] }

    /// Nil for an authorisation that is no mandate of excise.
    init?(_ authorisation: Authorisation) {
        let representation = Excise.Representation.allCases.first {
            $0.authorisationKind == authorisation.kind
        }
        guard authorisation.procedure == Excise.name, let representation,
            let counterparty = authorisation.counterparty
        else { return nil }
        self.authorisation = authorisation
        self.representation = representation
        economicOperator = counterparty
    }

    /// What programs are told of it.
    ///
    /// - Parameter previous: Nil when it was granted just now.
    func announcement(previous: AuthorisationStatus?) -> Answer {
        Answer(
            routingKey: "status.mandate",
            members: [
                .init("mandate", .text(number.text)),
                .init("operator", .text(economicOperator.number)),
                .init("representative", .text(representative.number)),
                .init("scope", .texts(authorisation.scope)),
                .init("kind", .text(representation.rawValue)),
                .init("validFrom", .text(authorisation.validFrom.description)),
                .init("validUntil", .text(authorisation.lastDay?.description)),
                .init("status", .text(Self.name(of: authorisation.status))),
                .init("previous", .text(previous.map(Self.name))),
            ]
        )
    }

    private static func name(of status: AuthorisationStatus) -> String {
        switch status {
        case .active: "in-force"
        case .lapsed: "lapsed"
        case .revoked: "ended"
        }
    }
}

extension Excise {
    /// Mandates that their holder has no longer because it has no authorisation of its own any
    /// more, as far as their form needs one.
    static func mandates(
        restingOn authorisation: Authorisation,
        limit: Int,
        in context: DecisionContext
    ) throws -> [Authorisation] {
        guard authorisation.exciseKind != nil,
            try !hasAuthorisation(authorisation.eori, besides: authorisation.number, in: context)
        else { return [] }
        let forms = representativeRule(context.settings.values).representations
        let mandates = try forms.flatMap {
            try context.register.activeAuthorisations(
                of: authorisation.eori,
                kind: $0.authorisationKind,
                limit: limit
            )
        }
        return Array(mandates.prefix(limit))
    }

    /// Whether the operator holds a valid authorisation under which it acts for itself.
    static func hasAuthorisation(
        _ eori: EORI,
        besides number: AuthorisationNumber? = nil,
        in context: DecisionContext
    ) throws -> Bool {
        try Kind.allCases.contains { kind in
            try context.register
                .activeAuthorisations(of: eori, kind: kind.rawValue, limit: 2)
                .contains { $0.number != number }
        }
    }
}
