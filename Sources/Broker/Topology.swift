public import AMQP
public import Contract

/// The exchanges, queues and bindings of an installation, by their common prefix.
public struct Topology: Sendable {
    public let prefix: String
    /// How often the broker delivers a message that is given back before it dead-letters it.
    public let deliveryLimit: Int

    public init(prefix: String, deliveryLimit: Int = 1000) {
        self.prefix = prefix
        self.deliveryLimit = deliveryLimit
    }

    public var inboundExchange: String { "\(prefix).in" }
    /// Where the broker itself puts messages aside.
    public var deadLetterExchange: String { "\(prefix).dead" }
    public func exchange(_ exchange: OutboundExchange) -> String {
        "\(prefix).\(exchange.rawValue)"
    }
    public func queue(_ queue: InboundQueue) -> String { "\(prefix).\(queue.rawValue)" }

    /// A queue with what is bound to it.
    struct Binding {
        let queue: String
        let exchange: String
        let patterns: [String]
        /// Whether the broker puts aside what is refused there, or given back too often. What it
        /// has put aside stays where it is.
        var deadLetters = true
    }

    var bindings: [Binding] {
        let inbound = [
            ("registrations", "registration.#"), ("approvals", "approval.#"),
            ("reports", "report.#"),
        ]
        let outbound = [
            ("notifications", "notification.#"), ("provisioning", "provisioning.#"),
            ("problems", "problem.#"),
        ]
        let putAside = Binding(
            queue: queue(.deadLetters),
            exchange: deadLetterExchange,
            patterns: ["#"],
            deadLetters: false
        )
        return inbound.map { binding($0, inboundExchange, [$1]) }
            + outbound.map { name, pattern in
                binding(name, exchange(.out), [pattern, "\(OutboundMessage.replayFamily).\(name)"])
            } + [putAside]
    }

    private func binding(_ queue: String, _ exchange: String, _ patterns: [String]) -> Binding {
        Binding(queue: "\(prefix).\(queue)", exchange: exchange, patterns: patterns)
    }

    /// Every queue's name without the prefix, and with it.
    public var queues: [(short: String, full: String)] {
        bindings.map { (String($0.queue.dropFirst(prefix.count + 1)), $0.queue) }
    }

    /// Declares everything, or with `isPassive` only checks it, as ``check(on:)`` does.
    ///
    /// Queues are dead-lettered at least once, which needs all three of the strategy,
    /// `reject-publish` and the exchange: without one of them RabbitMQ silently falls back to at
    /// most once (RabbitMQ, Quorum Queues, "Dead Lettering").
    ///
    /// - Throws: `AMQPError`, such as `preconditionFailed` for a queue that exists with other
    ///   arguments; it names the queue or exchange.
    public func declare(on connection: Connection, isPassive: Bool) async throws(AMQPError) {
        guard !isPassive else { return try await check(on: connection) }
        for name in exchanges { try await connection.declareExchange(name, kind: .topic) }
        for binding in bindings {
            try await connection.declareQueue(declaration(of: binding))
            for pattern in binding.patterns {
                try await connection.bind(
                    queue: binding.queue,
                    exchange: binding.exchange,
                    routingKey: pattern
                )
            }
        }
    }

    /// Checks that everything is there and as it should be, and declares nothing. Bindings cannot
    /// be asked for in AMQP; what they do not route comes back, since it is sent as mandatory.
    ///
    /// - Throws: `AMQPError`: `notFound` for what is missing, `preconditionFailed` for what exists
    ///   with another type or other arguments; it names the queue or exchange.
    public func check(on connection: Connection) async throws(AMQPError) {
        for name in exchanges {
            try await connection.declareExchange(name, kind: .topic, isPassive: true)
            try await Self.compare { () async throws(AMQPError) in
                try await connection.declareExchange(name, kind: .topic)
            }
        }
        for binding in bindings {
            var declaration = declaration(of: binding)
            declaration.isPassive = true
            try await connection.declareQueue(declaration)
            declaration.isPassive = false
            try await Self.compare { [declaration] () async throws(AMQPError) in
                try await connection.declareQueue(declaration)
            }
        }
    }

    /// Declares what is there already, which changes nothing: the passive look before it says that
    /// it exists, and only this has the broker compare how. A user who may not declare cannot
    /// compare.
    private static func compare(
        _ declare: () async throws(AMQPError) -> Void
    ) async throws(AMQPError) {
        do throws(AMQPError) {
            try await declare()
        } catch {
            guard error.code == .accessRefused else { throw error }
        }
    }

    /// Every exchange's name.
    public var exchanges: [String] { [inboundExchange, exchange(.out), deadLetterExchange] }

    private func declaration(of binding: Binding) -> QueueDeclaration {
        QueueDeclaration(name: binding.queue, arguments: arguments(of: binding))
    }

    /// Which queues exist with other arguments than `declare` gives them, in the broker's words: it
    /// refuses to declare what exists in another way. All of them must exist, or they are made.
    public func differences(on connection: Connection) async throws(AMQPError) -> [String] {
        var differences: [String] = []
        for binding in bindings {
            do throws(AMQPError) {
                try await connection.declareQueue(declaration(of: binding))
            } catch {
                guard error.code == .preconditionFailed else { throw error }
                differences.append("\(binding.queue): \(error.detail)")
            }
        }
        return differences
    }

    /// Every queue says how often it delivers a message that is given back: since RabbitMQ 4.0, one
    /// that does not drops it after 20 times.
    func arguments(of binding: Binding) -> Table {
        var arguments: Table = ["x-queue-type": "quorum"]
        guard binding.deadLetters else {
            arguments["x-delivery-limit"] = .int64(Self.highestDeliveryLimit)
            return arguments
        }
        arguments["x-delivery-limit"] = .int64(Int64(deliveryLimit))
        arguments["x-dead-letter-exchange"] = .string(deadLetterExchange)
        arguments["x-dead-letter-strategy"] = "at-least-once"
        arguments["x-overflow"] = "reject-publish"
        return arguments
    }

    /// As good as none, in a number that every release of RabbitMQ takes.
    static let highestDeliveryLimit: Int64 = 1_000_000_000

    /// Deletes all of it, with the messages in it.
    public func delete(on connection: Connection) async throws(AMQPError) {
        for binding in bindings { try await connection.deleteQueue(binding.queue) }
        for name in exchanges { try await connection.deleteExchange(name) }
    }
}
