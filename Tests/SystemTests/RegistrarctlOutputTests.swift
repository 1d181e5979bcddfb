import Domain
import Testing

@testable import registrarctl

/// How the operator's tool writes for people.
@Suite("registrarctl: tables and times")
struct RegistrarctlOutputTests {
    private let paper = Screen(columns: nil, usesColour: false)

    @Test(
        "Columns stand under each other, by what a terminal shows of wide and combined characters"
    )
    func alignment() {
        var table = Table([.text("NAME"), .number("COUNT"), .text("END")])
        table.add([Cell("Zoé"), Cell(7), Cell("x")])
        table.add([Cell("Zoe\u{301}"), Cell(12_345), Cell("x")])
        table.add([Cell("田中"), Cell(1), Cell("x")])
        #expect(
            table.text(on: paper) == """
                NAME  COUNT  END
                Zoé       7  x
                Zoe\u{301}   12345  x
                田中      1  x

                """
        )
    }

    @Test("Nothing that others wrote steers the terminal")
    func safety() {
        #expect(SafeText.line("a\u{1B}[31mb\r\nc\u{202E}d") == #"a\u{1b}[31mb\r\nc\u{202e}d"#)
        #expect(SafeText.lines("a\nb\u{7}") == "a\nb\\u{7}")
        #expect(SafeText.line("Müller, 田中") == "Müller, 田中")
        #expect(Cell("\u{9B}2J").text == #"\u{9b}2J"#)
    }

    @Test("A narrow terminal shortens what is flexible, then leaves out what is optional")
    func narrow() {
        var table = Table([
            .text("KEY"), .text("EXTRA", isOptional: true), .flexible("TEXT"),
        ])
        table.add([Cell("abc"), Cell("12345678"), Cell(String(repeating: "x", count: 40))])
        func widest(_ columns: Int) -> String {
            table.text(on: Screen(columns: columns, usesColour: false))
                .split(separator: "\n").last.map(String.init) ?? ""
        }
        #expect(widest(100) == "abc  12345678  " + String(repeating: "x", count: 40))
        #expect(widest(30) == "abc  12345678  " + String(repeating: "x", count: 14) + "…")
        #expect(widest(25) == "abc  " + String(repeating: "x", count: 19) + "…")
        // Not narrower than what can be read, whatever the terminal.
        #expect(widest(5) == "abc  " + String(repeating: "x", count: 11) + "…")
        #expect("田中田中".shortened(to: 4) == "田…")
    }

    @Test("Colour goes around the text, not around the space, and only where it is wanted")
    func colour() {
        var table = Table([.text("A"), .text("B")])
        table.add([Cell("good", .good), Cell("x")])
        let text = table.text(on: Screen(columns: 80, usesColour: true))
        #expect(text.contains("\u{1B}[32mgood\u{1B}[0m  x\n"))
        #expect(!table.text(on: paper).contains("\u{1B}"))
        #expect(!Screen.current(environment: ["NO_COLOR": "1"]).usesColour)
    }

    @Test("Times are Luxembourg's, in summer and winter; ages have two units")
    func times() throws {
        let winter = try #require(Instant(rfc3339: "2026-11-21T06:00:12.250Z"))
        let summer = try #require(Instant(rfc3339: "2026-07-01T22:30:00Z"))
        #expect(LocalTime.text(winter) == "2026-11-21 07:00:12")
        #expect(LocalTime.precise(winter) == "2026-11-21 07:00:12.250")
        #expect(LocalTime.short(summer) == "2026-07-02 00:30")
        for (seconds, text) in [
            (0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3 * 3600 + 120, "3 h 2 min"),
            (90_000, "1 d 1 h"),
        ] as [(Int64, String)] {
            #expect(LocalTime.age(of: winter, at: winter.advanced(bySeconds: seconds)) == text)
        }
        // A clock that was put back.
        #expect(LocalTime.age(of: winter, at: winter.advanced(bySeconds: -5)) == "0 s")
        #expect(try Parsing.instant("2026-07-01").description == "2026-06-30T22:00:00.000Z")
        #expect(try Parsing.instant("2026-11-21T06:00:12.25Z") == winter)
    }
}
