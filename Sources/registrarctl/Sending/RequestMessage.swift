import Contract
import Domain

/// A message about one request, from an applicant or a decision maker.
struct RequestMessage {
    private let dispatch: Dispatch
    private let request: RequestIdentifier

    /// - Parameters:
    ///   - request: A new one where it is nil.
    ///   - reason: why an operator has it done.
    init(
        _ options: GlobalOptions,
        _ request: RequestIdentifier?,
        reason: String? = nil
    ) throws {
        dispatch = try Dispatch(options, reason: reason)
        self.request = request ?? RequestIdentifier(dispatch.maker.identifiers.next())
    }

    func send(_ routingKey: String, data: (inout JSONWriter) -> Void) async throws {
        try await dispatch.send(dispatch.maker.event(routingKey, request: request, data: data))
    }
}
