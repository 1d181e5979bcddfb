import Contract
import Domain
import Procedures
import TestKit
import Testing

@testable import Workflow

/// What the rights of somebody with many accounts and requests bring: all of it, once, a part at a
/// time.
@Suite struct PersonCascadeTests {
    private static let operators = 1..<8

    /// Anne acts for seven companies, two accounts or requests are dealt with at once, and reports
    /// are not awaited.
    private func workplace() async throws -> Workplace {
        let place = try Workplace()
        place.settings.procedures.cascade = CascadeSettings(accounts: 2, requests: 2)
        await place.loop.reload(place.settings)
        try await place.serve()
        for number in Self.operators {
            place.send(
                Messages.registration(number, by: "anne", eori: "LU\(number)"),
                Messages.decision(number, identifier: "d\(number)")
            )
        }
        await place.work()
        try #require(place.contents.accounts.count { $0.status == .active } == 7)
        return place
    }

    /// What has been ordered of the provisioner since, by the account.
    private func orders(_ place: Workplace, since count: Int) -> [String: Int] {
        Dictionary(
            place.broker.data("provisioning.account").dropFirst(count)
                .map { ($0["account"] ?? "", 1) },
            uniquingKeysWith: +
        )
    }

    private func statuses(_ place: Workplace) -> [AccountStatus] {
        place.contents.accounts.map(\.status)
    }

