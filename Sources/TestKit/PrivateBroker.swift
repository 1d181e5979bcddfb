import Foundation
import Glibc
import Synchronization

/// A real RabbitMQ of a test's own, on loopback, started by `Scripts/private-broker`.
///
/// A test that cannot start one fails: nothing is skipped. The broker and its folder go when
/// ``stop()`` is called, when the object is released, and when the process ends, however it ends.
public final class PrivateBroker: Sendable {
    /// Why the script failed, in its own words.
    public struct Failure: Error, CustomStringConvertible {
        /// The arguments of the script.
        public let command: [String]
        /// What it ended with.
        public let exitCode: Int32
        /// What it printed on its standard error.
        public let message: String

        public var description: String {
            "private-broker \(command.joined(separator: " ")) ended with \(exitCode): \(message)"
        }
    }

    /// The users of the default definitions; each has its own name as its password.
    public static let users = [
        "operator", "registrard", "ntp-portal", "customs-backoffice", "excise-office",
        "vehicle-authority", "provisioner", "mailer",
    ]

    /// The AMQP port, on 127.0.0.1. It stays the same over ``restart()``.
    public let port: Int
    /// The folder with data, configuration and logs.
    public let directory: String

    private let processIdentifier: Mutex<pid_t?>

    /// The broker that the tests of one process share; it lives until the process ends. Tests keep
    /// apart by the names of what they declare.
    public static func shared() throws -> PrivateBroker {
        try sharedBroker.get()
    }

    private static let sharedBroker = Result { try PrivateBroker.start() }

    /// Starts a broker and waits until it answers (about 4 seconds).
    ///
    /// - Parameters:
    ///   - configuration: more lines of `rabbitmq.conf`.
    ///   - definitions: a file of definitions instead of the default users.
    /// - Throws: ``Failure`` with the end of the broker's log.
    public static func start(
        configuration: String? = nil,
        definitions: String? = nil
    ) throws -> PrivateBroker {
        let directory = NSTemporaryDirectory() + "/registrar-broker-" + UUID().uuidString
        var arguments = ["start", directory, "--owner", String(getpid())]
        if let definitions {
            arguments += ["--definitions", definitions]
        }
        var configurationFile: String?
        if let configuration {
            let path = directory + ".conf"
            try Data(configuration.utf8).write(to: URL(fileURLWithPath: path))
            arguments += ["--config", path]
            configurationFile = path
        }
        defer {
            if let configurationFile { unlink(configurationFile) }
        }
        do {
            return try PrivateBroker(
                directory: directory,
                environment: parse(run(arguments)),
                started: arguments
            )
        } catch {
            removeFolder(directory)
            throw error
        }
    }

    private init(
        directory: String,
        environment: [String: String],
        started command: [String]
    ) throws {
        guard let port = environment["BROKER_PORT"].flatMap({ Int($0) }),
            let pid = environment["BROKER_PID"].flatMap({ pid_t($0) })
        else {
            throw Failure(command: command, exitCode: 0, message: "it named no port or process")
        }
        self.port = port
        self.directory = directory
        processIdentifier = Mutex(pid)
        LiveBrokers.register(directory)
    }

    deinit {
        Self.remove(directory)
    }

    /// The URL for one of the users.
    public func url(user: String = "registrard") -> String {
        "amqp://\(user):\(user)@127.0.0.1:\(port)/%2F"
    }

    /// Ends the broker and removes its folder. It may be called more than once.
    public func stop() {
        processIdentifier.withLock { $0 = nil }
        Self.remove(directory)
    }

    /// Ends the broker with SIGKILL, as a power cut would; ``restart()`` brings its data back.
    public func kill() throws {
        processIdentifier.withLock { $0 = nil }
        _ = try Self.run(["kill", directory])
    }

    /// Stops the broker if it runs, and starts it on the same port with the same data.
    public func restart() throws {
        let environment = try Self.parse(Self.run(["restart", directory]))
        processIdentifier.withLock { $0 = environment["BROKER_PID"].flatMap { pid_t($0) } }
    }

    /// Runs `rabbitmqctl` with the arguments (about half a second) and returns what it printed.
    @discardableResult
    public func control(_ arguments: [String]) throws -> String {
        try Self.run(["ctl", directory] + arguments)
    }

    /// Freezes the broker (SIGSTOP): its sockets stay open and nothing answers.
    public func suspend() {
        signal(SIGSTOP)
        // The signal is delivered some time later; what was asked until then is still answered.
        let deadline = ContinuousClock.now + .seconds(5)
        while !isStopped, ContinuousClock.now < deadline { _ = poll(nil, 0, 1) }
    }

