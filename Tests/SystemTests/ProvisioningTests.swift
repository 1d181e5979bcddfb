import AMQP
import Contract
import Domain
import Storage
import Testing

/// What becomes of orders to the account provisioner, by its reports or its silence.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ProvisioningTests {
    private let anne = Registrant("anne")

    private static let settings = """
        provisioning: { awaitReport: true, tries: 3, firstRetryAfter: 1s, retryAtMost: 1s }
        """

    private func report(
        _ account: String,
        _ method: String,
        _ status: Int,
        location: String? = nil
    ) -> InboundEvent {
        let location = location.map { #","location":"\#($0)""# } ?? ""
        return InboundEvent(
            "report.provisioning",
            subject: nil,
            #"{"account":"\#(account)","#
                + #""operation":{"method":"\#(method)","status":"\#(status)"\#(location)}}"#
        )
    }

    private func send(_ reports: InboundEvent..., to installation: Installation) async throws {
        try await installation.sender("provisioner").send(reports)
    }

    /// The orders about an account so far, as method and path.
    private func orders(_ count: Int, _ account: String, _ installation: Installation) async throws
        -> [String]
    {
        try await installation.collector.wait("\(count) orders") { all in
            all.count { Self.isOrder($0, account) } >= count
        }
        return try await installation.collector.drain().filter { Self.isOrder($0, account) }
            .map { "\($0.operation("method")?.text ?? "") \($0.operation("path")?.text ?? "")" }
    }

    private static func isOrder(_ message: Received, _ account: String) -> Bool {
        message.queue == "provisioning" && message.data("account")?.text == account
    }

    /// A company's legal representative, whose account is being made.
    private func account(_ eori: String, _ installation: Installation) async throws -> String {
        try await grantCompany(anne, eori, installation)
        return try #require(
            try installation.reader().accounts(of: EORI(canonical: eori)).first
        ).identifier.description
    }

    private func become(
        _ status: AccountStatus,
        _ account: String,
        _ installation: Installation
    ) async throws {
        try await eventually("the account is \(status)") {
            let all = try installation.reader().accounts(limit: 1000)
            return all.first { $0.identifier.description == account }?.status == status ? () : nil
        }
    }

    @Test("An error is tried again as a PUT, in the end the account fails; a late success counts")
    func errors() async throws {
        try await Installation.with { installation in
            try installation.configure(more: Self.settings)
            let daemon = try await installation.startAll()
            let account = try await account("LU7001", installation)
            try await send(report(account, "POST", 500), to: installation)
            let byFilter = "/Users?filter=externalId eq \"\(account)\""
            #expect(
                try await orders(2, account, installation) == ["POST /Users", "PUT \(byFilter)"]
            )
            #expect(try installation.reader().accounts().map(\.status) == [.provisioning])
            try await send(report(account, "PUT", 503), to: installation)
            #expect(try await orders(3, account, installation).last == "PUT \(byFilter)")
            try await send(report(account, "PUT", 400), to: installation)
            try await become(.failed, account, installation)
            try await daemon.program.waitForLine(containing: account)
            #expect(try daemon.metric("registrar_accounts", #"state="failed""#) == 1)
            #expect(try daemon.metric("registrar_provisioning_orders", #"state="failed""#) == 1)
            let failed = try installation.reader().provisioningOrders(state: .failed)
            #expect(failed.map(\.tries) == [[.post, .put, .put]])
            #expect(failed.map(\.failure) == [.refused(status: 400)])

            let location = "https://scim.example.lu/v2/Users/92b7"
            try await send(report(account, "PUT", 200, location: location), to: installation)
            try await become(.active, account, installation)
            // Nothing is outstanding any more: it is counted, and changes nothing.
            try await send(report(account, "PUT", 500), to: installation)
            try await eventually("the report is counted") {
                try daemon.metric("registrar_reports_ignored_total") == 1 ? () : nil
            }
            #expect(try installation.reader().provisioningOrders().isEmpty)
            let all = try await installation.collector.drain()
            #expect(
                all.filter { $0.delivery.routingKey == "status.account" }.map(\.status)
                    == ["provisioning", "failed", "active"]
            )
            let puts = all.filter { $0.operation("method")?.text == "PUT" }
            #expect(
                puts.allSatisfy {
                    $0.operation("data", "userName")?.text == "\(anne.subject)@LU7001"
                }
            )
            #expect(puts.allSatisfy { $0.operation("data", "externalId")?.text == account })
            try installation.reader().verify()
            try await daemon.stop()
        }
    }

    @Test("A user who exists is made as they should be at once; later orders go where they live")
    func conflict() async throws {
        try await Installation.with { installation in
            try installation.configure(more: Self.settings)
            _ = try await installation.startAll()
            let account = try await account("LU7002", installation)
            let location = "https://scim.example.lu/v2/Users/92b7"
            try await send(report(account, "POST", 409, location: location), to: installation)
            _ = try await orders(2, account, installation)
            try await send(report(account, "PUT", 200, location: location), to: installation)
            try await become(.active, account, installation)
            try await installation.customs.send(
                InboundEvent(
                    "approval.operations",
                    subject: nil,
                    """
                    {"eori":"LU7002","operations":["import"],"actor":\(Decider.customs.json)}
                    """
                )
            )
            #expect(
                try await orders(3, account, installation)
                    == ["POST /Users", "PUT /Users/92b7", "PATCH /Users/92b7"]
            )
        }
    }

    @Test("Silence is an error where a report is awaited, and success where none is")
    func silence() async throws {
        for awaitReport in [true, false] {
            try await Installation.with { installation in
                try installation.configure(
                    more: """
                        provisioning: { awaitReport: \(awaitReport), tries: 2, reportWithin: 1s }
                        """
                )
                _ = try await installation.startAll()
                let account = try await account("LU7003", installation)
                try await become(awaitReport ? .failed : .active, account, installation)
                if !awaitReport {
                    try await eventually("nothing is outstanding") {
                        try installation.reader().provisioningOrders().isEmpty ? () : nil
                    }
                }
                let orders = try await orders(1, account, installation)
                #expect(orders.count == (awaitReport ? 2 : 1), "\(orders)")
            }
        }
    }

    @Test("An order that is to be given again is given once, whenever the daemon is killed")
    func killed() async throws {
        try await Installation.with { installation in
            try installation.configure(more: Self.settings)
            var daemon = try await installation.startAll()
            let account = try await account("LU7004", installation)
            try await send(report(account, "POST", 500), to: installation)
            try await eventually("the refusal is recorded") {
                try installation.reader().provisioningOrders().first?.state == .refused ? () : nil
            }
            try await daemon.kill()
            daemon = try await installation.start()
            _ = try await orders(2, account, installation)
            try await daemon.kill()
            daemon = try await installation.start()
            try await installation.outboxEmpties()
            let sent = try await installation.collector.drain().filter {
                Self.isOrder($0, account)
            }
            #expect(Set(sent.map(\.messageIdentifier)).count == 2)
            let story = try installation.journal().map(\.event)
            #expect(story.count { $0.contains("provisioning.retried") } == 1)
            try await send(report(account, "PUT", 200), to: installation)
            try await become(.active, account, installation)
        }
    }

    @Test("A late success does not bring a revoked account back, and its revocation follows")
    func revoked() async throws {
        try await Installation.with { installation in
            try installation.configure(more: Self.settings)
            let daemon = try await installation.startAll()
            let account = try await account("LU7005", installation)
            try await installation.customs.send(
                InboundEvent(
                    "approval.revocation",
                    subject: nil,
                    """
                    {"target":{"account":"\(account)"},"actor":\(Decider.customs.json),\
                    "remarks":"over"}
                    """
                )
            )
            try await become(.revoked, account, installation)
            try await send(
                report(account, "POST", 201, location: "https://scim.example.lu/Users/7"),
                report(account, "PATCH", 500),
                to: installation
            )
            let given = try await orders(3, account, installation)
            #expect(
                given == [
                    "POST /Users", "PATCH /Users?filter=externalId eq \"\(account)\"",
                    "PUT /Users/7",
                ]
            )
            let all = try await installation.collector.drain()
            #expect(all.contains { $0.template == "access.last-manager" })
            let put = try #require(all.last { Self.isOrder($0, account) })
            #expect(put.operation("data", "active") == .boolean(false))
            try await send(report(account, "PUT", 200), to: installation)
            try await eventually("nothing is outstanding") {
                try installation.reader().provisioningOrders().isEmpty ? () : nil
            }
            #expect(try installation.reader().accounts().map(\.status) == [.revoked])
            try await daemon.stop()
        }
    }

    @Test("When a company is revoked, all of its 50 employees follow, each by order and mail")
    func company() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU7006", installation)
            let employees = (1...50).map { Registrant("employee\($0)") }
            let requests = employees.map { _ in newRequest() }
            try await installation.portal.send(
                zip(employees, requests).map { $0.employee($1, "LU7006") }
            )
            try await installation.portal.send(requests.map { Decider.manager(anne).grant($0) })
            let before = try await installation.settle(daemon, deliveries: 102).count
            #expect(
                try installation.reader().accounts().map(\.status)
                    == Array(
                        repeating: .active,
                        count: 51
                    )
            )
            try await installation.customs.send(
                InboundEvent(
                    "approval.revocation",
                    subject: nil,
                    """
                    {"target":{"eori":"LU7006"},"actor":\(Decider.customs.json),"remarks":"over"}
                    """
                )
            )
            let after = try await installation.settle(daemon, deliveries: 103).dropFirst(before)
            #expect(try installation.reader().accounts().allSatisfy { $0.status == .revoked })
            let orders = after.filter { $0.queue == "provisioning" }
            #expect(Set(orders.compactMap { $0.data("account")?.text }).count == 51)
            #expect(orders.count == 51)
            #expect(orders.allSatisfy { $0.operation("method")?.text == "PATCH" })
            let mails = after.filter { $0.template == "access.revoked" }
            #expect(
                Set(mails.compactMap(\.mailbox))
                    == Set((employees + [anne]).map(\.email)) && mails.count == 51
            )
            #expect(after.count { $0.status == "revoked" } == 51)
            try installation.reader().verify()
        }
    }
}
