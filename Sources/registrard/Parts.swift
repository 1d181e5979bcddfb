import Broker
import Composition
import Glibc
import LogKeys
import Logging
import Operations
import Settings
import Workflow

/// The parts of the daemon that run side by side, until a signal or a failure ends them.
struct Parts {
    let configuration: Configuration
    let access: BrokerAccess
    let source: BrokerSource
    let publisher: BrokerPublisher
    let loop: MessageLoop
    let observation: Observation
    let manager: ServiceManager
    let reloader: Reloader
    let signals: SignalSource
    let log: Logger

    /// What ended.
    private enum End: Sendable {
        case loop((any Error)?)
        case server(any Error)
        case other
    }

    /// Runs until the loop has ended. Returns why, if it was not asked to.
    func run() async -> (any Error)? {
        await withTaskGroup(of: End.self) { group in
            let statusPage = StatusPage(
                observation.metrics,
                health: observation.health,
                version: Release.version
            )
            let others: [@Sendable () async -> Void] = [
                statusPage.run, consume, publish, watchQueues, tellSystemd, answerSignals,
            ]
            for other in others {
                group.addTask {
                    await other()
                    return .other
                }
            }
            group.addTask { await serve(statusPage) }
            group.addTask {
                do {
                    try await loop.run()
                    return .loop(nil)
                } catch {
                    return .loop(error)
                }
            }
            var failure: (any Error)?
            for await end in group {
                if case .server(let error) = end {
                    failure = error
                    loop.abandon()
                }
                guard case .loop(let error) = end else { continue }
                failure = failure ?? error
                break
            }
            // The loop has settled what it held: connections and pages may go.
            group.cancelAll()
            return failure
        }
    }

    private func serve(_ statusPage: StatusPage) async -> End {
        let listen = configuration.http.listen
        let server = OperationsServer(
            host: listen.host,
            port: listen.port,
            hosts: configuration.http.hosts,
            health: observation.health,
            pages: statusPage.pages,
            logger: log
        )
        do {
            try await server.run()
            return .other
        } catch {
            return .server(error)
        }
    }

    @Sendable private func consume() async {
        await source.run(feeding: loop) { observation.condition(.consumer, reason: $0) }
    }

    @Sendable private func publish() async {
        await publisher.run(serving: loop) { observation.publisher($0) }
    }

    @Sendable private func watchQueues() async {
        await QueueMonitor(access: access, log: log).run { queue, depth, consumers in
            observation.queue(
                queue,
                depth: depth,
                consumers: consumers,
                atSeconds: SystemTime().monotonicSeconds
            )
        }
    }

    @Sendable private func answerSignals() async {
        for await signal in signals.signals {
            switch signal {
            case .hangup: await reloader.reload(loop)
            case .terminate, .interrupt:
                log.notice("ending", metadata: [LogKey.signal: "\(signal.rawValue)"])
                observation.drains()
                manager.stops()
                loop.stop()
                endInTime()
            }
        }
    }

    /// Lets the loop settle for a while, and not longer.
    private func endInTime() {
        Task { [loop, log] in
            await SystemTime().sleep(seconds: Daemon.drainSeconds)
            log.warning("not everything was settled in time; the rest is in the outbox")
            loop.abandon()
            await SystemTime().sleep(seconds: Daemon.lastResortSeconds - Daemon.drainSeconds)
            log.critical("a part of the daemon hangs; ending without it")
            ProgramEnd.leave(EXIT_FAILURE)
        }
    }

    /// Keeps systemd informed: ready once consuming, alive while the loop goes round.
    @Sendable private func tellSystemd() async {
        let pause = min(1, (manager.watchdogSeconds ?? 2) / 3)
        var sinceStatus = Daemon.statusIntervalSeconds
        while !Task.isCancelled {
            // A start that hangs is not prolonged, and a loop that hangs is not reported alive:
            // systemd ends both.
            if observation.health.liveness.isGood {
                manager.starts(isReady: observation.health.readiness.isGood)
                manager.alive()
            }
            if sinceStatus >= Daemon.statusIntervalSeconds {
                manager.status(observation.statusLine(intervalSeconds: sinceStatus))
                sinceStatus = 0
            }
            await SystemTime().sleep(seconds: pause)
            sinceStatus += pause
        }
    }
}
