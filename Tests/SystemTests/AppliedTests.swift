import AMQP
import Contract
import Domain
import Foundation
import Storage
import Testing

/// What becomes of an inbound message: applied, early, rejected by rule.
@Suite(.serialized)
struct AppliedTests {
    private let anne = Registrant("anne")
    private let bob = Registrant("bob")

    @Test("A company's registration and its grant bring mails, status, the operator, an account")
    func company() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            let request = newRequest()
            let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            let asked = anne.company(request, "LU1001").withTraceParent(trace)
            try await installation.portal.send(asked)
            let first = try await installation.settle(daemon, deliveries: 1)
            #expect(first.count == 3)
            for message in first {
                expectContract(message, cause: asked, request: request, traceParent: trace)
            }
            #expect(
                Set(first.compactMap(\.template)) == ["access.pending", "access.awaiting-you"]
            )
            #expect(
                first.first { $0.template == "access.awaiting-you" }?.mailbox
                    == "servicedesk@example.lu"
            )
            let mail = try #require(first.first { $0.template == "access.pending" })
            #expect(mail.queue == "notifications" && mail.mailbox == anne.email)
            #expect(mail.data("requestId")?.text == request)
            #expect(mail.data("languages")?.texts == ["en", "fr"])
            #expect(mail.data("headers", "Auto-Submitted")?.text == "auto-generated")
            #expect(mail.data("headers", "Content-Language")?.text == "en, fr")
            #expect(mail.data("headers", "Message-ID")?.text?.contains("@") == true)
            #expect(mail.data("text")?.text?.contains("Anne Weber") == true)
            let pending = try #require(first.first { $0.queue == "own" })
            #expect(pending.delivery.routingKey == "status.request")
            #expect(pending.data("procedure")?.text == "access")
            #expect(pending.status == "pending" && pending.data("previous") == .null)
            #expect(pending.data("revision")?.integer == 1)
            #expect(pending.data("operations")?.texts == ["import", "transit"])

            let decision = Decider.customs.decision(
                request,
                "granted",
                operations: ["import"],
                remarks: "only import"
            )
            try await installation.customs.send(decision)
            let all = try await installation.settle(daemon, deliveries: 2)
            let second = Array(all.dropFirst(first.count))
            #expect(second.count == 5, "mail, order, three status events")
            let granted = try #require(second.first { $0.template == "access.granted" })
            expectContract(granted, cause: decision, request: request)
            #expect(granted.data("text")?.text?.contains("only import") == true)
            let status = try #require(second.first { $0.status == "granted" })
            expectContract(status, cause: decision, request: request)
            #expect(status.data("previous")?.text == "pending")
            #expect(status.data("revision")?.integer == 2)
            #expect(status.data("operations")?.texts == ["import"])

            let order = try #require(second.first { $0.queue == "provisioning" })
            expectContract(order, cause: decision, request: request)
            let account = try #require(order.data("account")?.text)
            expectUser(order, anne, eori: "LU1001", role: "legal-representative")
            let steps = second.filter { $0.delivery.routingKey == "status.account" }
            #expect(steps.map(\.status) == ["provisioning", "active"])
            #expect(steps.allSatisfy { $0.data("account")?.text == account })
            #expect(steps.last?.data("previous")?.text == "provisioning")

            let stored = try #require(try installation.request(request))
            #expect(stored.status == .granted && stored.revision == 2)
            #expect(stored.authorised == OperationSet([.import]))
            let reader = try installation.reader()
            let economicOperator = try #require(
                try reader.economicOperator(EORI(canonical: "LU1001"))
            )
            #expect(economicOperator.status == .registered && economicOperator.kind == .company)
            #expect(try reader.accounts().map(\.identifier.description) == [account])
            #expect(try reader.accounts().map(\.status) == [.active])
            try reader.verify()
            try await daemon.stop()
        }
    }

    @Test("An employee is granted by the manager, with what the company has")
    func employee() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU1002", installation)
            let request = newRequest()
            try await installation.portal.send(bob.employee(request, "LU1002"))
            let asked = try await installation.settle(daemon, deliveries: 3)
                .filter { $0.correlation == request }
            #expect(asked.first { $0.template == "access.pending" }?.mailbox == bob.email)
            #expect(asked.first { $0.template == "access.awaiting-you" }?.mailbox == anne.email)
            try await installation.portal.send(Decider.manager(anne).grant(request))
            let granted = try await installation.settle(daemon, deliveries: 4)
                .filter { $0.correlation == request }
            let order = try #require(granted.first { $0.queue == "provisioning" })
            expectUser(order, bob, eori: "LU1002", role: "employee")
            #expect(granted.first { $0.template == "access.granted" }?.mailbox == bob.email)
            #expect(try installation.request(request)?.status == .granted)
        }
    }

    @Test("A natural person is registered; more operations are asked for and granted")
    func naturalPersonAndMoreOperations() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            let first = newRequest()
            let more = newRequest()
            try await installation.portal.send(anne.naturalPerson(first, "LUADHOC3"))
            try await installation.customs.send(Decider.customs.grant(first))
            let registered = try await installation.settle(daemon, deliveries: 2)
            let order = try #require(registered.first { $0.queue == "provisioning" })
            let account = try #require(order.data("account")?.text)
            expectUser(order, anne, eori: "LUADHOC3", role: "natural-person")

            try await expectWidening(daemon, account, more, installation)
        }
    }

    private func expectWidening(
        _ daemon: Daemon,
        _ account: String,
        _ request: String,
        _ installation: Installation
    ) async throws {
        let asked = anne.moreOperations(request, "LUADHOC3", ["transit"])
        try await installation.portal.send(asked)
        _ = try await installation.settle(daemon, deliveries: 3)
        try await installation.customs.send(Decider.customs.grant(request))
        let widened = try await installation.settle(daemon, deliveries: 4)
            .filter { $0.correlation == request }
        let patch = try #require(widened.first { $0.queue == "provisioning" })
        #expect(patch.operation("method")?.text == "PATCH")
        #expect(patch.operation("path")?.text == "/Users?filter=externalId eq \"\(account)\"")
        #expect(
            patch.operation("data", "schemas")?.texts
                == ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
        )
        let stored = try installation.reader().economicOperator(EORI(canonical: "LUADHOC3"))
        #expect(stored?.operations == OperationSet([.import, .transit]))
    }

    @Test("Information is asked for and given; a request is taken back")
    func supplementAndWithdrawal() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            let request = newRequest()
            try await installation.portal.send(anne.company(request, "LU1004"))
            try await installation.customs.send(
                Decider.customs.decision(request, "information-requested", remarks: "which one")
            )
            let asked = try await installation.settle(daemon, deliveries: 2)
            #expect(asked.contains { $0.template == "access.information-requested" })
            #expect(try installation.request(request)?.status == .awaitingInformation)
            try await installation.portal.send(anne.supplement(request, "this one"))
            _ = try await installation.settle(daemon, deliveries: 3)
            #expect(try installation.request(request)?.status == .pending)
            let texts = try installation.reader()
                .freeTexts(of: #require(RequestIdentifier(request))).map(\.content)
            #expect(texts == ["which one", "this one"])
            try await installation.portal.send(anne.withdrawal(request))
            let all = try await installation.settle(daemon, deliveries: 4)
            #expect(all.contains { $0.template == "access.withdrawn" })
            #expect(
                all.compactMap(\.status)
                    == ["pending", "awaiting-information", "pending", "withdrawn"]
            )
            #expect(
                all.filter { $0.queue == "own" }.map { $0.data("revision")?.integer } == [
                    1, 2, 3, 4,
                ]
            )
            #expect(all.filter { $0.queue == "problems" }.isEmpty)
        }
    }

    @Test("Where reports are awaited, the provisioner's word makes an account active")
    func report() async throws {
        try await Installation.with { installation in
            try installation.configure(more: "provisioning: { awaitReport: true }")
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU1005", installation)
            let all = try await installation.settle(daemon, deliveries: 2)
            let account = try #require(
                all.first { $0.queue == "provisioning" }?.data("account")?.text
            )
            #expect(try installation.reader().accounts().map(\.status) == [.provisioning])
            let report = InboundEvent(
                "report.provisioning",
                subject: nil,
                """
                {"requestId":null,"account":"\(account)","operation":{"method":"POST",\
                "bulkId":"\(account)","version":"W/\\"1\\"","response":null,"path":null,"data":null,\
                "schemas":null,"status":"201","location":"https://scim.example.lu/v2/Users/92b7"}}
                """
            )
            try await installation.sender("provisioner").send(report)
            let after = try await installation.settle(daemon, deliveries: 3).dropFirst(all.count)
            #expect(after.map(\.status) == ["active"])
            let stored = try installation.reader().accounts()
            #expect(stored.map(\.status) == [.active])
            #expect(stored.first?.location == "https://scim.example.lu/v2/Users/92b7")
        }
    }

    @Test("A decision, a withdrawal and a supplement may come before their request")
    func early() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            let (decided, withdrawn, supplemented) = (newRequest(), newRequest(), newRequest())
            try await installation.customs.send(Decider.customs.grant(decided))
            try await installation.portal.send(
                anne.withdrawal(withdrawn),
                bob.supplement(supplemented, "nobody asked")
            )
            let before = try await installation.settle(daemon, deliveries: 3)
            #expect(before.isEmpty)
            #expect(try installation.reader().figures().deferred == 3)
            #expect(
                try installation.journal().count { $0.event.contains("message.deferred") } == 3
            )

            try await installation.portal.send(
                anne.company(decided, "LU1006"),
                anne.company(withdrawn, "LU1007"),
                bob.company(supplemented, "LU1008")
            )
            let all = try await installation.settle(daemon, deliveries: 6)
            #expect(try installation.reader().figures().deferred == 0)
            #expect(try installation.request(decided)?.status == .granted)
            #expect(try installation.request(withdrawn)?.status == .withdrawn)
            #expect(try installation.request(supplemented)?.status == .pending)
            let mails = all.filter { $0.correlation == decided }.compactMap(\.template)
            #expect(mails == ["access.pending", "access.awaiting-you", "access.granted"])
            let problems = all.filter { $0.queue == "problems" }
            #expect(problems.map(\.problem) == ["urn:luccs:problem:not-awaited"])
            #expect(problems.map(\.correlation) == [supplemented])
        }
    }

    @Test("What a rule rejects is recorded, and the applicant told; it is no problem")
    func rejectedByRule() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try await grantCompany(anne, "LU1009", installation)
            let before = try await installation.settle(daemon, deliveries: 2).count
            let (unknown, taken, kind) = (newRequest(), newRequest(), newRequest())
            try await installation.portal.send(
                bob.employee(unknown, "LU9999"),
                bob.company(taken, "LU1009"),
                bob.naturalPerson(kind, "LU1009")
            )
            let told = try await installation.settle(daemon, deliveries: 5).dropFirst(before)
            let expected = [
                unknown: "operator-unknown", taken: "operator-exists", kind: "operator-kind",
            ]
            for (request, reason) in expected {
                let own = told.filter { $0.correlation == request }
                #expect(own.compactMap(\.template) == ["access.rejected"])
                #expect(own.compactMap(\.status) == ["rejected"])
                #expect(own.first { $0.queue == "own" }?.data("reason")?.text == reason)
                let stored = try installation.request(request)
                #expect(stored?.status == .rejected && stored?.reason?.rawValue == reason)
            }
            #expect(told.count == 6, "a mail and a status for each, and no problem")
            #expect(try installation.reader().accounts().count == 1)
        }
    }
}