    @Test("the provisioner is told of every user what was corrected, once")
    func rectified() async throws {
        let place = try await workplace()
        let before = place.broker.data("provisioning.account").count
        place.send(
            Messages.right("rectification", 20, by: "anne", #","changes":{"givenName":"Anna"}"#)
        )
        await place.work()
        let orders = orders(place, since: before)
        #expect(orders.count == 7 && orders.values.allSatisfy { $0 == 1 })
        #expect(place.contents.cascades.isEmpty)
        let story = place.contents.story
        #expect(story.count { $0 == "cascade.begun" } == 1)
        #expect(story.count { $0 == "cascade.continued" } == 3)
        #expect(story.count { $0 == "cascade.done" } == 1)
        // In the name of the message, whichever part it was.
        let told = place.broker.published.filter {
            $0.message.routingKey == "provisioning.account"
        }.suffix(7).map { Reading($0.message.body) }
        #expect(told.allSatisfy { $0["causationid"] == "rectification-20" })
    }

    @Test("a restriction and its end meet every account in their order, across crashes")
    func restricted() async throws {
        for steps in 1...6 {
            let place = try await workplace()
            place.send(Messages.right("restriction", 20, by: "anne", #","restricted":true"#))
            place.loop.queue.add(.clock)
            for _ in 0..<steps { _ = await place.loop.step() }
            place.crash()
            try await place.serve()
            await place.pass(seconds: 2)
            #expect(statuses(place).allSatisfy { $0 == .suspended }, "\(steps)")
            // The second comes while the first is under way.
            place.send(Messages.right("restriction", 21, by: "anne", #","restricted":false"#))
            place.send(Messages.right("restriction", 22, by: "anne", #","restricted":true"#))
            place.send(Messages.right("restriction", 23, by: "anne", #","restricted":false"#))
            await place.work()
            #expect(statuses(place).allSatisfy { $0 == .active }, "\(steps)")
            #expect(place.contents.cascades.isEmpty, "\(steps)")
            let changes = place.contents.story.filter { $0 == "account.changed" }
            // Activated, and then twice suspended and taken up again.
            #expect(changes.count == 7 + 4 * 7, "\(steps)")
        }
    }

    @Test("whose account is still to be set aside decides nothing any more")
    func rights() async throws {
        let place = try await workplace()
        place.send(Messages.registration(30, profile: "employee", by: "bob", eori: "LU7"))
        await place.work()
        place.send(Messages.right("restriction", 20, by: "anne", #","restricted":true"#))
        // In one batch: no account is reached yet.
        place.send(Messages.decision(30, by: "anne", role: "manager", identifier: "d30"))
        await place.work()
        #expect(place.observer.record.codes.last == .notAuthorised)
        #expect(place.contents.requests[Messages.request(30)]?.status == .pending)
    }

    @Test("requests on a consent that is withdrawn are closed at once, and withdrawn in parts")
    func consent() async throws {
        let place = try await workplace()
        let numbers = 30..<37
        for number in numbers {
            place.send(
                Messages.registration(
                    number,
                    profile: "operations",
                    by: "anne",
                    eori: "LU\(number - 29)",
                    operations: ["import-control"]
                )
            )
        }
        await place.work()
        try #require(place.contents.requests.values.count { $0.status == .pending } == 7)
        let codes = place.observer.record.codes.count
        place.send(Messages.right("consent-withdrawal", 20, by: "anne"))
        place.send(
            Messages.decision(31, "rejected", identifier: "rejected"),
            Messages.decision(36, identifier: "granted")
        )
        await place.work()
        #expect(place.observer.record.codes.dropFirst(codes) == [.requestClosed, .requestClosed])
        for number in numbers {
            let request = place.contents.requests[Messages.request(number)]
            #expect(request?.status == .withdrawn && request?.revision == 2, "\(number)")
        }
        #expect(place.contents.cascades.isEmpty)
        // Who asks again consents again.
        place.send(
            Messages.registration(
                40,
                profile: "operations",
                by: "anne",
                operations: ["import-control"]
            ),
            Messages.decision(40, identifier: "d40")
        )
        await place.work()
        #expect(place.contents.requests[Messages.request(40)]?.status == .granted)
    }

    @Test("of many requests that waited for the end of a restriction, each is told of once")
    func awaited() async throws {
        let place = try Workplace()
        try await place.serve()
        place.send(Messages.registration(1, by: "anne"), Messages.decision(1, identifier: "d1"))
        place.send(Messages.right("restriction", 20, by: "anne", #","restricted":true"#))
        await place.work()
        let count = 3 * Cascade.requestsToldAtOnce + 4
        for number in 100..<100 + count {
            place.send(
                Messages.registration(number, by: "anne", eori: "LU\(number)")
            )
        }
        await place.work()
        func told() -> [String: Int] {
            Dictionary(
                place.broker.data("notification.email")
                    .filter { $0["template"] == "access.awaiting-you" }
                    .map { ($0["requestId"] ?? "", 1) },
                uniquingKeysWith: +
            )
        }
        let before = told().count
        place.send(Messages.right("restriction", 21, by: "anne", #","restricted":false"#))
        place.loop.queue.add(.clock)
        for _ in 0..<2 { _ = await place.loop.step() }
        try #require(!place.contents.cascades.isEmpty)
        // Told as it comes, and not again.
        place.clock.advance(bySeconds: 1)
        place.send(Messages.registration(900, by: "anne", eori: "LU900"))
        await place.work()
        #expect(told().count == before + count + 1)
        #expect(told().values.allSatisfy { $0 == 1 })
        #expect(place.contents.cascades.isEmpty)
    }

    /// Anne has asked to work for so many companies, of which each has a manager of its own.
    private func mailed(_ companies: Range<Int>) async throws -> Workplace {
        let place = try Workplace()
        place.settings.procedures.cascade = CascadeSettings(messages: 20)
        await place.loop.reload(place.settings)
        try await place.serve()
        for number in companies {
            place.send(
                Messages.registration(number, by: "manager\(number)", eori: "LU\(number)"),
                Messages.decision(number, identifier: "d\(number)")
            )
        }
        await place.work()
        for number in companies {
            place.send(
                Messages.registration(
                    number + 1000,
                    profile: "employee",
                    by: "anne",
                    eori: "LU\(number)"
                )
            )
        }
        await place.work()
        return place
    }

    private func told(_ place: Workplace, _ template: String) -> [String] {
        place.contents.outbox.filter {
            $0.routingKey == "notification.email" && $0.mail?.template == template
        }.compactMap { $0.mail?.recipient?.description }
    }

    @Test("all who were mailed about somebody are told, once, across crashes", arguments: 1...6)
    func told(steps: Int) async throws {
        let companies = 100..<160
        let place = try await mailed(companies)
        let managers = Set(
            place.contents.requests.values.filter { $0.profile == "company" }.map(\.person)
        )
        try #require(managers.count == companies.count)
        place.send(
            Messages.right("rectification", 20, by: "anne", #","changes":{"givenName":"Anna"}"#)
        )
        place.loop.queue.add(.clock)
        for _ in 0..<steps { _ = await place.loop.step() }
        place.crash()
        try await place.serve()
        await place.pass(seconds: 2)
        let recipients = told(place, "person.rectified")
        let others = recipients.filter { recipient in
            managers.contains { $0.description == recipient }
        }
        #expect(others.count == companies.count && Set(others).count == companies.count)
        let former = place.contents.journal.contains { $0.event.contains("anne") }
        #expect(!former)
        #expect(place.contents.cascades.isEmpty && place.contents.notedRecipients.isEmpty)
        // Noted in pages of 20, and told in parts of 25.
        let parts = place.contents.story.count { $0 == "cascade.continued" }
        #expect(parts >= 6)
        // Each mail was worded with both names.
        let mails = place.broker.published.filter {
            $0.message.routingKey == "notification.email"
                && ["Anna Weber", "anne Weber"].allSatisfy(
                    String(decoding: $0.message.body, as: UTF8.self).contains
                )
        }
        #expect(mails.count >= companies.count)
    }

    @Test("who is erased while others are told is named to nobody any more")
    func erasedWhileTold() async throws {
        let place = try await mailed(100..<160)
        place.send(Messages.right("restriction", 20, by: "anne", #","restricted":true"#))
        place.loop.queue.add(.clock)
        for _ in 0..<5 { _ = await place.loop.step() }
        try #require(!place.contents.cascades.isEmpty)
        place.send(Messages.right("erasure", 21, by: "anne"))
        await place.work()
        #expect(place.contents.cascades.isEmpty && place.contents.erasures.isEmpty)
        #expect(place.contents.notedRecipients.isEmpty)
        // Of the erasure, each is told.
        let recipients = told(place, "person.erased")
        #expect(Set(recipients).count >= 60 && recipients.count == Set(recipients).count)
    }

    @Test("who is erased meanwhile takes along what was still to follow")
    func erased() async throws {
        let place = try await workplace()
        place.send(Messages.right("restriction", 20, by: "anne", #","restricted":true"#))
        place.send(Messages.right("erasure", 21, by: "anne"))
        await place.work()
        #expect(place.contents.cascades.isEmpty && place.contents.erasures.isEmpty)
        #expect(statuses(place).allSatisfy { $0 == .deleted })
    }
}
