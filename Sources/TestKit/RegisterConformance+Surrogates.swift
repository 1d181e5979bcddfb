import Domain
import Workflow

// What stands for natural persons' numbers, and who is named in others' messages.

extension RegisterConformance {
    static let surrogateChecks: [RegisterConformance] = [
        .inOne("a number under which somebody else is registered becomes theirs") { transaction in
            let eori = Sample.eori(1)
            let identifier = SequentialIdentifiers.identifier(4711)
            for number in 1...3 as ClosedRange<UInt64> {
                try transaction.apply(.personRecorded(Sample.person(number)))
            }
            try transaction.conceal(eori, as: identifier, of: 1)
            try transaction.apply(.requestSubmitted(Sample.request(1, eori: eori)))
            // The second asks, and is not the last who has.
            try transaction.conceal(eori, as: identifier, of: 2)
            let second = Sample.request(2, eori: eori)
            try transaction.apply(.requestSubmitted(second))
            try transaction.erase(Sample.personIdentifier(2))
            try expect(try transaction.number(ofRequest: 1), equals: eori, "asked for before")
            try expect(try transaction.number(ofRequest: 2), equals: eori, "the same number")
            try transaction.apply(
                .operatorRegistered(Sample.economicOperator(1, .naturalPerson))
            )
            try transaction.conceal(eori, as: identifier, of: 3)
            try transaction.erase(Sample.personIdentifier(3))
            try expect(try transaction.surrogate(of: eori), equals: identifier, "registered")
            try transaction.apply(.personErased(Sample.personIdentifier(1)))
            let cascade = Cascade(
                eori: eori,
                change: .economicOperator(from: .all, to: .none, .revoked),
                by: .rule,
                since: Sample.start
            )
            try transaction.apply(.cascade(cascade, .begun))
            try expect(try transaction.hasCascade(of: eori), equals: true, "by the number")
            var revoked = try require(transaction.economicOperator(eori), "an operator")
            revoked.status = .revoked
            try transaction.apply(
                .operatorChanged(revoked, previous: revoked, by: .rule, remarks: nil)
            )
            let gone = EORI(identifier)
            try expect(try transaction.surrogate(of: eori), equals: nil, "nobody's")
            try expect(try transaction.number(ofRequest: 1), equals: gone, "the first")
            try expect(try transaction.number(ofRequest: 2), equals: gone, "the second")
            try expect(try transaction.hasCascade(of: gone), equals: true, "of what is left")
            let due = try transaction.due(0).map(\.subject)
            let numbers = due.compactMap { subject -> EORI? in
                if case .cascade(let cascade) = subject { cascade.eori } else { nil }
            }
            try expect(numbers, equals: [gone], "goes on under what is left")
        },
        .inOne("a request that is older than its number's surrogate follows later") { transaction in
            let eori = Sample.eori(1)
            let surrogate = SequentialIdentifiers.identifier(4711)
            let requests = [5, 6].map {
                Sample.request(UInt64($0), status: .rejected, eori: eori)
            }
            for request in requests {
                try transaction.apply(.requestSubmitted(request))
            }
            try transaction.apply(.personRecorded(Sample.person(1)))
            try transaction.conceal(
                Surrogate(
                    eori: eori,
                    identifier: surrogate,
                    person: Sample.personIdentifier(1)
                )
            )
            try transaction.apply(.requestKept(requests[1]))
            try transaction.erase(Sample.personIdentifier(1))
            let numbers = try requests.map { try transaction.request($0.identifier)?.eori }
            try expect(numbers, equals: [eori, EORI(surrogate)], "as the journal has them")
        },
        .inOne("who is named in messages of which nothing was made is found") { transaction in
            let none = try transaction.messages(naming: ["eaccess-1"], limit: 9)
            try expect(none, equals: .none, "none")
            for (number, subject) in ["eaccess-1", "eaccess-11", "eaccess-1"].enumerated() {
                try transaction.deferSample(
                    for: Sample.requestIdentifier(UInt64(number) + 50),
                    "\(number)",
                    at: 0,
                    body: Array(#"{"actor":{"subject":"\#(subject)"}}"#.utf8)
                )
            }
            for (number, body) in ["{eaccess-1", "eaccess-11", "<a@b.lu>"].enumerated() {
                try transaction.keep(
                    Sample.letter(UInt64(number) + 1, body: Array(body.utf8)),
                    eraseAt: nil
                )
            }
            let words = ["eaccess-1", "a@b.lu"]
            let all = try transaction.messages(naming: words, limit: 9)
            try expect(
                all.messages.map(\.content),
                equals: [
                    #"{"actor":{"subject":"eaccess-1"}}"#,
                    #"{"actor":{"subject":"eaccess-1"}}"#,
                    "{eaccess-1", "<a@b.lu>",
                ],
                "what they say"
            )
            try expect(
                all.messages.map(\.request),
                equals: [Sample.requestIdentifier(50), Sample.requestIdentifier(52), nil, nil],
                "for what they wait"
            )
            try expect(
                all.messages.map(\.letter),
                equals: [nil, nil, Sample.letterIdentifier(1), Sample.letterIdentifier(3)],
                "which letters they are"
            )
            try expect(all.isComplete, equals: true, "all")
            for limit in 1...3 {
                let some = try transaction.messages(naming: words, limit: limit)
                try expect(
                    some,
                    equals: NamingMessages(Array(all.messages.prefix(limit)), isComplete: false),
                    "the first \(limit)"
                )
            }
        },
        .inOne("a request that was made without a number gets it by its grant") { transaction in
            let (company, person) = (Sample.eori(1), Sample.eori(2))
            let surrogate = SequentialIdentifiers.identifier(4711)
            try transaction.apply(.personRecorded(Sample.person(1)))
            try transaction.conceal(person, as: surrogate, of: 1)
            for (number, eori) in [(5, company), (6, person)] as [(UInt64, EORI)] {
                var asked = Sample.request(number)
                asked.eori = nil
                try transaction.apply(.requestSubmitted(asked))
                try expect(try transaction.number(ofRequest: number), equals: nil, "none yet")
                let granted = Sample.request(number, status: .granted, eori: eori)
                try transaction.apply(Sample.change(granted))
                try expect(try transaction.number(ofRequest: number), equals: eori, "granted")
            }
            try transaction.erase(Sample.personIdentifier(1))
            let numbers = try [5, 6].map { try transaction.number(ofRequest: $0) }
            try expect(numbers, equals: [company, EORI(surrogate)], "what is left")
        },
        .inOne("of dead letters, only so much is looked through at once") { transaction in
            let body = Array("eaccess-1 ".utf8) + [UInt8](repeating: 0x61, count: 4 << 20)
            for number in 1...6 as ClosedRange<UInt64> {
                try transaction.keep(Sample.letter(number, body: body), eraseAt: nil)
            }
            let found = try transaction.messages(naming: ["eaccess-1"], limit: 9)
            try expect(
                found.messages.map(\.letter),
                equals: (3...6).map { Sample.letterIdentifier($0) },
                "the newest"
            )
            try expect(found.isComplete, equals: false, "not all")
        },
    ]
}

extension MaintenanceTransaction {
    fileprivate func conceal(
        _ eori: EORI,
        as surrogate: UniversalIdentifier,
        of person: UInt64
    ) throws {
        try conceal(
            Surrogate(
                eori: eori,
                identifier: surrogate,
                person: Sample.personIdentifier(person)
            )
        )
    }

    fileprivate func number(ofRequest number: UInt64) throws -> EORI? {
        try request(Sample.requestIdentifier(number))?.eori
    }
}
