import Contract
import Domain

@testable import Procedures

// What is said of excise goods.
extension Babbler {
    /// Two companies and a natural person, one of the companies with a warehouse.
    func settled() throws -> [ExampleMessage] {
        let operators = try [
            ("anne", "LUACME", "company"), ("dora", "LUTWO", "company"),
            ("nina", "LUNINA", "natural-person"),
        ].flatMap { try settling($0, at: $1, as: $2, by: "carla as customs-authority") }
        let employees = try [("bob", "LUACME", "anne"), ("erik", "LUTWO", "dora")].flatMap {
            try settling($0, at: $1, as: "employee", by: "\($2) as manager")
        }
        return try operators + employees + [
            said(
                "registration.excise.authorisation",
                [
                    ("requestId", "warehouse"), ("applicant", "anne"),
                    ("kind", "authorised-warehousekeeper"), ("premises", "Mertert"),
                    ("guarantee", "10000.00"),
                ]
            ),
            said(
                "approval.decision",
                [
                    ("requestId", "warehouse"), ("actor", "emil as excise-office"),
                    ("exciseNumber", Self.numbers[0]), ("validFrom", "2026-11-01"),
                ]
            ),
        ]
    }

    private func settling(
        _ person: String,
        at eori: String,
        as profile: String,
        by actor: String
    ) throws -> [ExampleMessage] {
        [
            try said(
                "registration.access.\(profile)",
                [("requestId", "\(person)'s"), ("applicant", person), ("eori", eori)]
            ),
            try said("approval.decision", [("requestId", "\(person)'s"), ("actor", actor)]),
            try said("report.provisioning", [("account", "\(person)@\(eori)")]),
        ]
    }

    static func excise(_ babbler: inout Babbler) throws -> ExampleMessage {
        switch babbler.number(0...31) {
        case 0...2: try babbler.authorisation()
        case 3, 4: try babbler.mandate()
        case 5...8: try babbler.exciseDecision()
        case 9: try babbler.exciseAnswer()
        case 10: try babbler.mandateEnd()
        case 11, 12: try babbler.users()
        case 13...15: try babbler.receipt()
        case 16...18: try babbler.deed()
        case 19, 20: try babbler.dispatch()
        case 21: try babbler.fallback()
        case 22, 23: try babbler.guarantee()
        case 24: try babbler.release()
        case 25, 26: try babbler.office()
        case 27: try babbler.question()
        case 28...30: try babbler.timer()
        default: try babbler.preview(of: excise(&babbler))
        }
    }

    static let numbers = (0..<6).map { "LU0000012345\($0)" }
    // MARK: Who, and what about

    private mutating func holder() -> EORI? {
        let accounts = scene.register.accounts.filter(\.status.stands)
        return accounts.isEmpty ? EORI(canonical: "LUACME") : pick(accounts).eori
    }

    /// The holder of an excise number, and the number.
    mutating func known() -> Authorisation? {
        let known = scene.register.authorisations.filter { $0.counterparty == nil }
        let active = known.filter { $0.status == .active }
        guard !known.isEmpty else { return nil }
        return pick(active.isEmpty || chance(1, of: 10) ? known : active)
    }

    mutating func guaranteeStated() -> String? {
        let amount = pick(["10000.00", "500.00", "0.01", "0.00"])
        let reference = "GRN-\(number(1...3))"
        return chance(1, of: 3)
            ? nil
            : #"{"reference": "\#(reference)", "amount": "\#(amount)", "currency": "EUR"}"#
    }

    // MARK: Authorisations and mandates

    private mutating func authorisation() throws -> ExampleMessage {
        let eori = holder()
        let kind = pick(Excise.Kind.allCases).rawValue
        return try said(
            "registration.excise.authorisation",
            [
                ("requestId", "x\(step)"), ("applicant", speaker(for: eori)),
                ("eori", eori?.text), ("kind", kind),
                ("products", pick(["alcohol", "alcohol,tobacco", "energy,alcohol"])),
                ("premises", chance(9, of: 10) ? "Mertert" : nil),
                ("movement", chance(9, of: 10) ? "600 bottles" : nil),
                ("guarantee", guaranteeStated()),
            ]
        )
    }

