import Contract
import Domain
import Testing
import Workflow

@testable import Correspondence

@Suite("What follows from each event")
struct FollowTests {
    private func follow(
        _ event: Event,
        register: SmallRegister = Sample.register(),
        cause: Cause = Sample.cause
    ) throws -> [OutboundMessage] {
        try Sample.correspondent().follow(event, register: register, cause: cause)
    }

    /// Routing keys; for mails the template and the address.
    private func summary(_ messages: [OutboundMessage]) throws -> [String] {
        try messages.map { message in
            guard message.routingKey == "notification.email" else { return message.routingKey }
            let data = try SentData(message)
            return "\(try data.string("template")) \(data.email ?? "")"
        }
    }

    @Test(
        "A pending request is told to the applicant and the authority",
        arguments: ["company", "natural-person", "operations"]
    )
    func submitted(profile: String) throws {
        let messages = try follow(.requestSubmitted(Sample.request(profile: profile)))
        #expect(
            try summary(messages) == [
                "access.pending anne.weber@example.lu",
                "access.awaiting-you servicedesk@example.lu", "status.request",
            ]
        )
    }

    @Test("Who is being forgotten manages nothing any more, though their account still stands")
    func forgottenManager() throws {
        let request = Sample.request(profile: "employee", requested: .none)
        func escalation(_ register: SmallRegister) throws -> String {
            let messages = try follow(.requestEscalated(request), register: register)
            #expect(messages.count == 1)
            return try SentData(try #require(messages.first)).text
        }
        let register = Sample.register()
        let managed = try escalation(register)
        register.persons.removeAll { $0.identifier == Sample.marc }
        let forgotten = try escalation(register)
        register.accounts = []
        #expect(forgotten != managed)
        #expect(try escalation(register) == forgotten)
        #expect(
            try summary(follow(.requestReminded(request), register: register)) == []
        )
    }

    @Test("An employee's request is told to everybody who may decide for the company, once")
    func employee() throws {
        let register = Sample.register()
        let sophie = PersonIdentifier(uuid(904))
        register.persons.append(
            Sample.person(
                sophie,
                "Sophie",
                "Klein",
                email: "sophie.klein@example.lu",
                languages: [.german]
            )
        )
        register.accounts += [
            Sample.account(of: sophie, role: .manager, status: .provisioning, number: 922),
            Sample.account(of: Sample.marc, role: .manager, number: 923),
            Sample.account(of: Sample.anne, role: .employee, number: 924),
        ]
        for (number, status) in [AccountStatus.failed, .suspended, .revoked, .deleted].enumerated()
        {
            let person = PersonIdentifier(uuid(930 + number))
            register.persons.append(
                Sample.person(person, "Nobody", "\(number)", email: "nobody@example.lu")
            )
            register.accounts.append(
                Sample.account(of: person, role: .manager, status: status, number: 930 + number)
            )
        }
        let messages = try follow(
            .requestSubmitted(Sample.request(profile: "employee")),
            register: register
        )
        #expect(
            try summary(messages) == [
                "access.pending anne.weber@example.lu",
                "access.awaiting-you marc.muller@example.lu",
                "access.awaiting-you sophie.klein@example.lu", "status.request",
            ]
        )
        #expect(try SentData(messages[1]).languages == ["en", "fr"])
        #expect(try SentData(messages[2]).languages == ["de"])
        #expect(try SentData(messages[2]).text.hasPrefix("Guten Tag Sophie Klein,"))
    }

    @Test(
        "Changes of a request",
        arguments: [
            (RequestStatus.granted, ["access.granted anne.weber@example.lu"]),
            (.rejected, ["access.rejected anne.weber@example.lu"]),
            (.awaitingInformation, ["access.information-requested anne.weber@example.lu"]),
            (.withdrawn, ["access.withdrawn anne.weber@example.lu"]),
            (
                .expired,
                [
                    "access.expired anne.weber@example.lu",
                    "access.expired-approver marc.muller@example.lu",
                ]
            ),
            (.pending, ["access.awaiting-you marc.muller@example.lu"]),
        ]
    )
    func changed(status: RequestStatus, mails: [String]) throws {
        let messages = try follow(
            .requestChanged(
                Sample.request(profile: "employee", status: status, revision: 2),
                previous: status == .pending ? .awaitingInformation : .pending,
                by: .decisionMaker(Sample.marc, .manager),
                remarks: "Because."
            )
        )
        #expect(try summary(messages) == mails + ["status.request"])
    }

    @Test(
        "Changes of an account",
        arguments: [
            (AccountChange.granted, ["provisioning.account", "status.account"]),
            (
                .operationsChanged,
                [
                    "provisioning.account", "access.changed anne.weber@example.lu",
                    "status.account",
                ]
            ),
            (
                .operatorChanged,
                [
                    "provisioning.account", "access.changed anne.weber@example.lu",
                    "status.account",
                ]
            ),
            (.provisioned, ["status.account"]),
            (.provisioningFailed, ["status.account"]),
            (.provisioningTakenUpAgain, ["status.account"]),
        ]
    )
    func accountChanged(change: AccountChange, expected: [String]) throws {
        let previous = Sample.account(operations: OperationSet([.import, .transit]))
        let messages = try follow(
            .accountChanged(
                Sample.account(operations: OperationSet([.import])),
                previous: previous,
                change,
                by: .rule,
                remarks: nil
            )
        )
        #expect(try summary(messages) == expected)
    }

    @Test("A revocation deactivates the user and tells the holder", arguments: [false, true])
    func revoked(withOperator: Bool) throws {
        let messages = try follow(
            .accountChanged(
                Sample.account(status: .revoked),
                previous: Sample.account(),
                withOperator ? .operatorRevoked : .revoked,
                by: .rule,
                remarks: nil
            )
        )
        #expect(
            try summary(messages) == [
                "provisioning.account", "access.revoked anne.weber@example.lu", "status.account",
            ]
        )
    }

    @Test("Events that nobody is told about")
    func silent() throws {
        let company = EconomicOperator(
            eori: Sample.eori,
            kind: .company,
            operations: .all,
            request: Sample.request
        )
        let supplement = Supplement(answer: "Steel", documents: [])
        let order = ProvisioningOrder(
            account: Sample.account,
            number: 1,
            method: .post,
            causation: "portal-42"
        )
        let events: [Event] = [
            .operatorRegistered(company),
            .operatorChanged(company, previous: company, by: .rule, remarks: nil),
            .supplementReceived(Sample.request, supplement), .nothingToChange(by: .applicant),
            .personRecorded(Sample.register().persons[0]),
            .provisioning(order, .refused(status: 500)), .provisioning(order, .done),
            .provisioning(order, .failed), .provisioning(order, .superseded),
            .reportIgnored(Sample.account, .put, status: 200),
            // Where the user lives concerns nobody else.
            .accountChanged(
                Sample.account(location: "/Users/7"),
                previous: Sample.account(),
                .provisioned,
                by: .provisioner,
                remarks: nil
            ),
        ]
        for event in events { #expect(try follow(event).isEmpty) }
    }

    @Test("Another procedure's requests have a status and none of these mails")
    func otherProcedure() throws {
        let messages = try follow(.requestSubmitted(Sample.request(procedure: "unheard-of")))
        #expect(try summary(messages) == ["status.request"])
    }

    @Test("A person of whom nothing is stored gets no mail; an account for one is an error")
    func erasedPerson() throws {
        let register = Sample.register()
        register.persons[0].details = nil
        let granted = Sample.request(status: .granted, authorised: .all)
        let messages = try follow(
            .requestChanged(granted, previous: .pending, by: .rule, remarks: nil),
            register: register
        )
        #expect(try summary(messages) == ["status.request"])
        #expect(throws: PersonMissing(person: Sample.anne, account: Sample.account)) {
            try follow(.accountOpened(Sample.account()), register: register)
        }
    }

    @Test("Subject and correlation: the request, else the account, else the inbound event")
    func subjects() throws {
        let submitted = try follow(.requestSubmitted(Sample.request()))
        let opened = try follow(.accountOpened(Sample.account(status: .provisioning)))
        func subjects(_ messages: [OutboundMessage]) throws -> Set<String?> {
            Set(try messages.map { try SentData($0).event["subject"] as? String })
        }
        #expect(try subjects(submitted + opened) == [Sample.request.description])
        let change = Event.accountChanged(
            Sample.account(status: .revoked),
            previous: Sample.account(),
            .revoked,
            by: .rule,
            remarks: nil
        )
        let revoked = try follow(change)
        #expect(try subjects(revoked) == [Sample.account.description])
        // One account's statuses stay in sequence, whatever they are about.
        let statuses = (opened + revoked).filter { $0.family == "status" }
        #expect(statuses.count == 2)
        #expect(
            Set((statuses + submitted.filter { $0.family == "status" }).map(\.subject)).count == 1
        )
        let reported = try follow(
            .accountChanged(
                Sample.account(),
                previous: Sample.account(status: .provisioning),
                .provisioned,
                by: .provisioner,
                remarks: nil
            )
        )
        #expect(try subjects(reported) == [Sample.request.description])
        #expect(String(decoding: revoked[0].body, as: UTF8.self).contains(#""requestId":null"#))
        let withRequest = Cause(
            identifier: "x",
            traceParent: nil,
            at: Sample.start,
            request: Sample.request
        )
        #expect(
            try subjects(try follow(change, cause: withRequest)) == [Sample.request.description]
        )
        let alone = try follow(.lastManagerLost(Sample.eori))
        #expect(alone.map(\.subject) == ["portal-42"])
        for message in submitted + opened + revoked + alone {
            let event = try SentData(message).event
            let subject = try #require(event["subject"] as? String)
            #expect(message.properties.correlationIdentifier == subject)
            #expect(event["correlationid"] as? String == subject)
            #expect(event["causationid"] as? String == "portal-42")
            #expect(event["traceparent"] as? String == Sample.cause.traceParent)
            #expect(event["id"] as? String == message.properties.messageIdentifier)
        }
    }

    @Test("Orders alone name their account for the outbox; every message has its own id")
    func orders() throws {
        let opened = try follow(.accountOpened(Sample.account(status: .provisioning)))
        #expect(opened.map(\.account) == [Sample.account, nil])
        let revoked = try follow(
            .accountChanged(
                Sample.account(status: .revoked),
                previous: Sample.account(),
                .revoked,
                by: .rule,
                remarks: nil
            )
        )
        #expect(revoked.map(\.account) == [Sample.account, nil, nil])
        #expect(opened.map(\.mandatory) == [true, false])
        let submitted = try follow(.requestSubmitted(Sample.request()))
        #expect(Set(submitted.compactMap(\.properties.messageIdentifier)).count == 3)
    }

    @Test("A mail's headers")
    func headers() throws {
        let mail = try follow(.requestSubmitted(Sample.request()))[0]
        let headers = try #require(try SentData(mail).data["headers"] as? [String: String])
        let identifier = try #require(mail.properties.messageIdentifier)
        #expect(
            headers == [
                "Message-ID": "<\(identifier)@urn.luccs.registrar>",
                "Auto-Submitted": "auto-generated", "Content-Language": "en, fr",
            ]
        )
    }

    @Test(
        "The host of Message-IDs",
        arguments: [
            ("urn:luccs:registrar", "urn.luccs.registrar"),
            ("https://registrar.example.lu:8443/a?b#c", "registrar.example.lu.8443"),
            ("\r\n<>", "registrar"), ("é", "registrar"),
        ]
    )
    func messageIdentifierHost(source: String, host: String) {
        #expect(Mailer.host(of: source) == host)
    }
}
