import Contract
import Domain
import Workflow

// What erasing takes away, and what it leaves.

extension RegisterConformance {
    static let erasureChecks: [RegisterConformance] = [
        .inOne("an erased person leaves ids alone") { transaction in
            let (first, second) = (Sample.person(1), Sample.person(2))
            for number in 1...2 as ClosedRange<UInt64> { try fill(number, transaction) }
            try transaction.erase(first.identifier)
            try expect(try transaction.person(first.identifier), equals: nil, "by id")
            try expect(try transaction.person(subject: first.subject), equals: nil, "subject")
            let file = try transaction.personalFile(of: first.identifier)
            try expect(file.writings.count, equals: 0, "texts")
            try expect(file.documents.count, equals: 0, "documents")
            try expect(
                try transaction.requests(of: first.identifier),
                equals: [Sample.request(1)],
                "requests"
            )
            try expect(try transaction.accounts(of: first.identifier).count, equals: 1, "accounts")
            try expect(try transaction.erasure(of: first.identifier), equals: nil, "the end")
            let other = try transaction.personalFile(of: second.identifier)
            try expect(try transaction.person(second.identifier), equals: second, "another")
            try expect(
                other.writings.map(\.text.content).sorted(),
                equals: ["a letter", "a word", "here"],
                "another's texts"
            )
            try expect(other.documents.count, equals: 1, "another's documents")
        },
        .inOne("a deleted account keeps its place until it is taken away") { transaction in
            var account = Sample.account(1)
            account.location = "https://scim.example.lu/Users/mueller"
            try transaction.apply(.accountOpened(account))
            var revoked = account
            revoked.status = .revoked
            try transaction.apply(Sample.change(account, to: revoked))
            try expect(
                try transaction.account(account.identifier)?.location,
                equals: account.location,
                "needed for deleting the user"
            )
            var deleted = revoked
            deleted.status = .deleted
            try transaction.apply(Sample.change(revoked, to: deleted))
            try expect(
                try transaction.account(account.identifier)?.location,
                equals: account.location,
                "needed while the deletion may have to be ordered again"
            )
            var gone = deleted
            gone.location = nil
            try transaction.apply(Sample.change(deleted, to: gone))
            try expect(
                try transaction.account(account.identifier)?.location,
                equals: nil,
                "location"
            )
        },
        .inOne("messages that wait and name the person go") { transaction in
            let bodies = [
                #"{"data":{"applicant":{"subject":"eaccess-1"}}}"#,
                #"{"data":{"actor":{"subject":"\u0065access-1"}}}"#,
                #"{"data":{"applicant":{"subject":"eaccess-11"}}}"#,
                #"{"data":{"remarks":"\n"}}"#,
            ]
            try transaction.apply(.personRecorded(Sample.person(1)))
            for (number, body) in bodies.enumerated() {
                try transaction.deferSample(
                    for: Sample.requestIdentifier(UInt64(number) + 50),
                    "\(number)",
                    at: 0,
                    body: Array(body.utf8)
                )
            }
            try transaction.erase(Sample.personIdentifier(1))
            let left = try transaction.due(0).map(\.subject)
            let names = left.map { subject -> String? in
                guard case .message(let deferred) = subject else { return nil }
                return deferred.routingKey
            }
            try expect(names, equals: ["approval.2", "approval.3"], "left")
            try expect(try transaction.deferredCount(), equals: 2, "count")
        },
        RegisterConformance("what was to be sent to or about an erased person is dropped") {
            register in
            let person = Sample.personIdentifier(1)
            try await register.write { transaction in
                try fill(1, transaction)
                let journal = try transaction.append(Sample.entry(1))
                var sequences: [String: Int64] = [:]
                for (name, message, persons) in unsent() {
                    sequences[name] = try transaction.enqueue(
                        message,
                        about: persons.map { Sample.personIdentifier($0) },
                        journal: journal,
                        at: Sample.start
                    )
                }
                try transaction.park(sequences["dead"] ?? 0, reason: "no queue")
                try transaction.undoing { try transaction.erase(person) }
                try expect(try transaction.droppedMessages(), equals: [], "undone")
                try expect(try transaction.withheldPersons(), equals: [:], "nobody's, undone")
                try transaction.apply(.personErased(person))
                try expect(
                    try transaction.withheldPersons(),
                    equals: [person: sequences.values.max() ?? 0],
                    "withheld"
                )
                _ = try transaction.enqueue(
                    Sample.message("farewell", body: Array(#"{"to":"eaccess-1"}"#.utf8)),
                    about: [person],
                    journal: journal,
                    at: Sample.start
                )
                try transaction.goOnErasing(person)
                let gone = ["to", "about", "both", "dead", "escaped"]
                try expect(
                    Set(try transaction.droppedMessages()),
                    equals: Set(gone.compactMap { sequences[$0] }),
                    "dropped"
                )
                try expect(
                    try transaction.pendingMessages(after: 0, limit: 20).map(\.message.routingKey),
                    equals: ["mail.other", "mail.similar", "mail.farewell"],
                    "left"
                )
                let statistics = try transaction.outboxStatistics()
                try expect([statistics.pending, statistics.parked], equals: [3, 0], "counts")
                // The broker may confirm what was on the way.
                try expect(
                    try transaction.settle([sequences["about"] ?? 0], at: Sample.start),
                    equals: [],
                    "late confirmation"
                )
                try expect(try transaction.lastParkedStream(), equals: 0, "parked streams")
            }
            try await register.write { transaction in
                try expect(try transaction.droppedMessages(), equals: [], "the next transaction")
                try expect(try transaction.withheldPersons(), equals: [:], "nobody's, at the end")
            }
        },
        .inOne("an erased request goes with what was written about it") { transaction in
            let request = Sample.request(1)
            for number in 1...2 as ClosedRange<UInt64> { try fill(number, transaction) }
            try transaction.apply(.requestErased(request))
            try expect(try transaction.request(request.identifier), equals: nil, "request")
            let file = try transaction.personalFile(of: request.person)
            try expect(file.writings.count + file.documents.count, equals: 0, "writings")
            try expect(try transaction.person(request.person) != nil, equals: true, "person")
            try transaction.refuses("a request that is not there") {
                try transaction.apply(.requestErased(request))
            }
            // Its id may come again; its place in the journal does not.
            try transaction.apply(.requestSubmitted(request))
            try transaction.append(Sample.entry(9, request: request.identifier))
            try expect(
                try transaction.request(request.identifier),
                equals: request,
                "submitted again"
            )
        },
        .inOne("closed requests fall due when their time is over") { transaction in
            for (number, seconds) in [(1, 300), (2, 100), (3, 200)] as [(UInt64, Int64)] {
                var request = Sample.request(number, status: .rejected)
                request.eraseAt = Sample.instant(seconds)
                try transaction.apply(.requestSubmitted(request))
            }
            try expect(try transaction.nextDue(), equals: Sample.instant(100), "next")
            let due = try transaction.due(200)
            try expect(due.map(\.kind), equals: [.erase, .erase], "kinds")
            try expect(
                due.map(\.subject),
                equals: [2, 3].map { .request(Sample.requestIdentifier($0)) },
                "due"
            )
            var later = Sample.request(2, status: .rejected)
            later.eraseAt = Sample.instant(900)
            try transaction.apply(.requestKept(later))
            try expect(try transaction.request(later.identifier), equals: later, "kept")
            try expect(try transaction.nextDue(), equals: Sample.instant(200), "then")
        },
    ]

    /// A person with a request, an account, two texts and a document.
    static func fill(_ number: UInt64, _ transaction: any MaintenanceTransaction) throws {
        let request = Sample.request(number)
        try transaction.apply(.personRecorded(Sample.person(number)))
        try transaction.apply(.requestSubmitted(request))
        try transaction.apply(
            .supplementReceived(
                request.identifier,
                Supplement(answer: "here", documents: [Document(kind: "title", reference: "R")])
            )
        )
        let account = Sample.account(number)
        try transaction.apply(.accountOpened(account))
        try transaction.apply(Sample.change(account, to: account, remarks: "a word"))
        try transaction.keep(
            reason: "a letter",
            journal: Int64(number),
            about: request.identifier,
            at: Sample.start
        )
    }

    /// Messages that are to, about or of the first person, and two that are not.
    private static func unsent() -> [(name: String, message: OutboundMessage, about: [UInt64])] {
        func message(_ name: String, _ body: String, isReplay: Bool = false) -> OutboundMessage {
            let sample = Sample.message(name, account: Sample.accountIdentifier(1))
            return OutboundMessage(
                exchange: .out,
                routingKey: isReplay ? "replay.notifications" : sample.routingKey,
                mandatory: true,
                properties: sample.properties,
                body: Array(body.utf8),
                subject: sample.subject,
                account: sample.account
            )
        }
        return [
            ("to", message("to", "{}"), [1]),
            ("about", message("about", "{}"), [1]),
            ("both", message("both", "{}"), [2, 1]),
            ("other", message("other", "{}"), [2]),
            ("similar", message("similar", #"{"userName":"eaccess-1"}"#), []),
            ("dead", message("dead", #"{"applicant":"eaccess-1"}"#, isReplay: true), []),
            ("escaped", message("escaped", #"["eaccess\u002d1"]"#, isReplay: true), []),
        ]
    }
}
