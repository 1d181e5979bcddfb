import AMQP
import Broker
import Foundation
import TestKit
import Testing

/// `Config/broker/definitions.json` on a real broker: who may write and read what.
@Suite("The broker's definitions", .serialized, .timeLimit(.minutes(3)))
struct BrokerDefinitionsTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    private static let users = [
        "registrard", "ntp-portal", "customs-backoffice", "excise-office", "vehicle-authority",
        "provisioner", "mailer", "operator",
    ]

    @Test("Without passwords nobody can log in")
    func noPasswords() async throws {
        let broker = try PrivateBroker.start(
            definitions: Self.root + "/Config/broker/definitions.json"
        )
        defer { broker.stop() }
        for password in ["", "registrard", "guest"] {
            let error = await #expect(throws: AMQPError.self) {
                _ = try await Connection.open(
                    Endpoint(url: broker.url(user: "registrard"), password: password)
                )
            }
            #expect(error?.code == .authenticationRefused)
        }
    }

    @Test("Each user writes and reads what its role needs, and nothing else")
    func permissions() async throws {
        let broker = try Self.brokerWithPasswords()
        defer { broker.stop() }
        let daemon = try await Connection.open(Endpoint(url: broker.url()))
        try await Topology(prefix: "registrar").declare(on: daemon, isPassive: false)
        await daemon.close()
        let mayWrite: [String: Set<String>] = [
            "ntp-portal": ["registration.access.company", "approval.decision"],
            "customs-backoffice": ["approval.decision"],
            "excise-office": ["approval.decision"],
            "vehicle-authority": ["approval.decision"],
            "provisioner": ["report.provisioning"],
            "operator": [
                "registration.access.company", "approval.decision", "report.provisioning",
            ],
        ]
        let mayRead: [String: Set<String>] = [
            "ntp-portal": ["problems"], "provisioner": ["provisioning"],
            "mailer": ["notifications"], "operator": ["problems"],
        ]
        for user in Self.users.dropFirst() {
            for key in ["registration.access.company", "approval.decision", "report.provisioning"] {
                let outcome = await Self.publish(key, to: "registrar.in", as: user, on: broker)
                let expected: AMQPError.Code? =
                    mayWrite[user]?.contains(key) == true ? nil : .accessRefused
                #expect(outcome == expected, "\(user) publishes \(key)")
            }
            for exchange in ["registrar.out", "registrar.dead"] {
                let outcome = await Self.publish(
                    "status.request",
                    to: exchange,
                    as: user,
                    on: broker
                )
                #expect(outcome == .accessRefused, "\(user) publishes to \(exchange)")
            }
            for queue in Topology(prefix: "registrar").queues {
                let outcome = await Self.refusal(user, broker) { connection in
                    _ = try await connection.get(queue: queue.full)
                }
                let expected: AMQPError.Code? =
                    mayRead[user]?.contains(queue.short) == true ? nil : .accessRefused
                #expect(outcome == expected, "\(user) reads \(queue.short)")
            }
        }
    }

    @Test("A portal binds queues of its own to what is for portals, and to nothing else")
    func portalQueues() async throws {
        let broker = try Self.brokerWithPasswords()
        defer { broker.stop() }
        let daemon = try await Connection.open(Endpoint(url: broker.url()))
        try await Topology(prefix: "registrar").declare(on: daemon, isPassive: false)
        await daemon.close()
        let patterns: [(String, AMQPError.Code?)] = [
            ("status.#", nil), ("disclosure.#", nil), ("problem.#", nil),
            ("notification.#", .accessRefused), ("#", .accessRefused),
        ]
        for (pattern, expected) in patterns {
            let outcome = await Self.refusal("ntp-portal", broker) { connection in
                try await connection.declareQueue(QueueDeclaration(name: "ntp-portal.events"))
                try await connection.bind(
                    queue: "ntp-portal.events",
                    exchange: "registrar.out",
                    routingKey: pattern
                )
            }
            #expect(outcome == expected, "\(pattern)")
        }
    }

    @Test("An operator binds a queue to disclosures and problems, and to nothing else")
    func operatorQueues() async throws {
        let broker = try Self.brokerWithPasswords()
        defer { broker.stop() }
        let daemon = try await Connection.open(Endpoint(url: broker.url()))
        try await Topology(prefix: "registrar").declare(on: daemon, isPassive: false)
        await daemon.close()
        let patterns: [(String, AMQPError.Code?)] = [
            ("disclosure.person", nil), ("problem.request", nil),
            ("notification.#", .accessRefused), ("#", .accessRefused),
        ]
        for (pattern, expected) in patterns {
            let outcome = await Self.refusal("operator", broker) { connection in
                let queue = "registrar.operator.1"
                try await connection.declareQueue(
                    QueueDeclaration(name: queue, isDurable: false, isExclusive: true)
                )
                try await connection.bind(
                    queue: queue,
                    exchange: "registrar.out",
                    routingKey: pattern
                )
            }
            #expect(outcome == expected, "\(pattern)")
        }
    }

    // MARK: The broker

    /// A broker with the definitions, and with the users' names as their passwords.
    static func brokerWithPasswords() throws -> PrivateBroker {
        let folder = NSTemporaryDirectory() + "/registrar-definitions-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        defer { unlinkFolder(folder) }
        for user in users {
            try Data((user + "\n").utf8).write(to: URL(fileURLWithPath: folder + "/" + user))
        }
        let result = try Command.run([root + "/Scripts/broker-definitions", folder])
        try #require(result.exitCode == 0, "\(result.errors)")
        let file = folder + "/definitions.json"
        try Data(result.output.utf8).write(to: URL(fileURLWithPath: file))
        return try PrivateBroker.start(definitions: file)
    }

    private static func unlinkFolder(_ folder: String) {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            Issue.record(error, "clearing up after a test")
        }
    }

    private static func publish(
        _ routingKey: String,
        to exchange: String,
        as user: String,
        on broker: PrivateBroker
    ) async -> AMQPError.Code? {
        await refusal(user, broker) { connection in
            try await connection.confirmSelect()
            try await connection.publish([
                Publication(
                    token: 1,
                    exchange: exchange,
                    routingKey: routingKey,
                    isMandatory: false,
                    properties: Properties(userIdentifier: user),
                    body: []
                )
            ])
            #expect(try await connection.publicationResults.next()?.first?.outcome == .confirmed)
        }
    }

    /// How the broker refused what the user did; nil if it did not.
    static func refusal(
        _ user: String,
        _ broker: PrivateBroker,
        _ body: (Connection) async throws -> Void
    ) async -> AMQPError.Code? {
        do {
            let connection = try await Connection.open(Endpoint(url: broker.url(user: user)))
            do {
                try await body(connection)
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
            return nil
        } catch {
            guard let error = error as? AMQPError else {
                Issue.record(error)
                return nil
            }
            return error.code
        }
    }
}
