import AMQP
import TestKit
import Testing

@Suite struct TopologyTests {
    @Test func declaresBindsCountsPurgesAndDeletes() async throws {
        try await withConnection { connection in
            let (exchange, queue) = (uniqueName(), uniqueName())
            try await connection.declareExchange(exchange, kind: .topic)
            let declaration = QueueDeclaration(
                name: queue,
                arguments: ["x-queue-type": "quorum", "x-delivery-limit": 1000]
            )
            let status = try await connection.declareQueue(declaration)
            #expect(status == QueueStatus(name: queue, messageCount: 0, consumerCount: 0))
            try await connection.bind(queue: queue, exchange: exchange, routingKey: "a.#")
            try await connection.confirmSelect()
            try await connection.publish([
                Publication(token: 1, exchange: exchange, routingKey: "a.b", body: [1]),
                Publication(token: 2, exchange: exchange, routingKey: "b.b", body: [2]),
                Publication(token: 3, exchange: exchange, routingKey: "a", body: [3]),
            ])
            _ = try await connection.results(3)
            #expect(try await connection.messageCount(queue: queue) == 2)
            #expect(try await connection.purge(queue: queue) == 2)
            #expect(try await connection.messageCount(queue: queue) == 0)
            try await connection.deleteQueue(queue)
            try await connection.deleteExchange(exchange)
        }
    }

    @Test func otherArgumentsAreToldAndTheConnectionGoesOn() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            let error = try await errorOf {
                try await connection.declareQueue(
                    QueueDeclaration(
                        name: queue,
                        isDurable: false,
                        isExclusive: true,
                        arguments: ["x-max-length": 5]
                    )
                )
            }
            #expect(error.code == .preconditionFailed)
            #expect(error.replyCode == 406)
            #expect(error.description.contains(queue))
            #expect(error.description.contains("x-max-length"))
            // On a new channel.
            #expect(try await connection.messageCount(queue: queue) == 0)
        }
    }

    @Test func whatIsMissingIsToldAndTheConnectionGoesOn() async throws {
        try await withConnection { connection in
            for _ in 0..<3 {
                let name = uniqueName()
                let missing = [
                    try await errorOf { try await connection.messageCount(queue: name) },
                    try await errorOf {
                        try await connection.declareExchange(name, kind: .topic, isPassive: true)
                    },
                    try await errorOf { try await connection.consume(queue: name, prefetch: 1) },
                    try await errorOf { try await connection.get(queue: name) },
                ]
                for error in missing {
                    #expect(error.code == .notFound)
                    #expect(error.replyCode == 404)
                    #expect(error.attempt.contains(name))
                }
            }
            _ = try await temporaryQueue(on: connection)
        }
    }

    @Test func aFailureEndsAConnectionThatConsumes() async throws {
        try await withConnection { connection in
            let queue = try await temporaryQueue(on: connection)
            try await connection.consume(queue: queue, prefetch: 1)
            let error = try await errorOf {
                try await connection.messageCount(queue: uniqueName())
            }
            #expect(error.code == .notFound)
            #expect(try await connection.endReason() == error)
            await #expect(throws: error) { try await connection.deliveries.next() }
        }
    }

    @Test func aMissingPermissionIsTold() async throws {
        let broker = try await sharedBroker()
        let user = uniqueName()
        try await broker.rabbitmqctl("add_user", user, "secret")
        try await broker.rabbitmqctl("set_permissions", user, "^$", "^$", "^$")
        var endpoint = try await sharedEndpoint()
        (endpoint.user, endpoint.password) = (user, "secret")
        try await withConnection(to: endpoint) { connection in
            let error = try await errorOf {
                try await connection.declareQueue(QueueDeclaration(name: "x"))
            }
            #expect(error.code == .accessRefused)
            #expect(!error.isRetryable)
        }
    }

    @Test func aQueueOfSomebodyElseIsLocked() async throws {
        try await withConnection { owner in
            let queue = try await temporaryQueue(on: owner)
            try await withConnection { other in
                let error = try await errorOf { try await other.messageCount(queue: queue) }
                #expect(error.code == .resourceLocked)
            }
        }
    }

    @Test func namesOver255BytesAreRefusedBeforeSending() async throws {
        try await withConnection { connection in
            let name = String(repeating: "q", count: 256)
            let error = try await errorOf {
                try await connection.declareQueue(QueueDeclaration(name: name))
            }
            #expect(error.code == .invalidArgument)
            _ = try await temporaryQueue(on: connection)
        }
    }
}
