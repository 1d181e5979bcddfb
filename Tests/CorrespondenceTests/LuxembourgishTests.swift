import Domain
import Foundation
import Testing

/// An entry of the list of Luxembourgish words: `Portal`, or `vun/vu`, where an n goes as the next
/// word wants it.
struct LuxembourgishWord {
    /// As it stands at the end of a sentence, and where its n goes, if it does.
    let forms: [String]

    static func all() throws -> [LuxembourgishWord] {
        try MailWords.list("lb").map { entry in
            LuxembourgishWord(forms: entry.split(separator: "/").map { String($0) })
        }
    }
}

/// The rule of the n (Eifeler Regel): in the words of the list that have two forms, the n at the
/// end stays before h, n, d, t, z, a vowel and the end of what is said in one breath, and goes
/// before the rest.
@Suite("The n of Luxembourgish")
struct LuxembourgishTests {
    /// Words with and without the n that goes. A form that is a word of its own as well is not
    /// among them: "si" is "sinn", and "she".
    private struct Forms {
        var whole: Set<String> = []
        var shortened: Set<String> = []

        init() throws {
            let words = try LuxembourgishWord.all()
            let plain = Set(words.filter { $0.forms.count == 1 }.flatMap(\.forms))
            for word in words where word.forms.count == 2 {
                whole.insert(word.forms[0])
                shortened.insert(word.forms[1])
            }
            shortened.subtract(plain)
            shortened.subtract(whole)
        }
    }

    /// Words of other languages that are spelled as one of ours.
    private static let foreign: Set = ["de débit"]

    @Test("Mails have it where it belongs, and nowhere else")
    func mails() throws {
        let forms = try Forms()
        try #require(forms.whole.count > 100)
        var faults: Set<String> = []
        var (kept, dropped) = (0, 0)
        for line in try MailWords.lines(in: .luxembourgish) {
            let pieces = MailWords.pieces(of: line)
            for (piece, next) in zip(pieces, pieces.dropFirst() + [""]) {
                let (word, isAtEnd) = Self.lastWord(of: piece)
                let stays = isAtEnd || Self.stays(before: next)
                let isWhole = forms.whole.contains(word)
                guard isWhole || forms.shortened.contains(word),
                    !Self.foreign.contains("\(piece) \(next)")
                else { continue }
                if isWhole != stays { faults.insert("\(piece) \(next)") }
                if isWhole { kept += 1 } else { dropped += 1 }
            }
        }
        #expect(faults.sorted() == [])
        #expect(kept > 1000 && dropped > 1000)
    }

    @Test("No template has such a word before a value, which may begin with anything")
    func values() throws {
        let forms = try Forms()
        let folder = Sample.templateFolder
        let names = try #require(FileManager.default.enumerator(atPath: folder.path()))
            .compactMap { $0 as? String }
            .filter { $0.hasSuffix(".lb.mustache") }
        try #require(names.count > 100)
        var faults: [String] = []
        for name in names.sorted() {
            let template = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            for match in template.matches(of: /(\w+) \{\{[a-z]/) {
                let word = String(match.1)
                if forms.whole.contains(word) || forms.shortened.contains(word) {
                    faults.append("\(name): \(word)")
                }
            }
        }
        #expect(faults == [])
    }

    @Test(
        "Figures are read as they are spoken",
        arguments: [
            (1, true), (2, true), (4, false), (6, false), (7, false), (12, true), (14, false),
            (18, true), (21, true), (26, false), (30, true), (60, false), (80, true), (100, true),
            (400, false), (800, true), (1000, true), (4000, false), (12_000, true),
        ]
    )
    func figures(number: Int, stays: Bool) {
        #expect(Self.stays(before: number) == stays)
    }

    /// The letters at its end, and whether something parts them from what follows.
    private static func lastWord(of piece: Substring) -> (word: String, isAtEnd: Bool) {
        let letters = piece.reversed().drop { $0.isPunctuation || $0.isSymbol }
        let word = letters.prefix { $0.isLetter }
        return (String(word.reversed()), letters.count < piece.count)
    }

    private static func stays(before next: Substring) -> Bool {
        guard let first = next.first, first.isLetter || first.isNumber else { return true }
        if first.isNumber {
            let digits = next.prefix { $0.isNumber || $0 == "." }.filter(\.isNumber)
            return Int(digits).map { stays(before: $0) } ?? true
        }
        let letter = first.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars.first
        return letter.map { "aeiouyhndtz".unicodeScalars.contains($0) } ?? false
    }

    /// Whether an n stays before the number: it depends on how it begins when somebody says it.
    private static func stays(before number: Int) -> Bool {
        // véier, fënnef, sechs, siwen, and those that are made of them.
        func begins(_ digit: Int) -> Bool { !(4...7).contains(digit) }
        switch number {
        case ..<20: return begins(number % 10)
        case ..<100: return begins(number % 10 == 0 ? number / 10 : number % 10)
        case ..<1000: return begins(number / 100)
        default: return stays(before: number / 1000)
        }
    }
}
