import AMQP
import ArgumentParser
import Broker
import Contract
import Domain

/// `dead-letter`: a look at what nothing could be made of.
struct DeadLetterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letter",
        abstract: "Look at messages that were put aside.",
        discussion: """
            Example:
              registrarctl dead-letter list
            """,
        subcommands: [DeadLetterList.self]
    )
}

struct DeadLetterList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List dead letters with the reason, the oldest first.",
        discussion: """
            Examples:
              registrarctl dead-letter list
              registrarctl dead-letter list --output json | jq '.deadLetters[].reason'

            They are taken out of the queue for the moment of looking, and given back in their \
            order; the broker counts that as a delivery. Bodies are not shown.
            """
    )

    @Option(
        help: ArgumentHelp("At most so many. (default: 100)", valueName: "number"),
        transform: Parsing.limit
    )
    var limit: Int = 100

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let surroundings = try options.surroundings()
        let access = surroundings.access(try surroundings.login())
        var connectionOptions = access.options
        // Of the bodies, only the size is wanted.
        connectionOptions.maximumBodyBytes = 1
        let connection = try await Connection.open(access.endpoint, options: connectionOptions)
        let queue = "\(access.topology.prefix).dead-letters"
        let letters: [Letter]
        let total: Int
        do {
            total = try await connection.messageCount(queue: queue)
            letters = try await Self.browse(queue, on: connection, limit: limit)
        } catch {
            // What was taken and not given back, the broker gives back now.
            await connection.close()
            throw error
        }
        await connection.close()
        try show(letters, total: max(total, letters.count), surroundings)
    }

    private static func browse(
        _ queue: String,
        on connection: Connection,
        limit: Int
    ) async throws -> [Letter] {
        var letters: [Letter] = []
        var tags: [UInt64] = []
        while letters.count < limit, let delivery = try await connection.get(queue: queue) {
            letters.append(Letter(delivery))
            tags.append(delivery.tag)
        }
        for tag in tags { try await connection.reject(tag, requeue: true) }
        return letters
    }

    private func show(_ letters: [Letter], total: Int, _ surroundings: Surroundings) throws {
        switch options.output {
        case .json:
            try Standard.json { json in
                json.array("deadLetters") { json in
                    for letter in letters { json.object { letter.write(to: &$0) } }
                }
                json.member("total", total)
            }
        case .table:
            guard !letters.isEmpty else { return Standard.say("there are no dead letters") }
            var table = Table([
                .text("AT"), .text("REASON"), .text("QUEUE"), .text("USER", isOptional: true),
                .number("BYTES", isOptional: true),
                .flexible("DETAIL"),
            ])
            for letter in letters { table.add(letter.cells) }
            let screen = Screen.current(environment: surroundings.environment)
            try Standard.write(table.text(on: screen))
            if total > letters.count {
                Standard.say("\(letters.count) of \(total); see more with --limit")
            }
        }
    }
}

/// What a dead letter says of itself.
private struct Letter {
    let at: String?
    let reason: String?
    let detail: String?
    let queue: String?
    let user: String?
    let replays: Int64
    let messageIdentifier: String?
    let type: String?
    let sizeBytes: UInt64

    init(_ delivery: Delivery) {
        let headers = delivery.properties.headers
        at = headers[DeadLetter.Header.time]?.stringValue
        // The broker's own dead letters, such as after too many deliveries, have its headers only.
        reason =
            headers[DeadLetter.Header.reason]?.stringValue
            ?? headers["x-first-death-reason"]?.stringValue.map { "broker: \($0)" }
        queue =
            headers[DeadLetter.Header.queue]?.stringValue
            ?? headers["x-first-death-queue"]?.stringValue
        detail = headers[DeadLetter.Header.detail]?.stringValue
        user = headers[DeadLetter.Header.user]?.stringValue ?? delivery.properties.userIdentifier
        replays = headers[DeadLetter.Header.replays]?.integerValue ?? 0
        messageIdentifier = delivery.properties.messageIdentifier
        type = delivery.properties.type
        sizeBytes = delivery.bodySize
    }

    var cells: [Cell] {
        [
            Cell(at.flatMap { Instant(rfc3339: $0) }.map(LocalTime.short) ?? ""),
            Cell(reason ?? "unknown", .bad), Cell(queue ?? ""), Cell(user ?? ""), Cell(sizeBytes),
            Cell(detail ?? ""),
        ]
    }

    func write(to json: inout JSONWriter) {
        json.member("at", at)
        json.member("reason", reason)
        json.member("detail", detail)
        json.member("queue", queue)
        json.member("user", user)
        json.member("messageId", messageIdentifier)
        json.member("type", type)
        json.member("sizeBytes", sizeBytes)
        json.member("replays", replays)
    }
}
