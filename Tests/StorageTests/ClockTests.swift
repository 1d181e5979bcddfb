import Domain
import TestKit
import Testing
import Workflow

@testable import Storage

@Suite("The clock's work in the store")
struct ClockTests {
    @Test("What is due is found through an index, with no sorting, however much is stored")
    func plans() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        try await register.write { transaction throws in
            let transaction = try #require(transaction as? SQLiteTransaction)
            let expected: [(Statement, String)] = [
                (.dueReminders, "request_reminder"), (.nextReminder, "request_reminder"),
                (.dueEscalations, "request_escalation"), (.nextEscalation, "request_escalation"),
                (.dueExpiries, "request_expiry"), (.nextExpiry, "request_expiry"),
                (.oldestOpenRequest, "request_open_since"),
                (.deferredDue, "deferred_next_attempt"), (.nextAttempt, "deferred_next_attempt"),
            ]
            for (statement, index) in expected {
                let plan = try SQLiteStatement(
                    "EXPLAIN QUERY PLAN " + statement.sql,
                    on: transaction.connection.handle
                ).all { $0.text(3) }
                #expect(plan.count == 1 && plan[0].contains(index), "\(statement.sql): \(plan)")
            }
        }
        try await register.close()
    }

    @Test("A clock that is set back leaves the journal whole")
    func setBack() async throws {
        let folder = try TemporaryFolder()
        let register = try SQLiteRegister(path: folder.store)
        for seconds in [0, 7200, 3600, -86_400] as [Int64] {
            let time = Sample.instant(seconds)
            _ = try await register.write { transaction in
                try transaction.append(
                    JournalEntry(time: time, event: "{}", cause: "{}", request: nil)
                )
            }
        }
        try await register.close()
        let reader = try SQLiteRegisterReader(path: folder.store)
        try reader.verify()
        let journal = try reader.journal(after: 0, limit: 9)
        #expect(journal.map(\.sequence) == [1, 2, 3, 4])
        #expect(
            journal.map(\.time.seconds)
                == [0, 7200, 3600, -86_400].map {
                    Sample.instant($0).seconds
                }
        )
    }

    @Test("What was done is not due after the store is opened again")
    func reopened() async throws {
        let folder = try TemporaryFolder()
        var request = Sample.request(1, expireAt: Sample.instant(60))
        request.escalateAt = Sample.instant(55)
        let submitted = request
        request.remindAt = nil
        let reminded = request
        let first = try SQLiteRegister(path: folder.store)
        try await first.write { transaction in
            try transaction.apply(.requestSubmitted(submitted), at: Sample.start)
            try transaction.apply(.requestReminded(reminded), at: Sample.instant(50))
        }
        try await first.close()
        let second = try SQLiteRegister(path: folder.store)
        try await second.write { transaction throws in
            #expect(try transaction.request(submitted.identifier) == reminded)
            #expect(
                try transaction.due(at: Sample.instant(59), limit: 9) == [
                    DueWork(.escalate, dueAt: Sample.instant(55), .request(submitted.identifier))
                ]
            )
            #expect(try transaction.oldestOpenRequests() == ["access": submitted.submittedAt])
        }
        try await second.close()
    }
}
