import Composition
import Correspondence
import Domain
import Glibc
import LogKeys
import Logging
import Operations
import Settings
import Workflow

/// SIGHUP: reads the configuration again and applies what can be applied to a running service.
actor Reloader {
    private let path: String
    private let environment: [String: String]
    private var current: Configuration
    private let output: LogOutput
    private let observation: Observation
    private let manager: ServiceManager
    private let log: Logger

    init(
        path: String,
        environment: [String: String],
        current: Configuration,
        output: LogOutput,
        observation: Observation,
        manager: ServiceManager,
        log: Logger
    ) {
        self.path = path
        self.environment = environment
        self.current = current
        self.output = output
        self.observation = observation
        self.manager = manager
        self.log = log
    }

    /// Applies the file, or keeps what is and says what is wrong with it.
    func reload(_ loop: MessageLoop) async {
        await manager.whileReloading { await take(loop) }
    }

    private func take(_ loop: MessageLoop) async {
        let now = Double(SystemTime().now.milliseconds) / 1000
        do {
            let keys = ConfigurationKey.all
            let loaded = try Configuration.load(path: path, environment: environment, keys: keys)
            let differences = Configuration.differences(
                from: current,
                to: loaded.configuration,
                keys: keys
            )
            let next = current.reloading(from: loaded.configuration, keys: keys)
            let settings = try MessageLoopSettings(next, identifiers: TimeOrderedIdentifiers())
            await loop.reload(settings)
            output.level = Logger.Level(next.log.level)
            output.style = LogStyle(next.log.format, environment)
            current = next
            observation.metrics.reloaded(success: true, unixSeconds: now)
            for warning in loaded.warnings { log.warning("\(warning)") }
            log.notice(
                "the configuration was read again",
                metadata: [LogKey.key: "\(differences.applied.joined(separator: " "))"]
            )
            if !differences.waiting.isEmpty {
                log.warning(
                    "these changed keys wait for a restart",
                    metadata: [LogKey.key: "\(differences.waiting.joined(separator: " "))"]
                )
            }
        } catch {
            observation.metrics.reloaded(success: false, unixSeconds: now)
            log.error(
                "the configuration was not taken; the old one goes on",
                metadata: [LogKey.error: "\(error)"]
            )
        }
    }
}
