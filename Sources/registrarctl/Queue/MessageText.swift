import AMQP
import Contract

/// A message as a person reads it: a mail as its recipient sees it, a SCIM operation, a problem;
/// anything else as indented JSON.
///
/// Messages hold what strangers wrote, so nothing of them reaches the terminal that could steer it.
struct MessageText {
    /// Bytes of a body that is no JSON which are shown.
    static let maximumBodyBytes = 400

    /// Whether only what a list needs is shown: whom a mail is for, what an operation does.
    let isBrief: Bool

    func lines(of message: Delivery) -> [String] {
        guard let event = object(Self.parse(message.body)), let data = object(event["data"]) else {
            return ["\(message.routingKey), \(message.body.count) bytes"] + indented(body(message))
        }
        switch string(event["type"]) {
        case "lu.etat.do.notification.email.v1": return mail(data)
        case "lu.etat.do.provisioning.account.v1": return operation(data)
        case "lu.etat.do.problem.request.v1": return problem(data)
        default:
            return [message.routingKey] + (isBrief ? [] : indented(PrettyJSON.lines(.object(data))))
        }
    }

    // MARK: Kinds of message

    private func mail(_ data: JSONObject) -> [String] {
        let recipients = elements(data["to"]).compactMap(object).map { recipient in
            let name = string(recipient["name"]) ?? ""
            let email = string(recipient["email"]) ?? "?"
            return name.isEmpty ? email : "\(name) <\(email)>"
        }
        let header = [
            "To:      \(recipients.joined(separator: ", "))",
            "Subject: \(string(data["subject"]) ?? "")",
        ].map(SafeText.line)
        if isBrief { return header }
        return header + [""] + Self.textLines(string(data["text"]) ?? "")
    }

    private func operation(_ data: JSONObject) -> [String] {
        let operation = object(data["operation"])
        let method = string(operation?["method"]) ?? "?"
        let path = string(operation?["path"]) ?? "?"
        let account = string(data["account"]) ?? "?"
        let head = SafeText.line("\(method) \(path)   account \(account)")
        if isBrief { return [head] }
        guard let body = operation?["data"] else { return [head] }
        return [head] + PrettyJSON.lines(body)
    }

    private func problem(_ data: JSONObject) -> [String] {
        let prefix = "urn:luccs:problem:"
        var code = string(data["type"]) ?? "?"
        if code.hasPrefix(prefix) { code.removeFirst(prefix.count) }
        var lines = ["\(code): \(string(data["title"]) ?? "")"]
        guard !isBrief else { return lines.map(SafeText.line) }
        let detail = string(data["detail"])
        if let detail { lines.append("  \(detail)") }
        for error in elements(data["errors"]).compactMap(object) {
            let pointer = string(error["pointer"]) ?? ""
            let reason = string(error["detail"]).flatMap { $0 == detail ? nil : ": \($0)" } ?? ""
            lines.append("  at \(pointer.isEmpty ? "the event" : pointer)\(reason)")
        }
        if let event = object(data["event"]) {
            lines.append(
                "  in answer to \(string(event["type"]) ?? "?") \(string(event["id"]) ?? "?")"
            )
        }
        if let request = string(data["requestId"]) { lines.append("  about request \(request)") }
        return lines.map(SafeText.line)
    }

    // MARK: Parts

    /// The body whole, over as many lines as it takes.
    static func wholeBody(_ body: [UInt8]) -> [String] {
        if let value = parse(body) { return PrettyJSON.lines(value) }
        return textLines(String(decoding: body, as: UTF8.self))
    }

    /// The body as it was sent, as far as it fits.
    private func body(_ message: Delivery) -> [String] {
        if let value = Self.parse(message.body), message.body.count <= 4 * Self.maximumBodyBytes {
            return PrettyJSON.lines(value)
        }
        let shown = message.body.prefix(Self.maximumBodyBytes)
        let rest = message.body.count - shown.count
        return [SafeText.line(String(decoding: shown, as: UTF8.self))]
            + (rest > 0 ? ["… and \(rest) more bytes"] : [])
    }

    private static func textLines(_ text: String) -> [String] {
        // By scalar: CR and LF together are one character.
        var scalars = text.unicodeScalars[...]
        while scalars.last == "\n" { scalars.removeLast() }
        return scalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            SafeText.line(String(line.last == "\r" ? line.dropLast() : line))
        }
    }

    private func indented(_ lines: [String]) -> [String] {
        lines.map { "  " + $0 }
    }

    private static func parse(_ bytes: [UInt8]) -> JSONValue? {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            // What cannot be read is shown as it is.
            return nil
        }
    }

    private func object(_ value: JSONValue?) -> JSONObject? {
        if case .object(let object) = value { object } else { nil }
    }

    private func elements(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let elements) = value { elements } else { [] }
    }

    private func string(_ value: JSONValue?) -> String? {
        if case .string(let text) = value { text } else { nil }
    }
}

/// JSON over several lines; what is short stays on one.
enum PrettyJSON {
    static let maximumColumns = 72

    static func lines(_ value: JSONValue) -> [String] {
        lines(value, before: "", column: 0)
    }

    private static func lines(_ value: JSONValue, before: String, column: Int) -> [String] {
        let compact = before + spaced(value)
        if column + compact.unicodeScalars.count <= maximumColumns { return [compact] }
        switch value {
        case .object(let object) where !object.members.isEmpty:
            let parts = object.members.map { member in
                var name = JSONWriter()
                name.string(member.name)
                return lines(member.value, before: safe(name.text) + ": ", column: column + 2)
            }
            return [before + "{"] + separated(parts) + ["}"]
        case .array(let elements) where !elements.isEmpty:
            let parts = elements.map { lines($0, before: "", column: column + 2) }
            return [before + "["] + separated(parts) + ["]"]
        default: return [compact]
        }
    }

    private static func separated(_ parts: [[String]]) -> [String] {
        parts.enumerated().flatMap { index, lines in
            var lines = lines.map { "  " + $0 }
            if index < parts.count - 1 { lines[lines.count - 1] += "," }
            return lines
        }
    }

    /// On one line, with a space after colons and commas.
    private static func spaced(_ value: JSONValue) -> String {
        switch value {
        case .object(let object) where !object.members.isEmpty:
            let members = object.members.map { member in
                var name = JSONWriter()
                name.string(member.name)
                return safe(name.text) + ": " + spaced(member.value)
            }
            return "{ " + members.joined(separator: ", ") + " }"
        case .array(let elements):
            return "[" + elements.map(spaced).joined(separator: ", ") + "]"
        default:
            var writer = JSONWriter()
            writer.value(value)
            return safe(writer.text)
        }
    }

    /// JSON escapes control characters itself, except those beyond ASCII.
    private static func safe(_ json: String) -> String {
        SafeText.line(json)
    }
}
