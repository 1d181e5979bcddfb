import Domain

// What is refused of what is said of vehicles and relief, and who is mailed, as the contract has
// it.
extension AuditedRegister {
    /// Whether the message is one that is refused with this code now.
    func justifies(_ code: String, _ sent: Sent.Dossier) -> Bool {
        switch code {
        case "request-exists":
            switch sent.action {
            case .importing(let vehicle):
                return requests[sent.request] != nil || hasOpen(vehicle.vin, sent.person)
            case .relief, .declare, .passOn: return requests[sent.request] != nil
            default: return false
            }
        case "own-request":
            return isByOffice(sent) && isApplicant(sent.person, of: sent.request)
        case "request-closed":
            return !isByOffice(sent) || isDecision(sent)
                ? requests[sent.request]?.isOpen == false : false
        default: break
        }
        switch sent.action {
        case .importing(let vehicle):
            return code == "not-eligible"
                ? vehicle.relief.map { !hasRelief($0, for: vehicle.vin, sent.person) } ?? false
                : code == "date-out-of-range" && vehicle.arrivedOn != nil
        case .relief, .declare: return false
        case .passOn(let relief, let day):
            let isOwn = dossiers[relief]?.goods != nil && isApplicant(sent.person, of: relief)
            return code == "not-authorised"
                ? !isOwn : code == "not-awaited" && !mayPassOn(relief, on: day, sent.person)
        case .decide(let decision): return justifies(code, decision, sent)
        case .supplement(let supplement): return justifies(code, supplement, sent)
        case .withdraw:
            return code == "not-authorised" && !isApplicant(sent.person, of: sent.request)
        case .charge(let kind, _, _): return code == "not-awaited" && !isPayable(kind, sent)
        case .pay(let kind, _, let day):
            return code == "not-awaited"
                ? !isPayable(kind, sent) : code == "date-out-of-range" && day > today
        }
    }

    private func isByOffice(_ sent: Sent.Dossier) -> Bool {
        switch sent.action {
        case .decide, .charge, .pay: true
        default: false
        }
    }

    private func isDecision(_ sent: Sent.Dossier) -> Bool {
        if case .decide = sent.action { true } else { false }
    }

    private func justifies(
        _ code: String,
        _ decision: Sent.Dossier.Decision,
        _ sent: Sent.Dossier
    ) -> Bool {
        guard let request = requests[sent.request], let dossier = dossiers[sent.request] else {
            return false
        }
        let isGrant = decision.outcome == "granted"
        switch code {
        case "not-authorised": return decision.role != decider(of: sent.request)
        case "step-not-reached":
            return Dossier.deciders.contains { step, role in
                role == decision.role && dossier.step != step && !dossier.passed.contains(step)
            }
        case "person-restricted": return isGrant && restricted.contains(request.person)
        case "stale-revision":
            return decision.revision.map { $0 != request.revision } ?? false
        case "date-out-of-range": return decision.acceptedOn.map { $0 > today } ?? false
        case "documents-missing": return isGrant && !lacking(decision, dossier).isEmpty
        case "plate-taken": return isGrant && isTaken(decision.plate, for: sent.request)
        case "not-eligible": return isGrant && !hasItsTerms(decision, dossier)
        case "schema":
            return isGrant && dossier.vehicle != nil
                && (dossier.step == "customs" ? !decision.hasReference : decision.plate == nil)
        default: return false
        }
    }

    private func justifies(
        _ code: String,
        _ supplement: Sent.Dossier.Supplement,
        _ sent: Sent.Dossier
    ) -> Bool {
        guard let dossier = dossiers[sent.request] else { return false }
        switch code {
        case "not-authorised": return !isApplicant(sent.person, of: sent.request)
        case "not-awaited": return effects(of: supplement, sent) == nil
        case "not-eligible":
            return dossier.vehicle == nil
                ? supplement.arrivedOn != nil : supplement.establishedOn != nil
        case "date-out-of-range":
            return supplement.arrivedOn != nil
                || supplement.establishedOn.map { $0 > today } == true
        default: return false
        }
    }

    // MARK: - Mails

    /// How often each mail follows from the event, which was taken over.
    func dossierMails(after event: Reading) -> [String: Int] {
        let procedure = event["procedure"] ?? ""
        let request = event["request"] ?? ""
        switch event["event"] {
        case "request.answered": return ["\(request) traveller.answered": 1]
        case "request.submitted", "request.changed":
            guard ["vehicle", "relief"].contains(procedure) else { return [:] }
            var mails = ["\(request) \(procedure).\(template(after: event))": 1]
            mails["\(request) \(procedure)."] = nil
            guard dossiers[request]?.paid["deposit"] != nil else { return mails }
            // Money that was held comes back, or is kept.
            switch event["status"] {
            case "granted":
                mails["\(request) relief.deposit-back"] = 1
                mails["\(request) relief.deposit-release"] = 1
            case "rejected": mails["\(request) relief.deposit-kept"] = 1
            default: break
            }
            return mails
        case "request.reminded":
            guard ["vehicle", "relief"].contains(procedure), isToldOf(request) else { return [:] }
            return ["\(request) \(procedure).reminder": 1]
        default: return [:]
        }
    }

    /// What the applicant is told of a status, or customs of a notice; empty for nothing.
    private func template(after event: Reading) -> String {
        let isVehicle = event["procedure"] == "vehicle"
        let isApplicants = event["by"] == "applicant"
        switch (event["event"], event["status"] ?? "") {
        case ("request.submitted", "answered"): return "transfer-noticed"
        case ("request.changed", "pending") where isVehicle:
            return isApplicants ? "step" : "cleared"
        case ("request.changed", "pending"): return isApplicants ? "" : "provisional"
        case (_, "awaiting-information"): return "information-requested"
        case (_, let status): return status
        }
    }

    /// - Parameter change: Nil for one that arose.
    func dossierMails(
        about obligation: Obligation,
        _ change: String?,
        by originator: String?
    ) -> (mail: String, count: Int)? {
        let isOverdue = obligation.status == "overdue" && [nil, "overdue"].contains(change)
        let template: String
        var count = 1
        switch (obligation.kind, change) {
        case ("vehicle-registration", _) where isOverdue: template = "vehicle.deadline-overdue"
        case ("vehicle-registration", "reminded"): template = "vehicle.deadline-reminder"
        case ("road-tax-disc", "reminded"): template = "vehicle.road-tax-reminder"
        case ("road-tax", "reminded"): template = "vehicle.immobilisation"
        case ("no-transfer", "reminded"): template = "relief.no-transfer-reminder"
        case ("no-transfer", "met") where originator?.hasPrefix("timer") == true:
            template = "relief.no-transfer-over"
        case (_, "reminded"): template = "relief.documents-reminder"
        case (_, _) where isOverdue && obligation.procedure == "relief":
            template = "relief.documents-overdue"
            // The office is told as well.
            count = isToldOf(obligation.request) ? 2 : 1
        default: return nil
        }
        return ("\(obligation.request) \(template)", count)
    }
}
