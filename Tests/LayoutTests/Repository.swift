import Foundation

/// This repository's files, as the tests look at them.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct SourceFile {
        /// From the root, such as `Sources/Domain/EORI.swift`.
        let path: String
        /// `Domain`
        let module: String
        let lines: [Substring]

        /// The modules that the file imports.
        var imports: Set<String> {
            Set(
                lines.compactMap { line in
                    var words = line.split(separator: " ").map(String.init)
                    words.removeAll { $0.hasPrefix("@") || $0 == "public" || $0 == "internal" }
                    guard words.first == "import", let name = words.last else { return nil }
                    return name.split(separator: ".").first.map(String.init)
                }
            )
        }
    }

    /// The Swift files below a folder.
    static func swiftFiles(in folder: String) throws -> [SourceFile] {
        let start = root.appending(path: folder)
        guard let paths = FileManager.default.enumerator(atPath: start.path) else { return [] }
        return try paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
            .map { path in
                let text = try String(
                    contentsOf: start.appending(path: path),
                    encoding: .utf8
                )
                return SourceFile(
                    path: "\(folder)/\(path)",
                    module: String(path.split(separator: "/")[0]),
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false)
                )
            }
    }

    static func swiftFiles(in folders: [String]) throws -> [SourceFile] {
        try folders.flatMap { try swiftFiles(in: $0) }
    }

    /// Everything in Markdown, from the root.
    static func documents() throws -> [String] {
        let folders = try ["", "Docs", "Docs/decisions", "Docs/operations"].map { folder in
            try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
                .filter { $0.hasSuffix(".md") }.sorted()
                .map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
        }
        return folders.flatMap(\.self)
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}

extension Substring {
    var isComment: Bool { drop { $0 == " " }.hasPrefix("//") }
}
