import AMQP
import Foundation
import TestKit
import Testing

@Suite struct ConnectionTests {
    @Test func theBrokerShowsTheName() async throws {
        let name = uniqueName()
        try await withConnection(options: ConnectionOptions(name: name)) { connection in
            let listed = try await sharedBroker().rabbitmqctl(
                "list_connections",
                "user",
                "timeout",
                "client_properties"
            )
            let line = try #require(listed.split(separator: "\n").first { $0.contains(name) })
            #expect(line.hasPrefix("registrard\t10\t"))
            #expect(connection.endpoint.user == "registrard")
        }
    }

    @Test func aWrongPasswordIsTold() async throws {
        var endpoint = try await sharedEndpoint()
        endpoint.password = "wrong"
        let error = try await errorOf { try await Connection.open(endpoint) }
        #expect(error.code == .authenticationRefused)
        #expect(error.replyCode == 403)
        #expect(!error.isRetryable)
        #expect(!"\(error)".contains("wrong"))
    }

    @Test func aMissingVirtualHostIsTold() async throws {
        var endpoint = try await sharedEndpoint()
        endpoint.virtualHost = "nowhere"
        let error = try await errorOf { try await Connection.open(endpoint) }
        #expect(error.code == .virtualHostNotFound)
        #expect(error.description.contains("nowhere"))
    }

    @Test func aRefusedVirtualHostIsTold() async throws {
        let name = uniqueName()
        try await sharedBroker().rabbitmqctl("add_vhost", name)
        var endpoint = try await sharedEndpoint()
        endpoint.virtualHost = name
        let error = try await errorOf { try await Connection.open(endpoint) }
        #expect(error.code == .accessRefused)
    }

    @Test func aPortWhereNobodyListensIsTold() async throws {
        let port = try FakeServer { _ in }.port
        let endpoint = Endpoint(host: "127.0.0.1", port: port, user: "a", password: "b")
        let error = try await errorOf { try await Connection.open(endpoint) }
        #expect(error.code == .cannotConnect)
        #expect(error.isRetryable)
        #expect(error.description.contains("127.0.0.1:\(port)"))
    }

    @Test func anUnknownHostIsTold() async throws {
        let endpoint = Endpoint(host: "no.such.invalid", port: 1, user: "a", password: "b")
        let error = try await errorOf { try await Connection.open(endpoint) }
        #expect(error.code == .cannotConnect)
        #expect(error.detail.contains("no.such.invalid"))
    }

    @Test func wrongOptionsAreTold() async throws {
        let endpoint = try await sharedEndpoint()
        for options in [
            ConnectionOptions(heartbeatSeconds: 0), ConnectionOptions(timeoutSeconds: .nan),
            ConnectionOptions(frameMaximumBytes: 4096),
            ConnectionOptions(tls: TLSOptions(keyFile: "/k")),
        ] {
            let error = try await errorOf { try await Connection.open(endpoint, options: options) }
            #expect(error.code == .invalidArgument)
        }
    }

    @Test func closingEndsTheSequencesAndLaterCallsFail() async throws {
        let connection = try await Connection.open(await sharedEndpoint())
        await connection.close()
        await connection.close()
        #expect(try await connection.deliveries.next() == nil)
        #expect(try await connection.publicationResults.next() == nil)
        #expect(try await connection.endReason().code == .closed)
        let error = try await errorOf { try await connection.messageCount(queue: "x") }
        #expect(error.code == .closed)
    }

    @Test func abortingWakesWhoWaits() async throws {
        let connection = try await Connection.open(await sharedEndpoint())
        async let batch = connection.deliveries.next()
        connection.abort()
        #expect(try await batch == nil)
        #expect(try await connection.endReason().code == .closed)
    }

    @Test func aReleasedConnectionLeavesTheBroker() async throws {
        let name = uniqueName()
        let notices: Batches<Notice>
        do {
            let connection = try await Connection.open(
                await sharedEndpoint(),
                options: ConnectionOptions(name: name)
            )
            notices = connection.notices
        }
        try await within(seconds: 60) {
            while try await notices.next() != nil {}
        }
        let broker = try await sharedBroker()
        try await within(seconds: 60) {
            while try await broker.rabbitmqctl("list_connections", "client_properties")
                .contains(name)
            {
                try Task.checkCancellation()
            }
        }
    }

    @Test func aCancelledAttemptEndsAtOnce() async throws {
        let server = try FakeServer { peer in
            // Takes the protocol header and says nothing.
            while true { _ = try peer.receive(1) }
        }
        let endpoint = Endpoint(host: "127.0.0.1", port: server.port, user: "a", password: "b")
        let options = ConnectionOptions(connectTimeoutSeconds: 120)
        let attempt = Task { try await Connection.open(endpoint, options: options) }
        attempt.cancel()
        let began = ContinuousClock.now
        let error = try await errorOf { try await attempt.value }
        #expect(error.code == .cancelled)
        // Without the cancellation it would take the time limit of 120 s.
        #expect(began.duration(to: .now) < .seconds(60))
    }
}
