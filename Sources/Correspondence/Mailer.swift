import Contract
import Domain

/// A mail to one addressee, still without words.
struct Mail {
    struct Addressee {
        /// Nil for a mailbox, which is not addressed by name.
        let name: String?
        let email: String
        /// The languages that the person asked for; nil when there was no wish.
        let languages: [Language]?
    }

    let template: MailTemplate
    let variant: MailVariant
    let to: Addressee
    var values: MailValues
}

/// Puts mails into words by copying what the library made ready.
struct Mailer: Sendable {
    private let library: TemplateLibrary
    /// The languages in the order in which blocks appear: the configured ones, then the others.
    private let order: [Language]
    private let configured: [Language]
    /// By the set of languages, one bit for each of `order`.
    private let layouts: [MailLayouts]
    private let subjects: [MailTemplate: [Subject]]
    private let operationNames: [Language: [CustomsOperation: MailValues.Escaped]]
    /// What each mail's values begin with.
    let commonValues: MailValues
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
        self.operationNames = Self.escapedOperationNames()
        self.commonValues = MailValues(
            portalURL: settings.portalURL,
            mailbox: settings.authorityMailbox
        )
        self.messageIdentifierHost = Self.host(of: settings.source)
    }

    /// Writes the members of a `notification.email`.
    ///
    /// - Parameter identifier: the event's id, which the mail's Message-ID repeats.
    func write(
        _ mail: Mail,
        identifier: String,
        request: RequestIdentifier?,
        to data: inout JSONWriter
    ) {
        let combination = combination(for: mail.to.languages)
        let layouts = layouts[combination]
        let subject = subjects[mail.template]?[combination]
        let blocks = layouts.languages.map { block(of: mail, in: $0) }
        data.member("requestId", request?.uuid.text)
        data.member("template", mail.template.rawValue)
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
        data.key("text")
        data.raw(
            Self.render(layouts.text, subject: subject?.json ?? []) { index, output in
                append(
                    blocks[index]?.text ?? [],
                    of: mail.values,
                    isHTML: false,
                    language: layouts.languages[index],
                    to: &output
                )
            }
        )
        data.key("html")
        data.raw(
            Self.render(layouts.html, subject: subject?.html ?? []) { index, output in
                append(
                    blocks[index]?.html ?? [],
                    of: mail.values,
                    isHTML: true,
                    language: layouts.languages[index],
                    to: &output
                )
            }
        )
        data.object("headers") { headers in
            headers.member("Message-ID", "<\(identifier)@\(messageIdentifierHost)>")
            headers.member("Auto-Submitted", "auto-generated")
            headers.member(
                "Content-Language",
                layouts.languages.map(\.rawValue).joined(separator: ", ")
            )
        }
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
        for (bit, variable) in mail.template.optionalVariables.enumerated()
        where mail.values.has(variable) {
            present |= 1 << UInt8(bit)
        }
        return library.blocks[
            MailBlock.Key(
                template: mail.template,
                language: language,
                variant: mail.variant,
                present: present
            )
        ]
    }

    /// One JSON string, with its quotes.
    private static func render(
        _ layout: MailLayout,
        subject: [UInt8],
        block: (Int, inout [UInt8]) -> Void
    ) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(6144)
        output.append(UInt8(ascii: "\""))
        for segment in layout.segments {
            switch segment {
            case .literal(let bytes): output.append(contentsOf: bytes)
            case .subject: output.append(contentsOf: subject)
            case .block(let index): block(index, &output)
            }
        }
        output.append(UInt8(ascii: "\""))
        return output
    }

    private func append(
        _ segments: [MailBlock.Segment],
        of values: MailValues,
        isHTML: Bool,
        language: Language,
        to output: inout [UInt8]
    ) {
        for segment in segments {
            switch segment {
            case .literal(let bytes): output.append(contentsOf: bytes)
            case .value(.operations):
                var isFirst = true
                for operation in values.operations.list {
                    if !isFirst { output.append(contentsOf: ", ".utf8) }
                    isFirst = false
                    guard let name = operationNames[language]?[operation] else { continue }
                    output.append(contentsOf: isHTML ? name.html : name.text)
                }
            case .value(let variable):
                if let value = values[variable] {
                    output.append(contentsOf: isHTML ? value.html : value.text)
                }
            }
        }
    }

    private static func line(_ text: String) -> String {
        String(decoding: MailText.sanitised(text, keepsLines: false), as: UTF8.self)
    }

    private static func escapedOperationNames()
        -> [Language: [CustomsOperation: MailValues.Escaped]]
    {
        var names: [Language: [CustomsOperation: MailValues.Escaped]] = [:]
        for language in Language.allCases {
            for operation in CustomsOperation.allCases {
                names[language, default: [:]][operation] = MailValues.Escaped(
                    OperationNames.name(operation, in: language)
                )
            }
        }
        return names
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
