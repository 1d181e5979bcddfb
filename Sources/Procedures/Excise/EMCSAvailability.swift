import Contract
import Domain

/// `approval.emcs-availability`: the excise office says that EMCS cannot be used, or can be again.
/// Its users are told, and what could not be done meanwhile gets a day.
struct EMCSAvailability: ManagementCommand {
    let actor: DecisionMaker
    let isAvailable: Bool
    let since: Instant
    let remarks: String?

    /// Users are told the same at most once in this time.
    private static let secondsBetweenMails: Int64 = 3600

    func events(by originator: Originator, in context: DecisionContext) throws -> [Event] {
        try actor.check(isOf: [Excise.office], "says whether EMCS can be used")
        let last = try context.register.lastOutage(of: Excise.userEntitlement)
        let current = last.flatMap { $0.until == nil ? $0 : nil }
        guard isAvailable == (current != nil) else { return [] }
        let earliest = current?.since ?? last?.until
        guard since <= context.now, earliest.map({ since >= $0 }) ?? true else {
            throw Problem(
                .dateOutOfRange,
                at: Away.since.pointer,
                since > context.now
                    ? "it is still to come" : "it lies before what was said of EMCS last"
            )
        }
        return isAvailable
            ? end(of: current, by: originator, in: context)
            : beginning(after: last, by: originator, in: context)
    }

    private func beginning(
        after last: Outage?,
        by originator: Originator,
        in context: DecisionContext
    ) -> [Event] {
        var outage = Outage(
            identifier: OutageIdentifier(context.identifiers.next()),
            system: Excise.userEntitlement,
            since: since,
            toldDownAt: last?.toldDownAt,
            toldUpAt: last?.toldUpAt,
            remarks: remarks
        )
        let isTold = Self.mayTell(after: outage.toldDownAt, at: context.now)
        if isTold { outage.toldDownAt = context.now }
        return [.outageBegan(outage, by: originator)]
            + (isTold ? [followed(by: .downTold, originator, in: context)] : [])
    }

    private func end(
        of current: Outage?,
        by originator: Originator,
        in context: DecisionContext
    ) -> [Event] {
        guard var outage = current else { return [] }
        outage.until = since
        outage.remarks = remarks
        let isTold = Self.mayTell(after: outage.toldUpAt, at: context.now)
        if isTold { outage.toldUpAt = context.now }
        return [
            .outageEnded(outage, by: originator), followed(by: .resumed, originator, in: context),
        ] + (isTold ? [followed(by: .upTold, originator, in: context)] : [])
    }

    private static func mayTell(after told: Instant?, at now: Instant) -> Bool {
        told.map { $0.advanced(bySeconds: secondsBetweenMails) <= now } ?? true
    }

    private func followed(
        by work: Cascade.SystemWork,
        _ originator: Originator,
        in context: DecisionContext
    ) -> Event {
        SystemFollowing.begun(work, of: Excise.userEntitlement, by: originator, in: context)
    }
}
