import ArgumentParser
import Composition
import Contract
import Domain
import Glibc

/// What every command does that sends something.
struct Dispatch {
    private let options: GlobalOptions
    private let maker: EventMaker
    private let commandEnvironment: CommandEnvironment

    /// - Parameter reason: why an operator has it done.
    init(_ options: GlobalOptions, reason: String? = nil) throws {
        self.options = options
        commandEnvironment = try options.commandEnvironment()
        maker = EventMaker(reason: reason)
    }

    /// Sends an event and prints its request's id; or its own, when it is about no request.
    func send(_ event: InboundEvent) async throws {
        try await EventSender(commandEnvironment).send(event, at: maker.now)
        try options.write { json in
            json.member("requestId", event.request)
            json.member("eventId", event.identifier)
        } text: { _ in
            "\(SafeText.line(event.request ?? event.identifier))\n"
        }
        if options.output == .table, let request = event.request, isatty(STDOUT_FILENO) == 1 {
            Standard.say(
                "sent; what became of it: registrarctl request show \(SafeText.line(request))"
            )
        }
    }

    /// Sends an event about a request, a new one where it is nil.
    func send(
        _ routingKey: String,
        request: RequestIdentifier?,
        data: (inout JSONWriter) -> Void
    ) async throws {
        let request = request ?? RequestIdentifier(maker.identifiers.next())
        try await send(maker.event(routingKey, request: request, data: data))
    }

    /// Sends an event about an account, or about no id at all.
    func send(
        _ routingKey: String,
        account: AccountIdentifier? = nil,
        data: (inout JSONWriter) -> Void
    ) async throws {
        try await send(maker.event(routingKey, account: account, data: data))
    }
}
