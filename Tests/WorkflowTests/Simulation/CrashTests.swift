import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// One short story, and the process dies at each of its moments in turn: before and after every
/// write, commit, acknowledgement and publication.
@Suite struct CrashTests {
    @Test("whenever the process dies, the story ends as it does when it lives")
    func everyMoment() async throws {
        try await everyMoment(of: Self.script) { calm in
            #expect(calm.story.contains("account.opened"))
            #expect(calm.story.contains("message.deferred"))
            #expect(calm.moments > 60)
        }
    }

    @Test("whenever the process dies, what the clock brings is done once")
    func everyMomentOfTheClock() async throws {
        // Company and employee's request; reminder, escalation, expiry.
        let days: [Int64] = [8, 8, 20]
        let script = [
            [Self.decision(1, "early"), Self.registration(1)],
            [
                Self.registration(2, "employee", by: "bob"),
                Self.registration(3, "employee", by: "erik"),
            ],
        ]
        try await everyMoment(of: script, days) { calm in
            #expect(
                calm.story.isSuperset(of: ["request.reminded", "request.escalated"])
            )
            #expect(calm.statuses.count { $0.hasSuffix("expired") } == 2)
        }
    }

    @Test("whenever the process dies, authorisations and obligations come to the same end")
    func everyMomentOfExcise() async throws {
        // The declaration's reminder, its end, the warning, the lapse.
        let days: [Int64] = [9, 3, 30, 40]
        let script = [
            [Self.registration(1), Self.decision(1, "yes")],
            [Self.exciseGrant(2), Self.authorisation(2)],
            [Self.receipt(3), Self.receipt(4)],
            [Self.reportOfReceipt(5), Self.receipt(3)],
        ]
        try await everyMoment(of: script, days) { calm in
            #expect(calm.story.contains("guarantee.held"))
            #expect(
                calm.statuses.suffix(4) == [
                    "LU00000123456 lapsed", "ac4-declaration overdue", "duty-payment overdue",
                    "report-of-receipt met",
                ]
            )
            #expect(
                calm.mails.filter { $0.key.hasPrefix("excise.") } == [
                    "excise.pending": 1, "excise.awaiting-you": 1, "excise.granted": 1,
                    "excise.due": 2, "excise.due-reminder": 2, "excise.overdue": 2,
                    "excise.warning": 1, "excise.lapsed": 1,
                ]
            )
        }
    }

    @Test("whenever the process dies, a mandate comes to the same end, and each is told once")
    func everyMomentOfAMandate() async throws {
        // The office's reminder of the authorisation, the mandate's warning, its lapse.
        let days: [Int64] = [9, 32, 31]
        let script = [
            [
                Self.registration(1), Self.decision(1, "yes"),
                Self.registration(2, by: "frank", eori: "LU2"), Self.decision(2, "yes-2"),
                Self.agreement(4),
            ],
            [Self.authorisation(3), Self.mandate(4)],
        ]
        let calm = try await story(script, days: days, dyingAt: nil)
        #expect(calm.findings == [])
        #expect(calm.story.isSuperset(of: ["message.deferred", "authorisation.granted"]))
        #expect(calm.statuses.last?.hasSuffix(" lapsed") == true)
        let told = calm.mails.filter { $0.key.contains("mandate") }
        #expect(
            told == [
                "excise.mandate-pending": 1, "excise.mandate-awaiting-you": 1,
                "excise.mandate-granted": 2, "excise.mandate-warning": 2,
                "excise.mandate-ended": 2,
            ]
        )
        // Which request comes first after a crash is the broker's to say: what is told counts.
        for moment in 0..<calm.moments {
            let told = try await story(script, days: days, dyingAt: moment)
            if told.deaths != 1 || !told.findings.isEmpty || told.mails != calm.mails {
                Issue.record(
                    "dying at moment \(moment): \(told.findings.prefix(3)), \(told.mails)"
                )
            }
        }
    }

    @Test(
        "whenever the process dies, what falls due while EMCS is away waits, and all else does not"
    )
    func everyMomentWithoutEMCS() async throws {
        // The report's day, the declaration's, the warning, the lapse.
        let days: [Int64] = [9, 3, 30, 40]
        let script = [
            [Self.registration(1), Self.decision(1, "yes")],
            [Self.exciseGrant(2), Self.authorisation(2)],
            [Self.receipt(3), Self.emcsIsAway(1)],
            [Self.emcsIsAway(2)],
        ]
        try await everyMoment(of: script, days) { calm in
            #expect(
                calm.story.isSuperset(of: ["outage.began", "cascade.done", "nothing.to-change"])
            )
            #expect(
                calm.statuses.suffix(3) == [
                    "ac4-declaration overdue", "duty-payment overdue", "report-of-receipt open",
                ]
            )
            #expect(calm.mails["excise.overdue"] == 2)
        }
    }

    /// Tells the story without a death, and with one at each of its moments in turn: all have to
    /// end alike.
    ///
    /// - Parameter check: Looks at the end.
    func everyMoment(
        of script: [[Sent]],
        _ days: [Int64] = [],
        check: (Told) -> Void
    ) async throws {
        let calm = try await story(script, days: days, dyingAt: nil)
        #expect(calm.findings == [])
        check(calm)
        for moment in 0..<calm.moments {
            let told = try await story(script, days: days, dyingAt: moment)
            if told.deaths != 1 || !told.findings.isEmpty || told.statuses != calm.statuses
                || told.mails != calm.mails
            {
                Issue.record(
                    "dying at moment \(moment): \(told.findings.prefix(3)), \(told.mails)"
                )
            }
        }
    }

    struct Told {
        let findings: [String]
        let story: Set<String>
        let statuses: [String]
        /// How often each mail was sent, each id counted once.
        let mails: [String: Int]
        let moments: Int
        let deaths: Int
    }

    private func story(
        _ script: [[Sent]],
        days: [Int64],
        dyingAt moment: Int?
    ) async throws -> Told {
        let simulation = try Simulation(script: script)
        simulation.hazard.arm(in: moment)
        let findings = await simulation.runScript(days: days)
        let mails = Dictionary(
            simulation.broker.published.map {
                ($0.message.properties.messageIdentifier, $0.message)
            },
            uniquingKeysWith: { first, _ in first }
        ).values.compactMap { Reading($0.body).object("data")["template"] }
        let contents = simulation.register.contents
        return Told(
            findings: findings,
            story: Set(contents.story),
            statuses: contents.requestOrder.map { request in
                "\(request) \(contents.requests[request]?.status.rawValue ?? "")"
            }
                + contents.authorisations.map { "\($0.number) \($0.status.rawValue)" }
                + contents.obligations.map { "\($0.kind) \($0.status.rawValue)" },
            mails: Dictionary(mails.map { ($0, 1) }, uniquingKeysWith: +),
            moments: simulation.hazard.moments,
            deaths: simulation.hazard.deaths
        )
    }

    /// In rounds: what is sent at once.
    private static let script: [[Sent]] = [
        [decision(1, "early"), registration(1), registration(2, "employee", by: "bob")],
        [rubbish, registration(3, "employee", by: "bob"), registration(1)],
        [decision(3, "own", by: "bob", role: "manager"), decision(4, "never")],
        [decision(3, "right", by: "anne", role: "manager"), decision(3, "again", by: "dora")],
    ]

    private static let rubbish = Sent(
        rubbish: Messages.registration(9).message(body: "no JSON"),
        reason: "malformed"
    )

    private static func registration(
        _ number: Int,
        _ profile: String = "company",
        by person: String = "anne",
        eori: String = "LU1"
    ) -> Sent {
        Sent(
            .registration(
                Sent.Registration(
                    request: "\(Messages.request(number))",
                    profile: profile,
                    person: person,
                    eori: eori,
                    operations: profile == "employee" ? [] : ["import"],
                    terms: true
                )
            ),
            Messages.registration(
                number,
                profile: profile,
                by: person,
                eori: eori,
                operations: ["import"]
            )
        )
    }

    private static func decision(
        _ number: Int,
        _ identifier: String,
        by person: String = "claude",
        role: String = "customs-authority"
    ) -> Sent {
        Sent(
            .decision(
                Sent.Decision(
                    request: "\(Messages.request(number))",
                    outcome: "granted",
                    person: person,
                    role: role
                )
            ),
            Messages.decision(number, by: person, role: role, identifier: identifier)
        )
    }

    // MARK: Excise

    private static func authorisation(_ number: Int) -> Sent {
        let kind = "registered-consignee"
        let secured = Sent.Excise.Guarantee(reference: "GRN-1", cents: 100)
        return Sent(
            .excise(excise(.ask(eori: "LU1", kind: kind, secured: secured), number, number: "")),
            Messages.authorisation(number, Messages.guarantee)
        )
    }

    private static func exciseGrant(_ number: Int) -> Sent {
        Sent(
            .excise(excise(.grant, number, by: "emil")),
            Messages.exciseGrant(number, from: "2026-09-01", until: "2026-11-30")
        )
    }

    private static func mandate(_ number: Int) -> Sent {
        Sent(
            .excise(excise(.appoint("LU2", for: "LU1", Sent.Excise.Mandate()), number, number: "")),
            Messages.mandate(number, from: "2026-09-21", until: "2026-11-30")
        )
    }

    private static func agreement(_ number: Int) -> Sent {
        Sent(
            .excise(excise(.agree(for: nil), number, by: "frank", number: "")),
            Messages.decision(number, by: "frank", role: "manager", identifier: "agreed")
        )
    }

    private static func receipt(_ number: Int) -> Sent {
        Sent(
            .excise(excise(.receive(movement: "M-1"), number)),
            Messages.excise("receipt", number, #","receivedOn":"2026-09-21""#)
        )
    }

    private static func emcsIsAway(_ number: Int) -> Sent {
        Sent(
            .excise(excise(.say(isAvailable: false), number, by: "emil", number: "")),
            Messages.availability(number, false, since: "2026-09-21T06:00:00Z")
        )
    }

    private static func reportOfReceipt(_ number: Int) -> Sent {
        Sent(
            .excise(excise(.meet("report-of-receipt", movement: "M-1"), number)),
            Messages.excise("report-of-receipt", number, #","reportedOn":"2026-09-21""#)
        )
    }

    private static func excise(
        _ action: Sent.Excise.Action,
        _ request: Int,
        by person: String = "anne",
        number: String = Messages.exciseNumber
    ) -> Sent.Excise {
        Sent.Excise(
            action: action,
            request: "\(Messages.request(request))",
            person: person,
            number: number,
            day: "2026-09-21"
        )
    }
}
