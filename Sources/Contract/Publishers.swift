import Domain

/// Who may say what: the broker users that are known, and the roles that they may speak for.
public struct Publishers: Hashable, Sendable {
    private let rolesByUser: [ExactText: Set<PublisherRole>]

    /// - Parameter roles: the roles of every broker user, by its name.
    public init(_ roles: [String: Set<PublisherRole>]) {
        rolesByUser = Dictionary(
            uniqueKeysWithValues: roles.map { (ExactText($0.key), $0.value) }
        )
    }

    /// Whether the user is one of the publishers, with or without roles.
    public func knows(_ user: String) -> Bool {
        rolesByUser[ExactText(user)] != nil
    }

    /// Nil when the user is not one of the publishers.
    public func roles(of user: String) -> Set<PublisherRole>? {
        rolesByUser[ExactText(user)]
    }
}

extension PublisherRole {
    /// Whether a user with this role may send messages with this routing key.
    ///
    /// - Parameter actor: for an `approval.*`, in whose name it decides; nil when that could not
    ///   be read. Then every role that decides at all may send it: the message is refused later,
    ///   for its shape.
    func maySend(_ routingKey: String, actor: ActorRole?) -> Bool {
        let words = routingKey.split(separator: ".", omittingEmptySubsequences: false)
        return switch self {
        case .operator: true
        case .provisioner: words[0] == "report" && words.dropFirst().first != "operator"
        case .portal:
            words[0] == "registration" || Self.isApproval(words, as: .manager, actor)
        case .customsAuthority: Self.isApproval(words, as: .customsAuthority, actor)
        case .exciseOffice: Self.isApproval(words, as: .exciseOffice, actor)
        case .vehicleAuthority: Self.isApproval(words, as: .vehicleAuthority, actor)
        }
    }

    private static func isApproval(
        _ words: [Substring],
        as role: ActorRole,
        _ actor: ActorRole?
    ) -> Bool {
        words.count == 2 && words[0] == "approval" && (actor == nil || actor == role)
    }
}