    private mutating func mandate() throws -> ExampleMessage {
        let eori = holder()
        return try said(
            "registration.excise.mandate",
            [
                ("requestId", "x\(step)"), ("applicant", speaker(for: eori)),
                ("eori", eori?.text), ("representative", pick(Self.operators)),
                ("scope", pick(["emcs", "ac4", "emcs,ac4"])),
                ("kind", pick(["direct", "direct", "indirect"])),
                ("validFrom", day(-1...3)),
                ("validUntil", chance(1, of: 2) ? day(1...40) : nil),
            ]
        )
    }

    private mutating func mandateEnd() throws -> ExampleMessage {
        let mandates = scene.register.authorisations.filter { $0.counterparty != nil }
        let mandate = mandates.isEmpty ? nil : pick(mandates)
        let eori = chance(1, of: 2) ? mandate?.eori : mandate?.counterparty
        return try said(
            "registration.excise.mandate-end",
            [
                ("requestId", "x\(step)"), ("applicant", speaker(for: eori)),
                ("mandate", mandate.map(scene.name(of:)) ?? "LUTWO for LUACME"),
                ("endsOn", chance(1, of: 2) ? day(-1...10) : nil),
            ]
        )
    }

    private mutating func exciseDecision() throws -> ExampleMessage {
        let request = request { $0.procedure == "excise" && $0.status.isOpen }
        let known = scene.requestIdentifier(request).flatMap { scene.register.records.requests[$0] }
        let isMandate = known?.profile == "mandate"
        let outcome = pick(
            ["granted", "granted", "granted", "granted", "rejected", "information-requested"]
        )
        let isStated = known?.profile == "authorisation" && !chance(1, of: 12)
        let isGranted = outcome == "granted"
        return try said(
            "approval.decision",
            [
                ("requestId", request),
                (
                    "actor",
                    isMandate && !chance(1, of: 6)
                        ? "\(pick(Self.people)) as manager" : official("emil", .exciseOffice)
                ),
                ("outcome", outcome),
                ("exciseNumber", isGranted && isStated ? pick(Self.numbers) : nil),
                ("validFrom", isGranted && isStated ? day(-40...3) : nil),
                ("validUntil", isGranted && isStated && chance(2, of: 3) ? day(-1...60) : nil),
                ("eori", isGranted && isMandate && chance(1, of: 3) ? pick(Self.operators) : nil),
                ("remarks", isGranted && chance(1, of: 2) ? nil : "see the file"),
                ("revision", chance(1, of: 8) ? "\(number(1...3))" : nil),
            ]
        )
    }

    /// The applicant adds something, or takes it back.
    private mutating func exciseAnswer() throws -> ExampleMessage {
        let request = request { $0.procedure == "excise" && $0.status.isOpen }
        let sender: [(String, String?)] = [
            ("requestId", request), ("applicant", applicant(of: request)),
        ]
        guard chance(3, of: 4) else { return try said("registration.withdrawal", sender) }
        return try said("registration.supplement", sender + [("guarantee", guaranteeStated())])
    }

    private mutating func users() throws -> ExampleMessage {
        let own = known()
        let accounts = scene.register.accounts.suffix(8).map(scene.name(of:))
        let mandates = scene.register.authorisations.filter { $0.counterparty == own?.eori }
        let mandate = mandates.isEmpty || chance(1, of: 2) ? nil : pick(mandates)
        let eori = mandate?.eori ?? own?.eori
        let suited = accounts.filter { $0.contains("@\(eori?.text ?? "")") }
        let named = (suited.isEmpty || chance(1, of: 8) ? accounts : suited)
            .filter { _ in chance(1, of: 2) }
        return try said(
            "registration.excise.emcs-users",
            [
                ("requestId", "x\(step)"), ("applicant", speaker(for: eori)),
                ("exciseNumber", own?.number.text ?? pick(Self.numbers)),
                ("users", named.joined(separator: ",")),
                ("mandate", mandate.map(scene.name(of:))),
            ]
        )
    }

