import Foundation
import Testing

/// What people read leads to what there is.
@Suite("Documents")
struct DocumentTests {
    @Test("links in the documents lead to files and headings that exist")
    func linksLeadSomewhere() throws {
        let paths = try Repository.documents()
        #expect(paths.contains("Docs/operations/backup.md") && paths.count > 20)
        for path in paths {
            let document = try Document(path)
            for link in document.links where !link.contains("://") {
                let parts = link.split(
                    separator: "#",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                var target = document
                if let file = parts.first, !file.isEmpty {
                    let place = URL(filePath: String(file), relativeTo: document.folder)
                    guard FileManager.default.fileExists(atPath: place.path) else {
                        Issue.record("\(path): there is no \(link)")
                        continue
                    }
                    guard parts.count == 2 else { continue }
                    target = try Document(at: place)
                }
                let anchor = parts.count == 2 ? String(parts[1]) : ""
                #expect(target.anchors.contains(anchor), "\(path): there is no heading \(link)")
            }
        }
    }

    /// The manual's map leaves nothing out.
    @Test("every page of the operations manual stands in its map")
    func mapIsComplete() throws {
        let map = Set(try Document("Docs/operations.md").links)
        for path in try Repository.documents() where path.hasPrefix("Docs/operations/") {
            #expect(map.contains(String(path.dropFirst(5))), "\(path)")
        }
    }
}

/// `Docs/decisions`, and what people who join read first.
@Suite("Decisions")
struct DecisionTests {
    /// A number that is missing makes a reader look for what is not there.
    @Test("the index leads to every decision, by its number and title")
    func index() throws {
        let paths = try Repository.documents().filter {
            $0.hasPrefix("Docs/decisions/") && !$0.hasSuffix("/README.md")
        }
        let index = try Repository.text(of: "Docs/decisions/README.md")
        let numbers = try paths.map { path in
            let name = String(path.dropFirst("Docs/decisions/".count))
            let number = try #require(Int(name.prefix(4)), "\(path)")
            let heading = try Repository.text(of: path).prefix { $0 != "\n" }
            let title = heading.dropFirst("# \(number) · ".count)
            #expect(heading.hasPrefix("# \(number) · ") && !title.isEmpty, "\(path)")
            #expect(index.contains("\n- [\(number)](\(name)) \(title)\n"), "\(path)")
            return number
        }
        #expect(numbers == Array(1...numbers.count))
        let entries = index.split(separator: "\n").count { $0.hasPrefix("- [") }
        #expect(entries == numbers.count)
    }

    /// What code and pages say of a decision is found there.
    @Test("whoever names a decision names one that there is")
    func references() throws {
        let known = Set(
            try Repository.documents().filter { $0.hasPrefix("Docs/decisions/0") }
                .compactMap { Int($0.dropFirst("Docs/decisions/".count).prefix(4)) }
        )
        let texts =
            try Repository.documents().map { ($0, try Repository.text(of: $0)) }
            + Repository.swiftFiles(in: StyleTests.folders)
            .map { ($0.path, $0.lines.joined(separator: "\n")) }
        for (path, text) in texts {
            for named in text.matches(of: /\b[Dd]ecision (\d+)/) {
                #expect(Int(named.1).map(known.contains) == true, "\(path): \(named.0)")
            }
        }
    }

    /// The two pages for people who join name types; a type that is renamed is renamed there.
    @Test("what the pages for people who join name is declared")
    func names() throws {
        var declared = Set(LayoutTests.arrows.keys)
        for file in try Repository.swiftFiles(in: StyleTests.folders) {
            for line in file.lines where !line.isComment {
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
                for (keyword, name) in zip(words, words.dropFirst())
                where [
                    "struct", "class", "actor", "enum", "protocol", "func", "var", "let", "case",
                ]
                .contains(keyword) {
                    declared.insert(String(name))
                }
            }
        }
        for path in ["CONTRIBUTING.md", "Docs/architecture.md"] {
            let named = try Repository.text(of: path).matches(of: /`([A-Za-z]+(?:\.[a-z]\w*)?)`/)
                .flatMap { $0.1.split(separator: ".") }.filter { $0.contains(where: \.isUppercase) }
            #expect(named.count > 5, "\(path)")
            // Not of ours.
            for name in named where !["Examples", "TMPDIR"].contains(name) {
                #expect(declared.contains(String(name)), "\(path): \(name)")
            }
        }
    }
}

/// A text in Markdown.
private struct Document {
    let folder: URL
    /// Without what stands in fences.
    private let lines: [Substring]

    init(_ path: String) throws {
        try self.init(at: Repository.root.appending(path: path))
    }

    init(at place: URL) throws {
        folder = place.deletingLastPathComponent()
        let text = try String(contentsOf: place, encoding: .utf8)
        var isFenced = false
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            let isFence = line.drop { $0 == " " }.hasPrefix("```")
            if isFence { isFenced.toggle() }
            return !isFence && !isFenced
        }
    }

    var links: [String] {
        lines.joined(separator: "\n").matches(of: #/\]\(([^)\s]+)\)/#).map { String($0.1) }
    }

    /// As GitHub makes them of headings.
    var anchors: Set<String> {
        Set(
            lines.filter { $0.hasPrefix("#") }.map { line in
                String(
                    line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
                        .filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
                        .map { $0 == " " ? "-" : $0 }
                )
            }
        )
    }
}
