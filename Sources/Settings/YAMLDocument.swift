import Yams

/// One YAML text, composed into nodes that know their place.
///
/// The parser gives up at the first mapping with a duplicate key. So that a file with several
/// mistakes is told all of them, the earlier of two equal keys is renamed in memory (to as many
/// private-use characters, which moves nothing) and the text composed again; ``name(of:)`` gives
/// the name back.
final class YAMLDocument {
    let file: String
    private var text: String
    private var originalNames: [String: String] = [:]

    /// More duplicates than anyone wants to read.
    private static let maximumDuplicates = 100
    private static let firstPrivateUse: UInt32 = 0xE000

    init(text: String, file: String) {
        // A byte order mark is legal YAML but nothing that the parser skips here.
        self.text =
            text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        self.file = file
    }

    /// The root; nil when the text is empty.
    func compose() throws(ConfigurationError) -> RawValue? {
        while true {
            do {
                // The basic resolver leaves every scalar as text: what it means depends on its key.
                guard let node = try Yams.compose(yaml: text, .basic) else { return nil }
                return RawValue(node, in: self)
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                guard let name = names.first, hide(name, at: context.mark) else {
                    throw ConfigurationError(
                        location: location(of: context.mark),
                        path: names.first,
                        problem: "duplicate key",
                        advice: "remove one of the two"
                    )
                }
            } catch {
                throw syntaxError(error)
            }
        }
    }

    func name(of written: String) -> String { originalNames[written] ?? written }

    func location(of node: Node) -> ConfigurationLocation {
        node.mark.map(location(of:)) ?? .file(file)
    }

    private func location(of mark: Mark) -> ConfigurationLocation {
        .line(file: file, line: mark.line, column: mark.column)
    }

    // MARK: Duplicates

    /// Renames the key `name` at `mark`; false when it is not written there literally.
    private func hide(_ name: String, at mark: Mark) -> Bool {
        guard originalNames.count < Self.maximumDuplicates, !name.isEmpty,
            let replacement = Unicode.Scalar(Self.firstPrivateUse + UInt32(originalNames.count))
        else { return false }
        var scalars = text.unicodeScalars
        guard var start = index(of: mark, in: scalars) else { return false }
        if scalars[start] == "\"" || scalars[start] == "'" { start = scalars.index(after: start) }
        let length = name.unicodeScalars.count
        guard let end = scalars.index(start, offsetBy: length, limitedBy: scalars.endIndex),
            scalars[start..<end].elementsEqual(name.unicodeScalars)
        else { return false }
        let hidden = String(String.UnicodeScalarView(repeatElement(replacement, count: length)))
        scalars.replaceSubrange(start..<end, with: hidden.unicodeScalars)
        text = String(scalars)
        originalNames[hidden] = self.name(of: name)
        return true
    }

    private func index(
        of mark: Mark,
        in scalars: String.UnicodeScalarView
    ) -> String.UnicodeScalarView.Index? {
        var line = 1
        var index = scalars.startIndex
        while line < mark.line {
            guard index < scalars.endIndex else { return nil }
            let scalar = scalars[index]
            index = scalars.index(after: index)
            // The line breaks of YAML 1.1, which are the parser's.
            switch scalar {
            case "\r":
                if index < scalars.endIndex, scalars[index] == "\n" {
                    index = scalars.index(after: index)
                }
                line += 1
            case "\n", "\u{85}", "\u{2028}", "\u{2029}": line += 1
            default: break
            }
        }
        guard
            let found = scalars.index(
                index,
                offsetBy: mark.column - 1,
                limitedBy: scalars.endIndex
            ),
            found < scalars.endIndex
        else { return nil }
        return found
    }

    // MARK: Syntax

    private func syntaxError(_ error: any Error) -> ConfigurationError {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let origin = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
            return ConfigurationError(
                location: location(of: mark),
                path: nil,
                problem: "YAML syntax: \(problem)\(origin)",
                advice: advice(for: problem, at: mark)
            )
        case YamlError.reader(let problem, let offset, _, let yaml):
            let before = yaml.prefix(offset ?? 0)
            let line = before.count { $0.isNewline } + 1
            let column = before.reversed().prefix { !$0.isNewline }.count + 1
            return ConfigurationError(
                location: offset == nil
                    ? .file(file) : .line(file: file, line: line, column: column),
                path: nil,
                problem: "YAML syntax: \(problem)",
                advice: "remove the character that is not printable"
            )
        default:
            return ConfigurationError(
                location: .file(file),
                path: nil,
                problem: "cannot be read as YAML: \(error)",
                advice: nil
            )
        }
    }

    private func advice(for problem: String, at mark: Mark) -> String {
        if problem.contains("another document") {
            return "keep one document, without a second \"---\""
        }
        if problem.contains("undefined alias") {
            return "put a value that begins with \"*\" in quotes"
        }
        let scalars = text.unicodeScalars
        if let index = index(of: mark, in: scalars), scalars[index] == "\t" {
            return "indent with spaces, not tabs"
        }
        return "check the indentation, colons and quotes of this line and the one before"
    }
}
