import Contract
import Domain
import Foundation
import Testing

@testable import Procedures

/// One golden example of a procedure: what was said before, what is said, what follows.
///
///     { "title": "an employee names a company that is not registered",
///       "given": [],
///       "when": { "registration.access.employee": { "applicant": "bob" } },
///       "then": { "events": ["person.recorded bob",
///                            "request.submitted r1 employee LUACME rejected operator-unknown"] } }
///
/// `given` lists messages, or names of scenes in the folder's `scenes.json`. `then` has `events`,
/// or a `problem` (its code; `at` may name a place in the message), or `wait` (the request that the
/// message waits for). `deadlines` may set `remindAfter`, `escalateAfter`, `expireAfter` and
/// `companyExpireAfter`, in days, or in working days such as `5wd`. Unless it says otherwise
/// `awaitReport` is false, and `tries`, how often an order is given, is three. `rollForward`,
/// `coverInUse`, `quantitiesRequired`, `trackStockRecords`, `releaseByRule` and
/// `representativeNeedsAuthorisation` are settings; where `offices` is true, there are two,
/// `centre` and `north`. `basis` is what figures are taken from, `seed` unless it says `law`.
struct Example: Sendable, CustomTestStringConvertible {
    enum Expectation: Sendable {
        case events([String])
        case problem(String, at: String?)
        case wait(String)
    }

    let file: String
    let title: String
    let given: [ExampleMessage]
    let when: ExampleMessage
    let then: Expectation
    /// What the status of the request says after that: its step, the items that are missing, the
    /// total of its amounts, its findings; `none` where it says nothing of that.
    let status: [String: String]
    let deadlines: ProcedureSettings.Deadlines?
    let awaitReport: Bool
    /// Settings of the rules that are not at their defaults.
    let values: SettingValues
    let tries: Int
    /// The ids of the sentences that it shows to hold.
    let covers: [String]
    let terms: TermsSettings
    let basis: FigureBasis

    var testDescription: String { "\(file): \(title)" }

    init(_ value: JSONValue, file: String, scenes: [String: [ExampleMessage]]) throws {
        guard case .object(let object) = value, case .string(let title)? = object["title"],
            case .array(let given)? = object["given"], let when = object["when"],
            case .object(let then)? = object["then"],
            object.members.allSatisfy({ Self.parts.contains($0.name) })
        else { throw ExampleFault("\(file): an example has \(Self.parts.sorted())") }
        self.file = file
        self.title = title
        self.awaitReport = object["awaitReport"] == .boolean(true)
        self.values = Self.values(object)
        if case .number(let number) = object["tries"] {
            self.tries = number.integer.map(Int.init) ?? 0
        } else {
            self.tries = 3
        }
        if case .array(let ids)? = object["covers"] {
            self.covers = ids.compactMap { if case .string(let id) = $0 { id } else { nil } }
        } else {
            self.covers = []
        }
        do {
            self.given = try Self.messages(given, scenes)
            self.when = try ExampleMessage(when)
            self.status = Self.status(then)
            self.then = try Self.expectation(
                JSONObject(then.members.filter { !Self.statusNames.contains($0.name) })
            )
            self.deadlines = try object["deadlines"].map(Self.deadlines)
            self.terms = try Self.terms(object["terms"])
            self.basis = try Self.basis(object["basis"])
        } catch {
            throw ExampleFault("\(file): \(title): \(error)")
        }
    }

    private static let parts = Set(
        [
            "title", "given", "when", "then", "deadlines", "awaitReport", "tries", "covers",
            "terms", "offices", "basis",
        ]
            + flags.keys + words.keys
    )

    private static let flags = [
        "rollForward": ProcedureSettings.deadlinesRollForward,
        "coverInUse": Excise.coverInUse,
        "quantitiesRequired": Excise.quantitiesRequired,
        "trackStockRecords": Excise.trackStockRecords,
        "releaseByRule": Excise.releaseByRule,
        "rejectByRule": Relief.rejectByRule,
    ]

    private static let words = [
        "representativeNeedsAuthorisation": Excise.representativeNeedsAuthorisation
    ]

    private static func values(_ object: JSONObject) -> SettingValues {
        var values = SettingValues()
        for (name, setting) in words {
            if case .string(let word)? = object[name] { values[setting] = word }
        }
        for (name, flag) in flags {
            if case .boolean(let value)? = object[name] { values[flag] = value }
        }
        if object["offices"] == .boolean(true) {
            values[Excise.offices] = ["centre": "c@example.lu", "north": "n@example.lu"]
        }
        return values
    }

