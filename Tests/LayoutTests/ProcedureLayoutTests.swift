import Domain
import Foundation
import Procedures
import Testing

/// A procedure is a folder, a line of the catalogue, and what it declares: nothing else knows it.
@Suite("Procedures and what they declare")
struct ProcedureLayoutTests {
    /// The folder of each procedure, by the procedure's type.
    private static func folders() throws -> [String: String] {
        var folders: [String: String] = [:]
        for file in try Repository.swiftFiles(in: "Sources/Procedures") {
            for line in file.lines {
                if let match = line.firstMatch(of: /^enum (\w+): Procedure \{$/) {
                    let parts = file.path.split(separator: "/").dropLast()
                    folders[String(match.1)] = parts.joined(separator: "/") + "/"
                }
            }
        }
        return folders
    }

    @Test("every procedure is a folder of its own and one line of the catalogue")
    func folders() throws {
        let folders = try Self.folders()
        let catalogue = ProcedureCatalogue.procedures.map { "\($0)" }
        #expect(Set(catalogue) == Set(folders.keys))
        #expect(Set(catalogue).count == catalogue.count)
        #expect(Set(folders.values).count == folders.count)
        #expect(!folders.values.contains("Sources/Procedures/"))
        let names = ProcedureCatalogue.procedures.map { $0.name }
        #expect(Set(names).count == names.count)
        // The register looks for open requests by their profile alone.
        let profiles = ProcedureCatalogue.procedures.flatMap { $0.profiles.map(\.name) }
        #expect(Set(profiles).count == profiles.count)
    }

    /// Where procedures are named all the same, and why.
    private static let exceptions = [
        "Sources/Correspondence/Correspondent+Disclosure.swift": "the rights of a data subject",
        "Sources/Procedures/AdHocEORI/AdHocEORI.swift": "the contract counts its message as access",
        "Sources/Procedures/Dossier/FigureTable.swift": "which figures there are, for any rule",
        "Sources/Procedures/Excise/ExciseNotices.swift": "mails about the declaration AC4",
        "Sources/TestKit/": "what tests store",
    ]

    @Test("no procedure's or profile's name is quoted outside its folder")
    func namesStayInside() throws {
        let folders = try Self.folders()
        var names: [String: Set<String>] = [:]
        for procedure in ProcedureCatalogue.procedures {
            let folder = try #require(folders["\(procedure)"])
            names[folder] = Set([procedure.name] + procedure.profiles.map(\.name))
        }
        let procedures = Set(ProcedureCatalogue.procedures.map { $0.name })
        let all = names.values.reduce(into: Set()) { $0.formUnion($1) }
        let shared = try Self.wordsOfRecords()
        var isUsed: Set<String> = []
        for file in try Repository.swiftFiles(in: "Sources") {
            let own = names.first { file.path.hasPrefix($0.key) }?.value ?? []
            for (number, line) in file.lines.enumerated() where !line.isComment {
                for literal in Self.quoted(in: line, all, procedures, shared)
                where !own.contains(literal) {
                    let exception = Self.exceptions.keys.first { file.path.hasPrefix($0) }
                    if let exception { isUsed.insert(exception) }
                    #expect(exception != nil, "\(file.path):\(number + 1) quotes \(literal)")
                }
            }
        }
        #expect(isUsed == Set(Self.exceptions.keys), "some exceptions are not needed any more")
    }

    /// The names in a line's literals: whole ones, and those of procedures between dots. A word
    /// that records have as well, such as `person`, is theirs unless the line speaks of a
    /// procedure.
    private static func quoted(
        in line: Substring,
        _ names: Set<String>,
        _ procedures: Set<String>,
        _ shared: Set<String>
    ) -> [String] {
        let isAboutProcedures = line.contains(/(?i:procedure|profile)/)
        return line.matches(of: /"([a-z][A-Za-z0-9.-]*)["\\]/).compactMap { match in
            let parts = match.1.split(separator: ".").map(String.init)
            guard parts.count > 1 else {
                let name = String(match.1)
                return names.contains(name) && (isAboutProcedures || !shared.contains(name))
                    ? name : nil
            }
            // What comes first in `person.recorded` is a record.
            return parts.dropFirst(shared.contains(parts[0]) ? 1 : 0)
                .first(where: procedures.contains)
        }
    }

