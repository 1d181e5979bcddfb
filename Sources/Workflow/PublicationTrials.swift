import Contract

/// Finds out which message it was that the broker ended the session for, and remembers which kinds
/// of message it refuses: pure bookkeeping, no I/O.
///
/// AMQP names no message when it closes a channel. All that was unanswered then is under suspicion,
/// and sent again one by one with nothing else on the way, those first that the broker's words
/// name. The one with which the session ends again was the one; what was behind it was never looked
/// at. A kind that was refused is not sent again until one of it, sent alone, is taken: a session
/// costs everybody.
struct PublicationTrials {
    /// A kind of message that the broker refuses.
    struct RefusedKind: Hashable {
        let exchange: OutboundExchange
        /// Nil for whatever goes to the exchange.
        var routingKey: String?
        /// Bodies of fewer bytes are taken; nil if it is not for the size.
        var bytes: Int?
        var refusal: PublicationRefusal
        /// Of the message that was refused last.
        var lastRoutingKey: String

        func includes(_ message: OutboundMessage) -> Bool {
            guard message.exchange == exchange else { return false }
            if let bytes { return message.body.count >= bytes }
            return routingKey.map { $0 == message.routingKey } ?? true
        }

        /// Whether everything that goes to the exchange is refused. It is not parked then, but
        /// waits: where nothing can be sent, nothing is to be taken in.
        var isWholeExchange: Bool { routingKey == nil && bytes == nil }
    }

    /// What became of the message that was alone on the way.
    enum Verdict: Hashable {
        /// To be parked, for this reason.
        case parked(String)
        /// Nothing can be sent to its exchange: it waits.
        case suspended
        /// It may have been chance: to be tried again.
        case open
    }

    private(set) var kinds: [RefusedKind] = []
    /// To be sent alone, in this order.
    private(set) var suspects: [Int64] = []
    /// Sent alone, and not answered yet.
    private(set) var onTrial: Int64?
    /// How often the session has ended while one was alone on the way.
    private var failures: (sequence: Int64, count: Int) = (0, 0)
    /// When one is sent to an exchange that refuses everything, and how often one was in vain.
    private var nextTryAt = 0.0
    private var tries = 0

    /// An exchange that seemed to refuse everything has taken something: when, and what it had
    /// refused.
    private var lifted: (exchange: OutboundExchange, routingKey: String, at: Double)?
    /// Parked streams that were on the way, by their numbers, when a session ended: tried alone.
    private var suspectStreams: Set<Int64> = []
    /// Parked streams that this round has left out: one of them is tried alone at its end.
    private var postponed: Set<Int64> = []
    /// The one that was tried last.
    private var lastTried: Int64 = 0

    /// Parked streams that are known to be suspect, or left out of a round, at most.
    private static let streamsKnown = 2000
    /// Ends of a session with one message alone on the way, for a reason that need not be the
    /// message, after which it is taken for it.
    private static let endsBeforeBelieved = 3
    private static let longestPauseSeconds = 30.0
    /// What is refused again so soon after another kind was taken is refused by its kind.
    private static let liftedSeconds = 60.0

    /// Whether everything may be sent as ever.
    var isQuiet: Bool { kinds.isEmpty && suspects.isEmpty && onTrial == nil }

    /// The refused kind that the message is of.
    func kind(of message: OutboundMessage) -> RefusedKind? {
        kinds.first { $0.includes(message) }
    }

    // MARK: Trying

    /// The session has ended while these were on the way.
    mutating func suspect(_ rows: [OutboxRow], for refusal: PublicationRefusal) {
        let known = Set(suspects)
        let named = rows.filter { refusal.names($0.message) }
        let others = rows.filter { !refusal.names($0.message) }
        suspects = (named + others).map(\.sequence).filter { !known.contains($0) } + suspects
    }

    /// The next to be sent alone; it is no suspect any more when it is not to be sent at all.
    mutating func nextSuspect(where isSendable: (Int64) -> Bool) -> Int64? {
        while let first = suspects.first {
            if isSendable(first) { return first }
            suspects.removeFirst()
        }
        return nil
    }

    /// The message is sent, alone.
    mutating func tries(_ sequence: Int64) {
        suspects.removeAll { $0 == sequence }
        onTrial = sequence
    }

    /// Whether one may be sent to an exchange that refuses everything.
    func mayTrySuspended(atSeconds now: Double) -> Bool { now >= nextTryAt }

    /// The message was answered for: whatever the broker said of it, the session has not ended by
    /// it.
    ///
    /// - Returns: Whether a refused kind is taken again.
    mutating func answered(
        _ row: OutboxRow,
        parkedIn stream: Int64?,
        atSeconds now: Double
    ) -> Bool {
        guard onTrial == row.sequence else { return false }
        onTrial = nil
        let wasSuspect = stream.map { suspectStreams.remove($0) != nil } ?? false
        let taken = kinds.filter { $0.includes(row.message) }
        guard !taken.isEmpty else { return wasSuspect }
        if let whole = taken.first(where: \.isWholeExchange) {
            lifted = (whole.exchange, whole.lastRoutingKey, now)
        }
        kinds.removeAll { $0.includes(row.message) }
        (nextTryAt, tries) = (0, 0)
        return true
    }

