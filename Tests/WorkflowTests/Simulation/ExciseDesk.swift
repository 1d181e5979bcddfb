import Contract
import Domain

/// What operators and the excise office of a simulation know, and what they say next: mostly what
/// makes sense, by whoever may say it.
struct ExciseDesk {
    /// Who speaks, and when.
    struct Occasion {
        /// Of the request that is new with the message, if there is one.
        let number: Int
        let identifier: String
        /// Operators, and who acts for them.
        let managers: [(eori: String, person: String)]
        let people: [String]
        let today: CivilDate
    }

    /// What a request asks for.
    struct Asked {
        var number: Int
        var profile: String
        var eori = ""
        var kind = ""
    }

    struct Held: Hashable {
        var number: String
        var eori: String
        var kind: String
    }

    struct Mandate: Hashable {
        var number: String
        var economicOperator: String
        var representative: String
        var kind: String
    }

    struct Duty: Hashable {
        var number: String
        var movement: String
        var kind: String
    }

    struct Paper: Hashable {
        var number: String
        var reference: String
        /// Nil on the side of whoever receives the goods.
        var consignee: String?
    }

    struct Guarantee: Hashable {
        var reference: String
        var eori: String
        var number: String
    }

    static let kinds = [
        "authorised-warehousekeeper", "registered-consignee", "certified-consignee",
    ]
    static let officials = ["emil", "emil", "emil", "bob"]

    /// Requests that are open, by their numbers, and what for.
    var open: [(number: Int, profile: String)] = []
    var asked: [String: Asked] = [:]
    /// For which side a yes to a mandate would make sense, by the request's number.
    var parties: [Int: [String]] = [:]
    private(set) var held: [Held] = []
    private(set) var mandates: [Mandate] = []
    private(set) var guarantees: [Guarantee] = []
    var papers: [Paper] = []
    /// By what the papers call the movements.
    var codes: [String: String] = [:]
    var duties: [(identifier: String, duty: Duty)] = []
    /// What was reported by which request.
    var movements: [String: (number: String, movement: String)] = [:]
    /// Goods on their way to somebody here.
    var arriving: [(number: String, movement: String)] = []
    var isAway = false
    var lastNumber = 0

    /// Reads what was published.
    mutating func learn(_ routingKey: String, _ data: Reading) {
        let request = data["requestId"] ?? ""
        switch routingKey {
        case "status.request": learn(ofRequest: request, data)
        case "status.obligation":
            let identifier = data["obligation"] ?? ""
            duties.removeAll { $0.identifier == identifier }
            guard let reported = movements[request],
                ["open", "overdue"].contains(data["status"])
            else { return }
            let duty = Duty(
                number: reported.number,
                movement: reported.movement,
                kind: data["kind"] ?? ""
            )
            duties.append((identifier, duty))
        case "status.mandate":
            let mandate = Mandate(
                number: data["mandate"] ?? "",
                economicOperator: data["operator"] ?? "",
                representative: data["representative"] ?? "",
                kind: data["kind"] ?? ""
            )
            mandates.removeAll { $0.number == mandate.number }
            // Those that have ended are spoken of seldom.
            if data["status"] == "in-force" || mandates.count < 2 { mandates.append(mandate) }
        case "status.guarantee":
            let guarantee = Guarantee(
                reference: data["reference"] ?? data["movement"] ?? "",
                eori: data["eori"] ?? "",
                number: data["exciseNumber"] ?? ""
            )
            if !guarantees.contains(guarantee) { guarantees.append(guarantee) }
        default: break
        }
    }

    private mutating func learn(ofRequest request: String, _ data: Reading) {
        guard let known = asked[request] else { return }
        open.removeAll { $0.number == known.number }
        switch data["status"] {
        case "pending": open.append((known.number, known.profile))
        case "granted":
            guard let number = data["exciseNumber"] else { return }
            held.append(Held(number: number, eori: known.eori, kind: known.kind))
        default: break
        }
    }

    /// What is said first, step by step: what three operators may do, and that one acts for
    /// another.
    mutating func beginning(_ step: Int, _ occasion: Occasion) -> (Sent.Excise, Draft) {
        switch step {
        case 0...2:
            let kind = step == 2 ? "certified-consignee" : "authorised-warehousekeeper"
            return ask(occasion, eori: "LU\(step + 1)", kind: kind, cents: 50_000)
        case 3...5: return grant(occasion, of: asked.values.map(\.number).sorted()[step - 3])
        case 6:
            return appoint(
                Sent.Excise.Mandate(kind: "indirect"),
                "LU3",
                for: "LU1",
                by: "anne",
                from: occasion.today,
                occasion
            )
        default:
            let request = open.last?.number ?? 0
            var draft = Messages.decision(
                request,
                by: "carl",
                role: "manager",
                identifier: occasion.identifier
            )
            draft.subject = "\(Messages.request(request))"
            return (said(.agree(for: nil), about: request, "carl"), draft)
        }
    }

    /// Mostly not to be spoken of again, until it is heard of.
    mutating func takeDuty(_ random: inout SeededGenerator) -> Duty? {
        guard let index = duties.indices.randomElement(using: &random) else { return nil }
        let duty = duties[index].duty
        if random.chance(80), duty.kind != "emcs-catch-up" { duties.remove(at: index) }
        return duty
    }

    mutating func note(
        _ occasion: Occasion,
        _ profile: String,
        _ eori: String = "",
        _ kind: String = ""
    ) {
        asked["\(Messages.request(occasion.number))"] = Asked(
            number: occasion.number,
            profile: profile,
            eori: eori,
            kind: kind
        )
    }

    mutating func next(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Content, Draft) {
        let (said, draft) = excise(&random, occasion)
        guard draft.routingKey.hasPrefix("registration."), random.chance(12) else {
            return (.excise(said), draft)
        }
        // What would become of it is asked only.
        let preview = Messages.preview(occasion.number, of: draft, occasion.identifier)
        asked[said.request] = nil
        return (.preview(.excise(said)), preview)
    }

    private mutating func excise(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft) {
        // Until there is something to say of what chance brings up.
        while true {
            if let said = said(&random, occasion) { return said }
        }
    }

    private mutating func said(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        switch random.number(1...100) {
        case 1...3: ask(&random, occasion)
        case 4...9: decide(&random, occasion)
        case 10...16: appoint(&random, occasion)
        case 17...26: agree(&random, occasion)
        case 27...29: endMandate(&random, occasion)
        case 30: revoke(&random, occasion)
        case 31...42: receive(&random, occasion)
        case 43...62: meet(&random, occasion)
        case 63...70: dispatch(&random, occasion)
        case 71...74: availability(&random, occasion)
        case 75...80: announce(&random, occasion)
        case 81...86: enter(&random, occasion)
        case 87...88: notice(&random, occasion)
        case 89...95: secure(&random, occasion)
        default: askBack(&random, occasion)
        }
    }
}
