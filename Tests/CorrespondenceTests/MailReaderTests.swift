import Domain
import Foundation
import TestKit
import Testing

/// What receivers see: each mail is built as the example of a mailer does it, and read by parsers
/// that Registrar does not use.
@Suite("Mails, read by email and html5lib", .timeLimit(.minutes(10)))
struct MailReaderTests {
    /// What mails.py says of a mail.
    private struct Received: Decodable {
        struct Block: Decodable {
            let language: String
            let words: String
        }

        let headers: [String: String]
        let text: String
        let html: String
        let calendar: String?
        let title: String
        let language: String
        let blocks: [Block]
        let faults: [String]
    }

    /// Not in the order in which Registrar lists them.
    private static let languages: [Language] = [.luxembourgish, .german, .french, .english]
    private static let rule = String(repeating: "-", count: 40)

    @Test("Every mail arrives whole: headers, text, HTML without a fault, entry for a calendar")
    func parts() throws {
        let sent = try Scenario.all.map { try #require(try $0.mail(in: Self.languages)) }
        let order = try JSONSerialization.data(withJSONObject: sent.map(\.event))
        let answer = try Python.answer(of: "mails.py", to: Array(order))
        let received = try JSONDecoder().decode([Received].self, from: Data(answer))
        try #require(received.count == sent.count && received.count > 200)
        for (mail, received) in zip(sent, received) {
            try expect(received, says: mail)
            try expectBlocks(received, of: mail)
        }
        #expect(received.contains { $0.calendar != nil })
    }

    private func expect(_ received: Received, says mail: SentData) throws {
        let name = Comment(rawValue: try mail.string("template"))
        #expect(received.faults == [], name)
        #expect(received.headers["subject"] == (try mail.string("subject")), name)
        #expect(received.headers["content-language"] == "lb, de, fr, en", name)
        let headers = try #require(mail.data["headers"] as? [String: String])
        for (header, value) in headers {
            #expect(received.headers[header.lowercased()] == value, name)
        }
        #expect(received.headers["to"]?.contains(try #require(mail.email)) == true, name)
        // A part of a mail ends with the end of a line.
        let (text, html) = (try mail.text, try mail.html)
        #expect(received.text == (text.hasSuffix("\n") ? text : text + "\n"), name)
        #expect(received.html == (html.hasSuffix("\n") ? html : html + "\n"), name)
        let calendar = mail.optionalString("calendar")?.replacing("\r\n", with: "\n")
        #expect(received.calendar == calendar, name)
    }

    /// Blocks stand in their order, marked in HTML and parted by a rule in text, and both say the
    /// same.
    private func expectBlocks(_ received: Received, of mail: SentData) throws {
        let name = Comment(rawValue: try mail.string("template"))
        #expect(received.blocks.map(\.language) == Self.languages.map(\.rawValue), name)
        #expect(received.language == Self.languages[0].rawValue, name)
        #expect(received.title == (try mail.string("subject")), name)
        let signature = "\n\nLUCCS\nMODERN AN EFFIZIENT\n"
        let text = try mail.text
        try #require(text.hasSuffix(signature), name)
        let parts = text.dropLast(signature.count).split(separator: "\n\n\(Self.rule)\n\n")
        #expect(
            parts.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
                == received.blocks.map(\.words),
            name
        )
    }
}
