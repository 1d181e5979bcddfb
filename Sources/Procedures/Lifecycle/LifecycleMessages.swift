import Contract
import Domain

extension RequestDecision {
    /// What grants state, of whatever procedure: no decision has all of it.
    private static let statedFields = ProcedureCatalogue.grantFields.map(\.optional)

    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let actor = data.actor()
        let choice: Choice? = data.choice("outcome")
        let operations = data.operations("operations", .optional)
        let terms = data.stated(statedFields)
        let isDue = choice == .rejected || choice == .informationRequested
        for field in isDue ? ProcedureCatalogue.grantFields : [] where data.has(field.name) {
            data.report("goes with the outcome granted alone", at: field.name)
        }
        // Whoever is turned down, or asked for more, is told why; so is what a grant does without.
        let isTold = isDue || data.has(FieldDefinition.waived.name)
        let remarks = data.remarks("remarks", isTold ? .required : .optional)
        // One that no request has reached is stale, not malformed.
        let revision = data.integer(
            "revision",
            in: 1...JSONNumber.greatestExactInteger,
            .optional
        )
        guard let identifier, let actor, let choice else { return nil }
        return RequestDecision(
            identifier: identifier,
            actor: actor,
            choice: choice,
            operations: operations,
            terms: terms,
            remarks: remarks,
            revision: revision
        )
    }
}

extension RequestSupplement {
    /// The longest answer, in characters: no limit of its own beside that of the body, which counts
    /// bytes.
    static let longestAnswer = 100_000

    static let answer = FieldDefinition("answer", "what the applicant answers")

    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let answer = data.text(Self.answer.name, 1...longestAnswer)
        let documents = data.documents()
        let fields = data.stated(ProcedureCatalogue.supplementFields)
        if data.has(Imported.arrivalDeclaredOn.name), !data.has(Imported.commune.name) {
            data.report("is required with an arrival", at: Imported.commune.name)
        }
        guard let identifier, let applicant, let answer else { return nil }
        return RequestSupplement(
            identifier: identifier,
            applicant: applicant,
            supplement: Supplement(answer: answer, documents: documents ?? []),
            fields: fields
        )
    }
}

extension RequestWithdrawal {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        guard let identifier, let applicant else { return nil }
        return RequestWithdrawal(identifier: identifier, applicant: applicant)
    }
}
