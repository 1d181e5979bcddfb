import Contract
import Domain
import Foundation
import Procedures
import Synchronization
import Testing

@testable import Correspondence

/// Counts, so that what is sent is the same in every run.
final class CountedIdentifiers: IdentifierSource {
    private let count = Mutex(0)

    func next() -> UniversalIdentifier {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return uuid(number)
    }
}

/// `00000000-0000-4000-8000-…` with the number at its end.
func uuid(_ number: Int) -> UniversalIdentifier {
    let digits = String(number)
    let zeros = String(repeating: "0", count: 12 - digits.count)
    return UniversalIdentifier(canonical: "00000000-0000-4000-8000-\(zeros)\(digits)")
}

/// A register of a few people and accounts.
final class SmallRegister: RegisterOverlay {
    let base: any RegisterView = EmptyRegister()
    var records = OverlaidRecords()
    var recipients: [Recipient] = []
    /// Of any request.
    var fields = RequestFields()

    var persons: [Person] {
        get { records.persons.all }
        set { records.persons = RecordLayer(newValue) }
    }
    var accounts: [Account] {
        get { records.accounts.all }
        set { records.accounts = RecordLayer(newValue) }
    }
    var requests: [Request] {
        get { records.requests.all }
        set { records.requests = RecordLayer(newValue) }
    }
    var authorisations: [Authorisation] {
        get { records.authorisations.all }
        set { records.authorisations = RecordLayer(newValue) }
    }

    init(persons: [Person], accounts: [Account], recipients: [Recipient]) {
        self.recipients = recipients
        self.persons = persons
        self.accounts = accounts
    }

    func fields(of _: RequestIdentifier) -> RequestFields { fields }
    func recipients(ofDataAbout _: PersonIdentifier) -> [Recipient] { recipients }
}

/// The people, the company and the request that the tests are about.
enum Sample {
    static let anne = PersonIdentifier(uuid(901))
    static let marc = PersonIdentifier(uuid(902))
    static let official = PersonIdentifier(uuid(903))
    static let request = RequestIdentifier(uuid(910))
    static let account = AccountIdentifier(uuid(920))
    static let former = AccountIdentifier(uuid(930))
    static let eori = EORI(canonical: "LU12345678")
    static let start = Instant(seconds: 1_795_238_049)
    static let cause = Cause(
        identifier: "portal-42",
        traceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        at: start
    )
    static let allLanguages: [[Language]] =
        Language.allCases.map { [$0] } + [[.english, .french]]

    static let settings = CorrespondenceSettings(
        source: "urn:luccs:registrar",
        portalURL: "https://example.lu/luccs?a=1&b=2",
        languages: [.english, .french],
        authorityMailbox: "servicedesk@example.lu",
        contact: CorrespondenceSettings.Contact(
            phone: "(+352) 28 18 - 28 18",
            mailbox: "decisions@example.lu"
        ),
        supervisoryAuthority: "Data Protection & Freedom, 1 <Main> Road",
        recordNames: ProcedureCatalogue.recordNames
    )

    static func person(
        _ identifier: PersonIdentifier,
        _ givenName: String,
        _ familyName: String,
        email: String,
        languages: [Language]? = nil
    ) -> Person {
        let subject = "eaccess:\(givenName.lowercased())"
        return Person(
            identifier: identifier,
            subject: subject,
            details: Applicant(
                subject: subject,
                authentication: .luxTrust,
                familyName: familyName,
                givenName: givenName,
                email: email,
                languages: languages
            )
        )
    }

    /// Anne Weber, who asks, and Marc Muller, who is the company's legal representative.
    static func register(languages: [Language]? = nil) -> SmallRegister {
        SmallRegister(
            persons: [
                person(
                    anne,
                    "Anne",
                    "Weber",
                    email: "anne.weber@example.lu",
                    languages: languages
                ),
                person(
                    marc,
                    "Marc",
                    "Muller",
                    email: "marc.muller@example.lu",
                    languages: languages
                ),
            ],
            accounts: [account(of: marc, role: .legalRepresentative, number: 921)],
            recipients: [
                Recipient(template: "access.awaiting-you", person: marc),
                Recipient(template: "access.awaiting-you", person: nil),
                Recipient(template: "access.reminder", person: marc),
            ]
        )
    }

    /// A request by which Anne exercised a right.
    static func right(
        _ profile: String,
        status: RequestStatus = .granted,
        number: Int = 910
    ) -> Request {
        Request(
            identifier: RequestIdentifier(uuid(number)),
            procedure: "person",
            profile: profile,
            person: anne,
            eori: nil,
            requested: .none,
            status: status,
            submittedAt: start
        )
    }

    static func account(
        of person: PersonIdentifier = anne,
        role: AccountRole = .employee,
        operations: OperationSet = OperationSet([.import, .transit]),
        status: AccountStatus = .active,
        number: Int = 920,
        location: String? = nil
    ) -> Account {
        Account(
            identifier: AccountIdentifier(uuid(number)),
            person: person,
            eori: eori,
            request: request,
            role: role,
            operations: operations,
            status: status,
            location: location
        )
    }

    static func request(
        profile: String = "company",
        status: RequestStatus = .pending,
        revision: Int = 1,
        requested: OperationSet = OperationSet([.import, .transit]),
        authorised: OperationSet = .none,
        reason: RequestReason? = nil,
        procedure: String = "access",
        number: Int = 910
    ) -> Request {
        Request(
            identifier: RequestIdentifier(uuid(number)),
            procedure: procedure,
            profile: profile,
            person: anne,
            eori: eori,
            requested: requested,
            authorised: authorised,
            status: status,
            revision: revision,
            reason: reason,
            submittedAt: start
        )
    }

    static func correspondent(_ settings: CorrespondenceSettings = settings) throws
        -> Correspondent
    {
        Correspondent(
            templates: try shippedTemplates.get(),
            settings: settings,
            identifiers: CountedIdentifiers()
        )
    }

    static let templateFolder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Config/templates")

    private static let shippedTemplates = Result {
        try TemplateLibrary(folder: templateFolder.path(), mails: ProcedureCatalogue.mails)
    }
}

/// The `data` of a message, read by a parser that Registrar does not use.
struct SentData {
    let event: [String: Any]
    let data: [String: Any]

    init(_ message: OutboundMessage) throws {
        let object = try JSONSerialization.jsonObject(with: Data(message.body))
        event = try #require(object as? [String: Any])
        data = try #require(event["data"] as? [String: Any])
    }

    func string(_ name: String) throws -> String { try #require(data[name] as? String) }
    /// Nil for what is not there.
    func optionalString(_ name: String) -> String? { data[name] as? String }
    /// Of an order to the provisioner.
    var operation: [String: Any] {
        get throws { try #require(data["operation"] as? [String: Any]) }
    }
    var text: String { get throws { try string("text") } }
    var html: String { get throws { try string("html") } }
    var languages: [String] { get throws { try #require(data["languages"] as? [String]) } }
    var email: String? { (data["to"] as? [[String: Any]])?.first?["email"] as? String }
}
