import Domain

/// A register in memory that objects to events which do not go with what is there.
final class ExampleRegister: RegisterOverlay {
    let base: any RegisterView = EmptyRegister()
    var records = OverlaidRecords()
    var people: [Person] { records.persons.all }
    var requests: [Request] { records.requests.all }
    var operators: [EconomicOperator] { records.operators.all }
    var accounts: [Account] { records.accounts.all }
    var authorisations: [Authorisation] { records.authorisations.all }
    var obligations: [Obligation] { records.obligations.all }
    var cascades: [Cascade] { records.cascades.all }
    /// Nothing that is decided changes it.
    private let letters: [DeadLetterIdentifier: DeadLetterReason] = [
        DeadLetterIdentifier(
            UniversalIdentifier(canonical: "01a1fd03-4bd3-77aa-bd7f-050f62b6b435")
        ): .problem(.schema),
        DeadLetterIdentifier(
            UniversalIdentifier(canonical: "01a1fd03-5c11-7f02-8c0e-8a1b2c3d4e5f")
        ): .broker(.deliveryLimit),
    ]

    func deadLetterReason(_ identifier: DeadLetterIdentifier) -> DeadLetterReason? {
        letters[identifier]
    }

    func accounts(of eori: EORI) -> [Account] { accounts.filter { $0.eori == eori } }

    /// Keeps the order that the event means in mind, as one that the broker confirmed at once.
    func expectOrder(after event: Event, dueAt: Instant) throws {
        let account: AccountIdentifier
        switch event {
        case .accountOpened(let opened): account = opened.identifier
        case .accountChanged(let changed, _, _, _, _): account = changed.identifier
        default: return
        }
        guard let method = event.method else { return }
        let earlier = try provisioningOrders(of: account)
        if method == .delete {
            for order in earlier where order.method != .delete {
                try layOver(.remove(.order(order)))
            }
        }
        let order = ProvisioningOrder(
            account: account,
            number: (earlier.last?.number ?? 0) + 1,
            method: method,
            dueAt: dueAt,
            causation: "event-1"
        )
        try layOver(.add(.order(order)))
    }

    /// Carries out what the event does to the records.
    ///
    /// - Throws: `Inconsistency` when the event does not go with what is there.
    func apply(_ event: Event, at now: Instant) throws {
        try check(event)
        for change in try event.changes(at: now, in: self) { try layOver(change) }
    }

    private func check(_ event: Event) throws {
        switch event {
        case .personRecorded(let person):
            let known = try self.person(person.identifier)
            // An official's name is recorded beside what is known of the applicant.
            try check(
                known?.details == nil || known?.signature == nil && person.signature != nil,
                event
            )
        case .personChanged(let person, let previous, _):
            try check(try self.person(person.identifier) == previous, event)
            try check(previous != person, event)
        case .personErased(let person): try check(try self.person(person) != nil, event)
        case .requestErased(let request):
            try check(try self.request(request.identifier) == request, event)
        case .requestSubmitted(let request):
            try check(try self.request(request.identifier) == nil && request.revision == 1, event)
        case .requestChanged(let request, let previous, _, _):
            let before = try self.request(request.identifier)
            try check(before?.status == previous, event)
            try check(before.map { $0.revision + 1 } == request.revision, event)
        case .requestKept(let request):
            var before = try self.request(request.identifier)
            try check(before?.status.isOpen == false && before != request, event)
            before?.eraseAt = request.eraseAt
            try check(before == request, event)
        case .requestReminded(let request), .requestEscalated(let request):
            var before = try self.request(request.identifier)
            try check(before?.status.isOpen == true && before != request, event)
            // Nothing but the deadlines that were met.
            if request.remindAt == nil { before?.remindAt = nil }
            if request.escalateAt == nil { before?.escalateAt = nil }
            try check(before == request, event)
        case .operatorRegistered(let own):
            try check(try economicOperator(own.eori)?.status != .registered, event)
        case .operatorChanged(let own, let previous, _, _):
            try check(try economicOperator(own.eori) == previous, event)
            try check(previous != own, event)
        case .accountOpened(let account):
            try check(try self.account(account.identifier) == nil, event)
        case .accountChanged(let account, let previous, let change, _, _):
            try check(try self.account(account.identifier) == previous, event)
            try check(
                (previous != account) != (change == .rectified)
                    || change == .erased || change == .reappeared,
                event
            )
        case .provisioning(let order, _):
            let known = try provisioningOrders(of: order.account)
            try check(known.contains { $0.number == order.number }, event)
        case .fieldsStated(let request, let fields):
            try check(try self.request(request) != nil && !fields.isEmpty, event)
        case .authorisationGranted, .authorisationChanged, .obligationOpened, .obligationChanged,
            .guaranteeHeld, .guaranteeChanged, .outageBegan, .outageEnded:
            try check(duty: event)
        case .erasureBegun, .erasureTold, .erasureCompleted, .personDisclosed,
            .authorisationDisclosed, .requestAnswered, .supplementReceived, .documentsNamed,
            .reportIgnored,
            .lastManagerLost, .nothingToChange, .operated, .cascade:
            break
        }
    }

