import Foundation
import Testing

/// A file of the `Golden` folder that holds what is expected, to the byte.
///
/// To rewrite them after a wanted change, run the tests once with
/// `REGISTRAR_RECORD_GOLDEN=1` in the environment, and read the difference before you commit it.
/// That run fails on purpose: a recording is not a check.
enum GoldenFile {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().appending(path: "Golden")

    static func expect(
        _ actual: String,
        matches name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["REGISTRAR_RECORD_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(actual.utf8).write(to: file)
            Issue.record(
                "recorded \(name); run again without the variable",
                sourceLocation: sourceLocation
            )
            return
        }
        let expected = try Data(contentsOf: file)
        #expect(
            Data(actual.utf8) == expected,
            "\(name) differs from:\n\(actual)",
            sourceLocation: sourceLocation
        )
    }
}
