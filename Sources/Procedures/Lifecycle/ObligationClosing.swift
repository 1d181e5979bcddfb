import Contract
import Domain

/// `approval.obligation`: the office that answers for a duty says that it was done. Whoever had to
/// do it may be gone, with the account or with the operator; the duty stays until somebody says so.
struct ObligationClosing: ManagementCommand {
    let actor: DecisionMaker
    let obligation: ObligationIdentifier
    /// The day on which it was done.
    let day: CivilDate

    static let obligation = FieldDefinition("obligation", "the id of what had to be done")
    static let day = FieldDefinition("metOn", "the day on which it was done", .day)

    func events(by originator: Originator, in context: DecisionContext) throws -> [Event] {
        let found = try context.register.obligation(obligation)
        if let found { try checkInterest(in: found, context) }
        // Nobody learns which there are who could close none.
        let offices = ProcedureCatalogue.offices(answeringFor: found)
        guard offices.contains(actor.role) else {
            let names = offices.map { $0.rawValue.replacing("-", with: " ") }
            throw Problem(
                .notAuthorised,
                at: "/data/actor/role",
                "the \(names.joined(separator: " or the ")) alone says that this was done"
            )
        }
        guard let found, found.status.isRunning else {
            throw Problem(
                .notAwaited,
                at: Self.obligation.pointer,
                found == nil ? "no obligation has this id" : "it was done already"
            )
        }
        guard day >= found.arisenOn, day <= LuxembourgCalendar.date(at: context.now) else {
            throw Problem(
                .dateOutOfRange,
                at: Self.day.pointer,
                "it lies before what had to be done, or is still to come"
            )
        }
        return [found.met(on: day, by: originator, context.settings)]
    }

    /// Whatever else is wrong, nobody decides about what is their own duty, or that of an operator
    /// for which they act, or what they reported.
    private func checkInterest(in found: Obligation, _ context: DecisionContext) throws {
        let lookup = PersonLookup(context: context)
        let people = [found.holder.person, try context.register.request(found.request)?.person]
        let isTheirs = try people.compactMap(\.self).contains {
            try lookup.isPerson($0, subject: actor.subject)
        }
        let acts =
            try found.holder.eori.map { try lookup.holdsAccount(actor.subject, of: $0) } ?? false
        guard !isTheirs, !acts else {
            throw Problem(
                .ownRequest,
                at: "/data/actor/subject",
                "the actor reported it, or holds an account of the operator that has to do it"
            )
        }
    }
}
