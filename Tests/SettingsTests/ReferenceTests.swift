import Foundation
import Testing

@testable import Settings

@Suite("Docs/configuration.md")
struct ReferenceTests {
    private static let reference = ConfigurationKey.reference(of: ConfigurationKey.all)

    /// To renew it: `REGISTRAR_RECORD_GOLDEN=1 swift test --filter SettingsTests.ReferenceTests`.
    @Test("is what the keys say")
    func isUpToDate() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appending(path: "Docs/configuration.md")
        if ProcessInfo.processInfo.environment["REGISTRAR_RECORD_GOLDEN"] == "1" {
            try Self.reference.write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == Self.reference)
    }

    @Test("has a row for every key")
    func hasAllKeys() {
        let rows = Self.reference.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count == ConfigurationKey.all.count)
        for (row, key) in zip(rows, ConfigurationKey.all) {
            #expect(row.hasPrefix("| `\(key.path)`"))
            #expect(row.contains(key.documentation))
        }
    }
}
