import Domain
import Foundation
import TestKit
import Testing
import Workflow

@testable import Correspondence

/// Pictures are kept in the folder that REGISTRAR_SCREENSHOTS names.
@Suite("Mails in a browser", .timeLimit(.minutes(10)))
struct MailBrowserTests {
    /// In all languages: the longest, refusals with whom to turn to, lists, and short ones.
    private static func mails() throws -> [(name: String, html: String)] {
        let names = [
            "access.granted", "access.rejected", "relief.pending", "vehicle.pending",
        ]
        var mails = try names.map { name in
            let all = try Scenario.all.filter { $0.template == name }
                .map { try #require(try $0.mail(in: Language.allCases)).html }
            return (name, try #require(all.max { $0.utf8.count < $1.utf8.count }))
        }
        let remarks = String(repeating: "Rindfleischetikettierung", count: 20)
        let refused = try Sample.correspondent().follow(
            .requestChanged(
                Sample.request(status: .rejected),
                previous: .pending,
                by: .decisionMaker(Sample.official, .customsAuthority),
                remarks: remarks
            ),
            register: Sample.register(),
            cause: Sample.cause
        )
        let html = try SentData(refused[0]).html
        try #require(html.contains(remarks))
        mails.append(("one-word", html))
        return mails
    }

    @Test("On a telephone and a screen, light and dark: nothing out of the window, all readable")
    func looks() throws {
        let file = NSTemporaryDirectory() + "/registrar-mail-\(UUID().uuidString).html"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let browser = try Browser()
        defer { #expect(throws: Never.self) { try browser.close() } }
        for mail in try Self.mails() {
            try Data(mail.html.utf8).write(to: URL(filePath: file))
            for (width, isDark) in [(320, false), (320, true), (600, false), (600, true)] {
                let view = "\(mail.name)-\(width)-\(isDark ? "dark" : "light")"
                try browser.setUp(width: width, height: 900, isDark: isDark)
                try browser.open("file://\(file)")
                try browser.keepPicture(as: view)
                #expect(browser.complaints == [], "\(view)")
                #expect(try browser.evaluate("document.title") as? String != "", "\(view)")
                let faults = try #require(browser.evaluate(Browser.legibility) as? [String])
                #expect(faults == [], "\(view)")
                let colour = "getComputedStyle(document.body).backgroundColor"
                let isLight = try browser.evaluate(colour) as? String == "rgb(238, 241, 245)"
                #expect(isLight != isDark, "\(view)")
            }
        }
    }
}
