import AMQP
import ArgumentParser
import Composition
import Contract
import Domain
import Settings
import Storage
import Workflow

/// `status`: the daemon, the register and the queues at a glance.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the daemon, the register and the queues are.",
        discussion: """
            Examples:
              registrarctl status
              registrarctl status --output json | jq .ready

            Asks the daemon at http.listen, reads the store, and asks the broker for the queues \
            if there is a login. Ends with 1 unless the daemon is ready and the store can be read.
            """
    )

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let status = await Status(commandEnvironment, at: SystemTime().now)
        try options.write { json in
            status.write(to: &json)
        } text: { screen in
            StatusView(status: status, screen: screen).text
        }
        for fault in status.faults { Standard.say(fault) }
        guard status.isReady, status.register != nil else { throw ExitCode(1) }
    }
}

/// What was found, and what could not be.
struct Status {
    struct Register {
        let figures: RegisterFigures
        let oldestOpenRequest: Instant?
        let oldestUnsettled: Instant?
    }

    let time: Instant
    let address: String
    let storePath: String
    let brokerURL: String?
    let answer: HealthProbe.Answer
    let register: Register?
    /// Nil when there is no login, or the broker is not to be had.
    let survey: TopologySurvey?
    let faults: [String]

    /// What keeps it from being ready; or, while it is, what somebody should see to.
    var reasons: [HealthProbe.Reason] {
        switch answer {
        case .ready(let reasons), .notReady(let reasons): reasons
        case .none: []
        }
    }

    var isReady: Bool {
        if case .ready = answer { true } else { false }
    }

    init(_ commandEnvironment: CommandEnvironment, at now: Instant) async {
        let configuration = commandEnvironment.configuration
        time = now
        address = "\(configuration.http.listen)"
        storePath = configuration.store.path
        answer = HealthProbe.ask(configuration.http.listen)
        var faults: [String] = []
        if case .none(let why) = answer { faults.append(why) }
        do {
            let store = try commandEnvironment.store()
            register = Register(
                figures: try store.figures(),
                oldestOpenRequest: try store.oldestOpenRequest(),
                oldestUnsettled: try store.outboxStatistics().oldestAt
            )
        } catch {
            register = nil
            faults.append("\(error)")
        }
        var survey: TopologySurvey?
        var url: String?
        if commandEnvironment.hasLogin {
            do {
                let login = try commandEnvironment.login()
                url = "\(login.url)"
                survey = try await TopologySurvey.make(commandEnvironment.access(login))
            } catch {
                faults.append(
                    (error as? ExitFailure)?.message ?? "the broker cannot be used: \(error)"
                )
            }
        }
        (self.survey, brokerURL, self.faults) = (survey, url, faults)
    }

    func write(to json: inout JSONWriter) {
        json.member("ready", isReady)
        json.object("daemon") { json in
            json.member("address", address)
            switch answer {
            case .ready, .notReady: json.member("answers", true)
            case .none: json.member("answers", false)
            }
            json.objects("reasons", reasons) { reason, json in
                json.member("component", reason.component)
                json.member("reason", reason.reason)
                json.member("since", reason.since)
            }
        }
        if let register {
            json.object("register") { write(register, to: &$0) }
        } else {
            json.member("register", JSONValue.null)
        }
        if let survey {
            json.objects("queues", survey.queues) { $0.write(to: &$1) }
        } else {
            json.member("queues", JSONValue.null)
        }
        json.member("faults", faults)
    }

    private func write(_ register: Register, to json: inout JSONWriter) {
        let figures = register.figures
        json.objects("requests", figures.requests.filter { $0.count > 0 }) { count, json in
            json.member("procedure", count.procedure)
            json.member("status", count.status.rawValue)
            json.member("count", count.count)
        }
        json.object("accounts") { json in
            for status in AccountStatus.allCases {
                json.member(status.rawValue, figures.accounts[status] ?? 0)
            }
        }
        DutyCounts(figures).write(to: &json)
        json.member("oldestOpenRequestAt", register.oldestOpenRequest?.description)
        json.member("outboxPending", figures.outboxPending)
        json.member("outboxParked", figures.outboxParked)
        json.member("outboxOldestAt", register.oldestUnsettled?.description)
        json.member("deferred", figures.deferred)
        json.member("journalEntries", figures.journal.sequence)
    }
}

