import Domain
import Foundation
import Testing

@testable import Procedures

@Suite("The table of what travellers may bring")
struct AllowanceTableTests {
    private typealias Table = Traveller.AllowanceTable

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func shipped() throws -> String {
        try String(
            contentsOf: root.appending(components: "Config", "allowances.yaml"),
            encoding: .utf8
        )
    }

    @Test("what the program carries is Config/allowances.yaml")
    func carried() throws {
        let carried = String(decoding: PackageResources.allowances_yaml, as: UTF8.self)
        #expect(try Self.shipped() == carried)
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            ("beyond: may-be-asked", "beyond: may-be-ask", "rules.6.beyond", "may-be-ask"),
            ("journey: crew-again", "journey: again", "rules.", "journey"),
            ("share: tobacco", "shares: tobacco", "rules.tobacco-crew-again.shares", "is unknown"),
            ("cigars: 50", "zigars: 50", "rules.tobacco-air.limits.zigars", "called so"),
            ("cigars: 50", "cigars: 50.5", "rules.tobacco-air.limits.cigars", "whole pieces"),
            ("cigars: 50", "cigars: many", "rules.tobacco-air.limits.cigars", "quantity"),
            ("cigars: 50", "cigars: 1000001", "rules.tobacco-air.limits.cigars", "quantity"),
            ("kinds: [medicines]", "kinds: [medicine]", "rules.medicines.kinds", "medicine"),
            ("kinds: [medicines],", "", "rules.medicines.limits", "either limits or kinds"),
            ("value: 430.00", "value: 430.001", "rules.value-air.value", "430.00"),
            ("{ sparkling-wine: 60 }", "{ beer: 60 }", "rules.guide-wine.ofWhich.beer", "limit"),
            ("    seed: page\n    law: travellers\n", "", "rules.tobacco-under-17.seed", "source"),
            ("from: 10000.00", "from: 10000.001", "cash.from", "10000.00"),
            ("  food:\n    document", "  foods:\n    document", "sources.food", "missing"),
            ("taken: 2026-11-28", "taken: 2026-11-31", "sources.travellers.taken", "no day"),
            ("notes: [furs]", "notes: [pelts]", "notes.pelts", "is missing"),
            ("    lb: Fësch däer", "    xx: Fësch däer", "notes.fish-not-gutted.lb", "missing"),
            (", lb: Béier", "", "kinds.beer.lb", "is missing"),
            ("  beer: { en", "  ale: { en", "kinds.beer", "is missing"),
            ("rule: furs", "rule: arms", "rules", "the same name"),
            ("rule: fish, journey: outside", "rule: fish, journey: frontier", "rules", "for fish"),
            ("cash: {", "money: {", "cash", "is missing"),
        ]
    )
    func faults(_ part: String, _ other: String, _ place: String, _ words: String) throws {
        let yaml = try Self.shipped()
        #expect(yaml.contains(part))
        // Of a rule that stands once for each basis both are changed.
        let count = part.contains("fish,") ? 2 : 1
        let changed = yaml.replacing(part, with: other, maxReplacements: count)
        let error = #expect(throws: TableError.self) {
            _ = try Table(yaml: changed, basis: .law)
        }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("allowances.yaml: ") && text.contains(place), "\(text)")
        #expect(text.contains(words), "\(text)")
    }

    @Test("limits that have no part in common are refused")
    func uncountable() throws {
        let primes =
            "cigarettes: 999983, cigarillos: 999979, cigars: 999961, smoking-tobacco: 0.007"
        let changed = try Self.shipped().replacing(
            "cigarettes: 200, cigarillos: 100, cigars: 50, smoking-tobacco: 250",
            with: primes
        )
        let error = #expect(throws: TableError.self) { _ = try Table(yaml: changed, basis: .seed) }
        #expect(error?.place == "rules.tobacco-air.limits")
    }

    @Test("what is no table, too, is told")
    func noTable() {
        for text in ["", "rules: [", "- a"] {
            let error = #expect(throws: TableError.self) { _ = try Table(yaml: text, basis: .seed) }
            #expect(error?.file == "allowances.yaml")
        }
    }

    @Test("each basis is as old as its oldest source")
    func age() {
        #expect(Table.shipped(.seed).asOf == CivilDate("2026-11-21"))
        #expect(Table.shipped(.law).asOf == CivilDate("2026-11-28"))
    }

    @Test("no sentence repeats a figure of the table")
    func sentences() throws {
        let yaml = try Self.shipped()
        let notes = try #require(yaml.firstRange(of: "\nnotes:\n"))
        for line in yaml[notes.upperBound...].split(separator: "\n") {
            let isName = line.hasPrefix("  ") && line.hasSuffix(":") && !line.hasPrefix("   ")
            #expect(isName || line.firstMatch(of: /[0-9]/) == nil, "\(line)")
        }
    }

    /// `Docs/travellers.md` is written by `REGISTRAR_RECORD_GOLDEN=1`, and compared otherwise.
    @Test("the page shows the table as it is")
    func page() throws {
        let file = Self.root.appending(components: "Docs", "travellers.md")
        let page = TravellersPage().text
        if ProcessInfo.processInfo.environment["REGISTRAR_RECORD_GOLDEN"] != nil {
            try page.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("the page was written; a recording is no check")
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == page)
    }
}

