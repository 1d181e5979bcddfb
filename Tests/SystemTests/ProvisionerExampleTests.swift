import Contract
import Domain
import Foundation
import Storage
import TestKit
import Testing

/// What `Docs/provisioner.md` tells the authors of provisioners to do works, against a SCIM server
/// that nobody here has written.
@Suite("The example of a provisioner", .serialized, .timeLimit(.minutes(5)))
struct ProvisionerExampleTests {
    private let anne = Registrant("anne")
    private let luccs = "urn:ietf:params:scim:schemas:extension:luccs:2.0:User"

    private static let settings = """
        provisioning: { awaitReport: true, firstRetryAfter: 1s, retryAtMost: 1s, reportWithin: 1m }
        """

    private func with(
        _ settings: String = ProvisionerExampleTests.settings,
        _ body: (Installation, SCIMServer) async throws -> Void
    ) async throws {
        try await Installation.with { installation in
            try installation.configure(more: settings)
            _ = try await installation.start()
            try await body(installation, try await SCIMServer.start())
        }
    }

    /// The newest account of an operator, once it has that status.
    @discardableResult
    private func account(
        _ eori: String,
        _ status: AccountStatus,
        _ installation: Installation,
        _ provisioner: RunningProgram
    ) async throws -> Account {
        try await eventually("\(eori) \(status); the provisioner said \(provisioner.lines)") {
            let account = try installation.reader().accounts(of: EORI(canonical: eori)).last
            let isQuiet = try installation.reader().provisioningOrders().isEmpty
            return account?.status == status && isQuiet ? account : nil
        }
    }

    private func revoke(_ eori: String, _ installation: Installation) async throws {
        try await installation.customs.send(
            InboundEvent(
                "approval.revocation",
                subject: nil,
                #"{"target":{"eori":"\#(eori)"},"remarks":"over","actor":\#(Decider.customs.json)}"#
            )
        )
    }

    @Test("A person with two operators has two users; the end of one leaves the other")
    func twoOperators() async throws {
        try await with { installation, server in
            let provisioner = try Peers.provisioner(of: installation, at: server)
            try await grantCompany(anne, "LU7101", installation)
            try await grantCompany(anne, "LU7102", installation)
            let first = try await account("LU7101", .active, installation, provisioner)
            let second = try await account("LU7102", .active, installation, provisioner)
            #expect(first.place != second.place)
            #expect(
                try await server.users().map { $0["userName"]?.text }
                    == ["\(anne.subject)@LU7101", "\(anne.subject)@LU7102"]
            )
            try await revoke("LU7102", installation)
            try await account("LU7102", .revoked, installation, provisioner)
            let users = try await server.users()
            #expect(users.map { $0["active"] } == [.boolean(true), .boolean(false)])
            #expect(users.map { $0[luccs]?["subject"]?.text } == [anne.subject, anne.subject])

            // Who comes back is put at the place of the former account.
            try await grantCompany(anne, "LU7102", installation)
            let third = try await account("LU7102", .active, installation, provisioner)
            #expect(third.identifier != second.identifier)
            #expect(third.location == second.location)
            let back = try await server.users()
            #expect(back.map { $0["active"] } == [.boolean(true), .boolean(true)])
            #expect(back.last?["externalId"]?.text == third.identifier.description)

            // Whoever is erased is gone from everywhere.
            try await installation.portal.send(anne.right("erasure", newRequest()))
            try await eventually("everybody is deleted") {
                try installation.reader().accounts().allSatisfy { $0.status == .deleted } ? () : nil
            }
            #expect(try await server.users().isEmpty)
            #expect(try installation.reader().accounts().allSatisfy { $0.location == nil })
            try installation.reader().verify()
        }
    }

    @Test("A user whom somebody deleted there is made again, and the new place counts")
    func deletedByHand() async throws {
        try await with { installation, server in
            let provisioner = try Peers.provisioner(of: installation, at: server)
            try await grantCompany(anne, "LU7103", installation)
            let before = try await account("LU7103", .active, installation, provisioner)
            try await server.request("DELETE", try #require(before.location))
            try await installation.customs.send(
                InboundEvent(
                    "approval.operations",
                    subject: nil,
                    #"{"eori":"LU7103","operations":["import"],"actor":\#(Decider.customs.json)}"#
                )
            )
            let after = try await eventually("made again; \(provisioner.lines)") {
                let account = try installation.reader().accounts().first
                return account?.location != nil && account?.location != before.location
                    ? account : nil
            }
            #expect(after.status == .active)
            let user = try #require(try await server.user("\(anne.subject)@LU7103"))
            #expect(user["meta"]?["location"]?.text == after.location)
            #expect(user[luccs]?["operations"]?.texts == ["import"])
        }
    }

    @Test("A user who was made by hand becomes the account's, by their name")
    func conflict() async throws {
        try await with { installation, server in
            let made = try await server.request(
                "POST",
                "/Users",
                body: """
                    {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],
                     "userName":"\(anne.subject)@LU7104","active":false}
                    """
            )
            let provisioner = try Peers.provisioner(of: installation, at: server)
            try await grantCompany(anne, "LU7104", installation)
            let account = try await account("LU7104", .active, installation, provisioner)
            #expect(account.location == made?["meta"]?["location"]?.text)
            let users = try await server.users()
            #expect(users.count == 1)
            #expect(users.first?["externalId"]?.text == account.identifier.description)
            #expect(users.first?["active"] == .boolean(true))
        }
    }

    @Test("A report that is lost costs a try, and makes no second user")
    func lostReport() async throws {
        try await with(
            "provisioning: { awaitReport: true, reportWithin: 2s }"
        ) { installation, server in
            // Somebody carries the order out, and never says so.
            let collector = installation.collector
            try await collector.start()
            try await grantCompany(anne, "LU7105", installation)
            let order = try #require(
                try await collector.wait("the order") { all in
                    all.contains { $0.queue == "provisioning" }
                }
                .first { $0.queue == "provisioning" }
            )
            await collector.stop()
            var user = JSONWriter()
            user.value(try #require(order.operation("data")))
            try await server.request("POST", "/Users", body: user.text)
            let provisioner = try Peers.provisioner(of: installation, at: server)
            let account = try await account("LU7105", .active, installation, provisioner)
            let users = try await server.users()
            #expect(users.map { $0["externalId"]?.text } == [account.identifier.description])
            #expect(account.location == users.first?["meta"]?["location"]?.text)
        }
    }

    @Test("What is no order is rejected, and the next one is carried out")
    func rubbish() async throws {
        try await with { installation, server in
            let provisioner = try Peers.provisioner(of: installation, at: server)
            try await Sender("registrard", installation.broker, exchange: "").send(
                OutgoingMessage("\(installation.prefix).provisioning", Array("{broken".utf8))
            )
            _ = try await provisioner.waitForLine(containing: "not an order")
            try await grantCompany(anne, "LU7106", installation)
            try await account("LU7106", .active, installation, provisioner)
        }
    }
}
