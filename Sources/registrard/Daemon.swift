import Broker
import Composition
import Domain
import Glibc
import LogKeys
import Logging
import Operations
import Settings
import Storage
import Workflow

/// Puts the parts together, runs them, and takes them apart in order.
struct Daemon {
    /// How long the loop may settle what is on the way after it was told to end.
    static let drainSeconds = 7.0
    /// When the process ends whatever hangs.
    static let lastResortSeconds = 9.5
    static let statusIntervalSeconds = 5.0

    let path: String
    let loaded: LoadedConfiguration
    let environment: [String: String]
    /// Whether an empty register may be begun where there was one that is gone.
    let beginsAgain: Bool

    func run() async throws {
        let output = Self.logOutput(loaded.configuration, environment)
        LoggingSystem.bootstrap { label in output.handler(label: label) }
        let log = Logger(label: "registrard")
        do {
            try await run(output, log)
        } catch {
            var failure = ExitFailure(error, configuration: path)
            for line in failure.message.split(separator: "\n") { log.critical("\(line)") }
            failure.isLogged = true
            throw failure
        }
    }

    private func run(_ output: LogOutput, _ log: Logger) async throws {
        let configuration = loaded.configuration
        for warning in loaded.warnings { log.warning("\(warning)") }
        let settings = try MessageLoopSettings(configuration, identifiers: TimeOrderedIdentifiers())
        let journal = try JournalSettings(configuration, environment: environment)
        let password = try configuration.brokerPassword(environment: environment)
        let unreadable = loaded.unreadableFiles().map(\.error)
        guard unreadable.isEmpty else { throw ConfigurationErrors(errors: unreadable) }
        // From here on a signal is answered, and not the end.
        let signals = await SignalSource()
        let observation = try Observation(
            log: log,
            version: Release.version,
            unreadAfterSeconds: Double(loaded.configuration.broker.unreadAfter.seconds ?? 60)
        )
        MetricsRegistry.shared.onCollect { observation.copyReadiness() }
        let register = try register(configuration, journal, observation)
        let access = BrokerAccess(
            configuration,
            url: configuration.broker.url,
            password: password,
            name: "registrard",
            declares: configuration.broker.declare
        )
        let source = BrokerSource(
            access: access,
            prefetch: configuration.broker.prefetch,
            time: SystemTime(),
            observer: observation,
            log: log
        )
        MetricsRegistry.shared.onCollect { observation.copyFigures(of: source) }
        let publisher = BrokerPublisher(access: access, log: log)
        var limits = MessageLoopLimits()
        // Kills from outside, however many, must not have innocent messages put aside.
        limits.crashesAloneBeforeQuarantine = 3
        limits.plausibleClockSeconds = Double(
            configuration.clock.plausibleWithin.seconds ?? Int(limits.plausibleClockSeconds)
        )
        limits.deadLetters = configuration.deadLetterLimits
        limits.backlog = min(limits.backlog, configuration.broker.prefetch)
        let loop = MessageLoop(
            register: register,
            source: source,
            publisher: publisher,
            time: SystemTime(),
            identifiers: TimeOrderedIdentifiers(),
            observer: observation,
            settings: settings,
            prefix: configuration.broker.prefix,
            limits: limits,
            journal: journal,
            log: log
        )
        log.notice(
            "registrard starts",
            metadata: [LogKey.version: "\(Release.version)", LogKey.path: "\(path)"]
        )
        let manager = ServiceManager(
            SystemdNotifier(environment: environment) { error in log.warning("\(error)") }
        )
        let reloader = Reloader(
            path: path,
            environment: environment,
            current: configuration,
            output: output,
            observation: observation,
            manager: manager,
            log: log
        )
        let parts = Parts(
            configuration: configuration,
            access: access,
            source: source,
            publisher: publisher,
            loop: loop,
            observation: observation,
            manager: manager,
            reloader: reloader,
            signals: signals,
            log: log
        )
        let failure = await parts.run()
        do {
            try await register.close()
        } catch {
            log.warning("the store was not closed cleanly", metadata: [LogKey.error: "\(error)"])
        }
        if let failure { throw ExitFailure(.unavailable, "\(failure)") }
        log.notice("registrard has ended")
    }

    /// The store, open if it can be.
    private func register(
        _ configuration: Configuration,
        _ journal: JournalSettings,
        _ observation: Observation
    ) throws -> OpeningRegister {
        let path = configuration.store.path
        let register = OpeningRegister { () throws(StorageError) in
            try SQLiteRegister(
                path: path,
                beginsAgain: beginsAgain,
                onLogMoved: { observation.logMoved(failure: $0) }
            )
        } onOpen: { register in
            observation.storeOpened(register, wasToBeNew: beginsAgain)
            observation.condition(.store, reason: nil)
            observation.journalOpened(key: journal.key?.publicKey)
            MetricsRegistry.shared.onCollect {
                observation.copyFigures(of: register, configuration.deadLetterLimits)
            }
        }
        do {
            try register.openIfNeeded()
        } catch is RegisterUnavailable {
            // The loop says so, and tries again.
        } catch {
            // Not to be tried again by systemd: somebody has to say what is meant.
            let isLost = (error as? StorageError)?.kind == .lost
            throw ExitFailure(
                isLost ? .configuration : .unavailable,
                "the store cannot be used: \(error)"
            )
        }
        return register
    }

    static func logOutput(
        _ configuration: Configuration,
        _ environment: [String: String]
    ) -> LogOutput {
        LogOutput(
            level: Logger.Level(configuration.log.level),
            style: LogStyle(configuration.log.format, environment)
        )
    }
}

extension Logger.Level {
    init(_ level: LogLevel) {
        self = Self(rawValue: level.rawValue) ?? .info
    }
}

extension LogStyle {
    init(_ format: LogFormat, _ environment: [String: String]) {
        self =
            switch format {
            case .auto: .automatic(environment: environment)
            case .text: .text
            case .json: .json
            }
    }
}
