import Domain

// What is refused of what is said of excise, as the contract has it. Days are the business of
// examples.
extension AuditedRegister {
    /// Whether the message is one that is refused with this code now.
    func justifies(_ code: String, _ sent: Sent.Excise) -> Bool {
        switch code {
        case "date-out-of-range": return statesDays(sent)
        case "request-exists" where makesRequest(sent):
            return requests[sent.request] != nil || isAskedAlready(sent)
        default: break
        }
        switch sent.action {
        case .grant, .decline, .giveBack, .agree, .standIn: return justifies(code, decision: sent)
        case .revoke: return justifies(code, revocation: sent)
        case .decide(let action, let reference, let eori, let cents):
            return justifies(code, sent, action, on: reference, of: eori, cents)
        case .ask(let eori, _, _):
            return justifies(code, sent, askingFor: eori)
        case .appoint(let representative, let eori, let mandate):
            return justifies(code, sent, askingFor: eori)
                || justifies(code, mandate, for: eori, of: representative)
        case .end: return justifies(code, end: sent)
        default: return justifies(code, report: sent)
        }
    }

    private func statesDays(_ sent: Sent.Excise) -> Bool {
        switch sent.action {
        case .ask, .decline, .giveBack, .revoke, .decide, .askBack: false
        default: true
        }
    }

    private func makesRequest(_ sent: Sent.Excise) -> Bool {
        switch sent.action {
        case .grant, .decline, .giveBack, .revoke, .decide, .agree, .standIn, .say: false
        default: true
        }
    }

    /// The same mandate, or the same money.
    private func isAskedAlready(_ sent: Sent.Excise) -> Bool {
        switch sent.action {
        case .appoint(let representative, let eori, let mandate):
            let isGiven = authorisations.values.contains {
                $0.status == "active" && $0.counterparty == eori && $0.eori == representative
                    && !$0.scope.isDisjoint(with: mandate.scope)
            }
            return isGiven
                || said.contains { request, other in
                    guard case .appoint(representative, eori, let asked) = other.action else {
                        return false
                    }
                    return requests[request]?.isOpen == true
                        && !asked.scope.isDisjoint(with: mandate.scope)
                }
        case .askBack:
            let eori = authorisations[sent.number]?.eori ?? ""
            return openRequests(eori).contains { $0.profile == "guarantee-release" }
        default: return false
        }
    }

    private func justifies(_ code: String, _ sent: Sent.Excise, askingFor eori: String) -> Bool {
        switch code {
        case "operator-unknown": !isRegistered(eori)
        case "not-authorised": !mayAsk(sent.person, eori, managing: true)
        default: false
        }
    }

    private func justifies(
        _ code: String,
        _ mandate: Sent.Excise.Mandate,
        for eori: String,
        of representative: String
    ) -> Bool {
        switch code {
        case "operator-unknown": !isRegistered(representative)
        case "not-eligible": eori == representative
        case "authorisation-unknown":
            mandate.scope.contains("emcs") && !isAuthorised(eori)
                && !openRequests(eori).contains { $0.profile == "authorisation" }
        case "authorisation-not-valid":
            mandate.kind == "indirect" && !isAuthorised(representative)
        default: false
        }
    }

    // MARK: - Decisions

    private func justifies(_ code: String, decision sent: Sent.Excise) -> Bool {
        guard let request = requests[sent.request] else { return false }
        let parties =
            request.profile == "mandate"
            ? Side.allCases.compactMap { eori(of: $0, in: sent.request) } : [request.eori]
        switch code {
        case "request-closed": return !request.isOpen
        case "person-restricted":
            return sent.action != .decline && restricted.contains(request.person)
        case "own-request":
            var isManager = false
            if case .agree = sent.action { isManager = true }
            return name(request.person) == sent.person
                || !isManager && parties.contains { holdsAccount(sent.person, $0) }
        case "operator-unknown": return parties.contains { !isRegistered($0) }
        case "not-eligible":
            // Whose money it is does not depend on who asked.
            return request.profile != "guarantee-release"
                ? !manages(name(request.person), request.eori)
                : !said(ofReturn: sent.request).contains { running(securedBy: $0).isEmpty }
        case "excise-number-taken": return authorisations[sent.number] != nil
        case "guarantee-required":
            guard case .ask(_, let kind, nil) = said[sent.request]?.action else { return false }
            return kind != "registered-consignee"
        case "authorisation-not-valid":
            let side = eori(of: .representative, in: sent.request)
            return request.profile == "mandate" && side.map { !isAuthorised($0) } == true
        case "obligations-open":
            return said(ofReturn: sent.request).contains { !running(securedBy: $0).isEmpty }
        case "not-awaited":
            return request.profile == "mandate"
                || said(ofReturn: sent.request).contains { $0.held == 0 }
        case "not-authorised":
            guard case .agree(let eori) = sent.action else {
                return sent.action == .standIn && sideLeftAlone(in: sent.request) == nil
            }
            return sides(openTo: sent.person, for: eori, in: sent.request).count != 1
        default: return false
        }
    }

