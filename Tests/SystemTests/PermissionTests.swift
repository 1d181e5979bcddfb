import AMQP
import Broker
import Contract
import Domain
import Storage
import TestKit
import Testing

/// Who may say what, from the broker's own permissions to the rules of the procedures. What is not
/// allowed changes nothing, and the journal says who tried.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PermissionTests {
    private let anne = Registrant("anne")
    private let bob = Registrant("bob")
    private let carl = Registrant("carl")

    private static let publishers = """
        ntp-portal: [portal], customs-backoffice: [customs-authority], \
        excise-office: [excise-office], vehicle-authority: [vehicle-authority], \
        provisioner: [provisioner]
        """
    private static let users = [
        "ntp-portal", "customs-backoffice", "excise-office", "vehicle-authority", "provisioner",
    ]
    /// Who may decide in which role.
    private static let deciders = [
        "manager": "ntp-portal", "customs-authority": "customs-backoffice",
        "excise-office": "excise-office", "vehicle-authority": "vehicle-authority",
    ]

    // MARK: - Every message, every user

    @Test("Nobody sends a message of any kind, in any role, that is not theirs to send")
    func everyKind() async throws {
        try await Installation.with { installation in
            try installation.configure(publishers: Self.publishers)
            let daemon = try await installation.startAll()
            var tried: [String] = []
            for user in Self.users {
                let events = forbidden(to: user)
                try await installation.sender(user).send(events)
                tried += events.map { "\(user) \($0.id)" }
            }
            #expect(tried.count == 117)
            let all = try await installation.settle(daemon, deliveries: tried.count)
            let letters = all.filter { $0.queue == "dead-letters" }
            #expect(letters.count == tried.count)
            #expect(letters.allSatisfy { $0.data("reason")?.text == "forbidden" })
            let problems = all.filter { $0.queue == "problems" }
            #expect(problems.count == tried.count)
            #expect(problems.allSatisfy { $0.problem == "urn:luccs:problem:forbidden" })
            #expect(all.count == 2 * tried.count, "a dead letter and a problem for each")

            let causes = try installation.journal().map { entry in
                #expect(entry.event.contains(#""code":"forbidden""#))
                let cause = try JSONValue(parsing: Array(entry.cause.utf8))
                return "\(cause["user"]?.text ?? "") \(cause["id"]?.text ?? "")"
            }
            #expect(causes.sorted() == tried.sorted())
            try expectEmpty(installation)
        }
    }

    private func forbidden(to user: String) -> [InboundEvent] {
        var events: [InboundEvent] = []
        if user != "ntp-portal" {
            events += [
                anne.company(newRequest(), "LU8001"), anne.employee(newRequest(), "LU8001"),
                anne.naturalPerson(newRequest(), "LU8001"),
                anne.moreOperations(newRequest(), "LU8001", ["import"]),
                anne.supplement(newRequest(), "here"), anne.withdrawal(newRequest()),
            ]
        }
        for (role, owner) in Self.deciders where owner != user {
            let actor = Decider(role: role, subject: "eaccess:somebody")
            let account = newRequest()
            events += [
                actor.grant(newRequest()),
                actor.manage("revocation", #""target":{"account":"\#(account)"},"remarks":"gone""#),
                actor.manage("role", #""account":"\#(account)","role":"manager""#),
                actor.manage("operations", #""account":"\#(account)","operations":["import"]"#),
            ]
        }
        if user != "provisioner" {
            let data =
                #"{"account":"\#(newRequest())","operation":{"method":"POST","status":"201"}}"#
            events.append(InboundEvent("report.provisioning", subject: nil, data))
        }
        for (act, data) in [
            ("outbox-retry", #"{"all":true}"#),
            ("dead-letter-discard", #"{"letters":["01a1fd03-4bd3-77aa-bd7f-050f62b6b435"]}"#),
            ("dead-letter-replay", #"{"letters":["01a1fd03-4bd3-77aa-bd7f-050f62b6b435"]}"#),
            ("account-retry", #"{"account":"\#(newRequest())"}"#),
            ("clock-confirmed", "{}"),
        ] {
            events.append(InboundEvent("report.operator.\(act)", subject: nil, data))
        }
        return events
    }

    private func expectEmpty(_ installation: Installation) throws {
        let reader = try installation.reader()
        #expect(try reader.requests(.init()).isEmpty)
        #expect(try reader.accounts().isEmpty)
        #expect(try reader.figures().deferred == 0)
        try reader.verify()
    }

    // MARK: - The broker's own part

    @Test("What the broker's permissions let through, the daemon refuses; the rest never arrives")
    func definitions() async throws {
        let broker = try await blocking { try BrokerDefinitionsTests.brokerWithPasswords() }
        defer { broker.stop() }
        try await Installation.with(broker: broker, prefix: "registrar") { installation in
            try installation.configure(publishers: Self.publishers)
            let daemon = try await installation.start()
            let request = newRequest()
            try await installation.portal.send(anne.company(request, "LU8002"))
            // The broker sees no role: the daemon does.
            let posing = Decider.customs.grant(request)
            var nameless = Decider.customs.grant(request).message
            nameless.namesSender = false
            try await installation.portal.send([posing.message, nameless])
            try await eventually("three messages are dealt with") {
                try installation.journal().count { $0.event.contains("forbidden") } == 2 ? () : nil
            }
            #expect(try installation.request(request)?.status == .pending)

            let forged: [(String, InboundEvent, String, AMQPError.Code)] = [
                (
                    "customs-backoffice", anne.company(newRequest(), "LU8003"),
                    "customs-backoffice", .accessRefused
                ),
                ("provisioner", posing, "provisioner", .accessRefused),
                (
                    "ntp-portal", Decider.customs.grant(request), "customs-backoffice",
                    .preconditionFailed
                ),
            ]
            for (login, event, user, code) in forged {
                let outcome = await BrokerDefinitionsTests.refusal(login, broker) { connection in
                    try await connection.confirmSelect()
                    try await connection.publish([
                        Publication(
                            token: 1,
                            exchange: "registrar.in",
                            routingKey: event.routingKey,
                            isMandatory: true,
                            properties: Properties(
                                contentType: "application/cloudevents+json",
                                messageIdentifier: newRequest(),
                                userIdentifier: user
                            ),
                            body: event.body
                        )
                    ])
                    _ = try await connection.publicationResults.next()
                }
                #expect(outcome == code, "\(login) as \(user)")
            }
            try await installation.customs.send(Decider.customs.grant(request))
            try await eventually("the right decision counts") {
                try installation.request(request)?.status == .granted ? () : nil
            }
            #expect(try installation.journal().count { $0.event.contains("forbidden") } == 2)
            try await daemon.stop()
        }
    }

    // MARK: - When the decision is applied

    @Test("A right counts when the decision is applied: one that was lost meanwhile is no right")
    func lostRight() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU8004", installation)
            let manager = try #require(try installation.reader().accounts().first)
            // The decision comes first, and waits for its request.
            let request = newRequest()
            try await installation.portal.send(Decider.manager(anne).grant(request))
            try await eventually("the decision waits") {
                try installation.reader().figures().deferred == 1 ? () : nil
            }
            try await installation.customs.send(
                Decider.customs.manage(
                    "revocation",
                    #""target":{"account":"\#(manager.identifier)"},"remarks":"gone""#
                )
            )
            let before = try await installation.settle(daemon, deliveries: 4).count
            try await installation.portal.send(bob.employee(request, "LU8004"))
            let all = try await installation.settle(daemon, deliveries: 5).dropFirst(before)
            #expect(
                all.compactMap(\.problem) == ["urn:luccs:problem:not-authorised"]
            )
            #expect(try installation.request(request)?.status == .pending)
            #expect(try installation.reader().accounts().map(\.status) == [.revoked])
            #expect(try installation.reader().figures().deferred == 0)
            let refusal = try installation.journal().last { $0.event.contains("not-authorised") }
            #expect(refusal?.cause.contains(#""user":"ntp-portal""#) == true)
        }
    }

    @Test("A user who lost a role while the daemon was stopped has lost it for what waits, too")
    func lostRole() async throws {
        try await Installation.with { installation in
            var daemon = try await installation.startAll()
            let request = newRequest()
            try await installation.portal.send(anne.company(request, "LU8005"))
            _ = try await installation.settle(daemon, deliveries: 1)
            try await daemon.stop()
            try await installation.customs.send(Decider.customs.grant(request))
            try installation.configure(
                publishers: "ntp-portal: [portal], customs-backoffice: [excise-office]"
            )
            daemon = try await installation.start()
            let all = try await installation.settle(daemon, deliveries: 1)
            #expect(all.last { $0.queue == "problems" }?.problem == "urn:luccs:problem:forbidden")
            #expect(try installation.request(request)?.status == .pending)
            #expect(try installation.reader().accounts().isEmpty)
        }
    }

    @Test(
        "Nobody decides on their own requests, with whichever account, nor for others' companies"
    )
    func otherAccounts() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU8006", installation)
            try await grantCompany(bob, "LU8007", installation)
            let own = newRequest()
            try await installation.portal.send(anne.employee(own, "LU8007"))
            try await installation.portal.send(Decider.manager(bob).grant(own))
            // Anne has two accounts now, and is a manager through both.
            let second = try await eventually("a second account") {
                try installation.reader().accounts(of: EORI(canonical: "LU8007"))
                    .first { $0.role == .employee }
            }
            try await installation.customs.send(
                Decider.customs.manage(
                    "role",
                    #""account":"\#(second.identifier)","role":"manager""#
                )
            )
            let (first, other) = (newRequest(), newRequest())
            try await installation.portal.send(
                carl.employee(first, "LU8006"),
                carl.employee(other, "LU8007")
            )
            var sent = 9
            var seen = try await installation.settle(daemon, deliveries: sent).count
            let accounts = try installation.reader().accounts()
            let anneAs = Decider.manager(anne)
            let refused: [(InboundEvent, String, Int64)] = [
                (
                    anneAs.manage(
                        "revocation",
                        #""target":{"account":"\#(second.identifier)"},"remarks":"gone""#
                    ),
                    "own-request", 403
                ),
                (
                    anneAs.manage(
                        "operations",
                        #""account":"\#(second.identifier)","operations":["import"]"#
                    ),
                    "own-request", 403
                ),
                (
                    anneAs.manage("role", #""account":"\#(second.identifier)","role":"employee""#),
                    "own-request", 403
                ),
                (Decider.manager(bob).grant(first), "not-authorised", 403),
                (Decider.manager(carl).grant(other), "own-request", 403),
            ]
            for (event, code, status) in refused {
                try await installation.portal.send(event)
                sent += 1
                let all = try await installation.settle(daemon, deliveries: sent)
                #expect(all.count == seen + 1, "\(code): a problem and nothing else")
                seen = all.count
                expectProblem(all.last, code, status, about: event)
                let entry = try #require(try installation.journal().last)
                #expect(entry.event.contains("\"\(code)\""))
                #expect(entry.cause.contains(#""user":"ntp-portal""#))
                #expect(entry.cause.contains(#""person":"#))
            }
            #expect(try installation.reader().accounts() == accounts)
            // Through the account that gives the right, it is one.
            try await installation.portal.send(anneAs.grant(other))
            _ = try await installation.settle(daemon, deliveries: sent + 1)
            #expect(try installation.request(other)?.status == .granted)
            #expect(try installation.request(first)?.status == .pending)
        }
    }
}

extension Decider {
    /// About accounts and operators: `revocation`, `role` or `operations`.
    fileprivate func manage(_ kind: String, _ members: String) -> InboundEvent {
        InboundEvent("approval.\(kind)", subject: nil, #"{"actor":\#(json),\#(members)}"#)
    }
}
