import ArgumentParser
import Contract
import Domain

/// What a message about an account or an operator needs besides its own content: it is a decision
/// maker's, and about no request.
struct ManagementOptions: ParsableArguments {
    @OptionGroup var actor: ActorOptions
    @OptionGroup var why: ReasonOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var options: GlobalOptions

    /// - Parameters:
    ///   - account: What it is about; nil for an operator.
    ///   - data: Writes the members of `data` besides the decision maker.
    func send(
        _ routingKey: String,
        about account: AccountIdentifier? = nil,
        data write: (inout JSONWriter) -> Void
    ) async throws {
        let dispatch = try Dispatch(options, waiting, reason: why.reason)
        try await dispatch.send(routingKey, account: account) { data in
            actor.write(to: &data)
            write(&data)
        }
    }
}
