import ArgumentParser
import Contract
import Domain
import Settings
import Storage
import Workflow

/// `restore`: a backup takes the place of a store that is lost.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of a store that is lost.",
        discussion: """
            Examples:
              systemctl stop registrard
              mv /var/lib/registrard /var/lib/registrard.lost && mkdir /var/lib/registrard
              registrarctl restore /var/backups/registrar-2026-11-21.sqlite
              registrarctl restore monday.sqlite --to /tmp/look/registrar.sqlite

            Never writes over a store, refuses while a registrard runs on it, and verifies the \
            backup first. Run by root, the file belongs to the owner of its folder.

            What a restore loses is what registrard did after the backup and acknowledged: the \
            broker no longer has those messages. What was not acknowledged comes again by itself, \
            and messages that the backup has as not confirmed are sent again with the same ids.
            """
    )

    @Argument(help: "The backup.")
    var file: String

    @Option(
        help: ArgumentHelp(
            "Where the store is to be. (default: store.path of the configuration)",
            valueName: "path"
        )
    )
    var to: String?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let configuration = try options.commandEnvironment().configuration
        let path = to ?? configuration.store.path
        let backup = try BackupCommand.withProgress { progress in
            try Backup.restore(file, to: path, progress: progress)
        }
        try options.write { json in
            json.member("file", file)
            json.member("storePath", path)
            BackupView.write(backup, to: &json)
        } text: { screen in
            BackupView.fields(backup)
                .text(on: screen, under: "Store \(SafeText.line(path)), restored")
        }
        Standard.say(Self.nextSteps(after: backup))
    }

    private static func nextSteps(after backup: BackupSummary) -> String {
        let moment = backup.lastEntryAt.map(LocalTime.text) ?? "its making"
        let count = backup.unconfirmedMessages
        let resent = count == 0 ? "" : ", and sends the \(count) not confirmed with their old ids"
        return """
            what registrard did after \(moment) and acknowledged is not in this store.
              1. Compare entry \(backup.journal.sequence) with what was kept off the machine: a \
            later number there tells how many entries are lost.
              2. Start registrard. It takes what the broker still has\(resent).
              3. Have portals and offices send again what they sent since \(moment): the same \
            bytes are harmless where they are known, and done where they are lost.
              4. Have those erased again whose data registrard had erased since: the backup still \
            has them.
            """
    }
}