/// The status for people.
struct StatusView {
    let status: Status
    let screen: Screen

    var text: String {
        var text = daemon
        if let register = status.register {
            text += heading("Requests") + requests(register)
            text += heading("Accounts") + accounts(register)
            for (title, table) in DutyCounts(register.figures).tables(on: screen) {
                text += heading(title) + table
            }
            text += heading("Messages") + messages(register)
        }
        if let survey = status.survey { text += heading("Queues") + queues(survey) }
        return text
    }

    private func heading(_ title: String) -> String { "\n\(screen.paint(title, .bold))\n" }

    private var daemon: String {
        var fields = Fields()
        switch status.answer {
        case .ready: fields.add("State", Cell("ready", .good))
        case .none: fields.add("State", Cell("no answer", .bad))
        case .notReady: fields.add("State", Cell("not ready", .bad))
        }
        for reason in status.reasons {
            let since = Instant(rfc3339: reason.since).map {
                ", for \(LocalTime.age(of: $0, at: status.time))"
            }
            fields.add("", "\(reason.component): \(reason.reason)\(since ?? "")")
        }
        fields.add("Address", "http://\(status.address)")
        fields.add("Store", status.storePath)
        fields.add("Broker", status.brokerURL)
        return fields.text(on: screen, under: "registrard")
    }

    /// A row for each procedure, a column for each status that occurs.
    private func requests(_ register: Status.Register) -> String {
        let counts = register.figures.requests.filter { $0.count > 0 }
        guard !counts.isEmpty else { return "  none\n" }
        let statuses = RequestStatus.allCases.filter { status in
            counts.contains { $0.status == status }
        }
        var table = Table(
            [.text("PROCEDURE")]
                + statuses.map { .number($0.rawValue.uppercased()) } + [.text("OLDEST OPEN")]
        )
        var procedures: [String] = []
        for count in counts where !procedures.contains(count.procedure) {
            procedures.append(count.procedure)
        }
        for (index, procedure) in procedures.enumerated() {
            let cells = statuses.map { status in
                let count = counts.first { $0.procedure == procedure && $0.status == status }
                return count.map { Cell($0.count, status.style) } ?? Cell("")
            }
            // The oldest of all procedures stands with the first.
            let oldest = index == 0 ? register.oldestOpenRequest : nil
            table.add(
                [Cell(procedure)] + cells
                    + [Cell(oldest.map { LocalTime.age(of: $0, at: status.time) } ?? "")]
            )
        }
        return table.text(on: screen, indent: 2)
    }

    private func accounts(_ register: Status.Register) -> String {
        let counts = AccountStatus.allCases.compactMap { status in
            register.figures.accounts[status].flatMap { $0 > 0 ? (status, $0) : nil }
        }
        guard !counts.isEmpty else { return "  none\n" }
        var table = Table(counts.map { .number($0.0.rawValue.uppercased()) })
        table.add(counts.map { Cell($0.1, $0.0.style) })
        return table.text(on: screen, indent: 2)
    }

    private func messages(_ register: Status.Register) -> String {
        let figures = register.figures
        var fields = Fields()
        let age = register.oldestUnsettled.map {
            ", the oldest for \(LocalTime.age(of: $0, at: status.time))"
        }
        fields.add("To be confirmed", "\(figures.outboxPending)\(age ?? "")")
        fields.add(
            "Parked",
            Cell(figures.outboxParked, figures.outboxParked > 0 ? .bad : nil)
        )
        fields.add("Waiting for a request", "\(figures.deferred)")
        fields.add("Journal entries", "\(figures.journal.sequence)")
        return fields.text(on: screen, indent: 2)
    }

    private func queues(_ survey: TopologySurvey) -> String {
        let rows = survey.queues.map { queue in
            let count = queue.status.map { Cell($0.messageCount) } ?? Cell(queue.fault ?? "", .bad)
            return [Cell(queue.name), count, queue.consumers]
        }
        return Table([.text("QUEUE"), .number("MESSAGES"), .number("CONSUMERS")], rows)
            .text(on: screen, indent: 2)
    }
}
