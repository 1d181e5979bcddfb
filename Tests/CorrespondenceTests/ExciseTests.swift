import Contract
import Domain
import Testing
import Workflow

@testable import Correspondence
@testable import Procedures

@Suite("Who is told of excise")
struct ExciseTests {
    private let office = "excise@example.lu"

    /// Routing keys; for mails the template and the address.
    private func summary(
        _ event: Event,
        among others: [Event] = [],
        register: SmallRegister,
        exciseMailbox: String? = nil,
        offices: [String: String] = [:]
    ) throws -> [String] {
        var settings = Sample.settings
        settings.officeMailboxes[.exciseOffice] = exciseMailbox
        settings.namedMailboxes[.exciseOffice] = offices
        return try Sample.correspondent(settings)
            .follow(event, among: others, register: register, cause: Sample.cause)
            .map { message in
                guard message.routingKey == "notification.email" else { return message.routingKey }
                let data = try SentData(message)
                return "\(try data.string("template")) \(data.email ?? "")"
            }
    }

    /// Anne reported a receipt; Marc is the legal representative.
    private func register(reporter status: AccountStatus?) -> SmallRegister {
        let register = Sample.register()
        register.requests = [Sample.exciseRequest(status: .answered, profile: "receipt")]
        if let status { register.accounts.append(Sample.account(status: status)) }
        return register
    }

    private var overdue: Event {
        var late = Sample.obligation()
        late.status = .overdue
        return .obligationChanged(late, previous: .open, .overdue, by: .timer("overdue"))
    }

