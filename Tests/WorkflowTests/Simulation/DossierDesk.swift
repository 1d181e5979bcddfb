import Contract
import Domain

/// What people of a simulation who move here or travel know, with the authorities that they turn
/// to, and what they say next: mostly what makes sense, by whoever may say it.
struct DossierDesk {
    /// Stands in all that a vehicle is known by, and in nothing else.
    static let mark = "ZQ"

    struct Known {
        let number: Int
        let person: String
        /// `vehicle`, or what relief is asked for.
        let profile: String
        var vin = ""
        var status = "pending"
        var revision = 1
        var step: String?
        /// Names of items.
        var missing: [String] = []

        var isVehicle: Bool { profile == "import" }
        var isOpen: Bool { status == "pending" || status == "awaiting-information" }
    }

    /// Who decides, mostly: one of them is an applicant as well.
    private static let officials = ["claude", "claude", "claude", "sam", "dora"]

    private(set) var known: [Known] = []
    /// Requests that were decided on before they were sent.
    private var promised: [Int] = []
    var lastPlate: String?

    /// Reads what was published.
    mutating func learn(_ data: Reading) {
        guard
            let index = known.firstIndex(where: {
                "\(Messages.request($0.number))" == data["requestId"]
            })
        else { return }
        known[index].status = data["status"] ?? ""
        known[index].revision = Int(data["revision"] ?? "") ?? 1
        known[index].step = data["step"]
        known[index].missing = data.objects("missing").compactMap { $0["item"] }
    }

    mutating func next(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Content, Draft) {
        let (said, draft) = dossier(&random, occasion)
        guard draft.routingKey.hasPrefix("registration."), random.chance(10) else {
            return (.dossier(said), draft)
        }
        // What would become of it is asked only.
        let preview = Messages.preview(occasion.number, of: draft, occasion.identifier)
        known.removeAll { $0.number == occasion.number }
        return (.preview(.dossier(said)), preview)
    }

    private mutating func dossier(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft) {
        // Until there is something to say of what chance brings up.
        while true {
            if let said = said(&random, occasion) { return said }
        }
    }

    private mutating func said(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft)? {
        // Rather few that are brought to an end than many that are begun.
        let isCrowded = known.count(where: \.isOpen) > 4
        return switch random.number(1...100) {
        case 1...9: isCrowded ? nil : importing(&random, occasion)
        case 10...18: isCrowded ? nil : relief(&random, occasion)
        case 19...22: declare(&random, occasion)
        case 23...50: decide(&random, occasion)
        case 51...74: supplement(&random, occasion)
        case 75...76: withdraw(&random, occasion)
        case 77...84: money("charge", &random, occasion)
        case 85...95: money("payment", &random, occasion)
        default: passOn(&random, occasion)
        }
    }

    // MARK: - Who, and about what

    /// The number of a request that is new: one that was decided on already, perhaps.
    mutating func newRequest(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> Int {
        !promised.isEmpty && random.chance(70) ? promised.removeFirst() : occasion.number
    }

    mutating func note(_ request: Known) { known.append(request) }

    /// Mostly one that is open.
    func anyRequest(
        _ random: inout SeededGenerator,
        where suits: (Known) -> Bool = { $0.isOpen }
    ) -> Known? {
        let suitable = random.chance(85) ? known.filter(suits) : []
        return suitable.randomElement(using: &random)
            ?? (random.chance(30) ? known.suffix(8).randomElement(using: &random) : nil)
    }

    func applicant(of request: Known, _ random: inout SeededGenerator) -> String {
        random.chance(88) ? request.person : random.one(of: Senders.people)
    }

    func said(
        _ action: Sent.Dossier.Action,
        _ request: Int,
        _ person: String
    ) -> Sent.Dossier {
        Sent.Dossier(action: action, request: "\(Messages.request(request))", person: person)
    }

    // MARK: - Decisions

    private mutating func decide(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft)? {
        guard random.chance(96) else {
            promised.append(occasion.number)
            let early = Known(number: occasion.number, person: "", profile: "import")
            return decide(on: early, "customs-authority", &random, occasion)
        }
        guard let request = anyRequest(&random) else { return nil }
        let isFile = request.isVehicle && request.step == "file"
        // Customs wait for the papers of the steps before, and the authority for its own.
        let isReady = request.isVehicle ? ["customs", "file"].contains(request.step) : true
        guard isReady || random.chance(25) else { return nil }
        guard !isFile || request.missing.isEmpty || random.chance(35) else { return nil }
        let role =
            random.chance(90)
            ? isFile ? "vehicle-authority" : "customs-authority"
            : random.one(of: ["vehicle-authority", "customs-authority", "excise-office"])
        return decide(on: request, role, &random, occasion)
    }

    private mutating func decide(
        on request: Known,
        _ role: String,
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft) {
        let outcome =
            random.chance(88) ? "granted" : random.one(of: ["rejected", "information-requested"])
        var decision = Sent.Dossier.Decision(outcome: outcome, role: role)
        if random.chance(15) { decision.revision = random.number(1...3) }
        if outcome == "granted" { terms(&decision, for: request, &random, occasion) }
        let person = random.one(of: Self.officials)
        return (
            said(.decide(decision), request.number, person),
            Messages.dossierDecision(request.number, decision, by: person, occasion.identifier)
        )
    }

    private mutating func terms(
        _ decision: inout Sent.Dossier.Decision,
        for request: Known,
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) {
        if decision.role == "vehicle-authority", random.chance(93) {
            let isOther = random.chance(50)
            let plate = (isOther ? lastPlate : nil) ?? "\(Self.mark)\(1000 + occasion.number)"
            lastPlate = plate
            decision.plate = plate
        }
        if request.isVehicle, decision.role == "customs-authority", random.chance(93) {
            decision.hasReference = true
        }
        if !request.isVehicle, !request.missing.isEmpty {
            decision.isProvisional = random.chance(request.step == nil ? 70 : 5)
        }
        if !request.isVehicle, random.chance(40) {
            let days = random.one(of: [0, 1, 330, 360, 370, -1])
            decision.acceptedOn = occasion.today.adding(days: -days)
        }
        // Papers that are missing are done without, or something that is not asked for.
        if decision.role != "customs-authority" || !request.isVehicle, random.chance(25) {
            decision.waived = random.chance(85) ? request.missing : ["customs"]
        }
    }

    // MARK: - Money

    private func money(
        _ message: String,
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft)? {
        let request = anyRequest(&random) { request in
            request.status == "granted" || request.step == "provisional"
        }
        guard let request else { return nil }
        let likely =
            request.isVehicle
            ? "road-tax" : request.step == "provisional" ? "deposit" : "charges"
        let kind =
            random.chance(92) ? likely : random.one(of: ["road-tax", "deposit", "charges"])
        let isCharge = message == "charge"
        guard !(isCharge && kind == "deposit") else { return nil }
        let cents = Int64(random.one(of: [1, 100, 10_050, 20_021]))
        let person = random.one(of: Self.officials)
        let days = isCharge ? random.one(of: [30, 5, 0, -59, -61]) : -random.number(0...3)
        let day = occasion.today.adding(days: days)
        return (
            said(
                isCharge
                    ? .charge(kind, cents: cents, on: day) : .pay(kind, cents: cents, on: day),
                request.number,
                person
            ),
            Messages.money(
                message,
                request.number,
                kind,
                cents,
                on: day,
                by: person,
                occasion.identifier
            )
        )
    }
}
