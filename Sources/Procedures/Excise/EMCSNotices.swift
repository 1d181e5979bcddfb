import Contract
import Domain

// What people are told of EMCS, and of what goes on without it.
extension Excise {
    static let emcsMails = [fallback, fallbackConfirmed, emcsDown, emcsUp]

    /// To the office: somebody moves goods with a paper; `own-fault` where nobody had said that
    /// EMCS is away.
    private static let fallback = mail(
        "fallback",
        [.applicant, .exciseNumber, .reference, .movedOn, .reason],
        optional: [.consignee],
        variants: ["announced", "own-fault"]
    )
    private static let fallbackConfirmed = mail(
        "fallback-confirmed",
        [.recipient, .exciseNumber, .reference],
        optional: [.dueOn]
    )
    private static let emcsDown = mail(
        "emcs-down",
        [.recipient, .since, .time],
        optional: [.remarks]
    )
    private static let emcsUp = mail("emcs-up", [.recipient, .since, .time], optional: [.remarks])

    /// That goods move with a paper: to the office, and to whoever said so.
    static func notices(ofFallback catchUp: Obligation, in context: NoticeContext) throws
        -> [Notice]
    {
        guard let request = try context.register.request(catchUp.request) else { return [] }
        let stated = try context.register.fields(of: request.identifier)
        let values: MailValues = [
            .exciseNumber: catchUp.authorisation.map { .text($0.text) },
            .reference: .text(catchUp.reference), .movedOn: .day(catchUp.arisenOn),
            .reason: stated[Away.reason].map { .lines($0) },
            .consignee: stated[Moved.consigneeNumber].map { .text($0) },
            .dueOn: catchUp.dueOn.map { .day($0) },
            .applicant: try context.register.person(request.person)?.details
                .map { .text($0.displayName) },
        ]
        return [
            Notice(
                fallback,
                stated[Away.ownFault] == nil ? "announced" : "own-fault",
                to: [.office(office)],
                values,
                about: request.identifier
            ),
            Notice(
                fallbackConfirmed,
                to: [.person(request.person)],
                values,
                about: request.identifier
            ),
        ]
    }

    /// What users of EMCS are told of it; nothing where it is otherwise again by now.
    static func notices(
        of work: Cascade.SystemWork,
        to recipients: [Recipient],
        in context: NoticeContext
    ) throws -> [Notice] {
        guard let outage = try context.register.lastOutage(of: userEntitlement) else { return [] }
        let template: MailTemplate
        let since: Instant
        switch (work, outage.until) {
        case (.downTold, nil): (template, since) = (emcsDown, outage.since)
        case (.upTold, let until?): (template, since) = (emcsUp, until)
        default: return []
        }
        return [
            Notice(
                template,
                to: recipients.compactMap(\.person).map { .person($0) },
                [
                    .since: .day(LuxembourgCalendar.date(at: since)),
                    .time: .text(LuxembourgCalendar.time(at: since)),
                    .remarks: outage.remarks.map { .lines($0) },
                ],
                about: nil
            )
        ]
    }
}

extension MailVariable {
    /// The day since which EMCS is away, or works again.
    fileprivate static let since: Self = "since"
    /// The time of that day in Luxembourg.
    fileprivate static let time: Self = "time"
    /// The day on which goods leave, or arrived.
    fileprivate static let movedOn: Self = "moved-on"
    /// The consignee's excise number.
    fileprivate static let consignee: Self = "consignee"
    /// Why EMCS is not used.
    fileprivate static let reason: Self = "reason"
}
