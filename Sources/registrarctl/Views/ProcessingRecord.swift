import Composition
import Contract
import Domain
import Procedures
import Settings

/// The record of processing activities that GDPR 30(1) asks for, as far as the program can know it:
/// from the procedures that it has and the configuration that it runs with.
struct ProcessingRecord {
    /// A kind of personal data, of whom, and where it stands.
    struct Category {
        let persons: String
        let data: String
        let place: String
    }

    /// What only the controller can say, and the key that says it.
    let parties: [(role: String, key: String, value: String?)]
    let activities: [ProcessingActivity]
    let measures: [String]

    init(_ configuration: Configuration) {
        let service = configuration.service
        parties = [
            ("controller", "service.controller", service.controller),
            (
                "data protection officer", "service.dataProtectionOfficer",
                service.dataProtectionOfficer
            ),
        ]
        activities = ProcedureCatalogue.activities(configuration.procedureSettings)
        measures = Self.measures(configuration)
    }

    private static let transfers =
        "none by this program: it sends to its message broker alone; what follows from there is "
        + "the recipients' to record"

    private static let categories = [
        Category(
            persons: "applicants, and the holders of accounts",
            data: "eAccess's identifier, means of authentication, family and given name, e-mail "
                + "address, languages",
            place: "the store's table of persons"
        ),
        Category(
            persons: "officials and managers who decide",
            data: "eAccess's identifier, the name under which they signed",
            place: "the store's table of persons"
        ),
        Category(
            persons: "applicants, and whoever else is named in them",
            data: "remarks, answers, and the references of documents",
            place: "the store's tables of texts and documents"
        ),
        Category(
            persons: "all of these",
            data: "what messages say, until they are sent or no longer waited for",
            place: "the store's outbox and deferred messages"
        ),
        Category(
            persons: "all of these",
            data: "requests, accounts and decisions, by random identifiers without names",
            place: "the store's other tables, and the journal, which is never erased"
        ),
    ]

    private static func measures(_ configuration: Configuration) -> [String] {
        let isEncrypted = configuration.broker.url.isTLS
        return [
            isEncrypted
                ? "the connection to the broker is encrypted (TLS)"
                : "the connection to the broker is NOT encrypted (broker.url)",
            isEncrypted && !configuration.broker.tls.verifyPeer
                ? "the broker's certificate is NOT checked (broker.tls.verifyPeer)" : nil,
            "the store is readable by the daemon's user alone; it is NOT encrypted by this program",
            "each sender may say what its roles allow (\(configuration.publishers.count) broker users "
                + "have any); decisions are checked against the register when they are applied",
            "journal and log hold identifiers only; the journal is chained by hashes, so that "
                + "alterations show",
            "what is erased is overwritten in the files, copies in unused space included; backups "
                + "are NOT reached",
            "closed requests are erased by the clock",
            configuration.http.listen.isLoopback
                ? "metrics and health are served to this machine only, without personal data"
                : "metrics and health are served unprotected on \(configuration.http.listen), without "
                    + "personal data",
        ].compactMap(\.self)
    }

    /// The retention of an activity in words, by status.
    static func retention(of activity: ProcessingActivity) -> [(status: String, text: String)] {
        RequestStatus.allCases.compactMap { status in
            activity.retention[status].map { (status.rawValue, text($0)) }
        }
    }

    private static func text(_ period: Period) -> String {
        switch period {
        case .workingDays(let count): "\(count) working days"
        case .months(let count): "\(count) months"
        case .seconds(let seconds) where seconds % 86_400 == 0: "\(seconds / 86_400) days"
        case .seconds(let seconds): "\(seconds) s"
        }
    }

    static let otherwiseKept = "until the person asks for the erasure"
}

// MARK: - As text and as JSON

extension ProcessingRecord {
    func text(on screen: Screen) -> String {
        var text = ""
        func section(_ title: String, _ body: String) {
            text += screen.paint(title, .faint) + "\n" + body + "\n"
        }
        func list(_ lines: [String]) -> String { lines.map { "  \($0)\n" }.joined() }
        section(
            "WHO IS RESPONSIBLE",
            list(parties.map { "\($0.role): \($0.value ?? "NOT SET, see \($0.key)")" })
        )
        for activity in activities {
            var fields = Fields()
            fields.add("purpose", activity.purpose)
            fields.add("legal basis", activity.legalBasis)
            for recipient in activity.recipients { fields.add("recipient", recipient) }
            for (status, period) in Self.retention(of: activity) {
                fields.add("kept, \(status)", period)
            }
            fields.add("kept, otherwise", Self.otherwiseKept)
            section(
                "PROCEDURE \(activity.procedure.uppercased())",
                fields.text(on: screen, indent: 2)
            )
        }
        section(
            "PERSONS AND DATA",
            list(Self.categories.map { "\($0.persons): \($0.data) (\($0.place))" })
        )
        section("TRANSFERS TO THIRD COUNTRIES", list([Self.transfers]))
        section("SECURITY", list(measures))
        return String(text.dropLast())
    }

    func write(to json: inout JSONWriter) {
        json.object("parties") { json in
            for party in parties { json.member(party.key, party.value) }
        }
        json.objects("activities", activities) { activity, json in
            json.member("procedure", activity.procedure)
            json.member("purpose", activity.purpose)
            json.member("legalBasis", activity.legalBasis)
            json.member("recipients", activity.recipients)
            json.object("retention") { json in
                for (status, period) in Self.retention(of: activity) { json.member(status, period) }
                json.member("otherwise", Self.otherwiseKept)
            }
        }
        json.objects("categories", Self.categories) { category, json in
            json.member("persons", category.persons)
            json.member("data", category.data)
            json.member("place", category.place)
        }
        json.member("transfers", Self.transfers)
        json.member("measures", measures)
    }
}
