import Contract
import Domain

/// Decides which messages of the outbox may be sent now: pure bookkeeping, no I/O.
///
/// Messages with one subject for one kind of queue form a stream: what they are filed under says what
/// stays in sequence, such as the orders to the provisioner about one person. Of a stream one message
/// at a time is on the way, so that they arrive in sequence even when the broker refuses one or a
/// connection is lost; streams don't wait for each other.
final class OutboxRelay {
    /// A stream, with what is held of it.
    private final class Lane {
        let stream: OutboxStream
        /// The stream's messages in sequence; the first is the one that is sent.
        var rows: [OutboxRow] = []
        var isInFlight = false
        /// When the first message was handed to the broker, in seconds that do not jump.
        var sentAt = 0.0
        var isParked = false

        init(_ stream: OutboxStream) {
            self.stream = stream
        }
    }

    /// What `resolve` leaves to be written to the store.
    struct Resolution {
        var confirmed: [Int64] = []
        /// From handing over to the confirmation, one value a confirmed message.
        var confirmSeconds: [Double] = []
        var parked: [(sequence: Int64, reason: String)] = []
        /// Refused by the broker; to be sent again after a pause.
        var refused = 0
    }

    /// How many messages may be on the way at once.
    let window: Int

    private var lanes: [OutboxStream: Lane] = [:]
    /// Where each message stands that is held.
    private var places: [Int64: Lane] = [:]
    /// Lanes with a message that could be sent, in the order in which they became so.
    private var ready: [Lane] = []
    private var inFlight = 0
    /// Lanes whose message the broker refused, until `retryRefused`.
    private var held: [Lane] = []
    /// Messages on the way that are not to be sent again.
    private var dropped: Set<Int64> = []
    /// Persons about whom nothing is sent up to that sequence.
    private var withheld: [PersonIdentifier: Int64] = [:]
    private(set) var isConnected = false

    init(window: Int) {
        self.window = window
    }

    /// About how much memory the messages take that are held.
    private(set) var bytes = 0

    /// How many messages are held, sent or not.
    var count: Int { places.count }

    /// Takes messages of the outbox over, in sequence.
    ///
    /// Returns those that stand behind a parked message of their stream and so must be parked too.
    func add(_ rows: [OutboxRow]) -> [(sequence: Int64, reason: String)] {
        var parked: [(sequence: Int64, reason: String)] = []
        for row in rows where places[row.sequence] == nil && !isWithheld(row) {
            let lane = lane(OutboxStream(row.message))
            if lane.isParked {
                parked.append((row.sequence, "behind a parked message"))
                continue
            }
            places[row.sequence] = lane
            bytes += row.message.heldBytes
            if lane.rows.isEmpty { ready.append(lane) }
            lane.rows.append(row)
        }
        return parked
    }

    private func lane(_ stream: OutboxStream) -> Lane {
        if let lane = lanes[stream] { return lane }
        let lane = Lane(stream)
        lanes[stream] = lane
        return lane
    }

    /// The messages to be sent now, which count as on the way from here on.
    ///
    /// - Parameter now: seconds that do not jump.
    func takeReady(atSeconds now: Double = 0) -> [OutboxRow] {
        guard isConnected, inFlight < window, !ready.isEmpty else { return [] }
        let taken = ready.prefix(window - inFlight)
        var rows: [OutboxRow] = []
        rows.reserveCapacity(taken.count)
        for lane in taken {
            guard let row = lane.rows.first else { continue }
            lane.isInFlight = true
            lane.sentAt = now
            rows.append(row)
        }
        ready.removeFirst(taken.count)
        inFlight += rows.count
        return rows
    }

