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
        try actor.check(
            isOf: ProcedureCatalogue.offices(answeringFor: found),
            "says that this was done"
        )
        guard let found, found.status.isRunning else {
            throw Problem(
                .notAwaited,
                at: Self.obligation.pointer,
                found == nil ? "no obligation has this id" : "it was done already"
            )
        }
        return [try found.met(on: day, at: Self.day.pointer, by: originator, in: context)]
    }

    /// Whatever else is wrong, nobody decides about what is their own duty, or that of an operator
    /// for which they act, or what they reported.
    private func checkInterest(in found: Obligation, _ context: DecisionContext) throws {
        let reporter = try context.register.request(found.request)?.person
        try PersonLookup(context: context).check(
            actor,
            isNoneOf: [found.holder.person, reporter].compactMap(\.self),
            orOf: found.holder.eori
        )
    }
}
