import AMQP
import Broker
import Contract
import Domain
import Foundation
import Storage
import TestKit
import Testing

/// `registrarctl dead-letter` and `outbox retry`: what operators do about what went wrong.
@Suite("registrarctl dead-letter", .timeLimit(.minutes(5)))
struct DeadLetterCommandTests {
    private let anne = Registrant("anne")
    private static let why = ["--reason", "Asked for by the portal's team."]

    /// The operator's list of dead letters, when there are so many.
    @discardableResult
    private func letters(_ count: Int, _ tool: OperatorTool) async throws -> [JSONValue] {
        try await eventually("\(count) dead letters") {
            let letters = try await tool.json("dead-letter", "list")["deadLetters"]?.elements ?? []
            return letters.count == count ? letters : nil
        }
    }

    private func grant(_ request: String) -> InboundEvent { Decider.customs.grant(request) }

    @Test("Letters are counted by their cause, filtered, and one is shown whole")
    func looking() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            for body in ["{broken", "{bro\u{1B}[2Jken", "7"] {
                try await installation.portal.send(
                    OutgoingMessage("registration.access.company", Array(body.utf8))
                )
            }
            try await installation.portal.send(grant(newRequest()), grant(newRequest()))
            let all = try await letters(5, tool)
            #expect(Set(all.compactMap { $0["id"]?.text }).count == 5)

            let groups = try await tool.json("dead-letter", "groups")["groups"]?.elements ?? []
            #expect(groups.compactMap { $0["count"]?.integer }.reduce(0, +) == 5)
            let forbidden = groups.first { $0["reason"]?.text == "forbidden" }
            #expect(forbidden?["count"]?.integer == 2)
            #expect(forbidden?["kind"]?.text == "approval.decision")
            #expect(forbidden?["user"]?.text == "ntp-portal")
            #expect(forbidden?["first"]?.text.flatMap { Instant(rfc3339: $0) } != nil)
            // Two bodies that broke at different bytes have one cause.
            #expect(groups.first { $0["reason"]?.text == "malformed" }?["count"]?.integer == 2)

            for (filter, count) in [
                (["--code", "forbidden"], 2),
                (["--code", "malformed", "--code", "not-an-event"], 3),
                (["--user", "ntp-portal"], 5), (["--user", "nobody"], 0),
                (["--type", "approval.decision"], 2), (["--queue", "registrations"], 3),
                (["--after", "2020-01-01"], 5), (["--before", "2020-01-01"], 0),
            ] {
                let found = try await tool.json(["dead-letter", "list"] + filter)
                #expect(found["deadLetters"]?.elements.count == count, "\(filter)")
            }

