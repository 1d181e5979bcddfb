@testable import Contract
import Foundation

/// Makes events of a good one that differ from it in one place: a member removed or added, a value
/// of another type, of another length, with other characters.
struct Variants {
    struct Variant {
        /// Such as `/data/eori = "LU"`.
        let change: String
        let event: JSONValue

        fileprivate init(change: String, event: JSONValue) {
            self.change = change
            self.event = event
        }

        fileprivate init(
            _ place: String,
            _ other: JSONValue,
            _ whole: (JSONValue) -> JSONValue
        ) {
            self.init(change: "\(place) = \(other.short)", event: whole(other))
        }
    }

    private var all: [Variant] = []
    private let lengths: [Int]
    private let counts: [Int]
    private let words: [String]
    /// The places that were varied, with the schema unless all have them in common.
    private var seen: Set<String> = []
    private var schema = ""

    /// - Parameters:
    ///   - lengths: to which texts are cut and filled.
    ///   - counts: to which lists of UUIDs and of objects are filled.
    ///   - words: what is put in the place of each text.
    init(lengths: [Int], counts: [Int], words: [String]) {
        self.lengths = lengths
        self.counts = counts
        self.words = words
    }

    /// - Parameter schema: the event's. What all messages have in common is varied in the first one
    ///   only, and of what the examples of one have in common only the type.
    mutating func vary(_ event: JSONValue, of schema: String) -> [Variant] {
        all = []
        self.schema = schema
        vary(event, at: "") { $0 }
        return all
    }

    private func isCommon(_ place: String) -> Bool {
        ["/id", "/source", "/time", "/datacontenttype"].contains(place)
            || place.hasPrefix("/data/applicant/") || place.hasPrefix("/data/actor/")
    }

    private mutating func vary(
        _ value: JSONValue,
        at place: String,
        within whole: @escaping (JSONValue) -> JSONValue
    ) {
        let isNew = seen.insert(isCommon(place) ? place : schema + place).inserted
        if isNew || !isCommon(place) {
            for other in Self.otherTypes { all.append(Variant(place, other, whole)) }
        }
        if isNew, case .string(let text) = value {
            for other in variations(of: text) { all.append(Variant(place, .string(other), whole)) }
        }
        switch value {
        case .object(let object): vary(object.members, at: place, within: whole)
        case .array(let elements):
            for other in [elements + elements, elements + [.null]] + filled(elements) {
                all.append(Variant(place, .array(other), whole))
            }
            guard let first = elements.first else { return }
            vary(first, at: "\(place)/0") { whole(.array([$0] + elements.dropFirst())) }
        default: break
        }
    }

    private mutating func vary(
        _ members: [JSONObject.Member],
        at place: String,
        within whole: @escaping (JSONValue) -> JSONValue
    ) {
        for more in Self.strangers {
            let event = whole(.object(JSONObject(members + [more])))
            all.append(Variant(change: "\(place) with \(more.name)", event: event))
        }
        for (index, member) in members.enumerated() {
            var fewer = members
            fewer.remove(at: index)
            let event = whole(.object(JSONObject(fewer)))
            all.append(Variant(change: "\(place) without \(member.name)", event: event))
            vary(member.value, at: "\(place)/\(member.name)") { other in
                var changed = members
                changed[index] = JSONObject.Member(member.name, other)
                return whole(.object(JSONObject(changed)))
            }
        }
    }

    // MARK: Replacements

    private static let strangers = [
        JSONObject.Member("unknown", .string("x")), JSONObject.Member("Un-known", .null),
        JSONObject.Member("unknown\n", .string("x")),
        JSONObject.Member("data_base64", .null), JSONObject.Member("data_base64", .string("e30=")),
    ]

    private static let otherTypes: [JSONValue] =
        [
            .null, .boolean(true), .boolean(false), .string(""), .string("x"), .array([]),
            .array([.string("x")]), .array([.array([])]), .object(JSONObject([])),
            .object(JSONObject([JSONObject.Member("x", .string("x"))])),
        ] + numbers

    private static let numbers: [JSONValue] = [
        "0", "1", "-1", "1.0", "1e0", "1.5", "2147483647", "2147483648", "1e30",
    ].map { .number(JSONNumber(checked: $0)) }

    /// Lists of UUIDs, no two of them the same, and of objects that are all alike.
    private func filled(_ elements: [JSONValue]) -> [[JSONValue]] {
        if case .object? = elements.first {
            return counts.map { Array(repeating: elements[0], count: $0) }
        }
        guard UUID(uuidString: elements.first?.text ?? "") != nil else { return [] }
        return counts.map { count in
            (0..<count).map { index in
                let digits = String(index, radix: 16)
                let zeros = String(repeating: "0", count: 12 - digits.count)
                return .string("00000000-0000-4000-8000-" + zeros + digits)
            }
        }
    }

