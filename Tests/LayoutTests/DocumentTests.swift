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
