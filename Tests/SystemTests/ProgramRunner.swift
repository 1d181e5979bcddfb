import Foundation
import Glibc
import Synchronization
import TestKit

/// The built programs, as a user starts them.
enum Program {
    /// What a program left.
    struct Result: Sendable {
        /// The exit code, or 128 and the signal that ended it.
        let status: Int32
        let stdout: String
        let stderr: String
    }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - name: `registrard` or `registrarctl`, or another program's path.
    ///   - environment: all of it, besides `PATH`, `HOME` and `TMPDIR`.
    ///   - input: what it reads on its standard input.
    static func run(
        _ name: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        input: String = "",
        timeoutSeconds: Double = 60
    ) async throws -> Result {
        let program = try RunningProgram(
            name,
            arguments: arguments,
            environment: environment,
            input: input
        )
        let status = try await program.waitForEnd(timeoutSeconds: timeoutSeconds)
        return Result(status: status, stdout: program.stdout, stderr: program.stderr)
    }

    /// Where the programs are looked for instead (`REGISTRAR_PROGRAMS`).
    static let folder = ProcessInfo.processInfo.environment["REGISTRAR_PROGRAMS"]

    /// The programs stand beside the tests' own; others are named by their path.
    static func path(_ name: String) throws -> String {
        if name.hasPrefix("/") { return name }
        if let folder { return try executable("\(folder)/\(name)") }
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
        return try executable(folder.appendingPathComponent(name).path)
    }

    private static func executable(_ path: String) throws -> String {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw ProgramError("there is no program \(path): build the package first")
        }
        return path
    }
}

/// What a test expected of a program and did not get.
struct ProgramError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A program that runs beside the test; killed when the object is released.
final class RunningProgram: Sendable {
    let name: String
    let processIdentifier: pid_t
    private let record: Record

    /// Starts it. `environment` is all that it gets besides `PATH`, `HOME` and `TMPDIR`.
    init(
        _ name: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        input: String = ""
    ) throws {
        self.name = name
        let path = try Program.path(name)
        let (inputPipe, outputPipe, errorPipe) = (try Pipe(), try Pipe(), try Pipe())
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, inputPipe.reading, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, outputPipe.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errorPipe.writing, STDERR_FILENO)
        // A test's thread blocks signals, and ignores some; a program gets its own.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        sigaddset(&signals, SIGINT)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var pid: pid_t = 0
        let failure = Self.withStrings([path] + arguments) { arguments in
            Self.withStrings(Self.surroundings(environment)) { environment in
                posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
            }
        }
        for descriptor in [inputPipe.reading, outputPipe.writing, errorPipe.writing] {
            close(descriptor)
        }
        guard failure == 0 else {
            for descriptor in [inputPipe.writing, outputPipe.reading, errorPipe.reading] {
                close(descriptor)
            }
            throw ProgramError("cannot start \(path): \(String(cString: strerror(failure)))")
        }
        processIdentifier = pid
        record = Record()
        record.follow(pid, outputPipe.reading, errorPipe.reading)
        Self.feed(Array(input.utf8), to: inputPipe.writing)
    }

    deinit {
        // Under the lock, so that the id cannot belong to another process by now.
        record.whileRunning { _ = kill(processIdentifier, SIGKILL) }
    }

    /// What it has printed on its standard output until now.
    var stdout: String { record.text(\.output) }

    /// What it has printed on its standard error until now.
    var stderr: String { record.text(\.errors) }

    /// Whole lines of both that it has printed until now.
    var lines: [String] { record.lines }

    /// Sends a signal, unless it has ended.
    func signal(_ number: Int32) {
        record.whileRunning { _ = kill(processIdentifier, number) }
    }

    /// Waits for its end; returns the exit code, or 128 and the signal that ended it.
    func waitForEnd(timeoutSeconds: Double = 60) async throws -> Int32 {
        try await wait("end", timeoutSeconds) { $0.hasEnded ? $0.status : nil }
    }

    /// Waits for a line, of either output, that contains `text`, and returns it.
    @discardableResult
    func waitForLine(containing text: String, timeoutSeconds: Double = 60) async throws -> String {
        try await wait("print \"\(text)\"", timeoutSeconds) { state in
            state.lines.first { $0.contains(text) }
        }
    }

    private func wait<Value: Sendable>(
        _ expectation: String,
        _ timeoutSeconds: Double,
        _ condition: @escaping @Sendable (borrowing Record.State) -> Value?
    ) async throws -> Value {
        let record = record
        // On a thread of its own: the tests' own threads are few.
        let value: Value? = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    returning: record.wait(Patience.seconds(timeoutSeconds), condition)
                )
            }
        }
        guard let value else {
            throw ProgramError(
                "\(name) did not \(expectation) within \(timeoutSeconds) s; it printed:\n"
                    + "\(stdout)\n\(stderr)"
            )
        }
        return value
    }

    private static func surroundings(_ environment: [String: String]) -> [String] {
        let own = ProcessInfo.processInfo.environment
        let kept = ["PATH", "HOME", "TMPDIR"].compactMap { name in own[name].map { (name, $0) } }
        return Dictionary(kept) { first, _ in first }
            .merging(environment) { _, given in given }
            .map { "\($0.key)=\($0.value)" }
    }

    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }

    /// Writes the input from another thread: a program that does not read must not stop the test.
    private static func feed(_ input: [UInt8], to descriptor: Int32) {
        guard !input.isEmpty else {
            close(descriptor)
            return
        }
        // A program that ends without reading all of it is no failure of the test's.
        Glibc.signal(SIGPIPE, SIG_IGN)
        Thread.detachNewThread {
            var rest = input[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                if count <= 0 { break }
                rest = rest.dropFirst(count)
            }
            close(descriptor)
        }
    }
}

