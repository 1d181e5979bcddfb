import Domain

// Money that secures something, as the contract has it: it comes back or is called, to the cent.
extension AuditedRegister {
    struct Guarantee: Hashable {
        /// What it was called by whoever stated it, or took it in.
        var reference: String
        var eori: String
        var number: String
        /// The movement that it secures; empty for all that is done under the authorisation.
        var movement: String
        /// The request that states it.
        var request: String
        var cents: Int64
        var called: Int64 = 0
        var released: Int64 = 0

        var held: Int64 { cents - called - released }

        init(_ secured: Sent.Excise.Guarantee, _ record: Reading) {
            reference = secured.reference
            eori = record["eori"] ?? ""
            number = record["authorisation"] ?? ""
            movement = record["reference"] ?? ""
            request = record["request"] ?? ""
            cents = secured.cents
        }
    }

    /// Notes what was ordered, before the records are looked at.
    mutating func noteMoney(of sent: Sent.Excise, _ events: [Reading]) {
        for event in events {
            let record = event.object("guarantee")
            let identifier = record["id"] ?? ""
            switch (event["event"], sent.action) {
            case ("guarantee.held", .grant):
                guard case .ask(_, _, let secured?) = said[sent.request]?.action else { continue }
                guarantees[identifier] = Guarantee(secured, record)
            case ("guarantee.held", .dispatch(_, _, let secured?)):
                guarantees[identifier] = Guarantee(secured, record)
            case ("guarantee.held", .decide("hold", let reference, _, let cents?)):
                let secured = Sent.Excise.Guarantee(reference: reference, cents: cents)
                guarantees[identifier] = Guarantee(secured, record)
            case ("guarantee.changed", .decide(let action, _, _, let cents)):
                guard var guarantee = guarantees[identifier] else { continue }
                switch action {
                case "call": guarantee.called += cents ?? 0
                case "release": guarantee.released += cents ?? guarantee.held
                default: guarantee.cents = cents ?? 0
                }
                guarantees[identifier] = guarantee
            case ("guarantee.changed", .giveBack), ("guarantee.changed", .askBack):
                guard let guarantee = guarantees[identifier] else { continue }
                guarantees[identifier]?.released += guarantee.held
            case ("guarantee.changed", .enter):
                guarantees[identifier]?.movement = record["reference"] ?? ""
            default: continue
            }
        }
    }

    /// What of a guarantee's record is not what was ordered.
    mutating func applyGuarantee(_ event: Reading) -> [String] {
        let record = event.object("guarantee")
        let identifier = record["id"] ?? ""
        guard let known = guarantees[identifier] else {
            return ["guarantee \(identifier) is held, and nobody said so"]
        }
        let agrees =
            record["amountCents"] == "\(known.cents)" && record["calledCents"] == "\(known.called)"
            && record["releasedCents"] == "\(known.released)" && record["eori"] == known.eori
            && (record["reference"] ?? "") == known.movement && known.held >= 0
            && known.called >= 0 && known.released >= 0
        return agrees ? [] : ["guarantee \(identifier) is not what was ordered: \(known)"]
    }

    /// Those of the operator that are called so, or secure a movement of that name: such as have
    /// something left, or all.
    func guarantees(named name: String, of eori: String, under number: String? = nil) -> [String] {
        let found = guarantees.filter { _, guarantee in
            guarantee.eori == eori && (number == nil || guarantee.number == number)
                && (guarantee.reference == name || guarantee.movement == name)
        }
        let held = found.filter { $0.value.held > 0 }
        return Array((held.isEmpty ? found : held).keys)
    }

    /// What the guarantee secures that is still to be done.
    func running(securedBy guarantee: Guarantee) -> [Obligation] {
        obligations.values.filter {
            $0.isRunning && $0.number == guarantee.number
                && (guarantee.movement.isEmpty || $0.movement == guarantee.movement)
        }
    }

