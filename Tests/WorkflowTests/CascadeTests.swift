import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// What a change of an operator with many accounts brings: all of it, once, a part at a time.
@Suite struct CascadeTests {
    private static let employees = 7

    /// A company with a legal representative, anne, and employees; three accounts at once.
    private func workplace(register: MemoryRegister = MemoryRegister()) async throws -> Workplace {
        let place = try Workplace(register: register)
        place.settings.procedures.cascade = CascadeSettings(accounts: 3, authorisations: 1)
        await place.loop.reload(place.settings)
        try await place.serve()
        place.send(Messages.registration(1, by: "anne"), Messages.decision(1, identifier: "d1"))
        await place.work()
        for number in 2..<2 + Self.employees {
            place.send(
                Messages.registration(number, profile: "employee", by: "person\(number)"),
                Messages.decision(number, by: "anne", role: "manager", identifier: "d\(number)")
            )
        }
        await place.work()
        try #require(place.contents.accounts.count { $0.status == .active } == Self.employees + 1)
        return place
    }

    private static func revocation(_ identifier: String = "revocation") -> Draft {
        Messages.management(
            "revocation",
            by: "claude",
            role: "customs-authority",
            #""target":{"eori":"LU1"},"remarks":"gone""#,
            identifier: identifier
        )
    }

    private static func operations(_ operations: [String], _ identifier: String) -> Draft {
        Messages.management(
            "operations",
            by: "claude",
            role: "customs-authority",
            #""eori":"LU1","operations":\#(Messages.list(operations))"#,
            identifier: identifier
        )
    }

    /// The mails of that template, by the person whom they went to.
    private func mails(_ template: String, in place: Workplace) -> [PersonIdentifier?: Int] {
        Dictionary(
            place.contents.outbox.compactMap(\.mail).filter { $0.template == template }
                .map { ($0.recipient, 1) },
            uniquingKeysWith: +
        )
    }

    /// The changes that were ordered of the provisioner, by the account.
    private func patches(in place: Workplace) -> [String: Int] {
        Dictionary(
            place.broker.data("provisioning.account")
                .filter { $0.object("operation")["method"] == "PATCH" }
                .map { ($0["account"] ?? "", 1) },
            uniquingKeysWith: +
        )
    }

    @Test("every account of a revoked operator is withdrawn and its holder told, once")
    func revoked() async throws {
        let place = try await workplace()
        place.send(Self.revocation())
        await place.work()
        #expect(place.contents.operators.values.map(\.status) == [.revoked])
        #expect(place.contents.accounts.allSatisfy { $0.status == .revoked })
        #expect(place.contents.cascades.isEmpty)
        let holders = Set(place.contents.accounts.map(\.person))
        let mails = mails("access.revoked", in: place)
        #expect(mails.count == holders.count && mails.values.allSatisfy { $0 == 1 })
        #expect(patches(in: place).count == holders.count)
        #expect(patches(in: place).values.allSatisfy { $0 == 1 })
        let story = place.contents.story
        #expect(story.count { $0 == "cascade.begun" } == 1)
        #expect(story.count { $0 == "cascade.continued" } == 2)
        #expect(story.last { $0.hasPrefix("cascade") } == "cascade.done")
        // In the name of who brought it about, and with the remarks.
        let orders = place.broker.published.filter {
            $0.message.routingKey == "provisioning.account"
        }.suffix(holders.count).map { Reading($0.message.body) }
        #expect(orders.allSatisfy { $0["causationid"] == "revocation" })
        let told = place.broker.published.filter {
            $0.message.routingKey == "notification.email"
        }.suffix(holders.count).map { String(decoding: $0.message.body, as: UTF8.self) }
        #expect(told.allSatisfy { $0.contains("gone") })
    }

