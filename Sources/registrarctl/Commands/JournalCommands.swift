import ArgumentParser
import Contract
import Domain
import Storage

/// `journal`: a look at the record of everything.
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Verify and export the journal; make the key that signs it.",
        discussion: """
            Examples:
              registrarctl journal verify --public-key journal.pub --checkpoints kept.jsonl
              registrarctl journal export > journal.jsonl
              registrarctl journal key --file /etc/registrar/journal.key > journal.pub
            """,
        subcommands: [JournalVerify.self, JournalExport.self, JournalKeyCommand.self]
    )
}

struct JournalExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the journal as JSON, an entry a line.",
        discussion: """
            Examples:
              registrarctl journal export > journal.jsonl
              registrarctl journal export --after 1200 | jq -c '.event // empty'

            Without personal data. An entry's hash is SHA-256 over the hash before it, its number, \
            time in milliseconds, event and cause. A signed checkpoint follows the entry that it \
            is about, on a line of its own. Docs/journal.md says how to verify both.
            """
    )

    @Option(
        help: ArgumentHelp("Only the entries after this one.", valueName: "number")
    )
    var after: Int64 = 0

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.commandEnvironment().store()
        var last = after
        while true {
            let entries = try store.journal(after: last, limit: 1000)
            guard let end = entries.last else { return }
            var checkpoints = try store.checkpoints(after: last, through: end.sequence)[...]
            for entry in entries {
                try Standard.json { json in
                    JournalJSON.write(entry, to: &json)
                    json.member("timeMilliseconds", entry.time.milliseconds)
                    json.member("previous", entry.previous.hexadecimal)
                    json.member("hash", entry.hash.hexadecimal)
                }
                while let checkpoint = checkpoints.first, checkpoint.sequence == entry.sequence {
                    checkpoints.removeFirst()
                    try Standard.json { $0.object("checkpoint", checkpoint.write) }
                }
            }
            last = end.sequence
        }
    }
}
