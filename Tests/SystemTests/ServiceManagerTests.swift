import AMQP
import Broker
import Contract
import Dispatch
import Foundation
import Glibc
import TestKit
import Testing

/// What the daemon tells the service manager.
@Suite(.serialized)
struct ServiceManagerTests {
    @Test("READY comes when the consumers are confirmed, and not before; STATUS says why not")
    func readiness() async throws {
        try await Installation.with { installation in
            let socket = try NotifySocket(installation.folder + "/notify")
            let connection = try await Connection.open(
                Endpoint(url: installation.broker.url(user: "operator"))
            )
            let queue = installation.topology.queue(.reports)
            try await connection.declareQueue(QueueDeclaration(name: queue))
            let daemon = try installation.launch(environment: ["NOTIFY_SOCKET": socket.path])
            let waiting = try await socket.wait("a status that names the queue") { datagrams in
                datagrams.contains { $0.hasPrefix("STATUS=") && $0.contains(queue) }
            }
            #expect(!waiting.contains { $0.contains("READY=1") })
            #expect(waiting.contains { $0.hasPrefix("EXTEND_TIMEOUT_USEC=") })
            try await connection.deleteQueue(queue)
            try await socket.wait("READY=1") { $0.contains { $0.contains("READY=1") } }
            #expect(try daemon.page("/readyz")?.status == 200)
            for queue in InboundQueue.allCases {
                let status = try await connection.declareQueue(
                    QueueDeclaration(name: installation.topology.queue(queue), isPassive: true)
                )
                #expect(status.consumerCount == 1, "\(queue)")
            }
            try await socket.wait("a status with the throughput") { datagrams in
                datagrams.contains { $0.hasPrefix("STATUS=") && $0.contains("messages/s") }
            }
            await connection.close()
            try await daemon.stop()
        }
    }

    @Test("WATCHDOG while it works, RELOADING with the time in one datagram, STOPPING at the end")
    func life() async throws {
        try await Installation.with { installation in
            let socket = try NotifySocket(installation.folder + "/notify")
            let daemon = try installation.launch(
                environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "600000"])
            try await socket.wait("READY=1") { $0.contains { $0.contains("READY=1") } }
            try await socket.wait("WATCHDOG=1 again and again") { datagrams in
                datagrams.count { $0.contains("WATCHDOG=1") } >= 3
            }
            let before = monotonicMicroseconds()
            daemon.program.signal(SIGHUP)
            let reloaded = try await socket.wait("RELOADING=1, then READY=1") { datagrams in
                guard let index = datagrams.firstIndex(where: { $0.contains("RELOADING=1") })
                else { return false }
                return datagrams[index...].contains { $0.contains("READY=1") }
            }
            let datagram = try #require(reloaded.first { $0.contains("RELOADING=1") })
            let time = datagram.split(separator: "\n")
                .first { $0.hasPrefix("MONOTONIC_USEC=") }?.dropFirst(15)
            let microseconds = try #require(time.flatMap { Int($0) })
            #expect((before...monotonicMicroseconds()).contains(microseconds))
            try await daemon.stop()
            let all = try await socket.wait("STOPPING=1") {
                $0.contains { $0.contains("STOPPING=1") }
            }
            let stopping = try #require(all.first { $0.contains("STOPPING=1") })
            #expect(stopping.contains("EXTEND_TIMEOUT_USEC="))
        }
    }

    @Test("A reload before READY is carried out and not told: READY would be taken for the start's")
    func earlyReload() async throws {
        try await Installation.with { installation in
            let socket = try NotifySocket(installation.folder + "/notify")
            let connection = try await Connection.open(
                Endpoint(url: installation.broker.url(user: "operator"))
            )
            let queue = installation.topology.queue(.reports)
            try await connection.declareQueue(QueueDeclaration(name: queue))
            let daemon = try installation.launch(environment: ["NOTIFY_SOCKET": socket.path])
            try await socket.wait("a status that names the queue") { datagrams in
                datagrams.contains { $0.hasPrefix("STATUS=") && $0.contains(queue) }
            }
            daemon.program.signal(SIGHUP)
            try await daemon.program.waitForLine(containing: "the configuration was read again")
            try await connection.deleteQueue(queue)
            try await daemon.becomeReady()
            let all = try await socket.wait("READY=1") { $0.contains { $0.contains("READY=1") } }
            #expect(!all.contains { $0.contains("RELOADING=1") })
            let ready = try #require(all.firstIndex { $0.contains("READY=1") })
            #expect(all[ready...].allSatisfy { !$0.contains(queue) }, "\(all)")
            await connection.close()
            try await daemon.stop()
        }
    }

    private func monotonicMicroseconds() -> Int {
        Int(DispatchTime.now().uptimeNanoseconds / 1000)
    }
}

/// The service manager's end of `NOTIFY_SOCKET`.
actor NotifySocket {
    nonisolated let path: String
    private let descriptor: Int32
    private var datagrams: [String] = []

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard descriptor >= 0, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Unmet("no socket at \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw Unmet("cannot listen at \(path): error \(errno)") }
    }

    deinit {
        close(descriptor)
    }

    /// Receives until the datagrams are as expected, and returns all that came until now.
    @discardableResult
    func wait(
        _ expectation: String,
        withinSeconds limit: Double = 30,
        until isMet: @Sendable ([String]) -> Bool
    ) async throws -> [String] {
        let deadline = Patience.deadline(limit)
        while !isMet(datagrams) {
            guard ContinuousClock.now < deadline else {
                throw Unmet("not within \(limit) s: \(expectation); came: \(datagrams)")
            }
            if let datagram = try await next() { datagrams.append(datagram) }
        }
        return datagrams
    }

    /// The next datagram; nil when there is none within a second.
    private func next() async throws -> String? {
        let descriptor = descriptor
        return try await blocking {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 1000) > 0 else { return nil }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
        }
    }
}
