import Contract
import Domain

/// `registration.relief.transfer-notice`: something that was granted relief is to be passed on
/// within the time in which customs have to know of it.
struct TransferNotice: RuledCommand {
    let identifier: RequestIdentifier
    let applicant: Applicant
    /// The request by which relief was granted.
    let relief: RequestIdentifier
    let plannedOn: CivilDate
    /// By the names in `Relieved`.
    let stated: RequestFields

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func events(in context: DecisionContext) throws -> [Event] {
        guard try context.register.request(identifier) == nil else {
            throw Problem.requestIsKnown
        }
        // Nobody learns whether there is relief of somebody else under the id.
        guard let granted = try context.register.request(relief),
            granted.reliefProfile.map({ $0 != .transferNotice }) ?? false,
            try PersonLookup(context: context)
                .isPerson(granted.person, subject: applicant.subject)
        else {
            throw Problem(
                .notAuthorised,
                at: Relieved.reliefRequest.pointer,
                "the applicant has asked for no relief under this id"
            )
        }
        let duty = try context.register.obligations(broughtAboutBy: relief)
            .first { $0.reliefDuty == .noTransfer }
        guard let duty, let last = duty.dueOn else {
            throw Problem(
                .notAwaited,
                at: Relieved.reliefRequest.pointer,
                "relief is not granted by it: there is nothing to be told"
            )
        }
        guard (duty.arisenOn...last).contains(plannedOn) else {
            throw Problem(
                .notAwaited,
                at: Relieved.plannedOn.pointer,
                "customs have to be told of what happens from \(duty.arisenOn) to \(last)"
            )
        }
        let request = Request(
            identifier: identifier,
            procedure: Relief.name,
            profile: Relief.Profile.transferNotice.rawValue,
            person: granted.person,
            eori: nil,
            requested: .none,
            status: .answered,
            submittedAt: context.now
        )
        return [.requestSubmitted(request), .fieldsStated(identifier, stated)]
    }
}
