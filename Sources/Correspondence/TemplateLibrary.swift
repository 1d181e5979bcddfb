public import Domain
import FoundationEssentials
import Mustache

/// The mail templates of an installation, checked and made ready.
///
/// Mustache says what a template means; it is asked once, at load: every template is rendered for
/// each of its cases with stand-ins for the values, and the result is cut where they stand.
/// Values therefore never pass through the engine: they cannot be taken for tags, and each is
/// escaped for where it lands by ``MailText``.
public struct TemplateLibrary: Sendable {
    let blocks: [MailBlock.Key: MailBlock]
    /// By the template's name.
    let subjects: [String: [Language: String]]
    private let textLayout: MustacheTemplate
    private let htmlLayout: MustacheTemplate

    static let textLayoutName = "layout.txt.mustache"
    static let htmlLayoutName = "layout.html.mustache"

    /// The name of a template's file within the folder, such as `access/pending.en.mustache`.
    static func fileName(_ template: MailTemplate, _ language: Language) -> String {
        "\(template.procedure)/\(template.event).\(language.rawValue).mustache"
    }

    /// Reads the templates from a folder.
    ///
    /// - Parameter mails: Every mail that is sent.
    /// - Throws: ``TemplateError``, naming every file and line at fault.
    public init(folder: String, mails: [MailTemplate]) throws(TemplateError) {
        guard FileManager.default.fileExists(atPath: folder) else {
            throw TemplateError(faults: [
                TemplateError.Fault(
                    file: folder,
                    line: nil,
                    message: "there is no such folder of mail templates; correct "
                        + "notifications.templates, or install them there"
                )
            ])
        }
        try self.init(mails: mails) { name in
            try Array(Data(contentsOf: URL(filePath: folder).appending(path: name)))
        }
    }

    /// - Parameter read: Gives the content of the file of this name.
    /// - Throws: ``TemplateError``, naming every file and line at fault.
    public init(
        mails: [MailTemplate],
        read: @escaping (String) throws -> [UInt8]
    ) throws(TemplateError) {
        var loader = TemplateLoader(read: read)
        var blocks: [MailBlock.Key: MailBlock] = [:]
        var subjects: [String: [Language: String]] = [:]
        for template in mails {
            for language in Language.allCases {
                guard let file = loader.file(of: template, in: language) else { continue }
                subjects[template.name, default: [:]][language] = file.subject
                loader.compile(file.body, of: template, in: language, into: &blocks)
            }
        }
        let text = loader.layout(Self.textLayoutName)
        let html = loader.layout(Self.htmlLayoutName)
        guard loader.faults.isEmpty, let text, let html else {
            throw TemplateError(faults: loader.faults)
        }
        self.blocks = blocks
        self.subjects = subjects
        self.textLayout = text
        self.htmlLayout = html
    }

    /// The layouts of mails in these languages, in this order.
    func layouts(for languages: [Language]) -> MailLayouts {
        let context = Self.layoutContext(languages)
        return MailLayouts(
            languages: languages,
            text: MailLayout(rendered: textLayout.render(context)),
            html: MailLayout(rendered: htmlLayout.render(context))
        )
    }

    static func layoutContext(_ languages: [Language]) -> [String: Any] {
        let blocks = languages.enumerated().map { index, language -> [String: Any] in
            [
                "language": language.rawValue,
                "block": TemplateMark.text(index),
                "further": index > 0,
            ]
        }
        return [
            "language": languages.first?.rawValue ?? "",
            "subject": TemplateMark.text(MailLayout.subjectMark),
            "blocks": blocks,
        ]
    }
}