    /// A new round of trying parked messages begins.
    mutating func beginRound() { postponed = [] }

    /// Whether the first message of a parked stream is tried with others on the way: else the
    /// stream is left for the end of the round.
    mutating func mayRetry(_ row: OutboxRow, of stream: Int64) -> Bool {
        guard suspectStreams.contains(stream) || kind(of: row.message) != nil else { return true }
        if postponed.count < Self.streamsKnown { postponed.insert(stream) }
        return false
    }

    /// A stream to be tried alone, each in its turn; nil if none was left out.
    mutating func takePostponed() -> Int64? {
        guard let next = postponed.filter({ $0 > lastTried }).min() ?? postponed.min() else {
            return nil
        }
        postponed.remove(next)
        lastTried = next
        return next
    }

    /// The first message of a parked stream is to be sent alone.
    mutating func retryAlone(_ row: OutboxRow) { suspects.append(row.sequence) }

    /// The session has ended while these parked streams were tried.
    mutating func suspect(parked streams: [Int64]) {
        if suspectStreams.count + streams.count > Self.streamsKnown { suspectStreams = [] }
        suspectStreams.formUnion(streams)
    }

    // MARK: Ends

    /// The session was lost without a word about a message.
    mutating func sessionLost() {
        guard let onTrial else { return }
        suspects.insert(onTrial, at: 0)
        self.onTrial = nil
    }

    /// The session has ended with this one alone on the way.
    mutating func sessionEnded(
        with row: OutboxRow,
        for refusal: PublicationRefusal,
        atSeconds now: Double
    ) -> Verdict {
        onTrial = nil
        suspects.removeAll { $0 == row.sequence }
        if !refusal.isDefinite {
            failures = (
                row.sequence, failures.sequence == row.sequence ? failures.count + 1 : 1
            )
            guard failures.count >= Self.endsBeforeBelieved else {
                suspects.insert(row.sequence, at: 0)
                return .open
            }
        }
        // What else was under suspicion stood behind it, or was answered for.
        suspects = []
        guard let kind = refusedKind(row.message, refusal, atSeconds: now) else {
            return .parked(refusal.reason)
        }
        let wasWhole = kinds.contains { $0.isWholeExchange && $0.exchange == kind.exchange }
        kinds.removeAll {
            $0.exchange == kind.exchange
                && (kind.isWholeExchange || $0.routingKey == kind.routingKey)
                && ($0.bytes == nil) == (kind.bytes == nil)
        }
        kinds.append(kind)
        guard kind.isWholeExchange else { return .parked(refusal.reason) }
        tries = wasWhole ? tries + 1 : 0
        nextTryAt = now + min(Double(1 << min(tries, 10)), Self.longestPauseSeconds)
        return .suspended
    }

    /// What is refused besides this message; nil for nothing.
    ///
    /// Words that do not name the routing key are about the exchange; so are the same words about
    /// two kinds. Unless it has just taken something else.
    private func refusedKind(
        _ message: OutboundMessage,
        _ refusal: PublicationRefusal,
        atSeconds now: Double
    ) -> RefusedKind? {
        var kind = RefusedKind(
            exchange: message.exchange,
            refusal: refusal,
            lastRoutingKey: message.routingKey
        )
        if refusal.isAboutSize {
            kind.bytes = kinds.filter { $0.exchange == message.exchange }.compactMap(\.bytes)
                .reduce(message.body.count, min)
            return kind
        }
        guard refusal.isAboutPlace else { return nil }
        let isItself: Bool
        if let lifted, now - lifted.at < Self.liftedSeconds {
            isItself =
                lifted.exchange == message.exchange && lifted.routingKey == message.routingKey
        } else {
            isItself = false
        }
        let isCommon = kinds.contains {
            $0.exchange == message.exchange && $0.refusal == refusal
                && $0.lastRoutingKey != message.routingKey
        }
        if isItself || refusal.names(message) && !isCommon { kind.routingKey = message.routingKey }
        return kind
    }
}

extension PublicationRefusal {
    /// As it is kept with what was parked for it.
    var reason: String { "\(code) \(text)" }

    /// Whether it cannot but be the message that was alone on the way: nothing else is done on a
    /// channel that publishes.
    var isDefinite: Bool { [311, 403, 404, 406].contains(code) }

    /// Whether it is about where the message goes: a permission, or an exchange that is not there.
    fileprivate var isAboutPlace: Bool { code == 403 || code == 404 }

    fileprivate var isAboutSize: Bool {
        code == 311 || code == 406 && text.contains("size") && text.contains("larger")
    }

    fileprivate func names(_ message: OutboundMessage) -> Bool {
        text.contains("'\(message.routingKey)'")
            || isAboutSize && text.contains(" \(message.body.count) ")
    }

    /// What to do about it, as one clause without a full stop.
    public var advice: String {
        switch code {
        case 403 where text.contains("topic"):
            "give the daemon's user the topic permission on the broker "
                + "('rabbitmqctl set_topic_permissions')"
        case 403:
            "give the daemon's user write permission for the exchange on the broker "
                + "('rabbitmqctl set_permissions')"
        case 404: "declare the exchange on the broker, or set broker.declare to true"
        case _ where isAboutSize: "raise the broker's limit 'max_message_size'"
        default: "see the broker's log"
        }
    }
}
