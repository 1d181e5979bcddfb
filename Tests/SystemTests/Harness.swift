import AMQP
import Broker
import Domain
import Foundation
import Glibc
import Storage
import Synchronization
import TestKit
import Testing

/// Everything that one test needs: a prefix on a broker, a folder with configuration and store, the
/// daemon's page address, and people who send and collect.
final class Installation: Sendable {
    let broker: PrivateBroker
    let topology: Topology
    let folder: String
    let port: Int
    let portal: Sender
    let customs: Sender
    let exciseOffice: Sender
    let collector: Collector
    private let programs = Mutex<[RunningProgram]>([])

    var prefix: String { topology.prefix }
    var configurationPath: String { folder + "/registrard.yaml" }
    var storePath: String { storeFolder + "/registrar.sqlite" }
    var storeFolder: String { folder + "/store" }

    /// Whether nobody wants the broker afterwards.
    private let isBrokerDisposable: Bool

    private init(_ broker: PrivateBroker, prefix: String?, watchesStatus: Bool) throws {
        self.broker = broker
        isBrokerDisposable = prefix != nil
        topology = Topology(
            prefix: prefix ?? "t\(UUID().uuidString.lowercased().prefix(8))"
        )
        folder = NSTemporaryDirectory() + "/registrar-system-" + UUID().uuidString
        port = try freePort()
        portal = Sender("ntp-portal", broker, exchange: topology.inboundExchange)
        customs = Sender("customs-backoffice", broker, exchange: topology.inboundExchange)
        exciseOffice = Sender("excise-office", broker, exchange: topology.inboundExchange)
        collector = Collector(broker, topology, topics: watchesStatus ? Collector.topics : [])
        try FileManager.default.createDirectory(
            atPath: storeFolder,
            withIntermediateDirectories: true
        )
        try configure()
    }

    /// Makes an installation, hands it over, and takes everything away whatever happens. When the
    /// test fails, what the daemons said comes with the failure.
    ///
    /// - Parameters:
    ///   - broker: the one that all tests share if nil.
    ///   - prefix: on a broker that is thrown away afterwards, a certain one.
    static func with(
        broker: PrivateBroker? = nil,
        prefix: String? = nil,
        watchesStatus: Bool = true,
        _ body: (Installation) async throws -> Void
    ) async throws {
        let broker =
            if let broker { broker } else { try await blocking { try PrivateBroker.shared() } }
        let installation = try Installation(broker, prefix: prefix, watchesStatus: watchesStatus)
        do {
            try await body(installation)
        } catch {
            let said = installation.programs.withLock { programs in
                programs.map { String($0.stderr.suffix(4000)) }.joined(separator: "\n--\n")
            }
            await installation.remove()
            throw Unmet("\(error); the daemon said:\n\(said)")
        }
        await installation.remove()
    }

    private func remove() async {
        for program in programs.withLock(\.self) { program.signal(SIGKILL) }
        await collector.stop()
        do {
            if !isBrokerDisposable {
                let connection = try await Connection.open(
                    Endpoint(url: broker.url(user: "operator")),
                    options: ConnectionOptions(connectTimeoutSeconds: Patience.seconds(10))
                )
                try await topology.delete(on: connection)
                await connection.close()
            }
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            Issue.record(error, "clearing up after a test")
        }
    }

    // MARK: Configuration

    static let publishers = """
        ntp-portal: [portal], customs-backoffice: [customs-authority], \
        excise-office: [excise-office], provisioner: [provisioner], operator: [operator]
        """

    /// Writes the configuration file.
    ///
    /// - Parameters:
    ///   - publishers: the entries of the map of that name.
    ///   - broker: more entries of the section of that name.
    ///   - url: the broker's, as the user registrard if nil.
    ///   - more: further sections.
    func configure(
        publishers: String = Installation.publishers,
        broker entries: String? = nil,
        url: String? = nil,
        more: String = ""
    ) throws {
        let url = url ?? broker.url(user: "registrard")
        try write(
            """
            broker: { url: "\(url)", prefix: \(prefix)\(entries.map { ", " + $0 } ?? "") }
            store: { path: \(storePath) }
            http: { listen: "127.0.0.1:\(port)" }
            publishers: { \(publishers) }
            notifications: { templates: \(Self.templates) }
            \(more)

            """,
            to: configurationPath
        )
    }

    func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    static let templates = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Config/templates").path

    // MARK: The daemon

