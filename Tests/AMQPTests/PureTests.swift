import Testing

@testable import AMQP

@Suite struct ConfirmLedgerTests {
    private func ledger(_ count: UInt64) -> ConfirmLedger {
        var ledger = ConfirmLedger()
        for token in 0..<count {
            ledger.sent(token: token + 100, mark: Self.mark("m\(token)"), at: token)
        }
        return ledger
    }

    private static func mark(_ identifier: String) -> ConfirmLedger.Mark {
        ConfirmLedger.Mark(messageIdentifier: identifier, exchange: "e", routingKey: "k")
    }

    @Test func settlesInAnyOrderAndByMultiple() {
        var ledger = ledger(5)
        var results: [PublicationResult] = []
        let steps: [(UInt64, Bool)] = [(3, false), (2, true), (5, false), (4, true)]
        for (number, multiple) in steps {
            let known = ledger.settle(
                number: number,
                multiple: multiple,
                as: .confirmed,
                into: &results
            )
            #expect(known)
        }
        #expect(results.map(\.token) == [102, 100, 101, 104, 103])
        #expect(ledger.count == 0)
        #expect(ledger.oldestSentAt == nil)
    }

    @Test func zeroWithMultipleIsAll() {
        var ledger = ledger(3)
        var results: [PublicationResult] = []
        let isKnown = ledger.settle(number: 0, multiple: true, as: .nacked, into: &results)
        #expect(isKnown)
        #expect(results.count == 3)
        #expect(results.allSatisfy { $0.outcome == .nacked })
    }

    @Test func repeatedConfirmsChangeNothing() {
        var ledger = ledger(2)
        var results: [PublicationResult] = []
        for _ in 0..<3 {
            let isKnown = ledger.settle(
                number: 2,
                multiple: true,
                as: .confirmed,
                into: &results
            )
            #expect(isKnown)
        }
        #expect(results.count == 2)
    }

    @Test(arguments: [(3, false), (UInt64.max, true), (0, false)] as [(UInt64, Bool)])
    func refusesNumbersNeverSent(_ number: UInt64, _ multiple: Bool) {
        var ledger = ledger(2)
        var results: [PublicationResult] = []
        let isKnown = ledger.settle(
            number: number,
            multiple: multiple,
            as: .confirmed,
            into: &results
        )
        #expect(!isKnown)
        #expect(results.isEmpty)
    }

    @Test func aReturnedMessageIsTheOneWithItsMark() {
        var ledger = ledger(3)
        for (identifier, isExpected) in [("m1", true), ("m1", false), ("m9", false)] {
            let isFound = ledger.returned(Self.mark(identifier), code: 312, text: "NO_ROUTE")
            #expect(isFound == isExpected)
        }
        var results: [PublicationResult] = []
        let isKnown = ledger.settle(number: 3, multiple: true, as: .confirmed, into: &results)
        #expect(isKnown)
        #expect(
            results.map(\.outcome) == [
                .confirmed, .returned(code: 312, text: "NO_ROUTE"), .confirmed,
            ]
        )
    }

    @Test func numbersGoOnOverManyMessages() {
        var ledger = ConfirmLedger()
        var results: [PublicationResult] = []
        for number in UInt64(1)...20_000 {
            ledger.sent(token: number, mark: nil, at: number)
            guard number > 10 else { continue }
            let isKnown = ledger.settle(
                number: number - 10,
                multiple: false,
                as: .confirmed,
                into: &results
            )
            #expect(isKnown)
        }
        #expect(results.map(\.token) == Array(1...19_990))
        #expect(ledger.count == 10)
        #expect(ledger.oldestSentAt == 19_991)
    }
}

extension Properties {
    /// All that travel as short strings, by their names on the wire.
    fileprivate static var textProperties:
        [(name: String, path: WritableKeyPath<Properties, String?>)]
    {
        [
            ("content_type", \.contentType), ("content_encoding", \.contentEncoding),
            ("correlation_id", \.correlationIdentifier), ("reply_to", \.replyTo),
            ("expiration", \.expiration), ("message_id", \.messageIdentifier), ("type", \.type),
            ("user_id", \.userIdentifier), ("app_id", \.applicationIdentifier),
        ]
    }
}

@Suite struct PublicationCheckTests {
    private let check = PublicationCheck(frameMaximumBytes: 8192)

    private func publication(_ change: (inout Publication) -> Void) -> Publication {
        var publication = Publication(token: 1, exchange: "", routingKey: "q", body: [])
        change(&publication)
        return publication
    }

