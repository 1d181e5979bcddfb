import Contract
import Domain
import Workflow

// Messages that wait for their request.
extension RegisterConformance {
    static let deferredChecks: [RegisterConformance] = [
        .inOne("deferred messages are found by request and by time") { transaction in
            let first = Sample.requestIdentifier(1)
            let second = Sample.requestIdentifier(2)
            try expect(try transaction.deferredEntries(for: first), equals: [], "none")
            for (request, name, seconds) in [
                (first, "late", 30), (second, "early", 10), (first, "middle", 20),
            ] as [(RequestIdentifier, String, Int64)] {
                try transaction.deferSample(for: request, name, at: seconds)
            }
            let ofFirst = try transaction.deferredEntries(for: first)
            try expect(
                ofFirst.map(\.routingKey),
                equals: ["approval.late", "approval.middle"],
                "in the order of arrival"
            )
            var expected = Sample.deferred(
                request: first,
                name: "late",
                nextAttemptAt: Sample.instant(30)
            )
            expected.entry.sequence = ofFirst[0].sequence
            try expect(ofFirst[0], equals: expected.entry, "what is known of it")
            try expect(
                try transaction.deferredMessage(ofFirst[0].sequence),
                equals: expected,
                "content"
            )
            try expect(try transaction.deferredCount(), equals: 3, "count")
        },
        .inOne("deferred messages are postponed and removed") { transaction in
            let request = Sample.requestIdentifier(1)
            for name in ["a", "b"] {
                try transaction.deferSample(for: request, name, at: 1)
            }
            let all = try transaction.deferredEntries(for: request)
            try transaction.postponeDeferredMessage(
                all[0].sequence,
                attempts: 4,
                until: Sample.instant(100)
            )
            try transaction.removeDeferredMessage(all[1].sequence)
            try transaction.removeDeferredMessage(all[1].sequence)
            var expected = all[0]
            expected.attempts = 4
            expected.nextAttemptAt = Sample.instant(100)
            try expect(try transaction.deferredEntries(for: request), equals: [expected], "left")
            try expect(try transaction.due(99), equals: [], "due")
            try expect(
                try transaction.deferredMessage(all[1].sequence),
                equals: nil,
                "removed"
            )
            try expect(try transaction.deferredCount(), equals: 1, "count")
            try transaction.deferSample(for: request, "c", at: 1)
            let sequences = try transaction.deferredEntries(for: request).map(\.sequence)
            try expect(
                Set(sequences).isDisjoint(with: [all[1].sequence]),
                equals: true,
                "a sequence is never used again"
            )
        },
    ]

    static let deferredBoundChecks: [RegisterConformance] = [
        .inOne("deferred messages are counted for each broker user") { transaction in
            // Two users, though Swift takes their names for one.
            let (one, two) = ("andr\u{e9}", "andre\u{301}")
            for (number, user) in [(1, one), (2, two), (3, one)] as [(UInt64, String)] {
                try transaction.deferSample(
                    for: Sample.requestIdentifier(number),
                    "x",
                    at: 9,
                    user: user
                )
            }
            try expect(try transaction.deferredCount(of: one), equals: 2, "of the first")
            try expect(try transaction.deferredCount(of: two), equals: 1, "of the second")
            try expect(try transaction.deferredCount(of: "none"), equals: 0, "of nobody")
            let entry = try transaction.deferredEntries(for: Sample.requestIdentifier(1))[0]
            try transaction.removeDeferredMessage(entry.sequence)
            try expect(try transaction.deferredCount(of: one), equals: 1, "one is left")
        },
        .inOne("those that wait for one request are hastened in their order") { transaction in
            let (request, other) = (Sample.requestIdentifier(1), Sample.requestIdentifier(2))
            // The later ones would be due before the first.
            for (request, name, seconds) in [
                (request, "a", 50), (other, "b", 60), (request, "c", 10), (request, "d", 5),
            ] as [(RequestIdentifier, String, Int64)] {
                try transaction.deferSample(for: request, name, at: seconds)
            }
            let hastened = try transaction.hastenDeferredMessages(
                for: request,
                at: Sample.instant(20)
            )
            try expect(hastened, equals: 3, "hastened")
            let due = try transaction.due(20)
            let names = due.map { work in
                if case .message(let entry) = work.subject { entry.routingKey } else { "" }
            }
            try expect(
                names,
                equals: ["approval.a", "approval.c", "approval.d"],
                "in the order of their arrival"
            )
            try expect(
                try transaction.hastenDeferredMessages(
                    for: Sample.requestIdentifier(3),
                    at: Sample.instant(20)
                ),
                equals: 0,
                "none"
            )
        },
    ]
}
