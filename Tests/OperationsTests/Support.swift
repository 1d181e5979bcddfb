import Dispatch
import Glibc
import Logging
import ServiceLifecycle
import Synchronization

@testable import Operations

/// A clock that stands until it is turned.
final class ManualClock: Sendable {
    private let time = Mutex(
        (monotonic: Duration.zero, sinceEpoch: Duration.seconds(1_767_225_600))
    )

    var clock: OperationsClock {
        OperationsClock(
            monotonic: { self.time.withLock { $0.monotonic } },
            sinceEpoch: { self.time.withLock { $0.sinceEpoch } }
        )
    }

    func advance(by duration: Duration) {
        time.withLock {
            $0.monotonic += duration
            $0.sinceEpoch += duration
        }
    }
}

/// A box that several threads fill.
final class Collected<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }

    func append(_ element: Element) { elements.withLock { $0.append(element) } }
}

struct SocketFailure: Error {
    let step: String
    let code: CInt
}

/// Runs what blocks away from the threads of the tasks, which a server needs.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
{
    try await withCheckedThrowingContinuation { done in
        DispatchQueue.global().async { done.resume(with: Result { try body() }) }
    }
}

/// One request over a connection of its own; gives everything that came back.
func exchange(port: Int, request: String) async throws -> String {
    try await onThread { try exchangeBlocking(port: port, request: request) }
}

private func exchangeBlocking(port: Int, request: String) throws -> String {
    let client = try Client(port: port)
    try client.send(request)
    return try client.receiveAll()
}

/// A connection to the server of which a test sends what it likes.
///
/// The limit is for a server that never answers: it is longer than a machine that does everything
/// at once stands still.
final class Client {
    private let descriptor: CInt

    init(port: Int) throws {
        descriptor = try Self.connected(to: port)
    }

    deinit { close(descriptor) }

    private static func connected(to port: Int) throws -> CInt {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SocketFailure(step: "socket", code: errno) }
        var timeout = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &timeout,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            let code = errno
            close(descriptor)
            throw SocketFailure(step: "connect", code: code)
        }
        return descriptor
    }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count else {
            throw SocketFailure(step: "send", code: errno)
        }
    }

    /// Everything until the server closes the connection.
    func receiveAll() throws -> String {
        var answer: [UInt8] = []
        while true {
            let part = try receive()
            if part.isEmpty { return String(decoding: answer, as: UTF8.self) }
            answer += part
        }
    }

    /// What comes next; nothing once the server has closed the connection.
    func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        // A server that closes while something is on the way to it resets the connection.
        if count < 0, errno == ECONNRESET { return [] }
        guard count >= 0 else { throw SocketFailure(step: "receive", code: errno) }
        return Array(buffer[..<count])
    }
}

/// Runs a server on a free port for as long as `body` takes, then ends it as the daemon does.
func withServer(
    registry: MetricsRegistry,
    health: HealthState,
    pages: [String: @Sendable () -> HTTPPage],
    hosts: [String] = [],
    limits: ConnectionGate.Limits = ConnectionGate.Limits(),
    _ body: @Sendable @escaping (Int) async throws -> Void
) async throws {
    let (ports, listening) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    var server = OperationsServer(
        host: "127.0.0.1",
        port: 0,
        hosts: hosts,
        registry: registry,
        health: health,
        pages: pages,
        logger: logger
    ) { listening.yield($0) }
    server.limits = limits
    let group = ServiceGroup(
        configuration: .init(services: [.init(service: server)], logger: logger)
    )
    try await withThrowingTaskGroup { tasks in
        tasks.addTask {
            defer { listening.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        if let port = await iterator.next() { try await body(port) }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

/// A bound datagram socket, as systemd has one.
final class DatagramSocket {
    private let descriptor: CInt

    /// - Parameter name: A path, or `@` and an abstract name.
    init(name: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { throw SocketFailure(step: "socket", code: errno) }
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &timeout,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(name.utf8)
        if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(2 + path.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard bound == 0 else { throw SocketFailure(step: "bind", code: errno) }
    }

    deinit { close(descriptor) }

    /// The next datagram; waits for it, at most ten seconds.
    func receive() throws -> String {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw SocketFailure(step: "receive", code: errno) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
