import Domain
import Testing

@testable import Settings

@Suite("Values")
struct ValueTests {
    @Test(
        "durations are read and written",
        arguments: [
            ("10s", Period.seconds(10), "10s"),
            ("5m", .seconds(300), "5m"),
            ("24h", .seconds(86_400), "1d"), ("30d", .days(30), "30d"),
            ("90s", .seconds(90), "90s"),
            ("5wd", .workingDays(5), "5wd"), ("0s", .seconds(0), "0s"),
            ("007m", .seconds(420), "7m"),
        ]
    )
    func durations(text: String, duration: Period, written: String) {
        #expect(Period(text) == duration)
        #expect(duration.description == written)
        #expect(Period(written) == duration)
    }

    @Test(
        "what is no duration",
        arguments: [
            "", "s", "10", "-5s", "+5s", "5 s", "5S", "5ms", "1h30m", "1.5h", "5w", "wd", "٥s",
            "9999999999s", "5s ",
        ]
    )
    func noDurations(text: String) {
        #expect(Period(text) == nil)
    }

    @Test("an expiry is a time, or never")
    func expiries() throws {
        let defaults = try load(somebody).configuration
        #expect(try defaults.period("access.expireAfter") == nil)
        #expect(try defaults.period("access.companyExpireAfter") == .days(30))
        #expect(try defaults.period("excise.expireAfter") == nil)
        let set = try load(
            somebody + "procedures: { access: { expireAfter: 30d, companyExpireAfter: never } }"
        ).configuration
        #expect(try set.period("access.expireAfter") == .days(30))
        #expect(try set.period("access.companyExpireAfter") == nil)
        #expect(complaints("procedures: { access: { expireAfter: sometime } }").count == 1)
        #expect(complaints("procedures: { access: { expireAfter: null } }").count == 1)
        let variable = ["REGISTRARD_PROCEDURES_ACCESS_EXPIRE_AFTER": "never"]
        let overridden = try load(
            somebody + "procedures: { access: { expireAfter: 9d } }",
            environment: variable
        ).configuration
        #expect(try overridden.period("access.expireAfter") == nil)
    }

    @Test("terms of use have versions, each once")
    func terms() throws {
        let defaults = try load(somebody).configuration
        #expect(!defaults.terms.required && defaults.terms.versions.isEmpty)
        let set = try load(
            somebody + #"terms: { required: true, versions: ["2026-01", Juli] }"#
        ).configuration
        #expect(set.terms.required && set.terms.versions == ["2026-01", "Juli"])
        let overridden = try load(
            somebody,
            environment: ["REGISTRARD_TERMS_VERSIONS": "a, b"]
        ).configuration
        #expect(overridden.terms.versions == ["a", "b"])
        for wrong in ["[a, a]", "[\"\"]", "[[a]]", "{ a: b }"] {
            #expect(complaints("terms: { versions: \(wrong) }").count == 1, "\(wrong)")
        }
    }

    @Test("whom to turn to is null, or a telephone number and a mailbox")
    func contact() throws {
        let defaults = try load(somebody).configuration.service
        #expect(defaults.contact == Configuration.Contact())
        #expect(defaults.supervisoryAuthority.hasPrefix("Commission nationale"))
        let set = try load(
            somebody + #"service: { contact: { phone: "(+352) 28 18", mailbox: a@b.lu } }"#
        ).configuration.service
        #expect(set.contact.phone == "(+352) 28 18" && set.contact.mailbox == "a@b.lu")
        #expect(complaints("service: { contact: { mailbox: nobody } }").count == 1)
    }

    @Test(
        "broker URLs are taken apart, and shown without their password",
        arguments: [
            ("amqp://h", "h", 5672, "guest", "guest", "/", "amqp://guest@h:5672/%2F"),
            ("AMQPS://u@h/", "h", 5671, "u", nil, "/", "amqps://u@h:5671/%2F"),
            (
                "amqp://u:p%40:x@[::1]:7/v%20w", "::1", 7, "u", "p@:x", "v w",
                "amqp://u@[::1]:7/v%20w"
            ),
            ("amqp://u:p@x@h", "h", 5672, "u", "p@x", "/", "amqp://u@h:5672/%2F"),
            ("amqp://u%C3%A9@h/%C3%A9", "h", 5672, "ué", nil, "é", "amqp://u%C3%A9@h:5672/%C3%A9"),
        ] as [(String, String, Int, String, String?, String, String)]
    )
    func brokerURLs(
        text: String,
        host: String,
        port: Int,
        user: String,
        password: String?,
        virtualHost: String,
        shown: String
    ) throws {
        let url = try BrokerURL(parsing: text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.user == user)
        #expect(url.password == password)
        #expect(url.virtualHost == virtualHost)
        #expect(url.description == shown)
        #expect(url.isTLS == shown.hasPrefix("amqps"))
    }

    @Test(
        "addresses to listen on",
        arguments: [
            ("127.0.0.1:9419", "127.0.0.1", 9419), ("[::1]:0", "::1", 0),
            ("localhost:65535", "localhost", 65535),
        ]
    )
    func addresses(text: String, host: String, port: Int) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(
        "what is no address",
        arguments: [
            "", ":9419", "9419", "h", "h:", "h:65536", "h:-1", "::1:9419", "[::1]", "[::1]9419",
            "[h]:1", "[::1:9", "a b:1",
            "h:１",
        ]
    )
    func noAddresses(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test(
        "loopback is recognised",
        arguments: [
            ("127.0.0.1:1", true), ("127.1.2.3:1", true), ("LOCALHOST:1", true), ("[::1]:1", true),
            ("127.evil.example:1", false), ("0.0.0.0:1", false), ("[::]:1", false),
            ("10.0.0.1:1", false),
        ]
    )
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(try #require(ListenAddress(text)).isLoopback == isLoopback)
    }

    @Test(
        "suggestions follow slips, swaps included, and stop at other words",
        arguments: [
            ("prefech", "prefetch"), ("perfetch", "prefetch"), ("PREFETCH", "prefetch"),
            ("heatrbeat", "heartbeat"),
            ("banana", nil), ("x", nil),
        ] as [(String, String?)]
    )
    func suggestions(word: String, expected: String?) {
        #expect(
            Suggestion.nearest(to: word, among: ["url", "heartbeat", "prefetch", "prefix"])
                == expected
        )
    }

    @Test("a swap of neighbours counts as one slip")
    func distance() {
        func distance(_ a: String, _ b: String) -> Int {
            Suggestion.distance(Array(a.unicodeScalars), Array(b.unicodeScalars))
        }
        #expect(distance("ab", "ba") == 1)
        #expect(distance("", "abc") == 3)
        #expect(distance("kitten", "sitting") == 3)
        #expect(distance("same", "same") == 0)
    }

    @Test(
        "values as YAML are read as the same text",
        arguments: [
            "plain", "/a/b.c", "urn:luccs:registrar", "true", "null", "5", "a: b", "#x",
            "a\nb\u{2028}c", "\"q\"", "é", "- x",
            "a:", "\u{202E}x",
        ]
    )
    func yaml(text: String) throws {
        let document = YAMLDocument(text: "k: \(Quoting.yaml(text))", file: "f")
        guard case .map(let entries) = try document.compose()?.content,
            case .scalar(let read, _) = entries.first?.value.content
        else {
            Issue.record("not read: \(Quoting.yaml(text))")
            return
        }
        #expect(read == text)
    }
}