    @Test("An office with a mailbox of its own is asked there; without one, at the authority's")
    func mailbox() throws {
        let submitted = Event.requestSubmitted(Sample.exciseRequest())
        for mailbox in [office, nil] {
            #expect(
                try summary(submitted, register: Sample.register(), exciseMailbox: mailbox) == [
                    "excise.pending anne.weber@example.lu",
                    "excise.awaiting-you \(mailbox ?? "servicedesk@example.lu")",
                    "status.request",
                ]
            )
        }
    }

    @Test(
        "E42: where there are two offices, the one that is named is written to, and mails name it"
    )
    func offices() throws {
        let offices = ["centre": "centre@example.lu", "north": "north@example.lu"]
        let submitted = Event.requestSubmitted(Sample.exciseRequest())
        let expected = [("north", "north@example.lu"), ("gone", office), (nil, office)]
        for (name, mailbox) in expected {
            let register = Sample.register()
            register.fields[Stated.kind] = "registered-consignee"
            register.fields[Stated.products] = "alcohol"
            register.fields[Stated.office] = name
            let sent = try summary(
                submitted,
                register: register,
                exciseMailbox: office,
                offices: offices
            )
            #expect(sent.contains("excise.awaiting-you \(mailbox)"), "\(sent)")
        }
        let register = Sample.register()
        register.requests = [Sample.exciseRequest(status: .granted)]
        register.authorisations = [Sample.authorisation()]
        register.fields[Stated.office] = "north"
        var settings = Sample.settings
        settings.namedMailboxes[.exciseOffice] = offices
        let mails = try Sample.correspondent(settings)
            .follow(overdue, register: register, cause: Sample.cause)
            .filter { $0.routingKey == "notification.email" }
        let texts = try mails.map { try SentData($0).string("text") }
        #expect(!texts.isEmpty && texts.allSatisfy { $0.contains("north@example.lu") })
    }

    @Test("Of a person's new name all mailboxes of an office are told that was sent the old one")
    func rectification() throws {
        let register = Sample.register()
        let previous = register.persons[0]
        var person = previous
        person.details?.givenName = "Anna"
        register.recipients = [Recipient(template: "excise.awaiting-you", person: nil)]
        #expect(
            try summary(
                .personChanged(person, previous: previous, .rectified),
                register: register,
                exciseMailbox: office,
                offices: ["north": "north@example.lu"]
            ) == ["person.rectified \(office)", "person.rectified north@example.lu"]
        )
    }

    @Test("Of a person's new name those offices are told who were sent the old one")
    func recipients() throws {
        let register = Sample.register()
        let previous = register.persons[0]
        var person = previous
        person.details?.givenName = "Anna"
        let event = Event.personChanged(person, previous: previous, .rectified)
        let cases: [([String], [String])] = [
            (["excise.awaiting-you", "excise.reminder"], [office]),
            (["access.reminder", "excise.awaiting-you"], ["servicedesk@example.lu", office]),
            (["access.awaiting-you"], ["servicedesk@example.lu"]),
            // Of whom they are about these say nothing.
            (["excise.overdue", "excise.revoked", "access.last-manager"], []),
        ]
        for (templates, told) in cases {
            register.recipients = templates.map { Recipient(template: $0, person: nil) }
            #expect(
                try summary(event, register: register, exciseMailbox: office)
                    == told.map { "person.rectified \($0)" }
            )
        }
        register.recipients = [Recipient(template: "excise.overdue", person: Sample.marc)]
        #expect(try summary(event, register: register) == [])
    }

    @Test("What is overdue is told to those who manage the operator, and to who reported it")
    func representatives() throws {
        let (marc, anne) = ("marc.muller@example.lu", "anne.weber@example.lu")
        let cases: [(AccountStatus?, [String])] = [
            (.active, [marc, anne]), (.revoked, [marc]), (.suspended, [marc]), (nil, [marc]),
        ]
        for (status, told) in cases {
            #expect(
                try summary(overdue, register: register(reporter: status))
                    == told.map { "excise.overdue \($0)" } + ["status.obligation"]
            )
        }
        // Nobody manages the operator any more: the office is told, and who reported it while
        // there.
        for (status, told) in [(AccountStatus.active, [anne, office]), (.revoked, [office])] {
            let alone = register(reporter: nil)
            alone.accounts = [Sample.account(status: status)]
            #expect(
                try summary(overdue, register: alone, exciseMailbox: office)
                    == told.map { "excise.overdue \($0)" } + ["status.obligation"]
            )
        }
        // Whoever reported it manages the operator, and is told once.
        let manager = register(reporter: nil)
        manager.accounts = [Sample.account(role: .manager)]
        #expect(
            try summary(overdue, register: manager)
                == ["excise.overdue \(anne)", "status.obligation"]
        )
    }

    @Test("A grant is told to who asked, and to the others who manage the operator")
    func granted() throws {
        let granted = Sample.exciseRequest(status: .granted, revision: 2)
        #expect(
            try summary(
                .requestChanged(granted, previous: .pending, by: .rule, remarks: nil),
                register: register(reporter: .active)
            ) == [
                "excise.granted anne.weber@example.lu", "excise.granted marc.muller@example.lu",
                "status.request",
            ]
        )
    }

    @Test("That an operator was revoked is told to those who managed it until then")
    func operatorRevoked() throws {
        let ended = Event.authorisationChanged(
            Sample.authorisation(),
            previous: .active,
            .operatorRevoked,
            by: .rule,
            remarks: nil
        )
        let manager = Sample.account(of: Sample.marc, role: .manager, number: 921)
        let cases: [(AccountStatus, [Account], [String])] = [
            // Anne, who asked, had left before; or her account falls as well.
            (.revoked, [manager], ["marc.muller@example.lu"]),
            (.active, [manager], ["marc.muller@example.lu", "anne.weber@example.lu"]),
            (.revoked, [], [office]),
        ]
        for (status, managers, told) in cases {
            let before = managers + [Sample.account(status: status)]
            let register = register(reporter: nil)
            register.accounts = before.map(Self.revoked)
            let fallen = before.filter(\.status.stands).map {
                Event.accountChanged(
                    Self.revoked($0),
                    previous: $0,
                    .operatorRevoked,
                    by: .rule,
                    remarks: nil
                )
            }
            #expect(
                try summary(ended, among: fallen, register: register, exciseMailbox: office)
                    == told.map { "excise.revoked \($0)" }
            )
        }
    }

    private static func revoked(_ account: Account) -> Account {
        var account = account
        account.revoke()
        return account
    }

    @Test("Whoever was erased is told nothing, and the others all the same")
    func erased() throws {
        let register = register(reporter: nil)
        register.persons.removeFirst()
        #expect(
            try summary(.obligationOpened(Sample.obligation()), register: register)
                == ["status.obligation"]
        )
        #expect(
            try summary(overdue, register: register)
                == ["excise.overdue marc.muller@example.lu", "status.obligation"]
        )
    }

    @Test("What was done has a status alone, and a reminder changes none")
    func statuses() throws {
        var met = Sample.obligation()
        met.status = .met
        let register = register(reporter: nil)
        #expect(
            try summary(
                .obligationChanged(met, previous: .open, .met, by: .applicant),
                register: register
            ) == ["status.obligation"]
        )
        #expect(
            try summary(
                .obligationChanged(
                    Sample.obligation(),
                    previous: .open,
                    .reminded,
                    by: .timer("remind-obligation")
                ),
                register: register
            ) == ["excise.due-reminder marc.muller@example.lu"]
        )
    }

    @Test("Days and names are written as each language writes them")
    func words() {
        let first = CivilDate(dayNumber: 20_939)  // 2027-05-01
        let days = Language.allCases.map { MailValue.day(first).words(in: $0) }
        #expect(days == ["1 May 2027", "1er mai 2027", "1. Mai 2027", "1. Mee 2027"])
        let second = MailValue.day(first.adding(days: 1)).words(in: .french)
        #expect(second == "2 mai 2027")
        for kind in Excise.Kind.allCases {
            let names = Language.allCases.map { kind.name(in: $0) }
            #expect(Set(names).count == Language.allCases.count)
        }
        for (amount, words) in [
            ("10000.00", ["EUR 10,000.00", "10 000,00 EUR", "10.000,00 EUR", "10.000,00 EUR"]),
            ("999.50", ["EUR 999.50", "999,50 EUR", "999,50 EUR", "999,50 EUR"]),
        ] {
            let written = Language.allCases.map { MailValue.euros(amount).words(in: $0) }
            #expect(written.map { $0.replacing("\u{A0}", with: " ") } == words)
        }
        let products = MailValue.products(Excise.Product.allCases)
        #expect(
            products.words(in: .english)
                == "alcoholic beverages, tobacco products, energy products"
        )
    }
}
