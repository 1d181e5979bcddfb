import Contract
import Domain
@testable import Procedures

// How an example writes papers and vehicles.
extension ExampleMessage {
    /// A resident brings a car of 2019 from France, and hands in the file in person.
    var vehicleDefaults: [(String, JSONValue)] {
        [
            ("requestId", .string("v1")), ("applicant", .string("anne")),
            ("situation", .string("resident")), ("vehicle", .string("")),
            ("holderIsOwner", .boolean(true)), ("plate", .string("standard")),
            ("submittedBy", .string("owner")),
        ]
    }

    /// Such as `insurance P-1 until 2027-01-01`; also `issued` and a day, `from` and a country,
    /// `attests` and what with a comma between.
    static func document(_ text: Substring) -> JSONValue {
        var words = text.split(separator: " ").map(String.init)[...]
        var members = [
            JSONObject.Member("kind", .string(words.popFirst() ?? "")),
            JSONObject.Member("reference", .string(words.popFirst() ?? "")),
        ]
        while let word = words.popFirst(), let value = words.popFirst() {
            switch word {
            case "until": members.append(.init("validUntil", .string(value)))
            case "issued": members.append(.init("issuedOn", .string(value)))
            case "from": members.append(.init("country", .string(value)))
            default:
                let list = value.split(separator: ",").map { JSONValue.string(String($0)) }
                members.append(.init(word, .array(list)))
            }
        }
        return .object(JSONObject(members))
    }

    /// Such as `new=true; kilometres=12`: what differs from a car of 2019 from France. An empty
    /// value leaves a member out.
    static func vehicle(_ text: String) -> JSONValue {
        var members: [JSONObject.Member] = [
            .init("vin", .string("WVWZZZ1JZXW000001")), .init("make", .string("Volkswagen")),
            .init("firstRegisteredOn", .string("2019-03-01")),
            .init("originCountry", .string("FR")), .init("originEEA", .boolean(true)),
            .init("new", .boolean(false)), .init("kilometres", .number(JSONNumber(60_000))),
        ]
        for part in text.split(separator: ";") {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
                .map { String($0.drop { $0 == " " }) }
            members.removeAll { $0.name == pair[0] }
            guard !pair[1].isEmpty else { continue }
            members.append(.init(pair[0], value(pair[1])))
        }
        return .object(JSONObject(members))
    }

    private static func value(_ text: String) -> JSONValue {
        switch text {
        case "true", "false": .boolean(text == "true")
        default: Int(text).map { .number(JSONNumber($0)) } ?? .string(text)
        }
    }

    /// `standard`, `personalised` and the wish, or `transferred` and the number.
    static func plate(_ text: String) -> JSONValue {
        let words = text.split(separator: " ").map(String.init)
        var members = [JSONObject.Member("kind", .string(words[0]))]
        if words.count > 1 {
            let name = words[0] == "transferred" ? "number" : "wish"
            members.append(.init(name, .string(words[1])))
        }
        return .object(JSONObject(members))
    }
}

extension Scene {
    /// The step, the items that are missing, and the total, as the status of a request says them.
    func status(of name: String) throws -> [String: String] {
        guard let identifier = requestIdentifier(name),
            let request = try register.request(identifier),
            let procedure = ProcedureCatalogue.procedure(named: request.procedure)
        else { return [:] }
        var status: [String: String] = [:]
        for field in try procedure.statusFields(of: request, in: register) ?? [] {
            switch field.value {
            case .string(let text): status[field.name] = text
            case .array(let items):
                status[field.name] = items.compactMap { item in
                    guard case .object(let object) = item,
                        case .string(let name)? = object["item"] ?? object["code"]
                    else { return nil }
                    return name
                }.joined(separator: ", ")
            default: break
            }
        }
        return status
    }
}
