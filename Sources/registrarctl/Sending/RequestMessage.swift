import Contract
import Domain

/// A message about one request, from an applicant or a decision maker.
struct RequestMessage {
    private let dispatch: Dispatch
    private let request: RequestIdentifier

    init(_ options: GlobalOptions, _ request: RequestIdentifier) throws {
        dispatch = try Dispatch(options)
        self.request = request
    }

    /// Makes the request's id, unless it was given.
    init(_ options: GlobalOptions, _ new: NewRequestOptions) throws {
        dispatch = try Dispatch(options)
        request = new.requestId ?? RequestIdentifier(dispatch.maker.identifiers.next())
    }

    func send(_ routingKey: String, data: (inout JSONWriter) -> Void) async throws {
        try await dispatch.send(dispatch.maker.event(routingKey, request: request, data: data))
    }
}
