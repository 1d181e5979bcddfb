import Contract
import Domain

/// What stands around the blocks of a mail, rendered for one list of languages.
struct MailLayout: Sendable {
    enum Segment: Sendable {
        /// The content of a JSON string, escaped already.
        case literal(FixedText)
        /// The subject line.
        case subject
        /// The block of the language at this place of the list.
        case block(Int)
    }

    let segments: [Segment]

    static let subjectMark = 0x1000

    init(rendered: String) {
        segments = TemplateMark.pieces(of: rendered).map { piece in
            switch piece {
            case .literal(let text): .literal(FixedText(MailText.json(text.utf8)))
            case .mark(Self.subjectMark): .subject
            case .mark(let number): .block(number)
            }
        }
    }

    /// The places of the list whose blocks it shows, in the order in which it does.
    var blocks: [Int] {
        segments.compactMap { segment in
            if case .block(let index) = segment { index } else { nil }
        }
    }
}

/// The two layouts, for mails in these languages in this order.
struct MailLayouts: Sendable {
    let languages: [Language]
    let text: MailLayout
    let html: MailLayout
}
