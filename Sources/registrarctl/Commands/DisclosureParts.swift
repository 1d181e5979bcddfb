import Contract

/// The parts of a disclosure, put together as they come.
struct DisclosureParts {
    private var parts: [Int64: JSONObject] = [:]
    private var count: Int64 = 1

    var isEmpty: Bool { parts.isEmpty }

    /// Takes a part over, in whatever order they come; one that comes again is the same.
    mutating func add(_ data: JSONObject) {
        count = max(count, data.integer("parts") ?? 1)
        parts[data.integer("part") ?? 1] = data
    }

    /// The whole disclosure; nil while parts are missing. Its lists are those of all parts, one
    /// after another, and texts that were given in pieces are whole again.
    var whole: JSONObject? {
        let ordered = (1...count).compactMap { parts[$0] }
        guard let first = ordered.first, ordered.count == count else { return nil }
        return JSONObject(
            first.members.compactMap { member in
                if ["part", "parts"].contains(member.name) { return nil }
                guard case .array = member.value, Self.lists.contains(member.name) else {
                    return member
                }
                let items = ordered.flatMap { part -> [JSONValue] in
                    guard case .array(let items) = part[member.name] else { return [] }
                    return items
                }
                return .init(member.name, .array(Self.joiningPieces(items)))
            }
        )
    }

    /// What is divided over the parts; other lists are the same in each.
    private static let lists: Set = [
        "requests", "accounts", "texts", "documents", "particulars", "authorisations",
        "obligations", "messages", "mentions",
    ]

    private static func joiningPieces(_ items: [JSONValue]) -> [JSONValue] {
        var joined: [JSONValue] = []
        for item in items {
            guard case .object(let object) = item, let piece = object.integer("piece") else {
                joined.append(item)
                continue
            }
            var content = object.text("content") ?? ""
            if piece > 1, case .object(let before) = joined.last {
                content = (before.text("content") ?? "") + content
                joined.removeLast()
            }
            joined.append(
                .object(
                    JSONObject(
                        object.members.compactMap { member in
                            if ["piece", "pieces"].contains(member.name) { return nil }
                            return member.name == "content"
                                ? .init("content", .string(content)) : member
                        }
                    )
                )
            )
        }
        return joined
    }
}

extension JSONObject {
    fileprivate func integer(_ name: String) -> Int64? {
        guard case .number(let number) = self[name] else { return nil }
        return number.integer
    }

    fileprivate func text(_ name: String) -> String? {
        guard case .string(let text) = self[name] else { return nil }
        return text
    }
}
