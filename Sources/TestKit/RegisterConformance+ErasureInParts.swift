import Contract
import Domain
import Workflow

// Erasures that are more than one transaction does.

extension RegisterConformance {
    static let erasureInPartsChecks: [RegisterConformance] = [
        RegisterConformance("an erasure goes on in parts, wherever it was broken off") { register in
            let person = Sample.personIdentifier(1)
            try await register.write { transaction in
                try RegisterConformance.fill(1, transaction)
                for number in 2...5 as ClosedRange<UInt64> {
                    try transaction.apply(.requestSubmitted(Sample.request(number, of: person)))
                    try transaction.apply(.accountOpened(Sample.account(number, of: person)))
                    let journal = try transaction.append(Sample.entry(Int(number)))
                    _ = try transaction.enqueue(
                        Sample.message("m\(number)"),
                        about: [person],
                        journal: journal,
                        at: Sample.start
                    )
                }
                try transaction.apply(.personErased(person))
                // What comes later is somebody's who came back.
                try transaction.apply(.requestSubmitted(Sample.request(6, of: person)))
            }
            var reached: [UInt64] = []
            for part in [[1, 2], [3, 4], [5]] as [[UInt64]] {
                try await register.write { transaction in
                    var erasure = try require(transaction.oldestErasure(except: []), "an erasure")
                    try expect(erasure.person, equals: Sample.person(1), "as it was known")
                    try expect(try transaction.person(person), equals: nil, "nobody finds them")
                    try transaction.reveal(erasure.person)
                    try expect(
                        try transaction.person(person),
                        equals: erasure.person,
                        "revealed"
                    )
                    try transaction.reveal(nil)
                    // What is undone reveals nobody.
                    try transaction.undoing { try transaction.reveal(erasure.person) }
                    try expect(try transaction.person(person), equals: nil, "hidden again")
                    let requests = try transaction.requests(in: erasure, limit: 2)
                    try expect(
                        requests.map(\.record.identifier),
                        equals: part.map { Sample.requestIdentifier($0) },
                        "a part of the requests"
                    )
                    let accounts = try transaction.accounts(in: erasure, limit: 2)
                    try expect(
                        accounts.map(\.record.identifier),
                        equals: part.map { Sample.accountIdentifier($0) },
                        "a part of the accounts"
                    )
                    erasure.place = requests.last?.place ?? 0
                    erasure.kept = [.decisions, .authorisation]
                    erasure.causation = "event \(part)"
                    try transaction.record(erasure)
                    try expect(try transaction.erasure(of: person), equals: erasure, "stored")
                }
                reached += part
            }
            try await register.write { transaction in
                try expect(
                    try transaction.oldestErasure(except: [person]),
                    equals: nil,
                    "but for the one"
                )
                var erasure = try require(transaction.erasure(of: person), "an erasure")
                erasure.place = 0
                let first = try transaction.eraseMessages(in: erasure, limit: 3, at: Sample.start)
                erasure.place = first.last ?? 0
                let rest = try transaction.eraseMessages(in: erasure, limit: 3, at: Sample.start)
                try expect([first.count, rest.count], equals: [3, 1], "parts of the messages")
                _ = try transaction.eraseNumbers(of: erasure.person.identifier, limit: 99)
                try transaction.complete(erasure)
                try expect(try transaction.oldestErasure(except: []), equals: nil, "the end")
            }
        },
        .inOne("a natural person's number is found until it goes with the person") { transaction in
            let (eori, person) = (Sample.eori(1), Sample.person(1))
            let surrogate = SequentialIdentifiers.identifier(4711)
            var economicOperator = Sample.economicOperator(1, .naturalPerson)
            let registered = economicOperator
            economicOperator.status = .revoked
            let revoked = Event.operatorChanged(
                economicOperator,
                previous: registered,
                by: .rule,
                remarks: nil
            )
            try transaction.apply(.personRecorded(person))
            try transaction.conceal(
                Surrogate(eori: eori, identifier: surrogate, person: person.identifier)
            )
            try transaction.apply(.requestSubmitted(Sample.request(1, of: person.identifier)))
            try transaction.apply(.operatorRegistered(registered))
            try transaction.apply(.accountOpened(Sample.account(1, of: person.identifier)))
            try expect(try transaction.surrogate(of: eori), equals: surrogate, "surrogate")
            try expect(try transaction.economicOperator(eori), equals: registered, "operator")
            try expect(
                try transaction.openRequests(for: eori, of: nil, after: nil, limit: 100).count,
                equals: 1,
                "open"
            )
            try expect(
                try transaction.accounts(of: eori, after: nil, limit: 9).map(\.eori),
                equals: [eori],
                "accounts"
            )
            try expect(
                try transaction.request(Sample.requestIdentifier(1))?.eori,
                equals: eori,
                "request"
            )
            // As long as an operator is registered under it, the number is needed.
            try transaction.savepoint {
                try transaction.erase(person.identifier)
                try expect(
                    try transaction.economicOperator(eori),
                    equals: registered,
                    "after the erasure"
                )
                try transaction.apply(revoked)
                try expect(try transaction.economicOperator(eori), equals: nil, "its end")
                try expect(try transaction.surrogate(of: eori), equals: nil, "no surrogate")
            }
            let gone = EORI(surrogate)
            try expect(
                try transaction.request(Sample.requestIdentifier(1))?.eori,
                equals: gone,
                "request, after all"
            )
            try expect(
                try transaction.accounts(of: person.identifier).map(
                    \.eori
                ),
                equals: [gone],
                "account, after all"
            )
            try expect(
                try transaction.economicOperator(gone)?.status,
                equals: .revoked,
                "operator, after all"
            )
            try expect(gone.number, equals: nil, "no number")
        },
        RegisterConformance("those are told to whom the name was sent, and each once") { register in
            let person = Sample.personIdentifier(1)
            @Sendable func mail(_ template: String, to recipient: UInt64?) -> OutboundMessage {
                Sample.mail(template, to: recipient.map { Sample.personIdentifier($0) })
            }
            try await register.write { transaction in
                try RegisterConformance.fill(1, transaction)
                let journal = try transaction.append(Sample.entry(1))
                let mails = [
                    mail("a", to: 1), mail("a", to: nil), mail("b", to: 2), mail("a", to: 2),
                    mail("b", to: 2), mail("a", to: 3), mail("never", to: 4),
                ]
                let sequences = try mails.map {
                    try transaction.enqueue($0, about: [person], journal: journal, at: Sample.start)
                }
                _ = try transaction.settle(Array(sequences.dropLast()), at: Sample.start)
                try transaction.apply(.personErased(person))
                let erasure = try require(transaction.erasure(of: person), "an erasure")
                _ = try transaction.eraseMessages(in: erasure, limit: 99, at: Sample.start)
                var told: [[Recipient]] = []
                for _ in 1...4 {
                    told.append(
                        try transaction.takeRecipients(
                            ofDataAbout: erasure.person.identifier,
                            limit: 1
                        )
                    )
                }
                func recipient(_ template: String, _ number: UInt64?) -> Recipient {
                    Recipient(
                        template: template,
                        person: number.map { Sample.personIdentifier($0) }
                    )
                }
                try expect(
                    told,
                    equals: [
                        [recipient("a", nil)], [recipient("b", 2), recipient("a", 2)],
                        [recipient("a", 3)], [],
                    ],
                    "told"
                )
            }
        },
    ]
}

extension MaintenanceTransaction {
    /// An erasure from its beginning to its end, as far as it is the store's.
    func erase(_ person: PersonIdentifier) throws {
        try apply(.personErased(person))
        try goOnErasing(person)
    }

    func goOnErasing(_ person: PersonIdentifier) throws {
        var erasure = try require(erasure(of: person), "an erasure")
        let requests = try requests(in: erasure, limit: 99)
        try eraseWritings(about: requests.map(\.record.identifier))
        _ = try eraseMessages(in: erasure, limit: 99, at: Sample.start)
        while try !eraseDeferredMessages(in: erasure, limit: 1).isEmpty {}
        while let last = try eraseUnsentReplays(in: erasure, limit: 1, at: Sample.start).last {
            erasure.place = last
        }
        while try eraseNumbers(of: person, limit: 1) > 0 {}
        try complete(erasure)
    }
}
