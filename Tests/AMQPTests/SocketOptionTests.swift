import AMQP
import Glibc
import TestKit
import Testing

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

    /// TCP_USER_TIMEOUT in milliseconds of this process's connections to a port, as the system has it.
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
