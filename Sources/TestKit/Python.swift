import Foundation
import Glibc

/// The Python of `Scripts/python-for-tests`, which has parsers and validators that share no code
/// with Registrar.
public enum Python {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The repository's folder.
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Where it is; it is made when it is not there.
    public static let path = Result {
        let end = try Command.run([root.appending(path: "Scripts/python-for-tests").path])
        guard end.exitCode == 0 else {
            throw Failure(description: "there is no Python for the tests: \(end.errors)")
        }
        return end.output.trimmingCharacters(in: .newlines)
    }

    /// What a script beside a test says to what it is given: both are JSON, the order in a file.
    ///
    /// - Parameter test: The file in which the test stands.
    public static func answer(
        of script: String,
        to order: [UInt8],
        beside test: String = #filePath
    ) throws -> [UInt8] {
        let file = NSTemporaryDirectory() + "/registrar-python-" + UUID().uuidString
        defer { unlink(file) }
        try Data(order).write(to: URL(filePath: file))
        let script = URL(filePath: test).deletingLastPathComponent().appending(path: script)
        let end = try Command.run([path.get(), "-B", script.path, file])
        guard end.exitCode == 0 else {
            throw Failure(
                description: "\(script.lastPathComponent) ended with \(end.exitCode):\n"
                    + "\(end.errors.suffix(2000))"
            )
        }
        return Array(end.output.utf8)
    }
}
