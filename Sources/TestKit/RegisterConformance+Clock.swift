import Contract
import Domain
import Workflow

extension RegisterConformance {
    static let clockChecks: [RegisterConformance] = [
        .inOne("what has fallen due is found, earliest first, whatever its kind") { transaction in
            try Self.setDueWork(in: transaction)
            try expect(
                try transaction.due(50).map(Self.text),
                equals: [
                    "retry late 10", "retry middle 20", "remind 2 20", "expire 1 30",
                    "remind 3 40", "escalate 2 40", "retry early 50", "expire 4 50",
                ],
                "due"
            )
            try expect(
                try transaction.due(90, limit: 3).map(Self.text),
                equals: ["retry late 10", "retry middle 20", "remind 2 20"],
                "limited"
            )
            try expect(try transaction.due(9).map(Self.text), equals: [], "before")
            try expect(try transaction.nextDue(), equals: Sample.instant(10), "next")
        },
        .inOne("a request that is past its expiry only expires") { transaction in
            var request = Sample.request(1, expireAt: Sample.instant(30))
            request.remindAt = Sample.instant(10)
            request.escalateAt = Sample.instant(20)
            try transaction.apply(.requestSubmitted(request))
            let expected: [(Int64, [String])] = [
                (29, ["remind 1 10", "escalate 1 20"]), (30, ["expire 1 30"]),
                (99, ["expire 1 30"]),
            ]
            for (seconds, dueWork) in expected {
                try expect(
                    try transaction.due(seconds).map(Self.text),
                    equals: dueWork,
                    "at \(seconds)"
                )
            }
        },
        .inOne("what was done, or is closed, does not fall due again") { transaction in
            var request = Sample.request(1, expireAt: Sample.instant(60))
            request.escalateAt = Sample.instant(55)
            try transaction.apply(.requestSubmitted(request))
            try expect(try transaction.nextDue(), equals: Sample.instant(50), "reminder")
            request.remindAt = nil
            try transaction.apply(.requestReminded(request))
            try expect(try transaction.request(request.identifier), equals: request, "kept")
            try expect(try transaction.nextDue(), equals: Sample.instant(55), "escalation")
            request.escalateAt = nil
            try transaction.apply(.requestEscalated(request))
            try expect(try transaction.request(request.identifier), equals: request, "kept")
            try expect(try transaction.nextDue(), equals: Sample.instant(60), "expiry")
            // Whatever its deadlines say.
            request.status = .granted
            request.remindAt = Sample.instant(1)
            request.escalateAt = Sample.instant(1)
            try transaction.apply(Sample.change(request))
            try expect(try transaction.nextDue(), equals: nil, "nothing")
            try expect(try transaction.due(99), equals: [], "due")
        },
        .inOne("a message that is postponed falls due later") { transaction in
            try expect(try transaction.nextDue(), equals: nil, "nothing")
            let request = Sample.requestIdentifier(1)
            try transaction.deferSample(for: request, "x", at: 30)
            try expect(try transaction.nextDue(), equals: Sample.instant(30), "the message")
            let message = try transaction.deferredEntries(for: request)[0]
            try expect(
                try transaction.due(30),
                equals: [DueWork(.retry, dueAt: Sample.instant(30), .message(message))],
                "whole"
            )
            try transaction.postponeDeferredMessage(
                message.sequence,
                attempts: 2,
                until: Sample.instant(60)
            )
            try expect(try transaction.nextDue(), equals: Sample.instant(60), "postponed")
            try transaction.removeDeferredMessage(message.sequence)
            try expect(try transaction.nextDue(), equals: nil, "removed")
        },
        .inOne("the oldest open request of each procedure is known") { transaction in
            try expect(try transaction.oldestOpenRequests(), equals: [:], "none")
            for number in [3, 1, 2] as [UInt64] {
                try transaction.apply(.requestSubmitted(Sample.request(number)))
            }
            try expect(
                try transaction.oldestOpenRequests(),
                equals: ["access": Sample.instant(1)],
                "the first"
            )
            for number in [1, 2, 3] as [UInt64] {
                var request = Sample.request(number, status: .awaitingInformation)
                try transaction.apply(Sample.change(request))
                try expect(
                    try transaction.oldestOpenRequests(),
                    equals: ["access": Sample.instant(Int64(number))],
                    "\(number) is still open"
                )
                request.status = .withdrawn
                try transaction.apply(
                    Sample.change(request, from: .awaitingInformation, by: .applicant)
                )
            }
            try expect(try transaction.oldestOpenRequests(), equals: [:], "none is left")
        },
    ]

    private static func setDueWork(in transaction: any MaintenanceTransaction) throws {
        var requests = [
            Sample.request(1, expireAt: Sample.instant(30)), Sample.request(2),
            Sample.request(3), Sample.request(4, expireAt: Sample.instant(50)),
            Sample.request(5, status: .granted, expireAt: Sample.instant(1)), Sample.request(6),
        ]
        requests[1].remindAt = Sample.instant(20)
        requests[1].escalateAt = Sample.instant(40)
        requests[2].remindAt = Sample.instant(40)
        for request in requests {
            try transaction.apply(.requestSubmitted(request))
        }
        for (name, seconds) in [("early", 50), ("late", 10), ("middle", 20)] as [(String, Int64)] {
            try transaction.deferSample(for: Sample.requestIdentifier(9), name, at: seconds)
        }
    }

    static func text(_ work: DueWork) -> String {
        let subject =
            switch work.subject {
            case .message(let deferred): String(deferred.routingKey.dropFirst(9))
            case .order(let order): order.account.description
            case .cascade(let cascade): cascade.eori?.text ?? "?"
            case .request(let request):
                (1...9).first { Sample.requestIdentifier($0) == request }.map { "\($0)" } ?? "?"
            case .authorisation(let number): String(number.text.suffix(1))
            case .obligation(let obligation):
                (1...9).first { Sample.obligationIdentifier($0) == obligation }
                    .map { "\($0)" } ?? "?"
            case .letter(let letter, _):
                (1...9).first { Sample.letterIdentifier($0) == letter }.map { "\($0)" } ?? "?"
            }
        let seconds = work.dueAt.seconds - Sample.start.seconds
        return "\(work.kind.rawValue) \(subject) \(seconds)"
    }
}
