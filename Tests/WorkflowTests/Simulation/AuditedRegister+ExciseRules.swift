import Domain

// What may follow from what is said of excise.
extension AuditedRegister {
    /// Goods that move with a paper.
    struct Paper: Hashable {
        var number: String
        var reference: String
        /// The request by which it was announced.
        var request: String
        /// To whom goods leave; nil on the other side.
        var consignee: String?
        /// What EMCS calls the movement, once it is entered.
        var code: String?
    }

    /// What the movement is called now: by its code, once a paper was entered, be it by whoever
    /// dispatched it to the holder of the number, where goods arrive.
    func movement(_ name: String, under number: String, arriving: Bool) -> String {
        let entered = papers.first { paper in
            paper.reference == name && paper.code != nil
                && (paper.number == number
                    ? (paper.consignee == nil) == arriving
                    : arriving && paper.consignee == number)
        }
        return entered?.code ?? name
    }

    func known(_ number: String, _ name: String) -> [Obligation] {
        let names = [true, false].map { movement(name, under: number, arriving: $0) } + [name]
        return obligations.values.filter {
            $0.number == number && names.contains($0.movement)
        }
    }

    /// What has to be done after goods were received, or released.
    func duties(after sent: Sent.Excise) -> [String]? {
        let kind = authorisations[sent.number]?.kind ?? ""
        let taxed = ["ac4-declaration", "duty-payment"]
        switch sent.action {
        case .release: return kind == "authorised-warehousekeeper" ? taxed : nil
        case .receive(let name):
            let movement = movement(name, under: sent.number, arriving: true)
            let isPaid = movement.hasPrefix("26") && movement.dropLast().hasSuffix("P")
            let isCertified = certified[sent.number].map { "\($0)" <= sent.day } == true
            let tracked = tracksStockRecords ? ["stock-record"] : []
            switch kind {
            case "certified-consignee": return taxed + ["report-of-receipt"] + tracked
            case "authorised-warehousekeeper" where !isPaid: return ["report-of-receipt"]
            case "registered-consignee" where !isPaid: return taxed + ["report-of-receipt"]
            default: return isCertified ? taxed + ["report-of-receipt"] + tracked : nil
            }
        default: return nil
        }
    }

    /// Why these events must not follow from the message; nil if they may.
    func problem(
        with effects: [Reading],
        of sent: Sent.Excise,
        at time: Instant
    ) -> String? {
        switch sent.action {
        case .ask(let eori, _, _):
            let names = effects.map { $0["event"] ?? "" }
            let made = Request(effects[0])
            guard names == ["request.submitted", "particulars.stated"], made.status == "pending",
                made.eori == eori, isRegistered(eori), mayAsk(sent.person, eori, managing: true)
            else { return "an authorisation that nobody may ask for: \(names)" }
            return nil
        case .grant: return problem(with: effects, ofGrant: sent)
        case .decline, .giveBack: return problem(with: effects, ofDecision: sent)
        case .revoke: return problem(with: effects, ofRevocation: sent)
        case .appoint(let representative, let eori, let mandate):
            return problem(with: effects, ofMandate: mandate, for: eori, of: representative, sent)
        case .agree, .standIn: return problem(with: effects, ofYes: sent, at: time)
        case .end: return problem(with: effects, ofEnd: sent, at: time)
        case .say(let isAvailable): return problem(with: effects, ofNews: isAvailable)
        case .noteCertified:
            let names = effects.map { $0["event"] ?? "" }
            let authorisation = authorisations[sent.number]
            guard names == ["request.submitted", "particulars.stated"],
                certified[sent.number] == nil, let authorisation,
                authorisation.status == "active", manages(sent.person, authorisation.eori),
                ["authorised-warehousekeeper", "registered-consignee"].contains(authorisation.kind)
            else { return "a notice that must not count makes \(names)" }
            return nil
        case .decide(let action, let reference, let eori, let cents):
            return problem(with: effects, ofMoney: sent, action, on: reference, of: eori, cents)
        case .askBack: return problem(with: effects, ofAskingBack: sent)
        case .receive, .release, .dispatch, .meet, .announce, .enter:
            let effects = effects.filter { $0["event"] != "particulars.stated" }
            guard effects.first?["event"] == "request.submitted",
                effects.first?["status"] == "answered"
            else { return "a report is not answered" }
            return problem(with: Array(effects.dropFirst()), ofReport: sent, at: time)
        }
    }

