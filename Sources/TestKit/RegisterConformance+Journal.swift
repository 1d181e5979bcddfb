import Contract
import Domain
import Workflow

// The journal's chain, and its checkpoints.

extension RegisterConformance {
    static let journalChecks: [RegisterConformance] = [
        RegisterConformance("the journal's chain is verified from any entry on, in parts") {
            register in
            let heads = try await register.write { transaction in
                try expect(try transaction.journalHead(), equals: .empty, "head of nothing")
                return try (1...5).map { number in
                    try transaction.append(Sample.entry(number))
                    return try transaction.journalHead()
                }
            }
            try await register.write { transaction in
                try expect(
                    try transaction.verifyJournal(after: .empty, limit: 2),
                    equals: heads[1],
                    "two entries"
                )
                try expect(
                    try transaction.verifyJournal(after: heads[1], limit: 100),
                    equals: heads[4],
                    "the others"
                )
                try expect(
                    try transaction.verifyJournal(after: heads[4], limit: 100),
                    equals: heads[4],
                    "nothing more"
                )
                for stranger in [
                    JournalHead(sequence: 2, hash: heads[2].hash),
                    JournalHead(sequence: 6, hash: heads[4].hash),
                ] {
                    try expectThrows("a head that is not the journal's") {
                        _ = try transaction.verifyJournal(after: stranger, limit: 100)
                    }
                }
            }
        },
        .inOne("the head goes back with a savepoint") { transaction in
            try transaction.append(Sample.entry(1))
            let head = try transaction.journalHead()
            try transaction.undoing { try transaction.append(Sample.entry(2)) }
            try expect(try transaction.journalHead(), equals: head, "head")
        },
        RegisterConformance("the last checkpoint is the one that was recorded last") { register in
            let checkpoints = (1...2 as ClosedRange<Int64>).map { number in
                JournalCheckpoint(
                    number: number,
                    sequence: 10 * number,
                    hash: [UInt8](repeating: UInt8(number), count: 32),
                    at: Sample.instant(number),
                    previous: JournalCheckpoint.noPrevious,
                    key: [UInt8](repeating: 9, count: 32),
                    signature: [UInt8](repeating: 3, count: 64)
                )
            }
            try await register.write { transaction in
                try expect(try transaction.lastCheckpoint(), equals: nil, "none")
                for checkpoint in checkpoints { try transaction.record(checkpoint) }
            }
            try await register.write { transaction in
                try expect(try transaction.lastCheckpoint(), equals: checkpoints[1], "last")
                try transaction.refuses("a checkpoint's number twice") {
                    try transaction.record(checkpoints[0])
                }
            }
        },
    ]
}
