import Contract
import Domain

// What is wrong with authorisations, mandates, and what is done under them.
extension Witness {
    /// Takes note of who agrees to a mandate, and objects to who may not.
    mutating func observe(
        _ events: [Event],
        after message: ExampleMessage
    ) throws -> [String] {
        var found: [String] = []
        for event in events {
            switch event {
            case .requestSubmitted(let request) where request.profile == "mandate":
                if let eori = request.eori, binds(message.sender, eori) {
                    agreed[request.identifier] = [eori]
                }
            case .requestChanged(let request, _, .decisionMaker, _)
            where request.profile == "mandate" && message.isYes:
                let sides = try sides(of: request, agreedBy: message)
                if sides.count != 1 { found.append("agreed for \(sides.count) operators") }
                agreed[request.identifier, default: []].formUnion(sides)
            default: break
            }
        }
        return found
    }

    private func representative(of request: Request) throws -> EORI? {
        try register.fields(of: request.identifier)["representative"].flatMap { EORI($0) }
    }

    /// For whom whoever decides may agree now: for whom they bind, or the office for a side that
    /// nobody does but the applicant.
    private func sides(of request: Request, agreedBy message: ExampleMessage) throws -> Set<EORI> {
        guard let (name, role) = message.decider, !isOf(request.person, name) else { return [] }
        let open = [request.eori, try representative(of: request)].compactMap(\.self)
            .filter { agreed[request.identifier]?.contains($0) != true }
            .filter { message.said("eori").flatMap { EORI($0) } ?? $0 == $0 }
        guard role == "excise-office" else { return Set(open.filter { binds(name, $0) }) }
        // One at a time, in the order of the two.
        return Set(
            open.filter { eori in
                !register.accounts.contains {
                    $0.eori == eori && $0.person != request.person
                        && ($0.status == .active || $0.status == .provisioning)
                        && ($0.role == .legalRepresentative || $0.role == .naturalPerson)
                }
            }.prefix(1)
        )
    }

    func objections(
        toExcise event: Event,
        among events: [Event],
        after message: ExampleMessage
    ) throws -> [String] {
        switch event {
        case .authorisationGranted(let own):
            guard let request = register.records.requests[own.request] else {
                return ["granted what nobody asked for"]
            }
            return own.counterparty == nil
                ? objections(
                    toDecider: message,
                    as: [.exciseOffice],
                    about: request.person,
                    of: own.eori,
                    "authorised"
                ) : try objections(toMandate: own, granting: request)
        case .authorisationChanged(let own, _, let change, let by, _):
            return objections(to: change, of: own, by: by, after: message)
        case .accountChanged(let after, let before, .entitlementsChanged, _, _):
            let won = after.entitlements.filter { !before.entitlements.contains($0) }
            return won.flatMap { objections(to: $0, of: after, after: message) }
        case .requestSubmitted(let request) where request.procedure == "excise":
            return try objections(toExcise: request, after: message)
        case .outageBegan, .outageEnded:
            return objections(toDecider: message, as: [.exciseOffice], "spoke of EMCS")
        default: return []
        }
    }

    // MARK: Mandates

    private func objections(
        toMandate own: Authorisation,
        granting request: Request
    ) throws -> [String] {
        var found: [String] = []
        let representative = try representative(of: request)
        let parties = Set([request.eori, representative].compactMap(\.self))
        if own.counterparty != request.eori || own.eori != representative || parties.count != 2 {
            found.append("a mandate is of others than those who asked for it")
        }
        if agreed[request.identifier]?.isSuperset(of: parties) != true {
            found.append("a mandate was granted on one side's word")
        }
        let stated = try register.fields(of: request.identifier)
        let asked = stated["scope"]?.split(separator: " ").map(String.init) ?? []
        if !Set(own.scope).isSubset(of: asked) || own.kind != "\(stated["kind"] ?? "")-mandate" {
            found.append("a mandate is wider than was asked for")
        }
        if own.validFrom < today || own.validUntil?.description != stated["validUntil"]
            || own.validFrom.description < stated["validFrom"] ?? ""
        {
            found.append("a mandate is in force on other days than was asked for")
        }
        for eori in parties where register.records.operators[eori]?.status != .registered {
            found.append("a mandate is of an operator that has ended")
        }
        return found
    }

    /// Whether the operator holds something, or has asked for it, that others may do for it.
    private func hasExcise(_ eori: EORI?) -> Bool {
        register.authorisations.contains {
            $0.eori == eori && $0.counterparty == nil && $0.status == .active
        }
            || register.requests.contains {
                $0.eori == eori && $0.profile == "authorisation" && $0.status.isOpen
            }
    }