/// Both ends of a pipe. They are sockets: those can be made so that no other program that is
/// started in the same moment inherits them, and keeps them open.
private struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw ProgramError("cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        (reading, writing) = (ends[0], ends[1])
    }
}

/// What a program has done until now; filled by threads of its own.
private final class Record: Sendable {
    struct State {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var openOutputs = 2
        var status: Int32 = 0
        var isGone = false

        /// It is gone, and all that it printed is here.
        var hasEnded: Bool { isGone && openOutputs == 0 }

        var lines: [String] {
            [output, errors].flatMap { bytes in
                bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
                    .map { String(decoding: $0, as: UTF8.self) }
            }
        }
    }

    private let condition = NSCondition()
    // Guarded by `condition`, with which threads wait for it to change.
    nonisolated(unsafe) private var state = State()

    private func locked<Result>(_ body: (inout State) -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body(&state)
    }

    var lines: [String] { locked { $0.lines } }

    func text(_ member: KeyPath<State, [UInt8]>) -> String {
        String(decoding: locked { $0[keyPath: member] }, as: UTF8.self)
    }

    func whileRunning(_ body: () -> Void) {
        locked { if !$0.isGone { body() } }
    }

    func wait<Value>(
        _ timeoutSeconds: Double,
        _ value: (borrowing State) -> Value?
    ) -> Value? {
        let deadline = Date(timeIntervalSinceNow: timeoutSeconds)
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let value = value(state) { return value }
            guard condition.wait(until: deadline) else { return value(state) }
        }
    }

    func follow(_ process: pid_t, _ output: Int32, _ errors: Int32) {
        Thread.detachNewThread { self.read(output) { $0.output += $1 } }
        Thread.detachNewThread { self.read(errors) { $0.errors += $1 } }
        Thread.detachNewThread { self.reap(process) }
    }

    private func read(_ descriptor: Int32, _ append: (inout State, ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            locked { append(&$0, buffer[..<count]) }
            condition.broadcast()
        }
        close(descriptor)
        locked { $0.openOutputs -= 1 }
        condition.broadcast()
    }

    private func reap(_ process: pid_t) {
        // Waits without collecting it: until then, nobody else can get its id.
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        locked { state in
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            state.status = signal == 0 ? status >> 8 & 0xFF : 128 + signal
            state.isGone = true
        }
        condition.broadcast()
    }
}
