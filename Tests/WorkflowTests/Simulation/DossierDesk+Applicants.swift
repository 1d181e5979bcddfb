import Contract
import Domain

// What applicants ask for, hand in and take back.
extension DossierDesk {
    private static let reliefPapers = [
        "household-goods": [
            "passport", "packing-list", "transport-document", "customs-declaration", "inventory",
            "used-goods-attestation", "relief-certificate", "residence-certificate",
        ],
        "vehicle": [
            "passport", "title", "customs-declaration", "transport-document", "purchase-invoice",
            "insurance", "residence-certificate", "ownership-proof",
        ],
        "wedding": [
            "form-136", "inventory-certificate", "marriage-certificate", "spouses-residence",
        ],
        "pet": ["vaccination-record", "veterinary-certificate"],
    ]

    private static let vehiclePapers = [
        "number-confirmation", "insurance", "chancellery-stamp",
        "registration-certificate-application", "foreign-registration-document",
        "technical-inspection", "certificate-of-conformity", "conformity-check",
        "conformity-sticker", "bill-of-sale", "mandate", "owner-identity",
    ]

    /// The papers that show the items, where they are not called so.
    private static let papers = [
        "number": "number-confirmation", "application": "registration-certificate-application",
        "stamp": "chancellery-stamp", "bill": "bill-of-sale",
        "foreign-papers": "foreign-registration-document", "inspection": "technical-inspection",
        "sticker": "conformity-sticker", "conformity": "certificate-of-conformity",
        "conformity-older": "conformity-check", "owner-id": "owner-identity",
        "packing": "packing-list", "transport": "transport-document",
        "declaration": "customs-declaration", "used": "used-goods-attestation",
        "franchise": "relief-certificate", "residence": "residence-certificate",
    ]

    /// What is said in which round before chance has its way.
    static let beginnings = [0..<2, 2..<4, 4..<5]

    /// What is said first, step by step: that a vehicle is registered, and that relief is granted
    /// provisionally.
    mutating func beginning(
        _ step: Int,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft) {
        func all(_ kinds: [String]) -> [Sent.Dossier.Paper] {
            kinds.map { kind in
                let last = occasion.today.adding(days: 3650)
                return .init(kind: kind, reference: "R-1", validUntil: last, country: "FR")
            }
        }
        var decision = Sent.Dossier.Decision(role: "customs-authority")
        switch step {
        case 0:
            var vehicle = Sent.Dossier.Vehicle(
                vin: "\(Self.mark)7",
                arrivedOn: occasion.today.adding(days: -20),
                firstRegisteredOn: occasion.today.adding(days: -5000),
                country: "FR"
            )
            vehicle.papers = all(Self.vehiclePapers)
            return say(vehicle, occasion.number, "anne", occasion)
        case 1:
            var goods = Sent.Dossier.Goods(profile: "household-goods", cents: 100_009)
            goods.papers = all(Array(Self.reliefPapers["household-goods", default: []].dropFirst()))
            return say(goods, occasion.number, "bob", occasion)
        case 2: decision.hasReference = true
        case 3: decision.isProvisional = true
        default:
            decision = Sent.Dossier.Decision(role: "vehicle-authority", plate: "\(Self.mark)77")
            lastPlate = decision.plate
        }
        let request = known[step == 3 ? 1 : 0].number
        return (
            said(.decide(decision), request, "claude"),
            Messages.dossierDecision(request, decision, by: "claude", occasion.identifier)
        )
    }

    private mutating func say(
        _ vehicle: Sent.Dossier.Vehicle,
        _ number: Int,
        _ person: String,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft) {
        note(Known(number: number, person: person, profile: "import", vin: vehicle.vin))
        return (
            said(.importing(vehicle), number, person),
            Messages.vehicle(number, vehicle, by: person, occasion.identifier)
        )
    }

    private mutating func say(
        _ goods: Sent.Dossier.Goods,
        _ number: Int,
        _ person: String,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft) {
        note(Known(number: number, person: person, profile: goods.profile, vin: goods.vin))
        return (
            said(.relief(goods), number, person),
            Messages.relief(number, goods, by: person, on: occasion.today, occasion.identifier)
        )
    }

    mutating func importing(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft) {
        let person = random.one(of: Senders.people)
        let number = newRequest(&random, occasion)
        let own = known.filter { !$0.vin.isEmpty && $0.person == person }
        let again = random.chance(25) ? own.randomElement(using: &random) : nil
        let days = random.one(of: [0, 20, 120, 167, 176, 183, 190])
        var vehicle = Sent.Dossier.Vehicle(
            vin: again?.vin ?? "\(Self.mark)\(7000 + number)",
            arrivedOn: random.chance(70) ? occasion.today.adding(days: -days) : nil,
            firstRegisteredOn: occasion.today.adding(days: -random.one(of: [300, 5000])),
            country: random.one(of: ["FR", "FR", "US"])
        )
        if random.chance(10) { vehicle.situation = "student" }
        if random.chance(20) { vehicle.parts = 2 }
        vehicle.isHoldersOwn = random.chance(80)
        vehicle.isInspected = random.chance(80)
        vehicle.isByThirdParty = random.chance(15)
        vehicle.isBoughtAtSNCA = random.chance(30)
        vehicle.plate = random.one(of: ["standard", "standard", "personalised", "transferred"])
        if vehicle.plate == "transferred", random.chance(60) {
            vehicle.number = lastPlate ?? "\(Self.mark)77"
        }
        if let relief = again, relief.profile == "vehicle", random.chance(70) {
            vehicle.relief = "\(Messages.request(relief.number))"
        } else if random.chance(4) {
            vehicle.relief = "\(Messages.request(number))"
        }
        vehicle.papers = some(of: Self.vehiclePapers, &random, occasion)
        return say(vehicle, number, person, occasion)
    }