    /// Takes in what the broker said. Results of messages that are not on the way are ignored:
    /// they come from a session that was given up.
    ///
    /// - Parameter now: seconds that do not jump, as for `takeReady`.
    func resolve(
        _ results: [PublicationResult],
        atSeconds now: Double = 0
    ) -> Resolution {
        var resolution = Resolution()
        for result in results {
            guard let lane = places[result.sequence], lane.isInFlight,
                lane.rows.first?.sequence == result.sequence
            else { continue }
            inFlight -= 1
            lane.isInFlight = false
            switch result.outcome {
            case .refused where dropped.remove(result.sequence) != nil:
                removeFirst(of: lane)
            case .confirmed:
                dropped.remove(result.sequence)
                resolution.confirmed.append(result.sequence)
                resolution.confirmSeconds.append(max(0, now - lane.sentAt))
                removeFirst(of: lane)
            case .refused:
                resolution.refused += 1
                held.append(lane)
            case .unroutable(let reason), .unsendable(let reason):
                dropped.remove(result.sequence)
                for (index, row) in lane.rows.enumerated() {
                    places[row.sequence] = nil
                    bytes -= row.message.heldBytes
                    resolution.parked.append(
                        (row.sequence, index == 0 ? reason : "behind a parked message")
                    )
                }
                lane.rows = []
                lane.isParked = true
            }
        }
        return resolution
    }

    private func removeFirst(of lane: Lane) {
        let row = lane.rows.removeFirst()
        places[row.sequence] = nil
        bytes -= row.message.heldBytes
        if lane.rows.isEmpty { lanes[lane.stream] = nil } else { ready.append(lane) }
    }

    /// Forgets messages that are not to be sent any more. One that is on the way cannot be called back,
    /// but is not sent again.
    func drop(_ sequences: [Int64]) {
        for sequence in sequences {
            guard let lane = places[sequence],
                let index = lane.rows.firstIndex(where: { $0.sequence == sequence })
            else { continue }
            if index == 0, lane.isInFlight {
                dropped.insert(sequence)
                continue
            }
            places[sequence] = nil
            bytes -= lane.rows.remove(at: index).message.heldBytes
            guard lane.rows.isEmpty else { continue }
            lanes[lane.stream] = nil
            ready.removeAll { $0 === lane }
            held.removeAll { $0 === lane }
        }
    }

    /// Forgets what is not on the way: the store may have changed in a way that nobody knows of, and all
    /// that is to be sent is read from it anew.
    func forgetUnsent() {
        for lane in lanes.values {
            let kept = lane.isInFlight ? 1 : 0
            for row in lane.rows.dropFirst(kept) {
                places[row.sequence] = nil
                bytes -= row.message.heldBytes
            }
            lane.rows.removeLast(lane.rows.count - kept)
            if lane.rows.isEmpty, !lane.isParked { lanes[lane.stream] = nil }
        }
        ready = []
        held = []
    }

    /// From here on nothing about these persons is sent up to that sequence, and about others it is: the
    /// store has their erasures in hand. What was held is forgotten; see `drop`.
    func withhold(_ persons: [PersonIdentifier: Int64]) {
        guard persons != withheld else { return }
        let isMore = persons.contains { withheld[$0.key] != $0.value }
        withheld = persons
        guard isMore else { return }
        drop(lanes.values.flatMap(\.rows).filter(isWithheld).map(\.sequence))
    }

    private func isWithheld(_ row: OutboxRow) -> Bool {
        guard !withheld.isEmpty else { return false }
        return row.about.contains { row.sequence <= withheld[$0] ?? -1 }
    }

    func retryRefused() {
        ready += held
        held = []
    }

    /// Parked messages may be sent again; they are to be added anew.
    func unpark() {
        lanes = lanes.filter { !$0.value.isParked }
    }

    /// The same for those of these streams alone.
    func unpark(_ streams: Set<OutboxStream>) {
        for stream in streams where lanes[stream]?.isParked == true { lanes[stream] = nil }
    }

    func publisherOpened() {
        isConnected = true
    }

    /// What was on the way counts as not sent. It is sent again, with the same ids, before
    /// anything that comes after it in its stream.
    func publisherClosed() {
        isConnected = false
        inFlight = 0
        held = []
        for lane in lanes.values { lane.isInFlight = false }
        drop(Array(dropped))
        dropped = []
        ready = lanes.values.filter { !$0.rows.isEmpty }
            .sorted { ($0.rows.first?.sequence ?? 0) < ($1.rows.first?.sequence ?? 0) }
    }
}