    /// Everything that the domain names or that stands in a record, as messages spell it.
    private static func wordsOfRecords() throws -> Set<String> {
        let lines = try Repository.swiftFiles(in: "Sources/Domain").flatMap(\.lines)
            .filter { !$0.isComment }
        let declarations = lines.flatMap {
            $0.matches(of: /\b(?:struct|enum|case) `?(\w+)/).map { String($0.1) }
        }
        let values = lines.flatMap { $0.matches(of: /= "([a-z-]+)"/).map { String($0.1) } }
        return Set(declarations.map { $0.prefix(1).lowercased() + $0.dropFirst() } + values)
    }

    @Test("what the journal says of a request has words in the operators' tool")
    func eventsHaveWords() throws {
        let format = try Repository.swiftFiles(in: "Sources/Workflow").flatMap(\.lines)
        let events = format.flatMap {
            $0.matches(of: /"event", "([a-z]+[.-][a-z.-]+)"/).map { String($0.1) }
        }
        let views = try Repository.swiftFiles(in: "Sources/registrarctl/Views").flatMap(\.lines)
        let told = Set(
            views.flatMap { $0.matches(of: /"([a-z-]+\.[a-z-]+)"/).map { String($0.1) } }
        )
        let aboutNoRequest: Set = [
            "clock.accepted", "clock.confirmed", "clock.questioned", "dead-letters.discarded",
            "dead-letters.replayed", "outbox.retried",
        ]
        #expect(events.count > 30)
        let silent = Set(events).subtracting(told).filter { !$0.hasPrefix("provisioning.") }
        #expect(silent == aboutNoRequest)
    }

    @Test("every mail that is declared has its words in every language, and the other way round")
    func mailsHaveWords() throws {
        let mails = ProcedureCatalogue.mails
        #expect(Set(mails.map(\.name)).count == mails.count)
        let folder = Repository.root.appending(path: "Config/templates")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".mustache") && !$0.hasPrefix("layout.") }
        let declared = mails.flatMap { mail in
            Language.allCases.map { "\(mail.procedure)/\(mail.event).\($0.rawValue).mustache" }
        }
        #expect(Set(files) == Set(declared))
    }

    @Test("every setting that is declared has its line in the reference, and the other way round")
    func settingsAreDescribed() throws {
        for procedure in ProcedureCatalogue.procedures {
            #expect(procedure.settings.allSatisfy { $0.procedure == procedure.name })
        }
        let declared = ProcedureCatalogue.settings.map(\.path)
        #expect(Set(declared).count == declared.count)
        let lines = try Repository.text(of: "Docs/configuration.md").split(separator: "\n")
        let described = lines.compactMap { line in
            line.firstMatch(of: /^\| `procedures\.([A-Za-z.-]+)`/).map { String($0.1) }
        }
        #expect(described == declared)
    }

    /// The rows of a table of the page on templates, by what its first column names.
    private static func rows(headed heading: String) throws -> [(names: [String], cells: [String])]
    {
        let lines = try Repository.text(of: "Config/templates/README.md")
            .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.drop { !$0.hasPrefix("| \(heading) |") }.dropFirst(2)
            .prefix { $0.hasPrefix("|") }
            .map { line in
                let cells = line.split(separator: "|").map(String.init)
                return (Self.names(in: cells[0]), cells)
            }
    }

    private static func names(in cell: String) -> [String] {
        cell.matches(of: /`([a-z.-]+)`/).map { String($0.1) }
    }

    @Test("every mail that is declared is described with what it says, and the other way round")
    func mailsAreDescribed() throws {
        let rows = try Self.rows(headed: "mail")
        let mails = ProcedureCatalogue.mails
        #expect(rows.flatMap(\.names).sorted() == mails.map(\.name).sorted())
        let everywhere = [MailVariable.portal, .mailbox].map(\.name)
        for mail in mails {
            let cells = try #require(rows.first { $0.names.contains(mail.name) }).cells
            let values = Self.names(in: cells[2]) + everywhere
            #expect(values.sorted() == mail.variables.map(\.name).sorted(), "\(mail.name)")
            let optional = cells[2].matches(of: /\(`([a-z-]+)`\)/).map { String($0.1) }
            #expect(
                optional.sorted() == mail.optionalVariables.map(\.name).sorted(),
                "\(mail.name)"
            )
            #expect(Set(Self.names(in: cells[3])) == mail.sections, "\(mail.name)")
        }
    }

    @Test("every value that is declared is declared once, described, and said by some mail")
    func valuesAreDeclaredOnce() throws {
        let declared = try Repository.swiftFiles(in: "Sources")
            .filter { file in file.lines.contains { $0.hasPrefix("extension MailVariable") } }
            .flatMap(\.lines)
            .flatMap { $0.matches(of: /static let \w+: Self = "([a-z-]+)"/).map { String($0.1) } }
        #expect(Set(declared).count == declared.count)
        #expect(try Self.rows(headed: "value").flatMap(\.names).sorted() == declared.sorted())
        let said = ProcedureCatalogue.mails.flatMap(\.variables).map(\.name)
        #expect(Set(said) == Set(declared))
    }
}
