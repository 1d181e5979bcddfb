import Domain
import Workflow

// The inbox, the journal, and what a failure leaves behind.

extension RegisterConformance {
    static let transactionChecks: [RegisterConformance] = [
        RegisterConformance("the inbox keeps what was dealt with, once") { register in
            let entry = InboxEntry(
                key: Sample.key(1),
                digest: [UInt8](repeating: 200, count: 32),
                receivedAt: Sample.start
            )
            try await register.write { transaction in
                try expect(try transaction.inboxEntry(entry.key), equals: nil, "entry")
                try transaction.record(entry)
            }
            try await register.write { transaction in
                try expect(try transaction.inboxEntry(entry.key), equals: entry, "entry")
                try transaction.refuses("a second entry of the same key") {
                    try transaction.record(entry)
                }
            }
        },
        RegisterConformance("a savepoint undoes what it wrote and nothing else") { register in
            try await register.write { transaction in
                try transaction.apply(.personRecorded(Sample.person(1)))
                try expect(try transaction.append(Sample.entry(1)), equals: 1, "sequence")
                try transaction.undoing { try writeEverything(transaction, number: 2) }
                try expectNothing(transaction, number: 2)
                let value = try transaction.savepoint { try transaction.append(Sample.entry(2)) }
                try expect(value, equals: 2, "the savepoint's result")
            }
            try await register.write { transaction in
                try expect(
                    try transaction.person(Sample.personIdentifier(1)),
                    equals: Sample.person(1),
                    "before the savepoint"
                )
                try expectNothing(transaction, number: 2)
                try expect(try transaction.append(Sample.entry(3)), equals: 3, "sequence")
            }
        },
        .inOne("savepoints nest") { transaction in
            try transaction.savepoint {
                try expect(try transaction.append(Sample.entry(1)), equals: 1, "outer")
                try transaction.undoing { try writeEverything(transaction, number: 1) }
                try expectNothing(transaction, number: 1)
                try expect(try transaction.append(Sample.entry(2)), equals: 2, "after inner")
            }
            try expect(try transaction.append(Sample.entry(3)), equals: 3, "after outer")
        },
        RegisterConformance("a transaction that throws leaves nothing") { register in
            do {
                try await register.write { transaction in
                    try writeEverything(transaction, number: 1)
                    _ = try transaction.beginRun()
                    throw Deliberate()
                }
                throw ConformanceFailure(description: "the error did not come out")
            } catch is Deliberate {}
            try await register.write { transaction in
                try expectNothing(transaction, number: 1)
                try expect(try transaction.beginRun(), equals: false, "running")
                try writeEverything(transaction, number: 1)
                try expect(try transaction.append(Sample.entry(2)), equals: 2, "sequence")
            }
        },
        RegisterConformance("an unavailable store cannot be committed, whoever caught the error") {
            register in
            do {
                try await register.write { transaction in
                    try transaction.apply(.personRecorded(Sample.person(1)))
                    try transaction.refuses("the store's failure") {
                        throw RegisterUnavailable(reason: "test")
                    }
                }
                throw ConformanceFailure(description: "the transaction was committed")
            } catch is RegisterUnavailable {}
            try await register.write { transaction in
                try expect(
                    try transaction.person(Sample.personIdentifier(1)),
                    equals: nil,
                    "person"
                )
                try transaction.apply(.personRecorded(Sample.person(1)))
            }
        },
        .inOne("the journal refuses line feeds and takes entries of any request") { transaction in
            let time = Sample.start
            for (event, cause) in [("{}\n", "{}"), ("{}", "{\n}")] {
                try transaction.refuses("a line feed") {
                    _ = try transaction.append(
                        JournalEntry(time: time, event: event, cause: cause, request: nil)
                    )
                }
            }
            try expect(
                try transaction.append(
                    Sample.entry(1, request: Sample.requestIdentifier(1))
                ),
                equals: 1,
                "an unknown request"
            )
            try transaction.apply(.requestSubmitted(Sample.request(1)), at: time)
            try expect(
                try transaction.append(
                    Sample.entry(2, request: Sample.requestIdentifier(1))
                ),
                equals: 2,
                "a known request"
            )
        },
    ]

    /// One of everything that a transaction can write.
    private static func writeEverything(
        _ transaction: any MaintenanceTransaction,
        number: UInt64
    ) throws {
        let now = Sample.start
        try transaction.record(
            InboxEntry(
                key: Sample.key(UInt8(number)),
                digest: [UInt8](repeating: 1, count: 32),
                receivedAt: now
            )
        )
        let request = Sample.request(number, expireAt: Sample.instant(10))
        try transaction.apply(.personRecorded(Sample.person(number)))
        try transaction.apply(.requestSubmitted(request))
        try transaction.apply(.operatorRegistered(Sample.economicOperator(number)))
        try transaction.apply(.accountOpened(Sample.account(number)))
        let journal = try transaction.append(Sample.entry(Int(number)))
        let sequence = try transaction.enqueue(
            Sample.message("everything"),
            journal: journal,
            at: now
        )
        try transaction.park(
            try transaction.enqueue(Sample.message("parked"), journal: journal, at: now),
            reason: "no route"
        )
        try expect(sequence, equals: 1, "the first message's sequence")
        try transaction.deferSample(for: Sample.requestIdentifier(number), "x", at: 5)
        try expect(
            try transaction.countAttempts([Sample.key(UInt8(number))]),
            equals: [0],
            "attempts"
        )
    }

    private static func expectNothing(
        _ transaction: any MaintenanceTransaction,
        number: UInt64
    ) throws {
        try expect(
            try transaction.inboxEntry(Sample.key(UInt8(number))),
            equals: nil,
            "inbox entry"
        )
        try expect(
            try transaction.person(Sample.personIdentifier(number)),
            equals: nil,
            "person"
        )
        try expect(
            try transaction.request(Sample.requestIdentifier(number)),
            equals: nil,
            "request"
        )
        try expect(
            try transaction.economicOperator(Sample.eori(number)),
            equals: nil,
            "operator"
        )
        try expect(
            try transaction.accounts(of: Sample.eori(number), after: nil, limit: 9),
            equals: [],
            "accounts"
        )
        try expect(
            try transaction.hasOpenRequest(
                for: Sample.eori(number),
                profiles: [Sample.request(number).profile],
                of: nil
            ),
            equals: false,
            "open requests"
        )
        try expect(
            try transaction.outboxStatistics(),
            equals: OutboxStatistics(pending: 0, parked: 0, oldestAt: nil),
            "outbox"
        )
        try expect(try transaction.deferredCount(), equals: 0, "deferred messages")
        try expect(try transaction.nextDue(), equals: nil, "next due")
        try transaction.undoing {
            try expect(
                try transaction.countAttempts([Sample.key(UInt8(number))]),
                equals: [0],
                "attempts"
            )
        }
    }
}
