public import Domain

/// The event that tells a sender what was refused, and why: `problem.request`.
public enum ProblemEvent {
    public static let routingKey = "problem.request"

    /// Writes the members of its `data`: problem details (RFC 9457) about the event with this
    /// envelope.
    public static func write(
        _ problem: Problem,
        about envelope: Envelope,
        request: RequestIdentifier?,
        to data: inout JSONWriter
    ) {
        data.member("type", "urn:luccs:problem:\(problem.code.rawValue)")
        data.member("title", problem.code.title)
        data.member("detail", problem.detail)
        data.member("status", problem.code.status)
        data.array("errors") { errors in
            for finding in problem.findings {
                errors.object { error in
                    error.member("pointer", finding.pointer)
                    error.member("detail", finding.detail)
                }
            }
        }
        data.object("event") { event in
            event.member("id", envelope.identifier)
            event.member("source", envelope.source)
            event.member("type", envelope.type)
        }
        data.member("requestId", request?.uuid.text)
    }
}

extension Envelope {
    /// The subject as a request id, if it is a UUID. Messages that have no request may have an
    /// account's id as their subject instead.
    public var requestIdentifier: RequestIdentifier? {
        subject.flatMap { RequestIdentifier($0) }
    }
}
