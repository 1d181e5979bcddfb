import Contract
import Domain

/// A mail to one addressee, still without words.
struct Mail {
    struct Addressee {
        /// Nil for a mailbox.
        let person: PersonIdentifier?
        /// Nil for a mailbox, which is not addressed by name.
        let name: String?
        let email: String
        /// The languages that the person asked for; nil when there was no wish.
        let languages: [Language]?

        func isSame(as other: Self) -> Bool {
            person == other.person && email.isExactly(other.email)
        }
    }

    let notice: Notice
    /// One of those whom the notice names.
    let to: Addressee
    let values: EscapedValues
}

/// Puts mails into words by copying what the library made ready.
struct Mailer: Sendable {
    private let library: TemplateLibrary
    /// The languages in the order in which blocks appear: the configured ones, then the others.
    private let order: [Language]
    private let configured: [Language]
    /// By the set of languages, one bit for each of `order`.
    private let layouts: [MailLayouts]
    /// By the template's name, then by the set of languages.
    private let subjects: [String: [Subject]]
    private let settings: CorrespondenceSettings
    /// What the values of a mail begin with, by the office that answers for it.
    private let commonValues: [ActorRole: EscapedValues]
    private let messageIdentifierHost: String

    /// A subject line in one set of languages.
    private struct Subject {
        let text: String
        let json: [UInt8]
        let html: [UInt8]
    }

    init(library: TemplateLibrary, settings: CorrespondenceSettings) {
        let others = Language.allCases.filter { !settings.languages.contains($0) }
        var order: [Language] = []
        for language in settings.languages + others where !order.contains(language) {
            order.append(language)
        }
        let combinations = (0..<(1 << order.count)).map { set in
            order.enumerated().filter { set & (1 << $0.offset) != 0 }.map(\.element)
        }
        self.library = library
        self.order = order
        self.configured = settings.languages.isEmpty ? order : settings.languages
        self.layouts = combinations.map { library.layouts(for: $0) }
        self.subjects = library.subjects.mapValues { subjects in
            combinations.map { languages in
                let line = languages.compactMap { subjects[$0] }.joined(separator: " / ")
                return Subject(
                    text: line,
                    json: MailText.json(line.utf8),
                    html: MailText.json(MailText.html(Array(line.utf8)))
                )
            }
        }
        self.settings = settings
        self.commonValues = Dictionary(
            uniqueKeysWithValues: ActorRole.allCases.map { ($0, EscapedValues(settings, $0)) }
        )
        self.messageIdentifierHost = Self.host(of: settings.source)
    }

    /// Whether it has words for the mail.
    func knows(_ template: MailTemplate) -> Bool { subjects[template.name] != nil }

    /// What the notice says, as far as its template names it.
    func escapedValues(of notice: Notice) -> EscapedValues {
        let office = notice.template.office
        var values =
            notice.office.map { EscapedValues(settings, office, $0) }
            ?? commonValues[office, default: EscapedValues(settings, office)]
        for variable in notice.template.variables {
            if let value = notice.values[variable] { values.set(variable, value) }
        }
        return values
    }

    /// Writes the members of a `notification.email`.
    ///
    /// - Parameters:
    ///   - identifier: the event's id, which the mail's Message-ID repeats.
    ///   - instant: when what it tells happened.
    func write(
        _ mail: Mail,
        identifier: String,
        at instant: Instant,
        to data: inout JSONWriter
    ) {
        let combination = combination(for: mail.to.languages)
        let layouts = layouts[combination]
        let subject = subjects[mail.notice.template.name]?[combination]
        let blocks = layouts.languages.map { block(of: mail, in: $0) }
        data.member("requestId", mail.notice.request?.uuid.text)
        data.member("template", mail.notice.template.name)
        data.array("to") { addressees in
            addressees.object { addressee in
                addressee.member("name", mail.to.name.map(Self.line))
                addressee.member("email", Self.line(mail.to.email))
            }
        }
        data.array("languages") { list in
            for language in layouts.languages { list.string(language.rawValue) }
        }
        data.member("subject", subject?.text)
        for isHTML in [false, true] {
            let subject = (isHTML ? subject?.html : subject?.json) ?? []
            data.key(isHTML ? "html" : "text")
            data.string(parts: { string in
                render(mail, blocks, layouts, subject, isHTML: isHTML, to: &string)
            })
        }
        data.object("headers") { headers in
            headers.member("Message-ID", "<\(identifier)@\(messageIdentifierHost)>")
            headers.member("Auto-Submitted", "auto-generated")
            headers.member(
                "Content-Language",
                layouts.languages.map(\.rawValue).joined(separator: ", ")
            )
        }
        data.optionalMember(
            "calendar",
            calendar(of: mail, in: layouts.languages, at: instant)
        )
    }

