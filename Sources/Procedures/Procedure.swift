public import Contract
public import Domain

/// One kind of request, from what is asked to what a grant brings. What all of them share, the
/// life of a request, stands in `Lifecycle`; a procedure says only where it differs.
public protocol Procedure: Sendable {
    /// The name in `status.request`, in the settings and in the names of mail templates.
    static var name: String { get }

    /// The messages that only this procedure knows, one definition each.
    static var messages: [MessageDefinition] { get }

    /// Checks that `actor` may decide on `request` now; asked when the decision is applied.
    ///
    /// - Throws: `Problem` with the code `not-authorised`, or an error of the register.
    static func checkRight(
        of actor: DecisionMaker,
        toDecideOn request: Request,
        in context: DecisionContext
    ) throws

    /// What may be authorised at most, and is when the decision does not name less.
    static func grantableOperations(
        for request: Request,
        in context: DecisionContext
    ) throws -> OperationSet

    /// What a grant brings besides the request's new status. `request` is its state after that.
    ///
    /// - Throws: `Problem` when what the grant needs is no longer so, or an error of the register.
    static func consequences(
        ofGranting request: Request,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event]
}
