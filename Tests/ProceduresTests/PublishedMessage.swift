import Contract
import Foundation
import Yams

/// A message of `Config/asyncapi.yaml` with its schema.
struct PublishedMessage {
    let routingKey: String
    /// Whether it is sent to Registrar, and not by it.
    let isInbound: Bool
    let schema: JSONValue

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A file of the repository, by its path.
    static func file(_ path: String) -> URL { root.appending(path: path) }

    /// All of them, in the order of the document.
    static func all() throws -> [PublishedMessage] {
        let text = try String(contentsOf: file("Config/asyncapi.yaml"), encoding: .utf8)
        let channels = try Yams.compose(yaml: text)?["channels"]?.mapping
        return try (channels.map(Array.init) ?? []).compactMap { name, channel in
            guard let key = name.string, !key.hasPrefix("queue.") else { return nil }
            return PublishedMessage(
                routingKey: key,
                isInbound: channel["bindings"]?["$ref"]?.string?.hasSuffix("/in") == true,
                schema: try schema("\(key).v1.json")
            )
        }
    }

    static func schema(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: Array(Data(contentsOf: file("Config/schemas/\(name)"))))
    }

    var title: String { schema["title"]?.text ?? "" }

    /// Without what is true of every message about a request, and stands at the top of the page.
    var description: String {
        (schema["description"]?.text ?? "").replacing(
            " The envelope's subject and data.requestId must be the same id: refused as schema "
                + "otherwise, which no schema can say.",
            with: ""
        )
    }

    /// What stands in `data`.
    var data: JSONValue { schema["properties"]?["data"] ?? .null }

    /// The first example, and each that has other members in `data` than those before.
    var examples: [JSONValue] {
        var known: Set<[String]> = []
        return (schema["examples"]?.elements ?? []).filter { example in
            known.insert(example["data"]?.members.map(\.name).sorted() ?? []).inserted
        }
    }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue? {
        if case .object(let object) = self { object[name] } else { nil }
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    var members: [JSONObject.Member] {
        if case .object(let object) = self { object.members } else { [] }
    }

    /// As people write it: in one line what has place there.
    func laidOut(indent: String = "", after label: String = "") -> String {
        let line = label + oneLine
        guard line.count + indent.count > 96 else { return line }
        let deeper = indent + "  "
        switch self {
        case .array(let elements):
            let lines = elements.map { deeper + $0.laidOut(indent: deeper) }
            return "\(label)[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        case .object(let object):
            let lines = object.members.map { member in
                let name = "\(JSONValue.string(member.name).oneLine): "
                return deeper + member.value.laidOut(indent: deeper, after: name)
            }
            return "\(label){\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        default: return line
        }
    }

    private var oneLine: String {
        switch self {
        case .array(let elements):
            return "[\(elements.map(\.oneLine).joined(separator: ", "))]"
        case .object(let object):
            let members = object.members.map {
                "\(JSONValue.string($0.name).oneLine): \($0.value.oneLine)"
            }
            return members.isEmpty ? "{}" : "{ \(members.joined(separator: ", ")) }"
        default:
            var writer = JSONWriter()
            writer.value(self)
            return writer.text
        }
    }
}
