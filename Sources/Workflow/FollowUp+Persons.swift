import Contract
import Domain

// Whom a message names is noted when it is queued: an erasure finds it by that, whatever became of
// the requests that it was about.
extension FollowUp {
    /// The persons of whom the message may say more than ids of the register's own. What tells of
    /// an erasure names nobody who could be erased.
    func persons(namedBy message: OutboundMessage, following event: Event) throws
        -> [PersonIdentifier]
    {
        switch message.family {
        case "notification", "disclosure": break
        // Remarks are free text, and may name anybody.
        case "status" where event.hasRemarks: break
        // A natural person's EORI identifies them, and what names a guarantee is what they stated.
        case "status" where event.isAboutNaturalPerson || event.isAboutGuarantee:
            return try subjects(of: event)
        case "provisioning": return try subjects(of: event)
        default: return []
        }
        var persons: [PersonIdentifier] = []
        func add(_ person: PersonIdentifier?) {
            if let person, !persons.contains(person) { persons.append(person) }
        }
        add(message.mail?.recipient)
        for person in try subjects(of: event) { add(person) }
        if case .erasureTold = event { return persons }
        if let request, !event.isAbout(request) { add(try transaction.request(request)?.person) }
        return persons
    }

    /// Whom what happened is about.
    private func subjects(of event: Event) throws -> [PersonIdentifier] {
        func applicant(_ request: RequestIdentifier) throws -> [PersonIdentifier] {
            try transaction.request(request).map { [$0.person] } ?? []
        }
        switch event {
        case .personRecorded(let person), .personChanged(let person, _, _):
            return [person.identifier]
        case .personDisclosed(let disclosure):
            return disclosure.person.map { [$0.identifier] } ?? []
        case .requestSubmitted(let request), .requestChanged(let request, _, _, _),
            .requestReminded(let request), .requestEscalated(let request),
            .requestKept(let request), .requestErased(let request):
            return [request.person]
        case .accountOpened(let account), .accountChanged(let account, _, _, _, _):
            return [account.person]
        case .provisioning(let order, _):
            return try transaction.account(order.account).map { [$0.person] } ?? []
        case .supplementReceived(let request, _), .documentsNamed(let request, _),
            .fieldsStated(let request, _):
            return try applicant(request)
        case .requestAnswered(let answer): return try applicant(answer.request)
        case .authorisationGranted(let authorisation),
            .authorisationChanged(let authorisation, _, _, _, _):
            return try applicant(authorisation.request)
        case .obligationOpened(let obligation), .obligationChanged(let obligation, _, _, _):
            return try applicant(obligation.request)
        case .guaranteeHeld(let guarantee, _, _), .guaranteeChanged(let guarantee, _, _, _, _):
            return try applicant(guarantee.request)
        case .cascade(let cascade, _): return cascade.person.map { [$0] } ?? []
        case .personErased, .erasureBegun, .erasureTold, .erasureCompleted, .operatorRegistered,
            .operatorChanged, .reportIgnored, .authorisationDisclosed, .lastManagerLost,
            .nothingToChange, .operated, .outageBegan, .outageEnded:
            return []
        }
    }
}

extension Event {
    fileprivate func isAbout(_ request: RequestIdentifier) -> Bool {
        switch self {
        case .requestSubmitted(let own), .requestChanged(let own, _, _, _),
            .requestReminded(let own), .requestEscalated(let own):
            own.identifier == request
        default: false
        }
    }

    fileprivate var isAboutNaturalPerson: Bool {
        switch self {
        case .accountOpened(let account), .accountChanged(let account, _, _, _, _):
            account.role == .naturalPerson
        default: false
        }
    }

    fileprivate var isAboutGuarantee: Bool {
        switch self {
        case .guaranteeHeld, .guaranteeChanged: true
        default: false
        }
    }

    /// Whether what programs read of it has remarks.
    fileprivate var hasRemarks: Bool {
        switch self {
        case .requestChanged(_, _, _, let remarks), .operatorChanged(_, _, _, let remarks),
            .accountChanged(_, _, _, _, let remarks),
            .authorisationChanged(_, _, _, _, let remarks):
            remarks?.isEmpty == false
        default: false
        }
    }
}
