import AMQP
import Broker
import Contract

/// Goes through the dead letters' queue, from its beginning to where it ended when that began: what
/// comes back to it meanwhile is not met again.
struct LetterReader {
    let queue: String
    /// How many letters there were.
    let count: Int

    private let connection: Connection
    private let publishers: Publishers
    private var number = 0
    /// What was taken and neither given back nor acknowledged.
    private var held: Set<UInt64> = []

    /// - Parameter publishers: Who may replay; see `Letter`.
    init(
        _ topology: Topology,
        _ publishers: Publishers,
        on connection: Connection
    ) async throws {
        self.connection = connection
        self.publishers = publishers
        queue = "\(topology.prefix).dead-letters"
        count = try await connection.messageCount(queue: queue)
    }

    /// The next letter, which stays with us until it is given back or acknowledged; nil at the end.
    mutating func next() async throws -> (letter: Letter, delivery: Delivery)? {
        guard number < count, let delivery = try await connection.get(queue: queue) else {
            return nil
        }
        number += 1
        held.insert(delivery.tag)
        return (Letter(delivery, number: number, publishers: publishers), delivery)
    }

    /// Takes a letter out of the queue for good.
    mutating func acknowledge(_ tag: UInt64) async throws {
        try await connection.acknowledge(upTo: tag, multiple: false)
        held.remove(tag)
    }

    /// Gives back what was taken, in its order. The broker counts that as a delivery.
    mutating func giveBack() async throws {
        // Tags ascend as the queue does.
        for tag in held.sorted() { try await connection.reject(tag, requeue: true) }
        held = []
        // Rejecting has no answer: this one comes after it.
        _ = try await connection.messageCount(queue: queue)
    }
}

extension BrokerAccess {
    /// Runs `body` on a connection that is closed afterwards, whatever happens; what it took and has
    /// not given back the broker gives back then.
    ///
    /// - Parameter onlyHeads: Of the bodies, only the size is wanted.
    func withConnection<Result>(
        onlyHeads: Bool = false,
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        var options = options
        if onlyHeads { options.maximumBodyBytes = 1 }
        let connection = try await Connection.open(endpoint, options: options)
        do {
            let result = try await body(connection)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }
}
