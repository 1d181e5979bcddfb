import Domain

// Who may bring about what, as the contract has it. Asked before the events are taken over.
extension AuditedRegister {
    // MARK: - What was applied

    /// Why these events must not follow from the message; nil if they may.
    func problem(
        with events: [Reading],
        of content: Sent.Content,
        at time: Instant
    ) -> String? {
        let own = events.filter { $0["event"] != "person.recorded" }
            .filter { $0["event"] != "provisioning.superseded" && !isHandOver($0) }
        let effects = own.filter { !$0.isWithdrawnByRule }
        if let problem = problem(withWithdrawals: own.filter(\.isWithdrawnByRule), after: effects) {
            return problem
        }
        guard let first = effects.first else { return "nothing but a person follows" }
        let names = effects.map { $0["event"] ?? "" }
        switch content {
        case .registration(let registration):
            guard names == ["request.submitted"] else { return "a registration makes \(names)" }
            return problem(with: first, of: registration)
        case .decision(let decision):
            return problem(with: effects, of: decision)
        case .supplement(let request, let person):
            guard names == ["supplement.received", "request.changed"] else {
                return "a supplement makes \(names)"
            }
            guard isOwn(request, person), requests[request]?.status == "awaiting-information",
                effects[1]["request"] == request, effects[1]["status"] == "pending"
            else { return "a supplement that nobody asked for counts" }
            return nil
        case .withdrawal(let request, let person):
            guard names == ["request.changed"], isOwn(request, person),
                requests[request]?.isOpen == true, first["request"] == request,
                first["status"] == "withdrawn"
            else { return "a withdrawal that must not count does" }
            return nil
        case .management(let management): return problem(with: effects, of: management)
        case .right(let right): return problem(with: effects, of: right)
        case .excise(let excise): return problem(with: effects, of: excise, at: time)
        case .dossier(let dossier): return problem(with: effects, of: dossier)
        case .preview:
            return names == ["preview.answered"] ? nil : "that something is asked makes \(names)"
        case .report(let account, _, let status):
            return problem(with: effects, ofReport: status, about: account)
        case .rubbish(let reason): return "rubbish (\(reason)) has effects"
        }
    }

    /// Whether an account that is out of use gives its user to a newer one of the same person.
    private func isHandOver(_ event: Reading) -> Bool {
        guard event["event"] == "account.changed", event["change"] == "handed-over",
            let account = accounts[event["account"] ?? ""]
        else { return false }
        return !account.stands && account == Account(event)
    }

    /// Why these events must not follow from the clock or a confirmation; nil if they may.
    func problem(with events: [Reading], ofTimer cause: String, at time: Instant) -> String? {
        if cause.hasPrefix("timer:provisioning:") {
            let account = String(cause.dropFirst("timer:provisioning:".count))
            return problem(with: events, ofReport: nil, about: account)
        }
        if cause.hasPrefix("timer:follow:emcs:") { return problem(withFollowing: events) }
        guard let event = events.first else { return "no event" }
        let others = Array(events.dropFirst())
        if let problem = problem(with: others, besidesTimer: cause) { return problem }
        if cause.hasPrefix("timer:") {
            guard let due = dueAt(ofTimer: cause), due <= time.description else {
                return "\(cause) is done before its time, or twice"
            }
            if let ofDuty = problem(with: event, ofDutyTimer: cause, at: time) { return ofDuty }
            return problem(with: event, ofRequestTimer: cause, at: time)
        }
        let account = String(cause.dropFirst("confirmation:".count))
        guard accounts[account]?.status == "provisioning", event["account"] == account,
            event["status"] == "active"
        else { return "an account is active that must not be" }
        return nil
    }

