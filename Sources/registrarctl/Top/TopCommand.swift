import ArgumentParser
import Composition
import Contract
import Domain
import Glibc
import Settings

/// `top`: the daemon at work, as it is now.
struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch the daemon at work.",
        discussion: """
            Examples:
              registrarctl top
              registrarctl top --interval 5
              registrarctl top --output json | jq .queues

            q ends it, ? shows its keys. Asks the daemon at http.listen; seconds of commits and the \
            like are those since the last look, or since the daemon's start while nothing happens. \
            Elsewhere than on a terminal, one picture is written.
            """
    )

    @Option(help: ArgumentHelp("How long between two looks.", valueName: "seconds"))
    var interval = 1.0

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (0.1...3600).contains(interval) else {
            throw ValidationError("--interval is 0.1 to 3600 seconds")
        }
    }

    func run() async throws {
        let address = try options.commandEnvironment().configuration.http.listen
        guard options.output == .table, isatty(STDOUT_FILENO) == 1 else {
            // Speed takes two looks.
            var state = TopState(TopReading(address))
            await SystemTime().sleep(seconds: interval)
            state.add(TopReading(address))
            return try write(state)
        }
        try watch(address)
    }

    private func write(_ state: TopState) throws {
        try options.write { json in
            state.write(to: &json)
        } text: { screen in
            let frame = TopFrame(state: state, columns: Prose.columns)
            return frame.text(on: screen).map { $0 + "\n" }.joined()
        }
        if case .none(let why) = state.reading.readiness { throw ExitFailure(.unavailable, why) }
    }

    private func watch(_ address: ListenAddress) throws {
        let time = SystemTime()
        var state = TopState(TopReading(address))
        let terminal = try Terminal()
        var nextLook = time.monotonicSeconds + interval
        var showsKeys = false
        while true {
            let screen = Screen.current()
            let frame = TopFrame(
                state: state,
                columns: screen.columns ?? Prose.columns,
                showsKeys: showsKeys
            )
            guard terminal.show(frame.text(on: screen)) else { return }
            switch terminal.next(withinSeconds: nextLook - time.monotonicSeconds) {
            case .key(UInt8(ascii: "q")), .key(UInt8(ascii: "Q")), .end: return
            case .key(UInt8(ascii: "?")): showsKeys.toggle()
            case .key(UInt8(ascii: " ")): nextLook = time.monotonicSeconds
            case .key, .resized: break
            case .timeout:
                state.add(TopReading(address))
                nextLook = time.monotonicSeconds + interval
            }
        }
    }
}

extension TopState {
    func write(to json: inout JSONWriter) {
        json.member("at", reading.at.description)
        if case .ready = reading.readiness {
            json.member("ready", true)
        } else {
            json.member("ready", false)
        }
        json.objects("queues", queues) { queue, json in
            json.member("name", queue.name)
            json.number("perSecond", queue.rate)
            json.number("waiting", queue.waiting)
            json.number("drainSeconds", queue.drainSeconds)
            json.number("inFlight", queue.inHand)
            json.number("consumers", queue.consumers)
        }
        json.object("outbox") { json in
            json.number("pending", reading.metrics?.value("registrar_outbox_pending"))
            json.number("parked", reading.metrics?.value("registrar_outbox_parked"))
            json.number("confirmedPerSecond", confirmedRate)
        }
        for (name, metric) in [
            ("commitSeconds", "registrar_commit_seconds"),
            ("confirmSeconds", "registrar_outbox_confirm_seconds"),
            ("criticalSeconds", "registrar_critical_seconds"),
        ] {
            json.object(name) { json in
                json.number("median", span(metric)?.median)
                json.number("p99", span(metric)?.high)
            }
        }
        for (name, metric, label) in [
            ("requests", "registrar_requests", "status"),
            ("accounts", "registrar_accounts", "state"),
            ("deadLetters", "registrar_dead_letters", "reason"),
            ("deadLettered", "registrar_dead_lettered_total", "reason"),
        ] {
            json.object(name) { json in
                for (word, count) in counts(metric, by: label) { json.number(word, count) }
            }
        }
    }
}
