import Contract
import Foundation

/// The files of `Config/schemas`.
enum Schemas {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let folder = root.appending(path: "Config/schemas")

    /// What the others refer to; the schema of no message.
    static let common = "common.json"

    /// Each file by its name.
    static func all() throws -> [String: JSONValue] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { name in
                let bytes = try Data(contentsOf: folder.appending(path: name))
                return (name, try JSONValue(parsing: Array(bytes)))
            }
        )
    }

    static func file(of routingKey: String) -> String { "\(routingKey).v1.json" }

    static func routingKey(of file: String) -> String {
        String(file.dropLast(".v1.json".count))
    }
}

extension JSONValue {
    /// The member of an object, or the element of an array.
    subscript(_ name: String) -> JSONValue? {
        switch self {
        case .object(let object): object[name]
        case .array(let elements):
            Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        default: nil
        }
    }

    /// What a path such as `definitions/status/enum` leads to.
    func at(_ path: String) -> JSONValue? {
        path.split(separator: "/").reduce(Optional(self)) { $0?[String($1)] }
    }

    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    var members: [JSONObject.Member] {
        if case .object(let object) = self { object.members } else { [] }
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// As a program writes it.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// Every member with one of these names, however deep it stands.
    func all(_ names: Set<String>) -> [JSONValue] {
        elements.flatMap { $0.all(names) }
            + members.flatMap { member in
                (names.contains(member.name) ? [member.value] : []) + member.value.all(names)
            }
    }
}