/// Registers a company with its legal representative.
func grantCompany(_ person: Registrant, _ eori: String, _ installation: Installation) async throws {
    let request = newRequest()
    try await installation.portal.send(person.company(request, eori))
    try await installation.customs.send(Decider.customs.grant(request))
    try await eventually("\(eori) granted") {
        try installation.reader().accounts(of: EORI(canonical: eori)).isEmpty ? nil : ()
    }
    try await installation.outboxEmpties()
}

/// What the manual promises of every outbound event and its AMQP properties.
func expectContract(
    _ message: Received,
    cause: InboundEvent,
    request: String,
    traceParent: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let properties = message.properties
    let key = message.delivery.routingKey
    #expect(properties.isPersistent == true, sourceLocation: sourceLocation)
    #expect(
        properties.contentType == "application/cloudevents+json",
        sourceLocation: sourceLocation
    )
    #expect(properties.messageIdentifier == message.attribute("id"), sourceLocation: sourceLocation)
    #expect(properties.type == "lu.etat.do.\(key).v1", sourceLocation: sourceLocation)
    #expect(properties.correlationIdentifier == request, sourceLocation: sourceLocation)
    #expect(properties.applicationIdentifier == "registrard", sourceLocation: sourceLocation)
    let age = Date.now.timeIntervalSince1970 - Double(properties.timestampSeconds ?? 0)
    #expect((-1...60).contains(age), sourceLocation: sourceLocation)
    #expect(message.attribute("specversion") == "1.0", sourceLocation: sourceLocation)
    #expect(message.attribute("source") == "urn:luccs:registrar", sourceLocation: sourceLocation)
    #expect(message.attribute("type") == properties.type, sourceLocation: sourceLocation)
    #expect(message.attribute("subject") == request, sourceLocation: sourceLocation)
    #expect(message.attribute("correlationid") == request, sourceLocation: sourceLocation)
    #expect(message.attribute("causationid") == cause.id, sourceLocation: sourceLocation)
    #expect(message.attribute("traceparent") == traceParent, sourceLocation: sourceLocation)
    #expect(
        message.attribute("time").flatMap { Instant(rfc3339: $0) } != nil,
        sourceLocation: sourceLocation
    )
}

