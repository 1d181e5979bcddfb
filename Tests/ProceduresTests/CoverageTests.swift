import Foundation
import Testing

/// Which test shows that a sentence of the documents holds. An example names it in `covers`, any
/// other test in brackets at the end of its title: `(E12)`, `(E12, E17)`.
@Suite("The documents, sentence by sentence")
struct CoverageTests {
    /// What is still to be built; whoever builds it takes the id out.
    private static let open: Set<String> = []

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test("each sentence that is not a page's has a test, or is said to be open")
    func everySentence() throws {
        let tests = try Self.tests()
        let sentences =
            Sentence.access + Sentence.excise + Sentence.vehicles + Sentence.relief
            + Sentence.goods
        let shown = Set(tests.keys)
        #expect(Set(sentences.map(\.id)).count == sentences.count)
        let unknown = shown.subtracting(sentences.map(\.id))
        #expect(unknown.isEmpty, "no sentence is called \(unknown.sorted())")
        for sentence in sentences where !sentence.isPortals {
            #expect(
                shown.contains(sentence.id) != Self.open.contains(sentence.id),
                "\(sentence.id): \(sentence.asks)"
            )
        }
    }

    /// `Docs/coverage.md` is written by `REGISTRAR_RECORD_GOLDEN=1`, and compared otherwise.
    @Test("the page shows it as it is")
    func page() throws {
        let file = Self.root.appending(components: "Docs", "coverage.md")
        let page = try Self.text()
        if ProcessInfo.processInfo.environment["REGISTRAR_RECORD_GOLDEN"] != nil {
            try page.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("the page was written; a recording is no check")
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == page)
    }

    private static func text() throws -> String {
        let tests = try tests()
        func table(_ sentences: [Sentence]) -> String {
            sentences.map { sentence in
                let shown =
                    tests[sentence.id]?.sorted().joined(separator: "; ")
                    ?? (sentence.isPortals ? "the portal's" : "**open**")
                return "| \(sentence.id) | \(sentence.asks) | \(shown) |"
            }
            .joined(separator: "\n")
        }
        return """
            # The documents, sentence by sentence

            Written from the tests: an example names the sentences that it shows in `covers`, other tests in
            brackets at the end of their title.

            ## Registration for LUCCS

            | id | what it asks | shown by |
            | --- | --- | --- |
            \(table(Sentence.access))

            ## Movement of excise goods

            | id | what it asks | shown by |
            | --- | --- | --- |
            \(table(Sentence.excise))

            ## Importing a vehicle

            | id | what it asks | shown by |
            | --- | --- | --- |
            \(table(Sentence.vehicles))

            ## Relief from import duties

            | id | what it asks | shown by |
            | --- | --- | --- |
            \(table(Sentence.relief))

            ## Coming to Luxembourg with goods

            | id | what it asks | shown by |
            | --- | --- | --- |
            \(table(Sentence.goods))

            """
    }

    /// The tests of each sentence: file and title.
    private static func tests() throws -> [String: Set<String>] {
        var tests: [String: Set<String>] = [:]
        for example in try ExampleFiles.load() {
            for id in example.covers {
                tests[id, default: []].insert("\(example.file): \(example.title)")
            }
        }
        let title = /@Test\(\s*"([^"]*) \(((?:[AERV][0-9]{2}(?:, )?)+)\)"/
        for file in try swiftFiles() {
            for match in try String(contentsOf: file, encoding: .utf8).matches(of: title) {
                for id in match.2.split(separator: ", ") {
                    let name = file.deletingPathExtension().lastPathComponent
                    tests[String(id), default: []].insert("\(name): \(match.1)")
                }
            }
        }
        return tests
    }

    private static func swiftFiles() throws -> [URL] {
        let folder = root.appending(component: "Tests").resolvingSymlinksInPath()
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
    }
}
