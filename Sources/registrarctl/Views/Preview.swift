import Composition
import Contract
import Domain
import Settings
import Storage
import Workflow

/// What would become of a message, by the daemon's own rules on the store as it is.
struct Preview {
    private let forecast: Forecast
    private let events: [JournalMembers]
    /// Of those who would be mailed.
    private let names: [PersonIdentifier: String]
    /// What would still be to be done, and what the operator has given for it.
    private let duties: [ListSection]

    /// - Throws: An `ExitFailure` or `StorageError`, when the message is not what the daemon would
    ///   take, or templates or store cannot be read.
    init(
        _ event: InboundEvent,
        at now: Instant,
        of target: RevocationTarget,
        _ commandEnvironment: CommandEnvironment
    ) throws {
        let user = try commandEnvironment.userName()
        let message = try EventCheck(
            user: user,
            publishers: commandEnvironment.configuration.publisherRoles,
            path: commandEnvironment.path
        )
        .check(
            event,
            properties: MessageProperties(
                contentType: EventSender.contentType,
                messageIdentifier: event.identifier,
                userIdentifier: user
            )
        )
        let store = try commandEnvironment.store()
        let forecaster = try commandEnvironment.forecaster()
        let forecast = try store.withSnapshot { snapshot in
            try forecaster.run(on: snapshot).forecast(message, at: now)
        }
        var names: [PersonIdentifier: String] = [:]
        for person in forecast.messages.compactMap(\.mail?.recipient) where names[person] == nil {
            names[person] = try store.person(person)?.details?.displayName
        }
        self.forecast = forecast
        self.names = names
        events = forecast.entries.map { JournalMembers($0) }
        duties =
            try target.eori.map { eori in
                [
                    ListSection.obligations(
                        try LimitOptions.first(100) {
                            try store.obligations(ObligationFilter(eori: eori, limit: $0))
                        },
                        title: "Still to be done",
                        command: "obligation list --eori \(eori)"
                    ),
                    ListSection.guarantees(
                        try LimitOptions.first(100) { try store.guarantees(of: eori, limit: $0) },
                        command: "guarantee list --eori \(eori)"
                    ),
                ]
            } ?? []
    }

    func write(to json: inout JSONWriter) {
        json.member("outcome", forecast.disposition.rawValue)
        json.member("code", forecast.code?.rawValue)
        json.member("detail", forecast.detail)
        json.objects("events", forecast.entries) { entry, json in
            // JSON already.
            json.key("event")
            json.raw(entry)
        }
        json.objects("messages", forecast.messages) { message, json in
            json.member("routingKey", message.routingKey)
            json.optionalMember("template", message.mail?.template)
            json.optionalMember("recipient", message.mail?.recipient?.description)
            json.optionalMember("account", message.account?.description)
        }
        ListSection.write(duties, to: &json)
    }

    func text(on screen: Screen) -> String {
        var fields = Fields()
        fields.add(
            "Outcome",
            Cell(forecast.disposition.rawValue, forecast.disposition == .applied ? .good : .bad)
        )
        let why = [forecast.code?.rawValue, forecast.detail].compactMap(\.self)
        fields.add("Why", why.isEmpty ? nil : why.joined(separator: ": "))
        let head = fields.text(on: screen, under: "What would become of it")
        guard forecast.disposition == .applied else { return head }
        return head
            + section("What would change", [.text("WHAT"), .flexible("OF")], changes, screen)
            + section("Who would be mailed", [.text("MAIL"), .flexible("TO")], mails, screen)
            + section("Other messages", [.text("ROUTING KEY"), .number("COUNT")], others, screen)
            + duties.map { $0.text(on: screen) }.joined()
    }

    private func section(
        _ title: String,
        _ columns: [Table.Column],
        _ rows: [[Cell]],
        _ screen: Screen
    ) -> String {
        guard !rows.isEmpty else { return "" }
        return "\n\(screen.paint(title, .bold))\n"
            + Table(columns, rows).text(on: screen, indent: 2)
    }

    /// What happens, and of what it is.
    private var changes: [[Cell]] {
        events.map { event in
            let (what, style) = JournalStory.words(for: event)
            let record = event["event"]?.prefix { $0 != "." } ?? ""
            let subject = event[String(record)] ?? event["number"] ?? event["eori"]
            return [Cell(what, style), Cell(subject ?? "")]
        }
    }

    private var mails: [[Cell]] {
        forecast.messages.compactMap(\.mail).map { mail in
            let person = mail.recipient.map { names[$0] ?? $0.description }
            return [Cell(mail.template), Cell(person ?? "the authority")]
        }
    }

    /// How many messages that are no mails.
    private var others: [[Cell]] {
        var counts: [String: Int] = [:]
        for message in forecast.messages where message.mail == nil {
            counts[message.routingKey, default: 0] += 1
        }
        return counts.sorted { $0.key < $1.key }.map { [Cell($0.key), Cell($0.value)] }
    }
}
