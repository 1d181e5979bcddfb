import Contract
import Domain
import Workflow

// What is kept about one person, and its end.

extension RegisterConformance {
    static let personChecks: [RegisterConformance] = [
        .inOne("requests and accounts of a person come in their order") { transaction in
            let person = Sample.personIdentifier(1)
            for number: UInt64 in [7, 3] {
                try transaction.apply(.requestSubmitted(Sample.request(number, of: person)))
                try transaction.apply(.accountOpened(Sample.account(number, of: person)))
            }
            try transaction.apply(.requestSubmitted(Sample.request(5)))
            try transaction.apply(.accountOpened(Sample.account(5)))
            try expect(
                try transaction.requests(of: person).map(\.identifier),
                equals: [7, 3].map { Sample.requestIdentifier($0) },
                "requests"
            )
            try expect(
                try transaction.accounts(of: person).map(\.identifier),
                equals: [7, 3].map { Sample.accountIdentifier($0) },
                "accounts"
            )
            func requests(_ after: UInt64?, _ limit: Int) throws -> [RequestIdentifier] {
                try transaction.requests(
                    of: person,
                    after: after.map { Sample.requestIdentifier($0) },
                    limit: limit
                ).map(\.identifier)
            }
            func accounts(_ after: UInt64?, _ limit: Int) throws -> [AccountIdentifier] {
                try transaction.accounts(
                    of: person,
                    after: after.map { Sample.accountIdentifier($0) },
                    limit: limit
                ).map(\.identifier)
            }
            try expect(try requests(nil, 1), equals: [Sample.requestIdentifier(7)], "first")
            try expect(try requests(7, 1), equals: [Sample.requestIdentifier(3)], "next")
            try expect(try requests(3, 1), equals: [], "no more")
            try expect(try accounts(nil, 1), equals: [Sample.accountIdentifier(7)], "first")
            try expect(try accounts(7, 1), equals: [Sample.accountIdentifier(3)], "next")
            try expect(try accounts(3, 1), equals: [], "no more")
            // Who goes on after a request that was erased meanwhile does not start over.
            var closed = Sample.request(8, of: person)
            closed.status = .rejected
            try transaction.apply(.requestSubmitted(closed))
            try transaction.apply(.requestSubmitted(Sample.request(9, of: person)))
            try transaction.apply(.requestErased(closed))
            try expect(try requests(8, 9), equals: [Sample.requestIdentifier(9)], "after")
            try expect(try transaction.hasStandingAccount(person), equals: true, "stands")
            for number: UInt64 in [7, 3] {
                let before = Sample.account(number, of: person)
                var account = before
                account.status = number == 7 ? .revoked : .deleted
                try transaction.apply(Sample.change(before, to: account, .revoked))
            }
            try expect(try transaction.hasStandingAccount(person), equals: false, "none stands")
            let nobody = Sample.personIdentifier(2)
            try expect(try transaction.requests(of: nobody), equals: [], "of nobody")
            try expect(try transaction.accounts(of: nobody), equals: [], "of nobody")
        },
        .inOne("texts that only look alike are two") { transaction in
            let composed = "andr\u{e9}"
            let decomposed = "andre\u{301}"
            let persons = [composed, decomposed].enumerated().map { index, subject in
                var person = Sample.person(UInt64(index) + 1)
                person.subject = subject
                person.details?.subject = subject
                return person
            }
            for person in persons {
                try transaction.apply(.personRecorded(person))
            }
            for person in persons {
                try expect(
                    try transaction.person(subject: person.subject),
                    equals: person,
                    "by the subject"
                )
            }
            var corrected = persons[0]
            corrected.details?.familyName = decomposed
            for name in [composed, decomposed] {
                let previous = corrected
                corrected.details?.familyName = name
                try expect(
                    corrected.changedMembers(since: previous).count,
                    equals: 1,
                    "a correction by scalars"
                )
                try transaction.apply(.personChanged(corrected, previous: previous, .rectified))
                let stored = try transaction.person(corrected.identifier)
                try expect(
                    Array((stored?.details?.familyName ?? "").utf8),
                    equals: Array(name.utf8),
                    "as it was written"
                )
            }
        },
        RegisterConformance("a person's change and what a request keeps are kept") { register in
            let before = Sample.person(1)
            var person = before
            person.isRestricted = true
            person.details?.familyName = "Wagner"
            var request = Sample.request(1, status: .granted)
            request.kept = [.operatorRegistration, .decisions]
            try await register.write { [person, request] transaction in
                try transaction.apply(.personRecorded(before))
                try transaction.apply(.personChanged(person, previous: before, .restricted))
                try transaction.apply(.requestSubmitted(request))
            }
            try await register.write { [person, request] transaction in
                try expect(try transaction.person(person.identifier), equals: person, "person")
                try expect(try transaction.request(request.identifier), equals: request, "request")
            }
        },
        .inOne("a person's file has what was written, named and sent") { transaction in
            let person = Sample.personIdentifier(1)
            let other = Sample.personIdentifier(2)
            try Sample.life(of: person, told: other, in: transaction)
            let file = try transaction.personalFile(of: person)
            try expect(file, equals: Sample.file(of: person, told: other), "file")
            try expect(
                try transaction.recipients(ofDataAbout: person),
                equals: [
                    Recipient(template: "to-mailbox", person: nil),
                    Recipient(template: "to-other", person: other),
                ],
                "recipients"
            )
            // Of the other, no more than the mail that was sent is known.
            let others = try transaction.personalFile(of: other)
            try expect(others.messages.map(\.template), equals: ["to-other"], "other's")
            try expect(others.writings.count + others.documents.count, equals: 0, "other's")
            try expect(
                try transaction.recipients(ofDataAbout: other),
                equals: [],
                "of other"
            )
        },
        RegisterConformance("an erased person is gone, requests and accounts are not") { register in
            let person = Sample.person(1)
            try await register.write { transaction in
                try transaction.apply(.personRecorded(person))
                try transaction.apply(.accountOpened(Sample.account(1, of: person.identifier)))
                try Sample.life(
                    of: person.identifier,
                    told: Sample.personIdentifier(2),
                    in: transaction
                )
                try transaction.erase(person.identifier)
            }
            try await register.write { transaction in
                try expect(try transaction.person(person.identifier), equals: nil, "by id")
                try expect(
                    try transaction.person(subject: person.subject),
                    equals: nil,
                    "by subject"
                )
                let file = try transaction.personalFile(of: person.identifier)
                try expect(file.writings.count + file.documents.count, equals: 0, "writings")
                try expect(
                    try transaction.requests(of: person.identifier).count,
                    equals: 1,
                    "requests"
                )
                try expect(
                    try transaction.accounts(of: person.identifier).count,
                    equals: 1,
                    "accounts"
                )
                // The same subject may come again, under another id.
                let again = Person(identifier: Sample.personIdentifier(9), subject: person.subject)
                try transaction.apply(.personRecorded(again))
                try expect(try transaction.person(subject: person.subject), equals: again, "again")
            }
        },
        .inOne("an erased request is gone, and its number with it") { transaction in
            let person = Sample.personIdentifier(1)
            try Sample.life(of: person, told: Sample.personIdentifier(2), in: transaction)
            let requests = try transaction.requests(of: person)
            let request = try require(requests.first, "a request")
            try transaction.apply(.requestErased(request))
            try expect(try transaction.request(request.identifier), equals: nil, "request")
            try expect(try transaction.requests(of: person), equals: [], "of the person")
            try expect(
                try transaction.personalFile(of: person).writings.count,
                equals: 0,
                "writings"
            )
            try transaction.refuses("erasing it again") {
                try transaction.apply(.requestErased(request))
            }
            // Those who were mailed the person's name are told of it as before.
            try transaction.apply(.requestSubmitted(Sample.request(2, of: person)))
            try expect(
                try transaction.recipients(ofDataAbout: person),
                equals: [
                    Recipient(template: "to-mailbox", person: nil),
                    Recipient(template: "to-other", person: Sample.personIdentifier(2)),
                ],
                "recipients"
            )
        },
    ]
}

