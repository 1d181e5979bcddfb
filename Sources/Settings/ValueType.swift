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

extension ValueType {
    /// A kind whose values are taken or refused as a whole.
    init(
        _ name: String,
        parse: @escaping @Sendable (RawValue) throws(Refusal) -> Value,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            name: name,
            read: { raw, path, findings in findings.value(of: raw, at: path, parse) },
            text: text
        )
    }
}

extension ValueType where Value == String {
    /// Text that `isValid`; other text is refused as not being `noun`.
    static func text(
        _ name: String,
        _ noun: String,
        _ advice: String,
        isValid: @escaping @Sendable (String) -> Bool
    ) -> Self {
        Self(name) { raw throws(Refusal) in
            let text = try raw.text(expecting: name)
            guard isValid(text) else {
                throw Refusal("\(Quoting.quoted(text)) is not \(noun)", advice)
            }
            return text
        } text: {
            Quoting.yaml($0)
        }
    }

    /// Words for people, in one line.
    static let line = text("text", "a line of text", "write 1 to 500 characters") { text in
        (1...500).contains(text.count) && !hasControls(text)
    }

    /// A file or a folder.
    static let path = text("path", "a path", "write one such as /etc/registrar/file") { text in
        !text.isEmpty && !hasControls(text)
    }

    private static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// CloudEvents `source`: a URI reference, kept to what needs no escaping.
    static let uriReference = text(
        "URI",
        "a URI of 1 to 255 characters",
        "write one such as urn:luccs:registrar"
    ) { text in
        (1...255).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value < 0x7F && !"\"<>\\^`{|}".unicodeScalars.contains($0)
            }
    }

    static let webURL = text(
        "URL, http or https",
        "an http or https URL",
        "write one such as https://example.lu/luccs"
    ) { text in
        let lowercased = text.lowercased()
        let scheme = ["https://", "http://"].first { lowercased.hasPrefix($0) }
        let host = scheme.map { text.dropFirst($0.count).prefix { !"/?#".contains($0) } } ?? ""
        guard let (name, port) = ListenAddress.split(host), !name.isEmpty else { return false }
        return text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
            && !text.contains { "\"<>".contains($0) }
            && port.map { ListenAddress.portNumber($0) != nil } ?? true
    }

    static let memberState = text(
        "two capital letters",
        "a member state's code",
        "write two capital letters such as LU"
    ) { text in
        text.utf8.count == 2
            && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }

    static let mailbox = text(
        "e-mail address",
        "an e-mail address",
        "write one address such as servicedesk@example.lu"
    ) { text in
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7F && !"<>,;:\"()[]\\".unicodeScalars.contains($0)
                    && !$0.properties.isWhitespace && $0.value != 0x2800
                    && !$0.properties.isDefaultIgnorableCodePoint
                    && $0.properties.generalCategory != .control
            }
    }

    /// First part of exchange and queue names, whose length ends at 255 bytes.
    static let namePrefix = text(
        "1 to 60 of A-Z a-z 0-9 . _ -",
        "a prefix",
        "use 1 to 60 of A-Z, a-z, 0-9, dot, underscore and hyphen"
    ) { text in
        (1...60).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains($0))
            }
    }
}

extension ValueType where Value == Bool {
    static let flag = Self("true or false") { raw throws(Refusal) in
        guard case .scalar(let text, let style) = raw.content, style != .quoted,
            let flag = RawValue.flag(text)
        else { throw Refusal("expected true or false, found \(raw.found)") }
        return flag
    } text: {
        String($0)
    }
}

