public import Contract
public import Domain

extension Correspondent {
    /// What would become of a message: what its sender would be told, and which mails would go out.
    ///
    /// - Parameters:
    ///   - outcome: What would be done with it, such as `applied`.
    ///   - messages: All that would be sent.
    public func preview(
        of routingKey: String,
        request: RequestIdentifier,
        outcome: String,
        code: ProblemCode?,
        messages: [OutboundMessage],
        cause: Cause
    ) -> OutboundMessage {
        message("disclosure.preview", subject: request.uuid.text, cause: cause) { data in
            data.member("requestId", request.uuid.text)
            data.member("message", routingKey)
            data.member("outcome", outcome)
            data.optionalMember("code", code?.rawValue)
            data.array("follows") { list in
                for message in messages {
                    guard let told = Self.told(by: message) else { continue }
                    list.object { json in
                        json.member("message", message.routingKey)
                        json.member("data", .object(told))
                    }
                }
            }
            data.array("mails") { list in
                for (template, count) in Self.mails(among: messages) {
                    list.object { json in
                        json.member("template", template)
                        json.member("count", count)
                    }
                }
            }
            data.member("at", cause.at.description)
        }
    }

    /// What portals are told of requests, accounts and duties, and of what is refused; nil for what
    /// is others' to know.
    private static func told(by message: OutboundMessage) -> JSONObject? {
        guard ["status", "problem"].contains(message.family),
            case .object(let event)? = try? JSONValue(parsing: message.body),
            case .object(let data)? = event["data"]
        else { return nil }
        return data
    }

    /// In the order of the first of each.
    private static func mails(among messages: [OutboundMessage]) -> [(String, Int)] {
        var mails: [(template: String, count: Int)] = []
        for template in messages.compactMap({ $0.mail?.template }) {
            if let index = mails.firstIndex(where: { $0.template == template }) {
                mails[index].count += 1
            } else {
                mails.append((template, 1))
            }
        }
        return mails
    }
}
