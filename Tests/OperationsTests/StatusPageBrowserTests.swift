import Foundation
import NIOCore
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
                try keep(browser.screenshot(), as: view)
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

    private static func keep(_ picture: Data, as name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["REGISTRAR_SCREENSHOTS"] else {
            return
        }
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        try picture.write(to: URL(filePath: "\(folder)/\(name).png"))
    }

    /// Lists what is wrong with the page as it is laid out: too wide, cut off, hard to read, or
    /// without words for those who do not see it.
    private static let inspection = """
        (() => {
          const faults = [];
          const all = selector => [...document.querySelectorAll(selector)];
          const name = e => e.tagName + "." + (e.getAttribute("class") ?? "") + " "
            + e.textContent.trim().slice(0, 40);
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth > width) faults.push("the page scrolls sideways");
          for (const e of all("body *")) {
            const box = e.getBoundingClientRect();
            const scrolls = e.closest(".scroll");
            if (!scrolls && (box.right > width + 0.5 || box.left < -0.5) && !e.closest("svg"))
              faults.push("out of the window: " + name(e));
          }
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
          const channel = c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
          const light = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255)
            + 0.0722 * channel(b / 255);
          const numbers = text => text.match(/[\\d.]+/g).map(Number);
          const ground = e => {
            for (; e; e = e.parentElement) {
              const colour = numbers(getComputedStyle(e).backgroundColor);
              if (colour.length < 4 || colour[3] > 0) return colour;
            }
            return [255, 255, 255];
          };
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const e = texts.currentNode.parentElement;
            if (!texts.currentNode.data.trim() || e.closest("svg")) continue;
            const style = getComputedStyle(e);
            const [a, b] = [light(numbers(style.color)), light(ground(e))];
            const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (contrast < 4.5) faults.push("contrast " + contrast.toFixed(2) + ": " + name(e));
            if (parseFloat(style.fontSize) < 12) faults.push("small: " + name(e));
          }
          return faults;
        })()
        """
}
