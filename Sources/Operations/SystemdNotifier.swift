import Glibc
import Synchronization

/// What the daemon tells systemd, as sd_notify(3) defines it.
public enum SystemdNotification: Sendable, Equatable {
    /// Start-up, or a reload, is complete.
    case ready
    /// A reload begins, at this time of CLOCK_MONOTONIC; both go in one datagram.
    case reloading(monotonicMicroseconds: Int)
    /// The daemon is shutting down.
    case stopping
    /// One line for `systemctl status`.
    case status(String)
    /// The daemon is alive.
    case watchdog
    /// Whatever goes on needs this much more time.
    case extendTimeout(Duration)

    var text: String {
        switch self {
        case .ready: return "READY=1"
        case .reloading(let microseconds):
            return "RELOADING=1\nMONOTONIC_USEC=\(microseconds)"
        case .stopping: return "STOPPING=1"
        case .watchdog: return "WATCHDOG=1"
        case .extendTimeout(let duration):
            return "EXTEND_TIMEOUT_USEC=\(max(0, duration.wholeMicroseconds))"
        case .status(let status):
            // A line break would begin an assignment of its own.
            var line = "STATUS="
            Escaping.append(status, to: &line, quotes: false)
            return line
        }
    }
}

extension Duration {
    var wholeMicroseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    }
}

/// Why systemd could not be told.
public struct SystemdNotifierError: Error, Sendable, Equatable, CustomStringConvertible {
    public let socket: String
    public let reason: String

    public var description: String {
        "cannot notify systemd at \(socket): \(reason); set NotifyAccess=main in the unit"
    }
}

/// Speaks to systemd through the socket that `NOTIFY_SOCKET` names, without its library.
/// Does nothing when the variable is absent. Safe to use from any thread.
public final class SystemdNotifier: Sendable {
    /// Longer than systemd ever needs to take a datagram, shorter than any watchdog.
    private static let sendTimeoutSeconds = 1

    private let socketName: String?
    private let clock: OperationsClock
    private let onFirstError: @Sendable (SystemdNotifierError) -> Void
    private let hasFailed = Atomic(false)

    /// How often `WATCHDOG=1` is due at the latest; nil without a watchdog. Half of it is the
    /// usual interval.
    public let watchdogInterval: Duration?

    /// - Parameters:
    ///   - processID: The process's own when nil.
    ///   - environment: Looked at for `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    ///   - onFirstError: Told of the first error only; later ones would say the same.
    public init(
        environment: [String: String],
        processID: Int? = nil,
        clock: OperationsClock = .system,
        onFirstError: @escaping @Sendable (SystemdNotifierError) -> Void = { _ in }
    ) {
        self.clock = clock
        self.onFirstError = onFirstError
        socketName = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        // The variables may be meant for a parent process.
        let isMeant =
            environment["WATCHDOG_PID"].map { $0 == String(processID ?? Int(getpid())) } ?? true
        watchdogInterval = environment["WATCHDOG_USEC"].flatMap { text in
            guard isMeant, let microseconds = Int(text), microseconds > 0 else { return nil }
            return .microseconds(microseconds)
        }
    }

    /// Whether anybody listens.
    public var isActive: Bool { socketName != nil }

    /// The beginning of a reload, now.
    public var reloading: SystemdNotification {
        .reloading(monotonicMicroseconds: clock.monotonic().wholeMicroseconds)
    }

    /// Sends the notifications in one datagram; gives the error if that fails.
    @discardableResult
    public func notify(_ notifications: SystemdNotification...) -> SystemdNotifierError? {
        guard let socketName, !notifications.isEmpty else { return nil }
        let datagram = notifications.map(\.text).joined(separator: "\n")
        do throws(SystemdNotifierError) {
            try Self.send(Array(datagram.utf8), to: socketName)
            return nil
        } catch {
            if !hasFailed.exchange(true, ordering: .relaxed) { onFirstError(error) }
            return error
        }
    }

    private static func send(_ bytes: [UInt8], to name: String) throws(SystemdNotifierError) {
        func failure(_ reason: String) -> SystemdNotifierError {
            SystemdNotifierError(socket: name, reason: reason)
        }
        var (address, length) = try self.address(of: name)
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: sendTimeoutSeconds, tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_SNDTIMEO,
            &timeout,
            socklen_t(MemoryLayout<timeval>.size)
        )
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                var sent = -1
                repeat {
                    sent = sendto(
                        descriptor,
                        bytes,
                        bytes.count,
                        CInt(MSG_NOSIGNAL),
                        address,
                        length
                    )
                } while sent < 0 && errno == EINTR
                return sent
            }
        }
        guard sent == bytes.count else { throw failure(String(cString: strerror(errno))) }
    }

    /// The address of a path, or of a name in the abstract namespace, which begins with `@`.
    private static func address(
        of name: String
    ) throws(SystemdNotifierError) -> (sockaddr_un, socklen_t) {
        var path = Array(name.utf8)
        let isAbstract = path.first == UInt8(ascii: "@")
        guard isAbstract || path.first == UInt8(ascii: "/") else {
            throw SystemdNotifierError(
                socket: name,
                reason: "neither a path nor an abstract name"
            )
        }
        if isAbstract { path[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.count < capacity else {
            throw SystemdNotifierError(socket: name, reason: "the name is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        // A path counts with the zero behind it, an abstract name exactly.
        return (address, socklen_t(offset + path.count + (isAbstract ? 0 : 1)))
    }
}
