public import AMQP
import LogKeys
import Logging

/// Where the broker is, how to speak to it, and what to find there.
public struct BrokerAccess: Sendable {
    public let endpoint: Endpoint
    public private(set) var options: ConnectionOptions
    public let topology: Topology
    /// Whether exchanges and queues are declared, or only checked.
    public let declares: Bool

    public init(
        endpoint: Endpoint,
        options: ConnectionOptions,
        topology: Topology,
        declares: Bool
    ) {
        self.endpoint = endpoint
        self.options = options
        self.topology = topology
        self.declares = declares
    }

    /// The same, taking no more from the broker while as many bytes are not acknowledged.
    func limiting(unacknowledgedBytes: Int) -> Self {
        var limited = self
        limited.options.maximumUnacknowledgedBytes = unacknowledgedBytes
        return limited
    }

    /// Connects under a name of its own, and declares or checks the topology.
    func open(_ purpose: String) async throws(AMQPError) -> Connection {
        var options = options
        options.name = "\(options.name) \(purpose)"
        let connection = try await Connection.open(endpoint, options: options)
        // A broker that hangs would answer none of it; whoever ends does not wait for that.
        let outcome = await withTaskCancellationHandler {
            await prepare(connection)
        } onCancel: {
            connection.abort()
        }
        do {
            try outcome.get()
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    private func prepare(_ connection: Connection) async -> Result<Void, AMQPError> {
        do throws(AMQPError) {
            try await topology.declare(on: connection, isPassive: !declares)
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// Runs `session` on a connection, again and again until the task is cancelled.
    func keep(
        _ purpose: String,
        log: Logger,
        down: @escaping @Sendable (String) -> Void,
        session: (Connection) async throws -> Void
    ) async {
        let keeper = ConnectionKeeper(
            backOff: BackOff(baseSeconds: 0.25, maximumSeconds: 5),
            report: { state in
                guard case .waiting(let error, let seconds) = state else { return }
                down("\(error)")
                log.warning(
                    "the \(purpose) connection is down; trying again",
                    metadata: [
                        LogKey.error: "\(error)",
                        LogKey.retryAfterSeconds: "\(Self.rounded(seconds))",
                    ]
                )
            },
            open: { try await open(purpose) }
        )
        await keeper.run(session)
    }

    private static func rounded(_ seconds: Double) -> Double {
        (seconds * 100).rounded() / 100
    }
}
