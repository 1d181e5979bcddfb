import Contract
import Domain
import Workflow

extension RegisterConformance {
    static let parkedChecks: [RegisterConformance] = [
        .inOne("a parked message waits with its stream, which has a number") { transaction in
            try enqueue(["x", "y", "x"], in: transaction)
            try expect(try transaction.isParked(stream("x")), equals: false, "yet")
            try transaction.park(1, reason: "no route")
            try transaction.park(1, reason: "still no route")
            try transaction.park(2, reason: "refused")
            try transaction.park(3, reason: nil)
            try transaction.park(42, reason: "unknown")
            try expect(try transaction.pendingMessages(after: 0, limit: 9), equals: [], "pending")
            try expect(
                try transaction.outboxStatistics(),
                equals: OutboxStatistics(pending: 0, parked: 3, oldestAt: Sample.start),
                "statistics"
            )
            try expect(try transaction.isParked(stream("x")), equals: true, "x")
            try expect(try transaction.isParked(stream("z")), equals: false, "z")
            try expect(
                try transaction.isParked(
                    OutboxStream(subject: "x", family: "status")
                ),
                equals: false,
                "another kind of queue"
            )
            try expect(try transaction.lastParkedStream(), equals: 2, "last stream")
        },
        .inOne("parked messages are read by stream, in portions, and stay parked") { transaction in
            try enqueue(["x", "y", "x", "x", "y"], in: transaction)
            for sequence in 1...5 as ClosedRange<Int64> {
                try transaction.park(sequence, reason: sequence < 3 ? "no route" : nil)
            }
            func streams(_ after: Int64, _ last: Int64, _ limit: Int) throws -> [Int64] {
                try transaction.parkedStreams(after: after, through: last, limit: limit)
            }
            try expect(try streams(0, 9, 9), equals: [1, 2], "streams")
            try expect(try streams(0, 9, 1), equals: [1], "limited")
            try expect(try streams(1, 9, 9), equals: [2], "after the first")
            try expect(try streams(0, 1, 9), equals: [1], "through the first")
            func read(_ through: Int64, _ limit: Int, _ bytes: Int) throws -> [Int64] {
                try transaction.parkedMessages(
                    of: 1,
                    through: through,
                    limit: limit,
                    bytes: bytes
                ).map(\.sequence)
            }
            try expect(try read(.max, 9, .max), equals: [1, 3, 4], "all")
            try expect(try read(3, 9, .max), equals: [1, 3], "up to a message")
            try expect(try read(.max, 2, .max), equals: [1, 3], "two")
            try expect(try read(.max, 9, 1), equals: [1], "by size")
            try expect(
                try transaction.parkedMessages(of: 2, through: .max, limit: 1, bytes: .max),
                equals: [OutboxRow(sequence: 2, message: message(2, "y"))],
                "as it was"
            )
            try expect(try transaction.outboxStatistics().parked, equals: 5, "parked")
        },
        .inOne("a stream is parked until its last parked message is settled") { transaction in
            try enqueue(["x", "x", "y"], in: transaction)
            try transaction.park(1, reason: "no route")
            try transaction.park(2, reason: nil)
            _ = try transaction.settle([1, 3], at: Sample.instant(9))
            try expect(try transaction.isParked(stream("x")), equals: true, "one is left")
            _ = try transaction.settle([2], at: Sample.instant(9))
            try expect(try transaction.isParked(stream("x")), equals: false, "none is left")
            try expect(
                try transaction.outboxStatistics(),
                equals: OutboxStatistics(pending: 0, parked: 0, oldestAt: nil),
                "statistics"
            )
            try enqueue(["x"], in: transaction)
            try transaction.park(4, reason: "no route")
            try expect(try transaction.lastParkedStream(), equals: 2, "another number")
        },
        RegisterConformance("what an operator wants to be tried again is told by stream") {
            register in
            try await register.write { transaction in
                try enqueue(["x", "y", "x"], in: transaction)
                for sequence in 1...3 as ClosedRange<Int64> {
                    try transaction.park(sequence, reason: "no route")
                }
                try expect(try transaction.retriedStreams().isEmpty, equals: true, "none yet")
                try transaction.retry([3, 1, 99])
                try expect(try transaction.retriedStreams().numbers, equals: [1], "its stream")
                try expect(try transaction.outboxStatistics().parked, equals: 3, "parked")
            }
            try await register.write { transaction in
                try expect(try transaction.retriedStreams().isEmpty, equals: true, "another one")
                try transaction.retry(nil)
                try expect(try transaction.retriedStreams(), equals: .all, "all")
            }
        },
    ]

    private static func enqueue(
        _ subjects: [String],
        in transaction: any MaintenanceTransaction
    ) throws {
        for subject in subjects {
            let next = try transaction.outboxStatistics()
            _ = try transaction.enqueue(
                message(next.pending + next.parked + 1, subject),
                journal: 1,
                at: Sample.start
            )
        }
    }

    private static func message(_ number: Int, _ subject: String) -> OutboundMessage {
        Sample.message("m\(number)", subject: subject, routingKey: "notification.email")
    }

    private static func stream(_ subject: String) -> OutboxStream {
        OutboxStream(subject: subject, family: "notification")
    }
}
