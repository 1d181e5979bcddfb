import AMQP
import Broker
import Contract
import Domain
import Foundation
import Storage
import TestKit
import Testing

/// What a real broker refuses costs that message alone.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct PublicationTests {
    private static let own = Result { try PrivateBroker.start() }
    private let broker: PrivateBroker

    init() async throws {
        broker = try await blocking { try Self.own.get() }
    }

    private func control(_ arguments: String...) async throws {
        try await blocking { [broker] in _ = try broker.control(arguments) }
    }

    /// The daemon's own: others keep theirs, and with them the queues that end with a connection.
    private func endSessions() async throws {
        try await control("close_all_user_connections", "registrard", "a test")
    }

    private func setLimit(bytes: Int) async throws {
        try await control("eval", "application:set_env(rabbit, max_message_size, \(bytes)).")
    }

    private func registrations(_ numbers: Range<Int>) -> [InboundEvent] {
        numbers.map { Registrant("p\($0)").company(newRequest(), "LU\(70_000 + $0)") }
    }

    @Test("A topic that may not be written any more, in the middle of the flow")
    func topic() async throws {
        try await Installation.with(broker: broker) { installation in
            let daemon = try await installation.startAll()
            let out = "\(installation.prefix).out"
            try await installation.portal.send(registrations(0..<10))
            _ = try await installation.settle(daemon, deliveries: 10)
            try await control(
                "set_topic_permissions",
                "registrard",
                out,
                "^(notification|provisioning)[.].*",
                ".*"
            )
            // A session's own permissions are looked up again by and by.
            try await endSessions()
            try await daemon.becomeReady()
            try await installation.portal.send(registrations(10..<60))
            // What was on the way when the session ended may come twice, with the same id.
            try await installation.collector.wait("the mails of all", withinSeconds: 60) {
                Self.identifiers($0.filter { $0.queue == "notifications" }).count == 120
            }
            try await eventually("50 statuses parked") {
                try installation.reader().figures().outboxParked == 50 ? () : nil
            }
            let parked = try installation.reader().unsettledMessages(parked: true, limit: 99)
            #expect(parked.allSatisfy { $0.routingKey == "status.request" })
            #expect(parked.allSatisfy { $0.parkedReason?.contains("403") == true })
            #expect(parked.first?.parkedReason?.contains("status.request") == true)
            // The daemon is as ready as before, and says what it lacks.
            try await daemon.becomeReady()
            let page = try #require(try daemon.page("/readyz")?.body)
            #expect(page.contains("set_topic_permissions") && page.contains("status.request"))
            #expect(try daemon.metric("registrar_outbox_parked") == 50)

            try await control("clear_topic_permissions", "registrard", out)
            // With a new connection all that is parked is tried again.
            try await endSessions()
            try await eventually("nothing parked", withinSeconds: 90) {
                try installation.reader().figures().outboxParked == 0 ? () : nil
            }
            let all = try await installation.collector.drain()
            let statuses = all.filter { $0.delivery.routingKey == "status.request" }
            #expect(Self.identifiers(statuses).count == 60)
            try await daemon.stop()
        }
    }

    @Test("Without write permission for the exchange nothing is parked, and health says which")
    func exchange() async throws {
        try await Installation.with(broker: broker) { installation in
            let daemon = try await installation.startAll()
            try await control(
                "set_permissions",
                "registrard",
                ".*",
                "^\(installation.prefix)[.](in|dead|registrations|approvals|reports|dead-letters|"
                    + "notifications|provisioning|problems)$",
                ".*"
            )
            try await endSessions()
            try await daemon.becomeReady()
            try await installation.portal.send(registrations(100..<110))
            let reason = try? await daemon.becomeUnready(
                because: "refuses all that is sent to '\(installation.prefix).out'"
            )
            let parked = try installation.reader().figures().outboxParked
            try await control("set_permissions", "registrard", ".*", ".*", ".*")
            #expect(reason?.contains("403") == true)
            #expect(reason?.contains("rabbitmqctl set_permissions") == true)
            #expect(parked <= 2)
            try await daemon.becomeReady(withinSeconds: 60)
            try await installation.collector.wait("all mails", withinSeconds: 60) {
                Self.identifiers($0.filter { $0.queue == "notifications" }).count == 20
            }
            try await eventually("nothing left", withinSeconds: 60) {
                let figures = try installation.reader().figures()
                return figures.outboxParked + figures.outboxPending == 0 ? () : nil
            }
            try await daemon.stop()
        }
    }

    @Test("Bodies over the broker's limit are parked, and nothing else is held up")
    func size() async throws {
        try await Installation.with(broker: broker) { installation in
            let daemon = try await installation.startAll()
            // A mail has more, a status and a registration less.
            try await setLimit(bytes: 2500)
            var failure: (any Error)?
            do { try await refuseMails(daemon, installation) } catch { failure = error }
            // Before anything is expected: the next test needs the broker, too.
            try await setLimit(bytes: 134_217_728)
            try await endSessions()
            if let failure { throw failure }
            try await installation.collector.wait("the mails", withinSeconds: 60) {
                Self.identifiers($0.filter { $0.queue == "notifications" }).count == 20
            }
            try await daemon.stop()
        }
    }

    private func refuseMails(_ daemon: Daemon, _ installation: Installation) async throws {
        try await endSessions()
        try await daemon.becomeReady()
        try await installation.portal.send(registrations(200..<210))
        try await eventually("20 mails parked") {
            try installation.reader().figures().outboxParked == 20 ? () : nil
        }
        try await installation.collector.wait("the statuses") {
            Self.identifiers($0.filter { $0.delivery.routingKey == "status.request" }).count == 10
        }
        let page = try #require(try daemon.page("/readyz")?.body)
        #expect(page.contains("'max_message_size'"))
        let parked = try installation.reader().unsettledMessages(parked: true, limit: 99)
        #expect(parked.contains { $0.parkedReason?.contains("larger than") == true })
    }

    private static func identifiers(_ received: [Received]) -> Set<String> {
        Set(received.map(\.messageIdentifier))
    }

    @Test("A channel that goes on refusing for a queue with room again is renewed")
    func stuck() async throws {
        try await Installation.with(broker: broker) { installation in
            let daemon = try await installation.startAll()
            let queue = "\(installation.prefix).provisioning-test"
            let connection = try await Connection.open(
                Endpoint(url: broker.url(user: "operator"))
            )
            try await connection.declareQueue(
                QueueDeclaration(name: queue, arguments: ["x-queue-type": "quorum"])
            )
            try await connection.bind(
                queue: queue,
                exchange: "\(installation.prefix).out",
                routingKey: "notification.#"
            )
            try await control(
                "set_policy",
                "small",
                "^\(installation.prefix)[.]provisioning-test$",
                #"{"max-length":4,"overflow":"reject-publish"}"#,
                "--apply-to",
                "queues"
            )
            try await Task.sleep(for: .seconds(2))
            try await installation.portal.send(registrations(300..<330))
            try await eventually("refusals") {
                try daemon.metric("registrar_outbox_nacked_total") > 20 ? () : nil
            }
            try await control("clear_policy", "small")
            let said = try await daemon.becomeUnready(because: "again and again")
            #expect(said.contains("max-length"))
            try await daemon.becomeReady(withinSeconds: 60)
            try await installation.outboxEmpties(withinSeconds: 60)
            #expect(daemon.program.stderr.contains("the publishing connection is renewed"))
            try await connection.deleteQueue(queue)
            await connection.close()
            try await daemon.stop()
        }
    }
}
