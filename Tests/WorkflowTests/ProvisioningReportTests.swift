import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

/// A report counts for the order that it reports on, whatever else is outstanding about the
/// account.
@Suite struct ProvisioningReportTests {
    private static let location = "https://scim.example.lu/v2/Users/7"

    /// A company with an account that the provisioner has made, where reports are awaited.
    private func workplace() async throws -> (place: Workplace, account: Account) {
        let place = try Workplace(awaitReport: true)
        try await place.serve()
        place.send(Messages.registration(1, by: "anne"), Messages.decision(1, identifier: "d1"))
        await place.work()
        let account = try #require(place.contents.accounts.first)
        place.send(
            Messages.report(
                "\(account.identifier)",
                status: 201,
                location: Self.location,
                identifier: "made"
            )
        )
        await place.work()
        try #require(place.contents.orders.isEmpty)
        return (place, account)
    }

    private func manage(_ kind: String, _ members: String) -> Draft {
        Messages.management(
            kind,
            by: "claude",
            role: "customs-authority",
            members,
            identifier: kind
        )
    }

    @Test("a late success of what was ordered before is none of what was ordered since")
    func lateSuccess() async throws {
        let (place, account) = try await workplace()
        let target = #""account":"\#(account.identifier)""#
        place.send(manage("operations", #"\#(target),"operations":["import"]"#))
        await place.work()
        // No report in time: given again, as a PUT.
        place.clock.advance(bySeconds: 3601)
        await place.work()
        place.send(manage("revocation", #""target":{\#(target)},"remarks":"left""#))
        await place.work()
        func report(_ method: String, _ status: Int, _ identifier: String) async {
            place.send(
                Messages.report(
                    "\(account.identifier)",
                    method: method,
                    status: status,
                    identifier: identifier
                )
            )
            await place.work()
        }
        let outstanding = { place.contents.orders[account.identifier] ?? [] }
        try #require(outstanding().map(\.lastMethod) == [.put, .patch])
        await report("PATCH", 200, "late")
        #expect(outstanding().map(\.lastMethod) == [.put, .patch])
        #expect(outstanding().allSatisfy { $0.missed.isEmpty })
        await report("PUT", 200, "put")
        #expect(outstanding().map(\.lastMethod) == [.patch])
        // The revocation could not be carried out, and is not forgotten.
        await report("PATCH", 500, "failed")
        #expect(outstanding().map(\.state) == [.refused])
        #expect(place.contents.story.contains("provisioning.reported-late"))
    }

    /// Somebody who was erased and has come back, while their former user is still to be deleted.
    private func comeBack() async throws -> (place: Workplace, former: Account, account: Account) {
        let (place, former) = try await workplace()
        place.send(manage("revocation", #""target":{"eori":"LU1"},"remarks":"closed""#))
        place.send(Messages.right("erasure", 2, by: "anne"))
        await place.work()
        place.send(Messages.registration(3, by: "anne"), Messages.decision(3, identifier: "d3"))
        await place.work()
        let account = try #require(place.contents.accounts.last)
        try #require(account.identifier != former.identifier && account.status == .provisioning)
        return (place, former, account)
    }

    private func report(
        _ account: Account,
        _ method: String,
        _ status: Int,
        _ identifier: String,
        in place: Workplace
    ) async {
        place.send(
            Messages.report(
                "\(account.identifier)",
                method: method,
                status: status,
                location: method == "POST" ? Self.location : nil,
                identifier: identifier
            )
        )
        await place.work()
    }

    @Test("who comes back after an erasure waits for the deletion, however long, and is made then")
    func deletionUnderWay() async throws {
        let (place, former, account) = try await comeBack()
        // More often than an order is tried: that the place is taken is nobody's failure.
        for number in 1...10 {
            await report(account, "POST", 409, "taken-\(number)", in: place)
            #expect(place.contents.orders[account.identifier]?.map(\.state) == [.refused])
            place.clock.advance(bySeconds: 300)
            await place.work()
            #expect(place.contents.orders[account.identifier]?.map(\.state) == [.awaited])
        }
        await report(former, "DELETE", 204, "deleted", in: place)
        await report(account, "POST", 201, "made-again", in: place)
        #expect(place.contents.accounts.map(\.status) == [.deleted, .active])
        #expect(place.contents.orders.values.allSatisfy { $0.isEmpty })
    }

    @Test("a deletion that is given up leaves the place taken, and the order says so")
    func deletionGivenUp() async throws {
        let (place, former, account) = try await comeBack()
        for number in 1...8 {
            #expect(place.contents.orders[account.identifier]?.map(\.state) == [.awaited])
            await report(former, "DELETE", 500, "refused-\(number)", in: place)
            await report(account, "POST", 409, "waits-\(number)", in: place)
            place.clock.advance(bySeconds: 601)
            await place.work()
        }
        try #require(place.contents.orders[former.identifier]?.map(\.state) == [.failed])
        let failed = place.contents.orders[account.identifier]?.first
        #expect(failed?.state == .failed && failed?.failure?.code == "location-taken")
        #expect(place.contents.accounts.map(\.status) == [.revoked, .failed])
    }

    @Test("what is reported late about a former account does not take the user back")
    func formerAccount() async throws {
        let (place, former) = try await workplace()
        place.send(manage("revocation", #""target":{"eori":"LU1"},"remarks":"closed""#))
        await place.work()
        place.send(Messages.registration(2, by: "anne"), Messages.decision(2, identifier: "d2"))
        await place.work()
        let account = try #require(place.contents.accounts.last)
        try #require(account.identifier != former.identifier && account.place != nil)
        place.send(
            Messages.management(
                "revocation",
                by: "claude",
                role: "customs-authority",
                #""target":{"account":"\#(account.identifier)"},"remarks":"left""#,
                identifier: "again"
            )
        )
        await place.work()
        let ordered = place.contents.orders[account.identifier] ?? []
        try #require(ordered.map(\.lastMethod) == [.put, .patch])
        place.send(
            Messages.report(
                "\(former.identifier)",
                method: "PUT",
                status: 200,
                location: Self.location,
                identifier: "late"
            )
        )
        await place.work()
        #expect(place.contents.orders[account.identifier] == ordered)
        #expect(place.contents.accounts.last?.location == Self.location)
        #expect(place.contents.accounts.first?.location == nil)
    }

    @Test("the broker's word for an order is no word for what was ordered since")
    func confirmations() async throws {
        let place = try Workplace()
        try await place.begin()
        place.broker.openSource()
        place.loop.publisherOpened(session: place.broker.openPublisher())
        var held: [PublicationResult] = []
        /// All is confirmed but what is ordered of the provisioner.
        func send(_ drafts: Draft...) async {
            place.broker.send(drafts.map(\.message))
            place.loop.receive(place.broker.deliver())
            await place.work()
            while !place.broker.onTheWay.isEmpty {
                place.broker.arrive()
                let answers = place.broker.takeAnswers()
                let orders = place.broker.published.filter { $0.message.account != nil }
                    .map(\.sequence)
                held += answers.filter { orders.contains($0.sequence) }
                place.loop.published(answers.filter { !orders.contains($0.sequence) })
                await place.settle()
            }
        }
        func confirm() async {
            place.loop.published(held)
            held = []
            await send()
        }
        await send(Messages.registration(1, by: "anne"), Messages.decision(1, identifier: "d1"))
        let account = try #require(place.contents.accounts.first)
        let orders = { place.contents.orders[account.identifier] ?? [] }
        let status = { place.contents.accounts.first?.status }
        try #require(held.count == 1 && status() == .provisioning)
        // The provisioner is quicker than the broker, and could not do it: the order is given
        // again.
        await send(
            Messages.report("\(account.identifier)", status: 500, identifier: "refused")
        )
        place.clock.advance(bySeconds: 6)
        await send()
        try #require(orders().map(\.lastMethod) == [.put])
        // It is the first try that is confirmed now; the second was not even sent.
        await confirm()
        #expect(status() == .provisioning && orders().map(\.dueAt) == [nil])
        try #require(held.count == 1)
        await confirm()
        #expect(status() == .active && orders().allSatisfy { $0.dueAt != nil })
    }
}
