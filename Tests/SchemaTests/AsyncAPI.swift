import Contract
import Foundation
import Yams

/// `Config/asyncapi.yaml`.
struct AsyncAPI: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let document: JSONValue

    init() throws {
        let file = Schemas.root.appending(path: "Config/asyncapi.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        document = try Self.json(try Yams.load(yaml: text))
    }

    /// The names and contents of a section such as `channels`.
    func section(_ name: String) -> [JSONObject.Member] { document.at(name)?.members ?? [] }

    /// What a value is, or refers to.
    ///
    /// - Throws: ``Failure`` for a reference that leads nowhere.
    func resolved(_ value: JSONValue?) throws -> JSONValue {
        guard let value else { throw Failure(description: "there is nothing to resolve") }
        guard let reference = value["$ref"]?.text else { return value }
        return try target(of: reference)
    }

    /// What a reference leads to: a place in the document, or a file beside it.
    func target(of reference: String) throws -> JSONValue {
        if reference.hasPrefix("#/"), let place = document.at(String(reference.dropFirst(2))) {
            return place
        }
        let file = reference.split(separator: "/").last.map(String.init) ?? ""
        if reference == "./schemas/\(file)", let schema = try Schemas.all()[file] { return schema }
        throw Failure(description: "\(reference) leads nowhere")
    }

    /// The examples of the messages, by routing key.
    var examples: [(routingKey: String, event: JSONValue)] {
        section("components/messages").flatMap { message in
            (message.value["examples"]?.elements ?? []).map {
                (message.name, $0["payload"] ?? .null)
            }
        }
    }

    private static func json(_ value: Any?) throws -> JSONValue {
        switch value {
        case let text as String: return .string(text)
        case let boolean as Bool: return .boolean(boolean)
        case let integer as Int: return .number(JSONNumber(integer))
        case let list as [Any]: return .array(try list.map(json))
        case let map as [String: Any]:
            return .object(
                JSONObject(
                    try map.sorted { $0.key < $1.key }
                        .map { JSONObject.Member($0.key, try json($0.value)) }
                )
            )
        case nil, is NSNull: return .null
        case .some(let other):
            throw Failure(description: "\(other), a \(type(of: other)), has no place in JSON")
        }
    }
}
