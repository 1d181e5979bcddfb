import Testing

@testable import Settings

@Suite("What is said about a wrong configuration")
struct ErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let yaml: String
        let errors: [String]
        var testDescription: String { yaml }

        init(_ yaml: String, _ errors: String...) {
            self.yaml = yaml
            self.errors = errors
        }
    }

    @Test(
        "unknown and duplicate keys",
        arguments: [
            Case(
                "broker:\n  prefech: 5\n",
                "c.yaml:2:3: broker.prefech: unknown key; did you mean \"prefetch\"?"
            ),
            Case(
                "borker: {}\n",
                "c.yaml:1:1: borker: unknown key; did you mean \"broker\"?"
            ),
            Case(
                "service: { portalUrl: x }",
                "c.yaml:1:12: service.portalUrl: unknown key; did you mean \"portalURL\"?"
            ),
            Case(
                "procedures:\n  access:\n    retain: { rejcted: 1d }\n",
                "c.yaml:3:15: procedures.access.retain.rejcted: unknown key; did you mean \"rejected\"?"
            ),
            Case(
                "heartbeat: 3s",
                "c.yaml:1:1: heartbeat: unknown key; did you mean \"broker.heartbeat\"?"
            ),
            Case("store: { zebra: 1 }", "c.yaml:1:10: store.zebra: unknown key; known here: path"),
            Case(
                "<<: {}",
                "c.yaml:1:1: <<: unknown key; known here: service, broker, store, deadLetters, journal, clock, http, publishers, deferred, notifications, provisioning, deadlines, figures, terms, procedures, log, operator"
            ),
            Case(
                "? [a]\n: b\n",
                "c.yaml:1:3: a key is a list or a map; write it as plain text followed by a colon"
            ),
            Case(
                "broker:\n  prefetch: 1\n  declare: true\n  prefetch: 2\n",
                "c.yaml:4:3: broker.prefetch: duplicate key; it already stands at c.yaml:2:3; remove one of the two"
            ),
            Case(
                "store: {}\nbroker: { \"url\": amqp://a, url: amqp://b }\nstore: {}\nstore: {}\n",
                "c.yaml:2:28: broker.url: duplicate key; it already stands at c.yaml:2:11; remove one of the two",
                "c.yaml:3:1: store: duplicate key; it already stands at c.yaml:1:1; remove one of the two",
                "c.yaml:4:1: store: duplicate key; it already stands at c.yaml:1:1; remove one of the two"
            ),
            Case(
                "publishers:\n  a: [portal]\n  a: [operator]\n",
                "c.yaml:3:3: publishers.a: duplicate key; it already stands at c.yaml:2:3; remove one of the two"
            ),
            Case(
                "\"st\\x6Fre\": {}\nstore: {}\n",
                "c.yaml:1:1: store: duplicate key; remove one of the two"
            ),
        ]
    )
    func keys(_ wrong: Case) {
        #expect(complaints(wrong.yaml) == wrong.errors)
    }

    @Test(
        "wrong types and values out of range",
        arguments: [
            Case(
                "broker: 5",
                "c.yaml:1:9: broker: expected keys with values, found the number 5; write lines such as url: amqp://registrard@127.0.0.1:5672/%2F"
            ),
            Case(
                "- broker\n",
                "c.yaml:1:1: expected keys with values, found a list; write lines such as service: followed by keys that are indented"
            ),
            Case(
                "broker:\n  prefetch: many\n",
                "c.yaml:2:13: broker.prefetch: expected a whole number, found \"many\"; write one from 1 to 2000"
            ),
            Case(
                "broker: { prefetch: \"5\" }",
                "c.yaml:1:21: broker.prefetch: expected a whole number, found the text \"5\"; write one from 1 to 2000"
            ),
            Case(
                "broker: { prefetch: 1.5 }",
                "c.yaml:1:21: broker.prefetch: expected a whole number, found the number 1.5; write one from 1 to 2000"
            ),
            Case(
                "broker: { prefetch: 2001 }",
                "c.yaml:1:21: broker.prefetch: 2001 is out of range; use 1 to 2000 (a quorum queue allows no more than 2000)"
            ),
            Case(
                "broker: { deliveryLimit: 0 }",
                "c.yaml:1:26: broker.deliveryLimit: 0 is out of range; use 1 to 1000000"
            ),
            Case(
                "broker: { prefetch: }",
                "c.yaml:1:21: broker.prefetch: has no value; write one (whole number, 1 to 2000), or remove it to have the default, 1000"
            ),
            Case(
                "broker: { declare: yes }",
                "c.yaml:1:20: broker.declare: expected true or false, found \"yes\""
            ),
            Case(
                "broker: { declare: \"true\" }",
                "c.yaml:1:20: broker.declare: expected true or false, found the text \"true\""
            ),
            Case(
                "broker: { declare: 1 }",
                "c.yaml:1:20: broker.declare: expected true or false, found the number 1"
            ),
            Case(
                "store: { path: 5 }",
                "c.yaml:1:16: store.path: expected text (path), found the number 5; put it in quotes if it is meant"
            ),
            Case(
                "store: { path: [a] }",
                "c.yaml:1:16: store.path: expected text (path), found a list"
            ),
            Case(
                "store: { path: \"\" }",
                "c.yaml:1:16: store.path: \"\" is not a path; write one such as /etc/registrar/file"
            ),
            Case(
                "broker: { passwordFile: true }",
                "c.yaml:1:25: broker.passwordFile: expected text (path), found true; put it in quotes if it is meant"
            ),
            Case(
                "broker: { prefix: \"a b\" }",
                "c.yaml:1:19: broker.prefix: \"a b\" is not a prefix; use 1 to 60 of A-Z, a-z, 0-9, dot, underscore and hyphen"
            ),
            Case(
                "service: { source: \"a\\nb\" }",
                "c.yaml:1:20: service.source: \"a\\nb\" is not a URI of 1 to 255 characters; write one such as urn:luccs:registrar"
            ),
            Case(
                "service: { portalURL: ftp://x }",
                "c.yaml:1:23: service.portalURL: \"ftp://x\" is not an http or https URL; write one such as https://example.lu/luccs"
            ),
            Case(
                "service: { portalURL: \"https://\" }",
                "c.yaml:1:23: service.portalURL: \"https://\" is not an http or https URL; write one such as https://example.lu/luccs"
            ),
            Case(
                "http: { listen: 9419 }",
                "c.yaml:1:17: http.listen: expected text (host:port), found the number 9419; put it in quotes if it is meant"
            ),
            Case(
                "http: { listen: \"localhost\" }",
                "c.yaml:1:17: http.listen: \"localhost\" is not host:port; write one such as 127.0.0.1:9419 or \"[::1]:9419\""
            ),
            Case(
                "log: { level: verbose }",
                "c.yaml:1:15: log.level: unknown value \"verbose\"; use one of trace, debug, info, notice, warning, error, critical"
            ),
            Case(
                "log: { level: warn, format: jsno }",
                "c.yaml:1:15: log.level: unknown value \"warn\"; use one of trace, debug, info, notice, warning, error, critical",
                "c.yaml:1:29: log.format: unknown value \"jsno\"; did you mean \"json\"?"
            ),
            Case(
                "notifications: { authorityMailbox: nobody }",
                "c.yaml:1:36: notifications.authorityMailbox: \"nobody\" is not an e-mail address; write one address such as servicedesk@example.lu"
            ),
        ]
    )
    func values(_ wrong: Case) {
        #expect(complaints(wrong.yaml) == wrong.errors)
    }

    @Test(
        "durations",
        arguments: [
            Case(
                "broker: { heartbeat: 10 }",
                "c.yaml:1:22: broker.heartbeat: expected a duration, found the number 10; write a number and a unit, such as 10s, 5m, 24h, 30d"
            ),
            Case(
                "broker: { heartbeat: 5wd }",
                "c.yaml:1:22: broker.heartbeat: 5wd: working days make no sense here; use a fixed duration, 1s to 1h"
            ),
            Case(
                "broker: { heartbeat: 0s }",
                "c.yaml:1:22: broker.heartbeat: 0s is out of range; use 1s to 1h"
            ),
            Case(
                "broker: { heartbeat: 2h }",
                "c.yaml:1:22: broker.heartbeat: 2h is out of range; use 1s to 1h"
            ),
            Case(
                "procedures: { access: { remindAfter: 0wd } }",
                "c.yaml:1:38: procedures.access.remindAfter: 0wd is out of range; use 1s to 366d, or 1wd to 250wd"
            ),
            Case(
                "procedures: { access: { remindAfter: soon } }",
                "c.yaml:1:38: procedures.access.remindAfter: expected a duration, found \"soon\"; write a number and a unit, such as 10s, 5m, 24h, 30d or 5wd (working days)"
            ),
            Case(
                "provisioning: { firstRetryAfter: 1m, retryAtMost: 30s }",
                "c.yaml:1:38: provisioning.retryAtMost: 30s is less than provisioning.firstRetryAfter, 1m; use at least as much"
            ),
        ]
    )
    func durations(_ wrong: Case) {
        #expect(complaints(wrong.yaml) == wrong.errors)
    }

    @Test(
        "broker URLs, whose value is never shown",
        arguments: [
            ("http://h", "the scheme \"http\" is not AMQP; use amqp:// or, for TLS, amqps://"),
            ("localhost", "not a URL; write one such as amqp://registrard@127.0.0.1:5672/%2F"),
            (
                "amqp://u:secret@",
                "no host is named; write one such as amqp://registrard@127.0.0.1:5672/%2F"
            ),
            ("amqp://u@h:0", "what follows the host is not a port; use a number from 1 to 65535"),
            ("amqp://u@h:x", "what follows the host is not a port; use a number from 1 to 65535"),
            (
                "amqp://u@h:99999",
                "what follows the host is not a port; use a number from 1 to 65535"
            ),
            (
                "amqp://u:secret",
                "what follows the host is not a port; use a number from 1 to 65535"
            ),
            (
                "amqp://u:secret/x@h:5672/%2F",
                "there is an \"@\" after the first \"/\"; write \"/\" in the password as %2F, and \"@\" in a virtual host as %40"
            ),
            (
                "amqp://u:123/secret@h",
                "there is an \"@\" after the first \"/\"; write \"/\" in the password as %2F, and \"@\" in a virtual host as %40"
            ),
            (
                "amqp://@h",
                "the user before \"@\" is empty; write one such as amqp://registrard@127.0.0.1:5672/%2F"
            ),
            ("amqp://h/a/b", "the virtual host contains \"/\"; write it as %2F"),
            (
                "amqp://h/%zz",
                "\"%\" in the virtual host is not followed by two hexadecimal digits; write a percent sign as %25"
            ),
            ("amqp://u:%FF@h", "the password is not UTF-8 text; percent-encode its UTF-8 bytes"),
            ("amqp://h/%00", "the virtual host is not UTF-8 text; percent-encode its UTF-8 bytes"),
            (
                "amqp://h?heartbeat=5",
                "a query or fragment is not supported; remove everything from \"?\" or \"#\" on"
            ),
            ("amqp://u:a b@h", "contains a space or a control character; percent-encode it"),
            (
                "amqp://::1",
                "no host is named; write one such as amqp://registrard@127.0.0.1:5672/%2F"
            ),
        ]
    )
    func brokerURLs(url: String, complaint: String) {
        #expect(
            complaints("broker: { url: '\(url)' }") == [
                "c.yaml:1:16: broker.url: bad URL: \(complaint)"
            ]
        )
    }

    @Test(
        "lists of languages and roles",
        arguments: [
            Case(
                "notifications:\n  languages: [en, ne, 5, [x]]\n",
                "c.yaml:2:19: notifications.languages: unknown language \"ne\"; did you mean \"en\"?",
                "c.yaml:2:23: notifications.languages: unknown language \"5\"; use one of en, fr, de, lb",
                "c.yaml:2:26: notifications.languages: expected a language, found a list; use one of en, fr, de, lb"
            ),
            Case(
                "notifications: { languages: [fr, fr] }",
                "c.yaml:1:34: notifications.languages: the language \"fr\" is named twice; remove one of the two"
            ),
            Case(
                "notifications: { languages: [] }",
                "c.yaml:1:29: notifications.languages: the list is empty; name at least one language: en, fr, de, lb"
            ),
            Case(
                "notifications: { languages: en }",
                "c.yaml:1:29: notifications.languages: expected a list of languages, found \"en\"; write one such as [en, fr]"
            ),
            Case(
                "publishers:\n  a: [portl]\n  b: portal\n  c:\n  d: [operator, operator]\n  \"\": [portal]\n",
                "c.yaml:2:7: publishers.a: unknown role \"portl\"; did you mean \"portal\"?",
                "c.yaml:3:6: publishers.b: expected a list of roles, found \"portal\"; write one such as [portal, customs-authority]",
                "c.yaml:4:5: publishers.c: expected a list of roles, found nothing; write one such as [portal, customs-authority]",
                "c.yaml:5:17: publishers.d: the role \"operator\" is named twice; remove one of the two",
                "c.yaml:6:3: publishers: a broker user has 1 to 255 bytes; write the name as the broker knows it"
            ),
            Case(
                "publishers:\n",
                "c.yaml:1:12: publishers: has no value; write {} for nobody, or remove it to have the default"
            ),
            Case(
                "publishers: null",
                "c.yaml:1:13: publishers: has no value; write {} for nobody, or remove it to have the default"
            ),
            Case(
                "publishers: [portal]",
                "c.yaml:1:13: publishers: expected users with their roles, found a list; write lines such as ntp-portal: [portal]"
            ),
        ]
    )
    func lists(_ wrong: Case) {
        #expect(complaints(wrong.yaml) == wrong.errors)
    }

    @Test(
        "YAML that is none",
        arguments: [
            Case(
                "broker:\n\tprefetch: 5\n",
                "c.yaml:2:1: YAML syntax: found character that cannot start any token (while scanning for the next token, line 2); indent with spaces, not tabs"
            ),
            Case(
                "a: 1\n---\nb: 2\n",
                "c.yaml:2:1: YAML syntax: but found another document (expected a single document in the stream, line 1); keep one document, without a second \"---\""
            ),
            Case(
                "store: { path: *x }",
                "c.yaml:1:16: YAML syntax: found undefined alias; put a value that begins with \"*\" in quotes"
            ),
            Case(
                "broker: {\n  prefetch: 5\n",
                "c.yaml:3:1: YAML syntax: did not find expected ',' or '}' (while parsing a flow mapping, line 1); check the indentation, colons and quotes of this line and the one before"
            ),
            Case(
                "store:\n  path: a\u{1}b\n",
                "c.yaml:2:10: YAML syntax: control characters are not allowed; remove the character that is not printable"
            ),
        ]
    )
    func syntax(_ wrong: Case) {
        #expect(complaints(wrong.yaml) == wrong.errors)
    }

    @Test("all errors are told, in the order of the file, then of the environment")
    func allOfThem() {
        let yaml =
            "broker:\n  prefech: 1\n  prefetch: x\n  prefetch: 3\nhttp: { listen: a }\nzebra: 1\n"
        #expect(
            complaints(
                yaml,
                environment: ["REGISTRARD_STORE_PATH": "", "REGISTRARD_BROKER_PREFETCH": "0"]
            )
            .map { $0.prefix { $0 != ";" } } == [
                "c.yaml:2:3: broker.prefech: unknown key",
                "c.yaml:3:13: broker.prefetch: expected a whole number, found \"x\"",
                "c.yaml:4:3: broker.prefetch: duplicate key",
                "c.yaml:5:17: http.listen: \"a\" is not host:port",
                "c.yaml:6:1: zebra: unknown key",
                "environment REGISTRARD_BROKER_PREFETCH: broker.prefetch: 0 is out of range",
                "environment REGISTRARD_STORE_PATH: store.path: has no value",
            ]
        )
    }

    @Test("what two keys say together")
    func together() {
        #expect(
            complaints("broker: { url: amqps://h, tls: { key: /k } }") == [
                "c.yaml:1:34: broker.tls.key: is given without broker.tls.certificate; give both or neither"
            ]
        )
    }
}
