import Domain

// What is put together paper by paper, as the contract has it: which papers, step by step, and what
// it costs. The figures are the simulation's, which differ from day to day.
extension AuditedRegister {
    struct Dossier: Hashable {
        let asked: Sent.Dossier
        /// On which it was asked for: its figures are those of that day, whatever comes later.
        let day: CivilDate
        var papers: [Sent.Dossier.Paper]
        var arrivedOn: CivilDate?
        var establishedOn: CivilDate?
        /// Which a decision has stated.
        var acceptedOn: CivilDate?
        /// The authorities that have said yes, in their order.
        var yeses: [String] = []
        /// Steps that were passed, and that relief was granted provisionally.
        var passed: [String] = []
        var charged: [String: Int64] = [:]
        var paid: [String: Int64] = [:]
        var plate: String?
        /// What its statuses have to say, by revision.
        var told: [Int: Told] = [:]

        var vehicle: Sent.Dossier.Vehicle? {
            if case .importing(let vehicle) = asked.action { vehicle } else { nil }
        }
        var goods: Sent.Dossier.Goods? {
            if case .relief(let goods) = asked.action { goods } else { nil }
        }
        var isExempt: Bool { vehicle?.situation == "student" || goods?.isFromUnion == true }
        var isProvisional: Bool { passed.contains("provisional") }
        /// The first step that was not passed.
        var step: String? {
            vehicle == nil ? nil : Self.steps.first { !passed.contains($0) }
        }

        static let steps = ["number", "insurance", "stamp", "customs", "file"]
        /// Steps on which an authority decides.
        static let deciders = ["customs": "customs-authority", "file": "vehicle-authority"]

        init(_ asked: Sent.Dossier, on day: CivilDate) {
            self.asked = asked
            self.day = day
            switch asked.action {
            case .importing(let vehicle):
                papers = vehicle.papers
                arrivedOn = vehicle.arrivedOn
            case .relief(let goods):
                papers = goods.papers
                establishedOn = goods.establishedOn
            default: papers = []
            }
        }
    }

    /// What a status says of a dossier.
    struct Told: Hashable {
        /// Nil once it is closed.
        var missing: [String]?
        var step: String?
        var findings: [String] = []
        var amounts: [String: Int64] = [:]
    }

    private struct Item {
        let name: String
        var step: String?
        /// Either of these does.
        let kinds: [String]
        var count = 1
        var isDated = false

        init(_ name: String, _ step: String? = nil, _ kinds: String...) {
            self.name = name
            self.step = step
            self.kinds = kinds.isEmpty ? [name] : kinds
        }
    }

    enum ItemState {
        case there, expired, missing
    }
}

extension AuditedRegister.Dossier {
    private typealias Item = AuditedRegister.Item

    private var items: [Item] {
        if let vehicle { return Self.items(of: vehicle) }
        guard let goods else { return [] }
        return switch goods.profile {
        case "household-goods":
            [
                Item("passport"), Item("packing", nil, "packing-list"),
                Item("transport", nil, "transport-document"),
                Item("declaration", nil, "customs-declaration"), Item("inventory"),
                Item("franchise", nil, "relief-certificate"),
                Item("residence", nil, "residence-certificate"),
            ] + (goods.cents > 0 ? [Item("used", nil, "used-goods-attestation")] : [])
        case "vehicle":
            [
                "passport", "title", "customs-declaration", "transport-document",
                "purchase-invoice", "insurance", "residence-certificate", "ownership-proof",
            ].map { Item($0) }
        case "wedding":
            [
                "form-136", "inventory-certificate", "marriage-certificate", "spouses-residence",
            ].map { Item($0) }
        default: [Item("vaccination-record"), Item("veterinary-certificate")]
        }
    }

