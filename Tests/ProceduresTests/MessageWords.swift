import Contract

/// What schemas say of members, for people.
struct MessageWords {
    /// The definitions that the messages share.
    private let definitions: [JSONObject.Member]

    init(common: JSONValue) {
        definitions = common["definitions"]?.members ?? []
    }

    // MARK: What several messages share

    /// A row for each set of words: those that have a name, then those of single members.
    func sets(of messages: [PublishedMessage]) -> [String] {
        let named = definitions.compactMap { set in
            Self.enumeration(of: set.value).map { words in
                Self.row("`\(set.name)`", [words, set.value["description"]?.text])
            }
        }
        let others = messages.flatMap { message in
            (message.data["properties"]?.members ?? []).compactMap { member in
                Self.enumeration(of: member.value).map { words in
                    Self.row("`\(member.name)` of `\(message.routingKey)`", [words])
                }
            }
        }
        return named + others
    }

    /// A section for each object that messages share.
    var objects: [String] {
        definitions.filter { !$0.name.hasSuffix("Event") && $0.value["properties"] != nil }
            .map { object in
                let description = object.value["description"]?.text
                return
                    (["### \(object.name)", description].compactMap(\.self)
                    + [table(of: object.value)]).joined(separator: "\n\n")
            }
    }

    /// A row for each kind of value that is neither an object nor a word of a set.
    var values: [String] {
        definitions.filter { $0.value["properties"] == nil && !$0.name.hasSuffix("Event") }
            .filter { Self.enumeration(of: $0.value) == nil }
            .map { Self.row("`\($0.name)`", [$0.value["description"]?.text]) }
    }

    // MARK: Members

    /// The members of an object.
    func table(of object: JSONValue) -> String {
        let members = object["properties"]?.members ?? []
        guard !members.isEmpty else { return "" }
        let required = Set(object["required"]?.elements.compactMap(\.text) ?? [])
        let alternatives = Self.alternatives(in: object)
        let rows = members.map { member in
            let alternative = alternatives.first { $0.contains(member.name) }?
                .filter { $0 != member.name }.map { "`\($0)`" }.joined(separator: " or ")
            let need =
                required.contains(member.name) ? "required" : alternative.map { "or \($0)" } ?? ""
            return "| `\(member.name)` | \(need) | \(Self.cell(meaning(of: member.value))) |"
        }
        return "| member | | what it says |\n| --- | --- | --- |\n"
            + rows.joined(separator: "\n")
    }

    /// Members of which exactly one is there.
    private static func alternatives(in object: JSONValue) -> [[String]] {
        ([object] + (object["allOf"]?.elements ?? [])).compactMap { part in
            let names = (part["oneOf"]?.elements ?? []).map { choice in
                (choice["required"]?.elements ?? []).compactMap(\.text)
            }
            return names.isEmpty || names.contains { $0.count != 1 } ? nil : names.flatMap(\.self)
        }
    }

    private func meaning(of schema: JSONValue) -> String {
        let definition = definition(of: schema)
        let own = schema["description"]?.text
        var parts = [own, definition.flatMap { Self.reference(to: $0, besides: own) }]
        let items = schema["items"] ?? definition?.value["items"]
        let words =
            Self.enumeration(of: schema) ?? definition.flatMap { Self.enumeration(of: $0.value) }
            ?? items.flatMap { self.definition(of: $0) }.flatMap { Self.enumeration(of: $0.value) }
        parts.append(words ?? schema["const"]?.text.map { "`\($0)`" })
        if let inner = items.flatMap({ self.definition(of: $0) }), inner.value["properties"] != nil
        {
            parts.append("A list. See [\(inner.name)](#\(inner.name.lowercased())).")
        }
        if let inner = schema["properties"] ?? schema["items"]?["properties"] {
            let names = inner.members.map { "`\($0.name)`" }.joined(separator: ", ")
            parts.append("With \(names).")
        }
        let said = parts.compactMap(\.self).joined(separator: " ")
        return said.isEmpty ? Self.kind(of: schema) : said
    }

    /// What is said of a member that is what is shared: where more about it stands, unless that is
    /// short and all that there is.
    private static func reference(
        to definition: JSONObject.Member,
        besides own: String?
    ) -> String? {
        let (name, value) = (definition.name, definition.value)
        if value["properties"] != nil { return "See [\(name)](#\(name.lowercased()))." }
        guard let description = value["description"]?.text else { return nil }
        if own == nil, description.count <= 120 { return description }
        return "See [\(name)](#\(enumeration(of: value) == nil ? "values" : "words"))."
    }

    /// What is shared, and referred to.
    private func definition(of schema: JSONValue) -> JSONObject.Member? {
        let references = [schema] + (schema["allOf"]?.elements ?? [])
        let name = references.compactMap { $0["$ref"]?.text }.first?.split(separator: "/").last
        return name.flatMap { name in definitions.first { $0.name == name } }
    }

    private static func kind(of schema: JSONValue) -> String {
        switch schema["type"]?.text {
        case "boolean": "True or false."
        case "integer": "A whole number."
        case "number": "A number."
        case "string": "A text."
        default: ""
        }
    }

    private static func enumeration(of schema: JSONValue) -> String? {
        let values = schema["enum"] ?? schema["items"]?["enum"]
        guard let elements = values?.elements, !elements.isEmpty else { return nil }
        return elements.map { element in
            if case .number(let number) = element { return "`\(number.text)`" }
            return "`\(element.text ?? "null")`"
        }
        .joined(separator: ", ")
    }

    // MARK: Markdown

    private static func row(_ name: String, _ parts: [String?]) -> String {
        "| \(name) | \(cell(parts.compactMap(\.self).joined(separator: " "))) |"
    }

    /// A text in a table.
    static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }
}
