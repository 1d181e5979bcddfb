import ArgumentParser
import Composition
import Correspondence
import Glibc
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

    @Option(name: [.short, .long], help: "The configuration file.")
    var config = "/etc/registrar/registrard.yaml"

    @Flag(help: "Check the configuration and everything that it names, without running.")
    var check = false

    @Flag(help: "With --check: also try the broker and the store.")
    var online = false

    func validate() throws {
        guard !online || check else { throw ValidationError("--online goes with --check") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current
        let loaded: LoadedConfiguration
        do {
            loaded = try Configuration.load(path: config, environment: environment)
        } catch {
            throw Ending(.configuration, "\(error)")
        }
        do {
            if check {
                try await Checking(loaded: loaded, environment: environment, isOnline: online).run()
            } else {
                try await Daemon(path: config, loaded: loaded, environment: environment).run()
            }
        } catch let error as TemplateError {
            throw Ending(.configuration, "\(error)")
        } catch let error as FileError {
            throw Ending(.configuration, "the journal's key: \(error)")
        } catch let error as PasswordError {
            throw Ending(.configuration, "\(config): \(error)")
        }
    }

    static func main() async {
        Memory.limitArenas()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            ProgramEnd.leave(EXIT_SUCCESS)
        } catch let ending as Ending {
            Environment.say(ending.message)
            ProgramEnd.leave(ending.code.rawValue)
        } catch {
            Self.exit(withError: error)
        }
    }
}

/// Ends the program with a message and one of the codes of sysexits(3).
struct Ending: Error {
    enum Code: Int32 {
        case unavailable = 69
        case configuration = 78
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// The C library's memory.
enum Memory {
    /// glibc gives every thread an arena of its own, each with an unused rest of its own. Two serve.
    static func limitArenas() {
        _ = mallopt(arenaMaximum, 2)
    }

    /// `M_ARENA_MAX` of <malloc.h>, which Swift's module of the C library leaves out.
    private static let arenaMaximum: Int32 = -8

    @_silgen_name("mallopt")
    private static func mallopt(_ parameter: Int32, _ value: Int32) -> Int32
}

/// The terminal, or whoever reads standard error.
enum Environment {
    /// Says something to whoever started the program.
    static func say(_ message: String) {
        let line = Array("registrard: \(message)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
