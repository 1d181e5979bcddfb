extension Sent {
    /// What an operator or the excise office says about excise.
    struct Excise: Hashable, Sendable {
        enum Action: Hashable, Sendable {
            case ask(eori: String, kind: String, secured: Guarantee?)
            case grant
            /// The office rejects a request.
            case decline
            /// Of the authorisation, or the mandate, that has the number.
            case revoke
            case receive(movement: String)
            case release(lot: String)
            case dispatch(movement: String, to: String, secured: Guarantee?)
            /// The kind of obligation that is met.
            case meet(String, movement: String)
            /// That a representative may act for an operator.
            case appoint(String, for: String, Mandate)
            /// Who binds one side agrees; for which operator, where they say so.
            case agree(for: String?)
            /// The office agrees in the place of a side that nobody binds.
            case standIn
            /// A mandate, which has the number, is to end.
            case end
            /// Whether EMCS can be used.
            case say(isAvailable: Bool)
            /// Goods move with a paper: to whom, where they leave.
            case announce(paper: String, to: String?)
            /// What was done on paper has a code.
            case enter(paper: String, code: String)
            /// Goods whose duty was paid are moved, too.
            case noteCertified
            /// What the office does with the guarantee that is called so: `call`, for example. Nil
            /// for all that is left.
            case decide(String, on: String, of: String, cents: Int64?)
            case askBack(String)
            /// The office gives back what was asked back.
            case giveBack
        }

        /// What a request states of it.
        struct Guarantee: Hashable, Sendable {
            var reference: String
            var cents: Int64
        }

        struct Mandate: Hashable, Sendable {
            var kind = "direct"
            var scope: Set<String> = ["emcs", "ac4"]
        }

        /// By which mandate somebody says it, and in whose name.
        struct Representation: Hashable, Sendable {
            var mandate: String
            var kind: String
        }

        var action: Action
        /// Empty for what is about no request.
        var request: String
        var person: String
        /// Empty for who asks.
        var number: String
        /// On which something was done; empty where none is stated.
        var day = ""
        var representation: Representation?
    }
}
