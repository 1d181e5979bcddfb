import Domain
import Foundation
import Testing

@testable import Procedures

@Suite("The table of excise authorisations")
struct KindTableTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func shipped() throws -> String {
        try String(
            contentsOf: root.appending(components: "Config", "excise.yaml"),
            encoding: .utf8
        )
    }

    @Test("what the program carries is Config/excise.yaml")
    func carried() throws {
        let carried = String(decoding: PackageResources.excise_yaml, as: UTF8.self)
        #expect(try Self.shipped() == carried)
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            ("guarantee: office", "guarantee: offce", "kinds.registered-consignee.guarantee"),
            (" guarantee: office", " guarante: office", "kinds.registered-consignee.guarante"),
            ("  certified-consignor:", "  certified-consigner:", "kinds.certified-consigner"),
            ("    may: [dispatch]\n", "", "kinds.certified-consignor.may"),
            ("may: [dispatch]", "may: [dispatch, fly]", "kinds.certified-consignor.may"),
            ("onRelease: [ac4-", "onRelease: [ac5-", "kinds.authorised-warehousekeeper.onRelease"),
            ("inspection]", "inspektion]", "kinds.certified-consignor.duties"),
            ("    lb: Stellt", "    it: Stellt", "duties.inspection.lb"),
            ("kinds:\n", "kind:\n", "kinds"),
        ]
    )
    func faults(_ right: String, _ wrong: String, _ place: String) throws {
        let text = try Self.shipped()
        let changed = text.replacing(right, with: wrong, maxReplacements: 1)
        try #require(text != changed)
        let error = #expect(throws: TableError.self) {
            try Excise.KindTable(yaml: changed)
        }
        #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
    }

    @Test("a language that no mail has is refused")
    func language() throws {
        let text = try Self.shipped().replacing(
            "    lb: Stellt",
            with: "    it: Siate\n    lb: Stellt"
        )
        let error = #expect(throws: TableError.self) { try Excise.KindTable(yaml: text) }
        #expect(error?.description.contains("duties.inspection.it") == true)
    }

    @Test(
        "what a holder owes all the time is told at the grant (E12, E17, E33, E34, E35, E36, E39, E41)"
    )
    func duties() {
        let table = Excise.KindTable.shipped
        for kind in Excise.Kind.allCases {
            let owed = Set(table[kind].duties)
            let isTold = kind.duties(in: .luxembourgish).count == owed.count
            #expect(isTold, "\(kind)")
            #expect(owed.contains("number-to-supplier") == table[kind].may.contains(.receive))
        }
        #expect(
            Set(table[.certifiedConsignor].duties)
                == ["authorisation", "stock-records-from-start", "inspection"]
        )
        for kind in [Excise.Kind.certifiedConsignee, .temporaryCertifiedConsignee] {
            #expect(
                Set(table[kind].duties)
                    .isSuperset(of: ["authorisation", "stock-records-after-end", "control"])
            )
        }
    }

    /// `Docs/excise.md` is written by `REGISTRAR_RECORD_GOLDEN=1`, and compared otherwise.
    @Test("the page shows the table as it is")
    func page() throws {
        let file = Self.root.appending(components: "Docs", "excise.md")
        let page = ExcisePage().text
        if ProcessInfo.processInfo.environment["REGISTRAR_RECORD_GOLDEN"] != nil {
            try page.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("the page was written; a recording is no check")
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == page)
    }
}

/// The page on the kinds of authorisation.
private struct ExcisePage {
    private let table = Excise.KindTable.shipped
    private let kinds = Excise.Kind.allCases

    var text: String {
        """
        # Excise: what each authorisation is for

        Written from [Config/excise.yaml](../Config/excise.yaml), which the program carries: rules, mails and
        this page read the same lines.

        | kind | arrangement | may | guarantee | after a receipt | after a release | \
        after a dispatch | source |
        | --- | --- | --- | --- | --- | --- | --- | --- |
        \(kinds.map(row).joined(separator: "\n"))

        | what has to be done | last day in time |
        | --- | --- |
        | `ac4-declaration` | the Thursday of the week after the receipt or release; where that is a \
        holiday, the next working day counts as well, unless `deadlines.rollForward` is false |
        | `report-of-receipt` | `\(Excise.reportWithin.path)` after the receipt, \
        \(Excise.reportWithin.default) unless it says otherwise |
        | `receipt-expected` | as long after the journey, `\(Excise.journeyDays.path)` unless the \
        message says how long it takes |
        | `stock-record` | the day of the receipt or dispatch, where `\(Excise.trackStockRecords.path)` |
        | `emcs-catch-up` | `\(Excise.catchUpWithin.path)` after EMCS works again, \
        \(Excise.catchUpWithin.default) unless it says otherwise; so what was due while it was away |

        ## What holders owe all the time

        The mail about the grant says it, in the languages of whoever is told.

        \(kinds.map(duties).joined(separator: "\n\n"))

        """
    }

    private func row(_ kind: Excise.Kind) -> String {
        let rules = table[kind]
        let cells = [
            "`\(kind.rawValue)`" + (rules.oneMovement ? ", for one movement" : ""),
            rules.arrangement.rawValue,
            rules.may.map(\.rawValue).joined(separator: ", "),
            rules.guarantee?.rawValue ?? "none",
            list(rules.onReceipt), list(rules.onRelease),
            list((rules.may.contains(.dispatch) ? [.receiptExpected] : []) + rules.onDispatch),
            rules.source,
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    private func list(_ duties: [Excise.Duty]) -> String {
        duties.isEmpty ? "nothing" : duties.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    }

    private func duties(of kind: Excise.Kind) -> String {
        (["`\(kind.rawValue)`", ""] + kind.duties(in: .english).map { "- \($0)" })
            .joined(separator: "\n")
    }
}
