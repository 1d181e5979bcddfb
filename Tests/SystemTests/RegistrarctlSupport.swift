import Contract
import Domain
import Foundation
import TestKit
import Testing

/// The operator's tool, beside an installation.
struct OperatorTool: Sendable {
    let installation: Installation

    /// Configures the installation for the tool as well: the operator's login, with its password in
    /// a file.
    ///
    /// - Parameter entries: more of the section `broker`.
    init(_ installation: Installation, broker entries: String? = nil) throws {
        self.installation = installation
        let password = installation.folder + "/password"
        try installation.write("operator\n", to: password)
        try installation.configure(
            broker: entries,
            more: """
                operator:
                  brokerURL: "\(Self.url("operator@", installation.broker))"
                  passwordFile: \(password)
                """
        )
    }

    /// - Parameter login: `user@` or `user:password@`.
    static func url(_ login: String, _ broker: PrivateBroker) -> String {
        "amqp://\(login)127.0.0.1:\(broker.port)/%2F"
    }

    /// Runs the tool with the installation's configuration, whatever its end.
    func attempt(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = ""
    ) async throws -> Program.Result {
        try await Program.run(
            "registrarctl",
            arguments: arguments + ["--config", installation.configurationPath],
            environment: environment,
            input: input
        )
    }

    /// Runs the tool and returns what it wrote to standard output; it must succeed.
    @discardableResult
    func run(_ arguments: String..., input: String = "") async throws -> String {
        try await run(arguments, input: input)
    }

    @discardableResult
    func run(_ arguments: [String], input: String = "") async throws -> String {
        let result = try await attempt(arguments, input: input)
        guard result.status == 0 else {
            throw Unmet("\(arguments) ended with \(result.status): \(result.stderr)")
        }
        return result.stdout
    }

    /// Runs the tool for JSON.
    func json(_ arguments: String...) async throws -> JSONValue { try await json(arguments) }

    func json(_ arguments: [String]) async throws -> JSONValue {
        try Self.json(await run(arguments + ["--output", "json"]))
    }

    /// The one line of JSON that `text` has to be.
    static func json(_ text: String) throws -> JSONValue {
        #expect(text.hasSuffix("}\n"))
        #expect(text.count { $0 == "\n" } == 1)
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(value["version"]?.integer == 1)
        return value
    }

    /// Sends something and returns the id that was printed.
    func send(_ arguments: [String]) async throws -> String {
        let output = try await run(arguments)
        let identifier = output.trimmingCharacters(in: .newlines)
        #expect(UUID(uuidString: identifier) != nil, "not an id: \(output)")
        return identifier
    }

    /// Waits until a request has a status.
    func wait(for status: String, of request: String) async throws {
        try await eventually("\(request) is \(status)") {
            try installation.request(request)?.status.rawValue == status ? () : nil
        }
    }
}

/// What the command line says of people.
enum People {
    static let officer = [
        "--role", "customs-authority", "--subject", "eaccess:officer", "--name", "Jo Müller",
    ]

    static func applicant(_ name: String) -> [String] {
        [
            "--subject", "eaccess:\(name)", "--given-name", name.capitalized, "--family-name",
            "Weber", "--email", "\(name)@example.lu", "--language", "de", "--language", "en",
        ]
    }

    /// Why something is changed.
    static let why = ["--reason", "The test wants it so."]

    static func manager(_ name: String) -> [String] {
        [
            "--role", "manager", "--subject", "eaccess:\(name)", "--name",
            "\(name.capitalized) Weber",
        ]
    }
}
