import Domain
import Storage
import TestKit
import Testing
import Workflow

@Suite("Lists of authorisations, obligations and guarantees")
struct DutyListTests {
    private static let today = CivilDate(dayNumber: 20_100)

    /// An obligation of operator 1, under authorisation 1 unless told otherwise.
    private static func obligation(
        _ number: UInt64,
        dueAfterDays days: Int,
        _ status: ObligationStatus,
        kind: String = "ac4-declaration",
        holder: Holder? = nil,
        under authorisation: UInt64 = 1
    ) -> Obligation {
        Obligation(
            identifier: Sample.obligationIdentifier(number),
            procedure: "excise",
            kind: kind,
            holder: holder ?? .economicOperator(Sample.eori(1)),
            authorisation: Sample.exciseNumber(authorisation),
            reference: "M-\(number)",
            request: Sample.requestIdentifier(number),
            arisenOn: today,
            dueOn: today.adding(days: days),
            status: status,
            metOn: status.isRunning ? nil : today
        )
    }

    private static let obligations = [
        obligation(1, dueAfterDays: 9, .open),
        obligation(2, dueAfterDays: 3, .open),
        obligation(3, dueAfterDays: -1, .overdue, kind: "report-of-receipt"),
        obligation(4, dueAfterDays: 1, .met),
        obligation(
            5,
            dueAfterDays: 3,
            .open,
            holder: .economicOperator(Sample.eori(2)),
            under: 2
        ),
        obligation(6, dueAfterDays: 2, .metLate),
        obligation(
            7,
            dueAfterDays: 0,
            .open,
            holder: .person(Sample.personIdentifier(7)),
            under: 3
        ),
        obligation(8, dueAfterDays: 5, .open, under: 2),
    ]

    private func filled(_ folder: TemporaryFolder) async throws -> SQLiteRegister {
        let store = try SQLiteRegister(path: folder.store)
        try await store.write { transaction in
            for number in 1...4 as ClosedRange<UInt64> {
                // 4 is operator 1's as well; the counterparty of 2 is operator 9.
                let authorisation = Sample.authorisation(
                    number,
                    eori: Sample.eori(number == 4 ? 1 : number)
                )
                try transaction.apply(.authorisationGranted(authorisation), at: Sample.start)
            }
            var lapsed = Sample.authorisation(1, eori: Sample.eori(1))
            lapsed.status = .lapsed
            try transaction.apply(
                .authorisationChanged(
                    lapsed,
                    previous: .active,
                    .lapsed,
                    by: .rule,
                    remarks: nil
                ),
                at: Sample.start
            )
            for obligation in Self.obligations {
                try transaction.apply(.obligationOpened(obligation), at: Sample.start)
            }
            let held = try Sample.guarantee(1, authorisation: Sample.exciseNumber(1))
            let called = try Sample.guarantee(2, holder: .economicOperator(Sample.eori(1)))
            let deposit = try Sample.guarantee(3, holder: .person(Sample.personIdentifier(3)))
            for guarantee in [held, called, deposit] {
                try transaction.apply(
                    .guaranteeHeld(guarantee, by: .rule, remarks: nil),
                    at: Sample.start
                )
            }
            let next = try #require(called.changed(.called, cents: 20_000))
            try transaction.apply(
                .guaranteeChanged(next, previous: .held, .called, by: .rule, remarks: nil),
                at: Sample.start
            )
            let end = try #require(deposit.changed(.released, cents: 50_000))
            try transaction.apply(
                .guaranteeChanged(end, previous: .held, .released, by: .rule, remarks: nil),
                at: Sample.start
            )
        }
        return store
    }

    @Test("Obligations: what runs by the day on which it is due, by every filter, to the limit")
    func obligations() async throws {
        let folder = try TemporaryFolder()
        let store = try await filled(folder)
        let reader = try SQLiteRegisterReader(path: folder.store)
        func expect(
            _ filter: ObligationFilter,
            _ numbers: [UInt64],
            _ location: SourceLocation = #_sourceLocation
        ) throws {
            let found = try reader.obligations(filter).map(\.identifier)
            let wanted = numbers.map { Sample.obligationIdentifier($0) }
            #expect(found == wanted, sourceLocation: location)
        }
        let (one, two) = (Sample.eori(1), Sample.eori(2))
        let number = Sample.exciseNumber(1)
        try expect(.init(), [3, 7, 2, 5, 8, 1])
        try expect(.init(limit: 2), [3, 7])
        // Due on the third day is not due before it.
        try expect(.init(dueBefore: Self.today.adding(days: 3)), [3, 7])
        try expect(.init(dueBefore: Self.today.adding(days: 4)), [3, 7, 2, 5])
        try expect(.init(kind: "report-of-receipt"), [3])
        try expect(.init(status: .open), [7, 2, 5, 8, 1])
        try expect(.init(status: .overdue), [3])
        try expect(.init(eori: one), [3, 2, 8, 1])
        try expect(.init(eori: one, status: .open, limit: 2), [2, 8])
        try expect(.init(eori: one, dueBefore: Self.today.adding(days: 5)), [3, 2])
        try expect(.init(eori: two), [5])
        try expect(.init(authorisation: number), [3, 2, 1])
        try expect(.init(authorisation: number, status: .met), [4])
        try expect(.init(eori: two, authorisation: Sample.exciseNumber(2)), [5])
        try expect(.init(status: .met), [4])
        try expect(.init(eori: one, status: .metLate), [6])
        try expect(.init(eori: two, status: .met), [])
        #expect(try reader.obligations(.init(limit: 1)) == [Self.obligations[2]])
        try await store.close()
    }

