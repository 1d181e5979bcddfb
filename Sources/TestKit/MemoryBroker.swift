public import Contract
import Synchronization
public import Workflow

/// The broker's in-memory twin: a `MessageSource` and a `MessagePublisher` with a small RabbitMQ
/// behind them, which does nothing by itself.
///
/// The test says when messages are delivered, when publications arrive, when they are answered,
/// and when sessions end. ``serve(_:)`` lets all of that happen at once instead.
public final class MemoryBroker: MessageSource, MessagePublisher {
    /// What the loop is about to do here, or has just done.
    public enum Moment: Hashable, Sendable {
        case acknowledging
        case acknowledged
        /// A message is about to be handed over.
        case publishing
        /// A batch was handed over.
        case published
    }

    private struct Unacknowledged {
        let tag: UInt64
        let message: InboundMessage
    }

    private struct Guarded {
        var ready: [InboundQueue: [InboundMessage]] = [:]
        var unacknowledged: [Unacknowledged] = []
        var acknowledgedCount = 0
        var sourceSession = 0
        var isSourceOpen = false
        var lastTag: UInt64 = 0

        var publisherSession = 0
        var isPublisherOpen = false
        /// Handed over, and not yet arrived.
        var pipe: [OutboxRow] = []
        /// What the broker has to say, and has not yet said.
        var answers: [PublicationResult] = []
        var published: [OutboxRow] = []

        var unboundFamilies: Set<Substring> = []
        var refusals = 0
        /// Families that are refused, and not because anybody is to be asked later: a channel that
        /// does not learn that there is room again.
        var stuckFamilies: Set<Substring> = []
        var closes: (@Sendable (OutboundMessage) -> PublicationRefusal?)?
        var ended: PublicationRefusal?
        var renewals = 0
        var isToBeRenewed = false
        var isBlocked = false
        /// The process is dead: what it still seems to do does not happen.
        var isCut = false
        var loop: MessageLoop?
    }

    private let guarded = Mutex(Guarded())
    private let diesAt: (@Sendable (Moment) -> Bool)?

    /// - Parameter diesAt: asked at every moment; true cuts the loop off there, as if its process
    ///   had ended, until sessions are opened again.
    public init(diesAt: (@Sendable (Moment) -> Bool)? = nil) {
        self.diesAt = diesAt
    }

    /// Opens both sessions for the loop, and from then on delivers what is sent and answers what
    /// is published right away.
    public func serve(_ loop: MessageLoop) {
        loop.publisherOpened(session: openPublisher())
        guarded.withLock { $0.loop = loop }
        openSource()
        loop.receive(deliver())
    }

    // MARK: - Inbound

    /// A publisher's message goes to the end of its queue.
    public func send(_ messages: [InboundMessage]) {
        let loop = guarded.withLock { guarded in
            for message in messages {
                guarded.ready[message.queue, default: []].append(message.as(redelivered: false))
            }
            return guarded.isSourceOpen ? guarded.loop : nil
        }
        loop?.receive(deliver())
    }

    /// Opens the consuming session; one that was open ends.
    @discardableResult
    public func openSource() -> Int {
        closeSource()
        let opened = guarded.withLock { guarded in
            guarded.isCut = false
            guarded.isSourceOpen = true
            guarded.sourceSession += 1
            guarded.lastTag = 0
            return (guarded.loop, guarded.sourceSession)
        }
        opened.0?.sourceOpened()
        return opened.1
    }

    /// Ends the consuming session: what was not acknowledged goes back to where it stood, marked.
    public func closeSource() {
        let ended = guarded.withLock { guarded -> (MessageLoop?, Int) in
            for entry in guarded.unacknowledged.reversed() {
                guarded.ready[entry.message.queue, default: []].insert(
                    entry.message.as(redelivered: true),
                    at: 0
                )
            }
            guarded.unacknowledged = []
            defer { guarded.isSourceOpen = false }
            return (guarded.isSourceOpen ? guarded.loop : nil, guarded.sourceSession)
        }
        ended.0?.sourceClosed(session: ended.1)
    }

