import Contract
import Domain

/// `registration.supplement`: the applicant answers a request for information.
struct RequestSupplement: Command {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let supplement: Supplement

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let request = try context.register.request(identifier) else {
            return .wait(for: identifier)
        }
        if let problem = try request.problem(ofTouchingBy: applicant, in: context) {
            return .refuse(problem)
        }
        guard request.status == .awaitingInformation else {
            return .refuse(
                Problem(.notAwaited, "nobody has asked the applicant for information")
            )
        }
        return .apply([
            .supplementReceived(identifier, supplement),
            request.moved(to: .pending, by: .applicant, at: context.now),
        ])
    }
}

/// `registration.withdrawal`: the applicant takes a pending request back.
struct RequestWithdrawal: Command {
    let identifier: RequestIdentifier
    let applicant: Applicant

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let request = try context.register.request(identifier) else {
            return .wait(for: identifier)
        }
        if let problem = try request.problem(ofTouchingBy: applicant, in: context) {
            return .refuse(problem)
        }
        return .apply([request.moved(to: .withdrawn, by: .applicant, at: context.now)])
    }
}

extension Request {
    /// Why `applicant` may not answer for this request or take it back; nil if he may.
    fileprivate func problem(
        ofTouchingBy applicant: Applicant,
        in context: DecisionContext
    ) throws -> Problem? {
        guard try Roll(context: context).isPerson(person, subject: applicant.subject) else {
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
        return nil
    }
}