    @Test("Authorisations by holder, kind and status; those of others; and one by its number")
    func authorisations() async throws {
        let folder = try TemporaryFolder()
        let store = try await filled(folder)
        let reader = try SQLiteRegisterReader(path: folder.store)
        func numbers(_ authorisations: [Authorisation]) -> [AuthorisationNumber] {
            authorisations.map(\.number)
        }
        func expected(_ list: [UInt64]) -> [AuthorisationNumber] {
            list.map { Sample.exciseNumber($0) }
        }
        let one = Sample.eori(1)
        #expect(try numbers(reader.authorisations()) == expected([1, 2, 3, 4]))
        #expect(try numbers(reader.authorisations(limit: 2)) == expected([1, 2]))
        #expect(try numbers(reader.authorisations(of: one)) == expected([1, 4]))
        #expect(try numbers(reader.authorisations(of: one, status: .active)) == expected([4]))
        #expect(try numbers(reader.authorisations(status: .lapsed)) == expected([1]))
        #expect(try reader.authorisations(kind: "authorised-warehousekeeper") == [])
        let others = try reader.authorisations(toActFor: Sample.eori(9))
        #expect(others == [Sample.authorisation(2)])
        #expect(try reader.authorisations(toActFor: one) == [])
        #expect(
            try reader.authorisation(Sample.exciseNumber(3)) == Sample.authorisation(3)
        )
        #expect(try reader.authorisation(Sample.exciseNumber(9)) == nil)
        try await store.close()
    }

    @Test("Guarantees by holder, authorisation and status; counted as they change")
    func guarantees() async throws {
        let folder = try TemporaryFolder()
        let store = try await filled(folder)
        let reader = try SQLiteRegisterReader(path: folder.store)
        func expect(
            _ guarantees: [Guarantee],
            _ numbers: [UInt64],
            _ location: SourceLocation = #_sourceLocation
        ) {
            let wanted = numbers.map { Sample.guaranteeIdentifier($0) }
            #expect(guarantees.map(\.identifier) == wanted, sourceLocation: location)
        }
        expect(try reader.guarantees(), [1, 2, 3])
        expect(try reader.guarantees(limit: 1), [1])
        expect(try reader.guarantees(of: Sample.eori(1)), [1, 2])
        expect(try reader.guarantees(of: Sample.eori(1), status: .partlyCalled), [2])
        expect(try reader.guarantees(authorisation: Sample.exciseNumber(1)), [1])
        expect(try reader.guarantees(status: .released), [3])
        expect(try reader.guarantees(status: .called), [])
        let held = try reader.guarantee(Sample.guaranteeIdentifier(1))
        #expect(try held == Sample.guarantee(1, authorisation: Sample.exciseNumber(1)))
        #expect(try reader.guarantee(Sample.guaranteeIdentifier(9)) == nil)

        let figures = try reader.figures()
        let counts = figures.guarantees.filter { $0.value > 0 }
        #expect(counts == [.held: 1, .partlyCalled: 1, .released: 1])
        #expect(figures == store.figures)
        // Compares the counts with the rows.
        try reader.verify()
        try await store.close()
    }

    @Test("A natural person's number finds what stands under its surrogate")
    func surrogates() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        let eori = Sample.eori(1)
        try await store.write { transaction in
            try transaction.apply(.personRecorded(Sample.person(1)), at: Sample.start)
            try transaction.conceal(
                Surrogate(
                    eori: eori,
                    identifier: SequentialIdentifiers.identifier(4711),
                    person: Sample.personIdentifier(1)
                )
            )
            try transaction.apply(.authorisationGranted(Sample.authorisation(1)), at: Sample.start)
            try transaction.apply(.obligationOpened(Sample.obligation(1)), at: Sample.start)
            try transaction.apply(
                .guaranteeHeld(try Sample.guarantee(1), by: .rule, remarks: nil),
                at: Sample.start
            )
            try transaction.apply(.accountOpened(Sample.account(1)), at: Sample.start)
        }
        let reader = try SQLiteRegisterReader(path: folder.store)
        #expect(try reader.authorisations(of: eori).map(\.eori) == [eori])
        let holders = try reader.obligations(.init(eori: eori)).map(\.holder)
        #expect(holders == [.economicOperator(eori)])
        #expect(try reader.guarantees(of: eori).map(\.holder) == [.economicOperator(eori)])
        #expect(try reader.accountCount(of: eori) == 1)
        #expect(try reader.accountCount(of: Sample.eori(2)) == 0)
        try await store.close()
    }
}