    /// The next messages, to be handed to `MessageLoop.receive`.
    ///
    /// - Parameter queue: nil for all queues.
    public func deliver(_ count: Int = .max, from queue: InboundQueue? = nil) -> [Delivery] {
        guarded.withLock { guarded in
            guard guarded.isSourceOpen else { return [] }
            var deliveries: [Delivery] = []
            for queue in queue.map({ [$0] }) ?? InboundQueue.allCases {
                let taken = (guarded.ready[queue] ?? []).prefix(count - deliveries.count)
                guarded.ready[queue]?.removeFirst(taken.count)
                for message in taken {
                    guarded.lastTag += 1
                    let receipt = Receipt(session: guarded.sourceSession, tag: guarded.lastTag)
                    guarded.unacknowledged.append(
                        Unacknowledged(tag: receipt.tag, message: message)
                    )
                    deliveries.append(Delivery(message: message, receipt: receipt))
                }
            }
            return deliveries
        }
    }

    public func acknowledge(upTo receipt: Receipt) {
        if isDead(.acknowledging) { return }
        guarded.withLock { guarded in
            guard guarded.isSourceOpen, guarded.sourceSession == receipt.session else { return }
            let count = guarded.unacknowledged.count
            guarded.unacknowledged.removeAll { $0.tag <= receipt.tag }
            guarded.acknowledgedCount += count - guarded.unacknowledged.count
        }
        _ = isDead(.acknowledged)
    }

    /// Messages that wait in a queue.
    public func waitingCount(_ queue: InboundQueue) -> Int {
        guarded.withLock { $0.ready[queue]?.count ?? 0 }
    }
    public var unacknowledgedCount: Int { guarded.withLock { $0.unacknowledged.count } }
    public var acknowledgedCount: Int { guarded.withLock(\.acknowledgedCount) }

    // MARK: - Outbound

    /// Opens the publishing session; one that was open ends.
    public func openPublisher() -> Int {
        closePublisher()
        return guarded.withLock { guarded in
            guarded.isCut = false
            guarded.isPublisherOpen = true
            guarded.publisherSession += 1
            guarded.stuckFamilies = []
            guarded.ended = nil
            return guarded.publisherSession
        }
    }

    /// Ends the publishing session: what was not answered never is.
    ///
    /// - Parameter arriving: how many of the messages that are on the way arrive all the same.
    public func closePublisher(arriving: Int = 0) {
        if arriving > 0 { arrive(arriving) }
        let loop = guarded.withLock { guarded in
            guarded.pipe = []
            guarded.answers = []
            defer { guarded.isPublisherOpen = false }
            return guarded.isPublisherOpen ? guarded.loop : nil
        }
        loop?.publisherClosed()
    }

    public func publish(_ rows: [OutboxRow], session: Int) {
        guard !rows.isEmpty else { return }
        for row in rows {
            if isDead(.publishing) { return }
            guarded.withLock { guarded in
                guard guarded.isPublisherOpen, guarded.publisherSession == session else { return }
                guarded.pipe.append(row)
            }
        }
        if isDead(.published) { return }
        answerServed()
    }

    /// The first messages that are on the way arrive; nothing does while the broker is blocked.
    public func arrive(_ count: Int = .max) {
        guarded.withLock { guarded in
            guard !guarded.isBlocked, guarded.ended == nil else { return }
            let arriving = guarded.pipe.prefix(count)
            guarded.pipe.removeFirst(arriving.count)
            for row in arriving {
                if let refusal = guarded.closes?(row.message) {
                    // What was behind it is not looked at any more.
                    guarded.pipe = []
                    guarded.ended = refusal
                    return
                }
                let outcome: PublicationOutcome
                if guarded.refusals > 0 {
                    guarded.refusals -= 1
                    outcome = .refused
                } else if guarded.stuckFamilies.contains(row.message.family) {
                    outcome = .refused
                } else if guarded.unboundFamilies.contains(row.message.family) {
                    // What nobody has to take is confirmed, and gone.
                    outcome = row.message.mandatory ? .unroutable("312 NO_ROUTE") : .confirmed
                    if outcome == .confirmed { guarded.published.append(row) }
                } else {
                    guarded.published.append(row)
                    outcome = .confirmed
                }
                guarded.answers.append(
                    PublicationResult(sequence: row.sequence, outcome: outcome)
                )
            }
        }
    }