    @Test("requests that rest on an operator at its end are closed at once, and withdrawn in parts")
    func requests() async throws {
        let place = try await workplace()
        place.settings.procedures.cascade.requests = 2
        await place.loop.reload(place.settings)
        let numbers = 30..<37
        for number in numbers {
            place.send(
                Messages.registration(
                    number,
                    profile: "operations",
                    by: "anne",
                    operations: ["import-control"]
                )
            )
        }
        await place.work()
        try #require(place.contents.requests.values.count { $0.status == .pending } == 7)
        let codes = place.observer.record.codes.count
        // In one batch: no request is reached yet when the decisions come.
        place.send(
            Self.revocation(),
            Messages.decision(31, "rejected", identifier: "rejected"),
            Messages.decision(36, identifier: "granted")
        )
        await place.work()
        #expect(place.observer.record.codes.dropFirst(codes) == [.requestClosed, .requestClosed])
        let requests = place.contents.requests.values.filter { $0.profile == "operations" }
        #expect(requests.count == numbers.count)
        for request in requests {
            #expect(request.status == .withdrawn && request.reason == .ended(.economicOperator))
            #expect(request.revision == 2)
        }
        #expect(place.contents.cascades.isEmpty)
        // In the name of the revocation, a few in each part.
        let begun = place.contents.journal.filter { $0.event.contains("cascade.begun") }
        #expect(begun.count == 2 && begun.contains { $0.event.contains("requestsOn") })
        let told = place.broker.published.filter { $0.message.routingKey == "status.request" }
            .suffix(numbers.count).map { Reading($0.message.body) }
        #expect(told.allSatisfy { $0["causationid"] == "revocation" })
    }

    @Test("who answers, or takes back, what a cascade has still to withdraw changes nothing by it")
    func window() async throws {
        var windows: Set<Int> = []
        for steps in 1...9 {
            let place = try await workplace()
            place.settings.procedures.cascade.requests = 2
            await place.loop.reload(place.settings)
            let numbers = 30..<37
            for number in numbers {
                place.send(
                    Messages.registration(
                        number,
                        profile: "operations",
                        by: "anne",
                        operations: ["import-control"]
                    )
                )
            }
            for number in [31, 35] {
                place.send(
                    Messages.decision(number, "information-requested", identifier: "i\(number)")
                )
            }
            await place.work()
            let accounts = place.contents.accounts.count
            let codes = place.observer.record.codes.count
            place.send(Self.revocation())
            place.loop.queue.add(.clock)
            for _ in 0..<steps { _ = await place.loop.step() }
            try #require(place.contents.operators.values.map(\.status) == [.revoked])
            windows.insert(place.contents.requests.values.count { $0.status == .withdrawn })
            for number in [30, 36] {
                place.send(Messages.withdrawal(number, by: "anne", identifier: "w\(number)"))
            }
            for number in [31, 35] {
                place.send(Messages.supplement(number, by: "anne", identifier: "s\(number)"))
                place.send(Messages.decision(number, identifier: "g\(number)"))
            }
            await place.work()
            #expect(
                place.observer.record.codes.dropFirst(codes)
                    == Array(repeating: .requestClosed, count: 6)[...],
                "\(steps)"
            )
            for number in numbers {
                let request = place.contents.requests[Messages.request(number)]
                #expect(request?.status == .withdrawn, "\(steps), \(number)")
                #expect(request?.reason == .ended(.economicOperator), "\(steps), \(number)")
                let ends = place.contents.journal.filter {
                    $0.request == Messages.request(number) && $0.event.contains(#""withdrawn""#)
                }
                #expect(ends.count == 1, "\(steps), \(number)")
                let told = place.broker.data("status.request").filter {
                    $0["requestId"] == Messages.request(number).description
                        && $0["status"] == "withdrawn"
                }
                #expect(told.count == 1, "\(steps), \(number)")
            }
            #expect(!place.contents.story.contains("supplement.received"))
            #expect(place.contents.accounts.count == accounts)
            #expect(place.contents.accounts.allSatisfy { $0.status == .revoked })
            #expect(place.contents.cascades.isEmpty)
        }
        // Before any was withdrawn, in between, and after the last.
        #expect(windows.contains(0) && windows.contains(7) && windows.count > 3, "\(windows)")
    }

