import Domain

// What applicants hand in, and what is looked up for it.
extension AuditedRegister {
    // MARK: - Looking up

    func isOpen(_ request: String) -> Bool { requests[request]?.isOpen == true }

    /// What becomes of a message that is not refused: it waits for its request, or a rule answers.
    func outcome(ofAsking content: Sent.Content) -> String {
        guard case .dossier(let sent) = content else { return "applied" }
        switch sent.action {
        case .supplement where requests[sent.request] == nil,
            .withdraw where requests[sent.request] == nil:
            return "deferred"
        case .passOn(let relief, _) where requests[relief] == nil: return "deferred"
        case .relief(let goods): return isRejected(goods, sent) ? "rejected" : "applied"
        default: return "applied"
        }
    }

    func isApplicant(_ person: String, of request: String) -> Bool {
        requests[request].map { name($0.person) == person } ?? false
    }

    /// What of the kind is still to be done by whoever made the request.
    func running(_ kind: String, of request: String) -> Obligation? {
        obligations.values.first { $0.request == request && $0.kind == kind && $0.isRunning }
    }

    /// The requests of the person for the vehicle.
    private func requests(for vin: String, _ person: String) -> [String] {
        dossiers.filter { request, dossier in
            dossier.vehicle?.vin == vin && isApplicant(person, of: request)
        }.map(\.key)
    }

    func hasOpen(_ vin: String, _ person: String) -> Bool {
        requests(for: vin, person).contains(where: isOpen)
    }

    func registrationDuties(of vin: String, _ person: String) -> [Obligation] {
        requests(for: vin, person).compactMap { running("vehicle-registration", of: $0) }
    }

    func hasRelief(_ request: String, for vin: String, _ person: String) -> Bool {
        requests[request]?.status == "granted" && isApplicant(person, of: request)
            && dossiers[request]?.goods?.vin == vin
    }

    /// Whether another vehicle has the number: a personalised one moves with its holder.
    func isTaken(_ plate: String?, for request: String) -> Bool {
        let isMoved = plate != nil && dossiers[request]?.vehicle?.number == plate
        return dossiers.contains { other, dossier in
            other != request && plate != nil && dossier.plate == plate
                && !(isMoved && requests[other]?.person == requests[request]?.person)
        }
    }

    func mayPassOn(_ relief: String, on day: CivilDate, _ person: String) -> Bool {
        guard dossiers[relief]?.goods != nil, isApplicant(person, of: relief),
            let duty = obligations.values.first(where: {
                $0.request == relief && $0.kind == "no-transfer"
            })
        else { return false }
        return duty.arisenOn <= "\(day)" && "\(day)" <= duty.dueOn
    }

    // MARK: - Supplements

    func effects(of supplement: Sent.Dossier.Supplement, _ sent: Sent.Dossier) -> Effects? {
        guard let request = requests[sent.request], let dossier = dossiers[sent.request],
            isApplicant(sent.person, of: sent.request),
            isSuitable(supplement, for: dossier, sent.request)
        else { return nil }
        let hasFields = supplement.arrivedOn != nil || supplement.establishedOn != nil
        let said = ["supplement.received"] + (hasFields ? ["particulars.stated"] : [])
        let shown = shown(by: supplement, sent.request)
        // What was undertaken outlives the grant.
        if request.status == "granted", !shown.isEmpty { return Effects(said + shown) }
        guard request.isOpen,
            request.status == "awaiting-information"
                || isAwaited(supplement, dossier, sent.request)
        else { return nil }
        let applicant = sent.person
        let duty =
            supplement.arrivedOn == nil
                || dossier.vehicle.map({ registrationDuties(of: $0.vin, applicant).isEmpty })
                    != true
            ? [] : ["obligation.opened vehicle-registration"]
        return Effects(said + ["request.changed"] + shown + duty, "pending")
    }

    /// Whether it says what is asked for there, and of days that have been.
    private func isSuitable(
        _ supplement: Sent.Dossier.Supplement,
        for dossier: Dossier,
        _ request: String
    ) -> Bool {
        guard let vehicle = dossier.vehicle else {
            guard supplement.arrivedOn == nil else { return false }
            guard let day = supplement.establishedOn else { return true }
            return day <= today
                && (!isOpen(request) || isEstablishmentAwaited(dossier, request))
        }
        guard supplement.establishedOn == nil else { return false }
        guard let day = supplement.arrivedOn else { return true }
        return dossier.arrivedOn == nil && day <= today && vehicle.firstRegisteredOn <= day
    }

