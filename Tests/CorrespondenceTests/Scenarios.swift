import Contract
import Domain
import Testing
import Workflow

@testable import Correspondence

/// An event that leads to a mail: one for each case of each template.
struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    /// Its name.
    let template: String
    let event: Event
    /// Whether the company has somebody who decides.
    let hasManager: Bool
    /// Whether the applicant's data are stored only.
    var isRestricted = false
    /// What the applicant's accounts are.
    var accounts: [AccountStatus] = []
    /// What the request states.
    var fields = RequestFields()
    /// What was said of a system last.
    var outage: Outage?
    var dossier = DossierSample()

    var testDescription: String { name }

    init(
        _ name: String,
        _ template: String,
        _ event: Event,
        hasManager: Bool = true
    ) {
        self.name = name
        self.template = template
        self.event = event
        self.hasManager = hasManager
    }

    static let all: [Scenario] =
        submissions + decisions + accounts + rights + exciseScenarios + adHocEORIScenarios
        + vehicleScenarios + reliefScenarios + travellerScenarios + [
            Scenario("last manager", "access.last-manager", .lastManagerLost(Sample.eori)),
            Scenario(
                "reminder",
                "access.reminder",
                .requestReminded(
                    expiring(Sample.request(profile: "employee", requested: .none))
                )
            ),
            Scenario(
                "reminder, authority",
                "access.reminder",
                .requestReminded(expiring(Sample.request()))
            ),
            Scenario(
                "reminder, without an expiry",
                "access.reminder",
                .requestReminded(Sample.request(profile: "natural-person"))
            ),
            Scenario(
                "escalation",
                "access.escalation",
                .requestEscalated(
                    expiring(Sample.request(profile: "employee", requested: .none))
                )
            ),
            Scenario(
                "escalation, no manager",
                "access.escalation",
                .requestEscalated(
                    expiring(Sample.request(profile: "employee", requested: .none))
                ),
                hasManager: false
            ),
            Scenario(
                "escalation, authority",
                "access.escalation",
                .requestEscalated(Sample.request())
            ),
        ]

    private static let submissions = [
        Scenario("pending", "access.pending", .requestSubmitted(Sample.request())),
        Scenario("company", "access.awaiting-you", .requestSubmitted(Sample.request())),
        Scenario(
            "employee",
            "access.awaiting-you",
            .requestSubmitted(Sample.request(profile: "employee", requested: .none))
        ),
        Scenario(
            "natural person",
            "access.awaiting-you",
            .requestSubmitted(Sample.request(profile: "natural-person"))
        ),
        Scenario(
            "operations",
            "access.awaiting-you",
            .requestSubmitted(Sample.request(profile: "operations"))
        ),
        Scenario(
            "answer",
            "access.awaiting-you",
            changed(
                Sample.request(profile: "employee", revision: 3, requested: .none),
                from: .awaitingInformation,
                by: .applicant
            )
        ),
        rejectedByRule("operator exists", .operatorExists),
        rejectedByRule("operator unknown", .operatorUnknown),
        rejectedByRule("operator kind", .operatorKind),
        rejectedByRule("other rule", .requestExists),
    ]

    private static let decisions =
        [
            Scenario(
                "granted",
                "access.granted",
                changed(
                    Sample.request(
                        status: .granted,
                        revision: 2,
                        authorised: OperationSet([.import])
                    ),
                    by: authority
                )
            ),
            Scenario(
                "granted, all, with remarks",
                "access.granted",
                changed(
                    Sample.request(status: .granted, revision: 2, authorised: .all),
                    by: authority,
                    remarks: "Valid for sea and air.\nPlease keep the guarantee."
                )
            ),
            Scenario(
                "rejected by the authority",
                "access.rejected",
                changed(
                    Sample.request(status: .rejected, revision: 2),
                    by: authority,
                    remarks: "The EORI number has been invalidated."
                )
            ),
            Scenario(
                "rejected by a manager",
                "access.rejected",
                changed(
                    Sample.request(profile: "employee", status: .rejected, revision: 2),
                    by: manager,
                    remarks: "Not one of our employees."
                )
            ),
            Scenario(
                "information requested",
                "access.information-requested",
                changed(
                    Sample.request(status: .awaitingInformation, revision: 2),
                    by: authority,
                    remarks: "Please name the goods."
                )
            ),
            Scenario(
                "withdrawn",
                "access.withdrawn",
                changed(Sample.request(status: .withdrawn, revision: 2), by: .applicant)
            ),
        ]
        + RequestBasis.allCases.map { basis in
            Scenario(
                "withdrawn, since the \(basis.rawValue) has ended",
                "access.withdrawn",
                changed(
                    Sample.request(status: .withdrawn, revision: 2, reason: .ended(basis)),
                    by: .rule
                )
            )
        } + [
            Scenario(
                "expired",
                "access.expired",
                changed(Sample.request(status: .expired, revision: 2), by: .timer("expire"))
            ),
            Scenario(
                "expired, authority",
                "access.expired-approver",
                changed(Sample.request(status: .expired, revision: 2), by: .timer("expire"))
            ),
            Scenario(
                "expired, manager",
                "access.expired-approver",
                changed(
                    Sample.request(profile: "employee", status: .expired, revision: 2),
                    by: .timer("expire")
                )
            ),
        ]

    private static let accounts = [
        account("revoked", "access.revoked", .revoked, remarks: "The contract has ended.") {
            $0.status = .revoked
        },
        account("operator revoked", "access.revoked", .operatorRevoked) { $0.status = .revoked },
        account("operations", "access.changed", .operationsChanged, remarks: "As requested.") {
            $0.operations = OperationSet([.import])
        },
        account("operator narrowed to nothing", "access.changed", .operatorChanged) {
            $0.operations = .none
        },
        account("widened", "access.changed", .operationsChanged) { $0.operations = .all },
        account("narrowed by a manager", "access.changed", .operationsChanged, by: manager) {
            $0.operations = OperationSet([.transit])
        },
        account("revoked by a manager", "access.revoked", .revoked, remarks: "Gone.", by: manager) {
            $0.status = .revoked
        },
        account(
            "dismissed by the legal representative",
            "access.changed",
            .roleChanged,
            previousRole: .manager,
            by: manager
        ) { $0.role = .employee },
        account("appointed", "access.changed", .roleChanged) { $0.role = .manager },
        account("representative", "access.changed", .roleChanged) {
            $0.role = .legalRepresentative
        },
        account(
            "representative, now a manager",
            "access.changed",
            .roleChanged,
            previousRole: .legalRepresentative
        ) { $0.role = .manager },
        account(
            "representative, now an employee",
            "access.changed",
            .roleChanged,
            previousRole: .legalRepresentative
        ) { $0.role = .employee },
        account("dismissed", "access.changed", .roleChanged, previousRole: .manager) {
            $0.role = .employee
        },
    ]

    private static let rights =
        [
            right("rectified", "person.rectified", "rectification"),
            personChanged("rectified, told", "person.rectified", .rectified) {
                $0.details?.familyName = "Wagner"
            },
            right("erased", "person.erased", "erasure"),
            right(
                "erased in part",
                "person.erased",
                "erasure",
                kept: [.decisions, .operatorRegistration]
            ),
            Scenario(
                "erased, told",
                "person.erased",
                .erasureTold(Sample.register().persons[0], to: Sample.register().recipients)
            ),
            right("restricted", "person.restricted", "restriction", isRestricted: true),
            right("lifted", "person.restricted", "restriction"),
            right(
                "lifted, with accounts",
                "person.restricted",
                "restriction",
                accounts: [.active, .suspended, .failed, .provisioning, .revoked]
            ),
            personChanged("restricted, told", "person.restricted", .restricted) {
                $0.isRestricted = true
            },
            personChanged("lifted, told", "person.restricted", .restrictionLifted) {
                $0.isRestricted = false
            },
            right("consent withdrawn", "person.consent-withdrawn", "consent-withdrawal"),
        ] + objections

    private static func right(
        _ name: String,
        _ template: String,
        _ profile: String,
        kept: [KeptRecord] = [],
        isRestricted: Bool = false,
        accounts: [AccountStatus] = []
    ) -> Scenario {
        var request = Sample.right(profile)
        request.kept = kept
        var scenario = Scenario(name, template, .requestSubmitted(request))
        scenario.isRestricted = isRestricted
        scenario.accounts = accounts
        return scenario
    }

    private static func personChanged(
        _ name: String,
        _ template: String,
        _ change: PersonChange,
        _ modify: (inout Person) -> Void
    ) -> Scenario {
        let previous = Sample.person(Sample.anne, "Anne", "Weber", email: "anne.weber@example.lu")
        var person = previous
        modify(&person)
        return Scenario(name, template, .personChanged(person, previous: previous, change))
    }

    static let authority = Originator.decisionMaker(Sample.official, .customsAuthority)
    private static let manager = Originator.decisionMaker(Sample.marc, .manager)

    /// With a day on which it expires.
    static func expiring(_ request: Request) -> Request {
        var request = request
        request.expireAt = Sample.start.advanced(bySeconds: 30 * 86_400)
        return request
    }

    static func changed(
        _ request: Request,
        from previous: RequestStatus = .pending,
        by originator: Originator,
        remarks: String? = nil
    ) -> Event {
        .requestChanged(request, previous: previous, by: originator, remarks: remarks)
    }

    private static func rejectedByRule(_ name: String, _ reason: ProblemCode) -> Scenario {
        Scenario(
            name,
            "access.rejected",
            .requestSubmitted(Sample.request(status: .rejected, reason: .rule(reason)))
        )
    }

    private static func account(
        _ name: String,
        _ template: String,
        _ change: AccountChange,
        remarks: String? = nil,
        previousRole: AccountRole = .employee,
        by originator: Originator = authority,
        _ modify: (inout Account) -> Void
    ) -> Scenario {
        let previous = Sample.account(role: previousRole)
        var account = previous
        modify(&account)
        return Scenario(
            name,
            template,
            .accountChanged(
                account,
                previous: previous,
                change,
                by: originator,
                remarks: remarks
            )
        )
    }

    /// The mail of the scenario's template, to people who asked for these languages.
    func mail(in languages: [Language]) throws -> SentData? {
        let settings = CorrespondenceSettings(
            source: Sample.settings.source,
            portalURL: Sample.settings.portalURL,
            languages: languages,
            authorityMailbox: Sample.settings.authorityMailbox,
            contact: Sample.settings.contact,
            supervisoryAuthority: Sample.settings.supervisoryAuthority,
            recordNames: Sample.settings.recordNames
        )
        let correspondent = try Sample.correspondent(settings)
        let register = Sample.register(languages: languages)
        register.persons[0].isRestricted = isRestricted
        register.fields = fields
        register.accounts += accounts.enumerated().map { index, status in
            Sample.account(status: status, number: 940 + index)
        }
        if !hasManager { register.accounts = [] }
        dossier.add(to: register)
        if template.hasPrefix("excise.") { Sample.addExcise(to: register, for: self) }
        let messages = try correspondent.follow(
            event,
            among: dossier.others + [event],
            register: register,
            cause: Cause(
                identifier: Sample.cause.identifier,
                traceParent: Sample.cause.traceParent,
                at: Sample.cause.at,
                request: Sample.request
            )
        )
        let mails = try messages.filter { $0.routingKey == "notification.email" }
            .map { try SentData($0) }
            .filter { try $0.string("template") == template }
        return dossier.isToOffice ? mails.last : mails.first
    }
}
