import AMQP
import Foundation
import TestKit

/// A user of the broker who publishes with confirms; the password is the user's name.
///
/// Like a portal of the field, it sends again whatever the broker has not confirmed when a
/// connection ended: the same bytes, hence the same event.
actor Sender {
    private let broker: PrivateBroker
    private let exchange: String
    private let user: String
    private var connection: Connection?
    private var token: UInt64 = 0

    init(_ user: String, _ broker: PrivateBroker, exchange: String) {
        self.broker = broker
        self.exchange = exchange
        self.user = user
    }

    func send(_ events: InboundEvent...) async throws { try await send(events.map(\.message)) }
    func send(_ events: [InboundEvent]) async throws { try await send(events.map(\.message)) }
    func send(_ message: OutgoingMessage) async throws { try await send([message]) }

    /// Publishes, in this order, and returns when the broker has confirmed every one.
    func send(_ messages: [OutgoingMessage], withinSeconds limit: Double = 60) async throws {
        var rest = messages
        let deadline = Patience.deadline(limit)
        while !rest.isEmpty {
            do {
                rest = try await attempt(rest, until: deadline)
            } catch let error as AMQPError {
                connection = nil
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// Returns the messages that have to be sent again, because the connection ended.
    private func attempt(
        _ messages: [OutgoingMessage],
        until deadline: ContinuousClock.Instant
    ) async throws -> [OutgoingMessage] {
        let connection = try await open()
        let first = token + 1
        token += UInt64(messages.count)
        var waiting = Dictionary(
            uniqueKeysWithValues: zip(first..., messages).map { ($0.0, $0.1) }
        )
        try await connection.publish(
            zip(first..., messages).map { token, message in
                var properties = message.properties
                if message.namesSender { properties.userIdentifier = user }
                properties.messageIdentifier = properties.messageIdentifier ?? UUID().uuidString
                return Publication(
                    token: token,
                    exchange: exchange,
                    routingKey: message.routingKey,
                    isMandatory: true,
                    properties: properties,
                    body: message.body
                )
            }
        )
        do {
            while !waiting.isEmpty {
                let results = try await connection.publicationResults.next(before: deadline) ?? []
                if results.isEmpty { break }
                for result in results {
                    guard result.outcome == .confirmed else {
                        throw Unmet("\(user) was not confirmed: \(result.outcome)")
                    }
                    waiting[result.token] = nil
                }
            }
        } catch is AMQPError {
            self.connection = nil
        }
        return waiting.sorted { $0.key < $1.key }.map(\.value)
    }

    private func open() async throws -> Connection {
        if let connection { return connection }
        let connection = try await Connection.open(Endpoint(url: broker.url(user: user)))
        try await connection.confirmSelect()
        self.connection = connection
        return connection
    }
}

/// What a test expected and did not get.
struct Unmet: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Batches {
    /// The next batch; nil at the end of the sequence.
    ///
    /// - Throws: `Unmet` when none comes before the deadline.
    func next(before deadline: ContinuousClock.Instant) async throws -> [Item]? {
        try await withThrowingTaskGroup(of: [Item]?.self) { group in
            group.addTask { try await next() }
            group.addTask {
                try await Task.sleep(until: deadline)
                throw Unmet("nothing more came in time")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { return nil }
            return first
        }
    }
}

/// Asks again and again until there is an answer: for what gives no signal when it changes.
func eventually<Value>(
    _ expectation: @autoclosure () -> String,
    withinSeconds limit: Double = 30,
    _ answer: () async throws -> Value?
) async throws -> Value {
    let deadline = Patience.deadline(limit)
    while true {
        if let value = try await answer() { return value }
        guard ContinuousClock.now < deadline else {
            throw Unmet("not within \(limit) s: \(expectation())")
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// Runs what blocks on a thread of its own: the tests' own threads are few.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
{
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
