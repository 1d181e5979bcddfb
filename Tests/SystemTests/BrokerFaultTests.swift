import AMQP
import Broker
import Contract
import Foundation
import Glibc
import Storage
import TestKit
import Testing

/// The broker fails in its ways. These tests have a broker of their own, which they maltreat.
@Suite(.serialized)
struct BrokerFaultTests {
    private static let own = Result { try PrivateBroker.start() }
    private let broker: PrivateBroker

    init() async throws {
        broker = try await blocking { try Self.own.get() }
    }

    @Test("A broker that is away at the start, and comes")
    func absence() async throws {
        try await Installation.with(broker: broker) { installation in
            try await blocking { [broker] in try broker.kill() }
            let daemon = try installation.launch()
            let reason = try? await daemon.becomeUnready(because: "nobody answers")
            let page = try? daemon.page("/")?.body
            // Before anything is expected: the next test needs the broker too.
            try await blocking { [broker] in try broker.restart() }
            #expect(reason?.contains(#""component":"consumer""#) == true)
            #expect(reason?.contains(#""component":"publisher""#) == true)
            #expect(page?.contains("<h2 id=\"trouble\">Why messages wait</h2>") == true)
            #expect(page?.contains("nobody answers") == true)
            #expect(try daemon.page("/livez")?.status == 200)
            try await daemon.becomeReady()
            try await installation.collector.start()
            try await installation.portal.send(Registrant("anne").company(newRequest(), "LU4001"))
            #expect(try await installation.settle(daemon, deliveries: 1).count == 3)
            try await daemon.stop()
        }
    }

    @Test("A broker blocked by its memory alarm takes nothing; the daemon says so, and waits")
    func memoryAlarm() async throws {
        try await Installation.with(broker: broker, watchesStatus: false) { installation in
            let load = Load(50)
            var daemon = try await installation.startAll()
            try await daemon.stop()
            try await load.send(over: installation)
            try await blocking { [broker] in
                _ = try broker.control(["set_vm_memory_high_watermark", "absolute", "1MB"])
            }
            daemon = try installation.launch()
            try await daemon.becomeUnready(because: "the broker takes no publications")
            #expect(try daemon.page("/livez")?.status == 200)
            #expect(
                try daemon.metric("registrar_broker_blocked", #"connection="publisher""#) == 1
            )
            // What arrives is dealt with all the same, and what follows waits in the outbox.
            try await eventually("all of it stored") {
                try daemon.metric("registrar_batch_size_sum") >= 100 ? () : nil
            }
            #expect(try installation.reader().figures().outboxPending > 0)
            try await blocking { [broker] in
                _ = try broker.control(["set_vm_memory_high_watermark", "0.4"])
            }
            try await daemon.becomeReady()
            #expect(
                try daemon.metric("registrar_broker_blocked", #"connection="publisher""#) == 0
            )
            try await load.expectEverythingOnce(daemon, installation)
        }
    }

    @Test("While it drains it is not ready, says so, and takes none of it back")
    func drains() async throws {
        try await Installation.with(broker: broker, watchesStatus: false) { installation in
            let socket = try NotifySocket(installation.folder + "/notify")
            try await installation.startAll().stop()
            try await installation.portal.send(Registrant("anne").company(newRequest(), "LU4009"))
            // What follows from the message cannot go out, and keeps the daemon from ending at
            // once.
            try await blocking { [broker] in
                _ = try broker.control(["set_vm_memory_high_watermark", "absolute", "1MB"])
            }
            let daemon = try installation.launch(environment: ["NOTIFY_SOCKET": socket.path])
            let blocked = try? await daemon.becomeUnready(because: "takes no publications")
            daemon.program.signal(SIGTERM)
            let reason = try? await daemon.becomeUnready(because: "draining")
            let ready = try? daemon.metric("registrar_ready")
            let status = try? await daemon.program.waitForEnd(timeoutSeconds: 30)
            // Before anything is expected: the next test needs the broker too.
            try await blocking { [broker] in
                _ = try broker.control(["set_vm_memory_high_watermark", "0.4"])
            }
            #expect(blocked != nil)
            #expect(reason?.contains(#""component":"service""#) == true)
            #expect(ready == 0)
            #expect(status == 0)
            let all = try await socket.wait("STOPPING=1") {
                $0.contains { $0.contains("STOPPING=1") }
            }
            let after = all.drop { !$0.contains("STOPPING=1") }
            #expect(after.first?.contains("STATUS=draining") == true)
            let takenBack = after.dropFirst()
                .filter { $0.contains("READY=1") || $0.contains("STATUS=") }
            #expect(takenBack.isEmpty)
        }
    }

