import Domain

// Vehicles, relief and travellers, as the contract has them.
extension AuditedRegister {
    /// What the message brings about, in words that are sorted, and the status that its request
    /// has then, if it has another.
    struct Effects: Equatable {
        var words: [String]
        var status: String?

        init(_ words: [String], _ status: String? = nil) {
            self.words = words.sorted()
            self.status = status
        }
    }

    /// Why these events must not follow from the message; nil if they may.
    func problem(with effects: [Reading], of sent: Sent.Dossier) -> String? {
        let words = effects.map(\.word)
        guard let due = self.effects(of: sent) else { return "what must not count makes \(words)" }
        let touched = effects.first {
            ["request.submitted", "request.changed"].contains($0["event"])
        }
        let found = Effects(words, touched?["status"])
        guard found == due else { return "\(found) instead of \(due)" }
        guard let touched else { return nil }
        let made = Request(touched)
        let isOwn = effects.allSatisfy { event in
            let record = event.object("obligation")
            return event["request"] ?? record["request"] == sent.request
                || (event["change"] == "met" && isRegistrationDuty(record["id"] ?? ""))
        }
        guard isOwn else { return "something else changes" }
        guard touched["event"] == "request.submitted" else { return nil }
        return made.revision == 1 && name(made.person) == sent.person && made.eori.isEmpty
            ? nil : "the request is not the one that was sent"
    }

    private func isRegistrationDuty(_ identifier: String) -> Bool {
        obligations[identifier]?.kind == "vehicle-registration"
    }

    /// What follows from the message now; nil if it must not count.
    private func effects(of sent: Sent.Dossier) -> Effects? {
        switch sent.action {
        case .importing(let vehicle): effects(ofImporting: vehicle, sent)
        case .relief(let goods): effects(ofAskingFor: goods, sent)
        case .declare:
            requests[sent.request] == nil
                ? Effects(["request.submitted", "request.answered"], "answered") : nil
        case .passOn(let relief, let day):
            requests[sent.request] == nil && mayPassOn(relief, on: day, sent.person)
                ? Effects(["request.submitted", "particulars.stated"], "answered") : nil
        case .decide(let decision): effects(of: decision, sent)
        case .supplement(let supplement): effects(of: supplement, sent)
        case .withdraw:
            isOpen(sent.request) && isApplicant(sent.person, of: sent.request)
                ? Effects(["request.changed"] + lifted(sent.request), "withdrawn") : nil
        case .charge(let kind, let cents, let day):
            effects(ofCharging: kind, cents, on: day, sent)
        case .pay(let kind, let cents, let day):
            day <= today ? effects(ofPaying: kind, cents, sent) : nil
        }
    }

    // MARK: - Asking

    private func effects(
        ofImporting vehicle: Sent.Dossier.Vehicle,
        _ sent: Sent.Dossier
    ) -> Effects? {
        guard requests[sent.request] == nil, !hasOpen(vehicle.vin, sent.person) else { return nil }
        let made = ["request.submitted", "particulars.stated"]
        guard vehicle.situation != "student" else { return Effects(made, "not-required") }
        if let relief = vehicle.relief, !hasRelief(relief, for: vehicle.vin, sent.person) {
            return nil
        }
        if let arrivedOn = vehicle.arrivedOn {
            guard arrivedOn <= today, vehicle.firstRegisteredOn <= arrivedOn else { return nil }
        }
        return Effects(
            made + (vehicle.papers.isEmpty ? [] : ["documents.named"])
                + dutyToRegister(vehicle, arrivedOn: vehicle.arrivedOn, sent.person),
            "pending"
        )
    }

    /// It arises once, with the arrival.
    private func dutyToRegister(
        _ vehicle: Sent.Dossier.Vehicle,
        arrivedOn: CivilDate?,
        _ person: String
    ) -> [String] {
        arrivedOn == nil || !registrationDuties(of: vehicle.vin, person).isEmpty
            ? [] : ["obligation.opened vehicle-registration"]
    }

