import Contract
import Domain
import Storage

/// Dead letters that have the same cause, as far as that can be seen from outside.
struct LetterGroup {
    struct Key: Hashable {
        let reason: String
        let kind: String
        let user: String?
        /// Without what differs from one letter to the next: numbers and ids.
        let detail: String

        init(_ letter: LetterHead) {
            reason = letter.reason.rawValue
            kind = letter.kind
            user = letter.user
            detail = Self.normalised(letter.detail ?? "")
        }

        /// Runs of digits become `#`, and so do UUIDs and other words of hexadecimal digits that
        /// have a digit in them and are long.
        static func normalised(_ detail: String) -> String {
            var normal = ""
            var word = ""
            for scalar in detail.unicodeScalars {
                if isOfWord(scalar) {
                    word.unicodeScalars.append(scalar)
                } else {
                    normal += shape(of: word)
                    word = ""
                    normal.unicodeScalars.append(scalar)
                }
            }
            return normal + shape(of: word)
        }

        private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "-" || scalar.properties.isAlphabetic || isDigit(scalar)
        }

        private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
            ("0"..."9").contains(scalar)
        }

        private static func shape(of word: String) -> String {
            let scalars = word.unicodeScalars
            guard scalars.contains(where: isDigit) else { return word }
            let isHexadecimal = scalars.allSatisfy { $0 == "-" || $0.properties.isASCIIHexDigit }
            if isHexadecimal, scalars.count >= 8 { return "#" }
            var shape = ""
            for scalar in scalars {
                if !isDigit(scalar) {
                    shape.unicodeScalars.append(scalar)
                } else if shape.last != "#" {
                    shape += "#"
                }
            }
            return shape
        }
    }

    let key: Key
    private(set) var count = 0
    private(set) var first: Instant?
    private(set) var last: Instant?
    /// How often those were replayed that were replayed most.
    private(set) var replays: Int64 = 0

    init(_ key: Key) { self.key = key }

    mutating func add(_ letter: LetterHead) {
        count += 1
        replays = max(replays, letter.replays)
        first = min(first ?? letter.at, letter.at)
        last = max(last ?? letter.at, letter.at)
    }

    func write(to json: inout JSONWriter) {
        json.member("reason", key.reason)
        json.member("kind", key.kind)
        json.member("user", key.user)
        json.member("detail", key.detail)
        json.member("count", count)
        json.member("first", first?.description)
        json.member("last", last?.description)
        json.member("replays", replays)
    }

    static func table(_ groups: [LetterGroup]) -> Table {
        let columns: [Table.Column] = [
            .number("COUNT"), .text("REASON"), .flexible("TYPE OR QUEUE"),
            .text("USER", isOptional: true), .text("FIRST", isOptional: true), .text("LAST"),
            .flexible("DETAIL"),
        ]
        let rows = groups.map { group in
            [
                Cell(group.count), Cell(group.key.reason, .bad), Cell(group.key.kind),
                Cell(group.key.user ?? ""), Cell(group.first.map(LocalTime.short) ?? ""),
                Cell(group.last.map(LocalTime.short) ?? ""), Cell(group.key.detail),
            ]
        }
        return Table(columns, rows)
    }
}

/// Puts letters into groups, one after another.
struct LetterGrouping {
    private var all: [LetterGroup] = []
    private var places: [LetterGroup.Key: Int] = [:]

    mutating func add(_ letter: LetterHead) {
        let key = LetterGroup.Key(letter)
        let place = places[key] ?? all.count
        if place == all.count {
            all.append(LetterGroup(key))
            places[key] = place
        }
        all[place].add(letter)
    }

    /// The greatest first; groups of one size in the order of their first letters.
    var groups: [LetterGroup] {
        all.enumerated()
            .sorted { ($0.element.count, $1.offset) > ($1.element.count, $0.offset) }
            .map(\.element)
    }
}

/// Counts which letters of each group come first.
struct Sample {
    /// How many of each; nil for all.
    let size: Int?
    private var taken: [LetterGroup.Key: Int] = [:]

    init(size: Int?) { self.size = size }

    mutating func takes(_ letter: LetterHead) -> Bool {
        guard let size else { return true }
        let count = taken[LetterGroup.Key(letter), default: 0]
        guard count < size else { return false }
        taken[LetterGroup.Key(letter)] = count + 1
        return true
    }
}
