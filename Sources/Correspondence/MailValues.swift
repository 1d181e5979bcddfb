import Domain

/// The values of one mail, each escaped once for every place where it may land.
struct MailValues: Sendable {
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

    private var escaped = [Escaped?](repeating: nil, count: MailVariable.allCases.count)
    /// Named in each block's own language.
    var operations = OperationSet.none
    /// Other values that each block words in its own language.
    private(set) var localised: [MailVariable: LocalisedValue] = [:]

    /// The values that every mail of an installation has.
    init(portalURL: String, mailbox: String) {
        self[.portal] = Escaped(portalURL, linkedTo: portalURL)
        self[.mailbox] = Escaped(mailbox, linkedTo: "mailto:\(mailbox)")
    }

    subscript(variable: MailVariable) -> Escaped? {
        get { escaped[variable.rawValue] }
        set { escaped[variable.rawValue] = newValue }
    }

    /// Nil and empty text count as absent.
    mutating func set(_ variable: MailVariable, _ value: String?) {
        guard let value, !value.isEmpty else {
            self[variable] = nil
            return
        }
        let keepsLines = [.remarks, .premises, .movement].contains(variable)
        self[variable] = Escaped(value, keepsLines: keepsLines)
    }

    /// Nil counts as absent.
    mutating func set(_ variable: MailVariable, _ value: LocalisedValue?) {
        localised[variable] = value
    }

    func has(_ variable: MailVariable) -> Bool {
        variable == .operations
            ? !operations.isEmpty : self[variable] != nil || localised[variable] != nil
    }
}
