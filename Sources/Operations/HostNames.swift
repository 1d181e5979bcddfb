import NIOCore

/// The names by which the HTTP server may be asked for.
///
/// A page of somebody else's that a person has open beside the status page could have its own name
/// lead to this machine, and then read what is served here (DNS rebinding). Such a request names
/// the other host; it is not answered.
struct HostNames: Sendable {
    /// What a request names as the host, and by which address it has come.
    struct Question {
        /// The values of all its `Host` fields.
        let fields: [String]
        /// The request's target, such as `/livez` or `http://localhost/livez`.
        let target: String
        /// Whether its version of HTTP is one that demands the field: 1.1 does, 1.0 does not know
        /// it.
        let needsField: Bool
        /// The address of this machine that it was sent to; nil if unknown.
        let localAddress: String?
    }

    enum Verdict: Equatable {
        case answered
        /// Not as HTTP demands.
        case malformed
        /// It is meant for another host.
        case misdirected
    }

    private static let loopback = ["localhost", "127.0.0.1", "::1"]

    private let names: Set<String>

    /// - Parameters:
    ///   - listen: The name or address that is listened on.
    ///   - further: More names that lead here.
    init(listen: String, further: [String]) {
        names = Set((Self.loopback + [listen] + further).map(Self.canonical))
    }

    func verdict(on question: Question) -> Verdict {
        // RFC 9112 §3.2: exactly one, in HTTP/1.1.
        guard question.fields.count <= 1 else { return .malformed }
        guard !question.fields.isEmpty || !question.needsField else { return .malformed }
        // RFC 9112 §3.2.2: a target with a host of its own counts, whatever the field says.
        let asked = question.fields + [Self.authority(of: question.target)].compactMap(\.self)
        let own = question.localAddress.map(Self.canonical)
        for text in asked {
            guard let host = Self.host(in: text) else { return .misdirected }
            let name = Self.canonical(host)
            guard names.contains(name) || name == own else { return .misdirected }
        }
        return .answered
    }

    /// The host of `host`, `host:port`, `[v6]` or `[v6]:port`; nil for anything else.
    static func host(in text: String) -> String? {
        var host = Substring(text)
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard host.contains(":") else { return nil }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        // Which port it says does not matter: it may be another one's, forwarded to here.
        let isPort = port.map { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } } ?? true
        return host.isEmpty || !isPort ? nil : String(host)
    }

    /// What stands between `http://` and the path; nil for a target that has no such thing.
    private static func authority(of target: String) -> String? {
        guard !target.hasPrefix("/"), let scheme = target.firstRange(of: "://") else { return nil }
        return String(target[scheme.upperBound...].prefix { !"/?#".contains($0) })
    }

    /// One spelling of each name: in lower case, addresses as the system writes them.
    private static func canonical(_ name: String) -> String {
        var address = name.lowercased()
        // An IPv4 client on a socket that takes both.
        if address.hasPrefix("::ffff:"), address.contains(".") { address.removeFirst(7) }
        do {
            return try SocketAddress(ipAddress: address, port: 0).ipAddress ?? address
        } catch {
            // A name.
            return address
        }
    }
}
