import AMQP
import Foundation
import TestKit
import Testing

/// The script behind the demo, the tests and the benchmark.
@Suite struct PrivateBrokerTests {
    @Test func aBrokerThatCannotStartSaysWhyAndLeavesNothing() async throws {
        let failure = await #expect(throws: PrivateBroker.Failure.self) {
            try await blocking { try PrivateBroker.start(configuration: "no.such.setting = 1\n") }
        }
        let message = try #require(failure).message
        #expect(message.contains("did not start"))
        #expect(message.contains("no.such.setting"))
        let directory = try #require(failure?.command.dropFirst().first)
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test func stoppingRemovesItsProcessesAndItsFolder() async throws {
        let broker = try await blocking { try PrivateBroker.start() }
        let identifiers = try ["broker.pid", "epmd.pid", "watcher.pid"].map { name in
            try String(contentsOfFile: broker.directory + "/" + name, encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(identifiers.allSatisfy(Self.isRunning))
        await #expect(throws: PrivateBroker.Failure.self) {
            try await broker.rabbitmqctl("no-such-command")
        }
        try await blocking { broker.stop() }
        #expect(!FileManager.default.fileExists(atPath: broker.directory))
        #expect(!Self.isRunning(identifiers[0]))
        #expect(!Self.isRunning(identifiers[1]))
        // The watcher looks once a second.
        try await within(seconds: 60) {
            while Self.isRunning(identifiers[2]) {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }

    @Test func everyUserCanLogIn() async throws {
        let broker = try await sharedBroker()
        for user in PrivateBroker.users {
            let endpoint = try Endpoint(url: broker.url(user: user))
            try await withConnection(to: endpoint) { connection in
                _ = try await temporaryQueue(on: connection)
            }
        }
    }

    private static func isRunning(_ identifier: String) -> Bool {
        guard let status = FileManager.default.contents(atPath: "/proc/\(identifier)/stat") else {
            return false
        }
        let fields = String(decoding: status, as: UTF8.self).split(separator: ") ")
        return fields.last.map { !$0.hasPrefix("Z") && !$0.hasPrefix("X") } ?? false
    }
}
