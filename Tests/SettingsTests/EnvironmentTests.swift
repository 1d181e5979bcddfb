import Testing

@testable import Settings

@Suite("Overriding by the environment")
struct EnvironmentTests {
    @Test(
        "the variable of a key",
        arguments: [
            ("broker.url", "REGISTRARD_BROKER_URL"),
            ("service.portalURL", "REGISTRARD_SERVICE_PORTAL_URL"),
            ("notifications.authorityMailbox", "REGISTRARD_NOTIFICATIONS_AUTHORITY_MAILBOX"),
            ("operator.brokerURL", "REGISTRARD_OPERATOR_BROKER_URL"),
            ("broker.tls.verifyPeer", "REGISTRARD_BROKER_TLS_VERIFY_PEER"),
            ("procedures.access.retain.rejected", "REGISTRARD_PROCEDURES_ACCESS_RETAIN_REJECTED"),
            ("procedures.one-more.expireAfter", "REGISTRARD_PROCEDURES_ONE_MORE_EXPIRE_AFTER"),
            ("log.URLPath", "REGISTRARD_LOG_URL_PATH"),
        ]
    )
    func names(path: String, variable: String) {
        #expect(EnvironmentName.variable(for: path) == variable)
    }

    @Test("every key but maps can be set, with the text that config show prints")
    func everyKey() throws {
        for key in ConfigurationKey.all {
            guard let variable = key.environmentName else {
                #expect(["publishers", "procedures.excise.offices"].contains(key.path))
                continue
            }
            let text = key.defaultText.replacing("[", with: "").replacing("]", with: "")
                .replacing("\"", with: "")
            let loaded = try load(somebody, environment: [variable: text])
            #expect(key.isEqual(loaded.configuration, Configuration()), "\(variable)")
            #expect(loaded.origin(of: key.path) == .environment(variable))
        }
    }

    @Test("the environment comes before the file, and others' variables do not count")
    func precedence() throws {
        let loaded = try load(
            "broker: { prefetch: 5, prefix: filed }\n",
            environment: [
                "REGISTRARD_BROKER_PREFETCH": "6", "REGISTRARD_NOTIFICATIONS_LANGUAGES": "fr, de",
                "REGISTRARD_BROKER_PASSWORD_FILE": "", "REGISTRARD_SERVICE_SOURCE": "2024",
                "REGISTRARCTL_BROKER_URL": "x", "PATH": "/bin",
            ]
        )
        #expect(loaded.configuration.broker.prefetch == 6)
        #expect(loaded.configuration.broker.prefix == "filed")
        #expect(loaded.configuration.notifications.languages == ["fr", "de"])
        #expect(loaded.configuration.broker.passwordFile == nil)
        #expect(loaded.configuration.service.source == "2024")
    }

    @Test("an empty variable is an empty list, where there may be one; the file's does not count")
    func emptyLists() throws {
        let file = "http: { hosts: [registrar.example.lu] }\n" + somebody
        func hosts(_ text: String) throws -> [String] {
            try load(file, environment: ["REGISTRARD_HTTP_HOSTS": text]).configuration.http.hosts
        }
        #expect(try hosts("") == [])
        #expect(try hosts(" ") == [])
        #expect(try hosts("a.example, ::2") == ["a.example", "::2"])
    }

    @Test(
        "errors name the variable",
        arguments: [
            (
                "REGISTRARD_BROKER_PREFETCH", "many",
                "broker.prefetch: expected a whole number, found \"many\"; write one from 1 to 2000"
            ),
            (
                "REGISTRARD_BROKER_PREFECTH", "1",
                "unknown variable; did you mean \"REGISTRARD_BROKER_PREFETCH\"?"
            ),
            ("REGISTRARD_QUITE_ANOTHER_THING", "1", "unknown variable; remove it"),
            (
                "REGISTRARD_PUBLISHERS", "a",
                "publishers: a map cannot be set in the environment; set it in the file"
            ),
            (
                "REGISTRARD_NOTIFICATIONS_LANGUAGES", "en,,fr",
                "notifications.languages: unknown language \"\"; use one of en, fr, de, lb"
            ),
            (
                "REGISTRARD_HTTP_HOSTS", "null",
                "http.hosts: has no value; write one (list of host names or addresses), or remove it to have the default, []"
            ),
            (
                "REGISTRARD_HTTP_HOSTS", "a,,b",
                "http.hosts: expected a host name or address, found nothing; write it without scheme, port or path, such as registrar.example.lu"
            ),
            (
                "REGISTRARD_LOG_LEVEL", "",
                "log.level: has no value; write one (trace, debug, info, notice, warning, error, critical), or remove it to have the default, info"
            ),
        ]
    )
    func errors(variable: String, text: String, complaint: String) {
        #expect(
            complaints("", environment: [variable: text]) == [
                "environment \(variable): \(complaint)"
            ]
        )
    }

    @Test("every value knows where it comes from")
    func origins() throws {
        let loaded = try load(
            "broker:\n  prefetch: 5\n  url: amqp://u:secret@127.0.0.1\n" + somebody,
            environment: ["REGISTRARD_LOG_LEVEL": "debug"]
        )
        let entries = Dictionary(uniqueKeysWithValues: loaded.entries.map { ($0.path, $0) })
        #expect(loaded.entries.map(\.path) == ConfigurationKey.all.map(\.path))
        func line(_ path: String) -> String {
            entries[path].map { "\($0.value) (\($0.origin))" } ?? "missing"
        }
        #expect(line("broker.prefetch") == "5 (c.yaml:2)")
        #expect(line("broker.url") == "amqp://u@127.0.0.1:5672/%2F (c.yaml:3)")
        #expect(line("log.level") == "debug (environment REGISTRARD_LOG_LEVEL)")
        #expect(line("broker.heartbeat") == "10s (default)")
        #expect(line("broker.passwordFile") == "null (default)")
        #expect(line("notifications.languages") == "[en, fr] (default)")
        #expect(line("publishers") == "{ portal: [portal] } (c.yaml:4)")
    }
}
