import ArgumentParser
import Contract
import Domain

/// `doctor`: looks for what is wrong, and says what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong, and say what to do about it.",
        discussion: """
            Examples:
              registrarctl doctor
              registrarctl doctor --deep
              registrarctl doctor --output json | jq '.checks[] | select(.verdict != "ok")'

            Looks at the configuration, the store, the broker, the daemon and the work that waits, \
            and changes nothing. Run it as the daemon's user or as root: others cannot see the \
            store and the password files. Ends with 1 when there is a problem; warnings and hints \
            are for people.
            """
    )

    @Flag(
        help: """
            Also read the whole store: whether the file is sound, the journal as it was written, \
            and the register what it says ('journal verify').
            """
    )
    var deep = false

    @Flag(help: "Only what is not as it should be.")
    var brief = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        var diagnoses: [Diagnosis] = []
        do {
            let commandEnvironment = try options.commandEnvironment()
            diagnoses += ConfigurationDoctor(commandEnvironment).diagnoses
            diagnoses += StoreDoctor(commandEnvironment, isDeep: deep).diagnoses
            diagnoses += await BrokerDoctor(commandEnvironment).diagnoses
            diagnoses += DaemonDoctor(commandEnvironment).diagnoses
        } catch let failure as ExitFailure {
            diagnoses.problem(
                "configuration.file",
                failure.message,
                advice: "correct it; 'registrard --check' says whether it is right then"
            )
        }
        // What was found in passing stands with its like.
        diagnoses = Self.areas.flatMap { area in diagnoses.filter { $0.area == area } }
        let worst = diagnoses.map(\.verdict).max() ?? .ok
        try options.write { json in
            json.member("verdict", worst.word)
            json.objects("checks", diagnoses) { $0.write(to: &$1) }
        } text: { screen in
            Self.text(diagnoses.filter { !brief || $0.verdict > .ok }, screen)
        }
        if worst == .problem { throw ExitCode(1) }
    }

    private static let areas = ["configuration", "store", "broker", "daemon", "work"]

    private static func text(_ diagnoses: [Diagnosis], _ screen: Screen) -> String {
        let columns = min(screen.columns ?? Prose.columns, Prose.columns)
        var text = ""
        var area = ""
        for diagnosis in diagnoses {
            if diagnosis.area != area {
                area = diagnosis.area
                text += text.isEmpty ? "" : "\n"
                text += screen.paint(area.capitalisedFirst, .bold) + "\n"
            }
            let mark = screen.paint(
                diagnosis.verdict.word.padded(to: 7),
                diagnosis.verdict.style
            )
            let lines = Prose.lines(SafeText.line(diagnosis.finding), columns: columns - 11)
            for (index, line) in lines.enumerated() {
                let margin = index == 0 ? "  \(mark)  " : String(repeating: " ", count: 11)
                text += "\(margin)\(line)\n"
            }
            guard let advice = diagnosis.advice else { continue }
            for line in Prose.lines("→ " + SafeText.line(advice), columns: columns - 11) {
                text += String(repeating: " ", count: 11) + line + "\n"
            }
        }
        let counts = [Diagnosis.Verdict.problem, .warning, .hint].map { verdict in
            (verdict, diagnoses.count { $0.verdict == verdict })
        }
        let summary = counts.filter { $0.1 > 0 }
            .map { "\($0.1) \($0.0.word)\($0.1 == 1 ? "" : "s")" }
        return text + (text.isEmpty ? "" : "\n")
            + (summary.isEmpty ? "nothing is wrong" : summary.joined(separator: ", ")) + "\n"
    }
}
