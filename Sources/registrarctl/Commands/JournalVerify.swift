import ArgumentParser
import Composition
import Contract
import Domain
import Foundation
import Storage
import Workflow

struct JournalVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that journal and register are as they were written.",
        discussion: """
            Examples:
              registrarctl journal verify
              registrarctl journal verify --public-key journal.pub --checkpoints kept.jsonl

            Follows the journal's whole chain of hashes, checks the signed checkpoints, replays \
            the journal and compares every record of the register with it. Only checkpoints that \
            were kept elsewhere (the events journal.checkpoint, one a line) reveal a journal that \
            was made afresh as a whole, or cut short together with the register.

            Reads all of the store, which takes a while for a big one; registrard may run \
            meanwhile. Ends with 1 when something is not as it was written, and names the first \
            such entry or record.
            """
    )

    @Option(
        name: .customLong("public-key"),
        help: ArgumentHelp(
            "PEM file of a key that may have signed checkpoints; may be repeated. (default: the "
                + "public half of the configured key, if it can be read)",
            valueName: "file"
        )
    )
    var publicKeys: [String] = []

    @Option(
        help: ArgumentHelp(
            "Checkpoints that were kept elsewhere: JSON lines of published events, of their data, "
                + "or of an export.",
            valueName: "file"
        )
    )
    var checkpoints: String?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let audit = JournalAudit(
            keys: try keys(commandEnvironment),
            witnesses: try checkpoints.map(Self.read) ?? []
        )
        let progress = AuditProgress()
        let report = try commandEnvironment.store().audit(audit) { progress.show($0, of: $1) }
        progress.end()
        switch options.output {
        case .json: try Standard.json { JournalReportView.write(report, audit, to: &$0) }
        case .table:
            if report.fault == nil {
                try Standard.write(JournalReportView.text(report, audit))
            }
        }
        if audit.keys.isEmpty, report.checkpoints + audit.witnesses.count > 0 {
            Standard.say("signatures were not checked, for want of a key: name --public-key")
        }
        if let fault = report.fault {
            Standard.say("\(fault)")
            throw ExitCode(1)
        }
    }

    private func keys(_ commandEnvironment: CommandEnvironment) throws -> [JournalPublicKey] {
        guard publicKeys.isEmpty else {
            return try publicKeys.map { path in
                let text = Array(try Self.contents(of: path))
                do throws(JournalKeyError) {
                    return try JournalPublicKey(pem: text)
                } catch {
                    throw ExitFailure(.data, "\(path) \(error)")
                }
            }
        }
        do {
            return try commandEnvironment.journalKeys()
        } catch {
            Standard.say("the journal's key was not used: \(error)")
            return []
        }
    }

    /// Reads lines that hold a checkpoint: itself, as an event's data or in an export. An export's
    /// entries are passed over.
    static func read(_ path: String) throws -> [JournalCheckpoint] {
        var checkpoints: [JournalCheckpoint] = []
        let lines = try contents(of: path).split(separator: UInt8(ascii: "\n"))
        for (index, line) in lines.enumerated() {
            guard let value = try? JSONValue(parsing: Array(line)), case .object(let object) = value
            else { throw ExitFailure(.data, "\(path), line \(index + 1): not a JSON object") }
            var found = object
            if case .object(let inner) = object["data"] ?? object["checkpoint"] { found = inner }
            if object["event"] != nil, object["cause"] != nil { continue }
            guard let checkpoint = JournalCheckpoint(found) else {
                throw ExitFailure(
                    .data,
                    "\(path), line \(index + 1): not a checkpoint of the journal"
                )
            }
            checkpoints.append(checkpoint)
        }
        guard !checkpoints.isEmpty else { throw ExitFailure(.data, "\(path) holds no checkpoint") }
        return checkpoints
    }

    private static func contents(of path: String) throws(ExitFailure) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ExitFailure(.unavailable, "\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}

/// An audit's report for people and programs.
enum JournalReportView {
    static func text(_ report: JournalReport, _ audit: JournalAudit) -> String {
        var text =
            "the journal is as it was written: \(report.head.sequence) entries, the last one's "
            + "hash is \(report.head.hash.hexadecimal)\n"
        if report.checkpoints > 0 {
            let signed = audit.keys.isEmpty ? "" : ", all signed"
            text +=
                "\(report.checkpoints) checkpoints\(signed); the last covers entries 1 to "
                + "\(report.coveredTo)\n"
        } else {
            text += "no checkpoint vouches for it\n"
        }
        if !audit.witnesses.isEmpty {
            text += "\(report.witnesses) checkpoints from elsewhere agree\n"
        }
        let records = ReplayedKind.allCases.map { kind in
            let count = report.records[kind, default: 0]
            return "\(count) \(kind.rawValue)\(count == 1 ? "" : "s")"
        }
        return text + "replayed, it gives the register: \(records.joined(separator: ", "))\n"
    }

    static func write(_ report: JournalReport, _ audit: JournalAudit, to json: inout JSONWriter) {
        json.member("verified", report.fault == nil)
        json.member("fault", report.fault?.description)
        json.member("entries", report.head.sequence)
        json.member("hash", report.head.hash.hexadecimal)
        json.member("checkpoints", report.checkpoints)
        json.member("coveredTo", report.coveredTo)
        json.member("signaturesChecked", !audit.keys.isEmpty)
        json.member("checkpointsFromElsewhere", report.witnesses)
        json.object("records") { json in
            for kind in ReplayedKind.allCases {
                json.member(kind.rawValue, report.records[kind, default: 0])
            }
        }
        if let fault = report.fault { json.object("finding") { write(fault, to: &$0) } }
    }

    private static func write(_ fault: JournalFault, to json: inout JSONWriter) {
        json.member("check", fault.check)
        switch fault {
        case .store, .counts: break
        case .entry(let broken): json.member("entry", broken.sequence)
        case .checkpoint(let number, _), .witness(let number, _):
            json.member("checkpoint", number)
        case .record(let kind, let identifier, let entry, let difference):
            json.member("kind", kind.rawValue)
            json.member("id", identifier)
            json.member("entry", entry)
            json.member("member", difference.member)
            json.key("stored")
            json.raw(difference.stored ?? "null")
            json.key("replayed")
            json.raw(difference.replayed ?? "null")
        case .missing(let kind, let identifier, let entry):
            json.member("kind", kind.rawValue)
            json.member("id", identifier)
            json.member("entry", entry)
        case .unaccounted(let kind, let identifier), .unreadable(let kind, let identifier, _):
            json.member("kind", kind.rawValue)
            json.member("id", identifier)
        }
    }
}

/// How far the reading is; shared with the auditor, which tells of it.
final class AuditProgress {
    private var bar: ProgressBar? = ProgressBar()

    func show(_ done: Int64, of all: Int64) {
        bar?.show("verifying", share: Double(done) / Double(max(1, all)))
    }

    /// Takes the bar away.
    func end() { bar = nil }
}