/// The SCIM order that makes a user of a person.
private func expectUser(
    _ order: Received,
    _ person: Registrant,
    eori: String,
    role: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let account = order.data("account")?.text
    #expect(order.operation("method")?.text == "POST", sourceLocation: sourceLocation)
    #expect(order.operation("path")?.text == "/Users", sourceLocation: sourceLocation)
    let core = "urn:ietf:params:scim:schemas:core:2.0:User"
    let luccs = "urn:ietf:params:scim:schemas:extension:luccs:2.0:User"
    #expect(
        order.operation("data", "schemas")?.texts == [core, luccs],
        sourceLocation: sourceLocation
    )
    #expect(order.operation("data", "externalId")?.text == account, sourceLocation: sourceLocation)
    #expect(
        order.operation("data", "userName")?.text == "\(person.subject)@\(eori)",
        sourceLocation: sourceLocation
    )
    #expect(
        order.operation("data", luccs, "subject")?.text == person.subject,
        sourceLocation: sourceLocation
    )
    #expect(order.operation("data", "active") == .boolean(true), sourceLocation: sourceLocation)
    #expect(order.operation("data", "userType")?.text == role, sourceLocation: sourceLocation)
    #expect(order.operation("data", luccs, "eori")?.text == eori, sourceLocation: sourceLocation)
    #expect(order.operation("data", luccs, "role")?.text == role, sourceLocation: sourceLocation)
    #expect(
        order.operation("data", luccs, "authentication")?.text == "luxtrust",
        sourceLocation: sourceLocation
    )
}
