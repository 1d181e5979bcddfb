import Testing

@testable import Settings

@Suite("Reloading")
struct ReloadTests {
    private func changes(
        from old: Configuration,
        to new: Configuration
    ) -> ConfigurationDifferences {
        Configuration.differences(from: old, to: new, keys: ConfigurationKey.all)
    }

    @Test("changes are told apart: what SIGHUP applies, and what waits for a restart")
    func differences() throws {
        let old = try load(somebody).configuration
        let new = try load(
            """
            service: { source: "urn:x" }
            broker: { prefetch: 5, tls: { ca: /ca } }
            publishers: { a: [portal] }
            notifications: { languages: [fr] }
            provisioning: { tries: 3 }
            procedures: { access: { retain: { expired: 1d } } }
            log: { level: debug }
            operator: { passwordFile: /p }
            """
        ).configuration
        let differences = changes(from: old, to: new)
        #expect(
            differences.applied == [
                "publishers", "notifications.languages", "provisioning.tries",
                "procedures.access.retain.expired", "log.level",
            ]
        )
        #expect(
            differences.waiting == [
                "service.source", "broker.prefetch", "broker.tls.ca", "operator.passwordFile",
            ]
        )
        #expect(!differences.isEmpty)
        #expect(changes(from: new, to: new).isEmpty)

        let running = old.reloading(from: new, keys: ConfigurationKey.all)
        #expect(changes(from: old, to: running).applied == differences.applied)
        #expect(changes(from: running, to: new).applied == [])
        #expect(changes(from: running, to: new).waiting == differences.waiting)
    }

    @Test("the same duration in other words is no change")
    func sameDuration() throws {
        let old = try load("procedures: { access: { expireAfter: 48h } }").configuration
        let new = try load("procedures: { access: { expireAfter: 2d } }").configuration
        #expect(changes(from: old, to: new).isEmpty)
    }
}

@Suite("Passwords")
struct PasswordTests {
    static let files: [String: String] = [
        "/run/c/broker-password": "credential\n", "/etc/p": "from file", "/etc/lines": "a\n\n",
        "/etc/empty": "\n",
        "/etc/nul": "a\0b",
    ]

    static func read(_ path: String) throws -> [UInt8]? {
        if path == "/etc/locked" {
            throw FileError(path: path, reason: "Permission denied", isForbidden: true)
        }
        return files[path].map { Array($0.utf8) }
    }

    func password(_ yaml: String, _ environment: [String: String] = [:]) throws -> String {
        let configuration = try load(yaml).configuration
        do throws(PasswordError) {
            return try configuration.brokerPassword(environment: environment, readFile: Self.read)
        } catch {
            return "error: \(error)"
        }
    }

    @Test(
        "the credential, else the file, else the URL",
        arguments: [
            ("broker: { url: 'amqp://u:url@h', passwordFile: /etc/p }", "/run/c", "credential"),
            ("broker: { url: 'amqp://u:url@h', passwordFile: /etc/p }", "/run/other", "from file"),
            ("broker: { url: 'amqp://u:url@h', passwordFile: /etc/p }", nil, "from file"),
            ("broker: { passwordFile: /etc/lines }", nil, "a\n"),
            ("broker: { url: 'amqp://u:url@h' }", "/run/other", "url"),
            ("broker: { url: 'amqp://h' }", nil, "guest"),
        ] as [(String, String?, String)]
    )
    func order(yaml: String, credentials: String?, expected: String) throws {
        let environment = credentials.map { ["CREDENTIALS_DIRECTORY": $0] } ?? [:]
        #expect(try password(yaml, environment) == expected)
    }

    @Test(
        "the journal's key: the credential, else the file, else none",
        arguments: [
            ("journal: { keyFile: /etc/p }", "/run/key", "/run/key/journal-key"),
            ("journal: { keyFile: /etc/p }", "/run/other", "/etc/p"),
            ("journal: { keyFile: /etc/p }", nil, "/etc/p"),
            ("", "/run/other", "none"), ("", nil, "none"),
            ("journal: { keyFile: /etc/none }", nil, "error: no such file"),
            ("journal: { keyFile: /etc/locked }", nil, "error: Permission denied"),
        ] as [(String, String?, String)]
    )
    func journalKey(yaml: String, credentials: String?, expected: String) throws {
        let environment = credentials.map { ["CREDENTIALS_DIRECTORY": $0] } ?? [:]
        let configuration = try load(yaml).configuration
        do throws(FileError) {
            let file = try configuration.journalKeyFile(environment: environment) {
                path throws(FileError) in
                switch path {
                case "/etc/locked": throw FileError(path: path, reason: "Permission denied")
                case "/etc/p", "/run/key/journal-key": [1, 2]
                default: nil
                }
            }
            #expect(file?.path ?? "none" == expected)
            #expect(file?.bytes ?? [1, 2] == [1, 2])
        } catch {
            let words = expected.dropFirst("error: ".count)
            #expect(expected.hasPrefix("error: ") && error.reason.contains(words), "\(error)")
        }
    }

    @Test(
        "what goes wrong",
        arguments: [
            (
                "",
                "there is no password for the broker user registrard; set broker.passwordFile, or LoadCredential=broker-password:… in the systemd unit"
            ),
            (
                "broker: { passwordFile: /etc/none }",
                "the password file /etc/none does not exist; create it, or correct broker.passwordFile"
            ),
            (
                "broker: { passwordFile: /etc/locked }",
                "the password file /etc/locked cannot be read: Permission denied; check its owner and its mode"
            ),
            (
                "broker: { passwordFile: /etc/empty }",
                "the password file /etc/empty is empty; write the password into it"
            ),
            (
                "broker: { passwordFile: /etc/nul }",
                "the password file /etc/nul is not UTF-8 text; write the password as plain text"
            ),
            (
                "broker: { url: 'amqp://u:@h' }",
                "the password in the URL of the broker user u is empty; set broker.passwordFile"
            ),
        ]
    )
    func errors(yaml: String, complaint: String) throws {
        #expect(try password(yaml) == "error: \(complaint)")
    }

    @Test(
        "only what the service may have all the same is told apart",
        arguments: [
            ("", true), ("broker: { passwordFile: /etc/locked }", true),
            ("broker: { passwordFile: /etc/none }", false),
            ("broker: { passwordFile: /etc/empty }", false),
            ("broker: { url: 'amqp://u:@h' }", false),
        ]
    )
    func services(yaml: String, isPerhaps: Bool) throws {
        let configuration = try load(yaml).configuration
        let error = #expect(throws: PasswordError.self) {
            try configuration.brokerPassword(environment: [:], readFile: Self.read)
        }
        #expect(error?.mayBeTheServicesAlone == isPerhaps)
    }

    @Test("registrarctl's own password")
    func operatorPassword() throws {
        let url = try BrokerURL(parsing: "amqp://op@h")
        let filed = try load("operator: { passwordFile: /etc/p }").configuration
        #expect(try filed.operatorPassword(url: url, readFile: Self.read) == "from file")
        #expect(
            throws: PasswordError(
                problem: "there is no password for the broker user op",
                advice: "set operator.passwordFile",
                mayBeTheServicesAlone: true
            )
        ) {
            try Configuration().operatorPassword(url: url, readFile: Self.read)
        }
    }
}
