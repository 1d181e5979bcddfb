import Foundation
import Glibc
import Testing

/// What the scripts do with a build folder in which somebody else has built. To give files away
/// takes the superuser, so as another user there is nothing to try.
@Suite struct ScriptTests {
    private static let whoever = getuid() == 0 ? [UInt32(65_534)] : []

    /// A checkout with the scripts, a compiler that knows its version, and a file deep in the build
    /// folder.
    private struct Checkout: ~Copyable {
        let path = NSTemporaryDirectory() + "/registrar-scripts-" + UUID().uuidString
        var object: String { path + "/.build/deep/object" }

        init() throws {
            let files = FileManager.default
            for folder in ["Scripts", ".build/deep", "bin"] {
                try files.createDirectory(
                    atPath: "\(path)/\(folder)",
                    withIntermediateDirectories: true
                )
            }
            for script in ["check-toolchain", "hand-back"] {
                let place = "\(path)/Scripts/\(script)"
                try Data(Repository.text(of: "Scripts/\(script)").utf8)
                    .write(to: URL(filePath: place))
                chmod(place, 0o755)
            }
            try Data("#!/bin/sh\necho 'Swift version 6.3'\n".utf8)
                .write(to: URL(filePath: "\(path)/bin/swift"))
            chmod("\(path)/bin/swift", 0o755)
            try Data().write(to: URL(filePath: object))
            chmod(path, 0o755)
        }

        deinit {
            _ = try? FileManager.default.removeItem(atPath: path)
        }

        /// Runs a script; returns how it ended and what it said.
        func run(
            _ script: String,
            as user: UInt32,
            _ environment: [String: String] = [:]
        ) throws -> (status: Int32, said: String) {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                "setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups",
                "\(path)/Scripts/\(script)",
            ]
            process.environment = environment.merging(["PATH": "\(path)/bin:/usr/bin:/bin"]) {
                $1
            }
            let pipe = Pipe()
            process.standardError = pipe
            try process.run()
            let said = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: said, as: UTF8.self))
        }

        func owner() -> UInt32? {
            var status = stat()
            return stat(object, &status) == 0 ? status.st_uid : nil
        }
    }

    @Test("a file of somebody else deep in the build folder is named", arguments: whoever)
    func strangers(user: UInt32) throws {
        let checkout = try Checkout()
        chown(checkout.path + "/.build", user, user)
        let result = try checkout.run("check-toolchain", as: user)
        #expect(result.status == 69)
        #expect(result.said.contains(".build/deep"))
        #expect(result.said.contains("sudo chown -R"))
        chown(checkout.path + "/.build/deep", user, user)
        chown(checkout.object, user, user)
        #expect(try checkout.run("check-toolchain", as: user).status == 0)
    }

    @Test("what root has built under sudo is given to the user who called it", arguments: whoever)
    func handBack(user: UInt32) throws {
        let checkout = try Checkout()
        #expect(try checkout.run("hand-back", as: 0).status == 0)
        #expect(checkout.owner() == 0)
        let environment = ["SUDO_UID": "\(user)", "SUDO_GID": "\(user)"]
        #expect(try checkout.run("hand-back", as: 0, environment).status == 0)
        #expect(checkout.owner() == user)
    }

    /// A suite that was renamed would be left out without a word: a filter that nothing matches is
    /// no fault to `swift test`.
    @Test("every suite that Scripts/test names is there")
    func suites() throws {
        let script = try Repository.text(of: "Scripts/test")
        let lists = script.matches(of: /readonly \w+_suites=\(([^)]*)\)/)
        #expect(lists.count == 4)
        let files = try Repository.swiftFiles(in: "Tests")
        for suite in lists.flatMap({ $0.1.split(whereSeparator: \.isWhitespace) }) {
            let parts = suite.split(separator: ".")
            let declarations = files.filter { $0.module == parts[0] }.flatMap(\.lines).count {
                $0.hasSuffix("struct \(parts[1]) {")
            }
            #expect(declarations == 1, "\(suite)")
        }
    }
}
