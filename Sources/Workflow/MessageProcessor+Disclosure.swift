import Correspondence
import Domain
import Procedures

// What the right of somebody brings of whom much is stored, done in parts: a disclosure (see
// `DisclosureProgress`), and telling others.
extension MessageProcessor {
    /// How many records are gathered at once.
    static let disclosedRecordsAtOnce = 100
    /// How many messages, of which little is told.
    static let disclosedMessagesAtOnce = 500
    /// After so much of what was written about requests, no further request is gathered with them.
    static let disclosedTextBytesAtOnce = 1 << 20
    /// How many parts are sent at once, of 256 KiB at most.
    static let disclosedPartsAtOnce = 4

    /// Does the next part of what a person's right brings, where that is more than deciding; nil
    /// where it is not. Returns what happened by it.
    func further(
        _ cascade: Cascade,
        cause: Cause,
        in transaction: any MaintenanceTransaction
    ) throws -> [Event]? {
        guard case .person(let person, let work) = cascade.change else { return nil }
        if work == .disclosed {
            return try disclose(person, cascade, cause: cause, in: transaction)
        }
        return work.tells ? try tell(person, cascade, in: transaction) : nil
    }

    /// How many of those who were mailed about somebody are told at once.
    static let toldAtOnce = 25

    /// All to whom mails about the person went are noted first, each once; then they are told.
    private func tell(
        _ identifier: PersonIdentifier,
        _ cascade: Cascade,
        in transaction: any MaintenanceTransaction
    ) throws -> [Event] {
        // Who is erased meanwhile takes it along, and the erasure tells them.
        guard try transaction.person(identifier) != nil else { return [.cascade(cascade, .done)] }
        var next = cascade
        if let place = cascade.place {
            let limit = settings.cascade.messages
            let page = try transaction.noteRecipients(
                ofDataAbout: identifier,
                after: place,
                until: cascade.since,
                limit: limit
            )
            next.place = page.count < limit ? nil : page.last
            return [.cascade(next, .continued)]
        }
        next.told = try transaction.takeRecipients(
            ofDataAbout: identifier,
            limit: Self.toldAtOnce
        )
        return [.cascade(next, next.told.isEmpty ? .done : .continued)]
    }

    /// Does the next part of a disclosure. Returns what happened by it.
    private func disclose(
        _ identifier: PersonIdentifier,
        _ cascade: Cascade,
        cause: Cause,
        in transaction: any MaintenanceTransaction
    ) throws -> [Event] {
        // Who is erased meanwhile takes the cascade along.
        guard let person = try transaction.person(identifier),
            let request = cascade.origin.request
        else { return [.cascade(cascade, .done)] }
        var progress = try transaction.disclosure(of: identifier) ?? DisclosureProgress()
        if progress.stage == .sending {
            return try send(&progress, of: person, request, cascade, in: transaction)
        }
        let records = try gather(&progress, of: person, request, in: transaction)
        for lists in correspondent.lists(of: records, cause: cause) {
            progress.parts += 1
            try transaction.keep(lists, asPart: progress.parts, ofDisclosureTo: identifier)
        }
        try transaction.record(progress, ofDisclosureTo: identifier)
        return [.cascade(cascade, .continued)]
    }

    /// The next page of the person's records.
    private func gather(
        _ progress: inout DisclosureProgress,
        of person: Person,
        _ request: RequestIdentifier,
        in transaction: any MaintenanceTransaction
    ) throws -> Disclosure {
        var requests: [Request] = []
        var accounts: [Account] = []
        var file = PersonalFile()
        var mentions = NamingMessages.none
        switch progress.stage {
        case .requests:
            (requests, file) = try requestsWithFile(&progress, of: person, in: transaction)
        case .accounts:
            let limit = Self.disclosedRecordsAtOnce
            accounts = try transaction.accounts(
                of: person.identifier,
                after: progress.reached.map(AccountIdentifier.init),
                limit: limit
            )
            progress.reached = accounts.last?.identifier.uuid ?? progress.reached
            if accounts.count < limit { progress.goOn(to: .messages) }
        case .messages:
            let limit = Self.disclosedMessagesAtOnce
            let page = try transaction.messages(
                about: person.identifier,
                after: progress.place,
                limit: limit
            )
            file.messages = page.map(\.record).filter(\.isDisclosed)
            progress.place = page.last?.place ?? progress.place
            if page.count < limit { progress.goOn(to: .mentions) }
        case .mentions:
            mentions = try transaction.messages(
                naming: person.words,
                limit: Disclosure.mentionsAtMost
            )
            progress.hasAllMentions = mentions.isComplete
            progress.goOn(to: .sending)
        case .sending: break
        }
        return Disclosure(
            request: request,
            person: person,
            requests: requests,
            accounts: accounts,
            file: file,
            mentions: mentions,
            activities: ProcedureCatalogue.activities(settings)
        )
    }

    private func requestsWithFile(
        _ progress: inout DisclosureProgress,
        of person: Person,
        in transaction: any MaintenanceTransaction
    ) throws -> ([Request], PersonalFile) {
        let limit = Self.disclosedRecordsAtOnce
        let page = try transaction.requests(
            of: person.identifier,
            after: progress.reached.map(RequestIdentifier.init),
            limit: limit
        )
        var requests: [Request] = []
        var file = PersonalFile()
        for request in page where file.textBytes < Self.disclosedTextBytesAtOnce {
            requests.append(request)
            file.append(try transaction.personalFile(about: request.identifier))
        }
        progress.reached = requests.last?.identifier.uuid ?? progress.reached
        if page.count < limit, requests.count == page.count { progress.goOn(to: .accounts) }
        return (requests, file)
    }

    private func send(
        _ progress: inout DisclosureProgress,
        of person: Person,
        _ request: RequestIdentifier,
        _ cascade: Cascade,
        in transaction: any MaintenanceTransaction
    ) throws -> [Event] {
        let first = Int(progress.place) + 1
        let last = min(Int(progress.place) + Self.disclosedPartsAtOnce, progress.parts)
        let events = try (first..<last + 1).map { number in
            Event.personDisclosed(
                Disclosure(
                    request: request,
                    person: person,
                    mentions: NamingMessages([], isComplete: progress.hasAllMentions),
                    activities: ProcedureCatalogue.activities(settings),
                    part: Disclosure.Part(
                        number: number,
                        count: progress.parts,
                        lists: try transaction.takePart(
                            number,
                            ofDisclosureTo: person.identifier
                        )
                    )
                )
            )
        }
        progress.place = Int64(last)
        let isDone = last == progress.parts
        try transaction.record(isDone ? nil : progress, ofDisclosureTo: person.identifier)
        return events + [.cascade(cascade, isDone ? .done : .continued)]
    }
}
