import Contract
import Domain
import Workflow

// What is gathered of a disclosure that comes in parts.

extension RegisterConformance {
    static let disclosureChecks: [RegisterConformance] = [
        .inOne("what is kept of a person is found a page at a time, all of it once") {
            transaction in
            let person = Sample.personIdentifier(1)
            let other = Sample.personIdentifier(2)
            try Sample.life(of: person, told: other, in: transaction)
            let status = try transaction.append(Sample.entry(3))
            _ = try transaction.enqueue(
                Sample.message("status", routingKey: "status.request"),
                about: [person],
                journal: status,
                at: Sample.instant(6)
            )
            var expected = try transaction.personalFile(of: person)
            var found: [PersonalFile.SentMessage] = []
            var place: Int64 = 0
            var pages: [Int] = []
            repeat {
                let page = try transaction.messages(about: person, after: place, limit: 2)
                found += page.map(\.record)
                place = page.last?.place ?? place
                pages.append(page.count)
            } while pages.last == 2
            try expect(pages.reduce(0, +), equals: expected.messages.count + 1, "all")
            try expect(found.filter(\.isDisclosed), equals: expected.messages, "messages")
            try expect(found.last?.routingKey, equals: "status.request", "the last")
            expected.messages = []
            try expect(
                try transaction.personalFile(about: Sample.requestIdentifier(1)),
                equals: expected,
                "about the request"
            )
        },
        .inOne("what the request brought about, and reasons, are found by it") { transaction in
            let (first, second) = (Sample.person(1), Sample.person(2))
            for number in 1...2 as ClosedRange<UInt64> { try fill(number, transaction) }
            for person in [first, second] {
                let requests = try transaction.requests(of: person.identifier)
                var file = PersonalFile()
                for request in requests {
                    file.append(try transaction.personalFile(about: request.identifier))
                }
                let expected = try transaction.personalFile(of: person.identifier)
                try expect(file, equals: expected, "the file of \(person.identifier)")
                try expect(file.writings.count, equals: 3, "writings")
            }
        },
        RegisterConformance("who was mailed about a person is noted a page at a time, until taken")
        {
            register in
            let person = Sample.personIdentifier(1)
            let other = Sample.personIdentifier(2)
            try await register.write { transaction in
                try Sample.life(of: person, told: other, in: transaction)
                // After the change of which they are to be told.
                let entry = try transaction.append(Sample.entry(3))
                _ = try transaction.enqueue(
                    Sample.mail("late", to: Sample.personIdentifier(3)),
                    about: [person],
                    journal: entry,
                    at: Sample.instant(9)
                )
                var pages: [[Int64]] = []
                repeat {
                    pages.append(
                        try transaction.noteRecipients(
                            ofDataAbout: person,
                            after: pages.last?.last ?? 0,
                            until: Sample.instant(8),
                            limit: 2
                        )
                    )
                } while pages.last?.count == 2
                let all = try transaction.messages(about: person, after: 0, limit: 99)
                try expect(pages.flatMap { $0 }, equals: all.map(\.place), "all messages")
            }
            try await register.write { transaction in
                var told: [[Recipient]] = []
                repeat {
                    told.append(try transaction.takeRecipients(ofDataAbout: person, limit: 1))
                } while told.last?.isEmpty == false
                try expect(
                    told,
                    equals: [
                        [Recipient(template: "to-mailbox", person: nil)],
                        [Recipient(template: "to-other", person: other)], [],
                    ],
                    "each once"
                )
            }
        },
        RegisterConformance("what was gathered is kept until it is taken or erased") { register in
            let (person, other) = (Sample.personIdentifier(1), Sample.personIdentifier(2))
            let stages = DisclosureProgress.Stage.allCases.enumerated().map { index, stage in
                DisclosureProgress(
                    stage: stage,
                    reached: index == 0 ? Sample.requestIdentifier(7).uuid : nil,
                    place: Int64(index),
                    parts: index + 1,
                    hasAllMentions: index % 2 == 0
                )
            }
            for progress in stages {
                try await register.write { transaction in
                    try transaction.record(progress, ofDisclosureTo: person)
                    try transaction.keep(
                        [UInt8(progress.parts)],
                        asPart: progress.parts,
                        ofDisclosureTo: person
                    )
                }
                try await register.write { transaction in
                    try expect(
                        try transaction.disclosure(of: person),
                        equals: progress,
                        "progress"
                    )
                    try expect(try transaction.disclosure(of: other), equals: nil, "another's")
                }
            }
            try await register.write { transaction in
                try transaction.keep([9], asPart: 1, ofDisclosureTo: other)
                try transaction.refuses("a part again") {
                    try transaction.keep([8], asPart: 1, ofDisclosureTo: other)
                }
                try expect(
                    try transaction.takePart(2, ofDisclosureTo: person),
                    equals: [2],
                    "taken"
                )
                try transaction.refuses("taking it again") {
                    _ = try transaction.takePart(2, ofDisclosureTo: person)
                }
                try expect(
                    try transaction.eraseDisclosure(of: person, limit: 3),
                    equals: 3,
                    "some"
                )
                try expect(try transaction.disclosure(of: person), equals: nil, "no progress")
                try expect(
                    try transaction.takePart(5, ofDisclosureTo: person),
                    equals: [5],
                    "the last"
                )
                try expect(
                    try transaction.eraseDisclosure(of: person, limit: 3),
                    equals: 0,
                    "none"
                )
                try expect(
                    try transaction.takePart(1, ofDisclosureTo: other),
                    equals: [9],
                    "another's stays"
                )
            }
        },
    ]
}