    private func effects(
        ofAskingFor goods: Sent.Dossier.Goods,
        _ sent: Sent.Dossier
    ) -> Effects? {
        guard requests[sent.request] == nil else { return nil }
        let made = ["request.submitted", "particulars.stated"]
        guard !goods.isFromUnion else { return Effects(made, "not-required") }
        return Effects(
            made + (goods.papers.isEmpty ? [] : ["documents.named"]),
            isRejected(goods, sent) ? "rejected" : "pending"
        )
    }

    /// Whether a rule rejects it, where the installation says so.
    func isRejected(_ goods: Sent.Dossier.Goods, _ sent: Sent.Dossier) -> Bool {
        rejectsByRule && !goods.isFromUnion && !goods.isSpecial
            && Dossier(sent, on: today).findings.contains("too-short-abroad")
    }

    // MARK: - Decisions

    /// The authority whose step it is.
    func decider(of request: String) -> String? {
        guard let dossier = dossiers[request] else { return nil }
        guard dossier.vehicle != nil else { return "customs-authority" }
        return dossier.step.flatMap { Dossier.deciders[$0] }
    }

    private func effects(
        of decision: Sent.Dossier.Decision,
        _ sent: Sent.Dossier
    ) -> Effects? {
        guard let before = requests[sent.request], before.isOpen,
            let dossier = dossiers[sent.request], name(before.person) != sent.person,
            decision.role == decider(of: sent.request),
            decision.revision.map({ $0 == before.revision }) ?? true
        else { return nil }
        switch decision.outcome {
        case "rejected": return Effects(["request.changed"] + lifted(sent.request), "rejected")
        case "information-requested":
            return Effects(["request.changed"], "awaiting-information")
        default:
            guard !restricted.contains(before.person), hasItsTerms(decision, dossier),
                decision.acceptedOn.map({ $0 <= today }) ?? true
            else { return nil }
            return dossier.vehicle.map { grant(of: $0, dossier, decision, sent) }
                ?? grant(ofRelief: dossier, decision, sent)
        }
    }

    /// Whether the yes states all that it needs, and nothing that it does not.
    func hasItsTerms(_ decision: Sent.Dossier.Decision, _ dossier: Dossier) -> Bool {
        guard decision.waived.allSatisfy(Dossier.isWaivable) else { return false }
        guard dossier.vehicle != nil else {
            return decision.plate == nil && !decision.hasReference
                && (!decision.isProvisional
                    || dossier.goods?.profile != "pet" && decision.waived.isEmpty
                        && !dossier.isProvisional && !dossier.missing(on: today).isEmpty)
        }
        guard !decision.isProvisional, decision.acceptedOn == nil else { return false }
        return dossier.step == "customs"
            ? decision.hasReference && decision.plate == nil && decision.waived.isEmpty
            : decision.plate != nil && !decision.hasReference
    }

    /// Papers without which nothing is granted.
    func lacking(_ decision: Sent.Dossier.Decision, _ dossier: Dossier) -> [String] {
        dossier.missing(on: today).filter { !decision.waived.contains($0) }
    }

    private func grant(
        of vehicle: Sent.Dossier.Vehicle,
        _ dossier: Dossier,
        _ decision: Sent.Dossier.Decision,
        _ sent: Sent.Dossier
    ) -> Effects? {
        let said = ["request.changed", "particulars.stated"]
        guard dossier.step == "file" else { return Effects(said, "pending") }
        guard lacking(decision, dossier).isEmpty, !isTaken(decision.plate, for: sent.request)
        else { return nil }
        let applicant = name(requests[sent.request]?.person ?? "")
        return Effects(
            said
                + registrationDuties(of: vehicle.vin, applicant)
                .map { _ in "obligation.changed met vehicle-registration" }
                + ["obligation.opened road-tax-disc", "obligation.opened road-tax"],
            "granted"
        )
    }