    @Test("An end in good order closes the connections, and leaves nothing to be delivered again")
    func cleanEnd() async throws {
        let fresh = try await blocking { try PrivateBroker.start() }
        try await Installation.with(broker: fresh, watchesStatus: false) { installation in
            let load = Load(100)
            let first = try await installation.startAll()
            try await load.send(over: installation)
            try await eventually("all of it stored") {
                try first.metric("registrar_batch_size_sum") >= 200 ? () : nil
            }
            try await first.stop()
            let second = try await installation.start()
            try await installation.outboxEmpties()
            #expect(try second.metric("registrar_redelivered_total") == 0)
            try await second.stop()
            let log = try logText(of: fresh)
            #expect(log.contains("registrard consuming"))
            // The line before names the connection.
            let lines = log.split(separator: "\n")
            let abrupt = zip(lines, lines.dropFirst()).filter { connection, line in
                line.contains("client unexpectedly closed TCP connection")
                    && connection.contains(" - registrard ")
            }
            #expect(abrupt.isEmpty)
        }
        try await blocking { fresh.stop() }
    }

    private func logText(of broker: PrivateBroker) throws -> String {
        let files = FileManager.default.enumerator(atPath: broker.directory)
        let logs = files?.compactMap { $0 as? String }.filter { $0.hasSuffix(".log") } ?? []
        return try logs.map {
            try String(contentsOfFile: "\(broker.directory)/\($0)", encoding: .utf8)
        }.joined(separator: "\n")
    }

    @Test("A broker that hangs is noticed within two heartbeats, and taken again when it goes on")
    func hang() async throws {
        try await Installation.with(broker: broker, watchesStatus: false) { installation in
            try installation.configure(broker: "heartbeat: 1s, timeout: 2s")
            let load = Load(50)
            let daemon = try await installation.startAll()
            try await load.send(0..<25, over: installation)
            broker.suspend()
            let clock = ContinuousClock.now
            let reason = try? await daemon.becomeUnready(
                because: #""component":"consumer""#,
                withinSeconds: 10
            )
            let noticed = ContinuousClock.now - clock
            let live = try daemon.page("/livez")?.status
            broker.resume()
            #expect(reason != nil && noticed < .seconds(5), "\(noticed)")
            #expect(live == 200)
            try await daemon.becomeReady()
            try await load.send(25..<50, over: installation)
            try await load.expectEverythingOnce(daemon, installation)
        }
    }

    @Test("Connections that the broker closes again and again are renewed each time")
    func cuts() async throws {
        try await Installation.with(broker: broker, watchesStatus: false) { installation in
            let load = Load(10)
            let daemon = try await installation.startAll()
            for number in load.requests.indices {
                try await blocking { [broker] in
                    _ = try broker.control(["close_all_connections", "a test"])
                }
                try await load.send(number..<number + 1, over: installation)
                try await installation.collector.wait("what follows from it") { received in
                    Set(received.map(\.messageIdentifier)).count >= (number + 1) * 4
                }
            }
            try await daemon.becomeReady()
            try await load.expectEverythingOnce(daemon, installation)
        }
    }

    @Test("Permissions that are withdrawn are named; with them again the daemon goes on")
    func permissions() async throws {
        try await Installation.with(broker: broker) { installation in
            let daemon = try await installation.startAll()
            try await blocking { [broker] in
                _ = try broker.control(["clear_permissions", "registrard"])
                _ = try broker.control(["close_all_connections", "a test"])
            }
            let reason = try? await daemon.becomeUnready(because: "530")
            try await blocking { [broker] in
                _ = try broker.control(["set_permissions", "registrard", ".*", ".*", ".*"])
            }
            #expect(reason?.contains("grant the user the permission") == true)
            try await daemon.becomeReady()
            try await installation.portal.send(Registrant("anne").company(newRequest(), "LU4003"))
            #expect(try await installation.settle(daemon, deliveries: 1).count >= 2)
            try await daemon.stop()
        }
    }

