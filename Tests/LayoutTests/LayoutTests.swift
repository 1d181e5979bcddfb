import Foundation
import Testing

/// The repository checks itself: which way the arrows between modules point, and what may be used
/// where.
struct LayoutTests {
    /// Module → the modules of this package that it may import. Pure ones stand first.
    static let arrows: [String: Set<String>] = [
        "LogKeys": [],
        "Domain": [],
        "Contract": ["Domain"],
        "Procedures": ["Contract", "Domain"],
        "Correspondence": ["Contract", "Domain"],
        "Workflow": ["Contract", "Correspondence", "Domain", "LogKeys", "Procedures"],
        "CRabbitMQ": [],
        "AMQP": ["CRabbitMQ"],
        "Broker": ["AMQP", "Contract", "LogKeys", "Workflow"],
        "CSQLite": [],
        "Storage": ["CSQLite", "Contract", "Domain", "Workflow"],
        "Settings": ["Domain"],
        "Operations": ["Domain", "LogKeys"],
        "Composition": [
            "AMQP", "Broker", "Contract", "Correspondence", "Domain", "Procedures", "Settings",
            "Workflow",
        ],
        "TestKit": ["Contract", "Domain", "Workflow"],
        "registrard": [
            "AMQP", "Broker", "Composition", "Contract", "Correspondence", "Domain", "LogKeys",
            "Operations", "Procedures", "Settings", "Storage", "Workflow",
        ],
        "registrarctl": [
            "AMQP", "Broker", "Composition", "Contract", "Domain", "Procedures", "Settings",
            "Storage", "Workflow",
        ],
        "registrar-bench": ["AMQP", "Broker", "Composition", "Contract", "Domain", "Settings"],
    ]

    /// Library → the one module that may import it.
    static let owners: [String: String] = [
        "CRabbitMQ": "AMQP", "CSQLite": "Storage", "GRDB": "Storage", "GRDBSQLite": "Storage",
        "SQLite3": "Storage", "Mustache": "Correspondence",
        "Hummingbird": "Operations", "HummingbirdCore": "Operations", "NIOCore": "Operations",
        "NIOHTTP1": "Operations", "NIOPosix": "Operations", "HTTPTypes": "Operations",
    ]