    private func check(duty event: Event) throws {
        switch event {
        case .authorisationGranted(let own):
            try check(try authorisation(own.number) == nil, event)
            try check(try request(own.request)?.status == .granted, event)
        case .authorisationChanged(let own, let previous, _, _, _):
            let before = try authorisation(own.number)
            try check(before?.status == previous && before != own, event)
        case .obligationOpened(let own):
            try check(try obligation(own.identifier) == nil, event)
        case .obligationChanged(let own, let previous, _, _):
            let before = try obligation(own.identifier)
            try check(before?.status == previous && before != own, event)
        case .guaranteeHeld(let own, _, _):
            try check(try guarantee(own.identifier) == nil && own.status == .held, event)
            let isSecured: [RequestStatus] = [.granted, .answered]
            try check(try request(own.request).map { isSecured.contains($0.status) } == true, event)
        case .outageBegan(let own, _):
            let last = try lastOutage(of: own.system)
            try check(own.until == nil && (last == nil || last?.until != nil), event)
        case .outageEnded(let own, _):
            let last = try lastOutage(of: own.system)
            try check(own.until != nil && last?.identifier == own.identifier, event)
            try check(last?.until == nil, event)
        case .guaranteeChanged(let own, let previous, _, _, _):
            let before = try guarantee(own.identifier)
            try check(before?.status == previous && before != own, event)
        default: break
        }
    }

    private func check(_ holds: Bool, _ event: Event) throws {
        guard holds else { throw Inconsistency(event: event) }
    }

    struct Inconsistency: Error {
        let event: Event
    }
}

extension ExampleRegister {
    /// Where the register breaks a rule that holds at all times; empty when all is well.
    func violations() -> [String] {
        personViolations() + requestViolations() + accountViolations() + dutyViolations()
            + rightViolations()
    }

    /// Nobody uses EMCS for others without a mandate, no money is there twice, and no two vehicles
    /// have one number.
    private func rightViolations() -> [String] {
        var found: [String] = []
        for account in accounts {
            for entitlement in account.entitlements {
                let own = records.authorisations[entitlement.number]
                let mandate = entitlement.mandate.flatMap { records.authorisations[$0] }
                let isOwn = entitlement.mandate == nil && own?.eori == account.eori
                let isForOther =
                    mandate?.eori == account.eori && mandate?.counterparty == own?.eori
                    && mandate?.scope.contains("emcs") == true
                if !isOwn && !isForOther { found.append("\(entitlement) is nobody's to use") }
            }
        }
        for own in records.guarantees.all
        where own.calledCents < 0 || own.releasedCents < 0
            || own.calledCents + own.releasedCents > own.amountCents
        {
            found.append("more than there is was called and given back of a guarantee")
        }
        for (plate, holders) in platesGranted where holders.count > 1 {
            found.append("\(plate) is on several vehicles")
        }
        return found
    }

    /// Whose vehicles have a number; a personalised one moves on among those of one person.
    private var platesGranted: [String: Set<PersonIdentifier>] {
        var holders: [String: Set<PersonIdentifier>] = [:]
        for request in requests where request.procedure == "vehicle" && request.status == .granted {
            guard let plate = records.fields[request.identifier]?["plateNumber"] else { continue }
            holders[plate, default: []].insert(request.person)
        }
        return holders
    }

    /// Due times are set as long as what they are about goes on, and no longer.
    private func dutyViolations() -> [String] {
        var found: [String] = []
        for authorisation in authorisations {
            let hasDueTime = authorisation.warnAt != nil || authorisation.lapseAt != nil
            let mayHave = authorisation.status == .active && authorisation.lastDay != nil
            if hasDueTime, !mayHave { found.append("\(authorisation.number) has due times") }
            if mayHave, authorisation.lapseAt == nil {
                found.append("\(authorisation.number) never lapses")
            }
            // The last day of a mandate may be set beforehand.
            let hasSetDay = authorisation.status == .active && authorisation.counterparty != nil
            if !hasSetDay, (authorisation.status == .revoked) != (authorisation.revokedOn != nil) {
                found.append("\(authorisation.number) has a day of revocation, or lacks it")
            }
        }
        for obligation in obligations {
            let isOver = !obligation.status.isRunning
            if obligation.remindAt != nil && isOver
                || obligation.overdueAt != nil && obligation.status != .open
            {
                found.append("a due time of what is over")
            }
            // What has no day waits for a system.
            if obligation.status == .open, obligation.dueOn != nil, obligation.overdueAt == nil {
                found.append("an obligation is never overdue")
            }
            let isMet = obligation.status == .met || obligation.status == .metLate
            if isMet != (obligation.metOn != nil) {
                found.append("an obligation has a day on which it was met, or lacks it")
            }
        }
        return found
    }