    // MARK: Money and offices

    private mutating func guarantee() throws -> ExampleMessage {
        let action = pick(["hold", "release", "release", "call", "call", "change"])
        let all = scene.register.records.guarantees.all
        let guarantee = all.isEmpty ? nil : pick(all)
        let most = guarantee.map { $0.heldCents + $0.heldCents / 5 + 2 } ?? 100_000
        let isWhole = action == "release" && chance(1, of: 2)
        let amount = chance(1, of: 6) ? Euros.text(guarantee?.heldCents ?? 0) : cents(upTo: most)
        let target: [(String, String?)] =
            chance(1, of: 2) && action != "hold"
            ? [("guarantee", guarantee.map(scene.name(of:)) ?? "nobody's")]
            : [("reference", "GRN-\(number(1...5))"), ("eori", holder()?.text)]
        return try said(
            "approval.guarantee",
            target + [
                ("actor", official("emil", .exciseOffice)), ("action", action),
                ("exciseNumber", chance(1, of: 3) ? known()?.number.text : nil),
                ("amount", isWhole ? nil : amount), ("remarks", "see the file"),
            ]
        )
    }

    /// An operator asks for its guarantee.
    private mutating func release() throws -> ExampleMessage {
        let all = scene.register.records.guarantees.all
        let guarantee = all.isEmpty ? nil : pick(all)
        let reference = guarantee?.reference
        return try said(
            "registration.excise.guarantee-release",
            [
                ("requestId", "x\(step)"),
                ("applicant", speaker(for: guarantee?.holder.eori)),
                ("exciseNumber", guarantee?.authorisation?.text ?? pick(Self.numbers)),
                (
                    "reference",
                    reference != nil && chance(1, of: 2) ? reference : "GRN-\(number(1...5))"
                ),
            ]
        )
    }

    /// The office says that something was done, or takes something away.
    private mutating func office() throws -> ExampleMessage {
        let actor = official("emil", .exciseOffice)
        let obligations = scene.register.obligations.filter(\.status.isRunning)
        switch number(0...5) {
        case 0, 1:
            let named = obligations.isEmpty ? "nothing" : name(of: pick(obligations))
            return try said(
                "approval.obligation",
                [("obligation", named), ("metOn", day(-2...1)), ("actor", actor)]
            )
        case 2, 3:
            let request = request { $0.profile == "receipt" }
            return try said(
                "approval.payment",
                [
                    ("requestId", request), ("actor", actor), ("kind", "duty"),
                    ("amount", "1.00"), ("paidOn", day(-2...1)),
                ]
            )
        default:
            let authorisations = scene.register.authorisations
            let own = authorisations.isEmpty ? nil : pick(authorisations)
            let name = own.map { own in
                own.counterparty == nil
                    ? "number \(own.number)" : "mandate \(scene.name(of: own))"
            }
            return try said(
                "approval.revocation",
                [("target", name ?? "number \(Self.numbers[0])"), ("actor", actor)]
            )
        }
    }

    private mutating func question() throws -> ExampleMessage {
        try said(
            "registration.excise.verification",
            [
                ("requestId", "x\(step)"), ("applicant", pick(Self.people)),
                ("exciseNumber", pick(Self.numbers + ["FR00000123456"])),
                ("on", chance(1, of: 2) ? day(-60...60) : nil),
                ("product", chance(1, of: 2) ? pick(["alcohol", "energy"]) : nil),
            ]
        )
    }
}