    /// Starts the daemon, and does not wait for it.
    func launch(
        arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> Daemon {
        let program = try RunningProgram(
            "registrard",
            arguments: ["--config", configurationPath] + arguments,
            environment: environment
        )
        programs.withLock { $0.append(program) }
        return Daemon(program: program, port: port)
    }

    /// Starts the daemon and waits until it takes messages.
    func start(environment: [String: String] = [:]) async throws -> Daemon {
        let daemon = try launch(environment: environment)
        try await daemon.becomeReady()
        return daemon
    }

    /// Starts daemon and collector: what most tests begin with.
    func startAll() async throws -> Daemon {
        let daemon = try await start()
        try await collector.start()
        return daemon
    }

    func sender(_ user: String) -> Sender {
        Sender(user, broker, exchange: topology.inboundExchange)
    }

    // MARK: What is stored

    func reader() throws -> SQLiteRegisterReader { try SQLiteRegisterReader(path: storePath) }

    func request(_ identifier: String) throws -> Request? {
        try reader().request(RequestIdentifier(#require(UniversalIdentifier(identifier))))
    }

    func journal() throws -> [JournalRecord] { try reader().journal(after: 0, limit: 1_000_000) }

    /// Waits until everything that is in the outbox has been confirmed.
    func outboxEmpties(withinSeconds limit: Double = 30) async throws {
        try await eventually("an empty outbox, \(unsettled)", withinSeconds: limit) {
            try reader().figures().outboxPending == 0 ? () : nil
        }
    }

    private var unsettled: String {
        guard let rows = try? reader().unsettledMessages(parked: false, limit: 5) else { return "" }
        return rows.map { "\($0.routingKey) of \($0.createdAt) still there" }
            .joined(separator: ", ")
    }

    /// Waits until the daemon has dealt with so many deliveries since its start and has sent all
    /// that follows, and returns everything that was collected.
    func settle(_ daemon: Daemon, deliveries: Int) async throws -> [Received] {
        try await eventually("\(deliveries) deliveries dealt with") {
            try daemon.metric("registrar_batch_size_sum") >= Double(deliveries) ? () : nil
        }
        try await outboxEmpties()
        return try await collector.drain()
    }
}

/// A daemon that runs.
struct Daemon: Sendable {
    let program: RunningProgram
    let port: Int

    var isRunning: Bool { Glibc.kill(program.processIdentifier, 0) == 0 }

    /// Waits until `/readyz` says so.
    func becomeReady(withinSeconds limit: Double = 30) async throws {
        try await eventually("ready, \(lastReadiness)", withinSeconds: limit) {
            guard isRunning else { throw Unmet("the daemon ended: \(program.stderr)") }
            return try page("/readyz")?.status == 200 ? () : nil
        }
    }

    private var lastReadiness: String { (try? page("/readyz")?.body) ?? "no answer" }

    /// Waits until `/readyz` says that it is not, with a reason that contains `text`.
    @discardableResult
    func becomeUnready(because text: String, withinSeconds limit: Double = 30) async throws
        -> String
    {
        try await eventually("not ready because of \(text)", withinSeconds: limit) {
            guard let page = try page("/readyz"), page.status == 503, page.body.contains(text)
            else { return nil }
            return page.body
        }
    }

    /// Asks it to end, which it must do in good order within 10 seconds.
    func stop() async throws {
        program.signal(SIGTERM)
        let status = try await program.waitForEnd(timeoutSeconds: 10)
        // What a crash says stands before its backtrace.
        let said = program.stderr.split(separator: "\n").filter { $0.contains("Fatal error") }
        #expect(status == 0, "\(said.joined(separator: "\n"))\n\(program.stderr.suffix(2000))")
    }

    func kill() async throws {
        program.signal(SIGKILL)
        #expect(try await program.waitForEnd(timeoutSeconds: 10) == 128 + SIGKILL)
    }

    // MARK: Its pages

    struct Page {
        let status: Int
        let body: String
    }

    /// Nil when nobody answers.
    func page(_ path: String) throws -> Page? {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard connection >= 0 else { throw Unmet("no socket is to be had: error \(errno)") }
        defer { close(connection) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(
            connection,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var address = loopback(port)
        let connected = withSocketAddress(&address) { connect(connection, $0, $1) }
        guard connected == 0 else { return nil }
        let question = Array(
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8
        )
        guard send(connection, question, question.count, Int32(MSG_NOSIGNAL)) > 0 else {
            return nil
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let status = text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
        return Page(status: status ?? 0, body: String(text[end.upperBound...]))
    }

    /// The sum of a metric's samples whose labels contain all of `labels`, such as
    /// `queue="reports"`.
    func metric(_ name: String, _ labels: String...) throws -> Double { try sum(name, labels) }

    func sum(_ name: String, _ labels: [String]) throws -> Double {
        guard let page = try page("/metrics") else { return .nan }
        return page.body.split(separator: "\n").filter { line in
            (line.hasPrefix(name + "{") || line.hasPrefix(name + " "))
                && labels.allSatisfy { line.contains($0) }
        }.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    /// A figure of `/proc/<pid>/status` in KiB, such as `VmHWM`.
    func memory(_ name: String) throws -> Int {
        let status = try String(
            contentsOfFile: "/proc/\(program.processIdentifier)/status",
            encoding: .utf8
        )
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return try #require(line?.split(whereSeparator: \.isWhitespace)[1]).description.number
    }
}

extension String {
    fileprivate var number: Int {
        get throws { try #require(Int(self)) }
    }
}

private func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
}

private func withSocketAddress<Result>(
    _ address: inout sockaddr_in,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}

/// A port that nobody has now, and that the kernel gives to no client: those begin at 32768. The
/// private brokers take theirs from 20000 on.
func freePort() throws -> Int {
    for _ in 0..<500 {
        let port = 12_000 + nextPort.wrappingAdd(1, ordering: .relaxed).newValue % 8000
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(probe) }
        var address = loopback(port)
        if withSocketAddress(&address, { bind(probe, $0, $1) }) == 0 { return port }
    }
    throw Unmet("no port between 12000 and 19999 is free")
}

private let nextPort = Atomic(Int.random(in: 0..<8000))
