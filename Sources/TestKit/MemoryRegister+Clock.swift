import Domain
import Workflow

// What falls due.

extension MemoryTransaction {
    func due(_ wanted: [TimerKind], at now: Instant, limit: Int) throws -> [Timer] {
        let due = try timers().map { timers in timers.filter { $0.dueAt <= now } }
        let expiring = Set(due.joined().filter { $0.kind == .expire }.map(\.subject))
        let kinds = due.map { timers in
            timers.filter { $0.kind == .expire || !expiring.contains($0.subject) }
                .sorted { $0.dueAt < $1.dueAt }
        }
        return Timer.earliest(limit, of: kinds.map { $0.filter { wanted.contains($0.kind) } })
    }

    func nextDue() throws -> Instant? { try timers().joined().map(\.dueAt).min() }

    /// All timers that are set, by kind; of requests, those that expire first come first.
    private func timers() throws -> [[Timer]] {
        let open = try openRequests().sorted { left, right in
            guard let right = right.expireAt else { return false }
            return left.expireAt.map { $0 < right } ?? true
        }
        func requests(_ kind: TimerKind, _ instant: KeyPath<Request, Instant?>) -> [Timer] {
            open.compactMap { request in
                request[keyPath: instant].map {
                    Timer(kind, dueAt: $0, .request(request.identifier))
                }
            }
        }
        return TimerKind.allCases.map { kind in
            switch kind {
            case .retry:
                contents.deferred.map { Timer(kind, dueAt: $0.nextAttemptAt, .message($0)) }
            case .provisioning:
                contents.orders.sorted { $0.key.description < $1.key.description }
                    .flatMap(\.value)
                    .compactMap { order in
                        order.dueAt.map { Timer(kind, dueAt: $0, .order(order)) }
                    }
            case .remind: requests(kind, \.remindAt)
            case .escalate: requests(kind, \.escalateAt)
            case .expire: requests(kind, \.expireAt)
            case .erase:
                contents.requestOrder.compactMap { contents.requests[$0] }.compactMap { request in
                    request.eraseAt.map { Timer(kind, dueAt: $0, .request(request.identifier)) }
                }
            }
        }
    }

    func oldestOpenRequests() throws -> [String: Instant] {
        Dictionary(grouping: try openRequests(), by: \.procedure)
            .compactMapValues { $0.map(\.submittedAt).min() }
    }
}