    private func grant(
        ofRelief dossier: Dossier,
        _ decision: Sent.Dossier.Decision,
        _ sent: Sent.Dossier
    ) -> Effects? {
        let accepted = decision.acceptedOn ?? (decision.isProvisional ? nil : dossier.acceptedOn)
        let undertaken = undertakings(dossier, acceptedOn: accepted ?? today, sent.request)
        guard decision.isProvisional else {
            guard lacking(decision, dossier).isEmpty else { return nil }
            let papers = running("relief-documents", of: sent.request)
            return Effects(
                ["request.changed", "particulars.stated", "obligation.opened no-transfer"]
                    + (papers == nil ? [] : ["obligation.changed met relief-documents"])
                    + undertaken,
                "granted"
            )
        }
        return Effects(
            ["request.changed", "obligation.opened relief-documents"]
                + (decision.acceptedOn == nil ? [] : ["particulars.stated"]) + undertaken,
            "pending"
        )
    }

    /// What whoever has goods come first is to do afterwards, once.
    private func undertakings(
        _ dossier: Dossier,
        acceptedOn: CivilDate,
        _ request: String
    ) -> [String] {
        guard let goods = dossier.goods else { return [] }
        func isKnown(_ kind: String) -> Bool {
            obligations.values.contains { $0.request == request && $0.kind == kind }
        }
        switch goods.profile {
        case "household-goods", "vehicle":
            let isFirst =
                dossier.establishedOn.map { acceptedOn < $0 }
                ?? (goods.profile == "household-goods")
            return isFirst && !isKnown("residence-undertaking")
                ? ["obligation.opened residence-undertaking"] : []
        case "wedding":
            let isFirst = goods.marriedOn.map { acceptedOn < $0 } ?? false
            return isFirst && !isKnown("marriage-proof")
                ? ["obligation.opened marriage-proof"] : []
        default: return []
        }
    }

    /// Without relief there is nothing to keep.
    private func lifted(_ request: String) -> [String] {
        guard dossiers[request]?.goods != nil else { return [] }
        return obligations.values.filter { $0.request == request && $0.isRunning }
            .map { "obligation.changed not-due \($0.kind)" }
    }

    // MARK: - Money

    private func effects(
        ofCharging kind: String,
        _ cents: Int64,
        on day: CivilDate,
        _ sent: Sent.Dossier
    ) -> Effects? {
        guard isPayable(kind, sent), kind != "deposit" else { return nil }
        guard let tax = running("road-tax", of: sent.request) else {
            return Effects(["particulars.stated"])
        }
        if dossiers[sent.request].map({ $0.paid[kind, default: 0] >= cents }) == true {
            return Effects(["particulars.stated"] + taxIsMet(sent.request))
        }
        let isMoved = "\(LuxembourgCalendar.workingDay(notBefore: day))" != tax.dueOn
        return Effects(
            ["particulars.stated"] + (isMoved ? ["obligation.changed postponed road-tax"] : [])
        )
    }

    /// What is owed is what was charged less what was paid; with the last cent the duty is met.
    private func effects(
        ofPaying kind: String,
        _ cents: Int64,
        _ sent: Sent.Dossier
    ) -> Effects? {
        guard isPayable(kind, sent), let dossier = dossiers[sent.request] else { return nil }
        let owed = dossier.charged[kind].map { $0 - dossier.paid[kind, default: 0] }
        let isCovered = owed.map { $0 <= cents } ?? true
        return Effects(
            ["particulars.stated"]
                + (kind == "road-tax" && isCovered ? taxIsMet(sent.request) : [])
        )
    }

    private func taxIsMet(_ request: String) -> [String] {
        ["road-tax", "road-tax-disc"].filter { running($0, of: request) != nil }
            .map { "obligation.changed met \($0)" }
    }

    /// Whether something of the kind is to be paid now, and the official may say so.
    func isPayable(_ kind: String, _ sent: Sent.Dossier) -> Bool {
        guard let request = requests[sent.request], let dossier = dossiers[sent.request],
            name(request.person) != sent.person
        else { return false }
        return switch kind {
        case "road-tax": request.status == "granted" && running(kind, of: sent.request) != nil
        case "charges": dossier.goods != nil && request.status == "granted"
        default: request.isOpen && dossier.isProvisional
        }
    }
}

extension Reading {
    /// What happens by it, such as `obligation.changed met road-tax`.
    fileprivate var word: String {
        [
            self["event"], self["event"] == "obligation.changed" ? self["change"] : nil,
            object("obligation")["kind"],
        ].compactMap(\.self).joined(separator: " ")
    }
}
