import Contract
import Domain
import Storage
import TestKit
import Testing
import Workflow

@Suite("Reading a store beside its writer")
struct ReaderTests {
    /// Eight requests, of which 2 and 4 are granted, with accounts, messages and an early decision.
    private func filled(_ folder: TemporaryFolder) async throws -> SQLiteRegister {
        let store = try SQLiteRegister(path: folder.store)
        try await store.write { transaction in
            let early = Sample.requestIdentifier(3)
            try transaction.append(Sample.entry(99, request: early))
            for number in 1...8 as ClosedRange<UInt64> { try register(number, transaction) }
            for number: UInt64 in [2, 4] {
                var request = Sample.request(number)
                request.status = .granted
                try transaction.apply(
                    .requestChanged(request, previous: .pending, by: .rule, remarks: nil),
                    at: Sample.instant(100)
                )
                try transaction.apply(.accountOpened(Sample.account(number)), at: Sample.start)
            }
            var active = Sample.account(4)
            active.status = .active
            try transaction.apply(
                .accountChanged(
                    active,
                    previous: Sample.account(4),
                    .provisioned,
                    by: .provisioner,
                    remarks: nil
                ),
                at: Sample.start
            )
            _ = try transaction.settle([1, 3], at: Sample.instant(9))
            try transaction.park(2, reason: "no route")
            try transaction.deferMessage(
                Sample.deferred(
                    request: Sample.requestIdentifier(77),
                    name: "x",
                    nextAttemptAt: Sample.instant(3)
                )
            )
        }
        return store
    }

    @Test("Requests by every filter, the newest first")
    func requests() async throws {
        let folder = try TemporaryFolder()
        let store = try await filled(folder)
        let reader = try SQLiteRegisterReader(path: folder.store)
        func numbers(_ filter: RequestFilter) throws -> [RequestIdentifier] {
            try reader.requests(filter).map(\.identifier)
        }
        func identifiers(_ numbers: [UInt64]) -> [RequestIdentifier] {
            numbers.map { Sample.requestIdentifier($0) }
        }
        #expect(try numbers(.init(limit: 3)) == identifiers([8, 7, 6]))
        #expect(try numbers(.init(status: .granted)) == identifiers([4, 2]))
        #expect(try numbers(.init(procedure: "excise")) == [])
        #expect(try numbers(.init(procedure: "access", profile: "company")).count == 8)
        #expect(try numbers(.init(profile: "employee")) == [])
        #expect(try numbers(.init(eori: Sample.eori(5))) == identifiers([5]))
        #expect(try numbers(.init(person: Sample.personIdentifier(6))) == identifiers([6]))
        #expect(try numbers(.init(since: Sample.instant(7))) == identifiers([8, 7]))
        #expect(try reader.request(Sample.requestIdentifier(1)) == Sample.request(1))
        #expect(try reader.request(Sample.requestIdentifier(50)) == nil)
        #expect(try reader.oldestOpenRequest() == Sample.instant(1))
        #expect(try reader.person(subject: "eaccess-2") == Sample.person(2))
        #expect(try reader.person(Sample.personIdentifier(2)) == Sample.person(2))
        #expect(
            try reader.accounts(status: .active).map(\.identifier.uuid) == [
                Sample.accountIdentifier(4).uuid
            ]
        )
        #expect(try reader.accounts(of: Sample.eori(2)) == [Sample.account(2)])
        try await store.close()
    }

    @Test("The figures are those of the writer, and agree with the rows")
    func figures() async throws {
        let folder = try TemporaryFolder()
        let store = try await filled(folder)
        let reader = try SQLiteRegisterReader(path: folder.store)
        let figures = try reader.figures()
        #expect(figures == store.figures)
        #expect(
            figures.requests == [
                .init(procedure: "access", status: .granted, count: 2),
                .init(procedure: "access", status: .pending, count: 6),
            ]
        )
        #expect(figures.accounts == [.provisioning: 1, .active: 1])
        #expect(figures.deferred == 1)
        #expect(
            try reader.outboxStatistics()
                == OutboxStatistics(pending: 13, parked: 1, oldestAt: Sample.instant(1))
        )
        try reader.verify()
        #expect(store.sizes.storeBytes + store.sizes.walBytes > 40_000)
        try await store.close()
    }

    @Test("A request's story, what came before it included")
    func timeline() async throws {
        let folder = try TemporaryFolder()
        let store = try await filled(folder)
        let reader = try SQLiteRegisterReader(path: folder.store)
        let story = try reader.timeline(of: Sample.requestIdentifier(3))
        #expect(story.map(\.entry.event) == [Sample.entry(99).event, Sample.entry(3).event])
        #expect(story.map { $0.messages.map(\.sequence) } == [[], [5, 6]])
        let parked = try reader.unsettledMessages(parked: true, limit: 5)
        #expect(parked.map(\.parkedReason) == ["no route"])
        #expect(
            try reader.unsettledMessages(parked: false, limit: 2).map(\.sequence) == [4, 5]
        )
        #expect(
            try reader.deferredEntries(limit: 5).map(\.request) == [
                Sample.requestIdentifier(77)
            ]
        )
        try await store.close()
    }

    @Test("A reader sees new commits, and works on a store that nobody serves")
    func besideTheWriter() async throws {
        let folder = try TemporaryFolder()
        #expect(throws: StorageError.self) { try SQLiteRegisterReader(path: folder.store) }
        let store = try SQLiteRegister(path: folder.store)
        let reader = try SQLiteRegisterReader(path: folder.store)
        #expect(try reader.requests(.init()) == [])
        try await store.write { try register(1, $0) }
        #expect(try reader.requests(.init()) == [Sample.request(1)])
        try await store.close()
        let before = try folder.bytes()
        let alone = try SQLiteRegisterReader(path: folder.store)
        #expect(try alone.requests(.init()) == [Sample.request(1)])
        #expect(try folder.bytes() == before)
    }
}
