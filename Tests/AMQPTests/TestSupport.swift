import AMQP
import Foundation
import Synchronization
import TestKit
import Testing

/// The broker that the tests share; unique names keep them apart.
func sharedBroker() async throws -> PrivateBroker {
    try await blocking { try PrivateBroker.shared() }
}

func sharedEndpoint() async throws -> Endpoint {
    try Endpoint(url: await sharedBroker().url())
}

/// Runs what blocks, such as waiting for a program, on a thread that no task needs: there are only
/// as many of those as processors, and the other tests measure time.
func blocking<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try body() })
        }
    }
}

extension PrivateBroker {
    @discardableResult
    func rabbitmqctl(_ arguments: String...) async throws -> String {
        try await blocking { try self.control(arguments) }
    }
}

func uniqueName() -> String {
    "test." + UUID().uuidString.lowercased()
}

/// Opens a connection, hands it over, and closes it whatever happens.
func withConnection<Value>(
    to endpoint: Endpoint? = nil,
    options: ConnectionOptions = ConnectionOptions(),
    _ body: (Connection) async throws -> Value
) async throws -> Value {
    var target = endpoint
    if target == nil { target = try await sharedEndpoint() }
    let connection = try await Connection.open(#require(target), options: options)
    do {
        let value = try await body(connection)
        await connection.close()
        return value
    } catch {
        await connection.close()
        throw error
    }
}

/// A queue of its own for a test, exclusive so that it goes with the connection.
func temporaryQueue(
    on connection: Connection,
    _ arguments: Table = Table()
) async throws -> String {
    let declaration = QueueDeclaration(
        name: uniqueName(),
        isDurable: false,
        isExclusive: true,
        arguments: arguments
    )
    return try await connection.declareQueue(declaration).name
}

/// The error that the call ends with.
func errorOf<Value>(
    _ call: () async throws -> Value,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> AMQPError {
    do {
        _ = try await call()
    } catch let error as AMQPError {
        return error
    }
    throw Unmet("an error was expected", sourceLocation)
}

struct Unmet: Error, CustomStringConvertible {
    var description: String

    init(_ what: String, _ location: SourceLocation) {
        description = "\(what) (\(location))"
    }
}

/// Runs the body, and fails when it takes longer.
func within<Value: Sendable>(
    seconds: Double,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            throw Unmet("it took longer than \(seconds) s", sourceLocation)
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else {
            throw Unmet("nothing ran", sourceLocation)
        }
        return first
    }
}

extension Connection {
    /// So many deliveries, in the order of their arrival.
    func receive(_ count: Int) async throws -> [Delivery] {
        let deliveries = deliveries
        return try await within(seconds: 60) {
            var received: [Delivery] = []
            while received.count < count, let batch = try await deliveries.next() {
                #expect(!batch.isEmpty)
                received += batch
            }
            return received
        }
    }

    /// So many results of publications, in the order of their arrival.
    func results(_ count: Int) async throws -> [PublicationResult] {
        let publicationResults = publicationResults
        return try await within(seconds: 60) {
            var received: [PublicationResult] = []
            while received.count < count, let batch = try await publicationResults.next() {
                received += batch
            }
            return received
        }
    }

    /// The next notices up to the first that fits.
    func notice(where fits: @escaping @Sendable (Notice) -> Bool) async throws -> Notice {
        let notices = notices
        return try await within(seconds: 60) {
            while let batch = try await notices.next() {
                if let found = batch.first(where: fits) { return found }
            }
            throw Unmet("no such notice came", #_sourceLocation)
        }
    }

    /// Waits for the end and says why.
    func endReason() async throws -> AMQPError {
        let notice = try await notice { notice in
            if case .closed = notice { true } else { false }
        }
        guard case .closed(let error) = notice else {
            throw Unmet("it did not end", #_sourceLocation)
        }
        return error
    }

    /// Has the broker deliver a message to a queue of the connection after so many milliseconds: it
    /// expires elsewhere first. This is how tests let time pass.
    func deliverLater(milliseconds: Int) async throws {
        let late = try await temporaryQueue(on: self)
        let waiting = try await temporaryQueue(
            on: self,
            ["x-dead-letter-exchange": "", "x-dead-letter-routing-key": .string(late)]
        )
        try await publishAndConfirm(
            to: waiting,
            bodies: [[1]],
            properties: Properties(expiration: "\(milliseconds)")
        )
        try consume(queue: late, prefetch: 1)
    }

    /// Publishes to a queue by the default exchange and waits for the confirms.
    func publishAndConfirm(
        to queue: String,
        bodies: [[UInt8]],
        properties: Properties = Properties()
    ) async throws {
        try confirmSelect()
        try publish(
            bodies.enumerated().map { index, body in
                Publication(
                    token: UInt64(index),
                    exchange: "",
                    routingKey: queue,
                    properties: properties,
                    body: body
                )
            }
        )
        let results = try await results(bodies.count)
        #expect(results.allSatisfy { $0.outcome == .confirmed })
    }
}

/// A folder that goes with the process.
struct TemporaryFolder: Sendable {
    let path: String

    private static let paths = Mutex<[String]>([])
    private static let installed: Void = {
        atexit {
            for path in TemporaryFolder.paths.withLock({ $0 }) {
                do {
                    try FileManager.default.removeItem(atPath: path)
                } catch {
                    FileHandle.standardError.write(Data("\(error)\n".utf8))
                }
            }
        }
    }()

    init() throws {
        let path = NSTemporaryDirectory() + "/registrar-amqp-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        self.path = path
        Self.installed
        Self.paths.withLock { $0.append(path) }
    }
}