    static func messages(
        _ values: [JSONValue],
        _ scenes: [String: [ExampleMessage]]
    ) throws -> [ExampleMessage] {
        try values.flatMap { value -> [ExampleMessage] in
            guard case .string(let name) = value else { return [try ExampleMessage(value)] }
            guard let scene = scenes[name] else { throw ExampleFault("no scene is called \(name)") }
            return scene
        }
    }

    private static func expectation(_ then: JSONObject) throws -> Expectation {
        let names = then.members.map(\.name)
        switch (names, then.members.first?.value, then["at"]) {
        case (["events"], .array(let values)?, _):
            return .events(
                try values.map { value in
                    guard case .string(let line) = value else {
                        throw ExampleFault("an event is a text")
                    }
                    return line
                }
            )
        case (["problem"], .string(let code)?, _): return .problem(code, at: nil)
        case (["problem", "at"], .string(let code)?, .string(let place)?):
            return .problem(code, at: place)
        case (["wait"], .string(let request)?, _): return .wait(request)
        default: throw ExampleFault("then has events, or a problem, or wait")
        }
    }

    private static let statusNames = ["step", "missing", "total", "findings"]

    private static func status(_ then: JSONObject) -> [String: String] {
        var status: [String: String] = [:]
        for name in statusNames {
            if case .string(let text)? = then[name] { status[name] = text }
        }
        return status
    }

    private static func basis(_ value: JSONValue?) throws -> FigureBasis {
        guard let value else { return .seed }
        guard case .string(let name) = value, let basis = FigureBasis(rawValue: name) else {
            throw ExampleFault("a basis is seed or law")
        }
        return basis
    }

    private static func terms(_ value: JSONValue?) throws -> TermsSettings {
        guard let value else { return TermsSettings() }
        guard case .object(let object) = value,
            object.members.allSatisfy({ ["required", "versions"].contains($0.name) })
        else { throw ExampleFault("terms have required and versions") }
        var versions: [String] = []
        if case .array(let values)? = object["versions"] {
            versions = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
        }
        return TermsSettings(
            isVersionRequired: object["required"] == .boolean(true),
            versions: versions
        )
    }

    private static func deadlines(_ value: JSONValue) throws -> ProcedureSettings.Deadlines {
        guard case .object(let object) = value else {
            throw ExampleFault("deadlines are an object")
        }
        func period(_ name: String) throws -> Period? {
            guard let value = object[name] else { return nil }
            switch value {
            case .number(let number):
                if let days = number.integer { return .seconds(Int(days) * 86_400) }
            case .string(let text) where text.hasSuffix("wd"):
                if let days = Int(text.dropLast(2)) { return .workingDays(days) }
            default: break
            }
            throw ExampleFault("\(name) is a number of days, or such as 5wd")
        }
        return ProcedureSettings.Deadlines(
            remindAfter: try period("remindAfter"),
            escalateAfter: try period("escalateAfter"),
            expireAfter: try period("expireAfter"),
            companyExpireAfter: try period("companyExpireAfter")
        )
    }
}

/// The examples in the sources: `Sources/Procedures/<procedure>/Examples/<theme>.json`.
enum ExampleFiles {
    static func load() throws -> [Example] {
        try folders().flatMap { folder in
            let scenes = try scenes(in: folder)
            return try files(in: folder).flatMap { file in
                try array(file).map { value in
                    try Example(value, file: file.lastPathComponent, scenes: scenes)
                }
            }
        }
    }

    private static func folders() throws -> [URL] {
        let procedures = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(components: "Sources", "Procedures").resolvingSymlinksInPath()
        return try contents(of: procedures).map { $0.appending(component: "Examples") }
            .filter { FileManager.default.fileExists(atPath: $0.path(percentEncoded: false)) }
    }

    private static func files(in folder: URL) throws -> [URL] {
        try contents(of: folder).filter {
            $0.pathExtension == "json" && $0.lastPathComponent != "scenes.json"
        }
    }

    private static func contents(of folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    private static func array(_ file: URL) throws -> [JSONValue] {
        guard case .array(let values) = try JSONValue(parsing: Array(Data(contentsOf: file))) else {
            throw ExampleFault("\(file.lastPathComponent) is a list of examples")
        }
        return values
    }

    /// Scenes by name; one may begin with others that stand before it.
    private static func scenes(in folder: URL) throws -> [String: [ExampleMessage]] {
        let file = folder.appending(component: "scenes.json")
        let json = try JSONValue(parsing: Array(Data(contentsOf: file)))
        guard case .object(let object) = json else {
            throw ExampleFault("scenes.json is an object")
        }
        var scenes: [String: [ExampleMessage]] = [:]
        for member in object.members {
            guard case .array(let values) = member.value else {
                throw ExampleFault("a scene is a list of messages")
            }
            scenes[member.name] = try Example.messages(values, scenes)
        }
        return scenes
    }
}