extension Sample {
    static func request(_ number: UInt64, of person: PersonIdentifier) -> Request {
        Request(
            identifier: requestIdentifier(number),
            procedure: "access",
            profile: "company",
            person: person,
            eori: eori(number),
            requested: OperationSet([.import]),
            submittedAt: start
        )
    }

    static func account(_ number: UInt64, of person: PersonIdentifier) -> Account {
        Account(
            identifier: accountIdentifier(number),
            person: person,
            eori: eori(number),
            request: requestIdentifier(number),
            role: .legalRepresentative,
            operations: OperationSet([.import]),
            status: .active
        )
    }

    static func mail(_ template: String, to recipient: PersonIdentifier?) -> OutboundMessage {
        OutboundMessage(
            exchange: .out,
            routingKey: "notification.email",
            mandatory: true,
            properties: MessageProperties(messageIdentifier: "id-\(template)"),
            body: Array(template.utf8),
            subject: "subject",
            mail: MailRecord(template: template, recipient: recipient)
        )
    }

    /// A request that was answered for, decided, and mailed about: to the person, to the mailbox
    /// and to somebody else; and a mail that is about no request.
    static func life(
        of person: PersonIdentifier,
        told other: PersonIdentifier,
        in transaction: any MaintenanceTransaction
    ) throws {
        let request = request(1, of: person)
        try transaction.apply(.requestSubmitted(request), at: start)
        let supplement = Supplement(answer: "Steel.", documents: [permit])
        try transaction.apply(.supplementReceived(request.identifier, supplement), at: instant(1))
        try transaction.apply(
            .requestChanged(request, previous: .pending, by: .rule, remarks: "No."),
            at: instant(2)
        )
        let entry = try transaction.append(entry(1, request: request.identifier))
        let order = OutboundMessage(
            exchange: .out,
            routingKey: "provisioning.account",
            mandatory: true,
            properties: MessageProperties(),
            body: [],
            subject: "subject"
        )
        let status = OutboundMessage(
            exchange: .out,
            routingKey: "status.request",
            mandatory: false,
            properties: MessageProperties(),
            body: [],
            subject: "subject"
        )
        let messages = [
            (mail("to-person", to: person), [person]), (mail("to-mailbox", to: nil), [person]),
            (mail("to-other", to: other), [other, person]), (order, [person]), (status, []),
        ]
        let sequences = try messages.map { message, persons in
            try transaction.enqueue(message, about: persons, journal: entry, at: instant(3))
        }
        _ = try transaction.settle([sequences[0]], at: instant(4))
        let elsewhere = try transaction.append(Sample.entry(2))
        _ = try transaction.enqueue(
            mail("about-account", to: person),
            journal: elsewhere,
            at: instant(5)
        )
    }

