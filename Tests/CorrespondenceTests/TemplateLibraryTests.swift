import Contract
import Domain
import Foundation
import Mustache
import Procedures
import Testing

@testable import Correspondence

@Suite("Templates")
struct TemplateLibraryTests {
    private static func shipped(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: Sample.templateFolder.appending(path: name)))
    }

    /// What is found when one file is replaced; nil removes it.
    private func faults(replacing file: String, by content: String?) -> [String] {
        struct Missing: Error {}
        do throws(TemplateError) {
            _ = try TemplateLibrary(mails: ProcedureCatalogue.mails) { name in
                guard name == file else { return try Self.shipped(name) }
                guard let content else { throw Missing() }
                return Array(content.utf8)
            }
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    @Test("The shipped ones load, and name no value unescaped")
    func shippedTemplates() throws {
        _ = try TemplateLibrary(
            folder: Sample.templateFolder.path(),
            mails: ProcedureCatalogue.mails
        )
        let templates = try FileManager.default.subpathsOfDirectory(
            atPath: Sample.templateFolder.path()
        )
        .filter { $0.hasSuffix(".mustache") }
        #expect(templates.count == ProcedureCatalogue.mails.count * Language.allCases.count + 2)
        for file in templates {
            let text = String(decoding: try Self.shipped(file), as: UTF8.self)
            #expect(!text.contains("{{{") && !text.contains("{{&"), "\(file)")
        }
    }

    @Test(
        "A fault is an error that names file and line",
        arguments: [
            ("Hello {{{recipient}}}", 4, "unescaped"), ("Hello {{&recipient}}", 4, "unescaped"),
            ("Hello\n{{nobody}}", 5, "nobody is unknown"),
            ("{{#nothing}}x{{/nothing}}", 4, "nothing is unknown"),
            ("{{applicant}}", 4, "applicant is unknown"),
            ("{{uppercased(recipient)}}", 4, "is unknown"), ("{{> other}}", 4, "may not"),
            ("{{=<% %>=}}", 4, "may not"), ("{{% CONTENT_TYPE:TEXT}}", 4, "may not"),
            ("{{<base}}{{/base}}", 4, "may not"), ("{{}}", 4, "empty tag"),
            ("x\n{{recipient", 5, "not closed"), ("{{#recipient}}x", 4, "not closed"),
            ("{{#recipient}}{{/eori}}", 4, "unknown"),
            ("{{#recipient}}\n{{/portal}}", 5, "closed by another name"),
            ("bell \u{7}", 4, "control character"),
            ("mark \u{F0001}", 4, "private-use"),
        ]
    )
    func fault(body: String, line: Int, message: String) {
        let file = "access/pending.en.mustache"
        let found = faults(replacing: file, by: "Subject: S\n\nDear,\n\(body)")
        #expect(
            found.contains { $0.hasPrefix("\(file):\(line): ") && $0.contains(message) },
            "found \(found)"
        )
    }

    @Test("A section is not a value")
    func sectionAsValue() {
        let file = "access/revoked.en.mustache"
        let found = faults(replacing: file, by: "Subject: S\n\n{{operator}}")
        #expect(found.count == 1 && found[0].hasPrefix("\(file):3: operator is a section"))
    }

    @Test(
        "The head of a template",
        arguments: ["", "Dear", "Subject: S", "Subject: S\nDear", "Subject: \n\nDear"]
            + ["Subject: {{recipient}}\n\nDear", "Subject: a\rb\n\nDear"]
    )
    func head(content: String) {
        let file = "access/pending.en.mustache"
        let found = faults(replacing: file, by: content)
        #expect(found.contains { $0.hasPrefix("\(file):1: ") }, "found \(found)")
    }

    @Test("A template or layout that is missing, and one that is not UTF-8")
    func unreadable() {
        for file in ["access/granted.lb.mustache", "layout.txt.mustache"] {
            let found = faults(replacing: file, by: nil)
            #expect(found.count == 1 && found[0].hasPrefix("\(file): cannot be read"))
        }
        #expect(throws: TemplateError.self) {
            try TemplateLibrary(mails: ProcedureCatalogue.mails) { name in
                name == "access/granted.lb.mustache" ? [0xff] : try Self.shipped(name)
            }
        }
        #expect(throws: TemplateError.self) {
            try TemplateLibrary(folder: "/nonexistent", mails: ProcedureCatalogue.mails)
        }
    }

    @Test("A bold passage that does not end")
    func bold() {
        let found = faults(
            replacing: "access/pending.en.mustache",
            by: "Subject: S\n\na **b\n\nc** d"
        )
        #expect(found.count == 1 && found[0].contains("a ** without a second one"))
    }

    @Test(
        "A layout shows each block once",
        arguments: [
            "{{#blocks}}{{/blocks}}", "{{#blocks}}{{block}}{{block}}{{/blocks}}", "LUCCS",
            "{{#blocks}}{{block}}{{/blocks}}{{#blocks}}{{block}}{{/blocks}}",
        ]
    )
    func layout(content: String) {
        let found = faults(replacing: "layout.html.mustache", by: content)
        #expect(
            found == [
                "layout.html.mustache: must show each block once, as {{#blocks}} {{block}} {{/blocks}}"
            ]
        )
    }

    @Test("Files with CRLF mean the same")
    func carriageReturns() throws {
        let library = try TemplateLibrary(mails: ProcedureCatalogue.mails) { name in
            let text = String(decoding: try Self.shipped(name), as: UTF8.self)
            return Array(text.replacing("\n", with: "\r\n").utf8)
        }
        let plain = try TemplateLibrary(mails: ProcedureCatalogue.mails, read: Self.shipped)
        #expect(library.subjects == plain.subjects)
        for (key, block) in plain.blocks {
            #expect(library.blocks[key].map { "\($0)" } == "\(block)")
        }
    }

    @Test("Blocks say what the Mustache engine says", arguments: ProcedureCatalogue.mails)
    func engine(template: MailTemplate) throws {
        let library = try TemplateLibrary(mails: ProcedureCatalogue.mails, read: Self.shipped)
        for language in Language.allCases {
            let file = try Self.shipped(TemplateLibrary.fileName(template, language))
            let source = String(decoding: file, as: UTF8.self)
                .split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)[2]
            let mustache = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n\(source)")
            for (key, block) in library.blocks
            where key.template == template.name && key.language == language {
                var context: [String: Any] = [:]
                for section in key.variant.sections { context[section] = true }
                for variable in template.variables { context[variable.name] = "[\(variable.name)]" }
                for (bit, variable) in template.optionalVariables.enumerated()
                where key.present & (1 << UInt8(bit)) == 0 {
                    context[variable.name] = nil
                }
                let rendered = mustache.render(context).replacing("**", with: "")
                let expected = rendered.replacing(/\n{2,}/, with: "\n\n")
                    .trimmingCharacters(in: .newlines)
                let copied = block.text.map { segment in
                    switch segment {
                    case .literal(let text): String(decoding: text.bytes, as: UTF8.self)
                    case .value(let variable): "[\(variable.name)]"
                    }
                }
                let copy = copied.joined().replacing(#"\n"#, with: "\n")
                    .replacing(#"\""#, with: "\"")
                #expect(copy == expected, "\(key)")
            }
        }
    }
}
