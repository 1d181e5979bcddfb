/// Where a broker is and who connects: what an `amqp://` URL says.
public struct Endpoint: Sendable, Hashable {
    /// The host name or address.
    public var host: String
    /// The port, 1 to 65535.
    public var port: Int
    /// The virtual host.
    public var virtualHost: String
    /// The user.
    public var user: String
    /// The password; no description or reflection of the endpoint shows it.
    public var password: String
    /// Whether the connection is encrypted (`amqps`).
    public var usesTLS: Bool
    /// The URL's query, such as `heartbeat=10`: kept for the caller, not interpreted here.
    public var queryParameters: [String: String]

    /// Reads a URL `amqp[s]://[user[:password]@]host[:port][/vhost][?query]`.
    ///
    /// User, password and virtual host are percent-decoded (`%2F` is the virtual host `/`). Left
    /// out, they are `guest`, `guest` and `/`; the ports are 5672 and 5671 for TLS.
    ///
    /// - Parameter password: replaces the URL's, for one that is kept elsewhere.
    /// - Throws: ``AMQPError`` with `invalidArgument`; it never shows a password.
    public init(url: String, password: String? = nil) throws(AMQPError) {
        var parser = EndpointParser(url)
        self = try parser.parse()
        if let password {
            try EndpointParser.check(password, "password")
            self.password = password
        }
    }

    /// Creates an endpoint from its parts.
    public init(
        host: String,
        port: Int,
        virtualHost: String = "/",
        user: String,
        password: String,
        usesTLS: Bool = false
    ) {
        self.host = host
        self.port = port
        self.virtualHost = virtualHost
        self.user = user
        self.password = password
        self.usesTLS = usesTLS
        queryParameters = [:]
    }
}

extension Endpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The URL without the password.
    public var description: String {
        let shownHost = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        let scheme = usesTLS ? "amqps" : "amqp"
        return "\(scheme)://\(PercentEncoding.encode(user))@\(shownHost):\(port)/"
            + PercentEncoding.encode(virtualHost)
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror {
        Mirror(self, children: ["url": description], displayStyle: .struct)
    }
}

/// `amqp_parse_url` changes its input and refuses query strings, so the URL is read here.
private struct EndpointParser {
    private let url: String
    private var rest: Substring

    init(_ url: String) {
        self.url = url
        rest = url[...]
    }

    mutating func parse() throws(AMQPError) -> Endpoint {
        try Self.check(url, "URL")
        let usesTLS = try takeScheme()
        if rest.contains("#") { throw Self.invalid("the broker URL has a fragment (#)") }
        let queryParameters = try takeQuery()
        // A slash in a password has to be written %2F, so the first one ends the authority.
        var virtualHost = "/"
        if let slash = rest.firstIndex(of: "/") {
            let path = rest[rest.index(after: slash)...]
            // Else the rest of a password would be shown as the virtual host.
            if path.contains("@") {
                throw Self.invalid(
                    "there is an \"@\" after the first slash: write a slash in the password as %2F, "
                        + "and \"@\" in a virtual host as %40"
                )
            }
            if path.contains("/") {
                throw Self.invalid("the virtual host has a slash: write it as %2F")
            }
            if !path.isEmpty { virtualHost = try Self.decode(path, "virtual host") }
            rest = rest[..<slash]
        }
        var (user, password) = ("guest", "guest")
        if let at = rest.lastIndex(of: "@") {
            let credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
            let colon = credentials.firstIndex(of: ":")
            user = try Self.decode(credentials[..<(colon ?? credentials.endIndex)], "user")
            password = ""
            if let colon {
                let encoded = credentials[credentials.index(after: colon)...]
                password = try Self.decode(encoded, "password")
            }
        }
        let (host, port) = try takeHost(defaultPort: usesTLS ? 5671 : 5672)
        var endpoint = Endpoint(
            host: host,
            port: port,
            virtualHost: virtualHost,
            user: user,
            password: password,
            usesTLS: usesTLS
        )
        endpoint.queryParameters = queryParameters
        return endpoint
    }

    private mutating func takeScheme() throws(AMQPError) -> Bool {
        for (scheme, usesTLS) in [("amqp://", false), ("amqps://", true)]
        where rest.prefix(scheme.count).lowercased() == scheme {
            rest = rest.dropFirst(scheme.count)
            return usesTLS
        }
        throw Self.invalid("the broker URL does not begin with amqp:// or amqps://")
    }

    private mutating func takeQuery() throws(AMQPError) -> [String: String] {
        guard let mark = rest.firstIndex(of: "?") else { return [:] }
        let query = rest[rest.index(after: mark)...]
        rest = rest[..<mark]
        var parameters: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decode(parts[0], "query")
            parameters[name] = parts.count > 1 ? try Self.decode(parts[1], "query") : ""
        }
        return parameters
    }

    private func takeHost(defaultPort: Int) throws(AMQPError) -> (String, Int) {
        var host = rest
        var portText: Substring?
        if rest.hasPrefix("[") {
            guard let bracket = rest.firstIndex(of: "]") else {
                throw Self.invalid("the IPv6 address has no closing bracket")
            }
            host = rest[rest.index(after: rest.startIndex)..<bracket]
            let after = rest[rest.index(after: bracket)...]
            if !after.isEmpty {
                guard after.hasPrefix(":") else {
                    throw Self.invalid("the IPv6 address is followed by something but a port")
                }
                portText = after.dropFirst()
            }
        } else if let colon = rest.firstIndex(of: ":") {
            host = rest[..<colon]
            portText = rest[rest.index(after: colon)...]
        }
        let name = try Self.decode(host, "host")
        if name.isEmpty { throw Self.invalid("the broker URL names no host") }
        guard let portText else { return (name, defaultPort) }
        guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(portText),
            (1...65535).contains(port)
        else {
            throw Self.invalid("the port is not a number from 1 to 65535")
        }
        return (name, port)
    }

    private static func decode(_ text: Substring, _ part: String) throws(AMQPError) -> String {
        guard let decoded = PercentEncoding.decode(text) else {
            throw invalid("the \(part) has a wrong percent escape")
        }
        try check(decoded, part)
        return decoded
    }

    /// The parts become C strings, and the host stands in logs.
    static func check(_ text: String, _ part: String) throws(AMQPError) {
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw invalid("the \(part) has a control character")
        }
    }

    private static func invalid(_ detail: String) -> AMQPError {
        AMQPError(.invalidArgument, attempt: "reading the broker URL", detail: detail)
    }
}

/// RFC 3986 §2.1.
private enum PercentEncoding {
    static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            if byte != UInt8(ascii: "%") {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(digit),
                let low = iterator.next().flatMap(digit)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