    private func isEstablishmentAwaited(_ dossier: Dossier, _ request: String) -> Bool {
        guard let known = dossier.establishedOn else { return true }
        return known > today || running("residence-undertaking", of: request) != nil
    }

    /// Whether it shows something that is asked for, or explains what is the matter.
    func isAwaited(
        _ supplement: Sent.Dossier.Supplement,
        _ dossier: Dossier,
        _ request: String
    ) -> Bool {
        var after = dossier
        after.papers += supplement.papers
        return !dossier.findings.isEmpty || dossier.states(on: today) != after.states(on: today)
            || supplement.arrivedOn != nil && dossier.arrivedOn == nil
            || supplement.establishedOn != nil && dossier.goods != nil
                && isEstablishmentAwaited(dossier, request)
            || supplement.papers.contains { $0.kind == "marriage-certificate" }
                && running("marriage-proof", of: request) != nil
    }

    /// What was undertaken, and is shown to be done.
    private func shown(by supplement: Sent.Dossier.Supplement, _ request: String) -> [String] {
        guard dossiers[request]?.goods != nil else { return [] }
        var shown: [String] = []
        if supplement.establishedOn != nil,
            running("residence-undertaking", of: request) != nil
        {
            shown.append("obligation.changed met residence-undertaking")
        }
        if supplement.papers.contains(where: { $0.kind == "marriage-certificate" }),
            let proof = running("marriage-proof", of: request), proof.arisenOn <= "\(today)"
        {
            shown.append("obligation.changed met marriage-proof")
        }
        return shown
    }

    // MARK: - Taking over

    /// Notes what was said, and may be: what follows is judged by it.
    mutating func note(_ sent: Sent.Dossier) {
        switch sent.action {
        case .importing, .relief:
            var dossier = Dossier(sent, on: today)
            if !dossier.isExempt { dossier.advance(on: today) }
            dossiers[sent.request] = dossier
        case .decide(let decision) where decision.outcome == "granted":
            note(decision, sent.request)
        case .supplement(let supplement):
            dossiers[sent.request]?.papers += supplement.papers
            if let day = supplement.arrivedOn { dossiers[sent.request]?.arrivedOn = day }
            if let day = supplement.establishedOn { dossiers[sent.request]?.establishedOn = day }
            dossiers[sent.request]?.advance(on: today)
        case .charge(let kind, let cents, _): dossiers[sent.request]?.charged[kind] = cents
        case .pay(let kind, let cents, _):
            dossiers[sent.request]?.paid[kind, default: 0] += cents
        default: break
        }
    }

    private mutating func note(_ decision: Sent.Dossier.Decision, _ request: String) {
        guard var dossier = dossiers[request] else { return }
        dossier.yeses.append(decision.role)
        if let step = dossier.step { dossier.passed.append(step) }
        if decision.isProvisional { dossier.passed.append("provisional") }
        dossier.acceptedOn = decision.acceptedOn ?? dossier.acceptedOn
        dossier.plate = decision.plate
        dossiers[request] = dossier
    }

    /// What is wrong with a request that has just changed, whoever brought it about.
    mutating func judge(_ identifier: String, _ request: Request) -> [String] {
        guard ["vehicle", "relief"].contains(request.procedure),
            request.profile != "transfer-notice"
        else { return [] }
        guard let dossier = dossiers[identifier] else { return ["\(identifier) is nobody's"] }
        dossiers[identifier]?.told[request.revision] = dossier.told(request, on: today)
        var findings: [String] = []
        if request.approvals != dossier.passed {
            findings.append("\(identifier) has passed \(request.approvals), not \(dossier.passed)")
        }
        let path =
            dossier.vehicle == nil
            ? ["customs-authority"]
            : ["customs-authority", "vehicle-authority"]
        let isAgreed =
            dossier.vehicle == nil
            ? Set(dossier.yeses) == Set(path) : dossier.yeses == path
        if request.status == "granted", !isAgreed {
            findings.append("\(identifier) is granted by \(dossier.yeses)")
        }
        if request.status == "not-required", !dossier.isExempt {
            findings.append("\(identifier) is exempt for no reason")
        }
        // Nobody is reminded of what the applicant is to do.
        let isApplicants = dossier.step.map { Dossier.deciders[$0] == nil } ?? false
        if request.isOpen, isApplicants, request.remindAt != nil {
            findings.append("\(identifier) has a reminder, and waits for its applicant")
        }
        return findings
    }
}
