import Domain

// Who may act for whom, as the contract has it.
extension AuditedRegister {
    /// One of the two that have to agree.
    enum Side: Hashable, CaseIterable {
        case represented
        case representative
    }

    /// No mandate is in force that not both sides have agreed to, or that has lost what it rests
    /// on.
    func mandatesInForce() -> [String] {
        authorisations.compactMap { number, mandate in
            guard let counterparty = mandate.counterparty, mandate.status == "active" else {
                return nil
            }
            if sides[mandate.request] != Set(Side.allCases) {
                return "mandate \(number) is in force without both sides"
            }
            if !isRegistered(counterparty) || !isRegistered(mandate.eori) {
                return "mandate \(number) outlives one of its sides"
            }
            return mandate.kind == "indirect-mandate" && !isAuthorised(mandate.eori)
                ? "mandate \(number) outlives its holder's authorisation" : nil
        }
    }

    /// Whether the operator acts for itself under a valid authorisation.
    func isAuthorised(_ eori: String, besides number: String = "") -> Bool {
        authorisations.contains {
            $0.key != number && $0.value.eori == eori && $0.value.counterparty == nil
                && $0.value.status == "active"
        }
    }

    /// The mandates that end with the authorisation.
    func mandates(restingOn number: String) -> Set<String> {
        guard let ended = authorisations[number], ended.counterparty == nil,
            !isAuthorised(ended.eori, besides: number)
        else { return [] }
        return Set(
            authorisations.filter {
                $0.value.kind == "indirect-mandate" && $0.value.status == "active"
                    && $0.value.eori == ended.eori
            }.keys
        )
    }

    func eori(of side: Side, in request: String) -> String? {
        guard case .appoint(let representative, let eori, _) = said[request]?.action else {
            return nil
        }
        return side == .represented ? eori : representative
    }

    /// Whether the person speaks for the operator in what binds it.
    func binds(_ person: String, _ eori: String, whileRestricted: Bool = false) -> Bool {
        accounts.values.contains {
            $0.eori == eori && name($0.person) == person && $0.isBinding
                && ($0.status == "active"
                    || whileRestricted && $0.status == "suspended"
                        && restricted.contains($0.person))
        }
    }

    /// The sides that the person may agree for now, of those that have not.
    func sides(openTo person: String, for eori: String?, in request: String) -> [Side] {
        Side.allCases.filter { side in
            guard sides[request]?.contains(side) != true,
                let party = self.eori(of: side, in: request)
            else { return false }
            return eori ?? party == party && binds(person, party)
        }
    }

    /// The side that nobody but the applicant binds, and the office may agree for.
    func sideLeftAlone(in request: String) -> Side? {
        let applicant = requests[request]?.person
        return Side.allCases.first { side in
            guard sides[request]?.contains(side) != true, let party = eori(of: side, in: request)
            else { return false }
            return !accounts.values.contains {
                $0.eori == party && $0.isBinding && $0.person != applicant
                    && ["active", "provisioning"].contains($0.status)
            }
        }
    }

    /// The side for which a yes counts; nil for none.
    func side(of sent: Sent.Excise) -> Side? {
        switch sent.action {
        case .agree(let eori):
            let open = sides(openTo: sent.person, for: eori, in: sent.request)
            return open.count == 1 ? open[0] : nil
        case .standIn: return sideLeftAlone(in: sent.request)
        default: return nil
        }
    }

    // MARK: - What was applied

    func problem(
        with effects: [Reading],
        ofMandate mandate: Sent.Excise.Mandate,
        for eori: String,
        of representative: String,
        _ sent: Sent.Excise
    ) -> String? {
        let made = Request(effects[0])
        let names = effects.map { $0["event"] ?? "" }
        let isAsking = openRequests(eori).contains { $0.profile == "authorisation" }
        guard names == ["request.submitted", "particulars.stated"], made.status == "pending",
            made.eori == eori, eori != representative, isRegistered(eori),
            isRegistered(representative), mayAsk(sent.person, eori, managing: true),
            mandate.kind == "direct" || isAuthorised(representative),
            !mandate.scope.contains("emcs") || isAuthorised(eori) || isAsking
        else { return "a mandate that nobody may ask for: \(names)" }
        return nil
    }

