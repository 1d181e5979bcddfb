/// When which parked streams are tried again: pure bookkeeping, no I/O.
///
/// A round goes through all streams that are parked when it begins, in portions beside the normal
/// flow: the next portion once most of the last is answered for, each second while the broker takes
/// none, at once while it does. Of a stream that is taken again the rest follows. A round that
/// brought nothing is followed by another after a pause that doubles each time.
struct ParkedRetries {
    private let limits: MessageLoopLimits
    /// Where the round that is under way goes on; nil for none.
    private var position: Int64?
    /// Where that round ends; nil before that was looked up.
    private var last: Int64?
    /// Streams to be read before that: what they held in memory went out, or an operator wants it.
    private var first: [Int64] = []
    private var nextRoundAt: Double?
    /// Rounds in a row that brought nothing.
    private var fruitless = 0
    private var isFruitful = false
    private var mayLook = false
    /// A round is over, and one of the streams that it left out may be tried.
    private var mayTryAlone = false
    private var triesAlone = false

    init(_ limits: MessageLoopLimits) {
        self.limits = limits
    }

    private var pauseSeconds: Double {
        min(
            limits.retryParkedAfterSeconds * Double(1 << min(fruitless, 10)),
            limits.retryParkedAtMostSeconds
        )
    }

    /// A message was parked.
    mutating func parked(atSeconds now: Double) {
        guard position == nil, nextRoundAt == nil else { return }
        nextRoundAt = now + pauseSeconds
    }

    /// There is nothing to be tried again.
    mutating func nothingIsParked() { self = ParkedRetries(limits) }

    /// A round begins now, from the first stream on.
    mutating func begin() {
        (position, last, nextRoundAt) = (0, nil, nil)
        (isFruitful, mayLook) = (false, true)
        (mayTryAlone, triesAlone) = (false, false)
    }

    /// Nothing can be sent, and nothing that is parked is held in memory.
    ///
    /// - Parameter isRefused: whether the broker ended the session because of what was sent. The
    ///   next connection brings no new round then, or sessions would end by it without a pause.
    mutating func stop(isRefused: Bool, atSeconds now: Double) {
        if isRefused {
            if position != nil || triesAlone { fruitless += 1 }
            nextRoundAt = now + pauseSeconds
        } else {
            nextRoundAt = nil
        }
        (position, last) = (nil, nil)
        (mayTryAlone, triesAlone) = (false, false)
        first = []
    }

    /// These are to be read next.
    ///
    /// - Parameter isWish: an operator wants them to be tried, also alone.
    mutating func goOn(with streams: [Int64], isWish: Bool = false) {
        guard !streams.isEmpty else { return }
        mayTryAlone = mayTryAlone || isWish
        first += streams
        mayLook = true
    }

    /// The broker has taken what it did not before: the rest need not wait.
    mutating func succeeded(atSeconds now: Double) {
        (fruitless, isFruitful, mayLook) = (0, true, true)
        (mayTryAlone, triesAlone) = (mayTryAlone || triesAlone, false)
        if nextRoundAt != nil { nextRoundAt = now }
    }

    /// A second has passed. Returns whether a round begins.
    mutating func tick(atSeconds now: Double) -> Bool {
        mayLook = true
        guard let nextRoundAt, now >= nextRoundAt else { return false }
        begin()
        return true
    }

    /// What is to be read now, if anything is.
    ///
    /// - Parameters:
    ///   - held: how many messages are in memory that are parked.
    ///   - through: the last message up to which all that is pending was read.
    mutating func look(held: Int, through sequence: Int64) -> ParkedLook? {
        let room = limits.parkedAtOnce - held
        guard position != nil || !first.isEmpty else { return nil }
        guard mayLook, room >= limits.parkedAtOnce / 2 else { return nil }
        mayLook = false
        let look = ParkedLook(
            streams: first,
            after: position,
            last: last,
            through: sequence,
            room: room,
            roomBytes: limits.parkedAtOnceBytes
        )
        first = []
        return look
    }

    /// Whether one of the streams that the round has left out may be tried now.
    func mayTryAlone(held: Int) -> Bool {
        mayTryAlone && position == nil && first.isEmpty && held == 0
    }

    /// What is to be read of that stream.
    mutating func lookAlone(at stream: Int64, through sequence: Int64) -> ParkedLook {
        (mayTryAlone, triesAlone) = (false, true)
        return ParkedLook(
            streams: [stream],
            through: sequence,
            room: ParkedLook.eachLimit,
            roomBytes: limits.parkedAtOnceBytes,
            isAlone: true
        )
    }

    /// What that brought.
    mutating func looked(_ finding: ParkedFinding, for look: ParkedLook, atSeconds now: Double) {
        first = finding.unread + first
        // Another round may have begun, or all may have been given up, since it was asked for.
        guard look.after != nil, look.after == position else { return }
        if finding.messages.isEmpty { mayLook = true }
        (position, last) = (finding.after, finding.last)
        guard position == nil else { return }
        mayTryAlone = true
        fruitless = isFruitful ? 0 : fruitless + 1
        nextRoundAt = now + (isFruitful ? 0 : pauseSeconds)
        isFruitful = false
    }

    /// Whether there is more to be read at once.
    var isHungry: Bool { mayLook && (position != nil || !first.isEmpty) }
}
