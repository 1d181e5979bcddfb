public import Contract
public import Domain
import LogKeys
import Logging

/// What became of a message; see "What becomes of an inbound message" in the manual.
public enum Disposition: String, CaseIterable, Sendable {
    case applied
    case duplicate
    case refused
    /// Recorded and rejected by a rule.
    case rejected
    case deferred
    case dead
}

/// What was done with one message.
public struct ProcessedMessage: Hashable, Sendable {
    public let queue: InboundQueue
    public let disposition: Disposition
    /// The routing key of its type, or nil when it could not be read.
    public let kind: String?
    /// Why it was refused, rejected or is dead.
    public let code: ProblemCode?
    public let request: RequestIdentifier?
    /// The event's `time`, as the sender stated it.
    public let sentAt: Instant?
    public let redelivered: Bool
    public let provisioning: ProvisioningNote?
    /// Why it is a dead letter.
    public let letter: DeadLetterReason?
    /// Dead letters that went because there was no more room.
    public internal(set) var droppedLetters = 0
    let upkeep: Upkeep?
    /// Something is due at once because of it: messages that waited for it, or what follows from
    /// it.
    var bringsWork = false

    var givenUp: ProvisioningOrder? {
        if case .givenUp(let order) = provisioning { order } else { nil }
    }
}

/// What a message leaves to the loop, to be done in the same transaction. The cause is the message,
/// in the journal's words.
enum Upkeep: Hashable, Sendable {
    /// As much as there is room for of an erasure that it began.
    case erasure(of: PersonIdentifier, cause: String)
    /// Room for the dead letter that it became.
    case roomForLetter(cause: String)
}

/// What those who watch the loop should know of the account provisioner.
public enum ProvisioningNote: Hashable, Sendable {
    /// It reported on an operation that is not outstanding.
    case reportIgnored
    /// This order was given up.
    case givenUp(ProvisioningOrder)
}

extension ProvisioningOrder {
    /// Why it was given up, for the log: without the provisioner's own words, which may name a
    /// person.
    var metadataOfFailure: Logger.Metadata {
        var metadata: Logger.Metadata = [LogKey.account: "\(account)"]
        metadata[LogKey.reason] = failure.map { "\($0.code)" }
        switch failure {
        case .refused(let status), .contradicted(let status):
            metadata[LogKey.status] = "\(status)"
        case .locationTaken(_, let holder): metadata[LogKey.holder] = "\(holder)"
        case .silence, .personUnknown, nil: break
        }
        return metadata
    }
}

extension [Event] {
    var provisioningNote: ProvisioningNote? {
        for event in self {
            switch event {
            case .reportIgnored: return .reportIgnored
            case .provisioning(let order, .failed): return .givenUp(order)
            default: continue
            }
        }
        return nil
    }
}

extension MessageProcessor {
    func processed(
        _ message: InboundMessage,
        _ envelope: Envelope?,
        _ disposition: Disposition,
        _ code: ProblemCode? = nil,
        request: RequestIdentifier? = nil,
        provisioning: ProvisioningNote? = nil,
        letter: DeadLetterReason? = nil,
        upkeep: Upkeep? = nil
    ) -> ProcessedMessage {
        ProcessedMessage(
            queue: message.queue,
            disposition: disposition,
            kind: Self.kinds.contains(message.routingKey) ? message.routingKey : nil,
            code: code,
            request: request,
            sentAt: envelope?.time,
            redelivered: message.redelivered,
            provisioning: provisioning,
            letter: letter,
            upkeep: upkeep
        )
    }
}