    /// What the broker says of what has arrived, to be handed to `MessageLoop.published`.
    public func takeAnswers(_ count: Int = .max) -> [PublicationResult] {
        guarded.withLock { guarded in
            let taken = guarded.answers.prefix(count)
            guarded.answers.removeFirst(taken.count)
            return Array(taken)
        }
    }

    /// Everything that arrived and was taken, in that order, whether or not it was confirmed.
    public var published: [OutboxRow] { guarded.withLock(\.published) }
    /// Handed over, and not yet arrived.
    public var onTheWay: [OutboxRow] { guarded.withLock(\.pipe) }

    // MARK: - Trouble

    /// From here on no queue is bound for these families of messages (`OutboundMessage.family`).
    public func unbind(_ families: Set<Substring>) {
        guarded.withLock { $0.unboundFamilies = families }
    }

    /// Refuses the next publications that arrive.
    public func refuseNext(_ count: Int) { guarded.withLock { $0.refusals = count } }

    /// Refuses these families of messages until the publishing session is another.
    public func getStuck(_ families: Set<Substring>) {
        guarded.withLock { $0.stuckFamilies = families }
    }

    /// From here on the session ends with each message for which this says why.
    public func close(for reason: (@Sendable (OutboundMessage) -> PublicationRefusal?)?) {
        guarded.withLock { $0.closes = reason }
    }

    /// How many publishing sessions there were.
    public var publisherSessions: Int { guarded.withLock(\.publisherSession) }

    /// How often the publishing session was renewed at the loop's wish.
    public var renewals: Int { guarded.withLock(\.renewals) }

    public func renew(session: Int, reason _: String) {
        let loop = guarded.withLock { guarded -> MessageLoop? in
            guard guarded.isPublisherOpen, guarded.publisherSession == session else { return nil }
            guarded.renewals += 1
            guarded.isToBeRenewed = guarded.loop == nil
            return guarded.loop
        }
        guard let loop else { return }
        loop.publisherOpened(session: openPublisher())
    }

    /// Whether the loop wants another publishing session, and has not got it.
    public func takeRenewal() -> Bool {
        guarded.withLock { guarded in
            defer { guarded.isToBeRenewed = false }
            return guarded.isToBeRenewed
        }
    }

    /// Publications stay on the way until the broker is unblocked.
    public func block(_ isBlocked: Bool) {
        guarded.withLock { $0.isBlocked = isBlocked }
        answerServed()
    }

    /// The loop's process has ended: nothing that it still seems to do happens.
    public func cut() { guarded.withLock { $0.isCut = true } }

    private func isDead(_ moment: Moment) -> Bool {
        guard !guarded.withLock(\.isCut) else { return true }
        guard diesAt?(moment) == true else { return false }
        cut()
        return true
    }

    private func answerServed() {
        guard let loop = guarded.withLock(\.loop) else { return }
        arrive()
        loop.published(takeAnswers())
        guard let ended = takeEnd() else { return }
        loop.publisherClosed(ended)
        loop.publisherOpened(session: openPublisher())
    }

    /// Why the broker has ended the publishing session, if it has since this was last asked.
    public func takeEnd() -> PublicationRefusal? {
        guarded.withLock { guarded in
            guard let ended = guarded.ended else { return nil }
            (guarded.ended, guarded.isPublisherOpen) = (nil, false)
            return ended
        }
    }
}

extension InboundMessage {
    fileprivate func `as`(redelivered: Bool) -> InboundMessage {
        InboundMessage(
            queue: queue,
            routingKey: routingKey,
            redelivered: redelivered,
            properties: properties,
            body: body
        )
    }
}
