import AMQP
import Broker
import Contract
import TestKit

/// A message that the daemon published.
struct Received: Sendable {
    /// The queue's name without the prefix; `own` for the test's queue of status events, and
    /// `dead-letters` for those of them that tell of a dead letter.
    let queue: String
    let delivery: AMQP.Delivery
    /// The body, if it is JSON.
    let event: JSONValue?

    var properties: Properties { delivery.properties }
    var messageIdentifier: String { properties.messageIdentifier ?? "" }
    /// Which request, account or event it is about, by the property.
    var correlation: String? { properties.correlationIdentifier }
    func header(_ name: String) -> FieldValue? { properties.headers[name] }
    /// A text attribute of the envelope.
    func attribute(_ name: String) -> String? { event?[name]?.text }
    /// A member of the payload, by its path.
    func data(_ path: String...) -> JSONValue? {
        path.reduce(event?["data"]) { $0?[$1] }
    }
    /// A member of the SCIM operation of an order to the provisioner, by its path.
    func operation(_ path: String...) -> JSONValue? {
        path.reduce(data("operation")) { $0?[$1] }
    }
    var template: String? { data("template")?.text }
    var problem: String? { data("type")?.text }
    var status: String? { data("status")?.text }
    var mailbox: String? { data("to")?.elements.first?["email"]?.text }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue? {
        if case .object(let object) = self { object[name] } else { nil }
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var integer: Int64? {
        if case .number(let number) = self { number.integer } else { nil }
    }

    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    var texts: [String] { elements.compactMap(\.text) }
}

/// Everybody downstream: takes and acknowledges whatever comes to the outbound queues, over a
/// connection that it renews.
actor Collector {
    static let outboundQueues = ["notifications", "provisioning", "problems"]
    static let topics = ["status.#", "disclosure.#", "journal.#"]

    private let broker: PrivateBroker
    private let topology: Topology
    private let queues: [String]
    /// Topics that are collected too, over a queue of its own.
    private let topics: [String]
    private var connection: Connection?
    private var ownQueue = ""
    private(set) var received: [Received] = []
    private var fences: Set<String> = []
    private var fenceNumber = 0

    init(
        _ broker: PrivateBroker,
        _ topology: Topology,
        queues: [String] = Collector.outboundQueues,
        topics: [String] = Collector.topics
    ) {
        self.broker = broker
        self.topology = topology
        self.queues = queues
        self.topics = topics
    }

    /// Begins to take messages; needs the queues to be there.
    func start() async throws { _ = try await open() }

    /// Ends the connection: the queues fill up from here on.
    func stop() async {
        await connection?.close()
        connection = nil
    }

    /// Takes messages until they are as expected, and returns all that came until now.
    @discardableResult
    func wait(
        _ expectation: String,
        withinSeconds limit: Double = 30,
        until isMet: @Sendable ([Received]) -> Bool
    ) async throws -> [Received] {
        try await take(until: Patience.deadline(limit), expectation) {
            isMet(received)
        }
        return received
    }

    /// Takes all that stands in the queues now, and returns all that came until now.
    func drain() async throws -> [Received] {
        do {
            return try await drainOnce()
        } catch is AMQPError {
            // The connection ended since it was last used.
            connection = nil
            return try await drainOnce()
        }
    }

    private func drainOnce() async throws -> [Received] {
        let deadline = Patience.deadline(30)
        fenceNumber += 1
        let fence = "fence-\(fenceNumber)"
        // First in, first out: what stands before the fence is here when the fence is.
        let connection = try await open()
        let names = queues.map { "\(topology.prefix).\($0)" } + (topics.isEmpty ? [] : [ownQueue])
        try await connection.confirmSelect()
        try await connection.publish(
            names.enumerated().map { index, name in
                Publication(
                    token: UInt64(index),
                    exchange: "",
                    routingKey: name,
                    properties: Properties(messageIdentifier: "\(fence).\(name)"),
                    body: []
                )
            }
        )
        let awaited = Set(names.map { "\(fence).\($0)" })
        try await take(until: deadline, "the end of the queues") { awaited.isSubset(of: fences) }
        return received
    }

    private func take(
        until deadline: ContinuousClock.Instant,
        _ expectation: String,
        _ isMet: () -> Bool
    ) async throws {
        while !isMet() {
            do {
                let connection = try await open()
                guard let batch = try await connection.deliveries.next(before: deadline) else {
                    self.connection = nil
                    continue
                }
                for delivery in batch { keep(delivery) }
                if let last = batch.last { try await connection.acknowledge(upTo: last.tag) }
            } catch let error as AMQPError {
                connection = nil
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            } catch let unmet as Unmet {
                throw Unmet("\(unmet) while waiting for \(expectation); came: \(summary)")
            }
        }
    }

    private func keep(_ delivery: AMQP.Delivery) {
        if let mark = delivery.properties.messageIdentifier, mark.hasPrefix("fence-") {
            fences.insert(mark)
            return
        }
        let queue =
            delivery.routingKey == "status.dead-letter"
            ? "dead-letters"
            : delivery.queue == ownQueue
                ? "own" : String(delivery.queue.dropFirst(topology.prefix.count + 1))
        received.append(
            Received(
                queue: queue,
                delivery: delivery,
                event: try? JSONValue(parsing: delivery.body)
            )
        )
    }

    /// How many of what came, for a failure's message.
    private var summary: String {
        let kinds = received.map { message in
            [
                message.queue, message.template, message.problem, message.status,
                message.data("reason")?.text,
            ].compactMap(\.self)
                .joined(separator: " ")
        }
        let counts = Dictionary(kinds.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
            .joined(separator: ", ")
    }

    private func open() async throws -> Connection {
        if let connection { return connection }
        let connection = try await Connection.open(Endpoint(url: broker.url(user: "operator")))
        for queue in queues {
            try await connection.consume(queue: "\(topology.prefix).\(queue)", prefetch: 1000)
        }
        if !topics.isEmpty {
            ownQueue = try await connection.declareQueue(
                QueueDeclaration(name: "", isDurable: false, isExclusive: true)
            ).name
            for topic in topics {
                try await connection.bind(
                    queue: ownQueue,
                    exchange: topology.exchange(.out),
                    routingKey: topic
                )
            }
            try await connection.consume(queue: ownQueue, prefetch: 1000)
        }
        self.connection = connection
        return connection
    }
}