    /// Those that are called as what was asked back.
    private func said(ofReturn request: String) -> [Guarantee] {
        guard let sent = said[request], case .askBack(let reference) = sent.action,
            let eori = authorisations[sent.number]?.eori
        else { return [] }
        return guarantees.values.filter {
            $0.eori == eori && ($0.reference == reference || $0.movement == reference)
        }
    }

    private func justifies(_ code: String, revocation sent: Sent.Excise) -> Bool {
        let authorisation = authorisations[sent.number]
        switch code {
        case "authorisation-unknown", "mandate-unknown": return authorisation == nil
        case "own-request":
            return [authorisation?.eori, authorisation?.counterparty].compactMap(\.self)
                .contains { holdsAccount(sent.person, $0) }
        default: return false
        }
    }

    private func justifies(_ code: String, end sent: Sent.Excise) -> Bool {
        let mandate = authorisations[sent.number]
        switch code {
        case "mandate-unknown": return mandate == nil
        case "not-authorised":
            return ![mandate?.eori, mandate?.counterparty].compactMap(\.self)
                .contains { manages(sent.person, $0) }
        case "not-awaited":
            let last = [mandate?.validUntil, mandate?.revokedOn].compactMap(\.self).min()
            return mandate?.status != "active" || last.map { "\($0)" <= sent.day } == true
        default: return false
        }
    }

    private func justifies(
        _ code: String,
        _ sent: Sent.Excise,
        _ action: String,
        on reference: String,
        of eori: String,
        _ cents: Int64?
    ) -> Bool {
        let found = guarantees(named: reference, of: eori).compactMap { guarantees[$0] }
        let isSecured = authorisations.values.contains {
            $0.eori == eori && $0.counterparty == nil && $0.status == "active"
        }
        switch code {
        case "own-request":
            return holdsAccount(sent.person, eori)
                || guarantees(named: reference, of: eori).contains { hasStated($0, sent.person) }
        case "guarantee-unknown": return action != "hold" && found.isEmpty
        case "operator-unknown": return action == "hold" && !isRegistered(eori)
        case "authorisation-unknown": return action == "hold" && !isSecured
        case "not-awaited":
            return action == "hold"
                ? found.contains { $0.held > 0 } || !found.isEmpty || isOffered(reference, by: eori)
                : found.allSatisfy { $0.held == 0 }
        case "not-eligible":
            guard action != "hold" else { return true }
            return found.count > 1
                || found.contains { guarantee in
                    let given = cents ?? guarantee.held
                    return action == "change"
                        ? given < guarantee.cents : given > guarantee.held || action == "release"
                }
        default: return false
        }
    }

    /// Whether an open request states it.
    private func isOffered(_ reference: String, by eori: String) -> Bool {
        said.contains { request, sent in
            guard case .ask(eori, _, let secured?) = sent.action else { return false }
            return secured.reference == reference && requests[request]?.isOpen == true
        }
    }

    // MARK: - Reports