            let identifiers = all.compactMap { $0["id"]?.text }
            let shown = try await tool.run("dead-letter", "show", identifiers[1])
            #expect(shown.hasPrefix("Dead letter \(identifiers[1])\n"))
            #expect(shown.contains("  Reason         malformed\n"), "\(shown)")
            #expect(shown.contains("  Sent first by  ntp-portal\n"))
            #expect(shown.contains("  Routing key    registration.access.company\n"))
            #expect(shown.contains("{bro\\u{1b}[2Jken"), "what would clear the screen is escaped")
            let json = try await tool.json("dead-letter", "show", identifiers[3])
            let body = json["body"]?.text.flatMap { Data(base64Encoded: $0) }
            #expect(
                try body.map { try JSONValue(parsing: Array($0))["type"]?.text } == grant("").type
            )
            for wrong in ["77", "x", "", identifiers[0] + "0"] {
                let none = try await tool.attempt(["dead-letter", "show", wrong])
                #expect(none.status == 65, "\(wrong)")
            }
            // All of today's begin alike.
            let vague = try await tool.attempt([
                "dead-letter", "show", "\(identifiers[0].prefix(4))",
            ])
            #expect(vague.status == 65 && vague.stderr.contains("several"))
            // Nothing was lost by looking.
            for _ in 0..<100 { try await letters(5, tool) }
            let again = try await letters(5, tool)
            #expect(again.map { $0["id"]?.text } == identifiers)
            #expect(try installation.journal().count == 5)
            try await daemon.stop()
            // Nor does it take a broker, or a daemon.
            try await letters(5, tool)
        }
    }

    @Test("A dry run predicts what the replay does, and changes nothing")
    func replay() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            // A portal that is not known yet sends a registration, and one that is broken.
            try installation.configure(
                publishers: "customs-backoffice: [customs-authority], operator: [operator]",
                more: try operatorSection(installation)
            )
            let first = try await installation.start()
            let (request, other) = (newRequest(), newRequest())
            try await installation.portal.send(
                anne.company(request, "LU9001"),
                Registrant("bob").employee(other, "LU9002")
            )
            try await installation.portal.send(
                OutgoingMessage("registration.access.company", Array("{broken".utf8))
            )
            try await letters(3, tool)
            try await first.stop()

            _ = try OperatorTool(installation)
            let second = try await installation.start()
            let entries = try installation.journal().count
            let predicted =
                try await tool.json("dead-letter", "replay", "--all", "--dry-run")["letters"]?
                .elements ?? []
            let forecasts = predicted.map { $0["forecast"] }
            #expect(
                forecasts.compactMap { $0?["outcome"]?.text } == ["applied", "rejected", "dead"]
            )
            #expect(
                forecasts.map { $0?["code"]?.text } == [nil, "operator-unknown", "malformed"]
            )
            #expect(
                forecasts[0]?["events"]?.elements.compactMap(\.text)
                    == ["person.recorded", "request.submitted"]
            )
            #expect(try installation.journal().count == entries)
            #expect(try installation.request(request) == nil)
            let order = try await letters(3, tool).map { $0["reason"]?.text }
            #expect(order == ["forbidden", "forbidden", "malformed"])
            let table = try await tool.run("dead-letter", "replay", "--all", "--dry-run")
            #expect(table.contains("applied   person.recorded, request.submitted"))

            let replayed = try await tool.json(["dead-letter", "replay", "--all"] + Self.why)
            #expect(replayed["replayed"]?.elements.count == 3)
            try await tool.wait(for: "pending", of: request)
            try await tool.wait(for: "rejected", of: other)
            // What is broken stays so, and it is known how often that was tried.
            let left = try await letters(1, tool)
            #expect(left[0]["replays"]?.integer == 1)
            #expect(left[0]["id"]?.text == predicted[2]["id"]?.text, "it is the same letter")
            #expect(left[0]["user"]?.text == "ntp-portal")

            let story = try await tool.run("request", "explain", request)
            #expect(story.contains("replayed by broker user operator"), "\(story)")
            // Free text is for those who may see names.
            #expect(story.contains("The operator gave a reason"))
            #expect(!story.contains("Asked for"))
            let named = try await tool.run("request", "explain", request, "--names")
            #expect(named.contains("The operator's reason: Asked for by the portal's team."))
            #expect(
                try installation.journal().allSatisfy { !$0.event.contains("Asked for") }
            )
            try installation.reader().verify()
            try await second.stop()
        }
    }

    @Test("A replay launders nothing: who was not allowed to say it still is not")
    func laundering() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            let request = newRequest()
            try await installation.portal.send(anne.company(request, "LU9010"))
            try await tool.wait(for: "pending", of: request)
            let forgeries = Self.forgeries(by: grant(request).message)
            try await installation.portal.send(forgeries)
            try await letters(2, tool)
            try await daemon.stop()
            // And by the broker's own hand: what it puts aside keeps its sender's headers.
            try await putAside(forgeries, installation)
            let again = try await installation.start()
            let all = try await letters(4, tool)
            #expect(all.map { $0["user"]?.text } == ["ntp-portal", nil, "ntp-portal", nil])
            #expect(
                all.map { $0["reason"]?.text } == [
                    "forbidden", "forbidden", "rejected", "rejected",
                ]
            )
            #expect(all.allSatisfy { $0["queue"]?.text == "\(installation.prefix).approvals" })

            let predicted = try await tool.json("dead-letter", "replay", "--all", "--dry-run")
            #expect(
                predicted["letters"]?.elements.map { $0["forecast"]?["code"]?.text }
                    == ["forbidden", "forbidden", "forbidden", "forbidden"]
            )
            try await replayAll(time: 1, tool)
            try await replayAll(time: 2, tool)
            #expect(try installation.request(request)?.status == .pending)
            let ids = try await letters(4, tool).compactMap { $0["id"]?.text }
            #expect(Set(ids) == Set(all.compactMap { $0["id"]?.text }))
            // A user without the role operator is told so, and would not be believed.
            let portal = try await tool.attempt(
                ["dead-letter", "replay", "--all"] + Self.why,
                environment: [
                    "REGISTRARCTL_BROKER_URL":
                        OperatorTool.url("ntp-portal:ntp-portal@", installation.broker)
                ]
            )
            #expect(portal.status == 77)
            // Once the portal may speak for the office, its own letters have their effect.
            let publishers = Installation.publishers.replacing(
                "[portal]",
                with: "[portal, customs-authority]"
            )
            try installation.configure(
                publishers: publishers,
                more: try operatorSection(installation)
            )
            again.program.signal(SIGHUP)
            try await again.program.waitForLine(containing: "configuration was read again")
            _ = try await tool.json(
                ["dead-letter", "replay", "--user", "ntp-portal", "--sample", "1"] + Self.why
            )
            try await tool.wait(for: "granted", of: request)
            try await again.stop()
        }
    }

    /// Has all four letters replayed, and waits until they are back.
    private func replayAll(time number: Int64, _ tool: OperatorTool) async throws {
        _ = try await tool.json(["dead-letter", "replay", "--all"] + Self.why)
        try await eventually("all of them are back") {
            let back = try await letters(4, tool)
            return back.allSatisfy { $0["replays"]?.integer == number } ? () : nil
        }
    }

    /// The portal grants its own request, in its own name and in nobody's, as if the daemon had
    /// said who sent it.
    private static func forgeries(by grant: OutgoingMessage) -> [OutgoingMessage] {
        var forged = grant
        forged.properties.headers = [
            "x-registrar-user": "customs-backoffice", "x-registrar-replays": 1,
            "x-registrar-reason": "schema",
        ]
        var nameless = forged
        nameless.namesSender = false
        return [forged, nameless]
    }

    /// Has the broker dead-letter messages by itself.
    private func putAside(_ messages: [OutgoingMessage], _ installation: Installation) async throws
    {
        try await installation.portal.send(messages)
        let connection = try await Connection.open(
            Endpoint(url: installation.broker.url(user: "registrard"))
        )
        for _ in messages {
            let delivery = try await eventually("the message") {
                try await connection.get(queue: installation.topology.queue(.approvals))
            }
            try await connection.reject(delivery.tag, requeue: false)
        }
        await connection.close()
    }

    private func operatorSection(_ installation: Installation) throws -> String {
        """
        operator:
          brokerURL: "\(OperatorTool.url("operator@", installation.broker))"
          passwordFile: \(installation.folder)/password
        """
    }

    @Test("What a mailer refuses is kept, and goes back to its queue under the letter's id")
    func refusedByMailer() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            let request = newRequest()
            try await installation.portal.send(anne.company(request, "LU9030"))
            let connection = try await Connection.open(
                Endpoint(url: installation.broker.url(user: "registrard"))
            )
            let queue = "\(installation.prefix).notifications"
            func refuse() async throws -> AMQP.Delivery {
                let mail = try await eventually("the mail") {
                    try await connection.get(queue: queue)
                }
                try await connection.reject(mail.tag, requeue: false)
                return mail
            }
            let first = try await refuse()
            let letter = try await letters(1, tool)[0]
            let identifier = try #require(letter["id"]?.text)
            #expect(letter["reason"]?.text == "rejected" && letter["queue"]?.text == queue)
            #expect(letter["user"]?.text == nil)
            // The second mail is the authority's.
            let other = try await eventually("the other mail") {
                try await connection.get(queue: queue)
            }
            try await connection.acknowledge(upTo: other.tag)
            for number in 1...2 {
                _ = try await tool.json(
                    ["dead-letter", "replay", "\(identifier.prefix(18))"] + Self.why
                )
                try await letters(0, tool)
                let again = try await refuse()
                #expect(again.body == first.body)
                #expect(
                    again.properties.messageIdentifier == first.properties.messageIdentifier
                )
                let back = try await letters(1, tool)[0]
                #expect(back["id"]?.text == identifier)
                #expect(back["replays"]?.integer == Int64(number))
                #expect(back["queue"]?.text == queue)
                #expect(back["routingKey"]?.text == "notification.email")
            }
            await connection.close()
            try await daemon.stop()
            try installation.reader().verify()
        }
    }

    @Test("What is discarded is journalled, with its reason beside it, and nothing else goes")
    func discard() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            for body in ["{broken", "[]", "7"] {
                try await installation.portal.send(
                    OutgoingMessage("registration.access.company", Array(body.utf8))
                )
            }
            try await letters(3, tool)
            let discarded = try await tool.json(
                ["dead-letter", "discard", "--code", "not-an-event"] + Self.why
            )
            #expect(discarded["discarded"]?.elements.count == 2)
            try await letters(1, tool)
            let entry = try await eventually("the journal's entry") {
                try installation.journal().first { $0.event.contains("dead-letters.discarded") }
            }
            let codes = try JSONValue(parsing: Array(entry.event.utf8))["letters"]?.elements
            #expect(codes?.map { $0["code"]?.text } == ["not-an-event", "not-an-event"])
            let ids = discarded["discarded"]?.elements.map { $0["id"]?.text }
            #expect(codes?.map { $0["deadLetter"]?.text } == ids)
            #expect(entry.cause.contains(#""user":"operator""#))
            #expect(entry.cause.contains(#""reason":true"#))
            // Without the right to say so, nothing goes.
            let portal = try await tool.attempt(
                ["dead-letter", "discard", "--all"] + Self.why,
                environment: [
                    "REGISTRARCTL_BROKER_URL":
                        OperatorTool.url("registrard:registrard@", installation.broker)
                ]
            )
            #expect(portal.status == 77, "\(portal.stderr)")
            try await letters(1, tool)
            try await daemon.stop()
        }
    }

    @Test("Parked messages are sent when an operator says so, and the journal says who did")
    func outboxRetry() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            let connection = try await Connection.open(
                Endpoint(url: installation.broker.url(user: "registrard"))
            )
            _ = try await connection.deleteQueue("\(installation.prefix).notifications")
            let request = newRequest()
            try await installation.portal.send(anne.company(request, "LU9020"))
            let parked = try await eventually("parked messages") {
                let messages = try installation.reader()
                    .unsettledMessages(parked: true, limit: 9)
                return messages.count == 2 ? messages : nil
            }
            let wrong = try await tool.attempt(["outbox", "retry", "999"] + Self.why)
            #expect(wrong.status == 65 && wrong.stderr.contains("not parked: 999"))
            try await installation.topology.declare(on: connection, isPassive: false)
            await connection.close()
            _ = try await tool.send(
                ["outbox", "retry", "\(parked[0].sequence)"] + Self.why
            )
            try await installation.outboxEmpties()
            let mails = try await tool.run(
                "queue",
                "show",
                "notifications",
                "--count",
                "2",
                "--brief"
            )
            #expect(mails.contains("To:      Anne Weber"))
            #expect(
                try installation.journal().contains {
                    $0.event == #"{"event":"outbox.retried","messages":[\#(parked[0].sequence)]}"#
                        && $0.cause.contains(#""user":"operator""#)
                }
            )
            #expect(try installation.reader().unsettledMessages(parked: true, limit: 9).isEmpty)
            try await daemon.stop()
        }
    }
}
