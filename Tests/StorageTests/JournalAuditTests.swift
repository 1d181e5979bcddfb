import Contract
import Domain
import GRDB
import TestKit
import Testing
import Workflow

@testable import Storage

@Suite("An audit finds every change to journal and register, and names it")
struct JournalAuditTests {
    @Test("A store that nobody touched")
    func untouched() async throws {
        let life = try await JournalLife()
        let report = try SQLiteRegisterReader(path: life.folder.store).audit(
            JournalAudit(
                keys: [try JournalLife.key.get().publicKey],
                witnesses: life.published
            )
        )
        let people = Int(JournalLife.people)
        #expect(report.fault == nil)
        #expect(report.head.sequence == JournalLife.entriesEach * Int64(people))
        #expect(report.checkpoints == 3 && report.witnesses == 3)
        #expect(report.coveredTo == report.head.sequence)
        #expect(
            report.records
                == [
                    .request: people, .economicOperator: people, .account: people,
                    .authorisation: people, .obligation: people, .guarantee: people,
                    .outage: people, .person: people,
                ]
        )
    }

    /// Where it is not 1, the seed says what to try again.
    private static let seeds: [UInt64] = Array(1...6)

    @Test("An entry altered, removed, inserted, exchanged, or cut off", arguments: seeds)
    func entries(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let life = try await JournalLife()
        let length = JournalLife.entriesEach * Int64(JournalLife.people)
        let victim = Int64.random(in: 2...length - 1, using: &random)
        let changes: [(String, Int64)] = [
            ("UPDATE journal SET event = replace(event, 'r', 's') WHERE sequence = \(victim)", 0),
            ("UPDATE journal SET cause = cause || ' ' WHERE sequence = \(victim)", 0),
            ("UPDATE journal SET time = time + 1 WHERE sequence = \(victim)", 0),
            ("UPDATE journal SET hash = zeroblob(32) WHERE sequence = \(victim)", 0),
            ("UPDATE journal SET previous = zeroblob(32) WHERE sequence = \(victim)", 0),
            ("DELETE FROM journal WHERE sequence = \(victim)", 0),
            (
                """
                UPDATE journal SET sequence = -sequence WHERE sequence > \(victim);
                UPDATE journal SET sequence = 1 - sequence WHERE sequence < 0;
                INSERT INTO journal SELECT sequence + 1, request, time, event, cause, previous, hash
                    FROM journal WHERE sequence = \(victim)
                """, 1
            ),
            (
                """
                UPDATE journal SET sequence = -1 WHERE sequence = \(victim);
                UPDATE journal SET sequence = \(victim) WHERE sequence = \(victim + 1);
                UPDATE journal SET sequence = \(victim + 1) WHERE sequence = -1
                """, 0
            ),
        ]
        for (change, offset) in changes {
            try life.attempt {
                try life.tamper(change)
                guard case .entry(let broken) = try life.fault() else {
                    Issue.record("not found: \(change)")
                    return
                }
                #expect(broken.sequence == victim + offset, "\(change)")
            }
        }
        // The checkpoints that are stored tell that there was more.
        try life.attempt {
            try life.tamper("DELETE FROM journal WHERE sequence >= \(victim)")
            let fault = try #require(try life.fault())
            #expect(fault.check == "checkpoint" && "\(fault)".contains("cut short"))
        }
        // Without them, the register does.
        try life.attempt {
            try life.tamper(
                "DELETE FROM journal WHERE sequence >= \(victim)",
                "DELETE FROM checkpoint WHERE sequence >= \(victim)"
            )
            #expect(try life.fault()?.check == "register")
        }
    }

    @Test("Every column of every record, changed behind the journal's back", arguments: seeds)
    func register(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let life = try await JournalLife()
        // Where a row stands in the file says nothing; the location is the provisioner's to word.
        // The account's place follows from it, and is compared with it. Remarks are free text.
        let untold: [ReplayedKind: Set<String>] = [
            .request: ["number"], .economicOperator: [], .account: ["number", "location"],
            .authorisation: ["number"], .obligation: ["number"], .guarantee: ["number"],
            .outage: ["number", "remarks"],
        ]
        for (kind, untold) in untold {
            let table = kind == .economicOperator ? "economic_operator" : kind.rawValue
            for column in try life.rows("PRAGMA table_info(\(table))") {
                let name: String = column["name"]
                guard !untold.contains(name) else { continue }
                let key = Self.key(of: kind)
                let all = try life.rows("SELECT hex(\(key)), \(key) FROM \(table) ORDER BY 1")
                let row = try #require(all.randomElement(using: &random))
                let victim: String = row[0]
                let value =
                    switch column["type"] as String {
                    case "INTEGER": "coalesce(\(name), 7) + 1"
                    case "BLOB": "randomblob(16)"
                    default: "coalesce(\(name), 'operator-kin') || 'd'"
                    }
                try life.attempt {
                    try life.tamper(
                        "UPDATE \(table) SET \(name) = \(value) WHERE hex(\(key)) = '\(victim)'"
                    )
                    let fault = try #require(try life.fault(), "\(table).\(name)")
                    #expect(Self.names(fault, kind, name), "\(table).\(name): \(fault)")
                }
            }
        }
    }

    private static func key(of kind: ReplayedKind) -> String {
        switch kind {
        case .economicOperator: "eori"
        case .authorisation: "name"
        case .request, .account, .obligation, .guarantee, .outage, .person: "id"
        }
    }

    /// Whether the fault names the kind of record and, where it can, the column.
    private static func names(_ fault: JournalFault, _ kind: ReplayedKind, _ column: String)
        -> Bool
    {
        switch fault {
        case .unaccounted(kind, _): ["id", "eori", "name"].contains(column)
        case .unreadable(kind, _, _): true
        case .record(kind, _, .some, let difference):
            difference.member.lowercased() == column.replacing("_", with: "").lowercased()
        default: false
        }
    }

    @Test("A record that goes, one that comes, and one that is another's")
    func rows() async throws {
        let life = try await JournalLife()
        for (table, kind) in [
            ("request", ReplayedKind.request), ("economic_operator", .economicOperator),
            ("account", .account), ("authorisation", .authorisation),
            ("obligation", .obligation), ("guarantee", .guarantee), ("person", .person),
        ] {
            let key = Self.key(of: kind)
            try life.attempt {
                try life.tamper(
                    "DELETE FROM \(table) WHERE \(key) = (SELECT max(\(key)) FROM \(table))"
                )
                guard case .missing(kind, _, _) = try life.fault() else {
                    Issue.record("\(table): a missing row is not found")
                    return
                }
            }
        }
        try life.attempt {
            try life.tamper(
                "INSERT INTO person (id, subject, restricted) VALUES (randomblob(16), 'x', 0)"
            )
            guard case .unaccounted(.person, _) = try life.fault() else {
                Issue.record("a person out of nowhere is not found")
                return
            }
        }
        // A whole state that the journal once had, but no longer has.
        try life.attempt {
            try life.tamper(
                "UPDATE account SET status = 'provisioning' WHERE number = 5"
            )
            let fault = try #require(try life.fault())
            #expect(
                "\(fault)".contains(
                    #"status is "provisioning" in the register and "active" by the journal"#
                ),
                "\(fault)"
            )
        }
        try life.attempt {
            try life.tamper("UPDATE tally SET count = count + 1 WHERE kind = 'account'")
            #expect(try life.fault()?.check == "counts")
        }
    }

    @Test("What was erased is not missed, and must not come back")
    func erased() async throws {
        let life = try await JournalLife()
        let store = try SQLiteRegister(path: life.folder.store)
        let (person, request) = (Sample.personIdentifier(3), Sample.requestIdentifier(3))
        try await store.write { transaction in
            for event in [
                #"{"event":"person.erased","person":"\#(person)"}"#,
                #"{"event":"request.erased","request":"\#(request)"}"#,
            ] {
                try transaction.append(
                    JournalEntry(time: Sample.start, event: event, cause: "{}", request: nil)
                )
            }
        }
        try await store.close()
        #expect(try life.fault()?.check == "register")
        try life.tamper(
            "DELETE FROM request WHERE id = x'\(request.description.replacing("-", with: ""))'",
            "DELETE FROM person WHERE id = x'\(person.description.replacing("-", with: ""))'",
            "UPDATE tally SET count = count - 1 WHERE kind = 'request' AND status = 'rejected'"
        )
        #expect(try life.fault() == nil)
    }
}
