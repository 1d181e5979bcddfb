/// One of the lights on the status page.
struct StatusLight: Sendable, Equatable {
    enum Level: String, Sendable {
        case good, attention, failure, unknown

        var word: String {
            switch self {
            case .good: "Good"
            case .attention: "Attention"
            case .failure: "Failure"
            case .unknown: "Not known"
            }
        }
    }

    let name: String
    let level: Level
    /// What it means, in a few words.
    let text: String
}

extension StatusSnapshot {
    /// Above this the write-ahead log grows faster than it is emptied.
    static let largeLogBytes = 256 << 20
    /// An outbox whose oldest message is older is not being emptied.
    static let longWaitSeconds = 60.0
    /// A queue that did not shrink for so long is worth a look.
    static let standstillSeconds = 300.0

    var lights: [StatusLight] { [brokerLight, storeLight, queuesLight, journalLight] }

    private func reason(against components: String...) -> String? {
        reasons.first { components.contains($0.component) }?.reason
    }

    /// A part that nobody has heard of yet has not failed.
    private func level(for reason: String?) -> StatusLight.Level {
        reason == HealthState.starting ? .unknown : .failure
    }

    private var brokerLight: StatusLight {
        let away = connections.filter { !$0.isConnected }.map(\.name)
        if !away.isEmpty {
            let reason = reason(against: "consumer", "publisher")
            let why = reason.map { ": \($0)" } ?? ""
            return StatusLight(
                name: "Broker",
                level: level(for: reason),
                text: "Not connected (\(away.joined(separator: ", ")))\(why)"
            )
        }
        if connections.contains(where: \.isBlocked) {
            return StatusLight(
                name: "Broker",
                level: .attention,
                text: "It takes no publications, for want of memory or disk"
            )
        }
        if let reason = reason(against: "consumer", "publisher") {
            return StatusLight(name: "Broker", level: .failure, text: reason)
        }
        return StatusLight(name: "Broker", level: .good, text: "Both connections stand")
    }

    private var storeLight: StatusLight {
        let size = "\(Wording.bytes(store.bytes)), log \(Wording.bytes(store.walBytes))"
        if let reason = reason(against: "store") {
            return StatusLight(name: "Store", level: level(for: reason), text: reason)
        }
        if store.walBytes > Self.largeLogBytes {
            return StatusLight(
                name: "Store",
                level: .attention,
                text: "The write-ahead log is large: \(size)"
            )
        }
        return StatusLight(name: "Store", level: .good, text: size)
    }

    private var queuesLight: StatusLight {
        func light(_ level: StatusLight.Level, _ text: String) -> StatusLight {
            StatusLight(name: "Queues", level: level, text: text)
        }
        if outbox.parked > 0 {
            let messages = Wording.count(outbox.parked, "message", "messages")
            return light(.failure, "\(messages) parked: the broker does not take them")
        }
        if !isBrokerThere {
            return light(.unknown, "The broker cannot be asked")
        }
        if outbox.oldestAgeSeconds > Self.longWaitSeconds {
            let age = Wording.duration(seconds: outbox.oldestAgeSeconds)
            return light(.attention, "The outbox’s oldest message waits for \(age)")
        }
        let standing = queues.indices.filter { queues[$0].isInbound && standsStill($0) }
            .map { queues[$0].name }
        if !standing.isEmpty {
            return light(.attention, "Not shrinking: \(standing.joined(separator: ", "))")
        }
        if lettersWaiting > 0 {
            let messages = Wording.count(lettersWaiting, "dead letter waits", "dead letters wait")
            return light(.attention, "\(messages) for an operator")
        }
        let waiting = queues.filter(\.isInbound).map(\.depth).reduce(0, +)
        let messages = Wording.count(waiting, "message waits", "messages wait")
        return light(.good, waiting == 0 ? "Nothing waits to be taken" : messages)
    }

    /// Whether messages wait, and never fewer than at the beginning of the last minutes.
    private func standsStill(_ queue: Int) -> Bool {
        let recent = samples.filter { $0.secondsAgo <= Self.standstillSeconds }
            .map { $0.depths[queue] }
        let isWholeSpan = (samples.first?.secondsAgo ?? 0) >= Self.standstillSeconds
        guard isWholeSpan, let first = recent.first, first > 0, queues[queue].depth > 0 else {
            return false
        }
        return recent.allSatisfy { $0 >= first }
    }

    private var journalLight: StatusLight {
        if let reason = reason(against: "journal") {
            return StatusLight(name: "Journal", level: level(for: reason), text: reason)
        }
        guard let verification else {
            return StatusLight(
                name: "Journal",
                level: .unknown,
                text: "Not verified since the start"
            )
        }
        let age = Wording.duration(seconds: verification.secondsAgo)
        return verification.wasIntact
            ? StatusLight(name: "Journal", level: .good, text: "Intact, verified \(age) ago")
            : StatusLight(
                name: "Journal",
                level: .failure,
                text: "Not intact, as found \(age) ago: run registrarctl journal verify"
            )
    }
}
