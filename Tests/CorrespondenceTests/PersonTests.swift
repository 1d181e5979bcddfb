import Contract
import Domain
import Testing
import Workflow

@testable import Correspondence

@Suite("What follows when a person exercises a right")
struct PersonTests {
    /// Routing keys; for mails the template and the address.
    private func summary(
        _ event: Event,
        register: SmallRegister = Sample.register()
    ) throws -> [String] {
        try Sample.correspondent().follow(event, register: register, cause: Sample.cause)
            .map { message in
                guard message.routingKey == "notification.email" else { return message.routingKey }
                let data = try SentData(message)
                #expect(message.mail?.template == (try data.string("template")))
                return "\(try data.string("template")) \(data.email ?? "")"
            }
    }

    private func changed(
        _ change: PersonChange,
        _ modify: (inout Person) -> Void = { _ in }
    ) -> Event {
        let previous = Sample.register().persons[0]
        var person = previous
        modify(&person)
        return .personChanged(person, previous: previous, change)
    }

    @Test(
        "A right is answered by a status and a mail; a disclosure is its own answer",
        arguments: [
            ("rectification", ["person.rectified anne.weber@example.lu", "status.request"]),
            ("erasure", ["person.erased anne.weber@example.lu", "status.request"]),
            ("restriction", ["person.restricted anne.weber@example.lu", "status.request"]),
            (
                "consent-withdrawal",
                ["person.consent-withdrawn anne.weber@example.lu", "status.request"]
            ),
            ("access", []),
        ]
    )
    func answer(right: String, expected: [String]) throws {
        #expect(try summary(.requestSubmitted(Sample.right(right))) == expected)
    }

    @Test("A right that was not granted has a status alone")
    func rejected() throws {
        var request = Sample.right("erasure", status: .rejected)
        request.reason = .rule(.retentionDuty)
        #expect(try summary(.requestSubmitted(request)) == ["status.request"])
    }

