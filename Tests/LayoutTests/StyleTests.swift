import Testing

/// How long and how wide things are. What exceeds a limit stands here with the reason, and leaves
/// here when it does so no more.
@Suite("Style")
struct StyleTests {
    static let folders = ["Benchmarks", "Sources", "Tests"]
    static let fileLines = 400
    static let functionLines = 70
    static let columns = 100

    /// Files that are longer.
    static let longFiles: [String: String] = [
        "Tests/SystemTests/DeadLetterCommandTests.swift": "one stage for all of its tests",
        "Tests/WorkflowTests/ClockTests.swift": "one stage for all of its tests",
        "Tests/WorkflowTests/DeadLetterTests.swift": "one stage for all of its tests",
        "Tests/WorkflowTests/OutboxRelayTests.swift": "one stage for all of its tests",
        "Tests/WorkflowTests/MessageLoopOutboxTests.swift": "one stage for all of its tests",
        "Tests/WorkflowTests/Simulation/Auditor.swift":
            "shares no code, and so has no parts elsewhere",
        "Tests/WorkflowTests/Simulation/Simulation.swift":
            "the parts that may stop, and all that may happen to them",
    ]

    /// Functions that are longer, by file and name.
    static let longFunctions: [String: String] = [
        "Sources/Domain/ProblemMeaning.swift meaning": "a sentence for each problem",
        "Sources/Operations/RegistrarMetrics.swift init": "a declaration for each metric",
        "Sources/Operations/StateMetrics.swift init": "a declaration for each metric",
        "Sources/Workflow/JournalFormat.swift event": "a line for each kind of event",
        "Sources/Workflow/MessageProcessor+Erasure.swift step": "a case for each stage",
        "Sources/registrard/Daemon.swift run": "puts the parts together, in their order",
        "Tests/CorrespondenceTests/PersonTests.swift disclosure":
            "one value with all of its members",
        "Tests/ProceduresTests/EventNotation.swift line": "a line for each kind of event",
        "Tests/ProceduresTests/RandomLifeTests.swift message": "a case for each kind of message",
        "Tests/SystemTests/AppliedTests.swift company": "one story, told in its order",
        "Tests/SystemTests/ErasureLoadTests.swift much": "one story, told in its order",
        "Tests/SystemTests/ExciseTests.swift life": "one story, told in its order",
    ]

    @Test("files have 400 lines, or a reason")
    func files() throws {
        var found: Set<String> = []
        for file in try Repository.swiftFiles(in: Self.folders) {
            // The last line ends with a line feed, behind which nothing stands.
            let count = file.lines.count - 1
            guard count > Self.fileLines else { continue }
            found.insert(file.path)
            #expect(Self.longFiles[file.path] != nil, "\(file.path) has \(count) lines")
        }
        #expect(Set(Self.longFiles.keys).subtracting(found) == [], "no exception is needed")
    }

    @Test("functions have 70 lines, or a reason")
    func functions() throws {
        var found: Set<String> = []
        for file in try Repository.swiftFiles(in: Self.folders) {
            for function in file.functions where function.lines > Self.functionLines {
                let key = "\(file.path) \(function.name)"
                found.insert(key)
                #expect(Self.longFunctions[key] != nil, "\(key) has \(function.lines) lines")
            }
        }
        #expect(Set(Self.longFunctions.keys).subtracting(found) == [], "no exception is needed")
    }

    /// What swift-format cannot break stands in a literal: texts that people read, and what tests
    /// compare with.
    @Test("lines have 100 columns, but for literals")
    func lines() throws {
        for file in try Repository.swiftFiles(in: Self.folders) {
            var isInLiteral = false
            for (number, line) in file.lines.enumerated() {
                let isComment = !isInLiteral && line.isComment
                let mayBeWide = !isComment && (isInLiteral || line.contains("\""))
                if line.utf8.count > Self.columns, !mayBeWide {
                    let count = line.count
                    #expect(count <= Self.columns, "\(file.path):\(number + 1) has \(count)")
                }
                if !isComment, !line.ranges(of: "\"\"\"").count.isMultiple(of: 2) {
                    isInLiteral.toggle()
                }
            }
        }
    }

    /// A key that is spelled where it is used is found by nobody who looks for it by its name.
    @Test("keys of log metadata are constants")
    func logKeys() throws {
        let keys = try Repository.text(of: "Sources/LogKeys/LogKey.swift").split(separator: "\n")
            .compactMap { line in
                line.wholeMatch(of: #/ +public static let (\w+) = "([a-z_]+)"/#)
                    .map { (name: String($0.1), key: String($0.2)) }
            }
        #expect(keys.count > 20 && keys.map(\.name) == keys.map(\.name).sorted())
        #expect(Set(keys.map(\.key)).count == keys.count)
        var used: Set<String> = []
        for file in try Repository.swiftFiles(in: "Sources") where file.module != "LogKeys" {
            let text = file.lines.joined(separator: "\n")
            guard text.contains("metadata") else { continue }
            for spelled in text.matches(
                of: /metadata(?:: |: Logger\.Metadata = )?\[(?:[^\]]*?[,\s])?"[a-z_]+"[\]:]/
            ) {
                Issue.record("\(file.path): \(spelled.0)")
            }
            used.formUnion(text.matches(of: /LogKey\.(\w+)/).map { String($0.1) })
        }
        #expect(used == Set(keys.map(\.name)))
    }
}

extension Repository.SourceFile {
    struct Function {
        /// Also that of a property that is computed; `init` for an initialiser.
        let name: String
        /// From the line that declares it to its last.
        let lines: Int
    }

    /// The functions and computed properties with a body of more than one line, by the indentation
    /// that swift-format gives.
    var functions: [Function] {
        lines.indices.compactMap { start in
            guard let name = Self.declaredName(in: lines[start]) else { return nil }
            let depth = lines[start].prefix { $0 == " " }.count
            for end in lines.indices[(start + 1)...] {
                let line = lines[end]
                guard !line.isEmpty, line.prefix(while: { $0 == " " }).count <= depth else {
                    continue
                }
                let rest = line.dropFirst(depth)
                if rest.hasPrefix("}") { return Function(name: name, lines: end - start + 1) }
                // A signature of several lines goes on; anything else is a declaration without
                // body.
                guard rest.hasPrefix(")") || rest.hasPrefix("{") || rest.hasPrefix("where") else {
                    return nil
                }
            }
            return nil
        }
    }

    private static let modifiers: Set<Substring> = [
        "public", "private", "fileprivate", "internal", "static", "override", "final", "mutating",
        "nonisolated", "class", "convenience", "borrowing", "consuming", "isolated", "required",
    ]

    /// Nil where the line declares no function and no property that is computed over several lines.
    private static func declaredName(in line: Substring) -> String? {
        guard line.contains("func ") || line.contains("init") || line.hasSuffix("{") else {
            return nil
        }
        var words = line.split(separator: " ")[...]
        while let word = words.first,
            modifiers.contains(word) || word.hasPrefix("@") || word.hasSuffix("(set)")
        {
            words = words.dropFirst()
        }
        guard let keyword = words.first else { return nil }
        for name in ["init", "deinit", "subscript"]
        where keyword.hasPrefix(name) && !(keyword.dropFirst(name.count).first?.isLetter ?? false) {
            return name
        }
        guard keyword == "func" || ["var", "let"].contains(keyword) && line.hasSuffix("{") else {
            return nil
        }
        return words.dropFirst().first.map { name in
            String(name.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        }
    }
}
