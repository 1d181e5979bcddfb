/// An address to listen on: `127.0.0.1:9419`, `localhost:9419` or `[::1]:9419`. Port 0 lets the
/// system choose.
public struct ListenAddress: Sendable, Equatable, Hashable, CustomStringConvertible {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    public let host: String
    public let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`; nil when `text` is no such thing.
    public init?(_ text: String) {
        guard let (host, port) = Self.split(text[...]), !host.isEmpty,
            let port, let number = Self.portNumber(port),
            host.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F })
        else { return nil }
        self.init(host: host, port: number)
    }

    /// Whether only programs on this machine can reach it.
    public var isLoopback: Bool { Self.isLoopback(host: host) }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    static func isLoopback(host: String) -> Bool {
        host == "::1" || host.lowercased() == "localhost"
            || (host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isNumber })
    }

    /// Takes `host:port`, `[v6]:port` or a bare host apart; nil when the brackets or colons do not
    /// fit.
    static func split(_ text: Substring) -> (host: String, port: Substring?)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let host = text[text.index(after: text.startIndex)..<end]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || ":.%".contains($0) })
            else { return nil }
            let rest = text[text.index(after: end)...]
            if rest.isEmpty { return (String(host), nil) }
            guard rest.hasPrefix(":") else { return nil }
            return (String(host), rest.dropFirst())
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, !text.contains(where: { "[]/@".contains($0) }) else { return nil }
        return (String(parts.first ?? ""), parts.count == 2 ? parts[1] : nil)
    }

    static func portNumber(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text), number <= 65_535
        else { return nil }
        return number
    }
}