    /// Whether every thread is stopped, by the state letters of proc(5).
    private var isStopped: Bool {
        guard let pid = processIdentifier.withLock({ $0 }) else { return true }
        let folder = "/proc/\(pid)/task"
        // No such folder: the process has ended, and answers nothing any more.
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.allSatisfy { thread in
            let stat = FileManager.default.contents(atPath: "\(folder)/\(thread)/stat") ?? Data()
            let state = String(decoding: stat, as: UTF8.self).split(separator: ")").last
            return state?.first { $0 != " " } == "T"
        }
    }

    /// Lets a frozen broker go on (SIGCONT).
    public func resume() {
        signal(SIGCONT)
    }

    private func signal(_ number: Int32) {
        processIdentifier.withLock { pid in
            if let pid { _ = Glibc.kill(pid, number) }
        }
    }

    private static let script: String = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Scripts/private-broker").path

    fileprivate static func remove(_ directory: String) {
        guard LiveBrokers.unregister(directory) else { return }
        do {
            // Killed, not asked to stop: its data go anyway.
            _ = try run(["kill", directory])
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
        }
        removeFolder(directory)
    }

    private static func removeFolder(_ directory: String) {
        do {
            try FileManager.default.removeItem(atPath: directory)
        } catch {
            // The broker's watcher may have removed it first.
            guard FileManager.default.fileExists(atPath: directory) else { return }
            FileHandle.standardError.write(Data("cannot remove \(directory): \(error)\n".utf8))
        }
    }

    private static func parse(_ lines: String) -> [String: String] {
        var environment: [String: String] = [:]
        for line in lines.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            environment[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
        return environment
    }

    private static func run(_ arguments: [String]) throws -> String {
        let result = try Command.run([script] + arguments)
        guard result.exitCode == 0 else {
            throw Failure(command: arguments, exitCode: result.exitCode, message: result.errors)
        }
        return result.output
    }
}

/// Runs a program to its end.
///
/// Not Foundation's `Process`: that takes a program for running as long as any process it left
/// behind does, such as the broker.
public enum Command {
    /// What a program left.
    public struct Result: Sendable {
        /// The exit code, or 128 and the signal that ended it.
        public var exitCode: Int32
        /// Its standard output.
        public var output: String
        /// Its standard error.
        public var errors: String
    }

    /// Runs the program that the first argument names, by its path or in `PATH`.
    public static func run(_ arguments: [String]) throws -> Result {
        // Files, not pipes: what the program leaves behind would keep a pipe open.
        let base = NSTemporaryDirectory() + "/registrar-command-" + UUID().uuidString
        let (outputPath, errorPath) = (base + ".out", base + ".err")
        defer {
            unlink(outputPath)
            unlink(errorPath)
        }
        let pid = try spawn(arguments, output: outputPath, errors: errorPath)
        let status = wait(for: pid)
        let signal = status & 0x7F
        return Result(
            exitCode: signal == 0 ? status >> 8 & 0xFF : 128 + signal,
            output: try String(contentsOfFile: outputPath, encoding: .utf8),
            errors: try String(contentsOfFile: errorPath, encoding: .utf8)
        )
    }

    fileprivate static func spawn(
        _ arguments: [String],
        output: String,
        errors: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
        var cArguments = arguments.map { strdup($0) } + [nil]
        defer { for argument in cArguments { free(argument) } }
        var pid: pid_t = 0
        let failure = posix_spawnp(&pid, arguments[0], &actions, nil, &cArguments, environ)
        guard failure == 0 else {
            throw CocoaError(.executableLoad, userInfo: [NSFilePathErrorKey: arguments[0]])
        }
        return pid
    }

    fileprivate static func wait(for pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return status
    }
}

/// A program in the background, ended when the object is released.
public final class BackgroundCommand: Sendable {
    private let pid: pid_t

    /// Starts the program that the first argument names, by its path or in `PATH`.
    public init(_ arguments: [String]) throws {
        pid = try Command.spawn(arguments, output: "/dev/null", errors: "/dev/null")
    }

    deinit {
        kill(pid, SIGKILL)
        _ = Command.wait(for: pid)
    }
}

/// The brokers that are still there when the process ends.
private enum LiveBrokers {
    private static let directories = Mutex<Set<String>>([])
    private static let installed: Void = {
        atexit {
            for directory in LiveBrokers.directories.withLock({ $0 }) {
                PrivateBroker.remove(directory)
            }
        }
    }()

    static func register(_ directory: String) {
        _ = installed
        directories.withLock { _ = $0.insert(directory) }
    }

    static func unregister(_ directory: String) -> Bool {
        directories.withLock { $0.remove(directory) != nil }
    }
}
