import Glibc
import TestKit
import Testing

@testable import AMQP

/// What the library leaves to the socket.
@Suite struct SocketOptionTests {
    /// librabbitmq's sends have no time limit of their own.
    @Test func unacknowledgedDataIsGivenUpByTheSystem() async throws {
        let broker = try await sharedBroker()
        try await withConnection { _ in
            let timeouts = Self.userTimeouts(ofSocketsTo: broker.port)
            // Tests beside this one may be about to set theirs.
            #expect(timeouts.contains { $0 > 0 && $0 <= 60_000 })
        }
    }

    /// A blocked broker does not read, which is not the end of the connection: neither the kernel
    /// nor a heartbeat that waits for room may end it. What was written before fills every buffer.
    @Test func aBlockedBrokerMayLeaveDataUnread() async throws {
        let server = try FakeServer { peer in
            try peer.handshake()
            try peer.expect(Method.confirmSelect)
            try peer.method(Method.confirmSelectOk)
            try peer.expect(Method.basicPublish)
            let reason = Wired().short("low on memory")
            try peer.method(Method.connectionBlocked, channel: 0, reason)
            // Longer than the two heartbeats after which the kernel would cut the connection.
            for _ in 0..<12 {
                try peer.send(type: 8, channel: 0, Wired())
                try peer.waitForHangUp(milliseconds: 500)
            }
            try peer.method(Method.connectionUnblocked, channel: 0)
            for number in UInt64(1)...8 {
                if number > 1 { try peer.expect(Method.basicPublish) }
                try peer.method(Method.basicAck, Wired().u64(number).u8(0))
            }
            while true { _ = try peer.receiveFrame() }
        }
        let connection = try await Connection.open(
            Endpoint(host: "127.0.0.1", port: server.port, user: "u", password: "p"),
            options: ConnectionOptions(
                heartbeatSeconds: 1,
                timeoutSeconds: 60,
                connectTimeoutSeconds: 60
            )
        )
        try await connection.confirmSelect()
        #expect(Set(Self.userTimeouts(ofSocketsTo: server.port)) == [2000])
        try await connection.publish(
            (UInt64(1)...8).map {
                Publication(
                    token: $0,
                    exchange: "",
                    routingKey: "q",
                    body: [UInt8](repeating: 1, count: 100_000)
                )
            }
        )
        _ = try await connection.notice { $0 == .blocked(reason: "low on memory") }
        #expect(Set(Self.userTimeouts(ofSocketsTo: server.port)) == [0])
        _ = try await connection.notice { $0 == .unblocked }
        #expect(Set(Self.userTimeouts(ofSocketsTo: server.port)) == [2000])
        #expect(try await connection.results(8).map(\.token).sorted() == Array(1...8))
        connection.abort()
    }

    /// As when a process has no descriptor left.
    @Test func aSocketThatCannotBeGuardedIsNotUsed() throws {
        let error = #expect(throws: AMQPError.self) {
            try SocketGuard().adopt(-1, checkingEverySeconds: 1, attempt: "connecting")
        }
        #expect(error?.code == .cannotConnect)
    }

    /// TCP_USER_TIMEOUT in milliseconds of this process's connections to a port, as the system has
    /// it.
    private static func userTimeouts(ofSocketsTo port: Int) -> [UInt32] {
        (0..<Int32(1024)).compactMap { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getpeername(descriptor, $0, &length)
                }
            }
            guard status == 0, Int32(address.sin_family) == AF_INET,
                Int(UInt16(bigEndian: address.sin_port)) == port
            else { return nil }
            var milliseconds: UInt32 = 0
            var size = socklen_t(MemoryLayout<UInt32>.size)
            let read = getsockopt(
                descriptor,
                Int32(IPPROTO_TCP),
                TCP_USER_TIMEOUT,
                &milliseconds,
                &size
            )
            return read == 0 ? milliseconds : nil
        }
    }
}
