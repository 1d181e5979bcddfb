import AMQP
import Contract
import Domain
import Foundation
import Storage
import Testing

/// What the clock brings, on a real broker and a real store, with periods of seconds.
@Suite(.serialized)
struct ClockTests {
    private static let employees = ["bob", "carl", "dora"]

    @Test("Reminders, escalations and expiries come once each, with a kill between them")
    func once() async throws {
        try await Installation.with { installation in
            let (anne, company) = (Registrant("anne"), newRequest())
            var daemon = try await installation.startAll()
            try await installation.portal.send(anne.company(company, "LU8001"))
            try await installation.customs.send(Decider.customs.grant(company))
            _ = try await installation.settle(daemon, deliveries: 2)
            try await daemon.stop()

            // The expiry leaves time for a slow machine to come to the kill before it.
            try installation.configure(
                more: "procedures: { access: "
                    + "{ remindAfter: 1s, escalateAfter: 2s, expireAfter: 20s } }"
            )
            daemon = try await installation.start()
            let requests = Self.employees.map { _ in newRequest() }
            let ofAuthority = newRequest()
            try await installation.portal.send(
                zip(Self.employees, requests).map { Registrant($0).employee($1, "LU8001") }
                    + [Registrant("erik").company(ofAuthority, "LU8002")]
            )
            try await installation.collector.wait("every reminder and escalation") { received in
                Self.count("access.reminder", received) == 4
                    && Self.count("access.escalation", received) == 4
            }
            for request in requests + [ofAuthority] {
                let open = try #require(try installation.request(request))
                #expect(open.status == .pending && open.revision == 1)
                #expect(open.remindAt == nil && open.escalateAt == nil)
                #expect(open.expireAt != nil)
            }
            #expect(try daemon.metric("registrar_timers_total", #"kind="remind""#) == 4)
            #expect(try daemon.metric("registrar_timers_total", #"kind="escalate""#) == 4)
            #expect(try daemon.metric("registrar_requests_oldest_pending_seconds") > 0)

            try await daemon.kill()
            daemon = try await installation.start()
            try await installation.collector.wait("every expiry", withinSeconds: 60) {
                Self.count("access.expired-approver", $0) == 4
            }
            try await installation.outboxEmpties()
            let received = try await installation.collector.drain()
            try expectOnce(received, requests, ofAuthority)
            try expectStory(try installation.journal().map(\.event), of: requests + [ofAuthority])
            #expect(try daemon.metric("registrar_requests_oldest_pending_seconds") == 0)
            try await daemon.stop()
            try installation.reader().verify()
        }
    }

    private static func count(_ template: String, _ received: [Received]) -> Int {
        Set(received.filter { $0.template == template }.map(\.messageIdentifier)).count
    }

    /// A copy that was sent again has the id of the first.
    private func expectOnce(
        _ received: [Received],
        _ requests: [String],
        _ ofAuthority: String
    ) throws {
        var seen: Set<String> = []
        let mails = received.filter {
            $0.template != nil && seen.insert($0.messageIdentifier).inserted
        }
        let mailbox = "servicedesk@example.lu"
        for (name, request) in zip(Self.employees, requests) {
            let own = mails.filter { $0.correlation == request }
            #expect(
                Set(own.map { "\($0.template ?? "") \($0.mailbox ?? "")" }) == [
                    "access.pending \(name)@example.lu", "access.awaiting-you anne@example.lu",
                    "access.reminder anne@example.lu", "access.escalation \(mailbox)",
                    "access.expired \(name)@example.lu", "access.expired-approver anne@example.lu",
                ]
            )
            #expect(own.count == 6)
            for (template, kind) in [
                ("access.reminder", "remind"), ("access.escalation", "escalate"),
                ("access.expired", "expire"),
            ] {
                let mail = try #require(own.first { $0.template == template })
                #expect(mail.attribute("causationid") == "timer:\(kind):\(request)")
            }
        }
        let own = mails.filter { $0.correlation == ofAuthority }.compactMap(\.template)
        #expect(
            own == [
                "access.pending", "access.awaiting-you", "access.reminder", "access.escalation",
                "access.expired", "access.expired-approver",
            ]
        )
    }

    private func expectStory(_ journal: [String], of requests: [String]) throws {
        for request in requests {
            let story = journal.filter { $0.contains(#""request":{"id":"\#(request)""#) }
            for (event, count) in [
                (#""event":"request.reminded""#, 1),
                (#""event":"request.escalated""#, 1), (#""status":"expired""#, 1),
            ] {
                #expect(story.count { $0.contains(event) } == count, "\(event) of \(request)")
            }
        }
    }

    @Test("What fell due while the daemon was down is caught up with: no stale reminders")
    func down() async throws {
        try await Installation.with { installation in
            try installation.configure(
                more: "procedures: { access: { remindAfter: 4s, expireAfter: 5s } }"
            )
            var daemon = try await installation.startAll()
            let requests = (0..<20).map { _ in newRequest() }
            try await installation.portal.send(
                requests.enumerated().map { number, request in
                    Registrant("anne").company(request, "LU81\(number)")
                }
            )
            try await eventually("all requests stored") {
                try installation.reader().figures().requests.first?.count == 20 ? () : nil
            }
            try await daemon.kill()
            let reminded = try installation.journal()
                .count { $0.event.contains(#""event":"request.reminded""#) }
            let expireAt = try requests.compactMap { try installation.request($0)?.expireAt }.max()
            let last = try #require(expireAt)
            try await eventually("the end of the last request") {
                Int64(Date.now.timeIntervalSince1970) > last.seconds ? () : nil
            }
            daemon = try await installation.start()
            try await installation.collector.wait("every expiry", withinSeconds: 60) {
                Self.count("access.expired", $0) == 20
            }
            try await installation.outboxEmpties()
            let received = try await installation.collector.drain()
            #expect(Self.count("access.expired", received) == 20)
            #expect(Self.count("access.expired-approver", received) == 20)
            #expect(Self.count("access.reminder", received) == reminded)
            try await daemon.stop()
            try installation.reader().verify()
        }
    }
}
