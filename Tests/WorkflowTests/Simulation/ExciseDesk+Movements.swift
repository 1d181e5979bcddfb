import Contract
import Domain

// What is said of goods, of EMCS, and of money.
extension ExciseDesk {
    mutating func receive(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        guard let held = held.randomElement(using: &random) else { return nil }
        let isReleased = held.kind == "authorised-warehousekeeper" && random.chance(50)
        let day = occasion.today.adding(days: -random.number(0...9))
        let expected = arriving.filter { $0.number == held.number }.map(\.movement)
        let known = papers.filter { $0.number == held.number && $0.consignee == nil }.map(
            \.reference
        )
        let movement =
            (random.chance(70) ? (expected + known).randomElement(using: &random) : nil)
            ?? (random.chance(20) ? code(of: "FR", occasion, "P") : "M-\(occasion.number)")
        let field = isReleased ? "releasedOn" : "receivedOn"
        return report(
            "receipt",
            isReleased ? .release(lot: movement) : .receive(movement: movement),
            #","\#(field)":"\#(day)""#,
            of: movement,
            under: held,
            scope: "emcs",
            on: day,
            &random,
            occasion
        )
    }

    mutating func meet(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        // A paper is entered, and not met.
        guard let duty = takeDuty(&random), duty.kind != "emcs-catch-up",
            let held = held.first(where: { $0.number == duty.number })
        else { return nil }
        let day = occasion.today.adding(days: -random.number(0...2))
        let (key, field, more) =
            switch duty.kind {
            case "ac4-declaration": ("ac4", "declaredOn", "")
            case "duty-payment":
                ("payment", "paidOn", #","amount":"1.00","paymentReference":"see the file""#)
            case "receipt-expected": ("movement-closed", "reportedOn", "")
            case "stock-record": ("stock-record", "recordedOn", "")
            default: ("report-of-receipt", "reportedOn", "")
            }
        // Whoever has entered it since may call it by its paper's name still.
        let movement = random.chance(50) ? codes[duty.movement] ?? duty.movement : duty.movement
        let isDeclared = key == "ac4" || key == "payment"
        return report(
            key,
            .meet(duty.kind, movement: movement),
            #","\#(field)":"\#(day)"\#(more)"#,
            of: movement,
            under: held,
            scope: isDeclared ? "ac4" : "emcs",
            on: day,
            &random,
            occasion
        )
    }

    mutating func dispatch(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        let houses = held.filter { $0.kind == "authorised-warehousekeeper" }
        guard let from = houses.randomElement(using: &random) else { return nil }
        let day = occasion.today.adding(days: -random.number(0...1))
        let announced = papers.filter { $0.number == from.number && $0.consignee != nil }
        let paper = random.chance(50) ? announced.randomElement(using: &random) : nil
        let consignee = paper?.consignee ?? consignee(besides: from, &random)
        // By the code that it has meanwhile, or still by the paper's name.
        let names = paper.map { [$0.reference, codes[$0.reference]].compactMap(\.self) }
        let movement = names.map { random.one(of: $0) } ?? code(of: "LU", occasion)
        var secured: Sent.Excise.Guarantee?
        if random.chance(50) {
            secured = Sent.Excise.Guarantee(
                reference: "GRN-\(occasion.number)",
                cents: Int64(random.one(of: [1, 100, 45_000]))
            )
        }
        let goods = #"[{"product":"W200","quantity":1,"unit":"hl"}]"#
        arriving.append((consignee, movement))
        return report(
            "dispatch",
            .dispatch(movement: movement, to: consignee, secured: secured),
            #","dispatchedOn":"\#(day)","goods":\#(goods),"#
                + #""consignee":\#(Self.consignee(consignee, checkedOn: day))\#(member(secured))"#,
            of: movement,
            under: from,
            scope: "emcs",
            on: day,
            &random,
            occasion
        )
    }

    mutating func availability(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        isAway = random.chance(80) ? !isAway : isAway
        let person = random.one(of: Self.officials)
        let since = LuxembourgCalendar.start(
            of: occasion.today.adding(days: random.chance(80) ? 0 : -random.number(1...10))
        )
        var draft = Messages.availability(
            occasion.number,
            by: person,
            !isAway,
            since: "\(since)"
        )
        draft.identifier = occasion.identifier
        return (said(.say(isAvailable: !isAway), about: nil, person), draft)
    }

    mutating func announce(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        guard let held = held.randomElement(using: &random) else { return nil }
        let isDispatch = held.kind == "authorised-warehousekeeper" && random.chance(60)
        let consignee = isDispatch ? consignee(besides: held, &random) : nil
        // The consignee hands in the paper that came with the goods, or one of its own.
        let brought = arriving.filter { $0.number == held.number }.map(\.movement)
        let paper =
            (random.chance(40) ? brought.first { $0.hasPrefix("FB-") } : nil)
            ?? "FB-\(occasion.number)"
        let day = occasion.today
        let side = isDispatch ? "dispatch" : "receipt"
        let receiver = consignee.map {
            #","consignee":\#(Self.consignee($0, checkedOn: day))"#
        }
        papers.append(Paper(number: held.number, reference: paper, consignee: consignee))
        if let consignee { arriving.append((consignee, paper)) }
        return report(
            "fallback",
            .announce(paper: paper, to: consignee),
            #","on":"\#(day)","side":"\#(side)","reason":"see the file"\#(receiver ?? "")"#,
            of: paper,
            under: held,
            scope: "emcs",
            on: day,
            &random,
            occasion
        )
    }

    mutating func enter(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        guard let paper = papers.randomElement(using: &random),
            let held = held.first(where: { $0.number == paper.number })
        else { return nil }
        let isDutyPaid = held.kind == "certified-consignee"
        // Goods that were announced as well have one code for both ends.
        let entered = codes[paper.reference]
        let code =
            entered
            ?? code(of: paper.consignee == nil ? "FR" : "LU", occasion, isDutyPaid ? "P" : "0")
        codes[paper.reference] = code
        return report(
            "fallback-closed",
            .enter(paper: paper.reference, code: code),
            #","arc":"\#(code)""#,
            of: paper.reference,
            under: held,
            scope: "emcs",
            on: occasion.today,
            &random,
            occasion
        )
    }

    mutating func notice(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        guard let held = held.randomElement(using: &random) else { return nil }
        let person = speaker(of: held.eori, &random, occasion)
        let day = "\(occasion.today.adding(days: random.number(0...1)))"
        var draft = Messages.certifiedNotice(
            occasion.number,
            by: person,
            exciseNumber: held.number,
            from: day
        )
        draft.identifier = occasion.identifier
        return (said(.noteCertified, occasion, person, number: held.number, on: day), draft)
    }

    // MARK: - Money

    func secure(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        guard let guarantee = guarantees.randomElement(using: &random) else { return nil }
        let person = random.one(of: Self.officials)
        let action = random.one(of: ["call", "call", "release", "release", "change", "hold"])
        let isNew = action == "hold" && random.chance(80)
        let reference = isNew ? "GRN-\(occasion.number)" : guarantee.reference
        let cents: Int64? =
            action == "release" && random.chance(50)
            ? nil : Int64(random.one(of: [1, 40, 100, 12_345, 50_000]))
        let amount = cents.map { #","amount":"\#(Self.euros($0))""# } ?? ""
        var draft = Messages.guaranteeDecision(
            action,
            by: person,
            reference,
            eori: guarantee.eori,
            #","remarks":"see the file"\#(amount)"#
        )
        draft.identifier = occasion.identifier
        return (
            said(
                .decide(action, on: reference, of: guarantee.eori, cents: cents),
                about: nil,
                person
            ), draft
        )
    }

    mutating func askBack(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        guard let guarantee = guarantees.randomElement(using: &random) else { return nil }
        let person = speaker(of: guarantee.eori, &random, occasion)
        var draft = Messages.guaranteeRelease(
            occasion.number,
            by: person,
            exciseNumber: guarantee.number,
            guarantee.reference
        )
        draft.identifier = occasion.identifier
        note(occasion, "guarantee-release")
        return (
            said(.askBack(guarantee.reference), occasion, person, number: guarantee.number), draft
        )
    }

    // MARK: - Words

    /// Another warehouse here, or one in another member state.
    private func consignee(besides held: Held, _ random: inout SeededGenerator) -> String {
        let here = self.held.filter { $0.kind == held.kind && $0 != held }
        return (random.chance(65) ? here.randomElement(using: &random)?.number : nil)
            ?? "FR00000ABCDEF"
    }

    /// By one of the operator's own, or of whoever acts for it.
    private mutating func report(
        _ key: String,
        _ action: Sent.Excise.Action,
        _ more: String,
        of movement: String,
        under held: Held,
        scope: String,
        on day: CivilDate,
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft) {
        var person = speaker(of: held.eori, &random, occasion)
        var representation: Sent.Excise.Representation?
        let given = mandates.filter { $0.economicOperator == held.eori }
        if random.chance(35), let mandate = given.randomElement(using: &random) {
            person = speaker(of: mandate.representative, &random, occasion)
            let kind = random.chance(90) ? mandate.kind : "direct"
            representation = .init(mandate: mandate.number, kind: kind)
        }
        let named = movement.count == 21 && movement.first?.isNumber == true ? "arc" : "reference"
        let represented =
            representation.map {
                #","representation":{"mandate":"\#($0.mandate)","kind":"\#($0.kind)"}"#
            } ?? ""
        let draft = Messages.byApplicant(
            "excise.\(key)",
            occasion.number,
            person,
            occasion.identifier,
            #","exciseNumber":"\#(held.number)","\#(named)":"\#(movement)"\#(more)"# + represented
        )
        var said = said(action, occasion, person, number: held.number, on: "\(day)")
        said.representation = representation
        movements[said.request] = (held.number, movement)
        return (said, draft)
    }

    static func consignee(_ number: String, checkedOn day: CivilDate) -> String {
        #"{"exciseNumber":"\#(number)","kind":"warehouse","checkedOn":"\#(day)","result":"valid"}"#
    }

    static func euros(_ cents: Int64) -> String {
        "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
    }

    func member(_ secured: Sent.Excise.Guarantee?) -> String {
        guard let secured else { return "" }
        let amount = #""amount":"\#(Self.euros(secured.cents))","currency":"EUR""#
        return #","guarantee":{"reference":"\#(secured.reference)",\#(amount)}"#
    }

    /// A movement's code in EMCS.
    private func code(of state: String, _ occasion: Occasion, _ type: String = "0") -> String {
        let digits = String(occasion.number)
        let zeros = String(repeating: "0", count: 15 - digits.count)
        return "\(occasion.today.year % 100)\(state)\(zeros)\(digits)\(type)7"
    }

    func said(
        _ action: Sent.Excise.Action,
        _ occasion: Occasion,
        _ person: String,
        number: String = "",
        on day: String = ""
    ) -> Sent.Excise {
        let isRevocation = action == .revoke
        return said(
            action,
            about: isRevocation ? nil : occasion.number,
            person,
            number: number,
            on: day
        )
    }

    func said(
        _ action: Sent.Excise.Action,
        about request: Int?,
        _ person: String,
        number: String = "",
        on day: String = ""
    ) -> Sent.Excise {
        Sent.Excise(
            action: action,
            request: request.map { "\(Messages.request($0))" } ?? "",
            person: person,
            number: number,
            day: day
        )
    }

    /// Somebody who acts for the operator, or anybody.
    func speaker(
        of eori: String,
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> String {
        let own = occasion.managers.filter { $0.eori == eori }.map(\.person)
        return (random.chance(90) ? own.randomElement(using: &random) : nil)
            ?? random.one(of: occasion.people)
    }

    func operatorAtRandom(_ random: inout SeededGenerator, _ occasion: Occasion) -> String {
        occasion.managers.randomElement(using: &random)?.eori ?? "LU1"
    }
}
