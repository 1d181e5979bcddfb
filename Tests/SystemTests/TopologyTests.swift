import AMQP
import Broker
import Contract
import TestKit
import Testing

/// What the broker does with the queues as they are declared, without a daemon.
@Suite struct TopologyTests {
    @Test("What a consumer gives back for good reaches the dead letters by the broker's own hand")
    func brokerDeadLetters() async throws {
        try await Installation.with { installation in
            let connection = try await Connection.open(
                Endpoint(url: installation.broker.url(user: "registrard"))
            )
            let topology = installation.topology
            try await topology.declare(on: connection, isPassive: false)
            let body = Array("{broken".utf8)
            try await installation.portal.send(OutgoingMessage("registration.a", body))
            let delivery = try await eventually("the message") {
                try await connection.get(queue: topology.queue(.registrations))
            }
            try await connection.reject(delivery.tag, requeue: false)
            let letter = try await eventually("the dead letter") {
                try await connection.get(queue: "\(topology.prefix).dead-letters")
            }
            #expect(letter.body == body)
            #expect(letter.routingKey == "registration.a")
            try await connection.acknowledge(upTo: letter.tag)
            await connection.close()
        }
    }
}