    @Test func shortStringsEndAt255Bytes() throws {
        let longest = String(repeating: "é", count: 127) + "e"
        let tooLong = longest + "e"
        let paths: [WritableKeyPath<Publication, String>] = [\.exchange, \.routingKey]
        for path in paths {
            try check.check(publication { $0[keyPath: path] = longest })
            #expect(throws: AMQPError.self) {
                try check.check(publication { $0[keyPath: path] = tooLong })
            }
        }
        for (name, path) in Properties.textProperties {
            try check.check(publication { $0.properties[keyPath: path] = longest })
            do {
                try check.check(publication { $0.properties[keyPath: path] = tooLong })
                Issue.record("\(name) of 256 bytes was accepted")
            } catch {
                #expect(error.code == .invalidArgument)
                #expect(error.detail.contains(name))
                #expect(error.detail.contains("256"))
            }
        }
    }

    @Test func anEnormousIdentifierIsNotQuoted() {
        let enormous = String(repeating: "x", count: 300_000)
        do {
            try check.check(publication { $0.properties.messageIdentifier = enormous })
            Issue.record("it was accepted")
        } catch {
            #expect("\(error)".utf8.count < 300)
        }
    }

    @Test func headersHaveToFitIntoAFrame() throws {
        try check.check(
            publication { $0.properties.headers["a"] = .bytes(.init(repeating: 0, count: 8000)) }
        )
        #expect(throws: AMQPError.self) {
            try check.check(
                publication {
                    $0.properties.headers["a"] = .bytes(.init(repeating: 0, count: 8170))
                }
            )
        }
        #expect(throws: AMQPError.self) {
            try check.check(
                publication { $0.properties.headers[String(repeating: "n", count: 256)] = .void }
            )
        }
    }

    @Test func nestingIsBounded() throws {
        func nested(_ levels: Int) -> FieldValue {
            (0..<levels).reduce(.void) { value, level in
                level.isMultiple(of: 2) ? .array([value]) : .table(["t": value])
            }
        }
        try check.check(
            publication { $0.properties.headers["a"] = nested(FieldValue.maximumDepth) }
        )
        #expect(throws: AMQPError.self) {
            try check.check(
                publication { $0.properties.headers["a"] = nested(FieldValue.maximumDepth + 1) }
            )
        }
    }

    @Test func mandatoryNeedsAnIdentifier() throws {
        #expect(throws: AMQPError.self) {
            try check.check(publication { $0.isMandatory = true })
        }
        try check.check(
            publication {
                $0.isMandatory = true
                $0.properties.messageIdentifier = "m"
            }
        )
    }

    @Test func oversizedTextCanBeDropped() {
        for (name, path) in Properties.textProperties {
            for (count, isKept) in [(255, true), (256, false)] {
                var properties = Properties(isPersistent: true, priority: 3, timestampSeconds: 7)
                let rest = properties
                properties[keyPath: path] = String(repeating: "c", count: count)
                let expected = isKept ? properties : rest
                #expect(properties.droppingOversizedText() == expected, "\(name) of \(count)")
            }
        }
    }
}

@Suite struct BackOffTests {
    @Test func doublesUpToTheMaximumWithJitter() {
        let backOff = BackOff(baseSeconds: 1, maximumSeconds: 10)
        var generator = SystemRandomNumberGenerator()
        for (failures, ceiling) in [(1, 1.0), (2, 2), (3, 4), (4, 8), (5, 10), (1_000_000, 10)] {
            for _ in 0..<50 {
                let seconds = backOff.delaySeconds(afterFailures: failures, using: &generator)
                #expect((ceiling / 2...ceiling).contains(seconds))
            }
        }
    }

    @Test func isDecidedByTheGenerator() {
        struct Fixed: RandomNumberGenerator {
            var value: UInt64
            mutating func next() -> UInt64 { value }
        }
        var low = Fixed(value: 0)
        #expect(BackOff(baseSeconds: 2).delaySeconds(afterFailures: 1, using: &low) == 1)
        var high = Fixed(value: .max)
        #expect(BackOff(baseSeconds: 2).delaySeconds(afterFailures: 1, using: &high) > 1.9)
    }
}

@Suite struct MailboxTests {
    @Test func aBatchIsEverythingThatWaits() async throws {
        let mailbox = Mailbox<Int>()
        var first = [1, 2]
        var second = [3]
        mailbox.send(&first)
        mailbox.send(&second)
        #expect(first.isEmpty)
        #expect(try await mailbox.next() == [1, 2, 3])
    }

    @Test func aWaitingConsumerIsWoken() async throws {
        let mailbox = Mailbox<Int>()
        async let batch = mailbox.next()
        var items = [1]
        mailbox.send(&items)
        #expect(try await batch == [1])
    }

    @Test func whatWasSentComesBeforeTheEnd() async throws {
        let mailbox = Mailbox<Int>()
        var items = [1]
        mailbox.send(&items)
        let error = AMQPError(.connectionLost, attempt: "a", detail: "b")
        mailbox.finish(throwing: error)
        mailbox.finish(throwing: nil)
        #expect(try await mailbox.next() == [1])
        for _ in 0..<2 {
            await #expect(throws: error) { try await mailbox.next() }
        }
    }

    @Test func cancellationEndsTheWait() async throws {
        let mailbox = Mailbox<Int>()
        let waiting = Task { try await mailbox.next() }
        waiting.cancel()
        #expect(try await waiting.value == nil)
        // The mailbox itself goes on.
        var items = [1]
        mailbox.send(&items)
        #expect(try await mailbox.next() == [1])
    }

    @Test func iteratesUntilTheEnd() async throws {
        let mailbox = Mailbox<Int>()
        var items = [1, 2]
        mailbox.send(&items)
        mailbox.finish(throwing: nil)
        var seen: [[Int]] = []
        for try await batch in Batches(mailbox: mailbox) { seen.append(batch) }
        #expect(seen == [[1, 2]])
    }
}