extension ValueType where Value == Int {
    /// A whole number. `reason` says why the range ends where it does.
    static func integer(_ range: ClosedRange<Int>, reason: String? = nil) -> Self {
        let bounds = "\(range.lowerBound) to \(range.upperBound)"
        return Self("whole number, \(bounds)") { raw throws(Refusal) in
            guard case .scalar(let text, let style) = raw.content, style != .quoted,
                let number = Int(text)
            else {
                throw Refusal(
                    "expected a whole number, found \(raw.found)",
                    "write one from \(bounds)"
                )
            }
            guard range.contains(number) else {
                let because = reason.map { " (\($0))" } ?? ""
                throw Refusal("\(number) is out of range", "use \(bounds)\(because)")
            }
            return number
        } text: {
            String($0)
        }
    }
}

extension ValueType where Value == Period {
    static func duration(_ bounds: PeriodBounds) -> Self {
        duration(bounds.seconds, workingDays: bounds.workingDays, months: bounds.months)
    }

    /// A fixed duration of `range` seconds; or working days, or months, where their ranges are
    /// given.
    static func duration(
        _ range: ClosedRange<Int>,
        workingDays: ClosedRange<Int>? = nil,
        months: ClosedRange<Int>? = nil
    ) -> Self {
        let fixed = "\(Period.seconds(range.lowerBound)) to \(Period.seconds(range.upperBound))"
        let days = workingDays.map { ", or \($0.lowerBound)wd to \($0.upperBound)wd" } ?? ""
        let calendar = months.map { ", or \($0.lowerBound)mo to \($0.upperBound)mo" } ?? ""
        let bounds = fixed + days + calendar
        return Self("duration, \(bounds)") { raw throws(Refusal) in
            guard case .scalar(let text, _) = raw.content, let duration = Period(text) else {
                throw Refusal(
                    "expected a duration, found \(raw.found)",
                    "write a number and a unit, such as 10s, 5m, 24h, 30d"
                        + (workingDays == nil ? "" : " or 5wd (working days)")
                        + (months == nil ? "" : " or 6mo (months)")
                )
            }
            switch (duration, workingDays) {
            case (.seconds(let seconds), _) where range.contains(seconds): return duration
            case (.workingDays(let days), let allowed?) where allowed.contains(days):
                return duration
            case (.months(let count), _) where months?.contains(count) == true: return duration
            case (.months, _) where months == nil:
                throw Refusal(
                    "\(duration): months make no sense here",
                    "use another duration, \(bounds)"
                )
            case (.workingDays, nil):
                throw Refusal(
                    "\(duration): working days make no sense here",
                    "use a fixed duration, \(bounds)"
                )
            default: throw Refusal("\(duration) is out of range", "use \(bounds)")
            }
        } text: {
            $0.description
        }
    }
}

extension ValueType where Value == BrokerURL {
    static let brokerURL = Self("URL, amqp or amqps") { raw throws(Refusal) in
        let text = try raw.text(expecting: "a URL")
        do throws(BrokerURL.Invalid) {
            return try BrokerURL(parsing: text)
        } catch {
            // The value itself is not shown: it may hold a password.
            throw Refusal("bad URL: \(error.problem)", error.advice)
        }
    } text: {
        Quoting.yaml($0.description)
    }
}

extension ValueType where Value == ListenAddress {
    static let listenAddress = Self("host:port") { raw throws(Refusal) in
        let text = try raw.text(expecting: "host:port")
        guard let address = ListenAddress(text) else {
            throw Refusal(
                "\(Quoting.quoted(text)) is not host:port",
                "write one such as 127.0.0.1:9419 or \"[::1]:9419\""
            )
        }
        return address
    } text: {
        Quoting.yaml($0.description)
    }
}

extension RawValue {
    /// The text that stands here. A bare number or flag is refused: who wants it as text puts it
    /// in quotes.
    func text(expecting name: String) throws(Refusal) -> String {
        let problem = "expected text (\(name)), found \(found)"
        switch content {
        case .scalar(let text, .plain) where Self.isNumber(text) || Self.flag(text) != nil:
            throw Refusal(problem, "put it in quotes if it is meant")
        case .scalar(let text, _): return text
        default: throw Refusal(problem)
        }
    }
}
