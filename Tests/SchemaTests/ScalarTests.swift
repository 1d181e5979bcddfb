import Foundation
import TestKit
import Testing

@testable import Contract

/// Code and schemas refuse the same characters: each Unicode scalar is tried at each kind of place.
@Suite("Characters", .timeLimit(.minutes(10)))
struct ScalarTests {
    private struct Place: Sendable {
        /// A definition of common.json.
        let definition: String
        let before: String
        let after: String
        let isTaken: @Sendable (String) -> Bool
    }

    private static let places: [Place] =
        [("a", "a"), ("", "a"), ("a", ""), ("", "")].map { before, after in
            Place(definition: "personName", before: before, after: after) { TextRules.isName($0) }
        }
        + [("", "a@b.lu"), ("\"a", "a\"@b.lu"), ("a@", "b.lu"), ("a@b.lu", "")].map {
            before,
            after in
            Place(definition: "email", before: before, after: after) { EmailAddress.isValid($0) }
        }
        + [("a", "a"), ("a", "")].map { before, after in
            Place(definition: "freeText", before: before, after: after) {
                TextRules.isFreeText($0, length: 1...10)
            }
        }
        + [("", ""), (" \n", "")].map { before, after in
            Place(definition: "writtenText", before: before, after: after) {
                TextRules.isFreeText($0, length: 1...10)
            }
        }

    @Test("Schemas and code refuse the same Unicode scalars, at the ends and in the middle")
    func sameScalars() throws {
        var order = JSONWriter()
        order.object { order in
            order.member("folder", Schemas.folder.path)
            order.array("places") { list in
                for place in Self.places {
                    list.object { json in
                        json.member("definition", place.definition)
                        json.member("before", place.before)
                        json.member("after", place.after)
                    }
                }
            }
        }
        let answer = try Python.answer(of: "scalars.py", to: order.bytes)
        let answers = try JSONValue(parsing: answer).elements
        try #require(answers.count == Self.places.count)
        for (place, answer) in zip(Self.places, answers) {
            let name = "\(place.definition) \(place.before)…\(place.after)"
            let refused = Self.refused(at: place)
            #expect(!refused.isEmpty)
            let ranges = (answer["refused"]?.elements ?? []).map { $0.elements.compactMap(\.int) }
            #expect(ranges == refused, "\(name)")
            for other in ["fastjsonschema", "jsonschema"] {
                #expect(answer[other]?.elements == [], "\(name), \(other)")
            }
        }
    }

    /// In ranges of the first and the last.
    private static func refused(at place: Place) -> [[Int]] {
        var ranges: [[Int]] = []
        for value in UInt32(0)...0x10ffff {
            guard let scalar = Unicode.Scalar(value) else { continue }
            var text = place.before.unicodeScalars
            text.append(scalar)
            text.append(contentsOf: place.after.unicodeScalars)
            guard !place.isTaken(String(text)) else { continue }
            if let last = ranges.indices.last, ranges[last][1] == Int(value) - 1 {
                ranges[last][1] = Int(value)
            } else {
                ranges.append([Int(value), Int(value)])
            }
        }
        return ranges
    }

    @Test("Nobody has a name that cannot be seen, nor one that looks like another's")
    func lookalikes() {
        for scalar in [
            "\u{ad}", "\u{34f}", "\u{115f}", "\u{2800}", "\u{3164}", "\u{fe0f}", "\u{e0061}",
        ] {
            #expect(!TextRules.isName(scalar))
            #expect(!TextRules.isName("Anne\(scalar)"))
            #expect(!TextRules.isLine("\(scalar)eaccess:7f3c", length: 1...255))
            #expect(!EmailAddress.isValid("anne\(scalar)@example.lu"))
        }
        for blank in [" ", "\u{a0}", "\u{2003}", "\u{3000}"] {
            #expect(!TextRules.isName(blank))
            #expect(!TextRules.isLine("eaccess:7f3c\(blank)", length: 1...255))
            #expect(TextRules.isName("Anne\(blank)Marie"))
        }
    }
}

extension JSONValue {
    fileprivate var int: Int? {
        if case .number(let number) = self { number.integer.map { Int($0) } } else { nil }
    }
}
