import Domain
import Foundation
import Testing
import Workflow

@testable import Correspondence

@Suite("Text that others wrote")
struct HostileTextTests {
    private func mail(
        givenName: String = "Anne",
        email: String = "anne@example.lu",
        remarks: String? = nil
    ) throws -> SentData {
        let register = Sample.register()
        register.persons[0].details?.givenName = givenName
        register.persons[0].details?.email = email
        let request = Sample.request(status: .granted, authorised: OperationSet([.import]))
        let messages = try Sample.correspondent().follow(
            .requestChanged(request, previous: .pending, by: .rule, remarks: remarks),
            register: register,
            cause: Sample.cause
        )
        return try SentData(messages[0])
    }

    @Test(
        "A name is markup in no place",
        arguments: [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\"\u{301} onload='x", "&quot;\u{301} onload=&#39;x"),
            ("<\u{338}b>\u{338}", "&lt;\u{338}b&gt;\u{338}"),
            ("A & B &amp;", "A &amp; B &amp;amp;"),
            (#"back\slash "quote""#, #"back\slash &quot;quote&quot;"#),
        ]
    )
    func html(name: String, escaped: String) throws {
        let sent = try mail(givenName: name)
        // By scalars: a comparison of characters would not see a lone quote before a mark.
        #expect(
            try Array(sent.html.unicodeScalars).contains(Array("\(escaped) Weber".unicodeScalars))
        )
        #expect(
            try !Array(sent.html.unicodeScalars).contains(Array("\(name) Weber".unicodeScalars))
        )
        #expect(try sent.text.hasPrefix("Dear \(name) Weber,\n"))
    }

    @Test(
        "A value is never taken for a tag",
        arguments: ["{{recipient}}", "{{{eori}}}", "{{#remarks}}", "{{=<% %>=}}", "**", "{{!"]
    )
    func tags(value: String) throws {
        let sent = try mail(givenName: value, remarks: value)
        #expect(try sent.text.hasPrefix("Dear \(value) Weber,\n"))
        #expect(try sent.text.contains("remarks: \(value)\n"))
        let escaped = value.replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        #expect(try sent.html.contains("<p>Dear \(escaped) Weber,</p>"))
    }

    @Test(
        "A line break in a name becomes a space",
        arguments: ["\r\n", "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\t", "\u{0}", "\u{b}"]
    )
    func singleLine(lineBreak: String) throws {
        let name = "Anne\(lineBreak)Bcc: x@example.lu"
        let sent = try mail(givenName: name, email: "a@b.lu\(lineBreak)c@d.lu")
        #expect(try sent.text.hasPrefix("Dear Anne Bcc: x@example.lu Weber,\n"))
        let to = try #require((sent.data["to"] as? [[String: String]])?.first)
        #expect(to == ["name": "Anne Bcc: x@example.lu Weber", "email": "a@b.lu c@d.lu"])
        #expect(try sent.string("subject").unicodeScalars.allSatisfy { $0.value >= 0x20 })
        let headers = try #require(sent.data["headers"] as? [String: String])
        #expect(
            headers.values.allSatisfy {
                $0.unicodeScalars.allSatisfy { (0x20...0x7e).contains($0.value) }
            }
        )
    }

    @Test(
        "Remarks keep their lines",
        arguments: ["\r\n", "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
    )
    func lines(lineBreak: String) throws {
        let sent = try mail(remarks: "one\(lineBreak)<two>")
        #expect(try sent.text.contains("remarks: one\n<two>\n"))
        #expect(try sent.html.contains("remarks:</strong> one<br>\n&lt;two&gt;</p>"))
    }

    @Test(
        "Controls of the writing direction are left out",
        arguments: [0x202a...0x202e, 0x2066...0x2069]
    )
    func bidirectional(range: ClosedRange<UInt32>) throws {
        for value in range {
            let control = String(try #require(Unicode.Scalar(value)))
            let sent = try mail(givenName: "An\(control)ne", remarks: "x\(control)y")
            #expect(try sent.text.hasPrefix("Dear Anne Weber,\n"))
            #expect(try sent.text.contains("remarks: xy\n"))
        }
    }

    @Test("Any text comes out as valid JSON, without controls and without markup")
    func everyScalar() throws {
        var scalars = String.UnicodeScalarView()
        for value in UInt32(0)...0x2fff {
            if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
        }
        let sent = try mail(givenName: String(scalars), remarks: String(scalars))
        let plain = try mail()
        for form in [try sent.text, try sent.html] {
            let controls = form.unicodeScalars.filter {
                $0.properties.generalCategory == .control && $0 != "\n"
            }
            #expect(controls.isEmpty)
        }
        func tags(_ html: String) -> Int { html.unicodeScalars.count { $0 == "<" } }
        // In each block, remarks of five line breaks: LF, CR, NEL, LS, PS.
        #expect(try tags(sent.html) == tags(plain.html) + 2 * 5)
    }
}
