import ArgumentParser
import Composition
import Contract
import Domain
import Glibc

/// What every command does that sends something.
struct Dispatch {
    let options: GlobalOptions
    let maker: EventMaker
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
        switch options.output {
        case .json:
            try Standard.json { json in
                json.member("requestId", event.request)
                json.member("eventId", event.identifier)
            }
        case .table:
            try Standard.write("\(SafeText.line(event.request ?? event.identifier))\n")
            if let request = event.request, isatty(STDOUT_FILENO) == 1 {
                Standard.say(
                    "sent; what became of it: registrarctl request show \(SafeText.line(request))"
                )
            }
        }
    }
}
