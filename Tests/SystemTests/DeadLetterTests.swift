import AMQP
import Broker
import Contract
import Domain
import Foundation
import Storage
import Testing

/// What becomes of an inbound message: dead.
@Suite(.serialized)
struct DeadLetterTests {
    private let anne = Registrant("anne")

    /// A message that nothing can be made of.
    private struct Case {
        let code: String
        let user: String
        let message: OutgoingMessage
        /// The event, where its envelope can be read and its sender is known: they are told.
        var told: InboundEvent?
        var status: Int64 = 400
    }

    @Test("What nothing can be made of is kept whole with the reason, and known senders are told")
    func deadLetters() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            var sent = 0
            var seen = 0
            for dead in shapes() + senders() {
                try await installation.sender(dead.user).send(dead.message)
                sent += 1
                let all = try await installation.settle(daemon, deliveries: sent)
                let new = all.dropFirst(seen)
                seen = all.count
                #expect(new.count == (dead.told == nil ? 1 : 2), "\(dead.code)")
                let letter = try #require(new.first { $0.queue == "dead-letters" }, "\(dead.code)")
                try expectKept(dead, letter, installation)
                let problem = new.first { $0.queue == "problems" }
                if let told = dead.told {
                    expectProblem(
                        problem,
                        dead.code,
                        dead.status,
                        about: told,
                        request: told.subject
                    )
                }
                #expect(
                    try daemon.metric("registrar_dead_lettered_total", "\"\(dead.code)\"") >= 1
                )
            }
            #expect(try installation.reader().requests(.init()).isEmpty)
            let entries = try installation.journal()
            #expect(entries.count == sent)
            #expect(entries.allSatisfy { $0.event.contains("message.dead-lettered") })
            try installation.reader().verify()
        }
    }

    /// Messages that are at fault by themselves.
    private func shapes() -> [Case] {
        let event = anne.company(newRequest(), "LU3001")
        func raw(_ text: String, _ key: String = "registration.access.company") -> OutgoingMessage {
            OutgoingMessage(key, Array(text.utf8))
        }
        var plain = event.message
        plain.properties.contentType = "text/plain"
        var noOperations = anne.company(newRequest(), "LU3002")
        noOperations.data = noOperations.data.replacing(
            #""operations":["import","transit"],"#,
            with: ""
        )
        var unknownMember = anne.company(newRequest(), "LU3003")
        unknownMember.data = unknownMember.data.replacing(
            #""eori":"#,
            with: #""colour":"red","eori":"#
        )
        var otherSubject = anne.company(newRequest(), "LU3004")
        otherSubject.subject = newRequest()
        let unknown = InboundEvent(
            "registration.nothing",
            subject: newRequest(),
            #"{"requestId":"x"}"#
        )
        let large = InboundEvent(
            "registration.supplement",
            subject: newRequest(),
            #"{"answer":"\#(String(repeating: "x", count: 300 * 1024))"}"#
        )
        return [
            Case(code: "malformed", user: "ntp-portal", message: raw("{broken")),
            Case(code: "malformed", user: "ntp-portal", message: raw("")),
            Case(code: "not-an-event", user: "ntp-portal", message: raw(#"{"hello":"world"}"#)),
            Case(code: "not-an-event", user: "ntp-portal", message: plain),
            Case(code: "unknown-type", user: "ntp-portal", message: unknown.message, told: unknown),
            Case(
                code: "schema",
                user: "ntp-portal",
                message: noOperations.message,
                told: noOperations
            ),
            Case(
                code: "schema",
                user: "ntp-portal",
                message: unknownMember.message,
                told: unknownMember
            ),
            Case(
                code: "schema",
                user: "ntp-portal",
                message: otherSubject.message,
                told: otherSubject
            ),
            Case(code: "too-large", user: "ntp-portal", message: large.message),
        ]
    }

    /// Messages that their sender may not send.
    private func senders() -> [Case] {
        let nameless = anne.company(newRequest(), "LU3010")
        var withoutUser = nameless.message
        withoutUser.namesSender = false
        let decision = Decider.customs.grant(newRequest())
        let registration = anne.company(newRequest(), "LU3011")
        var misrouted = registration.message
        misrouted.routingKey = "registration.access.employee"
        return [
            Case(code: "forbidden", user: "ntp-portal", message: withoutUser),
            Case(code: "forbidden", user: "registrard", message: nameless.message),
            Case(
                code: "forbidden",
                user: "ntp-portal",
                message: decision.message,
                told: decision,
                status: 403
            ),
            Case(
                code: "forbidden",
                user: "provisioner",
                message: registration.message,
                told: registration,
                status: 403
            ),
            Case(
                code: "forbidden",
                user: "ntp-portal",
                message: misrouted,
                told: registration,
                status: 403
            ),
        ]
    }

    private func expectKept(
        _ dead: Case,
        _ notice: Received,
        _ installation: Installation
    ) throws {
        let identifier = try #require(
            notice.data("deadLetter")?.text.flatMap { DeadLetterIdentifier($0) }
        )
        let letter = try #require(try installation.reader().deadLetter(identifier))
        #expect(letter.body == dead.message.body)
        #expect(letter.reason.rawValue == dead.code)
        #expect(letter.detail?.isEmpty == false)
        let age = Date.now.timeIntervalSince1970 - Double(letter.at.seconds)
        #expect((-1...60).contains(age))
        let queue: String =
            dead.message.routingKey.hasPrefix("approval") ? "approvals" : "registrations"
        #expect(letter.queue == "\(installation.prefix).\(queue)")
        #expect(letter.routingKey == dead.message.routingKey)
        #expect(letter.user == (dead.message.namesSender ? dead.user : nil))
        #expect(letter.replays == 0)
        #expect(letter.properties.contentType == dead.message.properties.contentType)
        #expect(notice.data("reason")?.text == dead.code)
        #expect(notice.data("queue")?.text == letter.queue)
        #expect(notice.data("user")?.text == letter.user)
        #expect(notice.data("at")?.text == letter.at.description)
        let data = try #require(notice.event?["data"])
        guard case .object(let members) = data else { return }
        #expect(
            Set(members.members.map(\.name)) == ["deadLetter", "reason", "queue", "user", "at"]
        )
    }

    @Test("A dead letter keeps its properties, and what its sender invented is nothing but that")
    func properties() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            var message = OutgoingMessage("registration.anything", Array("[1,2".utf8))
            message.properties = Properties(
                contentType: "application/json",
                contentEncoding: "identity",
                isPersistent: false,
                priority: 3,
                correlationIdentifier: "mine",
                replyTo: "me",
                expiration: "60000",
                messageIdentifier: "an id",
                timestampSeconds: 1_700_000_000,
                type: "a type",
                applicationIdentifier: "an app",
                headers: [
                    "x-mine": "kept", "x-number": 7, "x-registrar-user": "operator",
                    "x-registrar-replays": 99,
                ]
            )
            try await installation.portal.send(message)
            let all = try await installation.settle(daemon, deliveries: 1)
            #expect(all.count == 1)
            let tool = try OperatorTool(installation)
            let letters = try await tool.json("dead-letter", "list")["deadLetters"]?.elements ?? []
            let kept = try #require(letters.first)
            guard case .object(let members) = kept else { return }
            #expect(
                members.members.map(\.name) == [
                    "id", "reason", "detail", "at", "queue", "routingKey", "user", "replays",
                    "properties", "headers", "body",
                ]
            )
            #expect(kept["user"]?.text == "ntp-portal" && kept["replays"]?.integer == 0)
            #expect(kept["body"]?.text == Data("[1,2".utf8).base64EncodedString())
            let properties = kept["properties"]
            let texts = [
                "content_type": "application/json", "content_encoding": "identity",
                "correlation_id": "mine", "reply_to": "me", "expiration": "60000",
                "message_id": "an id", "type": "a type", "app_id": "an app",
                "user_id": "ntp-portal",
            ]
            for (name, text) in texts { #expect(properties?[name]?.text == text, "\(name)") }
            #expect(properties?["delivery_mode"]?.integer == 1)
            #expect(properties?["priority"]?.integer == 3)
            #expect(properties?["timestamp"]?.integer == 1_700_000_000)
            let headers = kept["headers"]
            #expect(headers?["x-mine"]?.text == "kept" && headers?["x-number"]?.integer == 7)
            #expect(headers?["x-registrar-user"]?.text == "operator")
            try await daemon.stop()
        }
    }

    @Test("One bad message costs its sender alone: those around it are applied")
    func badAmongGood() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            let requests = (0..<20).map { _ in newRequest() }
            var messages: [OutgoingMessage] = []
            for (index, request) in requests.enumerated() {
                messages.append(anne.company(request, "LU31\(index)").message)
                messages.append(
                    OutgoingMessage("registration.access.company", [0xFF, UInt8(index)])
                )
            }
            try await installation.portal.send(messages)
            let all = try await installation.settle(daemon, deliveries: 40)
            #expect(all.count { $0.queue == "dead-letters" } == 20)
            #expect(all.count { $0.template == "access.pending" } == 20)
            #expect(try installation.reader().requests(.init()).count == 20)
        }
    }
}
