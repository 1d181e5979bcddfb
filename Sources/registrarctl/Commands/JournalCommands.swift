import ArgumentParser
import Contract
import Domain
import Storage

/// `journal`: a look at the record of everything.
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Verify and export the journal.",
        discussion: """
            Examples:
              registrarctl journal verify
              registrarctl journal export > journal.jsonl
            """,
        subcommands: [JournalVerify.self, JournalExport.self]
    )
}

struct JournalVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the store and the journal's whole chain of hashes.",
        discussion: """
            Example:
              registrarctl journal verify

            Reads all of the store, which takes seconds for each GB; registrard may run \
            meanwhile. Ends with 1 when something is not as it was written. The last entry's hash \
            vouches for all before it: keep it elsewhere to notice a journal that was made anew.
            """
    )

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let surroundings = try options.surroundings()
        let store = try surroundings.store()
        var fault: String?
        do throws(StorageError) {
            try store.verify()
        } catch {
            guard error.kind == .damaged else { throw error }
            fault = error.reason
        }
        let head = try store.figures().journal
        switch options.output {
        case .json:
            try Standard.json { json in
                json.member("verified", fault == nil)
                json.member("fault", fault)
                json.member("entries", head.sequence)
                json.member("hash", head.hash.hexadecimal)
            }
        case .table:
            if fault == nil {
                try Standard.write(
                    "the journal is as it was written: \(head.sequence) entries, the last one's "
                        + "hash is \(head.hash.hexadecimal)\n"
                )
            }
        }
        if let fault {
            Standard.say(fault)
            throw ExitCode(1)
        }
    }
}

struct JournalExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the journal as JSON, an entry a line.",
        discussion: """
            Examples:
              registrarctl journal export > journal.jsonl
              registrarctl journal export --after 1200 | jq -c .event

            Without personal data. An entry's hash is SHA-256 over the hash before it, its number, \
            time in milliseconds, event and cause; see the handbook.
            """
    )

    @Option(
        help: ArgumentHelp("Only the entries after this one.", valueName: "number")
    )
    var after: Int64 = 0

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let store = try options.surroundings().store()
        var last = after
        while true {
            let entries = try store.journal(after: last, limit: 1000)
            guard let end = entries.last else { return }
            for entry in entries {
                try Standard.json { json in
                    JournalJSON.write(entry, to: &json)
                    json.member("previous", entry.previous.hexadecimal)
                    json.member("hash", entry.hash.hexadecimal)
                }
            }
            last = end.sequence
        }
    }
}

extension [UInt8] {
    var hexadecimal: String {
        let digits = Array<UInt8>("0123456789abcdef".utf8)
        return String(
            decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
