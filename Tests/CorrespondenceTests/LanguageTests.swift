import Domain
import Testing
import Workflow

@testable import Correspondence

@Suite("Languages of a mail")
struct LanguageTests {
    struct Case: Sendable {
        let configured: [Language]
        let wish: [Language]?
        let expected: [String]
    }

    @Test(
        "Blocks stand in the configured order, then in that of the others, as the person wishes",
        arguments: [
            Case(configured: [.english, .french], wish: nil, expected: ["en", "fr"]),
            Case(configured: [.english, .french], wish: [], expected: ["en", "fr"]),
            Case(
                configured: [.english, .french],
                wish: [.french, .english],
                expected: ["en", "fr"]
            ),
            Case(
                configured: [.french, .english],
                wish: [.english, .french],
                expected: ["fr", "en"]
            ),
            Case(configured: [.english, .french], wish: [.french], expected: ["fr"]),
            Case(configured: [.english, .french], wish: [.german], expected: ["de"]),
            Case(
                configured: [.english, .french],
                wish: [.luxembourgish, .german, .french],
                expected: ["fr", "de", "lb"]
            ),
            Case(configured: [.luxembourgish], wish: [.english], expected: ["en"]),
            Case(configured: [.german, .german], wish: nil, expected: ["de"]),
            Case(configured: [], wish: nil, expected: ["en", "fr", "de", "lb"]),
        ]
    )
    func order(_ mail: Case) throws {
        var settings = Sample.settings
        settings.languages = mail.configured
        let messages = try Sample.correspondent(settings).follow(
            .requestSubmitted(Sample.request()),
            register: Sample.register(languages: mail.wish),
            cause: Sample.cause
        )
        let sent = try SentData(messages[0])
        #expect(try sent.languages == mail.expected)
        #expect(try sent.string("subject").split(separator: " / ").count == mail.expected.count)
        let marked = try sent.html.matches(of: /<section lang="(..)">/).map { String($0.1) }
        #expect(marked == mail.expected)
        #expect(try sent.html.contains("<html lang=\"\(mail.expected[0])\">"))
    }
}
