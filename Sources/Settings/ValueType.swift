import Domain

/// How the values of one kind of key are read, checked and written.
struct ValueType<Value: Equatable & Sendable>: Sendable {
    /// For people: `duration, 1s to 1h`.
    let name: String
    var isNullable = false
    var isMap = false
    /// Whether an empty variable is a value: the list without elements.
    var mayBeEmpty = false
    /// Nil when the value is not acceptable; then the findings say why.
    let read: @Sendable (RawValue, _ path: String, inout Findings) -> Value?
    /// The value as YAML, without secrets.
    let text: @Sendable (Value) -> String
}

extension ValueType where Value == String {
    /// Text that `check` accepts; it gives a problem and an advice otherwise.
    static func text(
        _ name: String,
        check: @escaping @Sendable (String) -> (problem: String, advice: String)?
    ) -> Self {
        Self(
            name: name,
            read: { raw, path, findings in
                guard let text = raw.text(expecting: name, at: path, &findings) else { return nil }
                if let (problem, advice) = check(text) {
                    findings.fail(raw.location, path, problem, advice)
                    return nil
                }
                return text
            },
            text: { Quoting.yaml($0) }
        )
    }

    /// Words for people, in one line.
    static let line = text("text") { text in
        if text.isEmpty || text.count > 500
            || text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        {
            return (
                "\(Quoting.quoted(text)) is not a line of text", "write 1 to 500 characters"
            )
        }
        return nil
    }

    /// A file or a folder.
    static let path = text("path") { text in
        if text.isEmpty
            || text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        {
            return (
                "\(Quoting.quoted(text)) is not a path", "write one such as /etc/registrar/file"
            )
        }
        return nil
    }

    /// CloudEvents `source`: a URI reference, kept to what needs no escaping.
    static let uriReference = text("URI") { text in
        let isURI =
            (1...255).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value < 0x7F && !"\"<>\\^`{|}".unicodeScalars.contains($0)
            }
        if isURI { return nil }
        return (
            "\(Quoting.quoted(text)) is not a URI of 1 to 255 characters",
            "write one such as urn:luccs:registrar"
        )
    }

    static let webURL = text("URL, http or https") { text in
        let lowercased = text.lowercased()
        let scheme = ["https://", "http://"].first { lowercased.hasPrefix($0) }
        let host = scheme.map { text.dropFirst($0.count).prefix { !"/?#".contains($0) } } ?? ""
        let isPrintable = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        if let (name, port) = ListenAddress.split(host), !name.isEmpty, isPrintable,
            !text.contains(where: { "\"<>".contains($0) }),
            port.map({ ListenAddress.portNumber($0) != nil }) ?? true
        {
            return nil
        }
        return (
            "\(Quoting.quoted(text)) is not an http or https URL",
            "write one such as https://example.lu/luccs"
        )
    }

    static let mailbox = text("e-mail address") { text in
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress =
            parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7F && !"<>,;:\"()[]\\".unicodeScalars.contains($0)
                    && !$0.properties.isWhitespace && $0.value != 0x2800
                    && !$0.properties.isDefaultIgnorableCodePoint
                    && $0.properties.generalCategory != .control
            }
        if isAddress { return nil }
        return (
            "\(Quoting.quoted(text)) is not an e-mail address",
            "write one address such as servicedesk@example.lu"
        )
    }

    /// First part of exchange and queue names, whose length ends at 255 bytes.
    static let namePrefix = text("1 to 60 of A-Z a-z 0-9 . _ -") { text in
        let isName =
            (1...60).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains($0))
            }
        if isName { return nil }
        return (
            "\(Quoting.quoted(text)) is not a prefix",
            "use 1 to 60 of A-Z, a-z, 0-9, dot, underscore and hyphen"
        )
    }
}

extension ValueType where Value == Bool {
    static let flag = Self(
        name: "true or false",
        read: { raw, path, findings in
            if case .scalar(let text, let style) = raw.content, style != .quoted,
                let flag = RawValue.flag(text)
            {
                return flag
            }
            findings.fail(raw.location, path, "expected true or false, found \(raw.found)", nil)
            return nil
        },
        text: { String($0) }
    )
}

