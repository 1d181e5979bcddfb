import Contract
import Domain

// What is asked for, decided and agreed on.
extension ExciseDesk {
    mutating func ask(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft) {
        let eori = operatorAtRandom(&random, occasion)
        return ask(
            occasion,
            by: speaker(of: eori, &random, occasion),
            eori: eori,
            kind: random.one(of: Self.kinds),
            cents: random.chance(80) ? Int64(random.one(of: [1, 100, 50_000])) : nil
        )
    }

    mutating func ask(
        _ occasion: Occasion,
        by person: String? = nil,
        eori: String,
        kind: String,
        cents: Int64?
    ) -> (Sent.Excise, Draft) {
        let person = person ?? occasion.managers.first { $0.eori == eori }?.person ?? "anne"
        let secured = cents.map {
            Sent.Excise.Guarantee(reference: "GRN-\(occasion.number)", cents: $0)
        }
        let premises = kind == "authorised-warehousekeeper" ? #","premises":"Mertert""# : ""
        var draft = Messages.authorisation(
            occasion.number,
            by: person,
            eori: eori,
            kind: kind,
            premises + member(secured)
        )
        draft.identifier = occasion.identifier
        note(occasion, "authorisation", eori, kind)
        return (
            said(.ask(eori: eori, kind: kind, secured: secured), occasion, person), draft
        )
    }

    /// The office decides on what it is asked for, money that comes back included.
    mutating func decide(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        let asked = open.filter { $0.profile != "mandate" }
        guard let request = asked.randomElement(using: &random) else { return nil }
        let person = random.one(of: Self.officials)
        let isGranted = random.chance(85)
        if isGranted, request.profile == "authorisation" {
            return grant(occasion, of: request.number, by: person, &random)
        }
        var draft = Messages.decision(
            request.number,
            isGranted ? "granted" : "rejected",
            by: person,
            role: "excise-office",
            identifier: occasion.identifier
        )
        draft.user = Messages.office
        let action: Sent.Excise.Action = isGranted ? .giveBack : .decline
        return (said(action, about: request.number, person), draft)
    }

    mutating func grant(
        _ occasion: Occasion,
        of request: Int,
        by person: String = "emil"
    ) -> (Sent.Excise, Draft) {
        var steady = SeededGenerator(seed: 0)
        return grant(occasion, of: request, by: person, &steady, until: nil)
    }

    private mutating func grant(
        _ occasion: Occasion,
        of request: Int,
        by person: String,
        _ random: inout SeededGenerator
    ) -> (Sent.Excise, Draft) {
        let last = occasion.today.adding(days: random.number(0...60))
        return grant(
            occasion,
            of: request,
            by: person,
            &random,
            until: random.chance(50) ? last : nil
        )
    }

    private mutating func grant(
        _ occasion: Occasion,
        of request: Int,
        by person: String,
        _ random: inout SeededGenerator,
        until last: CivilDate?
    ) -> (Sent.Excise, Draft) {
        if !random.chance(5) { lastNumber += 1 }
        let digits = String(lastNumber)
        let number = "LU" + String(repeating: "0", count: 11 - digits.count) + digits
        var draft = Messages.exciseGrant(
            request,
            by: person,
            exciseNumber: number,
            from: "\(occasion.today.adding(days: -20))",
            until: last.map { "\($0)" }
        )
        draft.identifier = occasion.identifier
        return (said(.grant, about: request, person, number: number), draft)
    }

    mutating func appoint(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        let eori = operatorAtRandom(&random, occasion)
        let others = occasion.managers.map(\.eori).filter { $0 != eori || random.chance(5) }
        guard let representative = others.randomElement(using: &random) else { return nil }
        let first = occasion.today.adding(days: random.chance(70) ? 0 : random.number(1...2))
        return appoint(
            Sent.Excise.Mandate(
                kind: random.one(of: ["direct", "direct", "indirect"]),
                scope: Set(random.some(of: ["emcs", "ac4", "emcs"]))
            ),
            representative,
            for: eori,
            by: speaker(of: eori, &random, occasion),
            from: first,
            until: random.chance(40) ? first.adding(days: random.number(0...50)) : nil,
            occasion
        )
    }

    mutating func appoint(
        _ mandate: Sent.Excise.Mandate,
        _ representative: String,
        for eori: String,
        by person: String,
        from first: CivilDate,
        until last: CivilDate? = nil,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft) {
        var draft = Messages.mandate(
            occasion.number,
            by: person,
            eori: eori,
            representative: representative,
            kind: mandate.kind,
            from: "\(first)",
            until: last.map { "\($0)" }
        )
        draft.identifier = occasion.identifier
        draft.data = draft.data.replacing(
            #"["emcs","ac4"]"#,
            with: Messages.list(mandate.scope.sorted())
        )
        note(occasion, "mandate")
        parties[occasion.number] = [eori, representative]
        return (said(.appoint(representative, for: eori, mandate), occasion, person), draft)
    }

    mutating func agree(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        let asked = open.filter { $0.profile == "mandate" }
        guard let request = asked.randomElement(using: &random)?.number,
            let parties = parties[request]
        else { return nil }
        guard random.chance(80) else {
            let person = random.one(of: Self.officials)
            var draft = Messages.officeAgreement(request, by: person)
            draft.identifier = occasion.identifier
            return (said(.standIn, about: request, person), draft)
        }
        // Who asked has mostly agreed for the other side by that.
        let side = random.chance(75) ? parties[1] : parties[0]
        let person = speaker(of: side, &random, occasion)
        let isNamed = random.chance(40)
        var draft = Messages.decision(
            request,
            by: person,
            role: "manager",
            identifier: occasion.identifier
        )
        if isNamed { draft.data = draft.data.dropLast() + #","eori":"\#(side)"}"# }
        return (said(.agree(for: isNamed ? side : nil), about: request, person), draft)
    }

    mutating func endMandate(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        guard let mandate = mandates.randomElement(using: &random) else { return nil }
        guard random.chance(60) else {
            let person = random.one(of: Self.officials)
            var draft = Messages.exciseRevocation(
                mandate.number,
                by: person,
                identifier: occasion.identifier
            )
            draft.data = draft.data.replacing(#""authorisation":"#, with: #""mandate":"#)
            return (said(.revoke, occasion, person, number: mandate.number), draft)
        }
        let side = random.one(of: [mandate.economicOperator, mandate.representative])
        let person = speaker(of: side, &random, occasion)
        let day = "\(occasion.today.adding(days: random.number(0...3)))"
        var draft = Messages.mandateEnd(occasion.number, by: person, mandate.number, on: day)
        draft.identifier = occasion.identifier
        return (said(.end, occasion, person, number: mandate.number, on: day), draft)
    }

    func revoke(
        _ random: inout SeededGenerator,
        _ occasion: Occasion
    ) -> (Sent.Excise, Draft)? {
        guard let number = held.randomElement(using: &random)?.number else { return nil }
        let person = random.one(of: Self.officials)
        let draft = Messages.exciseRevocation(
            number,
            by: person,
            identifier: occasion.identifier
        )
        return (said(.revoke, occasion, person, number: number), draft)
    }
}
