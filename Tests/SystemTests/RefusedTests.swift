import AMQP
import Broker
import Contract
import Domain
import Storage
import TestKit
import Testing

/// What becomes of an inbound message: duplicate, id reused, refused.
@Suite(.serialized)
struct RefusedTests {
    private let anne = Registrant("anne")
    private let bob = Registrant("bob")

    @Test("The same bytes again change nothing; other bytes under the same id are refused")
    func duplicates() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            let request = newRequest()
            let event = anne.company(request, "LU2001")
            try await installation.portal.send(event, event)
            let first = try await installation.settle(daemon, deliveries: 2)
            #expect(first.count == 3)
            let journal = try installation.journal().count

            try await installation.portal.send(event)
            let second = try await installation.settle(daemon, deliveries: 3)
            #expect(second.count == 3)
            #expect(try installation.journal().count == journal)
            #expect(try daemon.metric("registrar_settled_total", #"outcome="duplicate""#) == 2)

            var other = anne.company(newRequest(), "LU2002")
            other.id = event.id
            try await installation.portal.send(other)
            let third = try await installation.settle(daemon, deliveries: 4).dropFirst(3)
            #expect(third.count == 1)
            expectProblem(third.first, "id-reused", 409, about: other)
            #expect(try installation.request(other.subject ?? "") == nil)

