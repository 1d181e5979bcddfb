public import Contract

/// A kind of record that the journal accounts for; the name is that of the member in an event.
public enum ReplayedKind: String, CaseIterable, Sendable {
    case request
    case economicOperator = "operator"
    case account
    case authorisation
    case obligation
    case guarantee
    case outage
    /// Of persons the journal says only who there is.
    case person

    /// The member of the record that identifies it.
    fileprivate var identifier: String {
        switch self {
        case .economicOperator: "eori"
        case .authorisation: "number"
        case .request, .account, .obligation, .guarantee, .outage, .person: "id"
        }
    }
}

/// What one entry of the journal does to the register.
///
/// No event is known by its name; what counts is what it carries:
/// - a member that is named like a kind of record and is an object is that record's whole state
///   from there on, whatever it was before;
/// - where the event's name begins with `person.`, `person` is somebody whom the register knows
///   from there on;
/// - where the event's name is a kind followed by `.erased`, the record that the member of that
///   name identifies (by its id, or as an object) is gone.
public enum JournalEffect: Hashable, Sendable {
    /// For a person, `record` has no members.
    case overwrite(ReplayedKind, identifier: String, record: JSONObject)
    case remove(ReplayedKind, identifier: String)

    /// - Parameter event: The entry's event: a JSON object.
    /// - Returns: nil when it is none, or when a record in it lacks its identifier.
    public static func effects(of event: [UInt8]) -> [JournalEffect]? {
        guard let value = try? JSONValue(parsing: event), case .object(let object) = value,
            case .string(let name) = object["event"]
        else { return nil }
        var effects: [JournalEffect] = []
        for kind in ReplayedKind.allCases {
            let isErased = name == "\(kind.rawValue).erased"
            switch object[kind.rawValue] {
            case .object(let record):
                guard case .string(let identifier) = record[kind.identifier] else { return nil }
                effects.append(
                    isErased
                        ? .remove(kind, identifier: identifier)
                        : .overwrite(kind, identifier: identifier, record: record)
                )
            case .string(let identifier):
                if isErased {
                    effects.append(.remove(kind, identifier: identifier))
                } else if kind == .person, name.hasPrefix("person.") {
                    effects.append(
                        .overwrite(kind, identifier: identifier, record: JSONObject([]))
                    )
                }
            default: if isErased { return nil }
            }
        }
        return effects
    }
}

/// The first member in which a record of the register is not what the journal says.
public struct RecordDifference: Hashable, Sendable {
    public let member: String
    /// As JSON; nil where it is missing.
    public let stored: String?
    public let replayed: String?

    /// Nil when the two are the same. Their members' order does not count.
    public init?(stored: JSONObject, replayed: JSONObject) {
        let names = stored.members.map(\.name) + replayed.members.map(\.name)
        guard let member = names.first(where: { stored[$0] != replayed[$0] }) else { return nil }
        self.member = member
        self.stored = stored[member].map(Self.text)
        self.replayed = replayed[member].map(Self.text)
    }

    private static func text(_ value: JSONValue) -> String {
        var json = JSONWriter()
        json.value(value)
        return json.text
    }
}
