import Foundation
import Testing

/// What the documents tell people to type is there to be typed.
@Suite("The manual")
struct ManualTests {
    @Test("names commands and options of registrarctl that there are")
    func commandsExist() async throws {
        let help = try await Program.run("registrarctl", arguments: ["--experimental-dump-help"])
        let root = try JSONDecoder().decode(Help.self, from: Data(help.stdout.utf8)).command
        var count = 0
        for document in try Self.documents() {
            let text = try String(contentsOf: document, encoding: .utf8)
            for words in Self.commands(in: text) {
                count += 1
                if let fault = root.fault(in: words[...]) {
                    Issue.record("\(document.lastPathComponent): \(words): \(fault)")
                }
            }
        }
        #expect(count > 100)
    }

    /// Against nothing: what is asked here is whether they are understood.
    @Test("examples in the help can be pasted as they stand")
    func helpExamples() async throws {
        let help = try await Program.run("registrarctl", arguments: ["--experimental-dump-help"])
        let root = try JSONDecoder().decode(Help.self, from: Data(help.stdout.utf8)).command
        let examples = root.discussions.flatMap(Self.examples)
        #expect(examples.count > 60)
        for example in examples {
            let words = try await Program.run(
                "/bin/sh",
                arguments: ["-c", #"registrarctl() { printf '%s\\0' "$@"; }; \#(example)"#]
            )
            let arguments = words.stdout.split(separator: "\0", omittingEmptySubsequences: false)
            let result = try await Program.run(
                "registrarctl",
                arguments: arguments.dropLast().map(String.init),
                environment: ["REGISTRAR_CONFIG": "/nowhere/registrard.yaml"]
            )
            #expect(result.status != 64, "\(example)\n\(result.stderr)")
        }
    }

    /// Commands of the program, as far as it gets them: without what is before or behind a pipe.
    private static func examples(in help: String) -> [String] {
        help.matches(of: #/registrarctl (?:\\\n|'[^']*'|"[^"]*"|[^|>\n'"])+/#)
            .filter { match in
                let before = help[..<match.range.lowerBound]
                return before.hasSuffix("  ") || before.hasSuffix("| ")
            }
            .map { String($0.output) }
    }

    private static func documents() throws -> [URL] {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let pages = try ["Docs", "Docs/operations"].flatMap { folder in
            try FileManager.default.contentsOfDirectory(
                at: root.appending(path: folder),
                includingPropertiesForKeys: nil
            )
        }
        return [root.appending(path: "README.md")] + pages.filter { $0.pathExtension == "md" }
    }

    /// The words after each `registrarctl` in what is set as code.
    private static func commands(in text: String) -> [[Substring]] {
        var (prose, code, isFenced) = ("", "", false)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isFenced.toggle()
            } else if isFenced {
                code += line.hasSuffix("\\") ? String(line.dropLast()) : line + "\n"
            } else {
                prose += line + " "
            }
        }
        let spans = prose.matches(of: #/`([^`]+)`/#).map { String($0.1) }
        return (code.split(separator: "\n").map(String.init) + spans).flatMap { snippet in
            snippet.matches(of: #/registrarctl((?: [^|&;#>)]+)*)/#).map { match in
                match.1.split(separator: " ")
            }
        }
    }
}

/// What `--experimental-dump-help` says, as far as it is looked at.
private struct Help: Decodable {
    struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?
        let discussion: String?
        let arguments: [Argument]?

        /// What is said of it and of its commands.
        var discussions: [String] {
            (discussion.map { [$0] } ?? []) + (subcommands ?? []).flatMap(\.discussions)
        }

        /// What is wrong with a command line; nil for nothing.
        func fault(in words: ArraySlice<Substring>) -> String? {
            if let word = words.first, let subcommands, !subcommands.isEmpty,
                word.allSatisfy({ $0.isLowercase || $0 == "-" }), !word.hasPrefix("-")
            {
                guard let command = subcommands.first(where: { $0.commandName == word }) else {
                    return "there is no command \(word)"
                }
                return command.fault(in: words.dropFirst())
            }
            let known = Set((arguments ?? []).flatMap { $0.names ?? [] }.map(\.name))
                .union(["help", "version"])
            let options = words.filter { $0.hasPrefix("--") }.map { word in
                word.dropFirst(2).prefix { $0.isLetter || $0.isNumber || $0 == "-" }
            }
            return options.first { !$0.isEmpty && !known.contains(String($0)) }
                .map { "\(commandName) has no option --\($0)" }
        }
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            let name: String
        }

        let names: [Name]?
    }

    let command: Command
}