    @Test("Recipients of the name are told of a new one, and of nothing else")
    func rectified() throws {
        let renamed = changed(.rectified) { $0.details?.givenName = "Anna" }
        #expect(
            try summary(renamed) == [
                "person.rectified marc.muller@example.lu",
                "person.rectified servicedesk@example.lu",
            ]
        )
        let moved = changed(.rectified) {
            $0.details?.email = "anne@example.lu"
            $0.details?.languages = [.german]
        }
        #expect(try summary(moved) == [])
        let alone = Sample.register()
        alone.recipients = []
        #expect(try summary(renamed, register: alone) == [])
    }

    @Test("Recipients are told of an erasure and of a restriction")
    func told() throws {
        let told = ["marc.muller@example.lu", "servicedesk@example.lu"]
        let erased = Event.erasureTold(
            Sample.register().persons[0],
            to: Sample.register().recipients
        )
        #expect(try summary(erased) == told.map { "person.erased \($0)" })
        let restricted = changed(.restricted) { $0.isRestricted = true }
        #expect(try summary(restricted) == told.map { "person.restricted \($0)" })
        // One who is forgotten is not written to.
        let register = Sample.register()
        register.persons.removeLast()
        #expect(
            try summary(erased, register: register)
                == ["person.erased servicedesk@example.lu"]
        )
    }

    @Test("Nobody is asked to decide on a restricted person's request before that is lifted")
    func lifted() throws {
        let register = Sample.register()
        register.persons[0].isRestricted = true
        let request = Sample.request(profile: "employee", requested: .none)
        #expect(
            try summary(.requestSubmitted(request), register: register)
                == ["access.pending anne.weber@example.lu", "status.request"]
        )
        register.persons[0].isRestricted = false
        register.recipients = []
        register.requests = [
            request, Sample.request(status: .granted, authorised: .all, number: 911),
            Sample.right("restriction", number: 912),
            // What is being carried out is for nobody to decide.
            Sample.right("erasure", status: .pending, number: 913),
        ]
        #expect(
            try summary(changed(.restrictionLifted), register: register)
                == ["access.awaiting-you marc.muller@example.lu"]
        )
    }

    @Test("Accounts follow their holder: PATCH and DELETE, and a status where it changed")
    func accounts() throws {
        func change(_ change: AccountChange, to status: AccountStatus) -> Event {
            .accountChanged(
                Sample.account(status: status),
                previous: Sample.account(),
                change,
                by: .applicant,
                remarks: nil
            )
        }
        let both = ["provisioning.account", "status.account"]
        #expect(try summary(change(.suspended, to: .suspended)) == both)
        #expect(try summary(change(.erased, to: .revoked)) == both)
        #expect(try summary(change(.erased, to: .active)) == ["provisioning.account"])
        #expect(try summary(change(.rectified, to: .active)) == ["provisioning.account"])
    }

    @Test("The orders to the provisioner, word for word")
    func orders() throws {
        let account = Sample.account(location: "https://idp.example.lu/scim/v2/Users/2819c223")
        for (change, status) in [
            (AccountChange.rectified, AccountStatus.active), (.suspended, .suspended),
            (.erased, .revoked),
        ] {
            var next = account
            next.status = status
            try expect(
                .accountChanged(next, previous: account, change, by: .applicant, remarks: nil),
                "provisioning.account",
                "provisioning.account.\(change.rawValue)"
            )
        }
    }

    @Test("What is kept is named in the status")
    func kept() throws {
        var request = Sample.right("erasure")
        request.kept = [.decisions, .operatorRegistration]
        try expect(.requestSubmitted(request), "status.request", "status.request.erased")
    }

    @Test("A disclosure, word for word")
    func disclosure() throws {
        let message = try expect(
            .personDisclosed(Sample.disclosure),
            "disclosure.person",
            "disclosure.person"
        )
        #expect(!message.mandatory)
        try expect(
            .personDisclosed(Disclosure(request: Sample.request, person: nil)),
            "disclosure.person",
            "disclosure.person.unknown"
        )
        try expect(
            .personDisclosed(
                Disclosure(request: Sample.request, person: nil, mentions: Sample.mentions)
            ),
            "disclosure.person",
            "disclosure.person.mentioned"
        )
    }

    @discardableResult
    private func expect(
        _ event: Event,
        _ routingKey: String,
        _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> OutboundMessage {
        let messages = try Sample.correspondent().follow(
            event,
            register: Sample.register(),
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
        return message
    }
}

extension Sample {
    static let mentions = NamingMessages(
        [
            NamingMessage(
                kind: .waiting,
                request: RequestIdentifier(uuid(911)),
                routingKey: "approval.access",
                at: start,
                body: Array(#"{"actor":{"subject":"eaccess:anne"}}"#.utf8)
            ),
            NamingMessage(
                kind: .deadLetter,
                letter: DeadLetterIdentifier(uuid(940)),
                routingKey: "registration.access",
                at: start.advanced(bySeconds: 1),
                body: [0xFF]
            ),
        ],
        isComplete: true
    )

    /// Of a person about whom there is one of everything.
    static let disclosure: Disclosure = {
        var known = person(
            anne,
            "Anne",
            "Weber",
            email: "anne.weber@example.lu",
            languages: [.german, .french]
        )
        known.signature = "A. Weber"
        var first = request(status: .granted, revision: 2, authorised: OperationSet([.import]))
        first.remindAt = start.advanced(bySeconds: 60)
        first.escalateAt = start.advanced(bySeconds: 90)
        first.expireAt = start.advanced(bySeconds: 120)
        first.eraseAt = start.advanced(bySeconds: 180)
        var disclosedAccount = account(
            location: "https://idp.example.lu/scim/v2/Users/2819c223"
        )
        disclosedAccount.entitlements = [entitlement]
        func sent(_ template: String?, to recipient: PersonIdentifier?) -> PersonalFile.SentMessage
        {
            PersonalFile.SentMessage(
                routingKey: template == nil ? "provisioning.account" : "notification.email",
                template: template,
                recipient: recipient,
                messageIdentifier: "m-\(template ?? "order")",
                createdAt: start,
                settledAt: template == nil ? nil : start.advanced(bySeconds: 1)
            )
        }
        return Disclosure(
            request: request,
            person: known,
            requests: [first, right("access", status: .answered)],
            accounts: [disclosedAccount],
            file: PersonalFile(
                writings: [
                    .init(
                        request: request,
                        text: FreeText(kind: .answer, recordedAt: start, content: "Steel\nbeams")
                    )
                ],
                documents: [
                    .init(
                        request: request,
                        recordedAt: start,
                        document: Document(
                            kind: "permit",
                            reference: "P 1",
                            issuedOn: CivilDate(year: 2026, month: 2, day: 28),
                            country: "FR",
                            attests: [.departure]
                        )
                    )
                ],
                messages: [
                    sent("access.pending", to: anne), sent("access.awaiting-you", to: marc),
                    sent("access.awaiting-you", to: nil), sent(nil, to: nil),
                ],
                statements: [
                    .init(request: request, member: .init(name: "premises", value: "Mertert"))
                ],
                authorisations: [authorisation()],
                obligations: [obligation()],
                guarantees: [guarantee(reference: nil), guarantee(reference: "M-1")]
                    .compactMap(\.self)
            ),
            mentions: mentions,
            activities: [
                ProcessingActivity(
                    procedure: "access",
                    purpose: "deciding",
                    legalBasis: "GDPR 6(1)(e)",
                    openRequestsRestOnConsent: true,
                    recipients: ["the customs authority"],
                    retention: [
                        .rejected: .seconds(90 * 86_400), .withdrawn: .workingDays(20),
                        .expired: .seconds(90),
                    ]
                )
            ]
        )
    }()
}