    private static let permit = Document(
        kind: "permit",
        reference: "P 1",
        issuedOn: CivilDate(year: 2026, month: 2, day: 28)
    )

    /// What is kept of that life besides the records.
    static func file(of person: PersonIdentifier, told other: PersonIdentifier) -> PersonalFile {
        let request = requestIdentifier(1)
        func sent(
            _ template: String?,
            to recipient: PersonIdentifier?,
            at seconds: Int64 = 3,
            settledAt: Instant? = nil
        ) -> PersonalFile.SentMessage {
            PersonalFile.SentMessage(
                routingKey: template == nil ? "provisioning.account" : "notification.email",
                template: template,
                recipient: recipient,
                messageIdentifier: template.map { "id-\($0)" },
                createdAt: instant(seconds),
                settledAt: settledAt
            )
        }
        return PersonalFile(
            writings: [
                .init(
                    request: request,
                    text: FreeText(kind: .answer, recordedAt: instant(1), content: "Steel.")
                ),
                .init(
                    request: request,
                    text: FreeText(kind: .remarks, recordedAt: instant(2), content: "No.")
                ),
            ],
            documents: [.init(request: request, recordedAt: instant(1), document: permit)],
            messages: [
                sent("to-person", to: person, settledAt: instant(4)), sent("to-mailbox", to: nil),
                sent("to-other", to: other), sent(nil, to: nil),
                sent("about-account", to: person, at: 5),
            ]
        )
    }
}
