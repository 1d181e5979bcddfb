import Contract
import Domain

/// `registration.supplement`: the applicant answers a request for information.
struct RequestSupplement: Command {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let supplement: Supplement
    /// What it states besides; empty if nothing.
    let fields: RequestFields

    var request: RequestIdentifier? { identifier }
    var awaitedRequest: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let request = try context.register.request(identifier) else {
            return .wait(for: identifier)
        }
        if let problem = try request.problem(ofSpeakingBy: applicant, in: context) {
            return .refuse(problem)
        }
        do {
            return .apply(try events(about: request, in: context))
        } catch let problem as Problem {
            return .refuse(problem)
        }
    }

    private func events(about request: Request, in context: DecisionContext) throws -> [Event] {
        let settled = try settled(request, in: context)
        if settled == nil {
            if let problem = try request.problemOfClosing(in: context) { throw problem }
            try checkUse(for: request, in: context)
        }
        let known = try context.register.documents(of: identifier).count
        guard known + supplement.documents.count <= Document.mostOfRequest else {
            throw Problem(
                .schema,
                at: "/data/documents",
                "a request names \(Document.mostOfRequest) documents at most; it has \(known)"
            )
        }
        let stated = fields.isEmpty ? [] : [Event.fieldsStated(identifier, fields)]
        let said = [.supplementReceived(identifier, supplement)] + stated
        if let settled { return said + settled }
        let (answered, events) =
            try procedure(of: request)?
            .answered(request, with: supplement.documents, fields, in: context) ?? (request, [])
        return said + [answered.moved(to: .pending, by: .applicant, at: context.now)] + events
    }

    private func procedure(of request: Request) -> (any Procedure.Type)? {
        ProcedureCatalogue.procedure(named: request.procedure)
    }

    /// What it shows to be done that a granted request left to do; nil where that is nothing.
    private func settled(_ request: Request, in context: DecisionContext) throws -> [Event]? {
        guard request.status == .granted else { return nil }
        return try procedure(of: request)?
            .settled(request, by: supplement.documents, fields, in: context)
    }

    /// - Throws: `Problem`: `not-eligible`, `not-awaited`.
    private func checkUse(for request: Request, in context: DecisionContext) throws {
        let procedure = procedure(of: request)
        let said = ProcedureCatalogue.supplementFields.filter { fields[$0] != nil }
        // What another procedure asks for has no place here, whatever else is said.
        let known = Set(procedure?.supplementFields.map(\.name) ?? [])
        if let field = said.first(where: { !known.contains($0.name) }) {
            throw Self.needless(field)
        }
        let use =
            try procedure?.use(of: supplement.documents, fields, for: request, in: context) ?? .none
        if use == .none, let field = said.first { throw Self.needless(field) }
        guard request.status == .awaitingInformation || use == .awaited else {
            throw Problem(.notAwaited, "nobody has asked the applicant for information")
        }
    }

    private static func needless(_ field: FieldDefinition) -> Problem {
        Problem(
            .notEligible,
            at: field.pointer,
            "what is asked for here needs no \(field.topMember)"
        )
    }
}

/// `registration.withdrawal`: the applicant takes a pending request back.
struct RequestWithdrawal: Command {
    let identifier: RequestIdentifier
    let applicant: Applicant

    var request: RequestIdentifier? { identifier }
    var awaitedRequest: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let request = try context.register.request(identifier) else {
            return .wait(for: identifier)
        }
        if let problem =
            try request.problem(ofSpeakingBy: applicant, in: context)
            ?? request.problemOfClosing(in: context)
        {
            return .refuse(problem)
        }
        let procedure = ProcedureCatalogue.procedure(named: request.procedure)
        return .apply(
            [request.moved(to: .withdrawn, by: .applicant, at: context.now)]
                + (try procedure?.consequences(ofRefusing: request, in: context) ?? [])
        )
    }
}

extension Request {
    /// Why `applicant` may not speak for this request; nil if they may.
    fileprivate func problem(
        ofSpeakingBy applicant: Applicant,
        in context: DecisionContext
    ) throws -> Problem? {
        guard try PersonLookup(context: context).isPerson(person, subject: applicant.subject) else {
            return Problem(
                .notAuthorised,
                at: "/data/applicant/subject",
                "the request was made by somebody else"
            )
        }
        return nil
    }

    /// Why it can be answered or taken back no more; nil if it can.
    fileprivate func problemOfClosing(in context: DecisionContext) throws -> Problem? {
        guard status.isOpen else {
            return Problem(
                .requestClosed,
                "the request is \(status.rawValue) since its revision \(revision)"
            )
        }
        let standing = try ProcedureCatalogue.procedure(named: procedure)?
            .standing(of: self, in: context)
        guard try standing?.hasEnded(for: person, in: context) != true,
            try !restsOnWithdrawnConsent(in: context)
        else {
            return Problem(.requestClosed, Self.isBeingWithdrawn)
        }
        return nil
    }

    /// Why nothing can be done about a request any more that still is open.
    static let isBeingWithdrawn =
        "what the request rests on has ended, and the request is being withdrawn with that"
}
