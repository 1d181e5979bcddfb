import Contract
import Domain
import Procedures
import Storage

/// All that the store knows of a request.
struct Dossier {
    let request: Request
    let applicant: Person?
    /// Those that its grant opened.
    let accounts: [Account]
    let texts: [FreeText]
    let documents: [Document]
    /// What it says of its own, such as premises and a guarantee, by its names for them.
    let fields: RequestFields
    /// What its procedure derives from all of this, as in `status.request`: papers that are
    /// missing, the step that it is at, what it costs.
    let told: StatusFields
    let timeline: [TimelineEntry]
    /// Who decided last, while it is known who they are, and as what.
    let decider: (person: Person?, role: String)?

    /// Nil when there is no such request.
    init?(of identifier: RequestIdentifier, in store: SQLiteRegisterReader) throws {
        guard let request = try store.request(identifier) else { return nil }
        self.request = request
        applicant = try store.person(request.person)
        accounts = try store.accounts(of: request.eori, person: request.person, limit: Int.max)
            .filter { $0.request == identifier }
        texts = try store.freeTexts(of: identifier)
        documents = try store.documents(of: identifier)
        fields = try store.fields(of: identifier)
        told = try store.withSnapshot {
            try ProcedureCatalogue.statusFields(of: request, in: $0) ?? []
        }
        let timeline = try store.timeline(of: identifier)
        self.timeline = timeline
        let decision = timeline.lazy.map { JournalMembers($0.entry.event) }
            .last { $0["decidedBy"] != nil }
        decider = try decision.map { decision in
            let person = decision["decidedBy"].flatMap(UniversalIdentifier.init)
            return (
                try person.flatMap { try store.person(PersonIdentifier($0)) }, decision["by"] ?? ""
            )
        }
    }

    func write(to json: inout JSONWriter) {
        json.object("request") { json in
            RequestJSON.write(request, to: &json)
            for (name, value) in told { json.member(name, value) }
        }
        if let applicant { Self.write(applicant, as: "applicant", to: &json) }
        if let decider {
            json.member("decidedAs", decider.role)
            if let person = decider.person { Self.write(person, as: "decider", to: &json) }
        }
        json.objects("accounts", accounts) { RequestJSON.write($0, holder: applicant, to: &$1) }
        json.objects("texts", texts) { text, json in
            json.member("kind", text.kind.rawValue)
            json.member("recordedAt", text.recordedAt.description)
            json.member("content", text.content)
        }
        json.objects("documents", documents) { document, json in
            json.member("kind", document.kind)
            json.member("reference", document.reference)
            json.member("issuedOn", document.issuedOn?.description)
            json.member("validUntil", document.validUntil?.description)
            json.member("country", document.country)
            json.member("attests", document.attests.map(\.rawValue))
        }
        if !fields.isEmpty {
            json.object("stated") { json in
                for member in fields.members { json.member(member.name, member.value) }
            }
        }
        TimelineView.write(timeline, to: &json)
    }

    private static func write(
        _ person: Person,
        as role: String,
        to json: inout JSONWriter
    ) {
        json.object(role) { json in
            json.member("subject", person.subject)
            guard let details = person.details else { return }
            json.member("authentication", details.authentication.rawValue)
            json.member("familyName", details.familyName)
            json.member("givenName", details.givenName)
            json.member("email", details.email)
            json.member("languages", (details.languages ?? []).map(\.rawValue))
        }
    }
}

/// A dossier for people.
struct DossierView {
    let dossier: Dossier
    let screen: Screen

    var text: String {
        var text = head
        text += section("Stated", stated)
        text += section("Applicant", applicant)
        text += section("Accounts", accounts)
        text += section("Remarks and answers", texts)
        text += section("Documents", documents)
        for (name, value) in dossier.told {
            guard case .array(let items) = value else { continue }
            text += section(Self.words(of: name), table(of: items))
        }
        text += section(
            "Timeline",
            TimelineView.table(dossier.timeline).text(on: screen, indent: 2)
        )
        return text
    }

    private func section(_ title: String, _ content: String) -> String {
        content.isEmpty ? "" : "\n\(screen.paint(title, .bold))\n\(content)"
    }

