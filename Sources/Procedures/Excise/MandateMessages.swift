import Contract
import Domain

/// What a mandate is asked for with; a request that is stored has it by the same names.
enum Mandated {
    /// In a request that is stored, with a blank between each two.
    static let scope = FieldDefinition(
        "scope",
        "what the representative may do",
        .choice(of: Excise.MandateScope.self).list
    )
    static let kind = FieldDefinition(
        "kind",
        "in whose name the representative acts",
        .choice(of: Excise.Representation.self)
    )
    static let validFrom = FieldDefinition("validFrom", "the first day of the mandate", .day)
    static let validUntil =
        FieldDefinition("validUntil", "the last day, if there is one", .day).optional
    static let mandate = FieldDefinition("mandate", "the id of a mandate", identifier)
    static let endsOn =
        FieldDefinition("endsOn", "the last day; today without it", .day).optional

    /// By which mandate a message is sent, and in whose name.
    static let representation = FieldDefinition(
        "representation",
        "by which mandate it is sent, and in whose name"
    )
    static let representationMandate =
        FieldDefinition("representation.mandate", "the mandate by which it is sent", identifier)
        .optional
    static let representationKind = FieldDefinition(
        "representation.kind",
        "in whose name it is sent",
        .choice(of: Excise.Representation.self)
    ).optional
    static let represented = [representationMandate, representationKind]

    private static let identifier = FieldDefinition.Form("the id of a mandate") {
        UniversalIdentifier($0)
    }.judgedByReader
}

extension MandateRequest {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let eori = data.eori()
        let representative = data.eori(FieldDefinition.representative.name)
        let scope = data.choices(Mandated.scope.name, of: Excise.MandateScope.self)
        let kind = data.choice(Mandated.kind.name, of: Excise.Representation.self)
        let validFrom = data.date(Mandated.validFrom.name)
        let validUntil = data.date(Mandated.validUntil.name, .optional)
        guard let identifier, let applicant, let eori, let representative, let scope, let kind,
            let validFrom
        else { return nil }
        return MandateRequest(
            identifier: identifier,
            applicant: applicant,
            eori: eori,
            terms: MandateTerms(
                representative: representative,
                scope: Excise.MandateScope.allCases.filter(scope.contains),
                representation: kind,
                validFrom: validFrom,
                validUntil: validUntil
            )
        )
    }
}

extension MandateEnd {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let mandate = data.mandate()
        let endsOn = data.date(Mandated.endsOn.name, .optional)
        guard let identifier, let applicant, let mandate else { return nil }
        return MandateEnd(
            identifier: identifier,
            applicant: applicant,
            mandate: mandate,
            endsOn: endsOn
        )
    }
}

extension PayloadReader {
    /// The id of a mandate, by which the register knows it.
    mutating func mandate(_ presence: Presence = .required) -> AuthorisationNumber? {
        uuid(Mandated.mandate.name, presence).map { AuthorisationNumber($0.text) }
    }

    /// By which mandate the message is sent; nil where it does not say so.
    mutating func representation() -> MandateUse.Statement? {
        object(Mandated.representation.name, .optional) { stated in
            let mandate = stated.mandate()
            let kind = stated.choice("kind", of: Excise.Representation.self)
            guard let mandate, let kind else { return nil }
            return MandateUse.Statement(mandate: mandate, representation: kind)
        }
    }
}
