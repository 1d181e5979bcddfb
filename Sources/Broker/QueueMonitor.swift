import AMQP
public import Logging

/// Asks the broker now and then how many messages wait in each queue, and for how many consumers.
public struct QueueMonitor: Sendable {
    private let access: BrokerAccess
    private let intervalSeconds: Double
    private let log: Logger

    public init(access: BrokerAccess, intervalSeconds: Double = 5, log: Logger) {
        self.access = access
        self.intervalSeconds = intervalSeconds
        self.log = log
    }

    /// Reports until the task is cancelled: the queue's name without the prefix, its depth and its
    /// consumers. A passive declaration is exact, where the broker's statistics come by ticks.
    public func run(_ report: @escaping @Sendable (String, Int, _ consumers: Int) -> Void) async {
        await access.keep("watching", log: log, down: { _ in }) { connection in
            while true {
                for queue in access.topology.queues {
                    let status = try await connection.status(ofQueue: queue.full)
                    report(queue.short, status.messageCount, status.consumerCount)
                }
                try await Task.sleep(for: .seconds(intervalSeconds))
            }
        }
    }
}