    @Test("who is not reached yet has no right in a revoked operator meanwhile")
    func rights() async throws {
        let place = try await workplace()
        // One after the other: the broker has a queue for each kind.
        place.send(Messages.registration(20, profile: "employee", by: "late"))
        place.send(Self.revocation())
        place.send(Messages.decision(20, by: "anne", role: "manager", identifier: "d20"))
        place.send(
            Messages.registration(
                21,
                profile: "operations",
                by: "anne",
                operations: ["import-control"]
            )
        )
        await place.work()
        #expect(place.observer.record.codes.suffix(2) == [.notAuthorised, .operatorUnknown])
        #expect(place.contents.accounts.count == Self.employees + 1)
    }

    @Test("a further change follows the first one for every account, in their order")
    func inTheMiddle() async throws {
        let place = try await workplace()
        place.send(
            Self.operations(["import"], "narrowed"),
            Self.operations(["import", "import-control"], "widened"),
            Self.revocation()
        )
        await place.work()
        #expect(place.contents.accounts.allSatisfy { $0.status == .revoked })
        let widened = OperationSet([.import, .importControl])
        #expect(place.contents.accounts.first?.operations == widened)
        #expect(
            place.contents.accounts.dropFirst().allSatisfy {
                $0.operations == OperationSet([.import])
            }
        )
        let changed = mails("access.changed", in: place)
        // The legal representative's account was widened besides.
        #expect(changed.values.sorted() == Array(repeating: 1, count: Self.employees) + [2])
        #expect(mails("access.revoked", in: place).values.allSatisfy { $0 == 1 })
        #expect(mails("access.revoked", in: place).count == Self.employees + 1)
        #expect(place.contents.cascades.isEmpty)
    }

    @Test("it goes on after a crash, wherever that was, and nobody is told twice")
    func crashes() async throws {
        for steps in 1...6 {
            let place = try await workplace()
            place.send(Self.revocation())
            place.loop.queue.add(.clock)
            for _ in 0..<steps { _ = await place.loop.step() }
            place.crash()
            try await place.serve()
            await place.pass(seconds: 3)
            #expect(place.contents.accounts.allSatisfy { $0.status == .revoked }, "\(steps)")
            let mails = mails("access.revoked", in: place)
            #expect(mails.count == Self.employees + 1, "\(steps)")
            #expect(mails.values.allSatisfy { $0 == 1 }, "\(steps)")
            #expect(place.contents.cascades.isEmpty, "\(steps)")
        }
    }

    @Test("the company is not registered again before the accounts of the former one are withdrawn")
    func registeredAgain() async throws {
        let place = try await workplace()
        // One after the other: the broker has a queue for each kind.
        place.send(Self.revocation())
        place.send(Messages.registration(30, by: "zoe"))
        place.send(Messages.decision(30, identifier: "d30"))
        await place.work()
        #expect(place.observer.record.codes.last == .operatorExists)
        #expect(place.contents.requests[Messages.request(30)]?.status == .pending)
        place.send(Messages.decision(30, identifier: "d31"))
        await place.work()
        #expect(place.contents.requests[Messages.request(30)]?.status == .granted)
        #expect(place.contents.accounts.count { $0.status.stands } == 1)
    }

    @Test("when narrowing leaves no manager, the authority is told once, at the end")
    func lastManager() async throws {
        let place = try await workplace()
        place.send(
            Messages.management(
                "operations",
                by: "claude",
                role: "customs-authority",
                """
                "account":"\(place.contents.accounts[0].identifier)","operations":["import"]
                """,
                identifier: "account"
            ),
            Self.operations(["transit"], "narrowed")
        )
        await place.work()
        #expect(place.contents.accounts.count { $0.status == .revoked } == 1)
        #expect(place.broker.mails.count { $0 == "access.last-manager" } == 1)
        #expect(place.contents.story.last { $0.hasPrefix("cascade") } == "cascade.done")
    }
}
