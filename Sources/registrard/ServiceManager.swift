import Operations
import Synchronization

/// What systemd is told, in an order that it can follow: READY once, RELOADING only after that, and
/// after STOPPING nothing that would take it back. Safe to use from any thread.
final class ServiceManager: Sendable {
    private enum Phase {
        case starting
        case ready
        case ending
    }

    private let notifier: SystemdNotifier
    /// Held while systemd is told, so that two threads cannot change the order.
    private let phase = Mutex(Phase.starting)

    /// How often ``alive()`` is due at the latest; nil without a watchdog.
    let watchdogSeconds: Double?

    init(_ notifier: SystemdNotifier) {
        self.notifier = notifier
        watchdogSeconds = notifier.watchdogInterval.map { $0 / .seconds(1) }
    }

    /// The start goes on, or has come to its end.
    func starts(isReady: Bool) {
        phase.withLock { phase in
            guard phase == .starting else { return }
            if isReady {
                phase = .ready
                notifier.notify(.ready)
            } else {
                // A broker that is away is no reason to give the start up.
                notifier.notify(.extendTimeout(.seconds(30)))
            }
        }
    }

    /// Tells of a reload, unless the start is not over: systemd would take the READY after it for
    /// the start's.
    func whileReloading(_ reload: () async -> Void) async {
        let isTold = phase.withLock { phase in
            guard phase == .ready else { return false }
            notifier.notify(notifier.reloading)
            return true
        }
        await reload()
        guard isTold else { return }
        phase.withLock { if $0 == .ready { notifier.notify(.ready) } }
    }

    /// The end has begun; for as long as it takes, nothing else is said in the status.
    func stops() {
        phase.withLock { phase in
            phase = .ending
            notifier.notify(.stopping, .extendTimeout(.seconds(10)), .status("draining"))
        }
    }

    func status(_ line: @autoclosure () -> String) {
        phase.withLock { if $0 != .ending { notifier.notify(.status(line())) } }
    }

    /// The daemon is alive.
    func alive() {
        if watchdogSeconds != nil { notifier.notify(.watchdog) }
    }
}