    @Test(
        "Without its queue a mail is parked, not dropped, and sent when there is one again",
        arguments: [false, true]
    )
    func unroutable(isRedeclared: Bool) async throws {
        try await Installation.with(broker: broker) { installation in
            let daemon = try await installation.startAll()
            await installation.collector.stop()
            let connection = try await Connection.open(
                Endpoint(url: broker.url(user: "operator"))
            )
            let queue = "\(installation.prefix).notifications"
            try await connection.deleteQueue(queue)
            if isRedeclared {
                // It is there as it should be, but nothing is bound to it.
                try await connection.declareQueue(
                    QueueDeclaration(
                        name: queue,
                        arguments: [
                            "x-queue-type": "quorum", "x-delivery-limit": 1000,
                            "x-dead-letter-exchange": .string("\(installation.prefix).dead"),
                            "x-dead-letter-strategy": "at-least-once",
                            "x-overflow": "reject-publish",
                        ]
                    )
                )
            }
            let request = newRequest()
            try await installation.portal.send(Registrant("anne").company(request, "LU4002"))
            try await eventually("two mails parked") {
                try installation.reader().figures().outboxParked == 2 ? () : nil
            }
            try await eventually("the metrics say so") {
                try daemon.metric("registrar_outbox_parked") == 2 ? () : nil
            }
            #expect(try daemon.metric("registrar_outbox_unroutable_total") >= 1)
            let parked = try installation.reader().unsettledMessages(parked: true, limit: 9)
            #expect(parked.first?.parkedReason?.contains("312") == true)
            // With a new connection the queue and its binding are back, and the mails are tried.
            try await blocking { [broker] in
                _ = try broker.control(["close_all_connections", "a test"])
            }
            try await installation.outboxEmpties()
            try await eventually("nothing parked") {
                try installation.reader().figures().outboxParked == 0 ? () : nil
            }
            let all = try await installation.collector.wait("both mails") {
                $0.count { $0.queue == "notifications" } == 2
            }
            #expect(
                all.compactMap(\.template) == ["access.pending", "access.awaiting-you"]
            )
            try await daemon.stop()
        }
    }

    @Test(
        "A queue that exists with other arguments is named; without it the daemon goes on",
        arguments: ["registrations", "notifications"]
    )
    func otherArguments(short: String) async throws {
        try await Installation.with(broker: broker) { installation in
            let connection = try await Connection.open(
                Endpoint(url: broker.url(user: "operator"))
            )
            let queue = "\(installation.prefix).\(short)"
            try await connection.declareQueue(QueueDeclaration(name: queue))
            let daemon = try installation.launch()
            let reason = try await daemon.becomeUnready(because: queue)
            #expect(reason.contains(#""component":"consumer""#))
            #expect(reason.contains("406") && reason.contains("inequivalent arg 'x-"))
            #expect(try daemon.page("/livez")?.status == 200)
            try await connection.deleteQueue(queue)
            try await daemon.becomeReady()
            await connection.close()
            try await daemon.stop()
        }
    }

    @Test("With declare: false a missing queue is named, and taken when somebody declares it")
    func undeclared() async throws {
        try await Installation.with(broker: broker) { installation in
            try installation.configure(broker: "declare: false")
            let daemon = try installation.launch()
            try await daemon.becomeUnready(because: "\(installation.prefix).in")
            let connection = try await Connection.open(
                Endpoint(url: broker.url(user: "operator"))
            )
            try await installation.topology.declare(on: connection, isPassive: false)
            await connection.close()
            try await daemon.becomeReady()
            try await daemon.stop()
        }
    }

    @Test(
        "With declare: false, other arguments are named to who may declare, and unseen otherwise",
        arguments: [true, false]
    )
    func undeclaredAndOther(mayDeclare: Bool) async throws {
        try await Installation.with(broker: broker) { installation in
            let user = installation.prefix
            try await blocking { [broker] in
                _ = try broker.control(["add_user", user, user])
                let configure = mayDeclare ? ".*" : "^$"
                _ = try broker.control(["set_permissions", user, configure, ".*", ".*"])
            }
            let connection = try await Connection.open(Endpoint(url: broker.url(user: "operator")))
            try await installation.topology.declare(on: connection, isPassive: false)
            let queue = installation.topology.queue(.registrations)
            try await connection.deleteQueue(queue)
            try await connection.declareQueue(QueueDeclaration(name: queue))
            try installation.configure(
                broker: "declare: false",
                url: "amqp://\(user):\(user)@127.0.0.1:\(broker.port)/%2F"
            )
            let daemon = try installation.launch()
            if mayDeclare {
                let reason = try await daemon.becomeUnready(because: queue)
                #expect(reason.contains("406") && reason.contains("x-"))
                try await connection.deleteQueue(queue)
                try await installation.topology.declare(on: connection, isPassive: false)
            }
            try await daemon.becomeReady()
            await connection.close()
            try await daemon.stop()
            try await blocking { [broker] in _ = try broker.control(["delete_user", user]) }
        }
    }
}
