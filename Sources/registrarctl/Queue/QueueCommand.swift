import AMQP
import ArgumentParser
import Broker
import Composition
import Contract
import Domain
import Glibc

/// What waits in the broker's queues, and a way to put something into them.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Read what waits in the broker's queues.",
        subcommands: [QueueShowCommand.self, QueuePublishCommand.self]
    )
}

/// Shows messages as people read them.
struct QueueShowCommand: AsyncParsableCommand {
    /// How often an empty queue is looked at again.
    private static let pollSeconds = 0.05

    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the messages that wait in a queue.",
        discussion: """
            Examples:
              registrarctl queue show notifications
              registrarctl queue show problems --output json
              registrarctl queue show provisioning --take --count 2 --timeout 10

            The broker user needs to read the queue. Messages stay where they are, unless --take \
            is given; but each look counts as a delivery of them.
            """
    )

    @Argument(
        help:
            "registrations, approvals, reports, notifications, provisioning, problems or dead-letters.",
        completion: .list(Topology(prefix: "").queues.map(\.short))
    )
    var queue: String

    @Flag(help: "Take the messages out of the queue: nobody else gets them.")
    var take = false

    @Flag(help: "Only whom a mail is for, what an operation does, what was refused.")
    var brief = false

    @Option(
        help: ArgumentHelp("At most so many messages.", valueName: "number"),
        transform: Parsing.limit
    )
    var limit = 100

    @Option(
        help: ArgumentHelp(
            "Wait until so many messages have come, and show no more.",
            valueName: "number"
        ),
        transform: Parsing.limit
    )
    var count: Int?

    @Option(help: ArgumentHelp("How long --count waits.", valueName: "seconds"))
    var timeout = 10.0

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard !take || InboundQueue(rawValue: queue) == nil else {
            throw ValidationError(
                "what waits in \(queue) is the daemon's, and nobody else takes it; to throw a dead "
                    + "letter away, use 'registrarctl dead-letter discard'"
            )
        }
    }

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let access = commandEnvironment.access(try commandEnvironment.login())
        guard let name = access.topology.queues.first(where: { $0.short == queue })?.full else {
            throw Parsing.unknown(queue, "queue", among: access.topology.queues.map(\.short))
        }
        // What was not acknowledged goes back to the queue with the connection.
        let messages = try await access.withConnection { connection in
            let messages = try await read(name, on: connection)
            try show(messages, of: name)
            if take, let last = messages.last {
                try await connection.acknowledge(upTo: last.tag)
            }
            return messages
        }
        if let count, messages.count < count {
            throw ExitFailure(
                .tryAgain,
                "\(messages.count) of \(count) messages came to \(name) within \(timeout) s"
            )
        }
    }

    private func read(_ name: String, on connection: Connection) async throws -> [Delivery] {
        let time = SystemTime()
        let deadline = time.monotonicSeconds + timeout
        var messages: [Delivery] = []
        while messages.count < count ?? limit {
            if let message = try await connection.get(queue: name) {
                messages.append(message)
            } else if count != nil, time.monotonicSeconds < deadline {
                await time.sleep(seconds: Self.pollSeconds)
            } else {
                break
            }
        }
        return messages
    }

    private func show(_ messages: [Delivery], of name: String) throws {
        switch options.output {
        case .json:
            try Standard.json { json in
                json.member("queue", name)
                json.objects("messages", messages) { MessageJSON.write($0, to: &$1) }
            }
        case .table:
            let screen = Screen.current()
            let text = MessageText(isBrief: brief)
            for (index, message) in messages.enumerated() {
                let lines = text.lines(of: message)
                if index > 0, !brief { try Standard.write("\n") }
                for (number, line) in lines.enumerated() {
                    try Standard.write(screen.paint(line, number == 0 ? .bold : nil) + "\n")
                }
            }
            if messages.isEmpty, count == nil { Standard.say("\(name) is empty") }
        }
    }
}

/// Publishes anything, as a careless or malicious sender might.
struct QueuePublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish standard input as it is, to see what becomes of it.",
        discussion: """
            Examples:
              echo '{broken' | registrarctl queue publish registration.access.company

            Nothing is checked here: that is what 'submit' and 'decide' are for. The message goes \
            to the inbound exchange, as the user of the login.
            """
    )

    @Argument(help: "The routing key.")
    var routingKey: String

    @Option(help: ArgumentHelp("The content type.", valueName: "type"))
    var contentType = "application/cloudevents+json"

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let access = commandEnvironment.access(try commandEnvironment.login())
        guard let body = EventFile.bytes(from: STDIN_FILENO, atMost: Int.max) else {
            throw ExitFailure(
                .unavailable,
                "standard input cannot be read: \(String(cString: strerror(errno)))"
            )
        }
        let properties = Properties(
            contentType: contentType,
            isPersistent: true,
            messageIdentifier: TimeOrderedIdentifiers().next().text,
            userIdentifier: access.endpoint.user,
            applicationIdentifier: "registrarctl"
        )
        let publication = Publication(
            token: 1,
            exchange: access.topology.inboundExchange,
            routingKey: routingKey,
            isMandatory: true,
            properties: properties,
            body: body
        )
        try await access.withConnection { connection in
            try await connection.confirmSelect()
            try await connection.publish([publication])
            guard let result = try await connection.publicationResults.next()?.first else {
                throw ExitFailure(.tryAgain, "the broker has not confirmed the message")
            }
            guard result.outcome == .confirmed else {
                throw ExitFailure(
                    .unavailable,
                    "the broker did not take the message: \(result.outcome)"
                )
            }
        }
    }
}
