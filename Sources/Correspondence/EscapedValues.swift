import Domain

/// The values of one mail, each escaped once for every place where it may land.
struct EscapedValues: Sendable {
    /// The content of a JSON string: as text, and as HTML.
    struct Escaped: Sendable {
        let text: [UInt8]
        let html: [UInt8]

        init(text: [UInt8], html: [UInt8]) {
            self.text = text
            self.html = html
        }

        init(_ value: String, keepsLines: Bool = false) {
            let clean = MailText.sanitised(value, keepsLines: keepsLines)
            let html = keepsLines ? MailText.htmlWithLines(clean) : MailText.html(clean)
            self.init(text: MailText.json(clean), html: MailText.json(html))
        }

        /// A value that is a link in HTML.
        init(_ value: String, linkedTo address: String) {
            let shown = MailText.sanitised(value, keepsLines: false)
            let target = MailText.sanitised(address, keepsLines: false)
            let html =
                Array("<a href=\"".utf8) + MailText.html(target) + Array("\">".utf8)
                + MailText.html(shown) + Array("</a>".utf8)
            self.init(text: MailText.json(shown), html: MailText.json(html))
        }
    }

    private enum Value: Sendable {
        case same(Escaped)
        /// Each block has its own words for it.
        case localised(MailValue)
    }

    private var values: [MailVariable: Value] = [:]

    /// The addresses that every mail names, if this role answers for it.
    ///
    /// - Parameter office: Which of its offices; nil for the one that there is.
    init(_ settings: CorrespondenceSettings, _ role: ActorRole, _ office: String? = nil) {
        let mailbox = settings.mailbox(of: role, office)
        values[.portal] = .same(Escaped(settings.portalURL, linkedTo: settings.portalURL))
        values[.mailbox] = .same(Escaped(mailbox, linkedTo: "mailto:\(mailbox)"))
        let contact = settings.contact.mailbox ?? mailbox
        values[.contact] = .same(Escaped(contact, linkedTo: "mailto:\(contact)"))
        values[.phone] = settings.contact.phone.map { .same(Escaped($0)) }
        values[.supervisoryAuthority] = .same(Escaped(settings.supervisoryAuthority))
    }

    mutating func set(_ variable: MailVariable, _ value: MailValue) {
        values[variable] =
            switch value {
            case .text(let text): .same(Escaped(text))
            case .lines(let text): .same(Escaped(text, keepsLines: true))
            case .operations, .day, .euros, .localised, .list: .localised(value)
            }
    }

    /// Nearly every mail names some: all sets, by their bits.
    private static let operations = Dictionary(
        uniqueKeysWithValues: Language.allCases.map { language in
            (
                language,
                (0...OperationSet.all.bits).map {
                    Escaped(MailValue.operations(OperationSet(bits: $0)).words(in: language))
                }
            )
        }
    )

    func has(_ variable: MailVariable) -> Bool { values[variable] != nil }

    /// Nil for what the mail does not say.
    func escaped(_ variable: MailVariable, in language: Language) -> Escaped? {
        switch values[variable] {
        case .same(let escaped): escaped
        case .localised(.operations(let set)): Self.operations[language]?[Int(set.bits)]
        case .localised(let value): Escaped(value.words(in: language), keepsLines: true)
        case nil: nil
        }
    }
}
