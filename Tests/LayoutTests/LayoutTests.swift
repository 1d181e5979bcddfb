import Foundation
import Testing

/// The repository checks itself: which way the arrows between modules point, and what may be used
/// where.
struct LayoutTests {
    /// Module → the modules of this package that it may import. Pure ones stand first.
    static let arrows: [String: Set<String>] = [
        "Domain": [],
        "Contract": ["Domain"],
        "Procedures": ["Contract", "Domain"],
        "Correspondence": ["Contract", "Domain"],
        "Workflow": ["Contract", "Correspondence", "Domain", "Procedures"],
        "CRabbitMQ": [],
        "AMQP": ["CRabbitMQ"],
        "Broker": ["AMQP", "Contract", "Workflow"],
        "Storage": ["Contract", "Domain", "Workflow"],
        "Settings": [],
        "Operations": [],
        "Composition": [
            "AMQP", "Broker", "Contract", "Correspondence", "Domain", "Procedures", "Settings",
            "Workflow",
        ],
        "TestKit": ["Contract", "Domain", "Workflow"],
        "registrard": [
            "AMQP", "Broker", "Composition", "Contract", "Correspondence", "Domain", "Operations",
            "Procedures", "Settings", "Storage", "Workflow",
        ],
        "registrarctl": [
            "AMQP", "Broker", "Composition", "Contract", "Domain", "Procedures", "Settings",
            "Storage", "Workflow",
        ],
    ]

    /// Library → the one module that may import it.
    static let owners: [String: String] = [
        "CRabbitMQ": "AMQP", "GRDB": "Storage", "GRDBSQLite": "Storage", "SQLite3": "Storage",
        "Yams": "Settings", "Mustache": "Correspondence", "Hummingbird": "Operations",
        "HummingbirdCore": "Operations", "NIOCore": "Operations", "NIOHTTP1": "Operations",
        "NIOPosix": "Operations", "HTTPTypes": "Operations",
    ]

    @Test("arrows between modules point down")
    func arrowsPointDown() throws {
        let files = try Repository.swiftFiles(in: "Sources")
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

    @Test("each library has one owner")
    func librariesHaveOneOwner() throws {
        for file in try Repository.swiftFiles(in: "Sources") {
            for library in file.imports {
                guard let owner = Self.owners[library] else { continue }
                #expect(file.module == owner, "\(file.path) imports \(library)")
            }
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
        let files =
            try Repository.swiftFiles(in: "Sources") + Repository.swiftFiles(in: "Tests")
        for file in files {
            for (number, line) in file.lines.enumerated() {
                for mark in marks {
                    #expect(!line.contains(mark), "\(file.path):\(number + 1) has \(mark)")
                }
            }
        }
    }

    /// exit(3) runs the destructors of libraries beside threads that still use what those take down.
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
}

extension Substring {
    var isComment: Bool {
        drop { $0 == " " }.hasPrefix("//")
    }
}
