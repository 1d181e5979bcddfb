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
        if let problem = try request.problem(ofTouchingBy: applicant, in: context) {
            return .refuse(problem)
        }
        let use = try use(for: request, in: context)
        if use == .none,
            let field = ProcedureCatalogue.supplementFields.first(where: {
                fields[$0] != nil
            })
        {
            return .refuse(
                Problem(
                    .notEligible,
                    at: field.pointer,
                    "what is asked for here needs no \(field.topMember)"
                )
            )
        }
        guard request.status == .awaitingInformation || use == .awaited else {
            return .refuse(
                Problem(.notAwaited, "nobody has asked the applicant for information")
            )
        }
        let known = try context.register.documents(of: identifier).count
        guard known + supplement.documents.count <= Document.mostOfRequest else {
            return .refuse(
                Problem(
                    .schema,
                    at: "/data/documents",
                    "a request names \(Document.mostOfRequest) documents at most; it has \(known)"
                )
            )
        }
        do {
            return .apply(try events(answering: request, in: context))
        } catch let problem as Problem {
            return .refuse(problem)
        }
    }

    private func events(
        answering request: Request,
        in context: DecisionContext
    ) throws -> [Event] {
        let procedure = ProcedureCatalogue.procedure(named: request.procedure)
        let (answered, events) =
            try procedure?.answered(request, with: supplement.documents, fields, in: context)
            ?? (request, [])
        let stated = fields.isEmpty ? [] : [Event.fieldsStated(identifier, fields)]
        return [.supplementReceived(identifier, supplement)] + stated
            + [answered.moved(to: .pending, by: .applicant, at: context.now)] + events
    }

    private func use(for request: Request, in context: DecisionContext) throws -> SupplementUse {
        guard !fields.isEmpty || !supplement.documents.isEmpty,
            let procedure = ProcedureCatalogue.procedure(named: request.procedure)
        else { return .none }
        return try procedure.use(of: supplement.documents, fields, for: request, in: context)
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
        if let problem = try request.problem(ofTouchingBy: applicant, in: context) {
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
    /// Why `applicant` may not answer for this request or take it back; nil if they may.
    fileprivate func problem(
        ofTouchingBy applicant: Applicant,
        in context: DecisionContext
    ) throws -> Problem? {
        guard try PersonLookup(context: context).isPerson(person, subject: applicant.subject) else {
            return Problem(
                .notAuthorised,
                at: "/data/applicant/subject",
                "the request was made by somebody else"
            )
        }
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
