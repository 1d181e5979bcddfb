import AMQP
import Contract
import Foundation

/// A message for programs: its properties and its body, which is JSON, text or base64.
enum MessageJSON {
    static func write(_ message: Delivery, to json: inout JSONWriter) {
        let properties = message.properties
        json.member("exchange", message.exchange)
        json.member("routingKey", message.routingKey)
        json.member("redelivered", message.isRedelivered)
        json.object("properties") { object in
            object.optionalMember("contentType", properties.contentType)
            object.optionalMember("messageId", properties.messageIdentifier)
            object.optionalMember("correlationId", properties.correlationIdentifier)
            object.optionalMember("type", properties.type)
            object.optionalMember("userId", properties.userIdentifier)
            object.optionalMember("appId", properties.applicationIdentifier)
            object.member("timestamp", properties.timestampSeconds)
        }
        json.object("headers") { object in
            for entry in properties.headers.entries {
                if let text = entry.value.stringValue {
                    object.member(entry.name, text)
                } else if let number = entry.value.integerValue {
                    object.member(entry.name, number)
                }
            }
        }
        do {
            json.member("body", try JSONValue(parsing: message.body))
        } catch {
            if let text = String(validating: message.body, as: UTF8.self) {
                json.member("text", text)
            } else {
                json.member("base64", Data(message.body).base64EncodedString())
            }
        }
    }
}