    private var head: String {
        let request = dossier.request
        var fields = Fields()
        fields.add("Profile", "\(request.procedure)/\(request.profile)")
        fields.add("EORI", request.eori?.number)
        fields.add("Status", Cell(request.status.rawValue, request.status.style))
        fields.add("Decided by", decider)
        fields.add("Reason", request.reason.map { "\($0.rawValue): \($0.title)" })
        for case (let name, .string(let value)) in dossier.told {
            fields.add(Self.words(of: name), value)
        }
        fields.add("Revision", "\(request.revision)")
        fields.add("Requested", request.requested.isEmpty ? nil : request.requested.text)
        fields.add("Authorised", request.authorised.isEmpty ? nil : request.authorised.text)
        fields.add("Submitted", LocalTime.text(request.submittedAt))
        fields.add("Changed", LocalTime.text(request.changedAt))
        if request.status.isOpen {
            fields.add("Reminder", request.remindAt.map(LocalTime.text))
            fields.add("Escalation", request.escalateAt.map(LocalTime.text))
            fields.add("Expires", request.expireAt.map(LocalTime.text))
        }
        return fields.text(on: screen, under: "Request \(request.identifier)")
    }

    private var decider: String? {
        guard let (person, role) = dossier.decider else { return nil }
        let name = person.map { $0.details?.displayName ?? $0.subject }
        return "\(name ?? "somebody who is forgotten") (\(role))"
    }

    private var stated: String {
        var fields = Fields()
        for member in dossier.fields.members { fields.add(member.name, member.value) }
        return fields.text(on: screen, indent: 2)
    }

    private var applicant: String {
        guard let person = dossier.applicant else { return "" }
        var fields = Fields()
        if let details = person.details {
            fields.add("Name", details.displayName)
            fields.add("E-mail", details.email)
            fields.add("Languages", details.languages?.map(\.rawValue).joined(separator: ", "))
            fields.add("Proved by", details.authentication.rawValue)
        }
        fields.add("Subject", person.subject)
        return fields.text(on: screen, indent: 2)
    }

    private var accounts: String {
        guard !dossier.accounts.isEmpty else { return "" }
        let columns: [Table.Column] = [
            .text("ACCOUNT"), .text("ROLE"), .text("STATUS"), .flexible("OPERATIONS"),
            .flexible("LOCATION"),
        ]
        let rows = dossier.accounts.map { account in
            [
                Cell(account.identifier.description), Cell(account.role.rawValue),
                Cell(account.status.rawValue, account.status.style), Cell(account.operations.text),
                Cell(account.location ?? ""),
            ]
        }
        return Table(columns, rows).text(on: screen, indent: 2)
    }

    /// Whole, for they are to be read; their lines behind a margin.
    private var texts: String {
        dossier.texts.map { entry in
            let heading = "\(LocalTime.text(entry.recordedAt))  \(entry.kind.rawValue)"
            let lines = SafeText.lines(entry.content)
                .split(separator: "\n", omittingEmptySubsequences: false)
            return "  \(screen.paint(heading, .faint))\n"
                + lines.map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
        }
        .joined()
    }

    private var documents: String {
        guard !dossier.documents.isEmpty else { return "" }
        let columns: [Table.Column] = [
            .text("KIND"), .flexible("REFERENCE"), .text("ISSUED"), .text("VALID UNTIL"),
        ]
        let rows = dossier.documents.map { document in
            [
                Cell(document.kind), Cell(document.reference),
                Cell(document.issuedOn?.description ?? ""),
                Cell(document.validUntil?.description ?? ""),
            ]
        }
        return Table(columns, rows).text(on: screen, indent: 2)
    }

    /// A table of what a list of a status has, under its own names.
    private func table(of items: [JSONValue]) -> String {
        let objects = items.compactMap { if case .object(let object) = $0 { object } else { nil } }
        guard !objects.isEmpty else { return "" }
        var names: [String] = []
        for name in objects.flatMap(\.members).map(\.name) where !names.contains(name) {
            names.append(name)
        }
        return Table(
            names.map { .flexible($0.uppercased()) },
            objects.map { object in names.map { Cell(object[$0].map(Self.text) ?? "") } }
        )
        .text(on: screen, indent: 2)
    }

    /// Papers that are asked for one instead of the other stand in a list of such lists.
    private static func text(of value: JSONValue) -> String {
        switch value {
        case .string(let text): return text
        case .array(let parts):
            let isChoice = parts.contains { if case .array = $0 { true } else { false } }
            return parts.map(text).joined(separator: isChoice ? " or " : " + ")
        default: return ""
        }
    }

    /// "validFrom" is "Valid from".
    private static func words(of name: String) -> String {
        let words = name.reduce(into: "") { words, character in
            words += character.isUppercase ? " \(character.lowercased())" : "\(character)"
        }
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