    @Test("arrows between modules point down")
    func arrowsPointDown() throws {
        let files = try Repository.swiftFiles(in: ["Benchmarks", "Sources"])
        #expect(files.count > 100)
        for file in files {
            let allowed = try #require(
                Self.arrows[file.module],
                "\(file.module) has no place in the layout yet"
            )
            let own = file.imports.intersection(Self.arrows.keys)
            #expect(
                own.isSubset(of: allowed),
                "\(file.path) imports \(own.subtracting(allowed).sorted())"
            )
        }
    }

    /// Two read YAML: the configuration, and the tables that the program carries.
    private static let readersOfYAML = ["Settings", "Procedures"]

    @Test("each library has one owner")
    func librariesHaveOneOwner() throws {
        for file in try Repository.swiftFiles(in: ["Benchmarks", "Sources"]) {
            for library in file.imports {
                if library == "Yams" {
                    #expect(Self.readersOfYAML.contains(file.module), "\(file.path) imports Yams")
                }
                guard let owner = Self.owners[library] else { continue }
                #expect(file.module == owner, "\(file.path) imports \(library)")
            }
        }
    }

    /// A dependency that nobody imports is built for nothing, and one that is not named is found by
    /// luck.
    @Test("each target depends on what it imports, and on nothing else")
    func dependenciesAreImported() throws {
        let manifest = try Repository.text(of: "Package.swift")
        let products = Dictionary(
            uniqueKeysWithValues: manifest.matches(
                of: /let (\w+) = Target\.Dependency\.product\(\s*name: "(\w+)"/
            ).map { (String($0.1), String($0.2)) }
        )
        let ofTheToolchain: Set = [
            "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc",
            "Synchronization", "Testing",
        ]
        let targets = manifest.matches(
            of:
                /\.(target|executableTarget|testTarget)\(\s*name: "([\w-]+)",([^\[]*?swiftSettings|\s*dependencies: \[([^\]]*)\])/
        )
        #expect(targets.count > 20)
        let files = try Repository.swiftFiles(in: StyleTests.folders)
        for target in targets {
            let name = String(target.2)
            let own = files.filter { $0.module == name }
            #expect(!own.isEmpty, "\(name)")
            let imported = own.reduce(into: Set<String>()) { $0.formUnion($1.imports) }
            let named = (target.4 ?? "").split { $0 == "," || $0.isWhitespace }.map { word in
                word.hasPrefix("\"") ? word.filter { $0 != "\"" } : products[String(word)] ?? "?"
            }
            #expect(Set(named) == imported.subtracting(ofTheToolchain), "\(name)")
            #expect(Set(named).count == named.count, "\(name)")
        }
    }

    @Test("the core does no I/O", arguments: ["Domain", "Contract", "Procedures"])
    func coreIsPure(module: String) throws {
        let outside: Set = [
            "Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization",
        ]
        for file in try Repository.swiftFiles(in: "Sources") where file.module == module {
            #expect(file.imports.isDisjoint(with: outside), "\(file.path)")
        }
    }

    @Test("clocks and random numbers are injected into the core and the workflow")
    func timeIsInjected() throws {
        let pure = ["Domain", "Contract", "Procedures", "Correspondence", "Workflow"]
        let sources = ["Date()", "Date.now", ".random(", "SystemRandomNumberGenerator", "UUID()"]
        for file in try Repository.swiftFiles(in: "Sources") where pure.contains(file.module) {
            for (number, line) in file.lines.enumerated() where !line.isComment {
                for source in sources {
                    #expect(!line.contains(source), "\(file.path):\(number + 1)")
                }
            }
        }
    }

    @Test("nothing is left open, forced or switched off")
    func nothingIsLeftOpen() throws {
        // Put together so that this file does not find itself.
        let marks = [
            "TO" + "DO", "FIX" + "ME", "XX" + "X", "try" + "!", ".dis" + "abled(", "XCT" + "Skip",
            "Thread." + "sleep", "us" + "leep(",
        ]
        for file in try Repository.swiftFiles(in: StyleTests.folders) {
            for (number, line) in file.lines.enumerated() {
                for mark in marks {
                    #expect(!line.contains(mark), "\(file.path):\(number + 1) has \(mark)")
                }
            }
        }
    }

    /// exit(3) runs the destructors of libraries beside threads that still use what those take
    /// down.
    @Test("the daemon ends by ProgramEnd alone", arguments: ["Composition", "registrard"])
    func endsWithoutDestructors(module: String) throws {
        for file in try Repository.swiftFiles(in: "Sources") where file.module == module {
            for (number, line) in file.lines.enumerated() where !line.isComment {
                let isEnd = line.drop { $0 == " " }.hasPrefix("exit(")
                #expect(!isEnd, "\(file.path):\(number + 1)")
            }
        }
    }

    @Test("every module with logic has a folder of tests")
    func modulesAreTested() throws {
        let covered = [
            "AMQP", "Contract", "Correspondence", "Domain", "Operations", "Procedures", "Settings",
            "Storage", "Workflow",
        ]
        for module in covered {
            #expect(try !Repository.swiftFiles(in: "Tests/\(module)Tests").isEmpty, "\(module)")
        }
        // Adapters and programs are tested as what they are, on a real broker.
        #expect(try !Repository.swiftFiles(in: "Tests/SystemTests").isEmpty)
    }

    @Test("what the build writes is never committed")
    func buildProductsAreIgnored() throws {
        let ignored = try Repository.text(of: ".gitignore").split(separator: "\n")
        #expect(ignored.contains(".build/"))
        #expect(ignored.contains("Package.resolved"))
    }

    /// Plans are checked of what stands in the list, which nothing else keeps complete.
    @Test("every SQL statement stands in the list of all of them, and is used")
    func statementsAreListed() throws {
        let sources = try Repository.swiftFiles(in: "Sources").filter { $0.module == "Storage" }
            .map { $0.lines.joined(separator: "\n") }
        let declared = sources.flatMap { text in
            text.matches(of: /static let (\w+): Statement\b/).map { String($0.1) }
        }
        let list = try Repository.text(of: "Tests/StorageTests/EveryStatement.swift")
        let listed = list.matches(of: /\.(\w+),/).map { String($0.1) }
        #expect(listed.sorted() == declared.sorted() && declared.count > 200)
        let used = sources.reduce(into: Set<String>()) { used, text in
            used.formUnion(text.matches(of: /\.(\w+)/).map { String($0.1) })
        }
        #expect(Set(declared).subtracting(used) == [], "nobody uses them")
    }
}
