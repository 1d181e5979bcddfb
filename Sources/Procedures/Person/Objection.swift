import Contract
import Domain

/// An objection to the processing of a person's data (GDPR 21): what it is about, and what follows
/// when it is upheld or not.
struct Objection {
    let person: Person
    /// The procedure that it is about; nil for all of them.
    let procedure: String?
    let context: DecisionContext

    static let grounds = FieldDefinition("grounds", "why the person objects")
    static let procedure = FieldDefinition(
        "procedure",
        "the procedure that it is about; all of them if it is left out",
        .line(1...100)
    ).optional
    /// In a request that is stored, where it is so: that the data were stored only before it.
    static let restrictedBefore = FieldDefinition("restrictedBefore", "that they were before")

    /// The longest grounds, in characters.
    static let longestGrounds = 4000

    init(of person: Person, to procedure: String?, in context: DecisionContext) {
        self.person = person
        self.procedure = procedure
        self.context = context
    }

    // MARK: When it comes

    /// Why a rule rejects it: the law requires all of what it is about (`retention-duty`), or there
    /// is nothing that it could be about (`not-eligible`). Nil where its grounds have to be
    /// weighed.
    func refusal() throws -> ProblemCode? {
        // All that is known of an official is what the decisions need.
        guard person.details != nil else { return .retentionDuty }
        var isConcerned = false
        try eachRequest { request in
            guard isAbout(request.procedure) else { return }
            isConcerned = true
        }
        let mayBeUpheld = try concerned(limit: 1).isEmpty == false
        return mayBeUpheld ? nil : isConcerned ? .retentionDuty : .notEligible
    }

    /// That the person exercised rights is no processing to object to.
    private func isAbout(_ name: String) -> Bool {
        procedure.map { $0 == name } ?? (name != PersonRights.name)
    }

    private func eachRequest(_ body: (Request) throws -> Void) throws {
        var last: RequestIdentifier?
        repeat {
            let page = try context.register.requests(
                of: person.identifier,
                after: last,
                limit: Erasure.recordsAtOnce
            )
            try page.forEach(body)
            last = page.last?.identifier
        } while last != nil
    }

    /// What it is about and the law does not require.
    private func concerned(limit: Int) throws -> [Request] {
        var found: [Request] = []
        try eachRequest { request in
            let activity = ProcedureCatalogue.procedure(named: request.procedure)?.activity
            if isAbout(request.procedure), activity?.restsOnLegalObligation == false,
                found.count < limit
            {
                found.append(request)
            }
        }
        return found
    }

    // MARK: When it is upheld

    /// What stays all the same.
    func kept(besides objection: RequestIdentifier) throws -> [KeptRecord] {
        let erasure = Erasure(of: person, by: .rule, in: context)
        return try procedure == nil
            ? erasure.kept(besides: objection)
            : erasure.kept(because: concerned(limit: Erasure.recordsAtOnce), accounts())
    }

    /// What it is about is erased: all of it, or what one procedure has.
    ///
    /// Of one procedure, open requests are withdrawn, the accounts that came of it are deleted, and
    /// the requests go as those do whose time is over, as far as nothing holds them.
    func upheld(_ objection: RequestIdentifier, by originator: Originator) throws -> [Event] {
        let erasure = Erasure(of: person, by: originator, in: context)
        guard procedure != nil else { return try erasure.events(upholding: objection) }
        let lifted = try PersonFollowing.restriction(of: person, false, in: context)
        var current: [AccountIdentifier: Account] = [:]
        for case .accountChanged(let account, _, _, _, _) in lifted {
            current[account.identifier] = account
        }
        let accounts = try accounts().map { current[$0.identifier] ?? $0 }
        let closed = try concerned(limit: .max).map { request in
            guard !request.status.isOpen else {
                return request.moved(to: .withdrawn, by: originator, at: context.now)
            }
            var due = request
            due.eraseAt = context.now
            return Event.requestKept(due)
        }
        return lifted + closed + (try erasure.deletions(of: accounts))
    }

    /// Those that came of what it is about. Each took a decision: a person has a handful.
    private func accounts() throws -> [Account] {
        let requests = Set(try concerned(limit: .max).map(\.identifier))
        return try context.register.accounts(
            of: person.identifier,
            after: nil,
            limit: Erasure.recordsAtOnce
        ).filter { requests.contains($0.request) }
    }
}

// What is decided on an objection.
extension PersonRights {
    static func approvals(of request: Request) -> [Approval] {
        request.profile == Profile.objection.rawValue
            ? [Approval("authority", by: .authority(office))] : []
    }

    static let isDecidedUnderRestriction = true

    static func consequences(
        ofGranting request: Request,
        on _: RequestFields,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        try objection(request, in: context)?.upheld(request.identifier, by: originator) ?? []
    }

    static func kept(
        onGranting request: Request,
        in context: DecisionContext
    ) throws -> [KeptRecord] {
        try objection(request, in: context)?.kept(besides: request.identifier) ?? []
    }

    /// The data are processed again, unless they were stored only before it.
    static func consequences(
        ofRefusing request: Request,
        in context: DecisionContext
    ) throws -> [Event] {
        let stated = try context.register.fields(of: request.identifier)
        guard stated[Objection.restrictedBefore] == nil,
            let person = try context.register.person(request.person)
        else { return [] }
        return try PersonFollowing.restriction(of: person, false, in: context)
    }

    private static func objection(
        _ request: Request,
        in context: DecisionContext
    ) throws -> Objection? {
        guard let person = try context.register.person(request.person) else { return nil }
        let stated = try context.register.fields(of: request.identifier)
        return Objection(of: person, to: stated[Objection.procedure], in: context)
    }
}