    /// What movements on the way need of the authorisation's standing guarantees.
    func leaning(on number: String, together: Bool) -> Int64 {
        let amounts = obligations.values.filter {
            $0.kind == "receipt-expected" && $0.isRunning && $0.number == number
        }.compactMap { obligation -> Int64? in
            guard case .dispatch(_, _, let secured) = said[obligation.request]?.action,
                !guarantees.values.contains(where: { $0.request == obligation.request })
            else { return nil }
            return secured?.cents ?? 0
        }
        return together ? amounts.reduce(0, +) : amounts.max() ?? 0
    }

    func standing(under number: String) -> [Guarantee] {
        guarantees.values.filter {
            $0.number == number && $0.movement.isEmpty && $0.held > 0
        }
    }

    /// Whether the person stated it.
    func hasStated(_ guarantee: String, _ person: String) -> Bool {
        let request = guarantees[guarantee].flatMap { requests[$0.request] }
        return request.map { name($0.person) } == person
    }

    // MARK: - What was applied

    func problem(
        with effects: [Reading],
        ofMoney sent: Sent.Excise,
        _ action: String,
        on reference: String,
        of eori: String,
        _ cents: Int64?
    ) -> String? {
        let names = effects.map { $0["event"] ?? "" }.filter { $0 != "particulars.stated" }
        let found = guarantees(named: reference, of: eori)
        guard !holdsAccount(sent.person, eori),
            !found.contains(where: { hasStated($0, sent.person) })
        else { return "an official's own money" }
        guard action != "hold" else {
            let record = effects.last?.object("guarantee")
            let number = record?["authorisation"] ?? ""
            let isRight =
                names == ["guarantee.held"] && found.allSatisfy { guarantees[$0]?.held == 0 }
                && authorisations[number]?.status == "active"
                && authorisations[number]?.eori == eori
            return isRight ? nil : "a guarantee that must not be: \(names)"
        }
        guard found.count == 1, let identifier = found.first,
            let before = guarantees[identifier], before.held > 0
        else { return "money of which nothing is left, or none" }
        guard names != ["nothing.to-change"] else {
            return action == "change" && cents == before.cents ? nil : "nothing is \(action)"
        }
        let (given, rest) = (effects.first, names.dropFirst())
        guard given?["event"] == "guarantee.changed",
            given?.object("guarantee")["id"] == identifier,
            rest.isEmpty || rest == ["request.changed"]
        else { return "\(action) of a guarantee makes \(names)" }
        let wanted = cents ?? before.held
        let left =
            action == "change"
            ? wanted - before.called - before.released
            : before.held - wanted
        guard left >= 0 else { return "more is \(action) than there is" }
        guard action == "call" || left >= before.held || mayLose(before, to: left) else {
            return "\(action) of what is in use"
        }
        return nil
    }

    /// Whether no more than `left` of the guarantee may be left.
    private func mayLose(_ guarantee: Guarantee, to left: Int64) -> Bool {
        guard guarantee.movement.isEmpty else { return running(securedBy: guarantee).isEmpty }
        let others = standing(under: guarantee.number).reduce(0) { $0 + $1.held }
        return others - guarantee.held + left
            >= leaning(on: guarantee.number, together: coverInUse)
    }

    /// - Parameter eori: The operator that asks, or is given it back.
    func problem(ofReturn event: Reading?, to eori: String) -> String? {
        let record = event?.object("guarantee")
        guard event?["event"] == "guarantee.changed", let identifier = record?["id"],
            let before = guarantees[identifier], before.eori == eori, before.held > 0
        else { return "money comes back that nobody held" }
        guard running(securedBy: before).isEmpty else {
            return "money comes back while it secures something"
        }
        let isOver = !before.movement.isEmpty || authorisations[before.number]?.status != "active"
        return isOver ? nil : "a standing guarantee comes back before its authorisation ends"
    }
}
