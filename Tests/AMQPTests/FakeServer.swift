import Foundation
import Glibc
import Synchronization
import Testing

/// A server for what a real broker cannot be made to do: it runs a script for one connection.
final class FakeServer: Sendable {
    let port: Int
    private let listener: Int32
    private let peerDescriptor = Mutex<Int32>(-1)

    /// Listens on loopback. The script runs on a thread of its own; when it returns, the connection
    /// stays open until the server is released.
    init(_ script: @escaping @Sendable (Peer) throws -> Void) throws {
        // Not inherited by the programs that other tests start: it would stay open there.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        listener = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        // A small window, so that a peer that does not read is noticed soon.
        var bufferBytes: Int32 = 16_384
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVBUF,
            &bufferBytes,
            socklen_t(MemoryLayout<Int32>.size)
        )
        let status = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(descriptor, pointer, length) + listen(descriptor, 1)
                + getsockname(descriptor, pointer, &length)
        }
        try #require(status == 0)
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [weak self] in
            let accepted = accept(descriptor, nil, nil)
            guard accepted >= 0, let self else { return }
            _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
            self.peerDescriptor.withLock { $0 = accepted }
            do {
                try script(Peer(descriptor: accepted))
            } catch is Peer.Gone {
                // The client has closed the connection, as scripts expect.
            } catch {
                Issue.record(error)
            }
        }
        thread.start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
        peerDescriptor.withLock { descriptor in
            if descriptor >= 0 {
                shutdown(descriptor, Int32(SHUT_RDWR))
                Glibc.close(descriptor)
            }
        }
    }
}

/// The client, as the fake server sees it.
struct Peer {
    struct Gone: Error {}

    struct Frame {
        var type: UInt8
        var channel: UInt16
        var payload: [UInt8]

        /// Class and method, such as 0x003C0028 for basic.publish.
        var method: UInt32 {
            payload.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    let descriptor: Int32

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Gone() }
            sent += count
        }
    }

    func send(type: UInt8 = 1, channel: UInt16, _ payload: Wired) throws {
        try send(Wired().u8(type).u16(channel).long(payload.bytes).u8(0xCE).bytes)
    }

    func method(_ identifier: UInt32, channel: UInt16 = 1, _ arguments: Wired = Wired()) throws {
        try send(channel: channel, Wired().u32(identifier).raw(arguments.bytes))
    }

    func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            let step = bytes[received...].withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            guard step > 0 else { throw Gone() }
            received += step
        }
        return bytes
    }

    /// Lets time pass, as between two heartbeats.
    func waitForHangUp(milliseconds: Int32) throws {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        guard poll(&entry, 1, milliseconds) == 0 else { throw Gone() }
    }

    func receiveFrame() throws -> Frame {
        let head = try receive(7)
        let size = head[3...].reduce(0) { $0 << 8 | Int($1) }
        let payload = try receive(size + 1)
        return Frame(
            type: head[0],
            channel: UInt16(head[1]) << 8 | UInt16(head[2]),
            payload: Array(payload.dropLast())
        )
    }

    /// Reads until that method comes.
    @discardableResult
    func expect(_ method: UInt32) throws -> Frame {
        while true {
            let frame = try receiveFrame()
            if frame.type == 1, frame.method == method { return frame }
        }
    }

    /// The login and the opening of a channel. Returns the client's start-ok.
    @discardableResult
    func handshake(
        heartbeatSeconds: UInt16 = 60,
        frameMaximumBytes: UInt32 = 131_072
    ) throws -> Frame {
        _ = try receive(8)
        try method(
            Method.connectionStart,
            channel: 0,
            Wired().u8(0).u8(9).u32(0).long(Array("PLAIN".utf8)).long(Array("en_US".utf8))
        )
        let startOk = try receiveFrame()
        try method(
            Method.connectionTune,
            channel: 0,
            Wired().u16(2047).u32(frameMaximumBytes).u16(heartbeatSeconds)
        )
        try expect(Method.connectionOpen)
        try method(Method.connectionOpenOk, channel: 0, Wired().short(""))
        try expect(Method.channelOpen)
        try method(Method.channelOpenOk, Wired().long([]))
        return startOk
    }
}

/// Class and method numbers of AMQP 0-9-1.
enum Method {
    static let connectionStart: UInt32 = 0x000A_000A
    static let connectionTune: UInt32 = 0x000A_001E
    static let connectionOpen: UInt32 = 0x000A_0028
    static let connectionOpenOk: UInt32 = 0x000A_0029
    static let connectionClose: UInt32 = 0x000A_0032
    static let connectionCloseOk: UInt32 = 0x000A_0033
    static let connectionBlocked: UInt32 = 0x000A_003C
    static let connectionUnblocked: UInt32 = 0x000A_003D
    static let channelOpen: UInt32 = 0x0014_000A
    static let channelOpenOk: UInt32 = 0x0014_000B
    static let channelClose: UInt32 = 0x0014_0028
    static let exchangeDeclare: UInt32 = 0x0028_000A
    static let queueDeclare: UInt32 = 0x0032_000A
    static let queueDeclareOk: UInt32 = 0x0032_000B
    static let basicQos: UInt32 = 0x003C_000A
    static let basicQosOk: UInt32 = 0x003C_000B
    static let basicConsume: UInt32 = 0x003C_0014
    static let basicConsumeOk: UInt32 = 0x003C_0015
    static let basicPublish: UInt32 = 0x003C_0028
    static let basicReturn: UInt32 = 0x003C_0032
    static let basicDeliver: UInt32 = 0x003C_003C
    static let basicAck: UInt32 = 0x003C_0050
    static let basicNack: UInt32 = 0x003C_0078
    static let confirmSelect: UInt32 = 0x0055_000A
    static let confirmSelectOk: UInt32 = 0x0055_000B
}

/// Builds what goes over the wire.
struct Wired {
    var bytes: [UInt8] = []

    func raw(_ more: [UInt8]) -> Wired { Wired(bytes: bytes + more) }
    func u8(_ value: UInt8) -> Wired { raw([value]) }
    func u16(_ value: UInt16) -> Wired { raw([UInt8(value >> 8), UInt8(value & 0xFF)]) }
    func u32(_ value: UInt32) -> Wired {
        u16(UInt16(value >> 16)).u16(UInt16(value & 0xFFFF))
    }
    func u64(_ value: UInt64) -> Wired {
        u32(UInt32(value >> 32)).u32(UInt32(value & 0xFFFF_FFFF))
    }
    func short(_ text: String) -> Wired { u8(UInt8(text.utf8.count)).raw(Array(text.utf8)) }
    func long(_ content: [UInt8]) -> Wired { u32(UInt32(content.count)).raw(content) }
}