    /// What goes into the calendar of whoever is addressed; nil for nothing, and for a mailbox.
    private func calendar(of mail: Mail, in languages: [Language], at instant: Instant) -> String? {
        guard mail.to.person != nil, let entry = mail.notice.calendar,
            let language = languages.first
        else { return nil }
        let notice = mail.notice
        return ICalendar(
            entry: entry,
            host: messageIdentifierHost,
            organizer: settings.mailbox(of: notice.template.office, notice.office),
            language: language,
            at: instant
        ).text
    }

    /// The languages that a mail is written in, as a set of bits over `order`.
    private func combination(for wish: [Language]?) -> Int {
        let wish = wish.flatMap { $0.isEmpty ? nil : $0 } ?? configured
        var set = 0
        for (bit, language) in order.enumerated() where wish.contains(language) { set |= 1 << bit }
        return set
    }

    private func block(of mail: Mail, in language: Language) -> MailBlock? {
        var present: UInt8 = 0
        for (bit, variable) in mail.notice.template.optionalVariables.enumerated()
        where mail.values.has(variable) {
            present |= 1 << UInt8(bit)
        }
        return library.blocks[
            MailBlock.Key(
                template: mail.notice.template.name,
                language: language,
                variant: mail.notice.variant,
                present: present
            )
        ]
    }

    /// The content of one JSON string.
    private func render(
        _ mail: Mail,
        _ blocks: [MailBlock?],
        _ layouts: MailLayouts,
        _ subject: [UInt8],
        isHTML: Bool,
        to output: inout JSONWriter
    ) {
        for segment in (isHTML ? layouts.html : layouts.text).segments {
            switch segment {
            case .literal(let text): output.append(escaped: text)
            case .subject: output.append(escaped: subject)
            case .block(let index):
                append(
                    (isHTML ? blocks[index]?.html : blocks[index]?.text) ?? [],
                    of: mail.values,
                    isHTML: isHTML,
                    language: layouts.languages[index],
                    to: &output
                )
            }
        }
    }

    private func append(
        _ segments: [MailBlock.Segment],
        of values: EscapedValues,
        isHTML: Bool,
        language: Language,
        to output: inout JSONWriter
    ) {
        for segment in segments {
            switch segment {
            case .literal(let text): output.append(escaped: text)
            case .value(let variable):
                guard let value = values.escaped(variable, in: language) else { continue }
                output.append(escaped: isHTML ? value.html : value.text)
            }
        }
    }

    private static func line(_ text: String) -> String {
        String(decoding: MailText.sanitised(text, keepsLines: false), as: UTF8.self)
    }

    /// The right side of Message-IDs (RFC 5322 §3.6.4, `dot-atom-text`): the host of a source that
    /// has one, else its words, such as `urn.luccs.registrar`.
    static func host(of source: String) -> String {
        let words: Substring
        if let slashes = source.firstRange(of: "//") {
            words = source[slashes.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        } else {
            words = source[...]
        }
        let atoms = words.unicodeScalars.split { scalar in
            !(scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar == "-"
                    || ("0"..."9").contains(scalar)))
        }
        return atoms.isEmpty ? "registrar" : atoms.map { String($0) }.joined(separator: ".")
    }
}
