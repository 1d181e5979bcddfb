import AMQP
import Domain
import Foundation
import Glibc
import Storage
import TestKit
import Testing

/// The program as its user starts it: checks, exit codes, reloading, pages.
@Suite(.serialized)
struct ProgramTests {
    private let anne = Registrant("anne")

    // MARK: --check

    @Test("--check is content with a good file, and with --online tries broker and store")
    func goodCheck() async throws {
        try await Installation.with { installation in
            let arguments = ["--check", "--config", installation.configurationPath]
            let offline = try await Program.run("registrard", arguments: arguments)
            #expect(offline.status == 0 && offline.stdout.contains("the configuration is good"))
            let online = try await Program.run("registrard", arguments: arguments + ["--online"])
            #expect(online.status == 0 && online.stdout.contains("the broker and the store"))
            #expect(!FileManager.default.fileExists(atPath: installation.storePath))
        }
    }

    @Test("--check --online names a broker that is away, and a store that cannot be")
    func failedOnlineCheck() async throws {
        try await Installation.with { installation in
            let file = try String(contentsOfFile: installation.configurationPath, encoding: .utf8)
            let arguments = ["--check", "--online", "--config", installation.configurationPath]
            try installation.write(
                file.replacing(":\(installation.broker.port)/", with: ":\(installation.port)/"),
                to: installation.configurationPath
            )
            let away = try await Program.run("registrard", arguments: arguments)
            #expect(away.status == 69 && away.stderr.contains("the broker cannot be used"))
            try installation.write(
                file.replacing(installation.storeFolder, with: "/nowhere/at/all"),
                to: installation.configurationPath
            )
            let homeless = try await Program.run("registrard", arguments: arguments)
            #expect(homeless.status == 69 && homeless.stderr.contains("/nowhere/at/all"))
        }
    }

    @Test(
        "A typing error ends check and start with 78, the place and a suggestion",
        arguments: [
            ["--check"], [],
        ]
    )
    func typo(_ arguments: [String]) async throws {
        try await Installation.with { installation in
            try installation.configure(broker: "prefech: 10")
            let result = try await Program.run(
                "registrard",
                arguments: arguments + ["--config", installation.configurationPath]
            )
            #expect(result.status == 78)
            #expect(result.stderr.contains("\(installation.configurationPath):1:"))
            #expect(result.stderr.contains("prefech"))
            #expect(result.stderr.contains("did you mean"))
            #expect(result.stderr.contains("prefetch"))
            #expect(!FileManager.default.fileExists(atPath: installation.storePath))
        }
    }

    @Test("A missing file, missing templates and a missing password end the start with 78")
    func missing() async throws {
        try await Installation.with { installation in
            let path = installation.configurationPath
            let nowhere = installation.folder + "/none.yaml"
            let noFile = try await Program.run("registrard", arguments: ["--config", nowhere])
            #expect(noFile.status == 78 && noFile.stderr.contains(nowhere))

            let file = try String(contentsOfFile: path, encoding: .utf8)
            try installation.write(file.replacing(":registrard@", with: "@"), to: path)
            let noPassword = try await Program.run("registrard", arguments: ["--config", path])
            #expect(noPassword.status == 78)
            #expect(noPassword.stderr.contains("broker.passwordFile"), "\(noPassword.stderr)")

            try installation.write(
                file.replacing(Installation.templates, with: installation.folder),
                to: path
            )
            let noTemplates = try await Program.run("registrard", arguments: ["--config", path])
            #expect(noTemplates.status == 78 && noTemplates.stderr.contains(installation.folder))
        }
    }

    @Test("A file for TLS or for the password that is not there ends check and start with 78")
    func missingFiles() async throws {
        try await Installation.with { installation in
            let path = installation.configurationPath
            let none = installation.folder + "/none"
            let tls = "amqps://registrard:registrard@127.0.0.1:1/%2F"
            let cases = [
                ("passwordFile: \(none)", String?.none, "the password file \(none)"),
                ("tls: { ca: \(none) }", tls, "\(path):1:"),
                ("tls: { certificate: \(none), key: \(path) }", tls, "broker.tls.certificate"),
                ("tls: { certificate: \(path), key: \(none) }", tls, "broker.tls.key"),
            ]
            for (entries, url, named) in cases {
                try installation.configure(broker: entries, url: url)
                for arguments in [["--check"], []] {
                    let result = try await Program.run(
                        "registrard",
                        arguments: arguments + ["--config", path]
                    )
                    #expect(result.status == 78, "\(entries) \(arguments)")
                    #expect(result.stderr.contains(named), "\(result.stderr)")
                    #expect(result.stderr.contains(none), "\(result.stderr)")
                }
            }
            // What systemd hands to the service alone cannot be checked by others.
            let url = "amqp://registrard@127.0.0.1:\(installation.broker.port)/%2F"
            try installation.configure(url: url)
            let without = try await Program.run(
                "registrard",
                arguments: ["--check", "--config", path]
            )
            #expect(without.status == 0 && without.stdout.contains("there is no password"))
        }
    }

