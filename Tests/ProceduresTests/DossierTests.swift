import Contract
import Domain
import Foundation
import Testing

@testable import Procedures

@Suite("Figures, checklists and bills")
struct DossierTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func shipped(_ file: String) throws -> String {
        try String(contentsOf: root.appending(components: "Config", file), encoding: .utf8)
    }

    private static func stated(_ members: (String, String)...) -> RequestFields {
        RequestFields(members.map { .init(name: $0.0, value: $0.1) })
    }

    // MARK: Figures

    @Test("what the program carries is Config/figures.yaml")
    func carried() throws {
        let text = try Self.shipped("figures.yaml")
        #expect(text == String(decoding: PackageResources.figures_yaml, as: UTF8.self))
        #expect(try Figures(yaml: text, file: "figures.yaml") == .shipped)
    }

    @Test(
        "what is wrong with a figure is told with its place",
        arguments: [
            ("id: stamp\n", "id: stemp\n", "stemp: no rule asks for a figure of this id"),
            ("unit: EUR", "unit: USD", "unit: USD is unknown; known are EUR, percent"),
            ("unit: EUR", "unit: percent", "stamp: is counted in another unit"),
            ("value: \"50.00\"", "value: \"50.005\"", "stamp: 50.005 is no value of the unit EUR"),
            (
                "value: \"3.5\"", "value: \"3.55\"",
                "relief.duty: 3.55 is no value of the unit percent"
            ),
            ("taken: 2026-11-21", "taken: 2026-11-31", "taken: 2026-11-31 is no day that exists"),
            ("until: 2022-12-31", "until: 2023-06-30", "overlap with those from 2023-01-01 on"),
            ("until: 2023-12-31", "until: 2022-12-31", "end before they begin"),
            ("- id: plate.transferred", "- id: stamp", "stamp: is there twice"),
            ("  unit: EUR", "  unit: EUR\n  colour: red", "colour: is unknown; known are id, unit"),
        ]
    )
    func faults(_ right: String, _ wrong: String, _ said: String) throws {
        let text = try Self.shipped("figures.yaml")
        let changed = text.replacing(right, with: wrong, maxReplacements: 1)
        try #require(text != changed)
        let error = #expect(throws: TableError.self) {
            try Figures(yaml: changed, file: "own.yaml")
        }
        let description = error?.description ?? ""
        #expect(description.hasPrefix("own.yaml: ") && description.contains(said), "\(description)")
    }

    @Test("a figure that a rule asks for cannot be left out")
    func missing() throws {
        let text = try Self.shipped("figures.yaml")
        let parts = text.split(separator: "- id: ", omittingEmptySubsequences: false)
        let changed = parts.filter { !$0.hasPrefix("stamp.snca") }.joined(separator: "- id: ")
        let error = #expect(throws: TableError.self) {
            try Figures(yaml: changed, file: "own.yaml")
        }
        #expect(error?.description == "own.yaml: stamp.snca: is missing")
    }

    @Test("by law the day counts, and a gap falls back to what was stated")
    func days() throws {
        func value(_ day: String, _ basis: FigureBasis) throws -> String? {
            Figures.shipped["relief.vat"]?.value(on: try #require(CivilDate(day)), by: basis)
        }
        #expect(try value("2026-11-29", .seed) == "15")
        #expect(try value("2014-12-31", .law) == "15")
        #expect(try value("2015-01-01", .law) == "17")
        #expect(try value("2023-01-01", .law) == "16")
        #expect(try value("2023-12-31", .law) == "16")
        #expect(try value("2024-01-01", .law) == "17")
        #expect(try value("1980-01-01", .law) == "15")
        let plate = try #require(Figures.shipped["plate.personalised"])
        let day = try #require(CivilDate("2023-10-31"))
        #expect(plate.value(on: day, by: .law) == "50.00")
        #expect(plate.value(on: day.adding(days: 1), by: .law) == "200.00")
        #expect(plate.change(after: day, until: day.adding(days: 90))?.value == "200.00")
        #expect(plate.change(after: day.adding(days: 1), until: day.adding(days: 90)) == nil)
    }

    // MARK: Conditions

    @Test("what is not stated makes a condition false, but for one that denies it")
    func conditions() throws {
        let day = try #require(CivilDate("2016-02-01"))
        let stated = Self.stated(
            ("kind", "new"),
            ("on", "2016-02-01"),
            ("amount", "12.50"),
            ("count", "12")
        )
        let holding: [Condition] = [
            .is("kind", "new"), .in("kind", ["old", "new"]), .not(.after("on", day)),
            .after("on", day.adding(days: -1)), .before("on", day.adding(days: 1)),
            .over("amount", 12_499), .atMost("amount", 12_500), .atMost("count", 12_000),
            .all([]), .any([.is("kind", "x"), .is("kind", "new")]), .not(.is("unsaid", "x")),
        ]
        let failing: [Condition] = [
            .is("kind", "New"), .in("kind", []), .after("on", day), .before("on", day),
            .over("amount", 12_500), .atMost("amount", 12_499), .any([]), .is("unsaid", "x"),
            .in("unsaid", ["x"]), .after("unsaid", day), .over("unsaid", 0), .atMost("unsaid", 9),
            .after("kind", day), .over("kind", 0), .all([.is("kind", "new"), .is("kind", "x")]),
        ]
        for condition in holding { #expect(condition.holds(for: stated), "\(condition)") }
        for condition in failing { #expect(!condition.holds(for: stated), "\(condition)") }
    }

    @Test(
        "numbers have three decimals at most",
        arguments: ["", ".", "1.", ".5", "1.2345", "-1", "x"]
    )
    func numbers(_ text: String) {
        #expect(Thousandths.value(of: text) == nil)
    }

    @Test(
        "what is wrong with a checklist is told with its place",
        arguments: [
            ("anyOf: [insurance]", "anyof: [insurance]", "items.5.anyof: is unknown"),
            ("step: file\n    seed: [V34]", "step: fiel\n    seed: [V34]", "no step is called so"),
            ("is: [holderIsOwner, false]", "is: [holderIsOwner]", "needs a fact and a value"),
            ("valid: decision", "valid: whenever", "write decision or arrival"),
            (
                "after: [vehicle.firstRegisteredOn, 1800-01-01]", "after: [x, 1800-13-01]",
                "is no day"
            ),
            ("    seed: [V21", "    sead: [V21", "sead: is unknown"),
            ("- item: bill", "- item: stamp", "there twice"),
            ("from: eea-ch", "from: eu", "write eea-ch"),
        ]
    )
    func checklistFaults(_ right: String, _ wrong: String, _ said: String) throws {
        let text = try Self.shipped("checklists/vehicle.yaml")
        let changed = text.replacing(right, with: wrong, maxReplacements: 1)
        try #require(text != changed)
        let error = #expect(throws: TableError.self) {
            try DossierTables.checklist(yaml: changed, file: "vehicle.yaml")
        }
        #expect(error?.description.contains(said) == true, "\(error?.description ?? "")")
    }

    @Test("every condition asks for something that the message can state, or that is frozen")
    func facts() throws {
        let known = Set((Imported.all + [Imported.plateNamed]).map(\.name))
        let checklist = Vehicle.checklist
        let conditions =
            checklist.items.compactMap(\.condition) + checklist.advice.compactMap(\.condition)
            + (DossierTables.shippedBills["vehicle"]?.parts.compactMap(\.condition) ?? [])
        for condition in conditions { #expect(condition.facts.isSubset(of: known)) }
        let steps = Set(checklist.steps.map(\.name))
        #expect(steps.isSuperset(of: [Vehicle.Step.customs.rawValue, Vehicle.Step.file.rawValue]))
        for bill in DossierTables.shippedBills.values {
            for figure in bill.parts.flatMap(\.figures) {
                #expect(Figures.shipped[figure] != nil, "\(figure)")
            }
        }
    }

    // MARK: Properties

    @Test("no paper ever raises what is missing, and a total is the sum of its parts")
    func papers() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(seed: seed)
        let kinds = Vehicle.checklist.items.flatMap { $0.alternatives.joined().map(\.kind) } + ["x"]
        let day = try #require(CivilDate("2026-11-29"))
        for _ in 0..<300 {
            var stated = RequestFields()
            for field in Imported.all where Bool.random(using: &generator) {
                let choices = ["true", "false", "transferred", "third-party", "2010-01-01", "2"]
                stated[field] = choices.randomElement(using: &generator)
            }
            let figures = Figures.shipped.frozen(Vehicle.figures(for: stated), on: day, by: .law)
            stated = stated.updated(with: figures)
            let lines = DossierTables.shippedBills["vehicle"]?.lines(stated) ?? []
            #expect(lines.totalCents == lines.map(\.cents).reduce(0, +) && !lines.isEmpty)
            var dossier = Dossier(stated: stated, documents: [], arrivedOn: day)
            var open = Set(Vehicle.checklist.open(dossier, on: day).map(\.item.name))
            for number in 0..<12 {
                dossier.documents.append(
                    Document(
                        kind: try #require(kinds.randomElement(using: &generator)),
                        reference: "R\(number / 2)",
                        validUntil: day.adding(days: Int.random(in: -9...9, using: &generator)),
                        country: ["FR", "TR", nil].randomElement(using: &generator) ?? nil
                    )
                )
                let next = Set(Vehicle.checklist.open(dossier, on: day).map(\.item.name))
                #expect(next.isSubset(of: open), "seed \(seed)")
                open = next
            }
        }
    }
}
