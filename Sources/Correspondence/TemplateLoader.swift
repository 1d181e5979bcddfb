import Domain
import Mustache

/// Reads, checks and renders templates, and collects what is wrong with them.
struct TemplateLoader {
    private(set) var faults: [TemplateError.Fault] = []
    private let read: (String) throws -> [UInt8]

    /// One template file: its first line is `Subject: …`, then a blank line, then the body.
    struct File {
        let subject: String
        let body: MustacheTemplate
    }

    init(read: @escaping (String) throws -> [UInt8]) {
        self.read = read
    }

    mutating func file(of template: MailTemplate, in language: Language) -> File? {
        let name = TemplateLibrary.fileName(template, language)
        guard let content = content(of: name) else { return nil }
        let header = "Subject: "
        let lines = content.unicodeScalars.split(
            separator: "\n",
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard lines.count == 3, lines[0].starts(with: header.unicodeScalars), lines[1].isEmpty
        else {
            report(name, line: 1, "must begin with a line 'Subject: …' and a blank line")
            return nil
        }
        let subject = String(lines[0].dropFirst(header.unicodeScalars.count))
        guard !subject.isEmpty, subject.unicodeScalars.allSatisfy({ $0 != "{" && $0 != "\t" })
        else {
            report(name, line: 1, "needs a subject of plain words, without tags and tabs")
            return nil
        }
        let scanner = TemplateScanner(
            file: name,
            variables: Set(template.variables.map(\.name)),
            sections: template.sections
        )
        faults += scanner.faults(in: subject, firstLine: 1)
        return parse(String(lines[2]), of: name, firstLine: 3, scanner: scanner)
            .map { File(subject: subject, body: $0) }
    }

    /// Renders the body for every case of the template and every choice of absent values.
    mutating func compile(
        _ body: MustacheTemplate,
        of template: MailTemplate,
        in language: Language,
        into blocks: inout [MailBlock.Key: MailBlock]
    ) {
        for variant in template.variants {
            for present in 0..<UInt8(1 << template.optionalVariables.count) {
                let context = Self.context(of: template, variant: variant, present: present)
                do {
                    let key = MailBlock.Key(
                        template: template.name,
                        language: language,
                        variant: variant,
                        present: present
                    )
                    blocks[key] = try MailBlock(
                        rendered: body.render(context),
                        variables: template.variables
                    )
                } catch {
                    report(
                        TemplateLibrary.fileName(template, language),
                        line: nil,
                        "has a ** without a second one in its paragraph: \(error.paragraph)"
                    )
                }
            }
        }
    }

    mutating func layout(_ name: String) -> MustacheTemplate? {
        guard let content = content(of: name) else { return nil }
        let scanner = TemplateScanner(
            file: name,
            variables: ["language", "subject", "block"],
            sections: ["blocks", "further"]
        )
        guard let layout = parse(content, of: name, firstLine: 1, scanner: scanner) else {
            return nil
        }
        let languages = Language.allCases
        let rendered = MailLayout(rendered: layout.render(TemplateLibrary.layoutContext(languages)))
        guard rendered.blocks == Array(languages.indices) else {
            report(
                name,
                line: nil,
                "must show each block once, as {{#blocks}} {{block}} {{/blocks}}"
            )
            return nil
        }
        return layout
    }

    /// What a template sees: stand-ins for values, and which sections are rendered.
    static func context(
        of template: MailTemplate,
        variant: MailVariant,
        present: UInt8
    ) -> [String: Any] {
        var context: [String: Any] = [:]
        for section in template.sections { context[section] = variant.sections.contains(section) }
        for (number, variable) in template.variables.enumerated() {
            context[variable.name] = TemplateMark.text(number)
        }
        for (bit, variable) in template.optionalVariables.enumerated()
        where present & (1 << UInt8(bit)) == 0 {
            context[variable.name] = nil
        }
        return context
    }

    private mutating func content(of name: String) -> String? {
        let bytes: [UInt8]
        do {
            bytes = try read(name)
        } catch {
            report(name, line: nil, "cannot be read (\(error)); supply it or mend its permissions")
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            report(name, line: nil, "is not UTF-8; save it as UTF-8")
            return nil
        }
        // By scalars: CR and LF are one Character.
        var scalars = String.UnicodeScalarView()
        var previous: Unicode.Scalar = "\n"
        for scalar in text.unicodeScalars {
            if previous == "\r", scalar == "\n" { scalars.removeLast() }
            scalars.append(scalar)
            previous = scalar
        }
        return String(scalars)
    }

    private mutating func parse(
        _ text: String,
        of name: String,
        firstLine: Int,
        scanner: TemplateScanner
    ) -> MustacheTemplate? {
        let found = scanner.faults(in: text, firstLine: firstLine)
        faults += found
        guard found.isEmpty else { return nil }
        do {
            return try MustacheTemplate(string: text)
        } catch let error as MustacheTemplate.ParserError {
            report(
                name,
                line: error.context.lineNumber + firstLine - 1,
                "is not valid Mustache: \(Self.words(for: error.error))"
            )
        } catch {
            report(name, line: nil, "is not valid Mustache: \(error)")
        }
        return nil
    }

    private static func words(for error: any Error) -> String {
        switch error as? MustacheTemplate.Error {
        case .sectionCloseNameIncorrect: "a section is closed by another name than it was opened"
        case .unfinishedName: "a tag's name has characters that it may not"
        case .expectedSectionEnd: "a section is not closed"
        default: "\(error)"
        }
    }

    private mutating func report(_ file: String, line: Int?, _ message: String) {
        faults.append(.init(file: file, line: line, message: message))
    }
}
