// What is asked of many records.

extension RegisterOverlay {
    /// As many more as may be others by now, or gone.
    private func widened<Record>(_ limit: Int, by layer: RecordLayer<Record>) -> Int {
        let (sum, isOver) = limit.addingReportingOverflow(layer.overwrittenCount)
        return isOver ? .max : sum
    }

    /// What lies below as it is by now, then what is new: behind a new record there are new ones
    /// alone.
    ///
    /// - Parameter below: Reads so many of what lies below.
    private func page<Record>(
        of layer: RecordLayer<Record>,
        after identity: Record.Identity? = nil,
        limit: Int,
        below: (Int) throws -> [Record],
        where isWanted: (Record) -> Bool
    ) rethrows -> [Record] {
        let isBelow = identity.map { !layer.isNew($0) } ?? true
        let stored = isBelow ? try below(widened(limit, by: layer)) : []
        let found = layer.over(stored, after: isBelow ? nil : identity, where: isWanted)
        return Array(found.prefix(limit))
    }

    /// So many are looked at in one go, where those that are wanted stand among others.
    private static var pageCount: Int { 100 }

    /// Reads page by page until there is enough.
    ///
    /// - Returns: Whether there was, before the records came to an end.
    private func read<Record: RegisteredRecord>(
        _ page: (_ after: Record.Identity?, _ limit: Int) throws -> [Record],
        until isEnough: ([Record]) throws -> Bool
    ) rethrows -> Bool {
        var last: Record.Identity?
        while true {
            let records = try page(last, Self.pageCount)
            if try isEnough(records) { return true }
            guard records.count == Self.pageCount else { return false }
            last = records.last?.identity
        }
    }

    // MARK: Requests by what they state

    public func requests(statingPlate plateNumber: String, limit: Int) throws -> [Request] {
        let written = try written
        func states(_ request: RequestIdentifier) -> Bool? {
            if let own = written.fields[request]?[RequestFields.plateNumber] {
                return own.isExactly(plateNumber)
            }
            return written.erasedFields.contains(request) ? false : nil
        }
        // What lies below may have changed its plate, or be gone.
        let stored = try base.requests(statingPlate: plateNumber, limit: .max)
            .filter { states($0.identifier) ?? true }
        let known = Set(stored.map(\.identifier))
        let own = written.fields.keys.filter { states($0) == true && !known.contains($0) }
        return Array(
            try (stored.map(\.identifier) + own).compactMap { try request($0) }
                .sorted {
                    ($0.submittedAt, $0.identifier.description)
                        < ($1.submittedAt, $1.identifier.description)
                }
                .prefix(limit)
        )
    }

    // MARK: Accounts

    public func accounts(
        of eori: EORI,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        try page(of: written.accounts, after: account, limit: limit) {
            try base.accounts(of: eori, after: account, limit: $0)
        } where: {
            $0.eori == eori
        }
    }

    public func managingAccounts(of eori: EORI, limit: Int) throws -> [Account] {
        let accounts = try written.accounts
        guard accounts.isOverwriting else {
            return try page(of: accounts, limit: limit) {
                try base.managingAccounts(of: eori, limit: $0)
            } where: {
                $0.eori == eori && $0.isManaging
            }
        }
        // Somebody appointed since stands among those who were.
        var managing: [Account] = []
        _ = try read {
            try self.accounts(of: eori, after: $0, limit: $1)
        } until: { page in
            managing += page.filter(\.isManaging)
            return managing.count >= limit
        }
        return Array(managing.prefix(limit))
    }

    public func accounts(of person: PersonIdentifier, at eori: EORI) throws -> [Account] {
        try written.accounts.over(base.accounts(of: person, at: eori)) {
            $0.person == person && $0.eori == eori
        }
    }

    public func accounts(
        of person: PersonIdentifier,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        try page(of: written.accounts, after: account, limit: limit) {
            try base.accounts(of: person, after: account, limit: $0)
        } where: {
            $0.person == person
        }
    }

    public func hasStandingAccount(_ person: PersonIdentifier) throws -> Bool {
        let accounts = try written.accounts
        if accounts.all.contains(where: { $0.person == person && $0.status.stands }) { return true }
        guard accounts.isOverwriting else { return try base.hasStandingAccount(person) }
        return try read {
            try self.accounts(of: person, after: $0, limit: $1)
        } until: {
            $0.contains(where: \.status.stands)
        }
    }

