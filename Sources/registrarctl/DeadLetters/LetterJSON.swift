import Contract
import Domain
import Foundation
import Storage

// Dead letters for programs, and in tables of what becomes of them.

extension LetterHead {
    /// What kind of message it was: its routing key.
    var kind: String { routingKey.isEmpty ? queue ?? "unknown" : routingKey }

    /// Of ``cells``.
    static let columns: [Table.Column] = [
        .text("ID"), .text("REASON"), .flexible("TYPE OR QUEUE"), .text("USER", isOptional: true),
    ]

    var cells: [Cell] {
        [
            Cell(identifier.description), Cell(reason.rawValue), Cell(kind), Cell(user ?? ""),
        ]
    }

    /// All that is known of it without its content.
    func write(to json: inout JSONWriter) {
        json.member("id", identifier.description)
        json.member("reason", reason.rawValue)
        json.member("detail", detail)
        json.member("at", at.description)
        json.member("queue", queue)
        json.member("routingKey", routingKey)
        json.member("user", user)
        json.member("replays", replays)
    }
}

extension DeadLetter {
    /// The letter whole. Properties have the names that AMQP gives them; the body is in base64.
    func write(to json: inout JSONWriter) {
        json.member("id", identifier.description)
        json.member("reason", reason.rawValue)
        json.member("detail", detail)
        json.member("at", at.description)
        json.member("queue", queue)
        json.member("routingKey", routingKey)
        json.member("user", user)
        json.member("replays", replays)
        json.object("properties") { json in
            json.optionalMember("content_type", properties.contentType)
            json.optionalMember("content_encoding", properties.contentEncoding)
            if let mode = properties.deliveryMode { json.member("delivery_mode", mode) }
            if let priority = properties.priority { json.member("priority", priority) }
            json.optionalMember("correlation_id", properties.correlationIdentifier)
            json.optionalMember("reply_to", properties.replyTo)
            json.optionalMember("expiration", properties.expiration)
            json.optionalMember("message_id", properties.messageIdentifier)
            if let seconds = properties.timestampSeconds { json.member("timestamp", seconds) }
            json.optionalMember("type", properties.type)
            json.optionalMember("user_id", properties.userIdentifier)
            json.optionalMember("app_id", properties.applicationIdentifier)
        }
        json.key("headers")
        HeaderValue.table(properties.headers).write(to: &json)
        json.member("body", Data(body).base64EncodedString())
    }
}

extension HeaderValue {
    /// Bytes are written in base64, times as seconds. Of fields with one name, the first counts.
    func write(to json: inout JSONWriter) {
        switch self {
        case .text(let text): json.string(text)
        case .bytes(let bytes): json.string(Data(bytes).base64EncodedString())
        case .boolean(let boolean): json.boolean(boolean)
        case .integer(let integer): json.integer(integer)
        case .unsigned(let integer), .timestamp(let integer): json.integer(integer)
        case .double(let number):
            // JSON has no infinity, and nothing that is no number.
            if number.isFinite { json.raw("\(number)") } else { json.string("\(number)") }
        case .decimal(let scale, let value): json.string("\(value)e-\(scale)")
        case .table(let fields):
            json.object { json in
                var names: Set<String> = []
                for field in fields where names.insert(field.name).inserted {
                    json.key(field.name)
                    field.value.write(to: &json)
                }
            }
        case .array(let values):
            json.array { json in for value in values { value.write(to: &json) } }
        case .void: json.null()
        }
    }
}