    /// Notes what was said, and may be: what follows is judged by it.
    mutating func note(_ sent: Sent.Excise, _ events: [Reading], at time: Instant) {
        noteMoney(of: sent, events)
        if let side = side(of: sent) { sides[sent.request, default: []].insert(side) }
        if events.first?["event"] == "request.submitted" { said[sent.request] = sent }
        switch sent.action {
        case .appoint(_, let eori, _) where binds(sent.person, eori, whileRestricted: true):
            sides[sent.request] = [.represented]
        case .noteCertified: certified[sent.number] = CivilDate(sent.day)
        case .announce(let reference, let consignee):
            papers.append(
                Paper(
                    number: sent.number,
                    reference: reference,
                    request: sent.request,
                    consignee: consignee
                )
            )
        case .enter(let reference, let code):
            for index in papers.indices
            where papers[index].number == sent.number && papers[index].reference == reference {
                papers[index].code = code
            }
        default: break
        }
    }

    // MARK: - What the office decides

    private func problem(with effects: [Reading], ofGrant sent: Sent.Excise) -> String? {
        let names = effects.map { $0["event"] ?? "" }
        guard case .ask(let eori, let kind, let secured) = said[sent.request]?.action else {
            return "a grant of what nobody asked for"
        }
        let held = effects.last?.object("guarantee")
        guard
            names == ["request.changed", "authorisation.granted"]
                + (secured == nil ? [] : ["guarantee.held"]),
            secured == nil || held?["authorisation"] == sent.number && held?["eori"] == eori,
            secured != nil || kind == "registered-consignee",
            let before = requests[sent.request], before.isOpen,
            authorisations[sent.number] == nil,
            name(before.person) != sent.person, !holdsAccount(sent.person, eori),
            !restricted.contains(before.person), manages(name(before.person), eori),
            effects[1].object("authorisation")["number"] == sent.number,
            effects[1].object("authorisation")["eori"] == eori
        else { return "an authorisation that must not be: \(names)" }
        return nil
    }

    private func problem(with effects: [Reading], ofDecision sent: Sent.Excise) -> String? {
        let names = effects.map { $0["event"] ?? "" }
        guard let before = requests[sent.request], before.isOpen,
            name(before.person) != sent.person, !holdsAccount(sent.person, before.eori),
            ["authorisation", "guarantee-release"].contains(before.profile),
            names.first == "request.changed"
        else { return "a decision that nobody may take: \(names)" }
        guard sent.action == .giveBack else {
            return names.count == 1 && effects[0]["status"] == "rejected"
                ? nil : "a rejection makes \(names)"
        }
        guard effects[0]["status"] == "granted", names.count == 2,
            !restricted.contains(before.person)
        else { return "a return makes \(names)" }
        return problem(ofReturn: effects.last, to: before.eori)
    }

    private func problem(with effects: [Reading], ofRevocation sent: Sent.Excise) -> String? {
        let authorisation = authorisations[sent.number]
        let parties = [authorisation?.eori, authorisation?.counterparty].compactMap(\.self)
        guard !parties.contains(where: { holdsAccount(sent.person, $0) }) else {
            return "an official revokes what an own company has"
        }
        let names = effects.map { $0["event"] ?? "" }
        if names == ["nothing.to-change"] {
            return authorisation?.status == "active" ? "a revocation changes nothing" : nil
        }
        guard names.first == "authorisation.changed", authorisation?.status == "active",
            effects[0].object("authorisation")["status"] == "revoked",
            effects[0].object("authorisation")["number"] == sent.number
        else { return "a revocation makes \(names)" }
        return problem(withMandates: Array(effects.dropFirst()), endingWith: sent.number)
    }

    /// Why they must not follow from what is said of EMCS; nil if they may.
    private func problem(with effects: [Reading], ofNews isAvailable: Bool) -> String? {
        let names = effects.map { $0["event"] ?? "" }
        let isRight =
            isAvailable == isAway
            ? names.first == (isAvailable ? "outage.ended" : "outage.began")
                && names.dropFirst().allSatisfy { $0 == "cascade.begun" }
            : names == ["nothing.to-change"]
        return isRight ? nil : "that EMCS is \(isAvailable ? "back" : "away") makes \(names)"
    }

    private func problem(with effects: [Reading], ofAskingBack sent: Sent.Excise) -> String? {
        let names = effects.map { $0["event"] ?? "" }
        let made = Request(effects[0])
        guard let authorisation = authorisations[sent.number],
            names.starts(with: ["request.submitted", "particulars.stated"]),
            made.eori == authorisation.eori,
            mayAsk(sent.person, authorisation.eori, managing: true)
        else { return "money that nobody may ask back" }
        guard made.status == "granted" else {
            return made.status == "pending" && names.count == 2 ? nil : "asking makes \(names)"
        }
        guard releasesByRule, names.count == 3 else { return "a rule gives back \(names)" }
        return problem(ofReturn: effects.last, to: authorisation.eori)
    }
}
