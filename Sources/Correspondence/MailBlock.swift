import Contract
import Domain

/// A template of one language, rendered for one of its cases with stand-ins for the values: what
/// is left to do for a mail is to copy bytes.
struct MailBlock: Sendable {
    enum Segment: Sendable {
        /// The content of a JSON string, escaped already.
        case literal(FixedText)
        case value(MailVariable)
    }

    let text: [Segment]
    let html: [Segment]

    /// Finds one among all blocks.
    struct Key: Hashable, Sendable {
        /// Its name.
        let template: String
        let language: Language
        let variant: MailVariant
        /// One bit for each of the template's optional variables, in their order.
        let present: UInt8
    }

    /// - Parameters:
    ///   - rendered: Paragraphs, separated by blank lines; `**` begins and ends bold.
    ///   - variables: What the marks in it stand for, by their numbers.
    /// - Throws: When a bold passage is not closed within its paragraph.
    init(rendered: String, variables: [MailVariable]) throws(UnclosedBold) {
        let paragraphs = Self.paragraphs(of: rendered)
        var plain: [String] = []
        var marked: [String] = []
        for paragraph in paragraphs {
            let passages = Self.passages(of: paragraph)
            guard passages.count % 2 == 1 else { throw UnclosedBold(paragraph: paragraph) }
            plain.append(passages.joined())
            marked.append(Self.htmlParagraph(passages))
        }
        self.text = Self.segments(plain.joined(separator: "\n\n"), variables)
        self.html = Self.segments(marked.joined(separator: "\n"), variables)
    }

    /// A `**` without a second one.
    struct UnclosedBold: Error {
        let paragraph: String
    }

    /// The text between blank lines; several count as one.
    private static func paragraphs(of text: String) -> [String] {
        var paragraphs: [[Substring.UnicodeScalarView]] = [[]]
        for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy({ $0 == " " || $0 == "\t" }) {
                paragraphs.append([])
            } else {
                paragraphs[paragraphs.count - 1].append(line)
            }
        }
        return paragraphs.filter { !$0.isEmpty }.map { lines in
            lines.map { String($0) }.joined(separator: "\n")
        }
    }

    /// The text between `**`: every second one is bold.
    private static func passages(of paragraph: String) -> [String] {
        var passages: [[UInt8]] = [[]]
        var bytes = paragraph.utf8[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "*"), bytes.first == byte {
                bytes.removeFirst()
                passages.append([])
            } else {
                passages[passages.count - 1].append(byte)
            }
        }
        return passages.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func htmlParagraph(_ passages: [String]) -> String {
        var html = "<p>"
        for (index, passage) in passages.enumerated() {
            let escaped = String(
                decoding: MailText.htmlWithLines(Array(passage.utf8)),
                as: UTF8.self
            )
            html += index % 2 == 1 ? "<strong>\(escaped)</strong>" : escaped
        }
        return html + "</p>"
    }

    private static func segments(_ marked: String, _ variables: [MailVariable]) -> [Segment] {
        TemplateMark.pieces(of: marked).map { piece in
            switch piece {
            case .literal(let text): .literal(FixedText(MailText.json(text.utf8)))
            case .mark(let number): .value(variables[number])
            }
        }
    }
}
