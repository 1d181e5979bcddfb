import Composition
import Contract
import Domain

/// An event for the daemon, complete.
struct InboundEvent {
    let identifier: String
    let routingKey: String
    /// The envelope's `subject`: the request's id, or the account's.
    let subject: String?
    /// The request that it is about, where it is about one.
    let request: String?
    let body: [UInt8]

    var queue: InboundQueue? { InboundQueue(routingKey: routingKey) }
}

/// Makes the events that commands ask for.
struct EventMaker {
    /// The CloudEvents `source` of everything that this program sends.
    static let source = "urn:luccs:registrarctl"

    let identifiers = TimeOrderedIdentifiers()
    let now = SystemTime().now
    /// Why an operator has it done; nil where that goes without saying.
    let reason: String?

    /// An event about a request, whose id stands in `data` as well.
    func event(
        _ routingKey: String,
        request: RequestIdentifier,
        data: (inout JSONWriter) -> Void
    ) -> InboundEvent {
        event(routingKey, subject: request.uuid, request: request) { json in
            json.member("requestId", request.description)
            data(&json)
        }
    }

    /// An event about an account, or about no id at all.
    func event(
        _ routingKey: String,
        account: AccountIdentifier?,
        data: (inout JSONWriter) -> Void
    ) -> InboundEvent {
        event(routingKey, subject: account?.uuid, request: nil, data: data)
    }

    private func event(
        _ routingKey: String,
        subject: UniversalIdentifier?,
        request: RequestIdentifier?,
        data: (inout JSONWriter) -> Void
    ) -> InboundEvent {
        let identifier = identifiers.next().text
        let message = EventWriter(source: Self.source).message(
            identifier: identifier,
            routingKey: routingKey,
            time: now,
            subject: subject?.text,
            reason: reason,
            data: data
        )
        return InboundEvent(
            identifier: identifier,
            routingKey: routingKey,
            subject: subject?.text,
            request: request?.description,
            body: message.body
        )
    }
}

extension InboundEvent {
    /// Takes an event that somebody wrote, as it is.
    ///
    /// - Throws: an `ExitFailure`, when no routing key can be derived from it.
    init(written body: [UInt8]) throws {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body)
        } catch {
            throw ExitFailure(.data, "the event is not JSON: \(error.detail)")
        }
        guard case .object(let object) = value else {
            throw ExitFailure(.data, "the event is not a JSON object; see the contract's envelope")
        }
        func text(_ name: String) throws -> String {
            guard case .string(let text) = object[name] else {
                throw ExitFailure(
                    .data,
                    "the event has no text \"\(name)\"; see the contract's envelope"
                )
            }
            return text
        }
        let type = try text("type")
        guard let routingKey = EventType.routingKey(of: type) else {
            throw ExitFailure(
                .data,
                "the event's type is \"\(type)\"; it has to be lu.etat.do.<routing key>.v1, such as "
                    + EventType.type(ofRoutingKey: "registration.supplement")
            )
        }
        var (subject, request): (String?, String?)
        if case .string(let text) = object["subject"] { subject = text }
        if case .object(let data) = object["data"], case .string(let text) = data["requestId"] {
            request = text
        }
        self.init(
            identifier: try text("id"),
            routingKey: routingKey,
            subject: subject,
            request: request,
            body: body
        )
    }
}

extension EventType {
    /// What is left of a type without its prefix and suffix; nil when it has not both.
    fileprivate static func routingKey(of type: String) -> String? {
        let frame = self.type(ofRoutingKey: "*").split(separator: "*")
        let routingKey = type.dropFirst(frame[0].count).dropLast(frame[1].count)
        return matches(type, routingKey: String(routingKey)) && !routingKey.isEmpty
            ? String(routingKey) : nil
    }
}
