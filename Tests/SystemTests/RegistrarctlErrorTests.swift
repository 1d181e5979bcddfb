import AMQP
import Broker
import Contract
import Foundation
import TestKit
import Testing

/// What the operator's tool says and ends with when it cannot do what it was asked.
@Suite("registrarctl: errors", .timeLimit(.minutes(5)))
struct RegistrarctlErrorTests {
    private static let anybody = "7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10"
    private static let withdrawal =
        ["submit", "withdrawal", "--request-id", anybody] + People.applicant("x")

    @Test(
        "Usage: code 64, nothing on standard output",
        arguments: [
            (["frob"], "Unexpected argument 'frob'"),
            (["request", "show", "nonsense"], "a request's id is a UUID"),
            (["request", "list", "--status", "done"], "awaiting-information"),
            (["request", "list", "--eori", "L"], "two capital letters"),
            (["request", "list", "--since", "yesterday"], "write a day"),
            (["request", "list", "--limit", "0"], "1 or more"),
            (["decide", anybody, "--outcome", "granted"], "--role"),
            (["decide", anybody, "--outcome", "rejected"] + People.officer, "--remarks"),
            (
                ["decide", anybody, "--outcome", "rejected", "--remarks", "x", "--operation"]
                    + ["import"] + People.officer, "--operation goes with"
            ),
            (
                ["decide", anybody, "--outcome", "rejected", "--remarks", "x", "--field"]
                    + ["validUntil=2027-11-30"] + People.officer, "go with --outcome granted"
            ),
            (
                ["decide", anybody, "--outcome", "granted", "--field", "exciseNumber=LU1"]
                    + People.officer, "11 capital letters or digits"
            ),
            (
                ["decide", anybody, "--outcome", "granted", "--field", "validFrom=tomorrow"]
                    + People.officer, "write a day"
            ),
            (
                ["decide", anybody, "--outcome", "granted", "--field", "validTill=2027-11-30"]
                    + People.officer,
                "a grant has no field validTill; it has exciseNumber, validFrom, validUntil"
            ),
            (
                ["decide", anybody, "--outcome", "granted", "--field", "validFrom"]
                    + People.officer, "name=value"
            ),
            (
                ["decide", anybody, "--outcome", "granted", "--field", "validFrom=2026-12-01"]
                    + ["--field", "validFrom=2026-12-02"] + People.officer, "and that once"
            ),
            (
                ["submit", "compny"] + People.applicant("x"),
                "there is no message \"compny\": did you mean \"company\"? There are company, "
            ),
            (["reqest", "list"], "did you mean 'registrarctl request'?"),
            (["request", "shwo", anybody], "did you mean 'registrarctl request show'?"),
            (["help", "sumbit"], "did you mean 'registrarctl submit'?"),
            (["request", "list", "--procedure", "xcise"], "did you mean \"excise\"?"),
            (["request", "list", "--profile", "employe"], "did you mean \"employee\"?"),
            (["obligation", "list", "--kind", "ac4-declaratoin"], "you mean \"ac4-declaration\"?"),
            (["dead-letter", "list", "--code", "shcema"], "did you mean \"schema\"?"),
            (["clock", "confirm", "--timeout", "0", "--reason", "x"], "seconds above 0"),
            (
                ["submit", "company", "--eori", "LU1", "--accept-terms"] + People.applicant("x"),
                "company needs --operation: the customs operations"
            ),
            (
                ["submit", "company", "--eori", "LU1", "--operation", "import", "--accept-terms"],
                "--given-name"
            ),
            (
                ["submit", "receipt", "--field", "exciseNumber=LU00000123456", "--eori", "LU1"]
                    + People.applicant("x"), "receipt has no field eori; it has exciseNumber"
            ),
            (
                ["submit", "restriction", "--field", "restricted=perhaps"]
                    + People.applicant("x"), "write true or false"
            ),
            (["submit", "withdrawal"] + People.applicant("x"), "needs --request-id"),
            (["submit", "event"], "name the file"),
            (
                ["submit", "company", "--eori", "LU1", "--operation", "import"]
                    + People.applicant("x"), "--accept-terms"
            ),
            (
                ["submit", "company", "--eori", "LU1", "--operation", "fly", "--accept-terms"]
                    + People.applicant("x"), "temporary-storage"
            ),
            (["revoke", "account", anybody, "--remarks", "x"] + People.officer, "--reason"),
            (
                ["revoke", "account", "7", "--remarks", "x", "--reason", "x"] + People.officer,
                "an account's id is a UUID"
            ),
            (
                ["revoke", "mandate", "7", "--remarks", "x", "--reason", "x"] + People.officer,
                "a mandate's id is a UUID"
            ),
            (["person", "erase", "eaccess:x"], "--reason"),
            (["role", "appoint", anybody] + People.officer, "--reason"),
            (
                ["operations", "operator", "LU1", "--operation", "import"] + People.officer,
                "--reason"
            ),
            (["outbox", "retry", "--all"], "--reason"),
            (["outbox", "retry", "--reason", "x"], "numbers, or --all"),
            (["outbox", "retry", "--all", "--reason", ""], "1 to 400"),
            (
                ["outbox", "retry", "--all", "--reason", String(repeating: "x", count: 401)],
                "1 to 400"
            ),
            (["dead-letter", "replay", "--all"], "--reason, or try it with --dry-run"),
            (["dead-letter", "replay", "--dry-run"], "or --all"),
            (["dead-letter", "discard", "--all"], "--reason"),
            (["dead-letter", "discard", "--reason", "x"], "or --all"),
            (["dead-letter", "discard", "3", "--all", "--reason", "x"], "not both"),
        ]
    )
    func usage(_ arguments: [String], _ words: String) async throws {
        let result = try await Program.run("registrarctl", arguments: arguments)
        #expect(result.status == 64)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains(words), "\(result.stderr)")
    }

