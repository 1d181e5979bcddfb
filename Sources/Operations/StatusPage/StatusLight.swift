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

    var lights: [StatusLight] {
        let lights = [
            ("Broker", brokerLight), ("Store", storeLight), ("Queues", queuesLight),
            ("Journal", journalLight),
        ]
        // Nothing is said of what is as always.
        let away = systemsAway.map { system -> (String, Light) in
            (system.uppercased(), (.attention, "Away, as its office says: what falls due waits"))
        }
        return (lights + away).map { StatusLight(name: $0, level: $1.level, text: $1.text) }
    }

    private typealias Light = (level: StatusLight.Level, text: String)

    private func reason(against components: String...) -> String? {
        reasons.first { components.contains($0.component) }?.reason
    }

    /// A part that nobody has heard of yet has not failed.
    private func level(for reason: String?) -> StatusLight.Level {
        reason == HealthState.starting ? .unknown : .failure
    }

    private var brokerLight: Light {
        let away = connections.filter { !$0.isConnected }.map(\.name)
        let reason = reason(against: "consumer", "publisher")
        if !away.isEmpty {
            let why = reason.map { ": \($0)" } ?? ""
            return (level(for: reason), "Not connected (\(away.joined(separator: ", ")))\(why)")
        }
        if connections.contains(where: \.isBlocked) {
            return (.attention, "It takes no publications, for want of memory or disk")
        }
        if let reason { return (.failure, reason) }
        return (.good, "Both connections stand")
    }

    private var storeLight: Light {
        if let reason = reason(against: "store") { return (level(for: reason), reason) }
        let size = "\(Wording.bytes(store.bytes)), log \(Wording.bytes(store.walBytes))"
        return store.walBytes > Self.largeLogBytes
            ? (.attention, "The write-ahead log is large: \(size)") : (.good, size)
    }

    private var queuesLight: Light {
        if outbox.parked > 0 {
            let messages = Wording.count(outbox.parked, "message", "messages")
            return (.failure, "\(messages) parked: the broker does not take them")
        }
        if !isBrokerThere { return (.unknown, "The broker cannot be asked") }
        if outbox.oldestAgeSeconds > Self.longWaitSeconds {
            let age = Wording.duration(seconds: outbox.oldestAgeSeconds)
            return (.attention, "The outbox’s oldest message waits for \(age)")
        }
        for queue in queues {
            if let reason = reason(against: queue.name) {
                return (.attention, "\(queue.name): \(reason)")
            }
        }
        let standing = queues.indices.filter { queues[$0].isInbound && standsStill($0) }
            .map { queues[$0].name }
        if !standing.isEmpty {
            return (.attention, "Not shrinking: \(standing.joined(separator: ", "))")
        }
        if lettersWaiting > 0 {
            let messages = Wording.count(lettersWaiting, "dead letter waits", "dead letters wait")
            return (.attention, "\(messages) for an operator")
        }
        let waiting = queues.filter(\.isInbound).map(\.depth).reduce(0, +)
        let messages = Wording.count(waiting, "message waits", "messages wait")
        return (.good, waiting == 0 ? "Nothing waits to be taken" : messages)
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

    private var journalLight: Light {
        if let reason = reason(against: "journal") { return (level(for: reason), reason) }
        guard let verification else { return (.unknown, "Not verified since the start") }
        let age = Wording.duration(seconds: verification.secondsAgo)
        return verification.wasIntact
            ? (.good, "Intact, verified \(age) ago")
            : (.failure, "Not intact, as found \(age) ago: run registrarctl journal verify")
    }
}
