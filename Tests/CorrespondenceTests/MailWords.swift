import Domain
import Foundation

/// The words of the golden mails, and the lists of words that somebody read.
enum MailWords {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// What the mails in this language alone say, line by line.
    static func lines(in language: Language) throws -> [String] {
        let folder = folder.appending(path: "Golden/text")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".\(language.rawValue).txt") }
            .sorted()
            .flatMap { name in
                try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                    .split(separator: "\n")
                    // What the scenarios are called.
                    .filter { !$0.hasPrefix("======== ") }
                    .map { String($0) }
            }
    }

    /// What stands between blanks, without addresses.
    static func pieces(of line: String) -> [Substring] {
        line.split(whereSeparator: \.isWhitespace)
    }

    /// Whether it is the address of a page or a mailbox.
    static func isAddress(_ piece: Substring) -> Bool {
        piece.contains("@") || piece.contains("://")
    }

    /// All words; what has digits in it, such as an EORI, is none.
    static func words(in language: Language) throws -> Set<String> {
        var words: Set<String> = []
        for line in try lines(in: language) {
            for piece in pieces(of: line) where !isAddress(piece) {
                let parts = piece.split { character in
                    // "doesn't" is a word, "d'Douane" is two.
                    !(character.isLetter || character.isNumber
                        || language == .english && character == "'")
                }
                for part in parts where !part.contains(where: \.isNumber) {
                    let word = part.drop { $0 == "'" }
                    words.insert(String(word.hasSuffix("'") ? word.dropLast() : word))
                }
            }
        }
        return words.filter { !$0.isEmpty }
    }

    /// The entries of a list, one a line; what begins with # says where they are from.
    static func list(_ name: String) throws -> [String] {
        try String(contentsOf: folder.appending(path: "Words/\(name).txt"), encoding: .utf8)
            .split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .map { String($0) }
    }

    /// Names and codes, and what people wrote: in mails of every language.
    static func common() throws -> Set<String> { Set(try list("common")) }
}