    /// By a mandate nobody may do more than the one who gave it, nor for others.
    private func objections(
        to won: Entitlement,
        of account: Account,
        after message: ExampleMessage
    ) -> [String] {
        var found: [String] = []
        if message.name != "registration.excise.emcs-users"
            || !manages(message.sender, account.eori)
        {
            found.append("became a user of EMCS by others than their own operator")
        }
        let own = register.records.authorisations[won.number]
        if own?.isInForce(on: today) != true || own?.status != .active {
            found.append("became a user of EMCS under nothing that is in force")
        }
        guard let number = won.mandate else {
            return found
                + (own?.eori == account.eori ? [] : ["became a user of EMCS of another operator"])
        }
        let mandate = register.records.authorisations[number]
        if mandate?.isInForce(on: today) != true || mandate?.status != .active
            || mandate?.scope.contains("emcs") != true || mandate?.eori != account.eori
            || mandate?.counterparty != own?.eori || mandate?.counterparty == nil
        {
            found.append("became a user of EMCS by no mandate for it")
        }
        return found
    }

    private func objections(
        to change: AuthorisationChange,
        of own: Authorisation,
        by originator: Originator,
        after message: ExampleMessage
    ) -> [String] {
        let before = register.records.authorisations[own.number]
        guard before?.status == .active else { return ["an authorisation ended twice"] }
        switch change {
        case .warned, .lapsed:
            let isOver = before?.lastDay.map { $0 < today } ?? false
            return originator == .timer(change == .warned ? "warn" : "lapse")
                && (change == .warned || isOver) ? [] : ["an authorisation lapsed in its time"]
        case .revoked:
            let parties = [own.eori, own.counterparty].compactMap(\.self)
            return parties.flatMap {
                objections(toDecider: message, as: [.exciseOffice], of: $0, "revoked")
            }
        case .operatorRevoked:
            return message.decider?.role == "customs-authority" || message.decider == nil
                ? [] : ["an operator was revoked by others than customs"]
        case .endSet:
            let parties = [own.eori, own.counterparty]
            return own.counterparty != nil && (own.revokedOn.map { $0 >= today } ?? false)
                && parties.contains { manages(message.sender, $0) }
                ? [] : ["a mandate ends by others than its sides"]
        case .basisEnded:
            return own.counterparty == nil ? ["an authorisation rests on nothing"] : []
        }
    }

    // MARK: What is asked and reported

    private func objections(
        toExcise request: Request,
        after message: ExampleMessage
    ) throws -> [String] {
        switch request.profile {
        case "authorisation", "mandate":
            let isEMCS = message.said("scope")?.contains("emcs") == true
            return (manages(message.sender, request.eori) ? [] : ["asked for others"])
                + (isEMCS && !hasExcise(request.eori)
                    ? ["a mandate for what the operator may not do itself"] : [])
        case "mandate-end", "verification": return []
        default: break
        }
        guard let number = message.said("exciseNumber").map({ AuthorisationNumber($0) }),
            let own = register.records.authorisations[number]
        else { return ["reported under a number that there is not"] }
        if !accounts(of: message.sender, at: own.eori).isEmpty { return [] }
        if register.records.operators[own.eori]?.status == .revoked { return [] }
        guard let mandate = mandate(statedBy: message), mandate.counterparty == own.eori,
            !accounts(of: message.sender, at: mandate.eori).isEmpty
        else { return ["reported for others without a mandate"] }
        let isDeclared = ["declaration", "ac4", "payment", "duty-payment"].contains(request.profile)
        let days = [
            "declaredOn", "paidOn", "receivedOn", "releasedOn", "reportedOn", "dispatchedOn",
            "recordedOn", "on",
        ].compactMap { message.said($0) }
        let isCovered = days.compactMap { CivilDate($0) }.allSatisfy(mandate.isInForce)
        return isCovered && mandate.scope.contains(isDeclared ? "ac4" : "emcs")
            ? [] : ["reported more than the mandate is for"]
    }

    private func mandate(statedBy message: ExampleMessage) -> Authorisation? {
        let words = message.said("representation")?.split(separator: " ").dropLast()
        guard let name = words?.joined(separator: " ") ?? message.said("mandate") else {
            return nil
        }
        return register.records.authorisations[scene.mandate(named: name)]
    }
}
