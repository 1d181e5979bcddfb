import Domain
import Testing

@testable import Settings

@Suite("Reading a configuration")
struct ParsingTests {
    @Test(
        "empty texts and empty sections give the defaults",
        arguments: [
            "", "\n\n", "# nothing\n", "---\n", "{}", "broker:\n", "broker: null\nstore: ~\n",
            "procedures:\n  access:\n    retain:\n", "\u{FEFF}broker:\n", "null",
        ]
    )
    func empty(yaml: String) throws {
        #expect(try load(yaml).configuration == Configuration())
    }

    @Test(
        "block, flow and quoted styles say the same",
        arguments: [
            "broker:\n  url: amqps://u@h:1/v\n  prefetch: 7\n  tls:\n    ca: /ca.pem\nnotifications:\n  languages:\n    - de\n    - lb\n",
            "broker: { url: 'amqps://u@h:1/v', prefetch: 7, tls: { ca: \"/ca.pem\" } }\nnotifications: { languages: [de, lb] }\n",
            "{\"broker\": {\"url\": \"amqps://u@h:1/v\", \"prefetch\": 7, \"tls\": {\"ca\": \"/ca.pem\"}}, \"notifications\": {\"languages\": [\"de\", \"lb\"]}}",
            "broker:\r\n  url: amqps://u@h:1/v\r\n  prefetch: 7\r\n  tls: {ca: /ca.pem}\r\nnotifications: {languages: [de, lb]}\r\n",
        ]
    )
    func styles(yaml: String) throws {
        let configuration = try load(yaml).configuration
        #expect(configuration.broker.url == (try BrokerURL(parsing: "amqps://u@h:1/v")))
        #expect(configuration.broker.prefetch == 7)
        #expect(configuration.broker.tls.ca == "/ca.pem")
        #expect(configuration.notifications.languages == ["de", "lb"])
        #expect(configuration.broker.heartbeat == .seconds(10))
    }

    @Test("every key is read from the file")
    func everything() throws {
        let configuration = try load(
            """
            service: { source: "urn:x:y", portalURL: "http://[::1]:8080/p" }
            broker:
              url: amqps://u%40x@broker.lu/v%2Fw
              passwordFile: /p
              tls: { ca: /a, certificate: /b, key: /c, verifyPeer: false }
              prefix: A.b_c-9
              declare: false
              heartbeat: 1m
              prefetch: 2000
              deliveryLimit: 1
              timeout: 5s
            store: { path: ./x.sqlite }
            http: { listen: "[::1]:0" }
            publishers: { a: [portal, operator], "b c": [provisioner] }
            notifications: { languages: [lb], authorityMailbox: a@b.lu, templates: /t }
            provisioning: { awaitReport: true, tries: 1, firstRetryAfter: 1s, retryAtMost: 1s }
            procedures: { access: { remindAfter: 48h, escalateAfter: null, expireAfter: 20wd, retain: { rejected: 1d, withdrawn: 2d, expired: 3d } } }
            log: { level: debug, format: json }
            operator: { brokerURL: "amqp://op@localhost", passwordFile: /op }
            """
        ).configuration
        #expect(configuration.service.source == "urn:x:y")
        #expect(configuration.service.portalURL == "http://[::1]:8080/p")
        #expect(configuration.broker.url.user == "u@x")
        #expect(configuration.broker.url.virtualHost == "v/w")
        #expect(configuration.broker.url.port == 5671)
        #expect(configuration.broker.passwordFile == "/p")
        #expect(configuration.broker.tls.certificate == "/b")
        #expect(configuration.broker.tls.key == "/c")
        #expect(!configuration.broker.tls.verifyPeer)
        #expect(configuration.broker.prefix == "A.b_c-9")
        #expect(!configuration.broker.declare)
        #expect(configuration.broker.heartbeat.duration == .seconds(60))
        #expect(configuration.broker.prefetch == 2000)
        #expect(configuration.broker.deliveryLimit == 1)
        #expect(configuration.broker.timeout == .seconds(5))
        #expect(configuration.store.path == "./x.sqlite")
        #expect(configuration.http.listen == ListenAddress(host: "::1", port: 0))
        #expect(configuration.publishers == ["a": ["portal", "operator"], "b c": ["provisioner"]])
        #expect(configuration.notifications.authorityMailbox == "a@b.lu")
        #expect(configuration.notifications.templates == "/t")
        #expect(configuration.provisioning.awaitReport)
        #expect(configuration.provisioning.tries == 1)
        #expect(try configuration.period("access.remindAfter") == .seconds(172_800))
        #expect(try configuration.period("access.escalateAfter") == nil)
        #expect(try configuration.period("access.expireAfter") == .workingDays(20))
        #expect(try configuration.period("access.retain.expired") == .days(3))
        #expect(configuration.log.level == .debug)
        #expect(configuration.log.format == .json)
        #expect(configuration.operator.brokerURL?.description == "amqp://op@localhost:5672/%2F")
        #expect(configuration.operator.passwordFile == "/op")
    }

    @Test("an alias stands for its value, and aliases that multiply cost nothing")
    func aliases() throws {
        let yaml = "publishers: { a: &roles [portal], b: *roles }"
        #expect(try load(yaml).configuration.publishers == ["a": ["portal"], "b": ["portal"]])
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(complaints(bomb).count == 31)
    }

    @Test("a file is read from disk; what is missing, unreadable or no text is told")
    func files() throws {
        let (path, _) = try shippedConfiguration()
        #expect(
            try Configuration.load(path: path, environment: [:], keys: ConfigurationKey.all)
                .configuration.publishers.count == 6
        )
        func failure(_ path: String) -> String? {
            do throws(ConfigurationErrors) {
                _ = try Configuration.load(path: path, environment: [:], keys: ConfigurationKey.all)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(
            failure("/nowhere/registrard.yaml")
                == "/nowhere/registrard.yaml: there is no such file; create it, or name another with --config"
        )
        #expect(
            failure("/proc")
                == "/proc: cannot be read: Is a directory; check the path, its owner and its mode"
        )
        #expect(failure("/proc/self/exe")?.contains("it is larger than 1048576 bytes") == true)
    }
}
