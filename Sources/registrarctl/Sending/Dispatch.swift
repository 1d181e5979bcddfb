import ArgumentParser
import Composition
import Contract
import Domain
import Storage

/// What every command does that sends something.
struct Dispatch {
    private let options: GlobalOptions
    private let waiting: WaitOptions
    private let maker: EventMaker
    private let commandEnvironment: CommandEnvironment

    /// - Parameter reason: why an operator has it done.
    init(_ options: GlobalOptions, _ waiting: WaitOptions, reason: String? = nil) throws {
        self.options = options
        self.waiting = waiting
        commandEnvironment = try options.commandEnvironment()
        maker = EventMaker(reason: reason)
    }

    /// Sends an event and prints its request's id, or its own, when it is about no request; and
    /// what became of it, where that is waited for.
    func send(_ event: InboundEvent) async throws {
        var watch = try self.watch()
        try await EventSender(commandEnvironment).send(event, at: maker.now)
        let entries = try await watch?.entries(
            of: event.identifier,
            withinSeconds: waiting.timeoutSeconds
        )
        try options.write { json in
            json.member("requestId", event.request)
            json.member("eventId", event.identifier)
            if let entries { json.objects("entries", entries) { JournalJSON.write($0, to: &$1) } }
        } text: { screen in
            let lines = (entries ?? []).map { entry in
                let story = JournalStory(entry)
                return "  \(screen.paint(SafeText.line(story.what), story.style))\n"
            }
            return "\(SafeText.line(event.request ?? event.identifier))\n\(lines.joined())"
        }
        guard let entries else { return }
        guard !entries.isEmpty else { throw unknown(event) }
        guard !entries.contains(where: JournalStory.isRefusal) else { throw ExitCode(1) }
    }

    /// Nil where nobody waits; and where the store is not here, unless waiting was asked for.
    private func watch() throws -> OutcomeWatch? {
        guard waiting.isWanted else { return nil }
        do {
            return try OutcomeWatch(commandEnvironment.store())
        } catch let error as StorageError where waiting.wait == nil {
            Standard.say("what becomes of it cannot be seen from here: \(error.reason)")
            return nil
        }
    }

    private func unknown(_ event: InboundEvent) -> ExitFailure {
        let look = event.request.map { "'registrarctl request show \(SafeText.line($0))'" }
        return ExitFailure(
            .tryAgain,
            "it was sent, and registrard has not dealt with it after \(waiting.timeoutSeconds) s; "
                + "see 'registrarctl status'\(look.map { ", and later \($0)" } ?? "")"
        )
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
