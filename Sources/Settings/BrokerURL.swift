/// Where the broker is and who calls: `amqp://user@host:5672/vhost`, or `amqps://` for TLS.
///
/// The parts are percent-decoded. Query strings are refused, since the AMQP library does not know
/// them.
public struct BrokerURL: Sendable, Equatable, Hashable {
    public let isTLS: Bool
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    public let host: String
    public let port: Int
    /// `guest` when the URL names nobody, as every AMQP client has it.
    public let user: String
    /// Only for trying out; see ``Configuration/brokerPassword(environment:readFile:)``.
    public let password: String?
    /// Whether the password was written out, and not implied with `guest`.
    let isPasswordWritten: Bool
    public let virtualHost: String

    /// Why a text is no broker URL: what is wrong, and what to do.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        public let problem: String
        public let advice: String
        public var description: String { "\(problem); \(advice)" }

        init(_ problem: String, _ advice: String) {
            (self.problem, self.advice) = (problem, advice)
        }
    }

    static let example = "amqp://registrard@127.0.0.1:5672/%2F"

    /// The broker of this machine.
    init(localUser user: String) {
        isTLS = false
        host = "127.0.0.1"
        port = 5672
        self.user = user
        password = nil
        isPasswordWritten = false
        virtualHost = "/"
    }

    /// Reads a URL.
    public init(parsing text: String) throws(Invalid) {
        let (scheme, rest) = try Self.splitScheme(text)
        if rest.contains(where: { $0 == "?" || $0 == "#" }) {
            throw Invalid(
                "a query or fragment is not supported",
                "remove everything from \"?\" or \"#\" on"
            )
        }
        let slash = rest.firstIndex(of: "/")
        let authority = rest[..<(slash ?? rest.endIndex)]
        let path = slash.map { rest[rest.index(after: $0)...] } ?? ""
        // Then the part that looks like host and port holds the beginning of the password.
        if path.contains("@") {
            throw Invalid(
                "there is an \"@\" after the first \"/\"",
                "write \"/\" in the password as %2F, and \"@\" in a virtual host as %40"
            )
        }
        let at = authority.lastIndex(of: "@")
        let (user, password) = try Self.credentials(at.map { authority[..<$0] })
        let (host, port) = try Self.hostAndPort(
            at.map { authority[authority.index(after: $0)...] } ?? authority
        )
        if path.contains("/") {
            throw Invalid("the virtual host contains \"/\"", "write it as %2F")
        }
        isTLS = scheme == "amqps"
        self.host = host
        self.port = port ?? (isTLS ? 5671 : 5672)
        self.user = user
        self.password = password
        isPasswordWritten = at != nil && password != nil
        virtualHost = path.isEmpty ? "/" : try Self.decode(path, part: "virtual host")
    }

    private static func splitScheme(
        _ text: String
    ) throws(Invalid) -> (scheme: String, rest: Substring) {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw Invalid("not a URL", "write one such as \(example)")
        }
        let scheme = text[..<colon].lowercased()
        guard scheme == "amqp" || scheme == "amqps" else {
            throw Invalid(
                "the scheme \"\(scheme)\" is not AMQP",
                "use amqp:// or, for TLS, amqps://"
            )
        }
        if text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) {
            throw Invalid("contains a space or a control character", "percent-encode it")
        }
        return (scheme, text[text.index(colon, offsetBy: 3)...])
    }

    private static func credentials(
        _ text: Substring?
    ) throws(Invalid) -> (user: String, password: String?) {
        guard let text else { return ("guest", "guest") }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let user = try decode(parts[0], part: "user")
        guard !user.isEmpty else {
            throw Invalid("the user before \"@\" is empty", "write one such as \(example)")
        }
        return (user, parts.count == 2 ? try decode(parts[1], part: "password") : nil)
    }

    private static func hostAndPort(
        _ text: Substring
    ) throws(Invalid) -> (host: String, port: Int?) {
        guard let (host, port) = ListenAddress.split(text), !host.isEmpty else {
            throw Invalid("no host is named", "write one such as \(example)")
        }
        guard let port else { return (host, nil) }
        guard let number = ListenAddress.portNumber(port), number > 0 else {
            // Not quoted: without an "@", what stands there may be a password.
            throw Invalid("what follows the host is not a port", "use a number from 1 to 65535")
        }
        return (host, number)
    }

    private static func decode(_ text: Substring, part: String) throws(Invalid) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let digits = String(rest.prefix(2)), digits.utf8.count == 2,
                digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
            else {
                throw Invalid(
                    "\"%\" in the \(part) is not followed by two hexadecimal digits",
                    "write a percent sign as %25"
                )
            }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        // The library takes C strings: a NUL would cut the rest off.
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Invalid("the \(part) is not UTF-8 text", "percent-encode its UTF-8 bytes")
        }
        return decoded
    }
}

extension BrokerURL: CustomStringConvertible {
    /// The URL without its password, fit for logs.
    public var description: String {
        let authority = host.contains(":") ? "[\(host)]" : host
        let path = Self.encode(virtualHost)
        return "\(isTLS ? "amqps" : "amqp")://\(Self.encode(user))@\(authority):\(port)/\(path)"
    }

    private static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII,
                scalar.properties.isAlphabetic || "0123456789-._~".contains(Character(scalar))
            {
                encoded.unicodeScalars.append(scalar)
            } else {
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
