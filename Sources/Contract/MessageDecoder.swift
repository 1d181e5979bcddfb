import Domain

/// Makes a command of a message, or says why there is none.
///
/// The checks come in the contract's order, and the first that fails names the problem: size
/// (`too-large`), JSON (`malformed`), envelope (`not-an-event`), sender and routing (`forbidden`),
/// type (`unknown-type`), schema (`schema`).
public struct MessageDecoder: Sendable {
    /// The largest body that is read, in bytes: 256 KiB.
    public static let maximumBodySize = 262_144

    /// Who may say what; may be exchanged while the service runs.
    public var publishers: Publishers
    private let definitions: [String: MessageDefinition]

    /// No two definitions may have the same routing key.
    public init(definitions: [MessageDefinition], publishers: Publishers) {
        var byRoutingKey: [String: MessageDefinition] = [:]
        for definition in definitions {
            let previous = byRoutingKey.updateValue(definition, forKey: definition.routingKey)
            precondition(
                previous == nil,
                "two message definitions have the routing key \(definition.routingKey): "
                    + "take one of them out of the catalogue"
            )
        }
        self.definitions = byRoutingKey
        self.publishers = publishers
    }

    /// The routing keys of the messages that are read, in alphabetical order.
    public var routingKeys: [String] { definitions.keys.sorted() }

    /// A replayed message counts as its first sender's; see `Replay`.
    public func decode(_ message: InboundMessage) -> DecodedMessage {
        let value: JSONValue
        var envelope: Envelope
        do throws(Problem) {
            try checkSize(message)
            value = try JSONValue(parsing: message.body)
            envelope = try EnvelopeReader.read(
                value,
                contentType: message.properties.contentType
            )
        } catch {
            return .dead(error, nil)
        }
        do throws(Problem) {
            let data = Self.data(of: value)
            let roles = try checkSender(of: message, envelope, data)
            let definition = try definition(for: message)
            if roles.contains(.operator) { envelope.reason = try reason(in: value, definition) }
            envelope.reason = message.replay?.reason ?? envelope.reason
            return .command(try command(from: data, definition, envelope), envelope)
        } catch {
            return .dead(error, envelope)
        }
    }

    // MARK: Checks

    private func checkSize(_ message: InboundMessage) throws(Problem) {
        guard message.body.count <= Self.maximumBodySize else {
            throw Problem(
                .tooLarge,
                "the body has \(message.body.count) bytes; "
                    + "at most \(Self.maximumBodySize) are taken"
            )
        }
    }

    /// The sender is who the broker says; the routing key, which the broker checked the sender's
    /// permissions against, must be the one of the event's type. So a type that has none, because
    /// it lacks the contract's prefix or `.v1`, is forbidden under every routing key.
    private func checkSender(
        of message: InboundMessage,
        _ envelope: Envelope,
        _ data: JSONObject?
    ) throws(Problem) -> Set<PublisherRole> {
        guard let user = message.properties.userIdentifier, !user.isEmpty else {
            throw Problem(
                .forbidden,
                message.replay == nil
                    ? "the message has no user_id: set it to the broker user"
                    : "the message was replayed, and it is not known who sent it first"
            )
        }
        guard let roles = publishers.roles(of: user) else {
            throw Problem(.forbidden, "the message's user_id is not one of the publishers")
        }
        guard EventType.matches(envelope.type, routingKey: message.routingKey) else {
            throw Problem(
                .forbidden,
                at: "/type",
                "the routing key is not the one of the event's type: it must be the type without "
                    + "lu.etat.do. and .v1"
            )
        }
        let actor = Self.actorRole(in: data)
        guard roles.contains(where: { $0.maySend(message.routingKey, actor: actor) }) else {
            let names = roles.map(\.rawValue).sorted().joined(separator: ", ")
            let role = actor.map { " as \($0.rawValue)" } ?? ""
            throw Problem(
                .forbidden,
                at: "/type",
                "the sender may not send this type\(role); its roles: "
                    + (names.isEmpty ? "none" : names)
            )
        }
        return roles
    }

    /// Why, as the extension attribute `reason` of an operator's event says it; nil if it does not.
    private func reason(
        in event: JSONValue,
        _ definition: MessageDefinition
    ) throws(Problem) -> String? {
        guard case .object(let object) = event, let value = object["reason"], value != .null else {
            return nil
        }
        guard case .string(let text) = value, Envelope.isReason(text) else {
            throw Self.schemaProblem(
                definition,
                [
                    Finding(
                        pointer: "/reason",
                        detail: "must be text of 1 to \(Envelope.reasonLength.upperBound) "
                            + "characters, without control characters other than line ends and "
                            + "tabs"
                    )
                ]
            )
        }
        return text
    }

    private func definition(for message: InboundMessage) throws(Problem) -> MessageDefinition {
        guard let definition = definitions[message.routingKey] else {
            throw Problem(.unknownType, at: "/type", "no message of this type is read here")
        }
        return definition
    }

    private func command(
        from data: JSONObject?,
        _ definition: MessageDefinition,
        _ envelope: Envelope
    ) throws(Problem) -> any Command {
        guard let data else {
            throw Self.schemaProblem(
                definition,
                [Finding(pointer: "/data", detail: "must be there, and an object")]
            )
        }
        var reader = PayloadReader(data, envelope: envelope)
        let command = definition.read(&reader, envelope)
        let findings = reader.finish()
        guard findings.isEmpty, let command else {
            throw Self.schemaProblem(
                definition,
                findings.isEmpty
                    ? [Finding(pointer: "/data", detail: "does not say what is asked")] : findings
            )
        }
        return command
    }

    private static func schemaProblem(
        _ definition: MessageDefinition,
        _ findings: [Finding]
    ) -> Problem {
        Problem(
            .schema,
            "the payload does not follow the schema of \(definition.routingKey); "
                + "faults found: \(findings.count)",
            findings: findings
        )
    }

    // MARK: Reading ahead

    private static func data(of event: JSONValue) -> JSONObject? {
        guard case .object(let object) = event, case .object(let data) = object["data"] else {
            return nil
        }
        return data
    }

    /// In whose name the message decides; nil when that is absent or nothing that is known.
    private static func actorRole(in data: JSONObject?) -> ActorRole? {
        guard case .object(let actor) = data?["actor"], case .string(let role) = actor["role"]
        else { return nil }
        return ActorRole(rawValue: role)
    }
}