    private func personViolations() -> [String] {
        let subjects = people.map(\.subject)
        var found = Set(subjects).count == subjects.count ? [] : ["a person is recorded twice"]
        for account in accounts where account.status.stands {
            guard let holder = records.persons[account.person], holder.details != nil else {
                found.append("an account stands whose holder is forgotten")
                continue
            }
            if holder.isRestricted != (account.status == .suspended) {
                found.append("the account of a person is \(account.status)")
            }
        }
        let open = requests.filter(\.status.isOpen)
        if open.contains(where: { records.persons[$0.person]?.details == nil }) {
            found.append("a request is open of somebody who is forgotten")
        }
        return found
    }

    private func requestViolations() -> [String] {
        var found: [String] = []
        for request in requests {
            let deadlines = [request.remindAt, request.escalateAt, request.expireAt]
            if !request.status.isOpen, deadlines.contains(where: { $0 != nil }) {
                found.append("a closed request has deadlines")
            }
            // An employee gets what the company has, without asking for it.
            let asksForOperations = !request.requested.isEmpty || request.profile == "employee"
            let isGrant = request.status == .granted && asksForOperations
            if isGrant == request.authorised.isEmpty {
                found.append("authorised operations and status \(request.status) do not agree")
            }
            switch request.reason {
            case .rule where request.status != .rejected || request.revision != 1:
                found.append("a reason without a rejection by rule")
            case .ended where request.status != .withdrawn:
                found.append("an end that withdrew nothing")
            default: break
            }
            let opened = accounts.count { $0.request == request.identifier }
            let expected = isGrant && request.profile != "operations" ? 1 : 0
            if opened != expected {
                found.append("a \(request.status) request opened \(opened) accounts")
            }
        }
        let open = requests.filter(\.status.isOpen)
        // What waits for a restriction keeps nobody else from the EORI.
        let founding = open.filter { $0.profile == "company" || $0.profile == "natural-person" }
        if Set(founding.map { "\($0.person) \($0.eori?.text ?? "")" }).count != founding.count {
            found.append("two requests of one person for one new operator are open")
        }
        found += open.compactMap(unfounded)
        let joining = open.filter { $0.profile == "employee" }
        if Set(joining.map { "\($0.person) \($0.eori?.text ?? "")" }).count != joining.count {
            found.append("two requests of one person for one company are open")
        }
        return found
    }

    /// What an open request rests on has not ended.
    private func unfounded(_ request: Request) -> String? {
        let isOfOperator = ["employee", "operations", "authorisation", "mandate"].contains(
            request.profile
        )
        guard isOfOperator, let eori = request.eori else { return nil }
        guard records.operators[eori]?.status == .registered else {
            return "a request is open of an operator that has ended"
        }
        guard request.profile != "employee" else { return nil }
        let isHeld = accounts(of: eori).contains {
            $0.person == request.person && $0.status.stands
        }
        return isHeld ? nil : "a request is open of somebody who has left the operator"
    }

    private func accountViolations() -> [String] {
        var found: [String] = []
        let standing = accounts.filter(\.status.stands)
        for account in standing {
            guard let owner = records.operators[account.eori], owner.status == .registered else {
                found.append("an account stands under an operator that does not")
                continue
            }
            if account.operations.isEmpty || !account.operations.isSubset(of: owner.operations) {
                found.append("an account has operations \(account.operations.list)")
            }
            let ended = account.entitlements.filter {
                records.authorisations[$0.number]?.status != .active
                    || $0.mandate.map { records.authorisations[$0]?.status != .active } == true
            }
            if !ended.isEmpty { found.append("an account is entitled to \(ended)") }
            if (account.role == .naturalPerson) != (owner.kind == .naturalPerson) {
                found.append("a \(owner.kind) has a \(account.role)")
            }
        }
        if accounts.contains(where: { !$0.status.stands && !$0.entitlements.isEmpty }) {
            found.append("an account that does not stand is entitled to something")
        }
        let places = accounts.compactMap(\.place)
        if Set(places).count != places.count {
            found.append("two accounts have their users at one place")
        }
        if Set(standing.map { "\($0.person) \($0.eori)" }).count != standing.count {
            found.append("a person has two standing accounts with one operator")
        }
        return found
    }
}