    public func accounts(entitledUnder number: AuthorisationNumber, limit: Int) throws -> [Account]
    {
        let accounts = try written.accounts
        let below = try base.accounts(entitledUnder: number, limit: widened(limit, by: accounts))
        return Array(
            accounts.over(below, mayMatchSince: true) { $0.isEntitled(under: number) }.prefix(limit)
        )
    }

    public func accounts(
        entitledTo kind: String,
        after account: AccountIdentifier?,
        limit: Int
    ) throws -> [Account] {
        try page(of: written.accounts, after: account, limit: limit) {
            try base.accounts(entitledTo: kind, after: account, limit: $0)
        } where: {
            $0.entitlements.contains { $0.kind == kind }
        }
    }

    // MARK: Requests

    public func openRequests(
        for eori: EORI,
        of person: PersonIdentifier?,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request] {
        try page(of: written.requests, after: request, limit: limit) {
            try base.openRequests(for: eori, of: person, after: request, limit: $0)
        } where: {
            $0.eori == eori && $0.status.isOpen && (person == nil || $0.person == person)
        }
    }

    public func hasUnrestrictedRequest(for eori: EORI, profiles: [String]) throws -> Bool {
        let written = try written
        let isChanged = written.requests.isOverwriting || !written.persons.isEmpty
        return try hasOpenRequest(
            for: eori,
            of: nil,
            below: isChanged
                ? nil : base.hasUnrestrictedRequest(for: eori, profiles: profiles)
        ) {
            try profiles.contains($0.profile) && person($0.person)?.isRestricted != true
        }
    }

    public func hasOpenRequest(
        for eori: EORI,
        profiles: [String],
        of person: PersonIdentifier?
    ) throws -> Bool {
        let isChanged = try written.requests.isOverwriting
        return try hasOpenRequest(
            for: eori,
            of: person,
            below: isChanged
                ? nil : base.hasOpenRequest(for: eori, profiles: profiles, of: person)
        ) {
            profiles.contains($0.profile)
        }
    }

    /// - Parameter below: Whether there is one in what lies below; nil where some of that are
    ///   others by now, and have to be looked at.
    private func hasOpenRequest(
        for eori: EORI,
        of person: PersonIdentifier?,
        below: Bool?,
        where isWanted: (Request) throws -> Bool
    ) throws -> Bool {
        if let below {
            return try below
                || written.requests.all.contains {
                    try $0.eori == eori && $0.status.isOpen
                        && (person == nil || $0.person == person) && isWanted($0)
                }
        }
        return try read {
            try openRequests(for: eori, of: person, after: $0, limit: $1)
        } until: {
            try $0.contains(where: isWanted)
        }
    }

    public func hasRequest(
        of person: PersonIdentifier,
        besides request: RequestIdentifier
    ) throws -> Bool {
        try requests(of: person, after: nil, limit: 2).contains { $0.identifier != request }
    }

    public func requests(
        of person: PersonIdentifier,
        after request: RequestIdentifier?,
        limit: Int
    ) throws -> [Request] {
        try page(of: written.requests, after: request, limit: limit) {
            try base.requests(of: person, after: request, limit: $0)
        } where: {
            $0.person == person
        }
    }

    // MARK: Authorisations and obligations

    public func activeAuthorisations(
        of eori: EORI,
        kind: String?,
        limit: Int
    ) throws -> [Authorisation] {
        try page(of: written.authorisations, limit: limit) {
            try base.activeAuthorisations(of: eori, kind: kind, limit: $0)
        } where: {
            $0.eori == eori && $0.status == .active && (kind == nil || $0.kind == kind)
        }
    }

    public func activeAuthorisations(toActFor eori: EORI, limit: Int) throws -> [Authorisation] {
        try page(of: written.authorisations, limit: limit) {
            try base.activeAuthorisations(toActFor: eori, limit: $0)
        } where: {
            $0.counterparty == eori && $0.status == .active
        }
    }

    public func obligations(
        under authorisation: AuthorisationNumber,
        reference: String?
    ) throws -> [Obligation] {
        let below = try base.obligations(under: authorisation, reference: reference)
        return try written.obligations.over(below) {
            $0.authorisation == authorisation && (reference?.isExactly($0.reference) ?? true)
        }
    }

