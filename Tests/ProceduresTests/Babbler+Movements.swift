import Contract
import Domain

@testable import Procedures

// What is said of excise goods on their way.
extension Babbler {
    private static let codes = [
        "26LU0123456789ABCDEF7", "26LU0123456789ABCDEF8", "26LU0123456789ABCDEP7",
        "26FR0123456789ABCDEF7", "26FR0123456789ABCDEP7", "27FR0123456789ABCDEF7",
    ]

    /// Who says it: somebody of the operator, or of a representative, that says by which mandate.
    private mutating func reporter(of own: Authorisation?) -> [(String, String?)] {
        let mandates = scene.register.authorisations.filter {
            $0.counterparty != nil && ($0.counterparty == own?.eori || chance(1, of: 10))
        }
        let number: [(String, String?)] = [
            ("exciseNumber", own?.number.text ?? pick(Self.numbers))
        ]
        guard !mandates.isEmpty, chance(2, of: 5) else {
            return [("applicant", speaker(for: own?.eori))] + number
        }
        let mandate = pick(mandates)
        let kind = String(mandate.kind.prefix { $0 != "-" })
        let said = chance(1, of: 10) ? pick(["direct", "indirect", "unsaid"]) : kind
        return [
            ("applicant", speaker(for: mandate.eori)),
            ("representation", chance(1, of: 10) ? nil : "\(scene.name(of: mandate)) \(said)"),
        ] + number
    }

    /// What goods, a paper or a code name a movement.
    private mutating func movement(of own: Authorisation?) -> [(String, String?)] {
        let known = scene.register.obligations.filter { $0.authorisation == own?.number }
        let name =
            known.isEmpty || chance(1, of: 3)
            ? pick(Self.codes + ["M-1", "M-2", "FB-1"]) : pick(known).reference
        let parts = name.split(separator: "#").map(String.init)
        let lot = parts.count > 1 ? parts[1] : nil
        return parts[0].utf8.count == 21
            ? [("arc", parts[0]), ("reference", "null"), ("lot", lot)]
            : [("reference", parts[0]), ("lot", lot)]
    }

    private mutating func goods() -> String {
        let product = pick(["S200", "B000", "W200", "E430", "T200"])
        return #"[{"product": "\#(product)", "quantity": \#(number(0...9)), "unit": "l"}]"#
    }

    mutating func receipt() throws -> ExampleMessage {
        let own = known()
        let field = pick(["receivedOn", "receivedOn", "releasedOn"])
        return try said(
            "registration.excise.receipt",
            [("requestId", "x\(step)"), (field, day(-4...1))] + reporter(of: own)
                + movement(of: own) + [("goods", chance(1, of: 2) ? goods() : nil)]
        )
    }

    /// Something that had to be done was done.
    mutating func deed() throws -> ExampleMessage {
        let running = scene.register.obligations.filter {
            $0.procedure == "excise" && $0.status.isRunning
        }
        let duty = running.isEmpty ? nil : pick(running)
        let own =
            duty?.authorisation.flatMap { scene.register.records.authorisations[$0] } ?? known()
        let kind = duty?.kind ?? pick(Excise.Duty.allCases).rawValue
        let reference = duty?.reference ?? "M-1"
        let parts = reference.split(separator: "#").map(String.init)
        let named: [(String, String?)] =
            parts[0].utf8.count == 21
            ? [("arc", parts[0]), ("reference", "null")] : [("reference", parts[0])]
        let lot: [(String, String?)] = [("lot", parts.count > 1 ? parts[1] : nil)]
        let about = chance(1, of: 8) ? movement(of: own) : named + lot
        let sender: [(String, String?)] = [("requestId", "x\(step)")] + reporter(of: own)
        let day = day(-2...1)
        switch Excise.Duty(rawValue: kind) {
        case .declaration:
            let paid = chance(1, of: 4) ? day : nil
            return try said(
                "registration.excise.ac4",
                sender + about
                    + [("declaredOn", day), ("paidOn", paid), ("amount", paid.map { _ in "1.00" })]
            )
        case .payment:
            return try said(
                "registration.excise.payment",
                sender + about
                    + [("paidOn", day), ("amount", "1.00"), ("paymentReference", "T-1")]
            )
        case .reportOfReceipt, nil:
            let outcome = pick([nil, nil, "refused", "partly-refused"] as [String?])
            return try said(
                "registration.excise.report-of-receipt",
                sender + about + [("reportedOn", day), ("outcome", outcome)]
            )
        case .receiptExpected:
            return try said(
                "registration.excise.movement-closed",
                sender + about + [("reportedOn", day)]
            )
        case .catchUp:
            return try said(
                "registration.excise.fallback-closed",
                sender + [("reference", reference), ("arc", pick(Self.codes))]
            )
        case .stockRecord:
            return try said(
                "registration.excise.stock-record",
                sender + about + [("recordedOn", day)]
            )
        }
    }

    private mutating func consignee() -> String {
        let kind = pick(["warehouse", "warehouse", "registered", "certified", "temporary"])
        guard chance(2, of: 3) else {
            return #"{"exciseNumber": "\#(pick(Self.numbers))", "kind": "\#(kind)"}"#
        }
        return #"""
            {"exciseNumber": "FR00000ABCDEF", "kind": "\#(kind)", "checkedOn": "\#(day(-1...0))",
             "result": "valid"}
            """#
    }

    mutating func dispatch() throws -> ExampleMessage {
        let consignors = scene.register.authorisations.filter {
            $0.exciseKind?.rules.may.contains(.dispatch) == true && $0.status == .active
        }
        let own = consignors.isEmpty ? known() : pick(consignors)
        if chance(1, of: 8) {
            return try said(
                "registration.excise.certified-notice",
                [
                    ("requestId", "x\(step)"), ("applicant", speaker(for: own?.eori)),
                    ("exciseNumber", own?.number.text ?? pick(Self.numbers)),
                    ("reference", "null"), ("validFrom", day(-1...2)),
                ]
            )
        }
        return try said(
            "registration.excise.dispatch",
            [("requestId", "x\(step)"), ("dispatchedOn", day(-1...1))] + reporter(of: own)
                + movement(of: own)
                + [
                    ("consignee", consignee()), ("goods", goods()),
                    ("journeyDays", chance(1, of: 2) ? "\(number(1...9))" : nil),
                    ("guarantee", chance(1, of: 2) ? guaranteeStated() : nil),
                ]
        )
    }

    /// EMCS is away, or what is done without it.
    mutating func fallback() throws -> ExampleMessage {
        if chance(1, of: 3) {
            let isAway = scene.register.records.outages.all.last.map { $0.until == nil } ?? false
            let since = scene.now.advanced(bySeconds: Int64(number(-40...1)) * 3600)
            return try said(
                "approval.emcs-availability",
                [
                    ("actor", official("emil", .exciseOffice)),
                    ("available", "\(chance(3, of: 4) == isAway)"), ("since", "\(since)"),
                ]
            )
        }
        let own = known()
        let side = pick(["dispatch", "receipt"])
        return try said(
            "registration.excise.fallback",
            [("requestId", "x\(step)"), ("side", side)] + reporter(of: own)
                + [
                    ("reference", pick(["FB-1", "FB-2", "M-1"])), ("on", day(-2...1)),
                    ("consignee", side == "dispatch" || chance(1, of: 3) ? consignee() : nil),
                    ("reason", "EMCS does not answer"),
                ]
        )
    }
}