    mutating func relief(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft) {
        let person = random.one(of: Senders.people)
        let number = newRequest(&random, occasion)
        let profile = random.one(of: [
            "household-goods", "household-goods", "vehicle", "vehicle", "wedding", "pet",
        ])
        var goods = Sent.Dossier.Goods(profile: profile, isFromUnion: random.chance(8))
        goods.cents = random.one(of: [0, 100, 100_009, 1_234_567])
        goods.monthsAbroad = random.one(of: [24, 24, 11])
        goods.isSpecial = random.chance(50)
        let day = random.one(of: [
            nil, occasion.today.adding(days: -20), occasion.today.adding(days: 5),
        ])
        // Brides and pets say nothing of it.
        goods.establishedOn = ["household-goods", "vehicle"].contains(profile) ? day : nil
        goods.marriedOn = occasion.today.adding(days: random.one(of: [-30, 1, 20]))
        goods.kilometres = random.one(of: [6001, 6001, 6000])
        goods.isVaccinated = random.chance(70)
        if profile == "vehicle" { goods.vin = "\(Self.mark)\(7000 + number)" }
        goods.papers = some(of: Self.reliefPapers[profile] ?? [], &random, occasion)
        return say(goods, number, person, occasion)
    }

    func declare(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft) {
        let person = random.one(of: Senders.people)
        let pieces = random.one(of: [0, 199, 200, 201, 801])
        let cash = random.one(of: ["9999.99", "98765.43"])
        var draft = Messages.traveller(
            occasion.number,
            by: person,
            #","goods":[{"kind":"cigarettes","quantity":\#(pieces),"unit":"piece"}],"#
                + #""cash":"\#(cash)""#
        )
        draft.identifier = occasion.identifier
        return (said(.declare(pieces: pieces, cash: cash), occasion.number, person), draft)
    }

    func supplement(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft)? {
        let request = anyRequest(&random) { request in
            request.isOpen
                && (!request.missing.isEmpty || request.status == "awaiting-information")
                || request.status == "granted" && !request.isVehicle && request.revision < 4
        }
        guard let request else { return nil }
        var supplement = Sent.Dossier.Supplement()
        let missing = request.missing.map { Self.papers[$0] ?? $0 }
        let wanted = random.chance(40) ? missing : Array(missing.shuffled(using: &random).prefix(1))
        supplement.papers = wanted.map { paper($0, &random, occasion) }
        if random.chance(10) {
            let other = random.one(of: ["library-card", "insurance"])
            supplement.papers.append(paper(other, &random, occasion))
        }
        if !request.isVehicle, request.status == "granted", random.chance(50) {
            supplement.papers.append(paper("marriage-certificate", &random, occasion))
        }
        if request.isVehicle, random.chance(25) {
            supplement.arrivedOn = occasion.today.adding(days: random.one(of: [0, -3, -190, 1]))
        }
        // Seldom something that only the other procedure asks for.
        if random.chance(request.isVehicle ? 3 : 30) {
            supplement.establishedOn = occasion.today.adding(days: random.one(of: [0, -1, 2]))
        }
        let person = applicant(of: request, &random)
        return (
            said(.supplement(supplement), request.number, person),
            Messages.supplement(request.number, supplement, by: person, occasion.identifier)
        )
    }

    func withdraw(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft)? {
        guard let request = anyRequest(&random) else { return nil }
        let person = applicant(of: request, &random)
        return (
            said(.withdraw, request.number, person),
            Messages.withdrawal(request.number, by: person, identifier: occasion.identifier)
        )
    }

    /// Somebody tells customs that what was granted relief is to be passed on.
    func passOn(
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> (Sent.Dossier, Draft)? {
        let relief = anyRequest(&random) { $0.status == "granted" && !$0.isVehicle }
        guard let relief else { return nil }
        let person = applicant(of: relief, &random)
        let day = occasion.today.adding(days: random.one(of: [0, 4, 20, 364, 400, -400]))
        let named = "\(Messages.request(relief.number))"
        var draft = Messages.byApplicant(
            "relief.transfer-notice",
            occasion.number,
            person,
            occasion.identifier,
            #","reliefRequestId":"\#(named)","what":"see the file","plannedOn":"\#(day)""#
                + #","kind":"lend""#
        )
        draft.identifier = occasion.identifier
        return (said(.passOn(named, on: day), occasion.number, person), draft)
    }

    // MARK: - Papers

    /// All of them, some or none.
    private func some(
        of kinds: [String],
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> [Sent.Dossier.Paper] {
        let chosen = random.chance(55) ? kinds : random.chance(25) ? [] : random.some(of: kinds)
        let twice = random.chance(20) ? chosen + chosen : chosen
        return twice.map { paper($0, &random, occasion) }
    }

    private func paper(
        _ kind: String,
        _ random: inout SeededGenerator,
        _ occasion: ExciseDesk.Occasion
    ) -> Sent.Dossier.Paper {
        var paper = Sent.Dossier.Paper(
            kind: kind,
            reference: random.one(of: ["R-1", "R-2", "R-\(occasion.number)"])
        )
        if kind == "insurance" || kind == "technical-inspection", random.chance(95) {
            let days = random.one(of: [3650, 3650, 1, 0, -1])
            paper.validUntil = occasion.today.adding(days: days)
        }
        if random.chance(90) { paper.country = random.one(of: ["FR", "CH", "FR", "TR"]) }
        return paper
    }
}
