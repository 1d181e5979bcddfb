import Domain
import Foundation
import TestKit
import Testing

/// A word that hunspell does not know is either wrong, or goes into a list of `Words`, by hand.
@Suite("Spelling of mails", .timeLimit(.minutes(10)))
struct SpellingTests {
    struct Unreadable: Error { let reason: String }

    private static let dictionaries: [Language: String] = [
        .english: "en_GB", .french: "fr_FR", .german: "de_DE",
    ]

    @Test("Each word is in hunspell's dictionary or in our list", arguments: dictionaries.keys)
    func dictionary(language: Language) throws {
        let words = try MailWords.words(in: language).subtracting(MailWords.common())
        let listed = try MailWords.list(language.rawValue)
        let unknown = try Self.unknown(
            words.subtracting(listed),
            to: try #require(Self.dictionaries[language])
        )
        #expect(
            unknown == [],
            "misspelled, or missing in Tests/CorrespondenceTests/Words/\(language.rawValue).txt"
        )
    }

    @Test("Each word in Luxembourgish is in our list: Debian has no dictionary")
    func luxembourgish() throws {
        let words = try MailWords.words(in: .luxembourgish).subtracting(MailWords.common())
        let known = try Set(LuxembourgishWord.all().flatMap(\.forms))
        #expect(
            words.subtracting(known).sorted() == [],
            "misspelled, or missing in Tests/CorrespondenceTests/Words/lb.txt"
        )
    }

    @Test("What is listed stands in a mail, and once in its list")
    func lists() throws {
        var everywhere: Set<String> = []
        for language in Language.allCases {
            let words = try MailWords.words(in: language)
            everywhere.formUnion(words)
            let listed = try MailWords.list(language.rawValue)
            #expect(Set(listed).count == listed.count, "\(language.rawValue).txt")
            guard language != .luxembourgish else { continue }
            #expect(Set(listed).subtracting(words) == [], "\(language.rawValue).txt")
            #expect(try MailWords.common().isDisjoint(with: listed), "\(language.rawValue).txt")
        }
        let luxembourgish = try MailWords.words(in: .luxembourgish)
        let unused = try LuxembourgishWord.all().filter { luxembourgish.isDisjoint(with: $0.forms) }
        #expect(unused.map(\.forms) == [], "lb.txt")
        #expect(try MailWords.common().subtracting(everywhere) == [], "common.txt")
    }

    /// Those of the words that hunspell does not know, in order.
    private static func unknown(_ words: Set<String>, to dictionary: String) throws -> [String] {
        let file = NSTemporaryDirectory() + "/registrar-words-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        // A word that nobody knows: without it, a checker that does nothing would do.
        let words = words.sorted() + ["Xqzw"]
        try Data(words.joined(separator: "\n").utf8).write(to: URL(filePath: file))
        let end = try Command.run([
            "env", "LC_ALL=C.UTF-8", "hunspell", "-i", "utf-8", "-d", dictionary, "-l", file,
        ])
        let unknown = end.output.split(separator: "\n").map { String($0) }
        guard end.exitCode == 0, unknown.last == "Xqzw" else {
            throw Unreadable(
                reason: "hunspell does not read \(dictionary) (make packages-for-tests installs "
                    + "it): \(end.errors)"
            )
        }
        return unknown.dropLast()
    }
}
