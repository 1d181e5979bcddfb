import Contract
import Glibc
import Settings

/// What the daemon says of itself over HTTP.
enum HealthProbe {
    struct Reason {
        let component: String
        let reason: String
        /// RFC 3339.
        let since: String
    }

    enum Answer {
        /// What somebody should see to all the same.
        case ready([Reason])
        case notReady([Reason])
        /// Nobody answers, or somebody else; why.
        case none(String)
    }

    private static let timeoutSeconds = 5

    /// Asks for `/readyz`. Blocks for some seconds at most.
    static func ask(_ address: ListenAddress) -> Answer {
        guard address.port != 0 else {
            return .none("http.listen leaves the port to the system: name one")
        }
        guard let response = fetch("/readyz", address) else {
            return .none(
                "nobody answers at http://\(address): is registrard running, and is http.listen "
                    + "the same?"
            )
        }
        return read(response)
            ?? .none("what answers at http://\(address)/readyz is not registrard; see http.listen")
    }

    /// An answer over HTTP.
    struct Response {
        let status: Int
        let head: String
        let body: [UInt8]

        /// Nil for none.
        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n") {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == name else { continue }
                return parts[1].trimmingPrefix { $0 == " " }.description
            }
            return nil
        }
    }

    /// Asks for a page. Blocks for some seconds at most. Nil when nobody answers who speaks HTTP.
    static func fetch(_ path: String, _ address: ListenAddress) -> Response? {
        guard address.port != 0, let response = get(path, address) else { return nil }
        let text = String(decoding: response, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 "), let end = text.firstRange(of: "\r\n\r\n"),
            let status = Int(text.dropFirst(9).prefix(3))
        else { return nil }
        return Response(
            status: status,
            head: String(text[..<end.lowerBound]),
            body: Array(text[end.upperBound...].utf8)
        )
    }

    private static func read(_ response: Response) -> Answer? {
        guard case .object(let object)? = json(response.body),
            case .boolean(let isReady) = object["ready"],
            case .array(let reasons) = object["reasons"]
        else { return nil }
        let read = reasons.compactMap { value -> Reason? in
            guard case .object(let reason) = value,
                case .string(let component) = reason["component"],
                case .string(let text) = reason["reason"],
                case .string(let since) = reason["since"]
            else { return nil }
            return Reason(component: component, reason: text, since: since)
        }
        return isReady ? .ready(read) : .notReady(read)
    }

    private static func json(_ body: [UInt8]) -> JSONValue? {
        do {
            return try JSONValue(parsing: body)
        } catch {
            // Another program's page: the caller says so.
            return nil
        }
    }

    /// The whole response; nil when there is none.
    private static func get(_ path: String, _ address: ListenAddress) -> [UInt8]? {
        guard let descriptor = connect(address) else { return nil }
        defer { close(descriptor) }
        let request = "GET \(path) HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n"
        let size = request.utf8.count
        guard send(descriptor, request, size, Int32(MSG_NOSIGNAL)) == size else { return nil }
        var response: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while response.count < 1_000_000 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            response += buffer[..<count]
        }
        return response
    }

    private static func connect(_ address: ListenAddress) -> Int32? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, "\(address.port)", &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        var entry = list
        while let candidate = entry?.pointee {
            entry = candidate.ai_next
            let descriptor = socket(
                candidate.ai_family,
                candidate.ai_socktype | Int32(SOCK_CLOEXEC.rawValue),
                candidate.ai_protocol
            )
            guard descriptor >= 0 else { continue }
            // On Linux the limit for sending is also the one for connecting.
            var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
            let size = socklen_t(MemoryLayout<timeval>.size)
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
            if Glibc.connect(descriptor, candidate.ai_addr, candidate.ai_addrlen) == 0 {
                return descriptor
            }
            close(descriptor)
        }
        return nil
    }
}
