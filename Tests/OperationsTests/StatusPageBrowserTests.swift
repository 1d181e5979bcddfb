import Foundation
import NIOCore
import TestKit
import Testing

@testable import Operations

/// The page in a real browser. Pictures of it are kept in the folder that REGISTRAR_SCREENSHOTS
/// names.
@Suite("Status page in a browser")
struct StatusPageBrowserTests {
    private static let widths = [360, 820, 1280]
    /// A browser opens connections before it needs them. On a busy machine it asks for the next
    /// page just when one of these has waited for long enough.
    private static let limits = ConnectionGate.Limits(
        firstRequest: .hours(1),
        nextRequest: .hours(1),
        answer: .hours(1)
    )

    @Test("wide and narrow, light and dark, at work, in trouble and empty: whole, readable, silent")
    func looks() async throws {
        let busy = try StatusExample()
        busy.work()
        let broken = try StatusExample()
        broken.work()
        broken.fail()
        let fresh = try StatusExample()
        for (name, example) in [("busy", busy), ("broken", broken), ("fresh", fresh)] {
            try await withServer(
                registry: example.registry,
                health: example.health,
                pages: example.page.pages,
                limits: Self.limits
            ) { port in
                try await onThread { try Self.look(at: name, port: port) }
            }
        }
    }

    private static func look(at name: String, port: Int) throws {
        let browser = try Browser()
        defer { #expect(throws: Never.self) { try browser.close() } }
        for width in widths {
            for isDark in [false, true] {
                let view = "\(name)-\(width)-\(isDark ? "dark" : "light")"
                try browser.setUp(width: width, height: 900, isDark: isDark)
                try browser.open("http://127.0.0.1:\(port)/paused")
                try browser.keepPicture(as: view)
                #expect(browser.complaints == [], "\(view)")
                let faults = try #require(browser.evaluate(inspection) as? [String])
                #expect(faults == [], "\(view)")
            }
        }
        try browser.open("http://127.0.0.1:\(port)/")
        #expect(browser.complaints == [])
        let refresh = "document.querySelector('meta[http-equiv=refresh]').content"
        #expect(try browser.evaluate(refresh) as? String == "10")
    }

    /// Lists what is wrong with the page as it is laid out, or is without words for those who do
    /// not see it.
    private static let inspection = """
        (() => {
          const faults = \(Browser.legibility);
          const all = selector => [...document.querySelectorAll(selector)];
          const name = e => e.tagName + "." + (e.getAttribute("class") ?? "") + " "
            + e.textContent.trim().slice(0, 40);
          if (all("script, [style], iframe, form, object").length) faults.push("not allowed");
          if (all("h1").length !== 1) faults.push("not one h1");
          let level = 1;
          for (const e of all("h1, h2, h3")) {
            const own = Number(e.tagName[1]);
            if (own > level + 1) faults.push("a heading's level is left out: " + name(e));
            level = own;
          }
          for (const e of all("svg:not([aria-hidden=true])"))
            if (e.getAttribute("role") !== "img" || !e.querySelector("title")?.textContent)
              faults.push("a picture without words: " + name(e.parentElement));
          for (const e of all("th")) if (!e.scope) faults.push("th without scope: " + name(e));
          for (const e of all("[aria-labelledby]"))
            for (const id of e.getAttribute("aria-labelledby").split(" "))
              if (all("#" + id).length !== 1) faults.push("no label " + id);
          return faults;
        })()
        """
}