    public func obligations(broughtAboutBy request: RequestIdentifier) throws -> [Obligation] {
        try written.obligations.over(base.obligations(broughtAboutBy: request)) {
            $0.request == request
        }
    }

    public func obligations(of kind: String, reference: String) throws -> [Obligation] {
        try written.obligations.over(base.obligations(of: kind, reference: reference)) {
            $0.kind == kind && $0.reference.isExactly(reference)
        }
    }

    public func runningObligations(
        under authorisation: AuthorisationNumber,
        limit: Int
    ) throws -> [Obligation] {
        try page(of: written.obligations, limit: limit) {
            try base.runningObligations(under: authorisation, limit: $0)
        } where: {
            $0.authorisation == authorisation && $0.status.isRunning
        }
    }

    public func obligationsWithoutDay(of kinds: [String], limit: Int) throws -> [Obligation] {
        let obligations = try written.obligations
        let below = try base.obligationsWithoutDay(
            of: kinds,
            limit: widened(limit, by: obligations)
        )
        return Array(
            obligations.over(below, mayMatchSince: true) {
                kinds.contains($0.kind) && $0.status == .open && $0.dueOn == nil
            }.prefix(limit)
        )
    }

    public func heldGuarantees(
        of eori: EORI,
        under authorisation: AuthorisationNumber?,
        limit: Int
    ) throws -> [Guarantee] {
        try page(of: written.guarantees, limit: limit) {
            try base.heldGuarantees(of: eori, under: authorisation, limit: $0)
        } where: {
            $0.holder.eori == eori && $0.heldCents > 0
                && (authorisation == nil || $0.authorisation == authorisation)
        }
    }

    public func guarantees(of eori: EORI, limit: Int) throws -> [Guarantee] {
        try page(of: written.guarantees, limit: limit) {
            try base.guarantees(of: eori, limit: $0)
        } where: {
            $0.holder.eori == eori
        }
    }

    public func guarantees(statedBy request: RequestIdentifier) throws -> [Guarantee] {
        try written.guarantees.over(base.guarantees(statedBy: request)) {
            $0.request == request
        }
    }

    // MARK: Persons

    public func personalFile(of person: PersonIdentifier) throws -> PersonalFile {
        try recordedFile(of: person)
    }

    /// What lies below says of messages, and all that there is of records.
    public func recordedFile(of person: PersonIdentifier) throws -> PersonalFile {
        let written = try written
        var file = try base.personalFile(of: person)
        let own = try requests(of: person, after: nil, limit: .max).map(\.identifier)
        let requests = Set(own)
        let kept = requests.subtracting(written.erasedWritings)
        file.writings.removeAll { !kept.contains($0.request) }
        file.documents.removeAll { !kept.contains($0.request) }
        file.writings += own.flatMap { request in
            written.writings[request, default: []].map { .init(request: request, text: $0) }
        }.sorted { $0.text.recordedAt < $1.text.recordedAt }
        file.documents += own.flatMap { written.documents[$0, default: []] }
            .sorted { $0.recordedAt < $1.recordedAt }
        file.statements = try own.flatMap { request in
            try fields(of: request).members.map { .init(request: request, member: $0) }
        }
        file.authorisations = written.authorisations.over(file.authorisations) {
            requests.contains($0.request)
        }
        file.obligations = written.obligations.over(file.obligations) {
            requests.contains($0.request)
        }
        file.guarantees = written.guarantees.over(file.guarantees) {
            requests.contains($0.request)
        }
        return file
    }

    // MARK: What is no record

    public func messages(
        about person: PersonIdentifier,
        after place: Int64,
        limit: Int
    ) throws -> [Placed<PersonalFile.SentMessage>] {
        try base.messages(about: person, after: place, limit: limit)
    }

    public func messages(naming words: [String], limit: Int) throws -> NamingMessages {
        try base.messages(naming: words, limit: limit)
    }

    public func recipients(ofDataAbout person: PersonIdentifier) throws -> [Recipient] {
        try base.recipients(ofDataAbout: person)
    }

    public func deadLetterReason(_ identifier: DeadLetterIdentifier) throws -> DeadLetterReason? {
        try base.deadLetterReason(identifier)
    }
}