    private func problem(
        with event: Reading,
        ofRequestTimer cause: String,
        at time: Instant
    ) -> String? {
        let request = event["request"] ?? ""
        guard let before = requests[request], before.isOpen, cause.hasSuffix(request) else {
            return "the clock touches a request that is closed, or another one"
        }
        let isOver = before.expireAt.map { $0 <= time.description } ?? false
        let after = Request(event)
        let isAlone = approverCount(request) == 0
        let isRight =
            switch event["event"] {
            case "request.changed": cause.hasPrefix("timer:expire:") && after.status == "expired"
            case "request.reminded":
                cause.hasPrefix("timer:remind:") && !isOver && !isAlone && after.remindAt == nil
                    && after.escalateAt == before.escalateAt
            case "request.escalated":
                !isOver && after.escalateAt == nil
                    && (cause.hasPrefix("timer:remind:")
                        ? isAlone && after.remindAt == nil
                        : after.remindAt == before.remindAt)
            default: false
            }
        return isRight ? nil : "\(cause) makes \(event["event"] ?? "")"
    }

    /// - Parameter status: the HTTP status that was reported; nil for silence.
    private func problem(
        with effects: [Reading],
        ofReport status: Int?,
        about account: String
    ) -> String? {
        let isGood = status.map { (200..<300).contains($0) } ?? false
        for event in effects {
            let name = event["event"] ?? ""
            switch name {
            case "account.changed":
                guard event["account"] == account else { return "another account changes" }
                let (before, after) = (event["previous"] ?? "", event["status"] ?? "")
                // Where the user lives is another place, or known from here on.
                if before == after, ["moved", "provisioned"].contains(event["change"]) { continue }
                let allowed =
                    isGood
                    ? [["provisioning", "active"], ["failed", "active"]]
                    : [["provisioning", "failed"], ["active", "failed"]]
                guard allowed.contains([before, after]) else {
                    return "a report makes an account \(after) that was \(before)"
                }
            case "provisioning.report-ignored":
                guard status != nil, event.object("report")["account"] == account else {
                    return "a report is ignored that nobody sent"
                }
            case "provisioning.done", "provisioning.refused", "provisioning.retried",
                "provisioning.failed":
                // Where no report is awaited, silence means that it was done.
                guard event.object("order")["account"] == account,
                    name == "provisioning.done" ? isGood || status == nil : !isGood,
                    name != "provisioning.refused" || status != nil,
                    name != "provisioning.retried" || [nil, 404, 409].contains(status)
                else { return "\(status.map { "\($0)" } ?? "silence") makes \(name)" }
            case "provisioning.reported-late":
                guard status != nil, event.object("order")["account"] == account else {
                    return "a report is late that nobody sent"
                }
            case "operator.without-manager": break
            default: return "a report makes \(name)"
            }
        }
        return nil
    }

    private func isOwn(_ request: String, _ person: String) -> Bool {
        requests[request].map { name($0.person) } == person
    }

    private func problem(with event: Reading, of sent: Sent.Registration) -> String? {
        let made = Request(event)
        guard event["request"] == sent.request, made.profile == sent.profile,
            made.eori == sent.eori, made.requested == sent.operations,
            name(made.person) == sent.person, made.authorised.isEmpty, made.revision == 1
        else { return "the request is not the one that was sent" }
        guard sent.terms, requests[sent.request] == nil else { return "a request that must not be" }
        let reason = rejection(of: sent)
        guard event["reason"] == reason,
            made.status == (reason == nil ? "pending" : "rejected")
        else { return "\(made.status) for \(event["reason"] ?? "nothing")" }
        return nil
    }

    /// The rule that rejects the registration now.
    private func rejection(of sent: Sent.Registration) -> String? {
        let existing = operators[sent.eori]
        switch sent.profile {
        case "employee":
            guard isRegistered(sent.eori) else { return "operator-unknown" }
            return existing?.kind == "company" ? nil : "operator-kind"
        case "operations": return nil
        default:
            if let existing, existing.kind != sent.profile { return "operator-kind" }
            let hasRival = openRequests(sent.eori).contains {
                ($0.profile == "company" || $0.profile == "natural-person")
                    && (name($0.person) == sent.person || !restricted.contains($0.person))
            }
            return hasRival || isRegistered(sent.eori) ? "operator-exists" : nil
        }
    }

