extension ValueType where Value: RawRepresentable<String> & CaseIterable {
    /// One of the words of an enumeration.
    static func choice() -> Self {
        choice(of: Value.allCases.map(\.rawValue), { Value(rawValue: $0) }, text: { $0.rawValue })
    }
}

extension ValueType where Value == String {
    /// One of these words.
    static func choice(of words: [String]) -> Self {
        choice(of: words, { words.contains($0) ? $0 : nil }, text: { Quoting.yaml($0) })
    }
}

extension ValueType {
    private static func choice(
        of words: [String],
        _ value: @escaping @Sendable (String) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) -> Self {
        Self(words.joined(separator: ", ")) { raw throws(Refusal) in
            guard case .scalar(let text, _) = raw.content else {
                throw Refusal("expected one word, found \(raw.found)", Words.advice(words))
            }
            guard let choice = value(text) else {
                throw Refusal(
                    "unknown value \(Quoting.quoted(text))",
                    Words.advice(words, for: text)
                )
            }
            return choice
        } text: {
            text($0)
        }
    }
}

extension ValueType {
    /// `type`, or nothing.
    static func optional<Wrapped>(_ type: ValueType<Wrapped>) -> Self where Value == Wrapped? {
        Self(
            name: "\(type.name), or null",
            isNullable: true,
            read: { raw, path, findings in
                if raw.isNull { return .some(nil) }
                return type.read(raw, path, &findings).map { .some($0) }
            },
            text: { $0.map(type.text) ?? "null" }
        )
    }
}

extension ValueType {
    /// `type`, or `never`.
    static func orNever<Wrapped>(_ type: ValueType<Wrapped>) -> Self where Value == Wrapped? {
        let never = "never"
        return Self(
            name: "\(type.name), or \(never)",
            read: { raw, path, findings in
                if case .scalar(never, _) = raw.content { return .some(nil) }
                return type.read(raw, path, &findings).map { .some($0) }
            },
            text: { $0.map(type.text) ?? never }
        )
    }
}

extension ValueType where Value == [String] {
    /// At least one of `words`, none of them twice, in an order that counts.
    static func words(_ words: [String], noun: String) -> Self {
        Self(
            name: "list of \(words.joined(separator: ", "))",
            read: { raw, path, findings in
                Words.read(raw, of: words, noun: noun, at: path, &findings)
            },
            text: { "[\($0.joined(separator: ", "))]" }
        )
    }

    /// Lines of text of so many characters, none of them twice; none, if the list is empty.
    static func lines(_ length: ClosedRange<Int>, noun: String) -> Self {
        let advice = "write \(length.lowerBound) to \(length.upperBound) characters, in quotes"
        return list(of: "\(noun)s", such: "[\"2026-01\"]") { elements, path, findings in
            var seen: Set<String> = []
            return findings.values(of: elements, at: path) { element throws(Refusal) in
                guard case .scalar(let text, _) = element.content,
                    length.contains(text.unicodeScalars.count), !hasControls(text)
                else { throw Refusal("expected a \(noun), found \(element.found)", advice) }
                guard seen.insert(text).inserted else {
                    throw Refusal(
                        "the \(noun) \(Quoting.quoted(text)) is named twice",
                        "remove one of the two"
                    )
                }
                return text
            }
        }
    }

    private static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// Names or addresses of hosts, without ports; none, if the list is empty.
    static let hostNames = list(
        of: "host names",
        or: " or addresses",
        such: "[registrar.example.lu]"
    ) { elements, path, findings in
        findings.values(of: elements, at: path) { element throws(Refusal) in
            guard case .scalar(let text, _) = element.content, isHostName(text) else {
                throw Refusal(
                    "expected a host name or address, found \(element.found)",
                    "write it without scheme, port or path, such as registrar.example.lu"
                )
            }
            return text
        }
    }

    /// A list that may be empty.
    ///
    /// - Parameters:
    ///   - nouns: What is in it.
    ///   - others: What may be in it besides, where its type is told.
    ///   - example: One, for whoever wrote something else.
    private static func list(
        of nouns: String,
        or others: String = "",
        such example: String,
        read: @escaping @Sendable ([RawValue], _ path: String, inout Findings) -> [String]?
    ) -> Self {
        Self(
            name: "list of \(nouns)\(others)",
            mayBeEmpty: true,
            read: { raw, path, findings in
                let elements = findings.value(of: raw, at: path) { raw throws(Refusal) in
                    guard let elements = raw.isEmptyVariable ? [] : raw.elements else {
                        throw Refusal(
                            "expected a list of \(nouns), found \(raw.found)",
                            "write one such as \(example), or [] for none"
                        )
                    }
                    return elements
                }
                return elements.flatMap { read($0, path, &findings) }
            },
            text: { "[\($0.map { Quoting.yaml($0) }.joined(separator: ", "))]" }
        )
    }

    private static func isHostName(_ text: String) -> Bool {
        let isAddress = text.contains(":")
        return (1...253).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "0"..."9", "a"..."z", "A"..."Z", ".": true
                case "-", "_": !isAddress
                // An IPv6 address has two colons at least; one stands before a port.
                case ":": text.utf8.count { $0 == UInt8(ascii: ":") } >= 2
                default: false
                }
            }
    }
}