    func problem(
        with effects: [Reading],
        ofYes sent: Sent.Excise,
        at time: Instant
    ) -> String? {
        guard let before = requests[sent.request], before.isOpen, let side = side(of: sent),
            name(before.person) != sent.person, !restricted.contains(before.person)
        else { return "a yes to a mandate that nobody may give" }
        if sent.action == .standIn,
            Side.allCases.contains(where: { side in
                eori(of: side, in: sent.request).map { holdsAccount(sent.person, $0) } != false
            })
        {
            return "an official agrees for an own company"
        }
        let after = Request(effects[0])
        let names = effects.map { $0["event"] ?? "" }
        guard sides[sent.request, default: []].union([side]).count == 2 else {
            return names == ["request.changed"] && after.status == "pending"
                ? nil : "the first yes makes \(names)"
        }
        let granted = effects.last.map { Authorisation($0.object("authorisation")) }
        guard names == ["request.changed", "authorisation.granted"], after.status == "granted",
            granted?.eori == eori(of: .representative, in: sent.request),
            granted?.counterparty == eori(of: .represented, in: sent.request),
            granted?.validFrom.map({ $0 >= LuxembourgCalendar.date(at: time) }) == true
        else { return "the second yes makes \(names)" }
        return nil
    }

    func problem(
        with effects: [Reading],
        ofEnd sent: Sent.Excise,
        at time: Instant
    ) -> String? {
        let names = effects.map { $0["event"] ?? "" }
        let after = effects.last.map { Authorisation($0.object("authorisation")) }
        guard names == ["request.submitted", "authorisation.changed"],
            let before = authorisations[sent.number], let counterparty = before.counterparty,
            before.status == "active",
            manages(sent.person, before.eori) || manages(sent.person, counterparty),
            after?.status == "active", let day = after?.revokedOn, "\(day)" == sent.day,
            day >= LuxembourgCalendar.date(at: time),
            [before.validUntil, before.revokedOn].compactMap(\.self).allSatisfy({ day < $0 })
        else { return "the end of a mandate makes \(names)" }
        return nil
    }

    /// Why these must not follow from the end of an authorisation besides that; nil if they may.
    func problem(withMandates events: [Reading], endingWith number: String) -> String? {
        let ended = events.map { $0.object("authorisation") }
        let due = mandates(restingOn: number)
        let isRight =
            ended.count == due.count && Set(ended.map { $0["number"] ?? "" }) == due
            && zip(events, ended).allSatisfy {
                $0["event"] == "authorisation.changed" && $1["status"] == "revoked"
            }
        return isRight ? nil : "with \(number) end \(ended.map { $0["number"] ?? "" })"
    }

    /// Why these must not follow from the timer besides what it is for; nil if they may.
    func problem(with others: [Reading], besidesTimer cause: String) -> String? {
        guard cause.hasPrefix("timer:lapse:") else {
            return others.isEmpty ? nil : "several events"
        }
        let number = String(cause.dropFirst("timer:lapse:".count))
        return problem(withMandates: others, endingWith: number)
    }

    // MARK: - Acting for an operator

    /// Whether the person may say this under the authorisation: as one of the operator's own, or by
    /// a mandate that is in force on that day, for that and in that form.
    func mayReport(_ sent: Sent.Excise, scope: String, on days: [CivilDate?]) -> Bool {
        guard let authorisation = authorisations[sent.number] else { return false }
        guard let stated = sent.representation else {
            return mayAsk(sent.person, authorisation.eori, managing: false)
        }
        guard let mandate = authorisations[stated.mandate],
            mandate.counterparty == authorisation.eori,
            mandate.kind == "\(stated.kind)-mandate", mandate.scope.contains(scope),
            days.allSatisfy({ $0.map(mandate.isInForce) == true })
        else { return false }
        return mayAsk(sent.person, mandate.eori, managing: false)
    }

    /// With an active account, or one that is suspended while the person has restricted the data.
    func mayAsk(_ person: String, _ eori: String, managing: Bool) -> Bool {
        accounts.values.contains {
            $0.eori == eori && name($0.person) == person && ($0.manages || !managing)
                && ($0.status == "active"
                    || $0.status == "suspended" && restricted.contains($0.person))
        }
    }
}

extension AuditedRegister.Account {
    /// Whether its holder binds the operator.
    fileprivate var isBinding: Bool { ["legal-representative", "natural-person"].contains(role) }
}