    private func mayDecide(_ decision: Sent.Decision, on request: Request) -> Bool {
        guard request.profile == "employee" else {
            return decision.role == "customs-authority"
                && !holdsAccount(decision.person, request.eori)
        }
        return decision.role == "manager" && manages(decision.person, request.eori)
    }

    private func grantable(_ request: Request) -> Set<String> {
        request.profile == "employee"
            ? operators[request.eori]?.operations ?? [] : request.requested
    }

    private func problem(with effects: [Reading], of sent: Sent.Decision) -> String? {
        guard let before = requests[sent.request], before.isOpen else {
            return "a decision on a request that is not open counts"
        }
        guard name(before.person) != sent.person else {
            return "a decision on the actor's own request"
        }
        guard sent.outcome != "granted" || !restricted.contains(before.person) else {
            return "a grant to who is restricted"
        }
        guard mayDecide(sent, on: before) else { return "a decision without the right to it" }
        guard sent.revision == nil || sent.revision == before.revision else {
            return "a stale decision counts"
        }
        let after = Request(effects[0])
        let names = effects.map { $0["event"] ?? "" }
        let status =
            sent.outcome == "information-requested" ? "awaiting-information" : sent.outcome
        guard names.first == "request.changed", effects[0]["request"] == sent.request,
            after.status == status
        else { return "the decision was \(sent.outcome), not \(after.status)" }
        guard sent.outcome == "granted" else {
            return names.count == 1 ? nil : "a decision that grants nothing makes \(names)"
        }
        let authorised = sent.operations ?? grantable(before)
        guard after.authorised == authorised, authorised.isSubset(of: grantable(before)),
            !authorised.isEmpty
        else { return "granted is \(after.authorised)" }
        let opens = ["request.changed", "account.opened"]
        let isRight =
            switch before.profile {
            case "employee": names == opens
            case "operations":
                names.dropFirst().first ?? "operator.changed" == "operator.changed"
                    && names.dropFirst(2).allSatisfy { $0 == "account.changed" }
            default: names == ["request.changed", "operator.registered", "account.opened"]
            }
        guard isRight else { return "the grant makes \(names)" }
        if let opened = effects.last, opened["event"] == "account.opened" {
            let account = Account(opened)
            guard account.person == before.person, account.eori == before.eori,
                account.operations == authorised
            else { return "the account is not the one that was granted" }
        }
        return nil
    }

    private func problem(with effects: [Reading], of sent: Sent.Management) -> String? {
        guard mayManage(sent) else { return "a change without the right to it" }
        let names = effects.map { $0["event"] ?? "" }
        if names == ["nothing.to-change"] { return nil }
        let changed = names.filter { $0 != "operator.without-manager" }
        if let account = sent.account {
            guard changed == ["account.changed"], effects[0]["account"] == account else {
                return "a change of an account makes \(names)"
            }
            let after = Account(effects[0])
            let isRight =
                switch sent.action {
                case .revoke: after.status == "revoked"
                case .appoint(let role): after.role == role
                case .operations(let operations): after.operations == operations
                }
            return isRight ? nil : "the account is not what was ordered"
        }
        guard changed.first == "operator.changed", effects[0]["eori"] == sent.eori,
            changed.dropFirst().allSatisfy({
                $0 == "account.changed"
                    || $0 == "authorisation.changed" && sent.action == .revoke
            })
        else { return "a change of an operator makes \(names)" }
        let after = Operator(effects[0])
        switch sent.action {
        case .revoke: return after.status == "revoked" ? nil : "the operator is not revoked"
        case .operations(let operations):
            return after.operations == operations ? nil : "the operator may do something else"
        case .appoint: return "an operator was appointed"
        }
    }

    private func mayManage(_ sent: Sent.Management) -> Bool {
        if let eori = sent.eori {
            return sent.role == "customs-authority" && !holdsAccount(sent.person, eori)
        }
        guard let account = sent.account.flatMap({ accounts[$0] }),
            name(account.person) != sent.person
        else { return false }
        guard sent.role == "manager" else { return true }
        guard case .appoint = sent.action else { return manages(sent.person, account.eori) }
        return accounts.values.contains {
            $0.eori == account.eori && $0.role == "legal-representative"
                && $0.status == "active" && name($0.person) == sent.person
        }
    }