extension ValueType where Value == Int {
    /// A whole number. `reason` says why the range ends where it does.
    static func integer(_ range: ClosedRange<Int>, reason: String? = nil) -> Self {
        let bounds = "\(range.lowerBound) to \(range.upperBound)"
        return Self(
            name: "whole number, \(bounds)",
            read: { raw, path, findings in
                guard case .scalar(let text, let style) = raw.content, style != .quoted,
                    let number = Int(text)
                else {
                    findings.fail(
                        raw.location,
                        path,
                        "expected a whole number, found \(raw.found)",
                        "write one from \(bounds)"
                    )
                    return nil
                }
                guard range.contains(number) else {
                    let because = reason.map { " (\($0))" } ?? ""
                    findings.fail(
                        raw.location,
                        path,
                        "\(number) is out of range",
                        "use \(bounds)\(because)"
                    )
                    return nil
                }
                return number
            },
            text: { String($0) }
        )
    }
}

extension ValueType where Value == Period {
    /// A fixed duration of `range` seconds, or working days where `workingDays` gives their range.
    static func duration(_ range: ClosedRange<Int>, workingDays: ClosedRange<Int>? = nil) -> Self {
        let lower = Period.seconds(range.lowerBound)
        let upper = Period.seconds(range.upperBound)
        var bounds = "\(lower) to \(upper)"
        if let workingDays {
            bounds += ", or \(workingDays.lowerBound)wd to \(workingDays.upperBound)wd"
        }
        return Self(
            name: "duration, \(bounds)",
            read: { [bounds] raw, path, findings in
                guard case .scalar(let text, _) = raw.content,
                    let duration = Period(text)
                else {
                    findings.fail(
                        raw.location,
                        path,
                        "expected a duration, found \(raw.found)",
                        "write a number and a unit, such as 10s, 5m, 24h, 30d"
                            + (workingDays == nil ? "" : " or 5wd (working days)")
                    )
                    return nil
                }
                switch (duration, workingDays) {
                case (.seconds(let seconds), _) where range.contains(seconds): return duration
                case (.workingDays(let days), let allowed?) where allowed.contains(days):
                    return duration
                case (.workingDays, nil):
                    findings.fail(
                        raw.location,
                        path,
                        "\(duration): working days make no sense here",
                        "use a fixed duration, \(bounds)"
                    )
                default:
                    findings.fail(
                        raw.location,
                        path,
                        "\(duration) is out of range",
                        "use \(bounds)"
                    )
                }
                return nil
            },
            text: { $0.description }
        )
    }
}

extension ValueType where Value == BrokerURL {
    static let brokerURL = Self(
        name: "URL, amqp or amqps",
        read: { raw, path, findings in
            guard let text = raw.text(expecting: "a URL", at: path, &findings) else { return nil }
            do throws(BrokerURL.Invalid) {
                return try BrokerURL(parsing: text)
            } catch {
                // The value itself is not shown: it may hold a password.
                findings.fail(raw.location, path, "bad URL: \(error.problem)", error.advice)
                return nil
            }
        },
        text: { Quoting.yaml($0.description) }
    )
}

extension ValueType where Value == ListenAddress {
    static let listenAddress = Self(
        name: "host:port",
        read: { raw, path, findings in
            guard let text = raw.text(expecting: "host:port", at: path, &findings) else {
                return nil
            }
            guard let address = ListenAddress(text) else {
                findings.fail(
                    raw.location,
                    path,
                    "\(Quoting.quoted(text)) is not host:port",
                    "write one such as 127.0.0.1:9419 or \"[::1]:9419\""
                )
                return nil
            }
            return address
        },
        text: { Quoting.yaml($0.description) }
    )
}

extension RawValue {
    /// The text that stands here. A bare number or flag is refused: who wants it as text puts it
    /// in quotes.
    func text(expecting name: String, at path: String, _ findings: inout Findings) -> String? {
        switch content {
        case .scalar(let text, .plain) where Self.isNumber(text) || Self.flag(text) != nil:
            findings.fail(
                location,
                path,
                "expected text (\(name)), found \(found)",
                "put it in quotes if it is meant"
            )
            return nil
        case .scalar(let text, _):
            return text
        default:
            findings.fail(location, path, "expected text (\(name)), found \(found)", nil)
            return nil
        }
    }
}