    @Test("Data that the daemon would refuse is not sent: code 65, every fault with its place")
    func data() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let names = try await tool.attempt(
                ["submit", "company", "--eori", "LU1", "--operation", "import", "--accept-terms"]
                    + ["--subject", "s", "--given-name", "", "--family-name", "F"]
                    + ["--email", "nonsense"]
            )
            #expect(names.status == 65)
            #expect(names.stderr.contains("/data/applicant/givenName must be"))
            #expect(names.stderr.contains("/data/applicant/email must be"))
            let start = #"{"specversion":"1.0","id":"1","source":"urn:x","#
            for (body, words) in [
                ("{", "is not JSON: byte 1"), ("[]", "not a JSON object"),
                (#"{"id":"1"}"#, "no text \"type\""),
                (start + #""type":"registration.x"}"#, "has to be lu.etat.do."),
                (
                    start
                        + #""type":"lu.etat.do.registration.x.v1","time":"2026-11-21T06:00:00Z"}"#,
                    "unknown-type"
                ),
                (start + #""type":"lu.etat.do.status.request.v1"}"#, "no queue takes"),
                (String(repeating: " ", count: 262_145), "262144 bytes"),
            ] {
                let result = try await tool.attempt(["submit", "event", "-"], input: body)
                #expect(result.status == 65)
                #expect(result.stderr.contains(words), "\(result.stderr)")
            }
            let none = try await tool.attempt(["submit", "event", installation.folder + "/none"])
            #expect(none.status == 65)
            #expect(none.stderr.contains("No such file"))
        }
    }

    @Test("What is not in the store, and a store that is not one")
    func store() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let missing = try await tool.attempt(["request", "list"])
            #expect(missing.status == 69)
            #expect(missing.stderr.contains("there is no store at \(installation.storePath)"))
            let daemon = try await installation.start()
            try await daemon.stop()
            for command in ["show", "timeline"] {
                let unknown = try await tool.attempt(["request", command, Self.anybody])
                #expect(unknown.status == 65)
                #expect(unknown.stderr.contains("there is no request \(Self.anybody)"))
            }
            let file = installation.folder + "/text"
            try installation.write("not a database, certainly", to: file)
            let other = try await tool.attempt(
                ["journal", "verify"],
                environment: ["REGISTRARD_STORE_PATH": file]
            )
            #expect(other.status == 65)
            #expect(other.stderr.contains("is not a store"))
        }
    }

    @Test("Configuration and login: 78, or 77 when the broker or the publishers say no")
    func login() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            func attempt(_ login: String, _ command: [String]) async throws -> Program.Result {
                try await tool.attempt(
                    command,
                    environment: [
                        "REGISTRARCTL_BROKER_URL": OperatorTool.url(login, installation.broker)
                    ]
                )
            }
            let wrong = try await attempt("operator:wrong@", Self.withdrawal)
            #expect(wrong.status == 77)
            #expect(wrong.stderr.contains("check the user and the password"))
            #expect(!wrong.stderr.contains(":wrong@"), "the password is shown")
            let portal = try await attempt(
                "ntp-portal:ntp-portal@",
                ["decide", Self.anybody, "--outcome", "granted"] + People.officer
            )
            #expect(portal.status == 77)
            #expect(portal.stderr.contains("its roles: portal"))
            let stranger = try await attempt("registrard:registrard@", Self.withdrawal)
            #expect(stranger.status == 77)
            #expect(stranger.stderr.contains("not one of the publishers"))

            let host = try await tool.attempt(
                Self.withdrawal,
                environment: ["REGISTRARCTL_BROKER_URL": "amqp://operator@127.0.0.1:1/"]
            )
            #expect(host.status == 69)
            #expect(host.stderr.contains("check that the broker runs"))
            let nonsense = try await tool.attempt(
                ["topology", "check"],
                environment: ["REGISTRARCTL_BROKER_URL": "nonsense"]
            )
            #expect(nonsense.status == 78)
            #expect(nonsense.stderr.contains("not a URL"))

            try installation.configure()
            let none = try await tool.attempt(["topology", "check"])
            #expect(none.status == 78)
            #expect(none.stderr.contains("operator.brokerURL"))
            let file = try await Program.run(
                "registrarctl",
                arguments: ["request", "list", "--config", "/none.yaml"]
            )
            #expect(file.status == 78)
            #expect(file.stderr.contains("/none.yaml: there is no such file"))
        }
    }

    @Test(
        "A broker without exchange, without queue, or with a full one: nothing is said to be sent"
    )
    func unrouted() async throws {
        try await Installation.with { installation in
            let tool = try OperatorTool(installation)
            let exchange = try await tool.attempt(Self.withdrawal)
            #expect(exchange.status == 69)
            #expect(exchange.stderr.contains("no exchange \(installation.prefix).in"))

            let connection = try await Connection.open(
                Endpoint(url: installation.broker.url(user: "operator"))
            )
            try await connection.declareExchange(
                installation.topology.inboundExchange,
                kind: .topic
            )
            let queue = try await tool.attempt(Self.withdrawal)
            #expect(queue.status == 69)
            #expect(queue.stderr.contains("312 NO_ROUTE"))
            #expect(queue.stdout.isEmpty)

            let name = installation.topology.queue(.registrations)
            try await connection.declareQueue(
                QueueDeclaration(
                    name: name,
                    arguments: ["x-max-length": 0, "x-overflow": "reject-publish"]
                )
            )
            try await connection.bind(
                queue: name,
                exchange: installation.topology.inboundExchange,
                routingKey: "#"
            )
            let full = try await tool.attempt(Self.withdrawal)
            #expect(full.status == 75)
            #expect(full.stderr.contains("could not take the message"))
            #expect(full.stdout.isEmpty)
            await connection.close()
        }
    }

    @Test("A user without permission is denied; a broker whose memory ran out is to be tried later")
    func blocked() async throws {
        let broker = try await blocking { try PrivateBroker.start() }
        try await Installation.with(broker: broker) { installation in
            let tool = try OperatorTool(installation)
            let daemon = try await installation.start()
            try await blocking {
                _ = try broker.control(["set_permissions", "operator", "^$", "^$", ".*"])
            }
            let denied = try await tool.attempt(Self.withdrawal)
            #expect(denied.status == 77)
            #expect(denied.stderr.contains("grant the user the permission"))
            // To look at queues needs no more than to read them.
            #expect(try await tool.run("topology", "check").contains("exchange  there"))
            try await blocking {
                _ = try broker.control(["set_permissions", "operator", ".*", ".*", ".*"])
                _ = try broker.control(["set_vm_memory_high_watermark", "absolute", "1MB"])
            }
            let blocked = try await tool.attempt(Self.withdrawal)
            #expect(blocked.status == 75)
            #expect(blocked.stderr.contains("takes no messages for now"))
            try await daemon.stop()
        }
        broker.stop()
    }

    @Test("Help begins with examples, for every command")
    func help() async throws {
        for command in [
            [], ["status"], ["top"], ["doctor"], ["submit"], ["submit", "company"],
            ["submit", "event"], ["decide"],
            ["request", "list"], ["request", "show"], ["account", "list"], ["revoke", "operator"],
            ["authorisation", "list"], ["authorisation", "show"], ["obligation", "list"],
            ["obligation", "met"], ["guarantee", "list"], ["guarantee", "show"],
            ["guarantee", "call"], ["guarantee", "release"],
            ["operator", "show"], ["preview", "revoke"],
            ["role", "appoint"], ["operations", "account"], ["outbox", "list"],
            ["outbox", "retry"], ["deferred", "list"], ["dead-letter", "list"],
            ["dead-letter", "groups"], ["dead-letter", "show"], ["dead-letter", "replay"],
            ["dead-letter", "discard"], ["person", "erase"], ["journal", "verify"],
            ["topology", "check"], ["config", "show"],
        ] {
            let result = try await Program.run("registrarctl", arguments: command + ["--help"])
            #expect(result.status == 0)
            let lines = result.stdout.split(separator: "\n")
            #expect(lines.count > 3)
            #expect(lines.dropFirst().first?.hasPrefix("Example") == true, "\(command)")
        }
    }
}