            // The key is the sender's own: nobody takes another's ids in advance.
            try await installation.sender("operator").send(other)
            _ = try await installation.settle(daemon, deliveries: 5)
            #expect(try installation.request(other.subject ?? "")?.status == .pending)
        }
    }

    @Test("What the broker delivers again is known, also what has no identity of its own")
    func redelivered() async throws {
        try await Installation.with { installation in
            let request = newRequest()
            let event = anne.company(request, "LU2003")
            var broken = OutgoingMessage("registration.access.company", Array("{broken".utf8))
            broken.properties.messageIdentifier = "the-broken-one"
            var daemon = try await installation.startAll()
            try await daemon.stop()
            // Delivered once to somebody who gave it back: new to the daemon all the same.
            try await installation.portal.send([event.message, broken])
            try await giveBack(2, installation)
            daemon = try await installation.start()
            let first = try await installation.settle(daemon, deliveries: 2)
            #expect(first.count == 4, "two mails, a status, a dead letter")
            #expect(try daemon.metric("registrar_redelivered_total") == 2)
            try await daemon.stop()

            try await installation.portal.send([event.message, broken])
            try await giveBack(2, installation)
            daemon = try await installation.start()
            let second = try await installation.settle(daemon, deliveries: 2)
            #expect(second.count == 4)
            #expect(try daemon.metric("registrar_settled_total", #"outcome="duplicate""#) == 2)

            // Sent again it is another message, though the content is the same.
            try await installation.portal.send(broken)
            let third = try await installation.settle(daemon, deliveries: 3)
            #expect(third.count == 5)
        }
    }

    /// Takes so many registrations from the queue and gives them back.
    private func giveBack(_ count: Int, _ installation: Installation) async throws {
        let connection = try await Connection.open(
            Endpoint(url: installation.broker.url(user: "operator"))
        )
        let queue = installation.topology.queue(.registrations)
        var tags: [UInt64] = []
        while tags.count < count {
            let delivery = try await eventually("a message in \(queue)") {
                try await connection.get(queue: queue)
            }
            tags.append(delivery.tag)
        }
        for tag in tags { try await connection.reject(tag, requeue: true) }
        await connection.close()
    }

    @Test("Decisions that nobody may take are refused, and change nothing")
    func refusedDecisions() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU2004", installation)
            let (company, employee) = (newRequest(), newRequest())
            try await installation.portal.send(
                bob.company(company, "LU2005"),
                bob.employee(employee, "LU2004")
            )
            var sent = 4
            var seen = try await installation.settle(daemon, deliveries: sent).count
            let customs = Decider.customs
            let refused: [(InboundEvent, String, Int64, String)] = [
                (Decider.manager(bob).grant(employee), "own-request", 403, employee),
                (
                    Decider(role: "customs-authority", subject: bob.subject).grant(company),
                    "own-request", 403, company
                ),
                (
                    Decider.manager(Registrant("eve")).grant(employee), "not-authorised", 403,
                    employee
                ),
                (Decider.manager(anne).grant(company), "not-authorised", 403, company),
                (customs.grant(employee), "not-authorised", 403, employee),
                (
                    customs.grant(company, operations: ["import-control"]),
                    "operations-not-allowed", 422, company
                ),
                (customs.decision(company, "granted", revision: 7), "stale-revision", 409, company),
            ]
            for (event, code, status, request) in refused {
                let before = try installation.request(request)
                let entries = try Int64(installation.journal().count)
                let sender =
                    event.data.contains(#""role":"manager""#)
                    ? installation.portal : installation.customs
                try await sender.send(event)
                sent += 1
                let all = try await installation.settle(daemon, deliveries: sent)
                #expect(all.count == seen + 1, "\(code): a problem and nothing else")
                seen = all.count
                expectProblem(all.last, code, status, about: event, request: request)
                #expect(try installation.request(request) == before, "\(code)")
                try expectEntry(code, after: entries, installation)
            }
            #expect(try installation.reader().accounts().count == 1)
            try installation.reader().verify()
        }
    }

    @Test("A closed request stays closed; a request exists once; unaccepted terms leave no trace")
    func refusedRegistrations() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            let request = newRequest()
            try await installation.portal.send(anne.company(request, "LU2006"))
            try await installation.customs.send(
                Decider.customs.decision(request, "rejected", remarks: "no")
            )
            var sent = 2
            var seen = try await installation.settle(daemon, deliveries: sent).count
            let terms = newRequest()
            let before = try installation.request(request)
            #expect(before?.status == .rejected)
            let eve = Registrant("eve")
            let refused: [(InboundEvent, String, Int64, String)] = [
                (Decider.customs.grant(request), "request-closed", 409, request),
                (anne.withdrawal(request), "request-closed", 409, request),
                (anne.supplement(request, "late"), "request-closed", 409, request),
                (bob.withdrawal(request), "not-authorised", 403, request),
                (anne.company(request, "LU2007"), "request-exists", 409, request),
                (
                    eve.company(terms, "LU2008", termsAccepted: false), "terms-not-accepted", 422,
                    terms
                ),
                (
                    anne.moreOperations(terms, "LU2009", ["import"]), "operator-unknown", 404,
                    terms
                ),
            ]
            for (event, code, status, request) in refused {
                let entries = try Int64(installation.journal().count)
                let isDecision = event.routingKey.hasPrefix("approval")
                try await (isDecision ? installation.customs : installation.portal).send(event)
                sent += 1
                let all = try await installation.settle(daemon, deliveries: sent)
                #expect(all.count == seen + 1, "\(code): a problem and nothing else")
                seen = all.count
                expectProblem(all.last, code, status, about: event, request: request)
                try expectEntry(code, after: entries, installation)
            }
            #expect(try installation.request(request) == before)
            #expect(try installation.request(terms) == nil)
            #expect(try installation.reader().person(subject: eve.subject) == nil)
            #expect(try installation.reader().figures().requests.map(\.count) == [0, 1])
        }
    }

    /// The journal has gained an entry that names the code, and holds nothing personal.
    private func expectEntry(
        _ code: String,
        after sequence: Int64,
        _ installation: Installation
    ) throws {
        let entries = try installation.reader().journal(after: sequence, limit: 10)
        #expect(entries.count == 1, "\(code): one entry")
        let event = entries.first?.event ?? ""
        #expect(event.contains("message.refused") && event.contains("\"\(code)\""))
        let text = event + (entries.first?.cause ?? "")
        for personal in ["Weber", "example.lu", "eaccess:", "Some Body"] {
            #expect(!text.contains(personal), "\(text)")
        }
    }
}

/// A problem about an event, as RFC 9457 and the manual have it.
func expectProblem(
    _ message: Received?,
    _ code: String,
    _ status: Int64,
    about event: InboundEvent,
    request: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(message?.queue == "problems", "\(code)", sourceLocation: sourceLocation)
    #expect(message?.problem == "urn:luccs:problem:\(code)", sourceLocation: sourceLocation)
    #expect(message?.data("status")?.integer == status, sourceLocation: sourceLocation)
    #expect(message?.data("title")?.text?.isEmpty == false, sourceLocation: sourceLocation)
    #expect(message?.data("event", "id")?.text == event.id, sourceLocation: sourceLocation)
    #expect(message?.data("event", "source")?.text == event.source, sourceLocation: sourceLocation)
    #expect(message?.data("event", "type")?.text == event.type, sourceLocation: sourceLocation)
    #expect(message?.attribute("causationid") == event.id, sourceLocation: sourceLocation)
    if let request {
        #expect(message?.data("requestId")?.text == request, sourceLocation: sourceLocation)
        #expect(message?.correlation == request, sourceLocation: sourceLocation)
    }
}
