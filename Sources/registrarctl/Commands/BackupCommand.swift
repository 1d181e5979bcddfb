import ArgumentParser
import Contract
import Domain
import Settings
import Storage
import Workflow

/// `backup`: the store in one file, while the daemon runs.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the store to a file, while registrard runs or not.",
        discussion: """
            Examples:
              registrarctl backup /var/backups/registrar-$(date +%F).sqlite
              registrarctl backup monday.sqlite --output json | jq -r .journal.hash

            The file holds the store as of one moment, stands by itself, is verified, and is \
            readable by you alone: it holds personal data. An existing file is never written over. \
            While pages are copied, some 10 s for each GB on a busy machine, registrard goes on, \
            and its write-ahead log grows by what it writes meanwhile; the copy is verified after \
            that, and holds nothing up.

            Keep the printed number and hash of the journal's last entry off this machine: with \
            them you can tell after a restore what is missing. See also 'registrarctl restore'.
            """
    )

    @Argument(help: "The file to write; must not exist.")
    var file: String

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let clock = ContinuousClock()
        let start = clock.now
        let (backup, copySeconds) = try Self.withProgress { progress in
            try Backup.write(
                store: commandEnvironment.configuration.store.path,
                to: file,
                progress: progress
            )
        }
        let seconds = (clock.now - start) / .seconds(1)
        try options.write { json in
            json.member("file", file)
            BackupView.write(backup, to: &json)
            json.member("milliseconds", Int((seconds * 1000).rounded()))
            json.member("copyMilliseconds", Int((copySeconds * 1000).rounded()))
        } text: { screen in
            var fields = BackupView.fields(backup)
            fields.add(
                "Took",
                "\(BackupView.seconds(seconds)); \(BackupView.seconds(copySeconds)) of that for "
                    + "copying, the rest for verifying the copy"
            )
            return fields.text(on: screen, under: "Backup \(SafeText.line(file))")
        }
    }

    /// Runs `work` with a bar that follows it.
    static func withProgress<Result>(
        _ work: ((Backup.Stage) -> Void) throws -> Result
    ) throws -> Result {
        var bar = ProgressBar()
        return try work { stage in
            switch stage {
            case .copying(let share): bar.show("copying", share: share)
            case .verifying: bar.show("verifying", share: nil)
            }
        }
    }
}

/// What a backup holds, for people and for programs.
enum BackupView {
    static func write(_ backup: BackupSummary, to json: inout JSONWriter) {
        json.object("journal") { json in
            json.member("sequence", backup.journal.sequence)
            json.member("hash", backup.journal.hash.hexadecimal)
            json.member("time", backup.lastEntryAt?.description)
        }
        json.member("unconfirmedMessages", backup.unconfirmedMessages)
        json.member("sizeBytes", backup.sizeBytes)
    }

    static func fields(_ backup: BackupSummary) -> Fields {
        var fields = Fields()
        fields.add("Journal's last entry", "\(backup.journal.sequence)")
        fields.add("Its time", backup.lastEntryAt.map(LocalTime.precise))
        fields.add("Its hash", backup.journal.hash.hexadecimal)
        fields.add("Messages not confirmed", "\(backup.unconfirmedMessages)")
        fields.add("Size", size(backup.sizeBytes))
        return fields
    }

    static func seconds(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100) s" }

    private static func size(_ bytes: Int64) -> String {
        let mebibytes = Double(bytes) / 1_048_576
        return "\((mebibytes * 10).rounded() / 10) MiB"
    }
}
