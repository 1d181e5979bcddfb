import Contract
import Domain
import Testing
import Workflow

@testable import Correspondence
@testable import Procedures

@Suite("The events that programs read")
struct GoldenEventTests {
    @Test("Status of a request: pending, granted, rejected by a rule")
    func requestStatus() throws {
        try expect(.requestSubmitted(Sample.request()), "status.request", "status.request.pending")
        try expect(
            .requestSubmitted(Sample.request(status: .rejected, reason: .rule(.operatorExists))),
            "status.request",
            "status.request.rejected-by-rule"
        )
        try expect(
            .requestChanged(
                Sample.request(status: .granted, revision: 2, authorised: OperationSet([.import])),
                previous: .pending,
                by: .decisionMaker(Sample.official, .customsAuthority),
                remarks: "Valid for \"sea\"\nand air."
            ),
            "status.request",
            "status.request.granted"
        )
    }

    @Test("Status of an excise authorisation that is granted, and of obligations")
    func excise() throws {
        let register = Sample.register()
        register.authorisations = [Sample.authorisation()]
        let granted = try Sample.correspondent().follow(
            Scenario.changed(
                Sample.exciseRequest(status: .granted, revision: 2),
                by: Scenario.authority
            ),
            register: register,
            cause: Sample.cause
        )
        try GoldenFile.expect(
            String(decoding: try #require(granted.last).body, as: UTF8.self),
            matches: "events/status.request.excise-granted.json"
        )
        try expect(
            .obligationOpened(Sample.obligation()),
            "status.obligation",
            "status.obligation.open"
        )
        var late = Sample.obligation("report-of-receipt")
        late.status = .metLate
        late.metOn = CivilDate(dayNumber: 20_790)
        try expect(
            .obligationChanged(late, previous: .overdue, .met, by: .applicant),
            "status.obligation",
            "status.obligation.met-late"
        )
    }

    @Test("Status of a guarantee that is held, called in part, and given back")
    func guarantee() throws {
        let held = try #require(Sample.guarantee(reference: nil))
        try expect(
            .guaranteeHeld(held, by: .rule, remarks: nil),
            "status.guarantee",
            "status.guarantee.held"
        )
        let own = try #require(Sample.guarantee(reference: "26LU0123456789ABCDEF7"))
        let called = try #require(own.changed(.called, cents: 12_345))
        try expect(
            .guaranteeChanged(called, previous: .held, .called, by: .rule, remarks: "Not paid."),
            "status.guarantee",
            "status.guarantee.called"
        )
        let end = try #require(called.changed(.released, cents: called.heldCents))
        try expect(
            .guaranteeChanged(end, previous: .partlyCalled, .released, by: .rule, remarks: nil),
            "status.guarantee",
            "status.guarantee.released"
        )
    }

    @Test("What is public of an excise authorisation, and who may use EMCS under it")
    func exciseDisclosure() throws {
        for (name, authorisation) in [("known", Sample.authorisation()), ("unknown", nil)] {
            try expect(
                .authorisationDisclosed(
                    AuthorisationDisclosure(
                        request: Sample.request,
                        number: Sample.exciseNumber,
                        authorisation: authorisation,
                        finding: authorisation == nil ? .notHere : .valid,
                        on: LuxembourgCalendar.date(at: Sample.start),
                        elsewhere: Excise.verificationService.default
                    )
                ),
                "disclosure.excise",
                "disclosure.excise.\(name)"
            )
        }
        let previous = Sample.account(location: "https://idp.example.lu/scim/v2/Users/2819c223")
        var account = previous
        account.entitlements = [Sample.entitlement]
        let event = Event.accountChanged(
            account,
            previous: previous,
            .entitlementsChanged,
            by: .applicant,
            remarks: nil
        )
        try expect(event, "provisioning.account", "provisioning.account.patch-emcs")
        try expect(event, "status.account", "status.account.emcs")
        let opened = Event.accountOpened(account)
        try expect(opened, "provisioning.account", "provisioning.account.post-emcs")
    }

    @Test("What a traveller may bring, and has to declare")
    func travellerDisclosure() throws {
        for name in ["arrival", "departure"] {
            let scenario = try #require(
                Scenario.travellerScenarios.first { $0.name.hasPrefix(name) }
            )
            try expect(scenario.event, "disclosure.traveller", "disclosure.traveller.\(name)")
        }
    }

    @Test("An account that was opened")
    func accountOpened() throws {
        let opened = Event.accountOpened(Sample.account(status: .provisioning))
        try expect(opened, "provisioning.account", "provisioning.account.post")
        try expect(opened, "status.account", "status.account.provisioning")
    }

    @Test(
        "Changes of an account",
        arguments: [AccountChange.revoked, .operationsChanged, .roleChanged]
    )
    func accountChanged(_ change: AccountChange) throws {
        let previous = Sample.account(location: "https://idp.example.lu/scim/v2/Users/2819c223")
        var account = previous
        switch change {
        case .revoked: account.status = .revoked
        case .operationsChanged: account.operations = OperationSet([.import])
        default: account.role = .manager
        }
        let event = Event.accountChanged(
            account,
            previous: previous,
            change,
            by: .decisionMaker(Sample.official, .customsAuthority),
            remarks: nil
        )
        try expect(
            event,
            "provisioning.account",
            "provisioning.account.patch-\(change.rawValue)"
        )
        try expect(event, "status.account", "status.account.\(change.rawValue)")
    }

    @Test("A notification, whole")
    func notification() throws {
        try expect(
            .requestSubmitted(Sample.request(profile: "employee")),
            "notification.email",
            "notification.email.access.pending"
        )
    }

    @Test("A problem")
    func problem() throws {
        let message = try Sample.correspondent().problem(
            Problem(.schema, at: "/data/eori", "is not an EORI"),
            envelope: Envelope(
                identifier: "portal-42",
                source: "urn:luccs:ntp-portal",
                type: "lu.etat.do.registration.access.company.v1",
                time: Sample.start,
                subject: Sample.request.description,
                traceParent: nil
            ),
            request: Sample.request,
            cause: Sample.cause
        )
        #expect(message.routingKey == "problem.request")
        #expect(message.mandatory)
        try GoldenFile.expect(
            String(decoding: message.body, as: UTF8.self),
            matches: "events/problem.request.json"
        )
    }

    private func expect(
        _ event: Event,
        _ routingKey: String,
        _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let register = Sample.register()
        if routingKey == "status.guarantee" {
            register.fields = RequestFields([.init(name: "guarantee.reference", value: "GRN-1")])
        }
        let messages = try Sample.correspondent().follow(
            event,
            register: register,
            cause: Sample.cause
        )
        let message = try #require(
            messages.first { $0.routingKey == routingKey },
            sourceLocation: sourceLocation
        )
        try GoldenFile.expect(
            String(decoding: message.body, as: UTF8.self),
            matches: "events/\(name).json",
            sourceLocation: sourceLocation
        )
    }
}
