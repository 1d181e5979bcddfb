import Yams

/// A value as it was written, with the place where it stands, before anybody asked what it means.
///
/// Children are made on demand: a file whose aliases multiply costs no more than what is looked at.
struct RawValue {
    enum Content {
        case scalar(String, Style)
        case list([RawValue])
        case map([Entry])
    }

    enum Style {
        case plain
        case quoted
        /// The environment knows nothing but text.
        case environment
    }

    struct Entry {
        /// Nil when the key is no scalar.
        let name: String?
        let location: ConfigurationLocation
        let value: RawValue
    }

    let location: ConfigurationLocation
    private let source: Source

    private enum Source {
        case node(Node, YAMLDocument)
        case environment(String)
    }

    init(_ node: Node, in document: YAMLDocument) {
        location = document.location(of: node)
        source = .node(node, document)
    }

    init(environment name: String, text: String) {
        location = .environment(name)
        source = .environment(text)
    }

    var content: Content {
        switch source {
        case .environment(let text):
            return .scalar(text, .environment)
        case .node(.scalar(let scalar), _):
            return .scalar(scalar.string, scalar.style == .plain ? .plain : .quoted)
        case .node(.sequence(let sequence), let document):
            return .list(sequence.map { RawValue($0, in: document) })
        case .node(.mapping(let mapping), let document):
            return .map(
                mapping.map { key, value in
                    Entry(
                        name: key.scalar.map { document.name(of: $0.string) },
                        location: document.location(of: key),
                        value: RawValue(value, in: document)
                    )
                }
            )
        case .node(.alias, _):
            // The parser resolves aliases; one that is left has nothing to say.
            return .scalar("", .plain)
        }
    }

    /// Whether nothing stands there, or YAML's null.
    var isNull: Bool {
        switch content {
        case .scalar(let text, .plain): ["", "~", "null", "Null", "NULL"].contains(text)
        case .scalar(let text, .environment): text.isEmpty || text == "null"
        default: false
        }
    }

    /// What stands there, for messages: `the number 5`, `a list`.
    var found: String {
        switch content {
        case .list: "a list"
        case .map: "a map"
        case .scalar(let text, .plain) where Self.isNumber(text): "the number \(text)"
        case .scalar(let text, .plain) where Self.flag(text) != nil: text
        case .scalar(let text, .quoted): "the text \(Quoting.quoted(text))"
        case .scalar(let text, _): isNull ? "nothing" : Quoting.quoted(text)
        }
    }

    /// Whether this is a variable in which nothing stands, not even `null`.
    var isEmptyVariable: Bool {
        guard case .environment(let text) = source else { return false }
        return Quoting.trimmed(text[...]).isEmpty
    }

    /// Those of a list, or the parts of a comma-separated variable; nil for anything else.
    var elements: [RawValue]? {
        if case .list(let elements) = content { return elements }
        guard case .environment(let text) = source, case .environment(let name) = location
        else { return nil }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            RawValue(environment: name, text: Quoting.trimmed(part))
        }
    }

    /// The entries of a map whose keys are text, each name once; what is not so is reported.
    func uniqueEntries(
        _ entries: [Entry],
        at path: String,
        _ findings: inout Findings
    ) -> [(name: String, entry: Entry)] {
        var seen: [String: ConfigurationLocation] = [:]
        var unique: [(name: String, entry: Entry)] = []
        for entry in entries {
            guard let name = entry.name else {
                findings.fail(
                    entry.location,
                    path.isEmpty ? nil : path,
                    "a key is a list or a map",
                    "write it as plain text followed by a colon"
                )
                continue
            }
            let full = path.isEmpty ? name : "\(path).\(name)"
            if let first = seen[name] {
                findings.fail(
                    entry.location,
                    full,
                    "duplicate key; it already stands at \(first)",
                    "remove one of the two"
                )
                continue
            }
            seen[name] = entry.location
            unique.append((name, entry))
        }
        return unique
    }

    static func isNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else {
            return false
        }
        return Double(text) != nil
    }

    static func flag(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }
}

/// Text in messages and in YAML.
enum Quoting {
    private static let maximumShown = 80

    /// `text` in double quotes, cut when long, with everything escaped that could disturb a
    /// terminal or a log.
    static func quoted(_ text: String) -> String {
        var shown = "\""
        for scalar in text.unicodeScalars.prefix(maximumShown) { append(scalar, to: &shown) }
        return shown + (text.unicodeScalars.count > maximumShown ? "…\"" : "\"")
    }

    /// `text` as a YAML scalar: bare when that is unmistakable.
    static func yaml(_ text: String) -> String {
        let isBare =
            text.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || "0123456789._/@%:+-".contains(Character($0)))
            }
            && text.unicodeScalars.first.map { $0.properties.isAlphabetic || $0 == "/" } ?? false
            && !text.hasSuffix(":") && RawValue.flag(text) == nil && text.lowercased() != "null"
        if isBare { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars { append(scalar, to: &quoted) }
        return quoted + "\""
    }

    static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar {
        case "\"", "\\":
            text += "\\"
            text.unicodeScalars.append(scalar)
        case "\n": text += "\\n"
        case "\t": text += "\\t"
        case "\r": text += "\\r"
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
                .unassigned:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                text += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