/// The page on what travellers may bring.
private struct TravellersPage {
    private let seed = Traveller.AllowanceTable.shipped(.seed)
    private let law = Traveller.AllowanceTable.shipped(.law)

    var text: String {
        """
        # Travellers: what they may bring, and what the answer says

        Written from [Config/allowances.yaml](../Config/allowances.yaml), which the program carries: rules, mails and
        this page read the same lines. What is sent and answered says [the page for portals](portal.md#travellers).

        Of the rules that fit an item the first one holds. `figures.basis` decides whose figures count: `seed`, the
        information for travellers that the service was made from (as of \(seed.asOf)), or `law`, as it was looked up
        (as of \(law.asOf)). Where they differ a rule stands twice.

        | rule | on a journey | for | limits | within | beyond | source by `seed` | by `law` |
        | --- | --- | --- | --- | --- | --- | --- | --- |
        \(rows.joined(separator: "\n"))

        Cash is declared from EUR \(Euros.text(seed.cashFromCents)) on, by whoever comes from or goes to a country outside the Union;
        under `law` from EUR \(Euros.text(law.cashFromCents)) on.

        ## How it is counted

        - **Shares.** The limits of one rule share an allowance: of each kind the part of its limit counts, and the parts add up to 1 at
          most. 150 cigarettes (0.75) and 60 g of tobacco (0.24) are free by air.
        - **Order.** Items are taken in the order of the list: what still fits is free, the rest is beyond. Of 150 cigarettes and then 70 g
          of tobacco 62.5 g are free; of 70 g and then 150 cigarettes 144 pieces.
        - **Whole pieces.** Pieces are cut to whole ones, litres and grams to 0.001. After 199 cigarettes a cigar is beyond.
        - **Values.** An item with a value is free as a whole or not at all, and a cheaper one behind it may still fit: of 300.00,
          200.00 and 130.00 by air the second is due.
        - **Guide levels** are no limits: inside the Union everything for one's own use is free, and beyond a level customs may ask.
        - **Numbers** are whole ones throughout: thousandths, cents, and parts of an allowance that all its limits are multiples of.

        ## Where the information for travellers and the law differ

        - Croatia is a member state, and food from Andorra, Iceland, Liechtenstein, Norway, San Marino and Switzerland has no limit by the
          law; nor has fish from the Faroe Islands and Greenland. One fish that is heavier than the limit may come in by the law.
        - Spirits are what is over 22 %, and cash is declared from the amount on and not above it: in both, since the information for travellers
          contradicts itself there.
        - A frontier zone is 15 km by the law, whole countries by the information for travellers: whoever sends `frontier-zone` decides.
        - The lower limits of tobacco by land are a choice of each state; customs should confirm them, and that they do not hold by sea.

        ## Sources

        | source | document | looked at on |
        | --- | --- | --- |
        \(sources.joined(separator: "\n"))

        """
    }

    private var sources: [String] {
        seed.sources.sorted { $0.key < $1.key }.map { name, source in
            "| `\(name)` | \(source.document) | \(source.taken) |"
        }
    }

    private var rows: [String] {
        let onlyLaw = law.rules.filter { $0.sources[.seed] == nil }
        return (seed.rules + onlyLaw).map { rule in
            func source(_ basis: FigureBasis) -> String {
                rule.sources[basis].map { "`\($0)`" } ?? "no such rule"
            }
            let cells = [
                "`\(rule.name)`", rule.journey.rawValue,
                rule.kinds.map { "`\($0.rawValue)`" }.joined(separator: ", ")
                    + conditions(of: rule),
                limits(of: rule), rule.outcome.rawValue,
                rule.limits.isEmpty && rule.valueCents == nil ? "" : rule.beyond.rawValue,
                source(.seed), source(.law),
            ]
            return "| \(cells.joined(separator: " | ")) |"
        }
    }

    private func conditions(of rule: Traveller.AllowanceRule) -> String {
        let conditions = [
            rule.underAge.map { "under the age of \($0)" },
            rule.origins.map { "from \($0.joined(separator: ", "))" },
            rule.isPrepared.map { $0 ? "gutted" : "not gutted" },
            rule.isProtected.map { $0 ? "protected" : "not protected" },
        ].compactMap(\.self)
        return conditions.isEmpty ? "" : "; " + conditions.joined(separator: ", ")
    }

    private func limits(of rule: Traveller.AllowanceRule) -> String {
        if let cents = rule.valueCents { return "EUR \(Euros.text(cents))" }
        return rule.kinds.compactMap { kind in
            rule.limits[kind].map { limit in
                let unit = kind.unit == .piece ? "" : " \(kind.unit.rawValue)"
                let own = rule.ofWhich[kind].map { ", of which \(Thousandths.text($0))\(unit)" }
                return Thousandths.text(limit) + unit + (own ?? "")
            }
        }.joined(separator: "; ")
    }
}
