import Contract
import Domain
import Testing

@Suite struct JSONWriterTests {
    @Test func writesEveryKindOfMember() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("text", "a")
            writer.member("none", nil as String?)
            writer.optionalMember("left out", nil)
            writer.optionalMember("there", "b")
            writer.member("number", -5)
            writer.member("large", Int64.max)
            writer.member("no number", nil as Int?)
            writer.member("flag", false)
            writer.member("texts", ["x", "y"])
            writer.member("no texts", [])
            writer.object("empty") { _ in }
            writer.array("values") { values in
                values.null()
                values.boolean(true)
                values.integer(7 as UInt8)
                values.array { $0.raw("1.50") }
                values.object { $0.member("k", .array([.null])) }
                values.raw(Array("{}".utf8))
            }
            writer.key("last")
            writer.string("")
        }
        #expect(
            writer.text
                == #"{"text":"a","none":null,"there":"b","number":-5,"large":9223372036854775807,"#
                + #""no number":null,"flag":false,"texts":["x","y"],"no texts":[],"empty":{},"#
                + #""values":[null,true,7,[1.50],{"k":[null]},{}],"last":""}"#
        )
    }

    static let strings: [(String, String)] = [
        ("", #""""#), ("plain", #""plain""#), ("\"", #""\"""#), ("\\", #""\\""#),
        ("a\"b\\c", #""a\"b\\c""#), ("/", #""/""#), ("\n\r\t", #""\n\r\t""#),
        ("\u{0}\u{1}\u{8}\u{c}\u{1f}", #""\u0000\u0001\u0008\u000c\u001f""#),
        ("\r\n", #""\r\n""#), ("é€😀", #""é€😀""#), ("\u{2028}x\u{2029}", #""\u2028x\u2029""#),
        ("\u{2027}\u{202a}\u{20ac}", "\"\u{2027}\u{202a}\u{20ac}\""), ("\u{7f}", "\"\u{7f}\""),
        ("\"\u{301}", "\"\\\"\u{301}\""),
        ("long enough not to be small \n", #""long enough not to be small \n""#),
    ]

    @Test(arguments: strings.indices)
    func escapesWhatItMust(_ index: Int) {
        let (text, json) = Self.strings[index]
        var writer = JSONWriter()
        writer.string(text)
        #expect(Array(writer.text.utf8) == Array(json.utf8))
        writer = JSONWriter()
        writer.object { $0.member(text, 1) }
        #expect(Array(writer.text.utf8) == Array("{\(json):1}".utf8))
    }

    /// Eight bytes are looked at in one step where they are there.
    @Test func escapesWhereverItStands() {
        for (text, json) in Self.strings where text.utf8.count <= 8 {
            for before in 0...17 {
                for after in 0...17 {
                    let (start, end) = (
                        String(repeating: "~", count: before), String(repeating: " ", count: after)
                    )
                    var writer = JSONWriter()
                    writer.string(start + text + end)
                    let content = json.utf8.dropFirst().dropLast()
                    let expected = Array("\"\(start)".utf8) + content + Array("\(end)\"".utf8)
                    #expect(writer.bytes == expected, "\(json), \(before) after its start")
                }
            }
        }
    }

    /// What was parsed and is written again is the same value, and what is written parses.
    @Test func roundTrips() throws {
        var generator = SeededGenerator(seed: 20_261_121)
        for _ in 0..<2000 {
            let value = randomValue(depth: 0, using: &generator)
            var writer = JSONWriter()
            writer.value(value)
            #expect(try JSONValue(parsing: writer.bytes) == value)
        }
    }

    private func randomValue(
        depth: Int,
        using generator: inout SeededGenerator
    ) -> JSONValue {
        switch Int.random(in: 0..<(depth < 5 ? 8 : 5), using: &generator) {
        case 0: return .null
        case 1: return .boolean(.random(using: &generator))
        case 2: return .number(JSONNumber(Int64.random(in: .min ... .max, using: &generator)))
        case 3, 4: return .string(randomText(using: &generator))
        case 5:
            let count = Int.random(in: 0..<5, using: &generator)
            return .array((0..<count).map { _ in randomValue(depth: depth + 1, using: &generator) })
        default:
            let count = Int.random(in: 0..<20, using: &generator)
            let members = (0..<count).map { index in
                JSONObject.Member(
                    "\(index)." + randomText(using: &generator),
                    randomValue(depth: depth + 1, using: &generator)
                )
            }
            return .object(JSONObject(members))
        }
    }

    private func randomText(using generator: inout SeededGenerator) -> String {
        let count = Int.random(in: 0..<12, using: &generator)
        var scalars = String.UnicodeScalarView()
        for _ in 0..<count {
            let limit: UInt32 =
                [0x80, 0x80, 0x800, 0x3000, 0x110000]
                .randomElement(using: &generator) ?? 0x80
            // U+0000 is the one scalar that is written but not taken.
            if let scalar = Unicode.Scalar(UInt32.random(in: 1..<limit, using: &generator)) {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
