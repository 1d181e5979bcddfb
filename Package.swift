// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let serviceLifecycle = Target.Dependency.product(
    name: "ServiceLifecycle",
    package: "swift-service-lifecycle"
)
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "registrar",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "registrard", targets: ["registrard"]),
        .executable(name: "registrarctl", targets: ["registrarctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What the keys of log metadata are called, for everybody who logs.
        .target(name: "LogKeys", swiftSettings: strict),

        // The core: pure, no I/O.
        .target(name: "Domain", swiftSettings: strict),
        .target(name: "Contract", dependencies: ["Domain"], swiftSettings: strict),
        .target(
            name: "Procedures",
            dependencies: ["Domain", "Contract", yams],
            exclude: [
                "Access/Examples", "AdHocEORI/Examples", "Excise/Examples", "Operator/Examples",
                "Person/Examples", "Relief/Examples", "Traveller/Examples", "Vehicle/Examples",
            ],
            resources: [
                .embedInCode("Excise/excise.yaml"), .embedInCode("Dossier/bills.yaml"),
                .embedInCode("Dossier/figures.yaml"),
                .embedInCode("Dossier/checklists/vehicle.yaml"),
                .embedInCode("Dossier/checklists/household-goods.yaml"),
                .embedInCode("Dossier/checklists/relief-vehicle.yaml"),
                .embedInCode("Dossier/checklists/wedding.yaml"),
                .embedInCode("Dossier/checklists/pet.yaml"),
                .embedInCode("Traveller/allowances.yaml"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Correspondence",
            dependencies: ["Domain", "Contract", mustache],
            swiftSettings: strict
        ),

        // The shell: what carries data to the core and away.
        .target(
            name: "Workflow",
            dependencies: [
                "Contract", "Correspondence", "Domain", "LogKeys", "Procedures", crypto, logging,
            ],
            swiftSettings: strict
        ),

        // Adapters: none knows another.
        .systemLibrary(
            name: "CRabbitMQ",
            pkgConfig: "librabbitmq",
            providers: [.apt(["librabbitmq-dev"])]
        ),
        .target(
            name: "AMQP",
            dependencies: ["CRabbitMQ"],
            swiftSettings: strict + [.strictMemorySafety()]
        ),
        .target(
            name: "Broker",
            dependencies: ["AMQP", "Contract", "LogKeys", "Workflow", logging],
            swiftSettings: strict
        ),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .target(
            name: "Storage",
            dependencies: ["CSQLite", "Contract", "Domain", "Workflow", grdb, sqlite],
            swiftSettings: strict
        ),
        .target(name: "Settings", dependencies: ["Domain", yams], swiftSettings: strict),
        .target(
            name: "Operations",
            dependencies: [
                "Domain", "LogKeys", httpTypes, hummingbird, hummingbirdCore, logging, nioCore,
                nioHTTP1, nioPosix, serviceLifecycle,
            ],
            swiftSettings: strict
        ),

        // What both programs put together from a configuration.
        .target(
            name: "Composition",
            dependencies: [
                "AMQP", "Broker", "Contract", "Correspondence", "Domain", "Procedures", "Settings",
                "Workflow",
            ],
            swiftSettings: strict
        ),

        // Composition only.
        .executableTarget(
            name: "registrard",
            dependencies: [
                "AMQP", "Broker", "Composition", "Contract", "Correspondence", "Domain",
                "LogKeys", "Operations", "Procedures", "Settings", "Storage", "Workflow",
                argumentParser, logging,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "registrarctl",
            dependencies: [
                "AMQP", "Broker", "Composition", "Contract", "Domain", "Procedures", "Settings",
                "Storage", "Workflow", argumentParser,
            ],
            swiftSettings: strict
        ),

        // Measures the daemon from outside; not installed.
        .executableTarget(
            name: "registrar-bench",
            dependencies: [
                "AMQP", "Broker", "Composition", "Contract", "Domain", "Settings", argumentParser,
            ],
            path: "Benchmarks/registrar-bench",
            swiftSettings: strict
        ),

        // Tests. Those of the programs run the built programs on a real broker.
        .target(
            name: "TestKit",
            dependencies: ["Contract", "Domain", "Workflow"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AMQPTests",
            dependencies: ["AMQP", "Broker", "TestKit", logging],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ContractTests",
            dependencies: ["Contract", "Domain"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CorrespondenceTests",
            dependencies: [
                "Contract", "Correspondence", "Domain", "Procedures", "TestKit", "Workflow",
                mustache,
            ],
            exclude: ["Golden", "Words", "mails.py"],
            swiftSettings: strict
        ),
        .testTarget(name: "DomainTests", dependencies: ["Domain"], swiftSettings: strict),
        .testTarget(
            name: "LayoutTests",
            dependencies: ["Domain", "Procedures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "LogKeys", "Operations", "TestKit", logging, nioCore, serviceLifecycle, yams,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProceduresTests",
            dependencies: [
                "Contract", "Correspondence", "Domain", "Procedures", "TestKit", "Workflow", yams,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SchemaTests",
            dependencies: [
                "AMQP", "Broker", "Contract", "Correspondence", "Domain", "Procedures", "TestKit",
                "Workflow", yams,
            ],
            exclude: ["bundle.py", "calendars.py", "check.py", "scalars.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SettingsTests",
            dependencies: ["Domain", "Procedures", "Settings"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Contract", "Domain", "Storage", "TestKit", "Workflow", grdb],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "AMQP", "Broker", "Contract", "Correspondence", "Domain", "Operations",
                "Procedures", "Storage", "TestKit", "Workflow", "registrarctl", "registrard", grdb,
                logging,
            ],
            exclude: ["Golden", "mail_server.py", "scim_server.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WorkflowTests",
            dependencies: [
                "Contract", "Correspondence", "Domain", "Procedures", "TestKit", "Workflow",
                crypto, logging,
            ],
            swiftSettings: strict
        ),
    ]
)