    private func variations(of text: String) -> [String] {
        let ends = Self.characters.flatMap { [text + $0, $0 + text] }
        let filled = lengths.flatMap { length -> [String] in
            let scalars = text.unicodeScalars
            let cut = String(String.UnicodeScalarView(scalars.prefix(length)))
            let filling = String(repeating: "a", count: max(0, length - scalars.count))
            return [cut + filling, filling + cut]
        }
        return [text.uppercased(), text.lowercased()] + ends + filled + words
    }

    /// Characters that some rule tells apart from others.
    private static let characters = [
        "a", "Z", "0", " ", "\t", "\n", "\r", "\u{1}", "\u{b}", "\u{7f}", "\u{85}", "\u{9f}",
        "\u{a0}", "é", "\u{61c}", "\u{1680}", "\u{200b}", "\u{2028}", "\u{202e}", "\u{2066}",
        "\u{feff}", "\u{ad}", "\u{34f}", "\u{115f}", "\u{2800}", "\u{3000}", "\u{3164}", "\u{fe0f}",
        "\u{e0061}", "😀", "\"", "<", ",", ".", "-", "@", "/", ":", "%", "%41",
        "#", "?", "[", "\\", "'", "~",
        // Noncharacters, which Swift does not write: U+FDD0 and U+FFFF.
        String(decoding: [0xef, 0xb7, 0x90], as: UTF8.self),
        String(decoding: [0xef, 0xbf, 0xbf], as: UTF8.self),
    ]

    /// Words that some rule takes, and words that just miss one.
    static let words = [
        // EORI numbers
        "L1", "LU", "LU1", "lu1", "1LU", "LU123456789012345", "LU1234567890123456", "LU ~", "LU~!",
        // Addresses
        "a@b", "@b", "a@", "a@@b", "a.b@c.lu", "a..b@c.lu", ".a@b.lu", "a.@b.lu", "a@-b.lu",
        "a@b-.lu", "a@b-c.lu", "a@b..lu", "a@b.lu.", "a@b_c", "a@[127.0.0.1]", "é@é.lu",
        "a@b\u{a0}",
        "\"a\"@b", "\"\"@b", "\"a\\\"b\"@c", "\"a\"b\"@c", "\"a\\\"@b", "\"a@b\"@c", "\"a,b\"@c",
        "a(b)@c", "a;b@c", "A <a@b>", String(repeating: "a", count: 64) + "@b",
        String(repeating: "a", count: 65) + "@b", "a@" + String(repeating: "b", count: 63),
        "a@" + String(repeating: "b", count: 64),
        // URI references
        "urn:", "//", "///", "//a", "//a@b", "//a@b@c", "//[::1]", "//[::1]:80", "//[]", "//a:b",
        "//a:80/",
        "a:/b//c", "a://b//c", "1a:b", "a+b:c", "a_b:c", "./a:b", "a/b:c", "/a", "a//b", "?a", "#a",
        "#a#b",
        "a?b?c#d?e", "a[b]", "%4", "%", "a%4g",
        // Days and times
        "2026-11-21", "2026-13-01", "2026-00-10", "2026-11-32", "2026-1-1", "0000-01-01",
        "2026/11/21",
        "2026-11-21T05:14:09+01:00", "2026-11-21T05:14:09-23:59", "2026-11-21T05:14:09+24:00",
        "2026-11-21T24:00:00Z", "2026-11-21T05:60:00Z", "2026-11-21T05:14:61Z",
        "2026-11-21 05:14:09Z",
        "2026-11-21T05:14:09", "2026-11-21T05:14Z", "2026-11-21t05:14:09z", "2026-11-21T05:14:09.Z",
        "2026-11-21T05:14:09.123456789012Z", "2026-11-21T05:14:09,5Z", "2026-12-31T23:59:60Z",
        // Words of sets, numbers as text, media types
        "import", "Import", "en", "EN", "luxtrust", "manager", "employee", "legal-representative",
        "granted",
        "rejected", "information-requested", "1.0", "99", "100", "599", "600", "+20", "-20", "2e2",
        "٢٠٠",
        "application/json", "APPLICATION/JSON ;a=b", " application/json", "application/jsonx",
        "text/plain",
    ]
}

extension JSONValue {
    fileprivate var short: String {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.count <= 60 ? text : "\(text.prefix(60))… (\(text.unicodeScalars.count))"
    }
}
