import Contract
import Domain
import Testing

@Suite struct JSONParserTests {
    // MARK: What is taken

    static let accepted: [(String, JSONValue)] = [
        ("null", .null), ("true", .boolean(true)), ("false", .boolean(false)),
        (" \t\r\n0 ", .number(JSONNumber(0))), ("\"\"", .string("")), ("[]", .array([])),
        ("{}", .object(JSONObject([]))), ("[ ]", .array([])), ("{ }", .object(JSONObject([]))),
        ("[1 , [ ] ]", .array([.number(JSONNumber(1)), .array([])])),
        (
            #"{"b":1,"a":null,"":true}"#,
            .object(
                JSONObject([
                    .init("b", .number(JSONNumber(1))), .init("a", .null),
                    .init("", .boolean(true)),
                ])
            )
        ),
        (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{c}\n\r\t")),
        (#""\u00e9\u00E9""#, .string("éé")), (#""x\ud83d\ude00y""#, .string("x😀y")),
        (#""é\n€ 😀 \uFFFF""#, .string("é\n€ 😀 \u{ffff}")),
        (
            "\"\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}\"",
            .string("\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}")
        ),
        (#""\u0001""#, .string("\u{1}")),
    ]

    @Test(arguments: accepted.indices)
    func accepts(_ index: Int) throws {
        let (text, value) = Self.accepted[index]
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test(arguments: [
        "0", "-0", "1", "-1", "10", "1.0", "1.5e3", "1E+2", "1e-2", "0.25", "-0.0e0",
        "123456789012345678901234567890", "1e999999999999999999999",
    ])
    func keepsTheTextOfNumbers(_ text: String) throws {
        guard case .number(let number) = try JSONValue(parsing: Array(text.utf8)) else {
            Issue.record("\(text) is no number")
            return
        }
        #expect(number.text == text)
    }

    // MARK: What is refused

    /// Text, offset of the fault, pointer.
    static let refused: [(String, Int, String)] = [
        ("", 0, ""), ("   ", 3, ""), ("\n", 1, ""), ("\u{feff}{}", 0, ""), ("{}\u{feff}", 2, ""),
        ("\u{a0}{}", 0, ""), ("\u{c}{}", 0, ""), ("{}\0", 2, ""), ("\0", 0, ""),
        // Comments.
        ("// a\n{}", 0, ""), ("/* a */{}", 0, ""), ("{/**/}", 1, ""), ("[1/**/]", 2, ""),
        ("{}//", 2, ""), ("# a\n{}", 0, ""), (#"{"a"/**/:1}"#, 4, ""), ("[1,/**/2]", 3, "/1"),
        // Commas and colons.
        ("[1,]", 2, ""), (#"{"a":1,}"#, 6, ""), ("[,1]", 1, "/0"), ("[1,,2]", 3, "/1"),
        ("{,}", 1, ""), (#"{"a":1,,"b":2}"#, 7, ""), ("[1 2]", 3, ""), (#"{"a" 1}"#, 5, ""),
        (#"{"a"::1}"#, 5, "/a"), (#"{"a":}"#, 5, "/a"), (#"{"a"}"#, 4, ""),
        (#"{"a":1 "b":2}"#, 7, ""),
        ("[1;2]", 2, ""), (#"{"a"=1}"#, 4, ""), ("{1:2}", 1, ""), ("{a:1}", 1, ""),
        ("{'a':1}", 1, ""), ("['a']", 1, "/0"), ("{null:1}", 1, ""),
        // Ends.
        ("[", 1, "/0"), ("{", 1, ""), ("[1", 2, ""), ("[1,", 3, "/1"), (#"{"a""#, 4, ""),
        (#"{"a":"#, 5, "/a"), (#"{"a":1"#, 6, ""), (#"{"a":1,"#, 7, ""), ("]", 0, ""),
        ("}", 0, ""), ("[}", 1, "/0"), ("{]", 1, ""), ("[1}", 2, ""), (#"{"a":1]"#, 6, ""),
        ("{}{}", 2, ""), ("{} x", 3, ""), ("1 2", 2, ""), ("[]]", 2, ""), ("null,", 4, ""),
        // Literals.
        ("NaN", 0, ""), ("Infinity", 0, ""), ("-Infinity", 0, ""), ("nan", 0, ""),
        ("True", 0, ""), ("TRUE", 0, ""), ("tru", 0, ""), ("nul", 0, ""), ("nulll", 4, ""),
        ("undefined", 0, ""), ("fals", 0, ""), ("[NaN]", 1, "/0"), ("truefalse", 4, ""),
        // Numbers.
        ("01", 0, ""), ("-01", 0, ""), ("00", 0, ""), ("+1", 0, ""), (".5", 0, ""), ("1.", 0, ""),
        ("-", 0, ""), ("-.5", 0, ""), ("1.e1", 0, ""), ("1e", 0, ""), ("1e+", 0, ""),
        ("1E-", 0, ""), ("0x1", 1, ""), ("1_000", 1, ""), ("--1", 0, ""), ("1.2.3", 3, ""),
        ("1e1.5", 3, ""), ("[-]", 1, "/0"), ("1,5", 1, ""), ("0e", 0, ""), ("[01]", 1, "/0"),
        // Strings.
        ("\"", 1, ""), ("\"a", 2, ""), ("\"\\", 1, ""), (#""\""#, 3, ""), ("\"\n\"", 1, ""),
        ("\"\t\"", 1, ""), ("\"\u{1f}\"", 1, ""), ("\"a\0b\"", 2, ""), (#""\x""#, 1, ""),
        (#""\a""#, 1, ""), (#""\'""#, 1, ""), (#""\u""#, 1, ""), (#""\u12""#, 1, ""),
        (#""\u123""#, 1, ""), (#""\u12G4""#, 1, ""), (#""\U0041""#, 1, ""), (#""\u{41}""#, 1, ""),
        (#""\u0000""#, 1, ""), (#""a\u0000b""#, 2, ""), (#"{"\u0000":1}"#, 2, ""),
        (#""\ud800""#, 1, ""), (#""\udc00""#, 1, ""), (#""\ud800\ud800""#, 1, ""),
        (#""\udc00\ud800""#, 1, ""), (#""\ud800a""#, 1, ""), (#""\ud800\n""#, 1, ""),
        (#""\ud800\u0041""#, 1, ""), (#""\ud800\u""#, 1, ""), (#""\udbff\ue000""#, 1, ""),
        (#""\u 041""#, 1, ""), (#""\u-041""#, 1, ""), (#""\u+041""#, 1, ""),
        // Names that occur twice.
        (#"{"a":1,"a":1}"#, 7, "/a"), (#"{"a":1,"\u0061":2}"#, 7, "/a"),
        (#"{"x":{"a":1,"b":2,"a":3}}"#, 18, "/x/a"), (#"{"":1,"":2}"#, 6, ""),
        (#"[{"a":[{"b":1,"b":2}]}]"#, 14, "/0/a/0/b"),
        // Places whose names are not repeated, and names that need escapes.
        (#"{"anne@example.lu":[x]}"#, 20, ""), (#"{"a/b":{"c~d":x}}"#, 14, "/a~1b/c~0d"),
    ]

    @Test(arguments: refused.indices)
    func refuses(_ index: Int) {
        let (text, offset, pointer) = Self.refused[index]
        expectMalformed(Array(text.utf8), offset: offset, pointer: pointer)
    }

    /// Ill-formed UTF-8 inside a string, with the offset of the sequence that is wrong.
    static let illFormed: [([UInt8], Int)] = [
        ([0x80], 0), ([0xbf], 0), ([0xff], 0), ([0xfe], 0), ([0xc0, 0x80], 0), ([0xc0, 0xaf], 0),
        ([0xc1, 0xbf], 0), ([0xc3], 0), ([0xc3, 0x28], 0), ([0x61, 0xc3, 0xc3, 0xa9], 1),
        ([0xe0, 0x80, 0x80], 0), ([0xe0, 0x9f, 0xbf], 0), ([0xe2, 0x82], 0),
        ([0xe2, 0x82, 0x28], 0),
        ([0xed, 0xa0, 0x80], 0), ([0xed, 0xbf, 0xbf], 0),
        ([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], 0),
        ([0xf0, 0x80, 0x80, 0x80], 0), ([0xf0, 0x8f, 0xbf, 0xbf], 0),
        ([0xf4, 0x90, 0x80, 0x80], 0),
        ([0xf5, 0x80, 0x80, 0x80], 0), ([0xf8, 0x88, 0x80, 0x80, 0x80], 0),
        ([0xf0, 0x9f, 0x98], 0),
        ([0xc3, 0xa9, 0xe9], 2), ([0xf0, 0x9f, 0x98, 0x28], 0), ([0xf0, 0x9f, 0x28, 0x80], 0),
    ]

    @Test(arguments: illFormed.indices)
    func refusesIllFormedUTF8(_ index: Int) {
        let (sequence, offset) = Self.illFormed[index]
        let quote = UInt8(ascii: "\"")
        expectMalformed([quote] + sequence + [quote], offset: offset + 1, pointer: "")
        // After an escape, where another part of the parser reads.
        expectMalformed(
            [quote] + Array(#"\n"#.utf8) + sequence + [quote],
            offset: offset + 3,
            pointer: ""
        )
        // Cut off by the end of the text.
        expectMalformed([quote] + sequence, offset: offset + 1, pointer: "")
        // Outside a string.
        expectMalformed([UInt8(ascii: "[")] + sequence, offset: nil, pointer: nil)
    }

    @Test func saysWhereAFaultIs() throws {
        let text = "{\n  \"data\": {\n    \"eori\": LU1\n  }\n}"
        let problem = try #require(throws: Problem.self) {
            try JSONValue(parsing: Array(text.utf8))
        }
        #expect(problem.code == .malformed)
        #expect(problem.detail == "byte 26 (line 3, column 13): no value begins like this")
        #expect(problem.findings.map(\.pointer) == ["/data/eori"])
    }

    @Test(arguments: ["[", #"{"a":"#])
    func boundsNesting(_ opening: String) throws {
        let closing = opening == "[" ? "]" : "}"
        func nested(_ depth: Int) -> [UInt8] {
            let inner = opening == "[" ? "[]" : "{}"
            return Array(
                (String(repeating: opening, count: depth - 1) + inner
                    + String(repeating: closing, count: depth - 1)).utf8
            )
        }
        _ = try JSONValue(parsing: nested(16))
        expectMalformed(nested(17), offset: 16 * opening.utf8.count, pointer: nil)
        expectMalformed(
            Array(String(repeating: opening, count: 100_000).utf8),
            offset: 16 * opening.utf8.count,
            pointer: nil
        )
    }

    @Test func findsDuplicatesAmongManyNames() throws {
        let names = (0..<40_000).map { "\"n\($0)\":0" }
        let unique = Array("{\(names.joined(separator: ","))}".utf8)
        _ = try JSONValue(parsing: unique)
        for count in [15, 16, 17, 18, 40] {
            let some = names.prefix(count).joined(separator: ",")
            for twice in [0, count - 1] {
                expectMalformed(
                    Array("{\(some),\"n\(twice)\":1}".utf8),
                    offset: some.utf8.count + 2,
                    pointer: "/n\(twice)"
                )
            }
        }
    }

    @Test func equivalentNamesAreDifferentNames() throws {
        let text = "{\"\u{e9}\":1,\"e\u{301}\":2}"
        guard case .object(let object) = try JSONValue(parsing: Array(text.utf8)) else {
            Issue.record("not an object")
            return
        }
        #expect(object["\u{e9}"] == .number(JSONNumber(1)))
        #expect(object["e\u{301}"] == .number(JSONNumber(2)))
    }

    private func expectMalformed(
        _ bytes: [UInt8],
        offset: Int?,
        pointer: String?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        do throws(Problem) {
            let value = try JSONValue(parsing: bytes)
            Issue.record("taken as \(value)", sourceLocation: sourceLocation)
        } catch {
            #expect(error.code == .malformed, sourceLocation: sourceLocation)
            if let offset {
                #expect(
                    error.detail.hasPrefix("byte \(offset) "),
                    "\(error.detail)",
                    sourceLocation: sourceLocation
                )
            }
            if let pointer {
                #expect(error.findings.first?.pointer == pointer, sourceLocation: sourceLocation)
            }
        }
    }
}

@Suite struct JSONNumberTests {
    /// Text, its integer, and the same number in thousandths.
    static let numbers: [(String, Int64?, Int64?)] = [
        ("0", 0, 0), ("-0", 0, 0), ("0.000", 0, 0), ("0e999999999999999999999", 0, 0),
        ("1", 1, 1000), ("1.0", 1, 1000), ("1e0", 1, 1000), ("10e-1", 1, 1000),
        ("0.1e1", 1, 1000), ("-1.50", nil, -1500), ("0.25", nil, 250), ("0.0001", nil, nil),
        ("1.2345", nil, nil), ("1.23450e1", nil, 12345), ("100", 100, 100_000),
        ("1e2", 100, 100_000), ("9223372036854775807", .max, nil),
        ("-9223372036854775808", .min, nil), ("9223372036854775808", nil, nil),
        ("-9223372036854775809", nil, nil), ("1e18", 1_000_000_000_000_000_000, nil),
        ("1e19", nil, nil), ("9223372036854775.807", nil, .max), ("1e-3", nil, 1),
        ("1e-4", nil, nil),
        ("1e99999999999999999999999999", nil, nil), ("1e-99999999999999999999999999", nil, nil),
        ("0.00000000000000000000000000001e29", 1, 1000),
        ("12345678901234567890e-3", nil, nil), ("9999999999999999999", nil, nil),
    ]

    @Test(arguments: numbers.indices)
    func reads(_ index: Int) throws {
        let (text, integer, thousandths) = Self.numbers[index]
        let number = try parse(text)
        #expect(number.integer == integer)
        #expect(number.scaled(byPowerOfTen: 3) == thousandths)
    }

    @Test func readsVeryLongNumbers() throws {
        let zeros = String(repeating: "0", count: 300_000)
        #expect(try parse("1" + zeros).integer == nil)
        #expect(try parse("1." + zeros).integer == 1)
        #expect(try parse("1" + zeros + "e-300000").integer == 1)
        #expect(try parse("0." + zeros + "1e300001").integer == 1)
        #expect(try parse("1e" + zeros + "1").integer == 10)
        #expect(try parse(String(repeating: "9", count: 300_000)).integer == nil)
        #expect(try parse("1e" + String(repeating: "9", count: 300_000)).integer == nil)
    }

    private func parse(_ text: String) throws -> JSONNumber {
        let value = try JSONValue(parsing: Array(text.utf8))
        guard case .number(let number) = value else {
            throw Problem(.malformed, "not a number")
        }
        return number
    }
}
