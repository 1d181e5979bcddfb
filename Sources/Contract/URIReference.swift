/// The syntax check of URI references (RFC 3986 §4.1).
enum URIReference {
    /// Whether `text` is a URI or a relative reference, and not empty.
    static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, hasValidCharacters(bytes) else { return false }
        let (beforeFragment, fragment) = split(bytes[...], at: UInt8(ascii: "#"))
        guard !(fragment ?? []).contains(UInt8(ascii: "#")) else { return false }
        let (hierarchy, query) = split(beforeFragment, at: UInt8(ascii: "?"))
        guard !hasBrackets(fragment ?? []), !hasBrackets(query ?? []) else { return false }
        return isHierarchy(hierarchy)
    }

    /// `scheme:` if there is one, `//authority` if there is one, and a path.
    private static func isHierarchy(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        let firstSegment = rest.prefix { $0 != UInt8(ascii: "/") }
        if let colon = firstSegment.firstIndex(of: UInt8(ascii: ":")) {
            // A relative reference has no colon in its first segment (§4.2).
            guard isScheme(rest[..<colon]) else { return false }
            rest = rest[(colon + 1)...]
        }
        guard rest.starts(with: "//".utf8) else { return !hasBrackets(rest) }
        let afterSlashes = rest.dropFirst(2)
        let authority = afterSlashes.prefix { $0 != UInt8(ascii: "/") }
        return isAuthority(authority) && !hasBrackets(afterSlashes.dropFirst(authority.count))
    }

    private static func isScheme(_ scheme: ArraySlice<UInt8>) -> Bool {
        guard let first = scheme.first, isLetter(first) else { return false }
        return scheme.allSatisfy { byte in
            isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    /// `user@host:port`, where the host may be an address in brackets.
    private static func isAuthority(_ authority: ArraySlice<UInt8>) -> Bool {
        let at = authority.lastIndex(of: UInt8(ascii: "@"))
        let user = at.map { authority[..<$0] } ?? []
        let host = at.map { authority[($0 + 1)...] } ?? authority
        guard !user.contains(UInt8(ascii: "@")), !hasBrackets(user) else { return false }
        let afterHost: ArraySlice<UInt8>
        if host.first == UInt8(ascii: "[") {
            guard let end = host.firstIndex(of: UInt8(ascii: "]")), end > host.startIndex + 1 else {
                return false
            }
            afterHost = host[(end + 1)...]
        } else {
            let name = host.prefix { $0 != UInt8(ascii: ":") }
            guard !hasBrackets(name) else { return false }
            afterHost = host.dropFirst(name.count)
        }
        return afterHost.isEmpty
            || (afterHost.first == UInt8(ascii: ":") && afterHost.dropFirst().allSatisfy(isDigit))
    }

    /// Unreserved and reserved characters (§2), and two hexadecimal digits after each `%`.
    private static func hasValidCharacters(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, isHexadecimal(bytes[index + 1]),
                    isHexadecimal(bytes[index + 2])
                else { return false }
                index += 3
            } else {
                guard isAllowed(bytes[index]) else { return false }
                index += 1
            }
        }
        return true
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"),
            UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"),
            UInt8(ascii: "}"):
            false
        default: (0x21...0x7e).contains(byte)
        }
    }

    private static func split(
        _ text: ArraySlice<UInt8>,
        at separator: UInt8
    ) -> (before: ArraySlice<UInt8>, after: ArraySlice<UInt8>?) {
        guard let index = text.firstIndex(of: separator) else { return (text, nil) }
        return (text[..<index], text[(index + 1)...])
    }

    private static func hasBrackets(_ text: ArraySlice<UInt8>) -> Bool {
        text.contains(UInt8(ascii: "[")) || text.contains(UInt8(ascii: "]"))
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