    // MARK: - What was refused

    /// Whether the message is one that is refused with this code now.
    func justifies(_ code: String, _ content: Sent.Content) -> Bool {
        switch content {
        case .registration(let sent): justifies(code, sent)
        case .decision(let sent): justifies(code, sent)
        case .supplement(let request, let person):
            justifies(code, request, person)
                || code == "not-awaited" && requests[request]?.status == "pending"
        case .withdrawal(let request, let person): justifies(code, request, person)
        case .management(let sent): justifies(code, sent)
        case .right(let sent): justifies(code, sent)
        case .excise(let sent): justifies(code, sent)
        case .dossier(let sent): justifies(code, sent)
        case .preview: false
        case .report(let account, _, _): code == "account-unknown" && accounts[account] == nil
        case .rubbish: false
        }
    }

    private func justifies(_ code: String, _ request: String, _ person: String) -> Bool {
        guard let request = requests[request] else { return false }
        return switch code {
        case "not-authorised": name(request.person) != person
        case "request-closed": !request.isOpen
        default: false
        }
    }

    private func justifies(_ code: String, _ sent: Sent.Registration) -> Bool {
        switch code {
        case "terms-not-accepted": return !sent.terms
        case "request-exists":
            let isAsked = openRequests(sent.eori).contains {
                $0.profile == "employee" && name($0.person) == sent.person
            }
            let hasAll = operators[sent.eori].map { sent.operations.isSubset(of: $0.operations) }
            return requests[sent.request] != nil
                || sent.profile == "employee" && (isAsked || holdsAccount(sent.person, sent.eori))
                || sent.profile == "operations" && hasAll == true
        case "operator-unknown": return sent.profile == "operations" && !isRegistered(sent.eori)
        case "not-authorised":
            return sent.profile == "operations" && !asksForOperator(sent.person, sent.eori)
        default: return false
        }
    }

    private func justifies(_ code: String, _ sent: Sent.Decision) -> Bool {
        guard let request = requests[sent.request] else { return false }
        switch code {
        case "own-request":
            return name(request.person) == sent.person
                || request.profile != "employee" && holdsAccount(sent.person, request.eori)
        case "person-restricted":
            return sent.outcome == "granted" && restricted.contains(request.person)
        case "not-eligible":
            return request.profile == "operations"
                && !asksForOperator(name(request.person), request.eori)
        case "not-authorised": return request.isRight || !mayDecide(sent, on: request)
        case "request-closed": return !request.isOpen
        case "stale-revision": return sent.revision != nil && sent.revision != request.revision
        case "operations-not-allowed":
            let authorised = sent.operations ?? grantable(request)
            return authorised.isEmpty || !authorised.isSubset(of: grantable(request))
        case "operator-exists":
            return request.profile != "employee" && isRegistered(request.eori)
        case "operator-unknown": return !isRegistered(request.eori)
        case "request-exists":
            return request.profile == "employee"
                && holdsAccount(name(request.person), request.eori)
        default: return false
        }
    }

    private func justifies(_ code: String, _ sent: Sent.Management) -> Bool {
        let account = sent.account.flatMap { accounts[$0] }
        switch code {
        case "account-unknown": return sent.account != nil && account == nil
        case "operator-unknown": return sent.eori.map(isRegistered) == false
        case "own-request":
            return account.map { name($0.person) == sent.person }
                ?? sent.eori.map { holdsAccount(sent.person, $0) } ?? false
        case "not-authorised": return !mayManage(sent)
        case "not-eligible":
            guard let account else { return false }
            if case .appoint = sent.action, account.role != "manager", account.role != "employee" {
                return true
            }
            return !account.stands
        case "operations-not-allowed":
            guard case .operations(let operations) = sent.action, let account else { return false }
            return !operations.isSubset(of: operators[account.eori]?.operations ?? [])
        default: return false
        }
    }
}