extension ValueType {
    /// Any number of values of `type`, be it none.
    static func list<Element>(of type: ValueType<Element>) -> Self where Value == [Element] {
        Self(
            name: "list of: \(type.name)",
            mayBeEmpty: true,
            read: { raw, path, findings in
                let elements = findings.value(of: raw, at: path) { raw throws(Refusal) in
                    guard let elements = raw.isEmptyVariable ? [] : raw.elements else {
                        throw Refusal(
                            "expected a list, found \(raw.found)",
                            "write one in brackets, with commas, or [] for none"
                        )
                    }
                    return elements
                }
                guard let elements else { return nil }
                let values = elements.compactMap { type.read($0, path, &findings) }
                return values.count == elements.count ? values : nil
            },
            text: { "[\($0.map(type.text).joined(separator: ", "))]" }
        )
    }
}

extension ValueType where Value == [String: String] {
    /// Mailboxes by the names of offices.
    static let mailboxes = map(
        "map of name to e-mail address",
        of: "names with mailboxes",
        such: "north: north@example.lu",
        refusing: { name in
            isName(name)
                ? nil
                : Refusal(
                    "\(Quoting.quoted(name)) is no name of an office",
                    "write 1 to 50 of a-z, 0-9 and hyphen, such as north"
                )
        },
        read: ValueType<String>.mailbox.read,
        text: { Quoting.yaml($0) }
    )

    private static func isName(_ text: String) -> Bool {
        (1...50).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }
}

extension ValueType where Value == [String: [String]] {
    /// Broker users and the roles of each.
    static func publishers(roles: [String]) -> Self {
        map(
            "map of broker user to list of \(roles.joined(separator: ", "))",
            of: "users with their roles",
            such: "ntp-portal: [portal]",
            // Neither reading is safe to guess: everybody of the default, or nobody.
            null: Refusal("has no value", "write {} for nobody, or remove it to have the default"),
            refusing: { user in
                // A short string of AMQP ends at 255 bytes.
                (1...255).contains(user.utf8.count)
                    ? nil
                    : Refusal(
                        "a broker user has 1 to 255 bytes",
                        "write the name as the broker knows it"
                    )
            },
            read: { raw, path, findings in
                Words.read(raw, of: roles, noun: "role", at: path, &findings)
            },
            text: { "[\($0.joined(separator: ", "))]" }
        )
    }
}

extension ValueType {
    /// Values by names.
    ///
    /// - Parameters:
    ///   - nouns: What is in it.
    ///   - example: A line of it, for whoever wrote something else.
    ///   - null: Why it has to have a value; nil where none stands for no names.
    ///   - refusal: Why a name is not one of those; nil for one that is.
    private static func map<Element>(
        _ name: String,
        of nouns: String,
        such example: String,
        null: Refusal? = nil,
        refusing refusal: @escaping @Sendable (String) -> Refusal?,
        read: @escaping @Sendable (RawValue, _ path: String, inout Findings) -> Element?,
        text: @escaping @Sendable (Element) -> String
    ) -> Self where Value == [String: Element] {
        Self(
            name: name,
            isNullable: true,
            isMap: true,
            read: { raw, path, findings in
                let errors = findings.errors.count
                let entries = findings.value(of: raw, at: path) { raw throws(Refusal) in
                    if raw.isNull {
                        if let null { throw null }
                        return [RawValue.Entry]()
                    }
                    guard case .map(let entries) = raw.content else {
                        throw Refusal(
                            "expected \(nouns), found \(raw.found)",
                            "write lines such as \(example)"
                        )
                    }
                    return entries
                }
                var values: [String: Element] = [:]
                for (name, entry) in raw.uniqueEntries(entries ?? [], at: path, &findings) {
                    if let refusal = refusal(name) {
                        findings.fail(entry.location, path, refusal.problem, refusal.advice)
                        continue
                    }
                    values[name] = read(entry.value, "\(path).\(name)", &findings)
                }
                return findings.errors.count == errors ? values : nil
            },
            text: { values in
                let entries = values.sorted { $0.key < $1.key }
                    .map { "\(Quoting.yaml($0)): \(text($1))" }
                return entries.isEmpty ? "{}" : "{ \(entries.joined(separator: ", ")) }"
            }
        )
    }
}

/// Lists of words out of a fixed set.
enum Words {
    static func advice(_ words: [String], for word: String? = nil) -> String {
        if let word, let nearest = Suggestion.nearest(to: word, among: words) {
            return "did you mean \"\(nearest)\"?"
        }
        return "use one of \(words.joined(separator: ", "))"
    }

    static func read(
        _ raw: RawValue,
        of words: [String],
        noun: String,
        at path: String,
        _ findings: inout Findings
    ) -> [String]? {
        let elements = findings.value(of: raw, at: path) { raw throws(Refusal) in
            guard !raw.isNull, let elements = raw.elements else {
                throw Refusal(
                    "expected a list of \(noun)s, found \(raw.found)",
                    "write one such as [\(words.prefix(2).joined(separator: ", "))]"
                )
            }
            guard !elements.isEmpty else {
                throw Refusal(
                    "the list is empty",
                    "name at least one \(noun): \(words.joined(separator: ", "))"
                )
            }
            return elements
        }
        guard let elements else { return nil }
        var seen: Set<String> = []
        return findings.values(of: elements, at: path) { element throws(Refusal) in
            guard case .scalar(let word, _) = element.content else {
                throw Refusal("expected a \(noun), found \(element.found)", advice(words))
            }
            guard words.contains(word) else {
                throw Refusal("unknown \(noun) \(Quoting.quoted(word))", advice(words, for: word))
            }
            guard seen.insert(word).inserted else {
                throw Refusal("the \(noun) \"\(word)\" is named twice", "remove one of the two")
            }
            return word
        }
    }
}
