import ArgumentParser
import Composition
import Correspondence
import Glibc
import Operations
import Settings

/// The daemon's command line.
@main
struct Registrard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registrard",
        abstract:
            "Keeps the register between a customs portal and what follows from a registration.",
        usage: """
            registrard --config ./registrard.yaml
            registrard --check --config ./registrard.yaml
            registrard --new-store --config ./registrard.yaml
            """,
        discussion: """
            Consumes registration and approval messages from RabbitMQ, keeps the register in \
            SQLite, and publishes notifications and account-provisioning messages. SIGTERM drains \
            and ends it within 10 seconds; SIGHUP reads the configuration again.

            Exit codes: 0 ended as asked, 64 usage, 69 something that it needs is not to be had, \
            78 configuration.
            """,
        version: Release.version
    )

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The configuration file. (default: the environment's "
                + "\(ConfigurationFile.variable), or \(ConfigurationFile.usualPath))",
            valueName: "file"
        )
    )
    var config: String?

    @Flag(help: "Check the configuration and everything that it names, without running.")
    var check = false

    @Flag(help: "With --check: also try the broker and the store.")
    var online = false

    @Flag(
        help: """
            Begin an empty register where there was one that is gone. Without it, a store that is \
            missing though there was one is an error.
            """
    )
    var newStore = false

    func validate() throws {
        guard !online || check else { throw ValidationError("--online goes with --check") }
        guard !newStore || !check else {
            throw ValidationError("--check makes no store; leave --new-store out")
        }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current
        let config =
            self.config ?? ConfigurationFile.named(by: environment) ?? ConfigurationFile.usualPath
        let loaded: LoadedConfiguration
        do {
            loaded = try Configuration.load(
                path: config,
                environment: environment,
                keys: ConfigurationKey.all
            )
        } catch {
            throw ExitFailure(error, configuration: config)
        }
        guard check else {
            let daemon = Daemon(
                path: config,
                loaded: loaded,
                environment: environment,
                beginsAgain: newStore
            )
            return try await daemon.run()
        }
        do {
            try await Checking(loaded: loaded, environment: environment, isOnline: online).run()
        } catch {
            throw ExitFailure(error, configuration: config)
        }
    }

    static func main() async {
        Memory.keepSmall()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            ProgramEnd.leave(EXIT_SUCCESS)
        } catch let failure as ExitFailure {
            if !failure.isLogged { Environment.say(failure.message) }
            ProgramEnd.leave(failure.code.rawValue)
        } catch {
            Self.exit(withError: error)
        }
    }
}

/// Ends the program with a message and one of the codes of sysexits(3).
struct ExitFailure: Error {
    enum Code: Int32 {
        case unavailable = 69
        case configuration = 78
    }

    let code: Code
    let message: String
    /// Whether the log has the message already.
    var isLogged = false

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// How a program ends that cannot go on because of `error`.
    ///
    /// - Parameter path: the configuration file.
    init(_ error: any Error, configuration path: String) {
        switch error {
        case let failure as ExitFailure: self = failure
        case let error as ConfigurationErrors: self.init(.configuration, "\(error)")
        case let error as TemplateError: self.init(.configuration, "\(error)")
        case let error as FileError: self.init(.configuration, "\(error)")
        case let error as PasswordError: self.init(.configuration, "\(path): \(error)")
        default: self.init(.unavailable, "\(error)")
        }
    }
}

/// The C library's memory.
enum Memory {
    /// glibc gives every thread an arena of its own, each with an unused rest of its own. Two
    /// serve.
    ///
    /// It also takes large blocks from the system one by one and gives them back, but after the
    /// first of a size no longer (mallopt(3), "dynamic mmap threshold"): a few large messages would
    /// leave the heap full of holes of their size, for good.
    static func keepSmall() {
        _ = mallopt(arenaMaximum, 2)
        _ = mallopt(mappingThreshold, 1 << 17)
    }

    /// `M_ARENA_MAX` of <malloc.h>, which Swift's module of the C library leaves out.
    private static let arenaMaximum: Int32 = -8
    /// `M_MMAP_THRESHOLD`, in bytes.
    private static let mappingThreshold: Int32 = -3

    @_silgen_name("mallopt")
    private static func mallopt(_ parameter: Int32, _ value: Int32) -> Int32
}

/// The terminal, or whoever reads standard error.
enum Environment {
    /// Says something to whoever started the program. The journal takes a line without a priority
    /// for mere information.
    ///
    /// - Parameter priority: as syslog(3) counts it; 3 is an error.
    static func say(_ message: String, priority: Int = 3) {
        let style = LogStyle.automatic(environment: ProcessEnvironment.current)
        let mark = style == .journal ? "<\(priority)>" : ""
        let lines = "registrard: \(message)".split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        let text = Array(lines.map { "\(mark)\($0)\n" }.joined().utf8)
        _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
