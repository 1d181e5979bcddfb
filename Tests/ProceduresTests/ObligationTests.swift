import Domain
import TestKit
import Testing

@testable import Procedures

/// What becomes of obligations of whatever procedure, by the clock alone.
@Suite struct ObligationTests {
    private let register = ExampleRegister()

    private func context(at text: String) throws -> DecisionContext {
        DecisionContext(
            register: register,
            now: try #require(Instant(rfc3339: text)),
            identifiers: SequentialIdentifiers(),
            settings: ProcedureSettings(deadlines: [:])
        )
    }

    /// Arisen on 1 June 2026, and due on the last day of that year.
    private func obligation(_ manner: ObligationManner) throws -> Obligation {
        Obligation(
            identifier: Sample.obligationIdentifier(1),
            procedure: "dossier",
            kind: "no-transfer",
            manner: manner,
            holder: .person(Sample.personIdentifier(1)),
            authorisation: nil,
            reference: "R-1",
            request: Sample.requestIdentifier(1),
            arisenOn: try #require(CivilDate("2026-06-01")),
            dueOn: CivilDate("2026-12-31")
        )
    }

    private func open(_ manner: ObligationManner, at text: String) throws -> Obligation {
        let opened = try obligation(manner).opened(
            remindBefore: [.days(2), .days(30), .days(2)],
            in: try context(at: text)
        )
        guard case .obligationOpened(let obligation) = opened else {
            throw ExampleFault("it was not opened")
        }
        try register.layOver(.add(.obligation(obligation)))
        return obligation
    }

    private func changed(_ events: [Event]) throws -> Obligation {
        guard case .obligationChanged(let obligation, _, _, _)? = events.first, events.count == 1
        else { throw ExampleFault("\(events) is no change") }
        try register.layOver(.replace(.obligation(obligation)))
        return obligation
    }

    @Test("each reminder comes once, in its time; of those that were missed, one")
    func reminders() throws {
        let opened = try open(.act, at: "2026-06-01T10:00:00Z")
        #expect(
            opened.reminders.map(\.description) == [
                "2026-12-01T05:00:00.000Z", "2026-12-29T05:00:00.000Z",
            ]
        )
        let identifier = opened.identifier
        let early = try Lifecycle.remind(identifier, in: context(at: "2026-12-01T04:59:59Z"))
        #expect(early.isEmpty)
        let first = try Lifecycle.remind(identifier, in: context(at: "2026-12-01T05:00:00Z"))
        #expect(try changed(first).reminders == [opened.reminders[1]])
        #expect(try Lifecycle.remind(identifier, in: context(at: "2026-12-02T05:00:00Z")).isEmpty)
        try register.layOver(.replace(.obligation(opened)))
        let late = try Lifecycle.remind(identifier, in: context(at: "2026-12-30T05:00:00Z"))
        #expect(try changed(late).reminders.isEmpty)
    }

    @Test("what is to be done is overdue once its day is over; what is to be left alone is met")
    func over() throws {
        for (manner, status, day) in [
            (ObligationManner.act, ObligationStatus.overdue, nil),
            (.refrain, .met, CivilDate("2026-12-31")),
        ] {
            register.records = OverlaidRecords()
            let opened = try open(manner, at: "2026-06-01T10:00:00Z")
            let before = try Lifecycle.overdue(
                opened.identifier,
                in: context(at: "2027-01-01T04:59:59Z")
            )
            #expect(before.isEmpty)
            let after = try changed(
                Lifecycle.overdue(opened.identifier, in: context(at: "2027-01-01T05:00:00Z"))
            )
            #expect(after.status == status && after.metOn == day)
            #expect(after.reminders.isEmpty && after.overdueAt == nil)
        }
    }

    @Test("what arises when its day is over is so from the beginning")
    func late() throws {
        let overdue = try open(.act, at: "2027-02-01T10:00:00Z")
        #expect(overdue.status == .overdue && overdue.metOn == nil && overdue.reminders.isEmpty)
        register.records = OverlaidRecords()
        let met = try open(.refrain, at: "2027-02-01T10:00:00Z")
        #expect(met.status == .met && met.metOn == met.dueOn && met.overdueAt == nil)
    }
}