    private func justifies(_ code: String, report sent: Sent.Excise) -> Bool {
        let authorisation = authorisations[sent.number]
        switch code {
        case "authorisation-unknown": return authorisation == nil
        case "not-authorised", "mandate-missing", "schema":
            return justifies(code, speaker: sent, under: authorisation)
        case "authorisation-not-valid":
            let day = CivilDate(sent.day)
            return authorisation?.status != "active"
                || day.map { authorisation?.isInForce(on: $0) != true } == true
        default: break
        }
        switch (sent.action, code) {
        case (.receive(let movement), "receipt-exists"), (.release(let movement), "receipt-exists"):
            return !known(sent.number, movement).isEmpty
        case (.receive, "arc-mismatch"), (.release, "arc-mismatch"), (.enter, "arc-mismatch"),
            (.receive, "not-eligible"):
            return true
        case (.dispatch(_, let consignee, let secured), _):
            return justifies(code, sent, dispatchTo: consignee, secured)
        case (.meet(let kind, let movement), "not-awaited"):
            return !known(sent.number, movement).contains { $0.kind == kind && $0.isRunning }
        case (.announce(let paper, _), "movement-exists"):
            return papers.contains { $0.number == sent.number && $0.reference == paper }
        case (.enter(let paper, _), "not-awaited"):
            return !papers.contains {
                $0.number == sent.number && $0.reference == paper && $0.code == nil
            }
        case (.enter(_, let code), "movement-exists"):
            return obligations.values.contains { $0.number == sent.number && $0.movement == code }
        case (.noteCertified, "not-awaited"): return certified[sent.number] != nil
        case (.noteCertified, "not-eligible"): return authorisation?.kind == "certified-consignee"
        case (.askBack(let reference), _):
            let found = authorisation.map {
                guarantees(named: reference, of: $0.eori, under: sent.number)
                    .compactMap { guarantees[$0] }
            }
            return justifies(code, askingBack: found ?? [], under: authorisation)
        default: return false
        }
    }

    /// Whether nobody may say it so.
    private func justifies(
        _ code: String,
        speaker sent: Sent.Excise,
        under authorisation: Authorisation?
    ) -> Bool {
        guard let eori = authorisation?.eori else { return false }
        var managing = false
        if case .askBack = sent.action { managing = true }
        if sent.action == .noteCertified { managing = true }
        let isOwn = mayAsk(sent.person, eori, managing: managing)
        switch code {
        case "schema": return isOwn && sent.representation != nil
        case "mandate-missing": return sent.representation != nil || !isOwn
        default: return !isOwn || sent.action == .noteCertified && !manages(sent.person, eori)
        }
    }

    private func justifies(
        _ code: String,
        _ sent: Sent.Excise,
        dispatchTo consignee: String,
        _ secured: Sent.Excise.Guarantee?
    ) -> Bool {
        guard case .dispatch(let name, _, _) = sent.action else { return false }
        switch code {
        case "movement-exists":
            return known(sent.number, name).contains { $0.kind == "receipt-expected" }
        case "consignee-not-valid":
            let known = authorisations[consignee]
            return consignee.hasPrefix("LU")
                && (known?.status != "active"
                    || CivilDate(sent.day).map { known?.isInForce(on: $0) == true } != true)
        // Goods leave here under a code of here.
        case "arc-mismatch": return name.hasPrefix("26") && !name.hasPrefix("26LU")
        case "consignee-not-checked": return !consignee.hasPrefix("LU")
        case "not-eligible":
            return !name.hasPrefix("26") && !consignee.hasPrefix("LU")
                && !papers.contains { $0.number == sent.number && $0.reference == name }
        case "guarantee-required":
            let standing = standing(under: sent.number)
            guard let secured else { return standing.isEmpty }
            let needed =
                secured.cents + (coverInUse ? leaning(on: sent.number, together: true) : 0)
            return standing.contains { $0.reference == secured.reference }
                && standing.reduce(0) { $0 + $1.held } < needed
        default: return false
        }
    }

    private func justifies(
        _ code: String,
        askingBack found: [Guarantee],
        under authorisation: Authorisation?
    ) -> Bool {
        switch code {
        case "guarantee-unknown": found.isEmpty
        case "obligations-open": found.contains { !running(securedBy: $0).isEmpty }
        case "not-awaited": found.allSatisfy { $0.held == 0 }
        case "not-eligible":
            found.contains { $0.movement.isEmpty } && authorisation?.status == "active"
        default: false
        }
    }
}
