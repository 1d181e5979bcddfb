import ArgumentParser
import Composition
import Contract
import Domain
import Storage
import Workflow

/// `outbox`: what the broker has not confirmed.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Look at messages that the broker has not confirmed, and have them sent again.",
        discussion: """
            Examples:
              registrarctl outbox list --parked
              registrarctl outbox retry --all --reason "The mailer's queue is bound again."
            """,
        subcommands: [OutboxList.self, OutboxRetry.self]
    )
}

struct OutboxList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List messages that are on their way, and those that are parked.",
        discussion: """
            Examples:
              registrarctl outbox list
              registrarctl outbox list --parked --output json

            A parked message is one that no queue took, or that cannot be sent; it waits for \
            somebody to put right what its reason says.
            """
    )

    @Flag(help: "Only those that are parked.")
    var parked = false

    @Option(
        help: ArgumentHelp("At most so many of each. (default: 100)", valueName: "number"),
        transform: Parsing.limit
    )
    var limit: Int = 100

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.commandEnvironment().store()
        let figures = try store.figures()
        var messages = try store.unsettledMessages(parked: true, limit: limit)
        if !parked { messages += try store.unsettledMessages(parked: false, limit: limit) }
        let now = SystemTime().now
        try Listing(
            name: "messages",
            items: messages,
            rest: .of(figures.outboxParked + (parked ? 0 : figures.outboxPending)),
            none: parked ? "no message is parked" : "no message waits",
            columns: [
                .number("NUMBER"), .text("STATE"), .text("WRITTEN", isOptional: true),
                .text("AGE"), .text("EXCHANGE", isOptional: true), .text("ROUTING KEY"),
                .flexible("REASON"),
            ]
        ) { message in
            let isParked = message.parkedReason != nil
            return [
                Cell(message.sequence),
                Cell(isParked ? "parked" : "pending", isParked ? .bad : .waiting),
                Cell(LocalTime.short(message.createdAt)),
                Cell(LocalTime.age(of: message.createdAt, at: now)),
                Cell(message.exchange.rawValue), Cell(message.routingKey),
                Cell(message.parkedReason ?? ""),
            ]
        } write: {
            TimelineView.write($0, to: &$1)
        }
        .show(options)
    }
}

/// `deferred`: a look at what waits for its request.
struct DeferredCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deferred",
        abstract: "Look at messages that wait for their request.",
        discussion: """
            Example:
              registrarctl deferred list
            """,
        subcommands: [DeferredList.self]
    )
}

struct DeferredList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List messages that came before their request, the oldest first.",
        discussion: """
            Examples:
              registrarctl deferred list
              registrarctl deferred list --output json

            They are tried again when the request arrives, and put aside as dead letters after a \
            day.
            """
    )

    @OptionGroup var limit: LimitOptions

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.commandEnvironment().store()
        try Listing(
            name: "messages",
            items: store.deferredEntries(limit: limit.limit),
            rest: .of(store.figures().deferred),
            none: "no message waits for a request",
            columns: [
                .text("REQUEST"), .text("ROUTING KEY"), .text("USER", isOptional: true),
                .text("RECEIVED", isOptional: true), .number("TRIES", isOptional: true),
                .text("NEXT TRY"),
            ]
        ) { message in
            [
                Cell(message.request.description), Cell(message.routingKey), Cell(message.user),
                Cell(LocalTime.short(message.receivedAt)), Cell(message.attempts),
                Cell(LocalTime.text(message.nextAttemptAt)),
            ]
        } write: { message, json in
            json.member("requestId", message.request.description)
            json.member("routingKey", message.routingKey)
            json.member("user", message.user)
            json.member("receivedAt", message.receivedAt.description)
            json.member("attempts", message.attempts)
            json.member("nextAttemptAt", message.nextAttemptAt.description)
        }
        .show(options)
    }
}
