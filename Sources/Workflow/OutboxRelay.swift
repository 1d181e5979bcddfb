import Contract
import Domain

/// Decides which messages of the outbox may be sent now: pure bookkeeping, no I/O.
///
/// Messages with one subject for one kind of queue form a stream: what they are filed under says
/// what stays in sequence, such as the orders to the provisioner about one person. Of a stream one
/// message at a time is on the way, so that they arrive in sequence even when the broker refuses
/// one or a connection is lost; streams don't wait for each other. What is parked is the store's,
/// and held here only while it is tried again.
final class OutboxRelay {
    /// A stream, with what is held of it.
    final class Lane {
        let stream: OutboxStream
        /// The stream's messages in sequence; the first is the one that is sent.
        var rows: [OutboxRow] = []
        var isInFlight = false
        /// When the first message was handed to the broker, in seconds that do not jump.
        var sentAt = 0.0
        /// The number of the stream, if what is held of it is parked in the store and tried again.
        var parkedStream: Int64?
        /// Since when the broker has refused the first message, in seconds that do not jump.
        var refusedSince: Double?

        init(_ stream: OutboxStream) {
            self.stream = stream
        }
    }

    /// What `resolve` leaves to be written to the store.
    struct Resolution {
        var confirmed: [Int64] = []
        /// From handing over to the confirmation, one value a confirmed message.
        var confirmSeconds: [Double] = []
        /// To be parked, in sequence within a stream; without a reason behind others.
        var parked: [(sequence: Int64, reason: String?)] = []
        /// How many of those the broker has refused, or could not route.
        var unroutable = 0
        /// Refused by the broker; to be sent again after a pause.
        var refused = 0
        /// Parked streams of which all that was held here went out.
        var released: [Int64] = []
        /// A kind of message that was refused is taken again.
        var isTakenAgain = false
    }

    /// How many messages may be on the way at once.
    let window: Int

    private(set) var lanes: [OutboxStream: Lane] = [:]
    /// Where each message stands that is held.
    var places: [Int64: Lane] = [:]
    /// Lanes with a message that could be sent, in the order in which they became so.
    var ready: [Lane] = []
    private(set) var inFlight = 0
    /// Lanes whose message the broker refused, until `retryRefused`.
    var held: [Lane] = []
    /// Which messages the broker ends the session for.
    var trials = PublicationTrials()
    /// Lanes to an exchange that refuses everything.
    var suspended: [Lane] = []
    /// What is to be parked since the broker refuses its kind; see `takeRefused`.
    var refusedUnsent = Resolution()
    /// A parked message that the broker refuses whenever it is tried.
    var parkedRefusal: ParkedRefusal?
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

    /// How many of them are parked in the store, and tried again.
    private(set) var parkedCount = 0

    /// Takes messages of the outbox over, in sequence. None of their streams may be parked.
    func add(_ rows: [OutboxRow]) {
        for row in rows where places[row.sequence] == nil && !isWithheld(row) {
            append(row, to: lane(OutboxStream(of: row.message)))
        }
    }

    private func append(_ row: OutboxRow, to lane: Lane) {
        places[row.sequence] = lane
        bytes += row.message.heldBytes
        if lane.rows.isEmpty { ready.append(lane) }
        lane.rows.append(row)
    }

    /// Takes the first messages of a parked stream over, to try them again.
    ///
    /// - Parameter isAlone: with nothing else on the way.
    func retry(_ parked: ParkedRows, isAlone: Bool = false) {
        let rows = parked.rows.filter { places[$0.sequence] == nil && !isWithheld($0) }
        guard let first = rows.first else { return }
        let stream = OutboxStream(of: first.message)
        if lanes[stream] == nil {
            if isAlone {
                trials.retryAlone(first)
            } else if !trials.mayRetry(first, of: parked.stream) {
                return
            }
        }
        let lane = lane(stream)
        guard lane.rows.isEmpty || lane.parkedStream != nil else { return }
        lane.parkedStream = parked.stream
        parkedCount += rows.count
        for row in rows { append(row, to: lane) }
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
        guard isConnected, inFlight < window else { return [] }
        guard trials.isQuiet else { return takeCarefully(atSeconds: now) }
        let taken = ready.prefix(window - inFlight)
        var rows: [OutboxRow] = []
        rows.reserveCapacity(taken.count)
        for lane in taken { send(lane, atSeconds: now, &rows) }
        ready.removeFirst(taken.count)
        return rows
    }

