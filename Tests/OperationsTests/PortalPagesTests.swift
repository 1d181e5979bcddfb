import Foundation
import TestKit
import Testing

/// The pages that `Scripts/portal-pages` makes for the authors of portals, and the package has.
@Suite("Pages for portals", .serialized, .timeLimit(.minutes(10)))
struct PortalPagesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Makes pages in a folder of their own, which is gone afterwards.
    private static func withPages<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = URL(filePath: NSTemporaryDirectory(), directoryHint: .isDirectory)
            .appending(path: "registrar-pages-\(UUID().uuidString)", directoryHint: .isDirectory)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = Process()
        script.executableURL = root.appending(path: "Scripts/portal-pages")
        script.arguments = [folder.path]
        try script.run()
        script.waitUntilExit()
        try #require(script.terminationStatus == 0, "portal-pages says why on standard error")
        return try body(folder)
    }

    /// The contents of each file, by its path in the folder.
    private static func files(in folder: URL) -> [String: Data] {
        let paths = FileManager.default.enumerator(atPath: folder.path)
        // Nil for folders.
        return (paths?.compactMap { $0 as? String } ?? []).reduce(into: [:]) {
            $0[$1] = FileManager.default.contents(atPath: "\(folder.path)/\($1)")
        }
    }

    @Test("every message has a page in the list, no link is broken, and nothing is fetched")
    func links() throws {
        let files = try Self.withPages(Self.files)
        let pages = files.filter { $0.key.hasSuffix(".html") }
            .mapValues { String(decoding: $0, as: UTF8.self) }
        let anchors = pages.mapValues { Set(Self.values(of: "id", in: $0)) }
        for (name, page) in pages {
            let sources = Self.values(of: "src", in: page)
            let links = Self.values(of: "href", in: page)
            #expect(!sources.contains { $0.contains("://") }, "\(name)")
            #expect(!page.contains("rel=\"preconnect\"") && !page.contains("@import"), "\(name)")
            for link in sources + links where !link.contains("://") {
                let parts = link.split(
                    separator: "#",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                let path = Self.resolved(String(parts[0].prefix { $0 != "?" }), from: name)
                #expect(files[path] != nil, "\(name): there is no \(link)")
                if parts.count == 2, !parts[1].isEmpty, let known = anchors[path] {
                    #expect(known.contains(String(parts[1])), "\(name): there is no \(link)")
                }
            }
        }
        let list = try Set(Self.values(of: "href", in: #require(pages["messages.html"])))
        for message in try Self.messages() {
            #expect(list.contains("messages/\(message).html"), "\(message)")
        }
    }

    @Test("whoever searches for a message finds its page")
    func search() throws {
        try Self.withPages { folder in
            let browser = try Browser()
            defer { #expect(throws: Never.self) { try browser.close() } }
            for (words, page) in [
                ("registration.excise.receipt", "messages/registration.excise.receipt.html"),
                ("status.obligation", "messages/status.obligation.html"),
                ("mandates", "index.html"),
            ] {
                let address = folder.appending(path: "search.html").absoluteString
                try browser.open("\(address)?q=\(words)")
                let found = try #require(browser.evaluate(Self.results) as? [String], "\(words)")
                #expect(found.first?.hasSuffix(page) == true, "\(words): \(found)")
                #expect(browser.complaints == [], "\(words)")
            }
            for width in [390, 1200] {
                try browser.setUp(width: width, height: 900, isDark: false)
                for page in ["index", "messages", "messages/registration.access.company"] {
                    try browser.open(folder.appending(path: "\(page).html").absoluteString)
                    let excess = "document.documentElement.scrollWidth - innerWidth"
                    #expect(try browser.evaluate(excess) as? Int == 0, "\(page), \(width)")
                    #expect(browser.complaints == [], "\(page)")
                }
            }
        }
    }

    @Test("the same documents give the same pages")
    func reproducible() throws {
        let (one, other) = (
            try Self.withPages(Self.files), try Self.withPages(Self.files)
        )
        #expect(one.count > 100)
        #expect(one == other)
    }

    // MARK: Reading pages

    /// Where the search leads to, once it has come to an end.
    private static let results = """
        new Promise(done => {
          const box = document.querySelector("#search-results");
          const look = () => {
            const status = box.querySelector(".search-summary")?.textContent ?? "";
            if (!/finished|did not match/.test(status)) return;
            done([...box.querySelectorAll("ul.search a")].map(link => link.href.split(/[?#]/)[0]));
          };
          new MutationObserver(look).observe(
            box, { childList: true, subtree: true, characterData: true });
          look();
        })
        """

    private static func messages() throws -> [String] {
        let folder = root.appending(path: "Config/schemas").path
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0 != "common.json" }.map { String($0.dropLast(".v1.json".count)) }
    }

    /// The values of an attribute, wherever it stands.
    private static func values(of attribute: String, in page: String) -> [String] {
        page.components(separatedBy: " \(attribute)=\"").dropFirst().map { rest in
            String(rest.prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        }
    }

    /// The path in the folder that a link of a page means.
    private static func resolved(_ link: String, from page: String) -> String {
        guard !link.isEmpty else { return page }
        var folders = page.split(separator: "/").dropLast()
        for part in link.split(separator: "/") {
            if part == ".." { _ = folders.popLast() } else if part != "." { folders.append(part) }
        }
        return folders.joined(separator: "/")
    }
}
