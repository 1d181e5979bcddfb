import Contract
import Domain

/// What was sent, in the words of whoever sent it: what the auditor holds the results against.
struct Sent: Sendable {
    enum Content: Hashable, Sendable {
        case registration(Registration)
        case decision(Decision)
        case supplement(request: String, person: String)
        case withdrawal(request: String, person: String)
        case management(Management)
        case right(Right)
        case excise(Excise)
        case dossier(Dossier)
        /// What would become of something that is not sent.
        indirect case preview(Content)
        case report(account: String, method: String, status: Int)
        /// What nothing can be made of, and why.
        case rubbish(reason: String)
    }

    struct Registration: Hashable, Sendable {
        var request: String
        var profile: String
        var person: String
        var eori: String
        var operations: Set<String>
        var terms: Bool
    }

    struct Decision: Hashable, Sendable {
        var request: String
        var outcome: String
        var person: String
        var role: String
        var operations: Set<String>?
        var revision: Int?
    }

    struct Management: Hashable, Sendable {
        enum Action: Hashable, Sendable {
            case revoke
            case appoint(String)
            case operations(Set<String>)
        }

        var action: Action
        var person: String
        var role: String
        var account: String?
        var eori: String?
    }

    /// A right that a person exercises.
    struct Right: Hashable, Sendable {
        var request: String
        /// Such as `rectification`.
        var right: String
        var person: String
        /// Whether the data are to be restricted; nil for other rights.
        var restricts: Bool?
    }

    let content: Content
    let message: InboundMessage
    /// The envelope's `source` and `id`; nil where there is no envelope to speak of.
    let key: Key?

    struct Key: Hashable, Sendable, Comparable {
        let user: String
        let source: String
        let identifier: String

        static func < (left: Key, right: Key) -> Bool {
            (left.user, left.source, left.identifier)
                < (right.user, right.source, right.identifier)
        }
    }

    init(_ content: Content, _ draft: Draft) {
        self.content = content
        self.message = draft.message
        self.key = Key(
            user: draft.user ?? "",
            source: draft.source,
            identifier: draft.identifier
        )
    }

    init(rubbish message: InboundMessage, reason: String) {
        self.content = .rubbish(reason: reason)
        self.message = message
        self.key = nil
    }
}