    /// The lane's first message is on the way from here on.
    func send(_ lane: Lane, atSeconds now: Double, _ rows: inout [OutboxRow]) {
        guard let row = lane.rows.first else { return }
        lane.isInFlight = true
        lane.sentAt = now
        inFlight += 1
        rows.append(row)
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
            if trials.onTrial == result.sequence, let row = lane.rows.first {
                settleTrial(of: row, in: lane, atSeconds: now, &resolution)
            }
            switch result.outcome {
            case .refused where dropped.remove(result.sequence) != nil:
                removeFirst(of: lane, &resolution)
            case .confirmed:
                dropped.remove(result.sequence)
                if let row = lane.rows.first { noteTaken(row.message) }
                resolution.confirmed.append(result.sequence)
                resolution.confirmSeconds.append(max(0, now - lane.sentAt))
                removeFirst(of: lane, &resolution)
            case .refused where lane.parkedStream != nil:
                resolution.refused += 1
                if let row = lane.rows.first { noteParkedRefused(row.message, atSeconds: now) }
                release(lane)
            case .refused:
                resolution.refused += 1
                lane.refusedSince = lane.refusedSince ?? now
                held.append(lane)
            case .unroutable(let reason), .unsendable(let reason):
                dropped.remove(result.sequence)
                park(lane, reason: reason, &resolution)
            }
        }
        return resolution
    }

    private func settleTrial(
        of row: OutboxRow,
        in lane: Lane,
        atSeconds now: Double,
        _ resolution: inout Resolution
    ) {
        guard trials.answered(row, parkedIn: lane.parkedStream, atSeconds: now) else { return }
        resolution.isTakenAgain = true
        ready += suspended
        suspended = []
    }

    private func removeFirst(of lane: Lane, _ resolution: inout Resolution) {
        forget(lane.rows.removeFirst(), of: lane)
        lane.refusedSince = nil
        guard lane.rows.isEmpty else { return ready.append(lane) }
        lanes[lane.stream] = nil
        if let stream = lane.parkedStream { resolution.released.append(stream) }
    }

    /// What is held of a parked stream is held no longer; it is the store's.
    private func release(_ lane: Lane) {
        for row in lane.rows { forget(row, of: lane) }
        lane.rows = []
        lanes[lane.stream] = nil
    }

    private func forget(_ row: OutboxRow, of lane: Lane) {
        places[row.sequence] = nil
        bytes -= row.message.heldBytes
        if lane.parkedStream != nil { parkedCount -= 1 }
    }

    /// All that is held of the stream is to be parked, or stays so.
    func park(_ lane: Lane, reason: String, _ resolution: inout Resolution) {
        resolution.unroutable += 1
        for (index, row) in lane.rows.enumerated() {
            forget(row, of: lane)
            // What stands behind it is parked already, if it was.
            if index > 0, lane.parkedStream != nil { continue }
            resolution.parked.append((row.sequence, index == 0 ? reason : nil))
        }
        lane.rows = []
        lanes[lane.stream] = nil
    }

    /// Forgets messages that are not to be sent any more. One that is on the way cannot be called
    /// back, but is not sent again.
    func drop(_ sequences: [Int64]) {
        for sequence in sequences {
            guard let lane = places[sequence],
                let index = lane.rows.firstIndex(where: { $0.sequence == sequence })
            else { continue }
            if index == 0, lane.isInFlight {
                dropped.insert(sequence)
                continue
            }
            forget(lane.rows.remove(at: index), of: lane)
            guard lane.rows.isEmpty else { continue }
            lanes[lane.stream] = nil
            ready.removeAll { $0 === lane }
            held.removeAll { $0 === lane }
            suspended.removeAll { $0 === lane }
        }
    }

    /// Forgets what is not on the way: the store may have changed in a way that nobody knows of,
    /// and all that is to be sent is read from it again.
    func forgetUnsent() {
        for lane in Array(lanes.values) {
            let kept = lane.isInFlight ? 1 : 0
            for row in lane.rows.dropFirst(kept) { forget(row, of: lane) }
            lane.rows.removeLast(lane.rows.count - kept)
            if lane.rows.isEmpty { lanes[lane.stream] = nil }
        }
        ready = []
        held = []
        suspended = []
    }

    /// From here on nothing about these persons is sent up to that sequence, and about others it
    /// is: the store has their erasures in hand. What was held is forgotten; see `drop`.
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

    func publisherOpened() {
        isConnected = true
    }

    /// What was on the way counts as not sent. It is sent again, with the same ids, before anything
    /// that comes after it in its stream; or parked, if the broker ended the session for it. What
    /// is parked in the store is not held any longer.
    ///
    /// - Parameter refusal: what the broker said, if it was about something that was published.
    func publisherClosed(
        _ refusal: PublicationRefusal? = nil,
        atSeconds now: Double = 0
    ) -> Resolution {
        isConnected = false
        let resolution = judge(refusal, atSeconds: now)
        inFlight = 0
        held = []
        suspended = []
        for lane in Array(lanes.values) {
            lane.isInFlight = false
            if lane.parkedStream != nil { release(lane) }
        }
        drop(Array(dropped))
        dropped = []
        ready = lanes.values.filter { !$0.rows.isEmpty }
            .sorted { ($0.rows.first?.sequence ?? 0) < ($1.rows.first?.sequence ?? 0) }
        return resolution
    }

    /// Finds the message that the broker ended the session for, or puts those on the way under
    /// suspicion.
    private func judge(_ refusal: PublicationRefusal?, atSeconds now: Double) -> Resolution {
        var resolution = Resolution()
        let lanes = lanes.values.filter(\.isInFlight)
        guard let refusal, !lanes.isEmpty else {
            trials.sessionLost()
            return resolution
        }
        trials.suspect(parked: lanes.compactMap(\.parkedStream))
        let rows = lanes.compactMap(\.rows.first).sorted { $0.sequence < $1.sequence }
        guard lanes.count == 1, let lane = lanes.first, let row = rows.first else {
            trials.suspect(rows, for: refusal)
            return resolution
        }
        if case .parked(let reason) = trials.sessionEnded(with: row, for: refusal, atSeconds: now) {
            park(lane, reason: reason, &resolution)
        }
        return resolution
    }
}
