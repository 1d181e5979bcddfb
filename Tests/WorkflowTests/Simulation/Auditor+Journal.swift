import Contract
import Crypto
import Domain
import Foundation
import TestKit

@testable import Workflow

extension Auditor {
    /// Signs in every life, often.
    static let journal = JournalSettings(
        key: try? JournalKey(seed: [UInt8](repeating: 42, count: 32)),
        everySeconds: 300,
        everyEntries: 12
    )

    /// What is wrong with the checkpoints that were published: each must name an entry by the hash
    /// that is computed here, bear the signature, and follow the one before it.
    func checkpointFindings() -> [String] {
        var hashes = [[UInt8](repeating: 0, count: 32)]
        for (index, entry) in contents.journal.enumerated() {
            let text = "\(index + 1)\n\(entry.time.milliseconds)\n\(entry.event)\n\(entry.cause)"
            hashes.append(Array(SHA256.hash(data: hashes[index] + Array(text.utf8))))
        }
        var findings: [String] = []
        var previous = String(repeating: "0", count: 64)
        var last = 0
        for (index, data) in checkpoints.enumerated() {
            let lines = ["number", "sequence", "hash", "timeMilliseconds", "previous", "key"]
                .map { data[$0] ?? "" }
            let sequence = Int(lines[1]) ?? 0
            let statement = (["registrar journal checkpoint 1"] + lines).joined(separator: "\n")
            if !hashes.indices.contains(sequence) || hashes[sequence].hexadecimal != lines[2] {
                findings.append("checkpoint \(lines[0]) is not about entry \(sequence)")
            }
            if lines[0] != "\(index + 1)" || lines[4] != previous || sequence <= last {
                findings.append("checkpoint \(lines[0]) does not follow the one before it")
            }
            if !Self.isSigned(statement, data["signature"] ?? "") {
                findings.append("checkpoint \(lines[0]) is not signed")
            }
            previous = Array(SHA256.hash(data: Array(statement.utf8))).hexadecimal
            last = sequence
        }
        return findings
    }

    /// The data of the checkpoints, each once, in the order of their numbers.
    private var checkpoints: [Reading] {
        var seen: Set<String> = []
        return published.filter { $0.message.routingKey == "journal.checkpoint" }
            .map { Reading($0.message.body).object("data") }
            .filter { seen.insert($0["number"] ?? "").inserted }
            .sorted { Int($0["number"] ?? "") ?? 0 < Int($1["number"] ?? "") ?? 0 }
    }

    private static func isSigned(_ statement: String, _ signature: String) -> Bool {
        let seed = [UInt8](repeating: 42, count: 32)
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            let bytes = [UInt8](hexadecimal: signature)
        else { return false }
        return key.publicKey.isValidSignature(bytes, for: Array(statement.utf8))
    }

    /// In what replaying the journal differs from the register, to the member.
    func replayFindings() -> [String] {
        var replayed: [ReplayedKind: [String: JSONObject]] = [:]
        for entry in contents.journalWithNumbers {
            guard let effects = JournalEffect.effects(of: Array(entry.event.utf8)) else {
                return ["\(entry.event) cannot be replayed"]
            }
            for effect in effects {
                switch effect {
                case .overwrite(let kind, let identifier, let record):
                    replayed[kind, default: [:]][identifier] = record
                case .remove(let kind, let identifier): replayed[kind]?[identifier] = nil
                }
            }
        }
        let format = JournalFormat()
        let stored: [ReplayedKind: [String: String]] = [
            .request: texts(
                contents.requests.values.map { ("\($0.identifier)", format.record($0)) }
            ),
            .account: texts(contents.accounts.map { ("\($0.identifier)", format.record($0)) }),
            .economicOperator: texts(
                contents.operators.values.map { ($0.eori.text, format.record($0)) }
            ),
            .authorisation: texts(
                contents.authorisations.map { ($0.number.text, format.record($0)) }
            ),
            .obligation: texts(
                contents.obligations.map { ("\($0.identifier)", format.record($0)) }
            ),
            .guarantee: texts(
                contents.guarantees.map { ("\($0.identifier)", format.record($0)) }
            ),
            .outage: texts(
                contents.outages.map { ("\($0.identifier)", format.record($0)) }
            ),
            .person: texts(contents.persons.keys.map { ("\($0)", "{}") }),
        ]
        return ReplayedKind.allCases.flatMap { kind in
            let (stored, replayed) = (stored[kind] ?? [:], replayed[kind] ?? [:])
            return Set(stored.keys).union(replayed.keys).sorted().compactMap { identifier in
                let text = replayed[identifier].map { object -> String in
                    var json = JSONWriter()
                    json.value(.object(object))
                    return json.text
                }
                return text == stored[identifier]
                    ? nil : "\(kind.rawValue) \(identifier) is not what the journal says"
            }
        }
    }

    private func texts(_ records: [(String, String)]) -> [String: String] {
        Dictionary(records) { first, _ in first }
    }
}

extension MemoryContents {
    /// The journal with the numbers for which surrogates stand in it.
    var journalWithNumbers: [JournalEntry] {
        journal.map { entry in
            let event = surrogates.values.reduce(entry.event) { text, surrogate in
                text.replacing("\(surrogate.identifier)", with: surrogate.eori.text)
            }
            return JournalEntry(
                time: entry.time,
                event: event,
                cause: entry.cause,
                request: entry.request
            )
        }
    }
}
