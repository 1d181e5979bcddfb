public import Contract
public import Domain
public import Workflow

extension RegisterConformance {
    static let letterChecks: [RegisterConformance] = [
        RegisterConformance("dead letters are kept exactly as they are, in their order") {
            register in
            let first = Sample.letter(1, detail: nil)
            let letters = [first, Sample.letter(2, user: nil), Sample.letter(3)]
            try await register.write { transaction in
                for letter in letters { try transaction.keep(letter, eraseAt: nil) }
            }
            try await register.write { transaction in
                for letter in letters {
                    try expect(
                        try transaction.deadLetter(letter.identifier),
                        equals: letter,
                        "the letter"
                    )
                    try expect(
                        try transaction.deadLetterReason(letter.identifier),
                        equals: letter.reason,
                        "its reason"
                    )
                }
                let all = try transaction.deadLetters(after: 0, limit: 9, bytes: .max)
                try expect(all.map(\.letter), equals: letters, "all")
                for (limit, bytes, count) in [
                    (2, Int.max, 2), (9, 1, 1), (9, first.storedBytes + 1, 2), (0, .max, 0),
                ] {
                    try expect(
                        try transaction.deadLetters(after: 0, limit: limit, bytes: bytes).count,
                        equals: count,
                        "a page of \(limit) or \(bytes) bytes"
                    )
                }
                try expect(
                    try transaction.deadLetters(after: all[0].number, limit: 9, bytes: .max),
                    equals: Array(all.dropFirst()),
                    "the next page"
                )
                try expect(
                    try transaction.deadLetterTotals(),
                    equals: DeadLetterTotals(
                        count: 3,
                        bytes: letters.reduce(0) { $0 + $1.storedBytes }
                    ),
                    "totals"
                )
            }
        },
        .inOne("a letter that is kept again stands behind all others") { transaction in
            for number: UInt64 in 1...3 {
                try transaction.keep(Sample.letter(number), eraseAt: nil)
            }
            var again = Sample.letter(1)
            again.replays = 1
            try transaction.order(Sample.order(.replay), about: [again.identifier])
            try transaction.keep(again, eraseAt: nil)
            try expect(
                try transaction.deadLetters(after: 0, limit: 9, bytes: .max).map(\.letter),
                equals: [Sample.letter(2), Sample.letter(3), again],
                "letters"
            )
            try expect(
                try transaction.order(about: again.identifier),
                equals: nil,
                "what was ordered before"
            )
            // Whoever goes through all of them meets it again.
            let last = try transaction.deadLetters(after: 0, limit: 9, bytes: .max)[2].number
            try transaction.remove([again.identifier])
            try transaction.keep(Sample.letter(4), eraseAt: nil)
            try expect(
                try transaction.deadLetters(after: last, limit: 9, bytes: .max).count,
                equals: 1,
                "numbers are not given again"
            )
        },
        .inOne("removing names the letters that were there") { transaction in
            try transaction.keep(Sample.letter(1), eraseAt: nil)
            let wanted = [1, 2, 1].map { Sample.letterIdentifier($0) }
            try expect(
                try transaction.remove(wanted),
                equals: [Sample.letterIdentifier(1)],
                "removed"
            )
            try expect(try transaction.deadLetter(Sample.letterIdentifier(1)), equals: nil, "gone")
            try expect(
                try transaction.deadLetterTotals(),
                equals: DeadLetterTotals(count: 0, bytes: 0),
                "totals"
            )
        },
        .inOne("what is ordered about letters falls due at once, and once") { transaction in
            for number: UInt64 in 1...3 {
                try transaction.keep(
                    Sample.letter(number),
                    eraseAt: Sample.instant(50 - Int64(number))
                )
            }
            let order = Sample.order(.discard, at: Sample.instant(5))
            let wanted = [3, 9, 1].map { Sample.letterIdentifier($0) }
            try transaction.order(order, about: wanted)
            try expect(
                try transaction.order(about: wanted[0]),
                equals: order,
                "the order"
            )
            try expect(
                try transaction.deadLetterReason(wanted[0]),
                equals: nil,
                "the reason of what is as good as discarded"
            )
            try expect(try transaction.nextDue(), equals: Sample.instant(5), "next")
            let bytes = Sample.letter(1).storedBytes
            func work(_ kind: DueWorkKind, _ at: Int64, _ number: UInt64) -> DueWork {
                DueWork(
                    kind,
                    dueAt: Sample.instant(at),
                    .letter(Sample.letterIdentifier(number), bytes: bytes)
                )
            }
            try expect(
                try transaction.due(48),
                equals: [
                    work(.deadLetter, 5, 1), work(.deadLetter, 5, 3),
                    work(.eraseDeadLetter, 47, 3), work(.eraseDeadLetter, 48, 2),
                ],
                "due"
            )
            try transaction.remove(wanted)
            try expect(
                try transaction.due(99),
                equals: [work(.eraseDeadLetter, 48, 2)],
                "due later"
            )
        },
        .inOne("a letter that was sent back is known again, and nothing else of it") {
            transaction in
            let letter = Sample.letter(1)
            let sent = SentLetter(
                queue: "registrar.notifications",
                routingKey: "notification.email",
                user: nil,
                replays: 3,
                digest: [UInt8](repeating: 7, count: 32)
            )
            try transaction.keep(letter, eraseAt: Sample.instant(9))
            try transaction.order(Sample.order(.replay), about: [letter.identifier])
            try expect(
                try transaction.sentLetter(letter.identifier),
                equals: nil,
                "before"
            )
            try transaction.letGo(letter.identifier, as: sent)
            try expect(try transaction.sentLetter(letter.identifier), equals: sent, "what is known")
            try expect(try transaction.deadLetter(letter.identifier), equals: nil, "content")
            try expect(try transaction.deadLetterReason(letter.identifier), equals: nil, "reason")
            try expect(try transaction.order(about: letter.identifier), equals: nil, "order")
            try expect(
                try transaction.deadLetters(after: 0, limit: 9, bytes: .max),
                equals: [],
                "letters"
            )
            try expect(
                try transaction.deadLetterTotals(),
                equals: DeadLetterTotals(count: 0, bytes: 0),
                "totals"
            )
            try expect(try transaction.due(99).map(\.kind), equals: [.eraseDeadLetter], "due")
            try transaction.keep(letter, eraseAt: nil)
            try expect(try transaction.sentLetter(letter.identifier), equals: nil, "again")
            try expect(try transaction.deadLetter(letter.identifier), equals: letter, "back")
        },
        .inOne("room is made at the cost of whoever takes most of it") { transaction in
            let big = Sample.letter(4, user: "b", body: [UInt8](repeating: 1, count: 9999))
            for letter in [
                Sample.letter(1, user: "a"), Sample.letter(2, user: nil),
                Sample.letter(3, user: "a"), big,
            ] {
                try transaction.keep(letter, eraseAt: nil)
            }
            for (byBytes, limit, expected) in [
                (false, 9, [1, 3]), (false, 1, [1]), (true, 9, [4]),
            ] as [(Bool, Int, [UInt64])] {
                try expect(
                    try transaction.deadLettersOfGreatestSender(
                        byBytes: byBytes,
                        limit: limit
                    ),
                    equals: expected.map { Sample.letterIdentifier($0) },
                    byBytes ? "by bytes" : "by number"
                )
            }
        },
    ]
}

extension Sample {
    public static func letterIdentifier(_ number: UInt64) -> DeadLetterIdentifier {
        DeadLetterIdentifier(SequentialIdentifiers.identifier(number, series: 14))
    }

    public static func letter(
        _ number: UInt64,
        user: String? = "ntp-portal",
        detail: String? = "faults found: 1",
        body: [UInt8] = [0, 255, 10]
    ) -> DeadLetter {
        DeadLetter(
            identifier: letterIdentifier(number),
            reason: number == 2 ? .broker(.deliveryLimit) : .problem(.schema),
            detail: detail,
            at: instant(Int64(number)),
            queue: user == nil ? nil : "registrar.registrations",
            routingKey: "registration.access.company",
            user: user,
            properties: MessageProperties(
                headers: [HeaderField("x", .table([HeaderField("y", .timestamp(.max))]))],
                messageIdentifier: "m",
                userIdentifier: user
            ),
            body: body
        )
    }

    public static func order(_ action: LetterOrder.Action, at: Instant = start) -> LetterOrder {
        LetterOrder(action: action, user: "operator", event: "e-1", reason: "Why not", at: at)
    }
}