    @Test("What ends the daemon is an error to the journal, and JSON where the log is")
    func priorities() async throws {
        try await Installation.with { installation in
            let path = installation.configurationPath
            let journal = ["JOURNAL_STREAM": "1:1"]
            // Before there is a log.
            try installation.configure(broker: "prefech: 10, heartbeet: 1s")
            let early = try await Program.run(
                "registrard",
                arguments: ["--config", path],
                environment: journal
            )
            let lines = early.stderr.split(separator: "\n")
            #expect(early.status == 78 && lines.count == 2)
            #expect(lines.allSatisfy { $0.hasPrefix("<3>") }, "\(lines)")
            // With the log.
            try installation.configure(broker: "passwordFile: /none")
            let late = try await Program.run(
                "registrard",
                arguments: ["--config", path],
                environment: journal
            )
            let last = try #require(late.stderr.split(separator: "\n").last)
            #expect(late.status == 78 && last.hasPrefix("<2>") && last.contains("/none"))
            try installation.configure(
                broker: "passwordFile: /none",
                more: "log: { format: json }"
            )
            let json = try await Program.run("registrard", arguments: ["--config", path])
            let object = try #require(json.stderr.split(separator: "\n").last)
            #expect(object.hasPrefix("{") && object.contains("/none"), "\(json.stderr)")
            #expect(json.status == 78)
        }
    }

    @Test("The password comes from the service manager's credentials, the address from a variable")
    func credentials() async throws {
        try await Installation.with { installation in
            let file = try String(contentsOfFile: installation.configurationPath, encoding: .utf8)
            try installation.write(
                file.replacing(":registrard@", with: "@"),
                to: installation.configurationPath
            )
            let credentials = installation.folder + "/credentials"
            try FileManager.default.createDirectory(
                atPath: credentials,
                withIntermediateDirectories: true
            )
            try installation.write("registrard\n", to: credentials + "/broker-password")
            let daemon = try await installation.start(
                environment: [
                    "CREDENTIALS_DIRECTORY": credentials,
                    "REGISTRARD_BROKER_URL":
                        "amqp://registrard@127.0.0.1:\(installation.broker.port)/%2F",
                ])
            #expect(!daemon.program.stderr.contains("holds a password"))
            try await daemon.stop()
        }
    }

    // MARK: What is not to be had

    @Test("A store folder that cannot be written is named, and the start ends with 69")
    func unwritableStore() async throws {
        try await Installation.with { installation in
            guard chmod(installation.storeFolder, 0o500) == 0 else {
                throw Unmet("chmod: \(errno)")
            }
            let daemon = try installation.launch()
            #expect(try await daemon.program.waitForEnd(timeoutSeconds: 10) == 69)
            #expect(daemon.program.stderr.contains(installation.storeFolder))
            #expect(daemon.program.stderr.contains("read-only"))
        }
    }

    @Test("An address that another program listens on is named, and the start ends with 69")
    func portInUse() async throws {
        try await Installation.with { installation in
            let first = try await installation.start()
            let file = try String(contentsOfFile: installation.configurationPath, encoding: .utf8)
            let other = installation.folder + "/other.yaml"
            try installation.write(
                file.replacing("registrar.sqlite", with: "other.sqlite"),
                to: other
            )
            let second = try await Program.run(
                "registrard",
                arguments: ["--config", other],
                timeoutSeconds: 15
            )
            #expect(second.status == 69)
            #expect(second.stderr.contains("127.0.0.1:\(installation.port)"))
            #expect(second.stderr.contains("http.listen"))
            try await first.stop()
        }
    }

    // MARK: SIGHUP

    @Test("SIGHUP takes new publishers; a bad file is told and changes nothing")
    func reload() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.startAll()
            try installation.configure(publishers: "customs-backoffice: [customs-authority]")
            daemon.program.signal(SIGHUP)
            try await daemon.program.waitForLine(containing: "the configuration was read again")
            try await installation.portal.send(anne.company(newRequest(), "LU6001"))
            let refused = try await installation.settle(daemon, deliveries: 1)
            #expect(refused.map { $0.data("reason")?.text } == ["forbidden"])

            try installation.write("broker: [this is: wrong", to: installation.configurationPath)
            daemon.program.signal(SIGHUP)
            try await daemon.program.waitForLine(containing: "the old one goes on")
            #expect(try daemon.metric("registrar_last_reload_success") == 0)
            try await installation.portal.send(anne.company(newRequest(), "LU6002"))
            let still = try await installation.settle(daemon, deliveries: 2).dropFirst()
            #expect(still.map { $0.data("reason")?.text } == ["forbidden"])

            // What is better avoided is told as at the start.
            try installation.configure(publishers: "")
            daemon.program.signal(SIGHUP)
            try await daemon.program.waitForLine(containing: "nobody is named")

            // Keys that wait for a restart are named.
            try installation.configure(broker: "prefetch: 10")
            daemon.program.signal(SIGHUP)
            let line = try await daemon.program.waitForLine(containing: "wait for a restart")
            #expect(line.contains("broker.prefetch"))
            #expect(try daemon.metric("registrar_last_reload_success") == 1)
            let request = newRequest()
            try await installation.portal.send(anne.company(request, "LU6003"))
            _ = try await installation.settle(daemon, deliveries: 3)
            #expect(try installation.request(request)?.status == .pending)
            try await daemon.stop()
        }
    }

    // MARK: Pages

    @Test("/livez, /readyz, / and unknown pages answer")
    func pages() async throws {
        try await Installation.with { installation in
            let daemon = try await installation.start()
            let live = try #require(try daemon.page("/livez"))
            #expect(live.status == 200 && live.body.contains(#""live":true"#))
            let ready = try #require(try daemon.page("/readyz"))
            #expect(ready.status == 200 && ready.body.contains(#""ready":true"#))
            #expect(try daemon.page("/")?.status == 200)
            #expect(try daemon.page("/nothing")?.status == 404)
            try await daemon.stop()
            #expect(try daemon.page("/livez")?.status == nil)
        }
    }
}
