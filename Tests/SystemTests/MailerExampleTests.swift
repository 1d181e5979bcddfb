import Contract
import Foundation
import Storage
import TestKit
import Testing

/// What `Docs/mailer.md` tells the authors of mailers to do works, against a mail server that
/// nobody here has written.
@Suite("The example of a mailer", .serialized, .timeLimit(.minutes(5)))
struct MailerExampleTests {
    /// The mails that a mail server has taken.
    private func mails(_ server: RunningProgram) throws -> [JSONValue] {
        try server.stdout.split(separator: "\n").dropFirst().map {
            try JSONValue(parsing: Array($0.utf8))
        }
    }

    private func mail(
        to address: String,
        _ server: RunningProgram,
        _ mailer: RunningProgram
    ) async throws -> JSONValue {
        try await eventually("a mail to \(address); the mailer said \(mailer.lines)") {
            try mails(server).first { $0["to"]?.texts == [address] }
        }
    }

    @Test("Mails go out as they were worded, to addresses in any script, and later if not now")
    func send() async throws {
        try await Installation.with { installation in
            _ = try await installation.start()
            let port = try freePort()
            let server = try await Peers.mailServer(at: port)
            let mailer = try Peers.mailer(of: installation, at: port)
            for (person, eori) in [("zoë", "LU7204"), ("later", "LU7205")] {
                try await installation.portal.send(Registrant(person).company(newRequest(), eori))
            }
            let sent = try await mail(to: "zoë@example.lu", server, mailer)
            #expect(sent["smtputf8"] == .boolean(true))
            #expect(sent["from"]?.text == "luccs@example.lu")
            let headers = try #require(sent["headers"])
            #expect(headers["To"]?.text == "Zoë Weber <zoë@example.lu>")
            #expect(headers["Auto-Submitted"]?.text == "auto-generated")
            #expect(headers["Content-Language"]?.text == "en, fr")
            #expect(headers["Message-ID"]?.text?.hasSuffix("@urn.luccs.registrar>") == true)
            #expect(sent["text"]?.text?.contains("Zoë Weber") == true)
            #expect(sent["html"]?.text?.contains("<html") == true)
            // The mail server took it the second time.
            _ = try await mail(to: "later@example.lu", server, mailer)
            #expect(mailer.stderr.contains("451"))
        }
    }

    @Test("A mail that is refused for good ends among the dead letters, and the next goes out")
    func refused() async throws {
        try await Installation.with { installation in
            _ = try await installation.start()
            let port = try freePort()
            let server = try await Peers.mailServer(at: port, "--without-smtputf8")
            let mailer = try Peers.mailer(of: installation, at: port)
            for (person, eori) in [("nobody", "LU7201"), ("zoë", "LU7202"), ("anne", "LU7203")] {
                try await installation.portal.send(Registrant(person).company(newRequest(), eori))
            }
            _ = try await mail(to: "anne@example.lu", server, mailer)
            #expect(try !mails(server).contains { $0["to"]?.texts == ["nobody@example.lu"] })
            #expect(try !mails(server).contains { $0["to"]?.texts == ["zoë@example.lu"] })
            #expect(mailer.stderr.contains("550") && mailer.stderr.contains("SMTPNotSupported"))
            let letters = try await eventually("two dead letters") {
                var letters: [LetterHead] = []
                try installation.reader().forEachDeadLetter {
                    letters.append($0)
                    return true
                }
                return letters.count == 2 ? letters : nil
            }
            let queue = "\(installation.prefix).notifications"
            #expect(letters.allSatisfy { $0.queue == queue })
            #expect(letters.allSatisfy { $0.routingKey == "notification.email" })
        }
    }
}
