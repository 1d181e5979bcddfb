/// Checks a template's tags against what Registrar lets a template do. What a template means is
/// the Mustache engine's business; this only refuses what would escape the checks or the
/// escaping: unescaped values, unknown names (which Mustache renders as nothing), transforms,
/// partials, other delimiters, pragmas.
struct TemplateScanner {
    let file: String
    let variables: Set<String>
    let sections: Set<String>

    /// - Parameter firstLine: the number of the text's first line in the file.
    func faults(in text: String, firstLine: Int) -> [TemplateError.Fault] {
        var faults: [TemplateError.Fault] = []
        var line = firstLine
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            if let message = Self.complaint(about: scalars[index]) {
                faults.append(.init(file: file, line: line, message: message))
            }
            guard scalars[index] == "{", index + 1 < scalars.count, scalars[index + 1] == "{" else {
                if scalars[index] == "\n" { line += 1 }
                index += 1
                continue
            }
            let tag = Self.tag(in: scalars, at: index + 2)
            if index + 2 + tag.count == scalars.count {
                faults.append(
                    .init(file: file, line: line, message: "a tag is not closed; end it with }}")
                )
            } else if let message = complaint(aboutTag: tag) {
                faults.append(.init(file: file, line: line, message: message))
            }
            line += tag.count { $0 == "\n" }
            index += 2 + tag.count
        }
        return faults
    }

    /// What stands between the braces, up to the closing ones or the end.
    private static func tag(in scalars: [Unicode.Scalar], at start: Int) -> [Unicode.Scalar] {
        var end = start
        while end < scalars.count {
            if scalars[end] == "}", end + 1 < scalars.count, scalars[end + 1] == "}" { break }
            end += 1
        }
        return Array(scalars[start..<end])
    }

    private static func complaint(about scalar: Unicode.Scalar) -> String? {
        if TemplateMark.range.contains(scalar.value) {
            return "holds a private-use character (U+F0000 and up); remove it"
        }
        let isControl = scalar.properties.generalCategory == .control
        return isControl && scalar != "\n" && scalar != "\t"
            ? "holds a control character; remove it" : nil
    }

    private func complaint(aboutTag tag: [Unicode.Scalar]) -> String? {
        var content = String(String.UnicodeScalarView(tag))
        guard let first = tag.first else { return "has an empty tag; name a variable in it" }
        switch first {
        case "!": return nil
        case "{", "&":
            return "asks for an unescaped value; write {{name}} with two braces and no &"
        case ">", "<", "$", "=", "%":
            return "uses {{\(first) …}}, which templates of mails may not; write it out"
        case "#", "^", "/": content.removeFirst()
        default: break
        }
        let name = content.filter { $0 != " " }
        let isSection = first == "#" || first == "^" || first == "/"
        if variables.contains(name) || isSection && sections.contains(name) { return nil }
        if sections.contains(name) {
            return "\(name) is a section, not a value; write {{#\(name)}} … {{/\(name)}}"
        }
        let known = (isSection ? variables.union(sections) : variables).sorted()
        return "\(name) is unknown here; known are \(known.joined(separator: ", "))"
    }
}

/// Stand-ins for values: one private-use character a value, so that a rendered template can be
/// taken apart again where the values stand.
enum TemplateMark {
    static let range: ClosedRange<UInt32> = 0xf0000...0xfffff

    static func text(_ number: Int) -> String {
        Unicode.Scalar(range.lowerBound + UInt32(number)).map { String(Character($0)) } ?? ""
    }

    enum Piece: Hashable {
        case literal(String)
        case mark(Int)
    }

    static func pieces(of rendered: String) -> [Piece] {
        let scalars = rendered.unicodeScalars
        var pieces: [Piece] = []
        var start = scalars.startIndex
        func finishLiteral(at end: String.Index) {
            if start < end { pieces.append(.literal(String(scalars[start..<end]))) }
        }
        for index in scalars.indices where range.contains(scalars[index].value) {
            finishLiteral(at: index)
            pieces.append(.mark(Int(scalars[index].value - range.lowerBound)))
            start = scalars.index(after: index)
        }
        finishLiteral(at: scalars.endIndex)
        return pieces
    }
}
