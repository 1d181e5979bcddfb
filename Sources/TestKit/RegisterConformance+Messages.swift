import Contract
import Domain
import Workflow

// Outbox, deferred messages, clock, crashes.

extension RegisterConformance {
    static let outboxChecks: [RegisterConformance] = [
        RegisterConformance("messages are pending in sequence, exactly as enqueued") { register in
            let messages = ["a", "b", "c"].map { Sample.message($0) }
            try await register.write { transaction in
                for (index, message) in messages.enumerated() {
                    try expect(
                        try transaction.enqueue(
                            message,
                            journal: 1,
                            at: Sample.instant(Int64(index))
                        ),
                        equals: Int64(index + 1),
                        "sequence"
                    )
                }
            }
            try await register.write { transaction in
                let rows = messages.enumerated().map {
                    OutboxRow(sequence: Int64($0.offset + 1), message: $0.element)
                }
                try expect(
                    try transaction.pendingMessages(after: 0, limit: 10),
                    equals: rows,
                    "all"
                )
                try expect(
                    try transaction.pendingMessages(after: 1, limit: 1),
                    equals: [rows[1]],
                    "a page"
                )
                for count in 1...2 {
                    let bytes = rows.prefix(count).reduce(0) { $0 + $1.message.heldBytes }
                    try expect(
                        try transaction.pendingMessages(after: 0, limit: 10, bytes: bytes),
                        equals: Array(rows.prefix(count)),
                        "what \(bytes) bytes hold"
                    )
                }
                try expect(
                    try transaction.outboxStatistics(),
                    equals: OutboxStatistics(pending: 3, parked: 0, oldestAt: Sample.start),
                    "statistics"
                )
            }
        },
        .inOne("settled messages are pending no more and name the orders that they were") {
            transaction in
            let accounts: [UInt64?] = [nil, 1, nil, 2, 3]
            for (index, account) in accounts.enumerated() {
                _ = try transaction.enqueue(
                    Sample.message(
                        "m\(index)",
                        account: account.map { Sample.accountIdentifier($0) }
                    ),
                    journal: 1,
                    at: Sample.instant(Int64(index))
                )
            }
            let settled = try transaction.settle([4, 1, 2, 2, 99], at: Sample.instant(9))
            try expect(
                Set(settled),
                equals: [
                    SettledOrder(account: Sample.accountIdentifier(1), message: 2),
                    SettledOrder(account: Sample.accountIdentifier(2), message: 4),
                ],
                "orders"
            )
            try expect(
                try transaction.pendingMessages(after: 0, limit: 10).map(\.sequence),
                equals: [3, 5],
                "pending"
            )
            try expect(
                try transaction.settle([1, 2, 4], at: Sample.instant(10)),
                equals: [],
                "settling again"
            )
            try expect(
                try transaction.outboxStatistics(),
                equals: OutboxStatistics(
                    pending: 2,
                    parked: 0,
                    oldestAt: Sample.instant(2)
                ),
                "statistics"
            )
            _ = try transaction.settle([3, 5], at: Sample.instant(11))
            try expect(
                try transaction.enqueue(Sample.message("n"), journal: 1, at: Sample.start),
                equals: 6,
                "a sequence is never used again"
            )
        },
    ]

    static let retryChecks: [RegisterConformance] = [
        .inOne("an inbox entry that is forgotten is new again") { transaction in
            let key = InboxKey(bytes: [UInt8](repeating: 7, count: 16))
            let entry = InboxEntry(key: key, digest: [1, 2], receivedAt: Sample.start)
            try transaction.forget(key)
            try transaction.record(entry)
            try transaction.forget(key)
            try expect(try transaction.inboxEntry(key), equals: nil, "forgotten")
            try transaction.record(entry)
            try expect(try transaction.inboxEntry(key), equals: entry, "recorded again")
        }
    ]

    static let crashChecks: [RegisterConformance] = [
        .inOne("attempts are counted for each message and cleared") { transaction in
            let first = Sample.key(1)
            let second = Sample.key(2)
            try expect(
                try transaction.countAttempts([first, second, first]),
                equals: [0, 0, 1],
                "counts"
            )
            try expect(try transaction.countAttempts([second]), equals: [1], "counts")
            try transaction.clearAttempts([first])
            try expect(try transaction.countAttempts([first, second]), equals: [0, 2], "cleared")
            try expect(try transaction.countAttempts([]), equals: [], "none")
        },
        RegisterConformance("a run that did not end is noticed by the next") { register in
            try await register.write { transaction in
                try expect(try transaction.beginRun(), equals: false, "the first run")
            }
            try await register.write { transaction in
                try expect(try transaction.beginRun(), equals: true, "after a crash")
                try transaction.endRun()
            }
            try await register.write { transaction in
                try expect(try transaction.beginRun(), equals: false, "after an end")
            }
        },
    ]
}
