import Contract
import Domain

/// That a message is sent by somebody who acts for an operator by a mandate, and what the mandate
/// has to cover for that.
struct MandateUse {
    /// What the message says of it.
    struct Statement {
        let mandate: AuthorisationNumber
        /// Nil where the message has no place for it.
        let representation: Excise.Representation?
    }

    /// Nil where the message says nothing: then it is sent by the operator's own people.
    let stated: Statement?
    let scope: Excise.MandateScope
    /// The days that the message is about: on each of them the mandate has to be in force.
    let days: [CivilDate]
    /// Where the message says it.
    var pointer = Mandated.representation.pointer

    /// What is kept of it with the request.
    var fields: RequestFields {
        var fields = RequestFields()
        guard let stated, let representation = stated.representation else { return fields }
        fields[Mandated.representationMandate] = stated.mandate.text
        fields[Mandated.representationKind] = representation.rawValue
        return fields
    }

    /// The mandate by which a request that is stored was sent; nil where it was by none.
    static func mandate(in stated: RequestFields) -> AuthorisationNumber? {
        stated[Mandated.representationMandate].map { AuthorisationNumber($0) }
    }

    /// The mandate that is stated; nil where none is, or it is not one of the operator.
    func mandate(of eori: EORI, in register: any RegisterView) throws -> Mandate? {
        let known = try stated.flatMap { try register.authorisation($0.mandate) }
            .flatMap(Mandate.init)
        return known?.economicOperator == eori ? known : nil
    }

    /// Checks that the mandate covers what is said.
    ///
    /// - Throws: `Problem` with the code `mandate-missing`.
    func check(_ mandate: Mandate) throws {
        guard mandate.scope.contains(scope) else {
            throw isMissing("the mandate is not for \(scope.rawValue)")
        }
        guard days.allSatisfy(mandate.authorisation.isInForce) else {
            throw isMissing("the mandate is not in force on that day")
        }
        guard let representation = stated?.representation,
            representation != mandate.representation
        else { return }
        throw isMissing("the mandate is \(mandate.representation.rawValue)")
    }

    func isMissing(_ detail: String) -> Problem { Problem(.mandateMissing, at: pointer, detail) }
}

extension ExciseReport {
    /// The mandates of one operator among which an applicant is looked for who does not say by
    /// which.
    private static let mostMandates = 100

    /// The applicant, as somebody of the operator or of its representative; nil where they are
    /// neither.
    ///
    /// - Throws: `Problem`: `mandate-missing`; `schema` for one of the operator's own people who
    ///   states a mandate; or an error of the register.
    func person(under authorisation: Authorisation, in context: DecisionContext) throws
        -> PersonIdentifier?
    {
        let own = try account(at: authorisation.eori, in: context)
        guard use.stated != nil else {
            if let own { return own.person }
            guard try isOfRepresentative(authorisation.eori, in: context) else { return nil }
            throw use.isMissing("who acts for another operator says by which mandate")
        }
        let mandate = try use.mandate(of: authorisation.eori, in: context.register)
        if let mandate, let account = try account(at: mandate.representative, in: context) {
            try use.check(mandate)
            return account.person
        }
        guard own == nil else {
            throw Problem(
                .schema,
                at: use.pointer,
                "is not for the operator's own people, who need no mandate"
            )
        }
        guard mandate == nil else { return nil }
        throw use.isMissing("no mandate of the operator has this id")
    }

    private func account(at eori: EORI, in context: DecisionContext) throws -> Account? {
        let lookup = PersonLookup(context: context)
        return isDuty
            ? try lookup.askingAccount(of: sender.applicant.subject, at: eori, suits: suits)
            : try lookup.activeAccount(of: sender.applicant.subject, at: eori, suits: suits)
    }

    private func isOfRepresentative(
        _ eori: EORI,
        in context: DecisionContext
    ) throws -> Bool {
        try context.register.activeAuthorisations(toActFor: eori, limit: Self.mostMandates)
            .contains { try account(at: $0.eori, in: context) != nil }
    }
}