    private static func items(of vehicle: Sent.Dossier.Vehicle) -> [Item] {
        var items = [
            Item("application", "file", "registration-certificate-application"),
            Item("stamp", "stamp", "chancellery-stamp", "transfer-receipt"),
        ]
        var insurance = Item("insurance", "insurance")
        insurance.isDated = true
        items.append(insurance)
        if vehicle.number == nil { items.append(Item("number", "number", "number-confirmation")) }
        if !vehicle.isHoldersOwn { items.append(Item("bill", "file", "bill-of-sale")) }
        var foreign = Item("foreign-papers", "file", "foreign-registration-document")
        foreign.count = vehicle.parts
        items.append(foreign)
        var inspection = Item("inspection", "file", "technical-inspection")
        inspection.isDated = true
        items.append(
            vehicle.isInspected ? inspection : Item("sticker", "file", "conformity-sticker")
        )
        let isYoung = "\(vehicle.firstRegisteredOn)" > "2016-02-01"
        let check = "conformity-check"
        if isYoung {
            items.append(Item("conformity", "file", "certificate-of-conformity", check))
        } else if vehicle.country == "US" {
            items.append(Item("conformity-older", "file", check))
        }
        if vehicle.isByThirdParty {
            items += [Item("mandate", "file"), Item("owner-id", "file", "owner-identity")]
        }
        return items
    }

    /// Papers that a grant can do without, if they are asked for.
    static func isWaivable(_ item: String) -> Bool { item != "customs" && item != "number" }

    private func state(of item: Item, on day: CivilDate) -> AuditedRegister.ItemState {
        var hasExpired = false
        for kind in item.kinds {
            // An inspection counts from some countries alone.
            let suitable = papers.filter {
                $0.kind == kind
                    && (kind != "technical-inspection" || ["FR", "CH"].contains($0.country))
            }
            let valid = suitable.filter {
                !item.isDated || $0.validUntil.map { last in day <= last } == true
            }
            if Set(valid.map(\.reference)).count >= item.count { return .there }
            hasExpired = hasExpired || suitable.contains { $0.validUntil != nil }
        }
        return item.isDated && hasExpired ? .expired : .missing
    }

    func states(on day: CivilDate) -> [AuditedRegister.ItemState] {
        items.map { state(of: $0, on: day) }
    }

    /// The papers that are still asked for.
    func missing(on day: CivilDate) -> [String] {
        items.filter { state(of: $0, on: day) != .there }.map(\.name).sorted()
    }

    /// Papers bring it from step to step, up to the first on which an authority decides.
    mutating func advance(on day: CivilDate) {
        guard vehicle != nil else { return }
        let open = Set(
            items.filter { state(of: $0, on: day) != .there }.compactMap(\.step)
        )
        while let step, Self.deciders[step] == nil, !open.contains(step) { passed.append(step) }
    }

    /// Conditions of relief that are not met.
    var findings: [String] {
        guard let goods else { return [] }
        return switch goods.profile {
        case "household-goods", "wedding":
            goods.monthsAbroad < 12 ? ["too-short-abroad"] : []
        case "vehicle": goods.kilometres <= 6000 ? ["too-few-kilometres"] : []
        default: goods.isVaccinated ? [] : ["not-vaccinated"]
        }
    }

    /// What it costs, or what the deposit is, in cents.
    func amounts(isOpen: Bool, on today: CivilDate) -> [String: Int64] {
        guard !isExempt else { return [:] }
        if let vehicle {
            var amounts: [String: Int64] = ["stamp": Int64(50 + day.day) * 100]
            if vehicle.plate == "personalised" { amounts["plate.personalised"] = 20_000 }
            if vehicle.plate == "transferred" { amounts["plate.transferred"] = 2400 }
            if vehicle.isBoughtAtSNCA { amounts["stamp.snca"] = 300 }
            return amounts
        }
        guard let goods, goods.profile != "pet", isOpen,
            isProvisional || !missing(on: today).isEmpty
        else { return [:] }
        var amounts: [String: Int64] = ["settlement": 20_000]
        guard goods.profile == "household-goods" else { return amounts }
        amounts["duty"] = (goods.cents * 35 + 500) / 1000
        amounts["vat"] = (goods.cents * 110 * Int64(10 + day.day) + 5000) / 10_000
        return amounts
    }

    /// What a status says of it now.
    func told(_ request: AuditedRegister.Request, on today: CivilDate) -> AuditedRegister.Told {
        var told = AuditedRegister.Told()
        guard !isExempt else { return told }
        told.amounts = amounts(isOpen: request.isOpen, on: today)
        guard request.isOpen else {
            // A rule that rejects says why.
            if request.status == "rejected", yeses.isEmpty, request.revision == 1 {
                told.findings = findings
            }
            return told
        }
        told.missing = missing(on: today)
        told.step = vehicle == nil ? isProvisional ? "provisional" : nil : step
        told.findings = findings
        return told
    }
}
