import Contract
import Foundation
import TestKit
import Testing

/// Programs of others that stand downstream, and the examples that talk to them: run by the Python
/// of `Scripts/python-for-tests`.
enum Peers {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Starts a script of the repository.
    static func start(_ script: String, _ arguments: String...) throws -> RunningProgram {
        try RunningProgram(
            Python.path.get(),
            arguments: ["-B", root.appending(path: script).path] + arguments
        )
    }

    static func provisioner(of installation: Installation, at server: SCIMServer) throws
        -> RunningProgram
    {
        try start(
            "Docs/examples/provisioner.py",
            "--broker",
            installation.broker.url(user: "provisioner"),
            "--prefix",
            installation.prefix,
            "--scim",
            server.base
        )
    }

    static func mailer(of installation: Installation, at port: Int) throws -> RunningProgram {
        try start(
            "Docs/examples/mailer.py",
            "--broker",
            installation.broker.url(user: "mailer"),
            "--prefix",
            installation.prefix,
            "--smtp",
            "127.0.0.1:\(port)",
            "--sender",
            "LUCCS <luccs@example.lu>",
            "--pause",
            "0.2"
        )
    }

    /// A mail server; `kept` of it are the mails that it took.
    static func mailServer(at port: Int, _ options: String...) async throws -> RunningProgram {
        let program = try RunningProgram(
            Python.path.get(),
            arguments: [
                "-B", root.appending(path: "Tests/SystemTests/mail_server.py").path, "\(port)",
            ]
                + options
        )
        _ = try await program.waitForLine(containing: "ready")
        return program
    }
}

/// A SCIM server with nobody in it.
struct SCIMServer {
    let program: RunningProgram
    let base: String

    static func start() async throws -> SCIMServer {
        let port = try freePort()
        let program = try Peers.start("Tests/SystemTests/scim_server.py", "\(port)")
        _ = try await program.waitForLine(containing: "Serving SCIM")
        return SCIMServer(program: program, base: "http://127.0.0.1:\(port)/v2")
    }

    /// The users, by their names.
    func users() async throws -> [JSONValue] {
        let users = try await request("GET", "/Users")?["Resources"]?.elements ?? []
        return users.sorted { ($0["userName"]?.text ?? "") < ($1["userName"]?.text ?? "") }
    }

    /// The user of that name; nil for none.
    func user(_ name: String) async throws -> JSONValue? {
        try await users().first { $0["userName"]?.text == name }
    }

    /// Does something by hand; returns the answer's body.
    @discardableResult
    func request(_ method: String, _ path: String, body: String? = nil) async throws -> JSONValue? {
        let url = path.hasPrefix("http") ? path : base + path
        var arguments = ["curl", "-sS", "--max-time", "10", "-X", method, url]
        if let body {
            arguments += ["-H", "Content-Type: application/scim+json", "--data-binary", body]
        }
        let end = try await blocking { [arguments] in try TestKit.Command.run(arguments) }
        guard end.exitCode == 0 else { throw Unmet("\(method) \(url): \(end.errors)") }
        return end.output.isEmpty ? nil : try JSONValue(parsing: Array(end.output.utf8))
    }
}
