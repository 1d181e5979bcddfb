import Domain

/// Finds the people whom messages name, and makes those known who are new.
struct PersonLookup {
    let context: DecisionContext

    /// The applicant as the register knows them, and the event that records them if it does not.
    ///
    /// A person is the `subject` alone: what a later message says of name or address updates
    /// nothing, since rectifying is a right that is exercised by a message of its own.
    func applicant(_ applicant: Applicant) throws -> (person: Person, events: [Event]) {
        let known = try context.register.person(subject: applicant.subject)
        if let known, known.details != nil { return (known, []) }
        var person =
            known
            ?? Person(
                identifier: PersonIdentifier(context.identifiers.next()),
                subject: applicant.subject
            )
        person.details = applicant
        return (person, [.personRecorded(person)])
    }

    /// Who decides, as the register knows them, and the event that records them if it does not.
    func decisionMaker(_ actor: DecisionMaker) throws -> (by: Originator, events: [Event]) {
        if var known = try context.register.person(subject: actor.subject) {
            let by = Originator.decisionMaker(known.identifier, actor.role)
            // An official's name stays under the decisions, whatever the person asked for before.
            guard actor.role != .manager, known.signature == nil else { return (by, []) }
            known.signature = actor.name
            return (by, [.personRecorded(known)])
        }
        let person = Person(
            identifier: PersonIdentifier(context.identifiers.next()),
            subject: actor.subject,
            signature: actor.name
        )
        return (.decisionMaker(person.identifier, actor.role), [.personRecorded(person)])
    }

    /// Whether `subject` is the eAccess identifier of the person, byte for byte: texts that are
    /// only canonically equivalent name different people, as they do in the register.
    func isPerson(_ identifier: PersonIdentifier, subject: String) throws -> Bool {
        guard let person = try context.register.person(identifier) else { return false }
        return person.subject.isExactly(subject)
    }

    /// The account through which `actor` may decide for the operator now: active, and of somebody
    /// who manages it. Nil if there is none.
    func managingAccount(of actor: DecisionMaker, at eori: EORI) throws -> Account? {
        try activeAccount(of: actor.subject, at: eori) { $0.managesOperator }
    }

    /// The active account of the person under the operator, in a role that `suits`. Nil if there is
    /// none.
    ///
    /// - Parameter subject: eAccess's identifier of the person.
    func activeAccount(
        of subject: String,
        at eori: EORI,
        suits: (AccountRole) -> Bool = { _ in true }
    ) throws -> Account? {
        // Where many are to be set aside, an account may not have been reached yet.
        try account(of: subject, at: eori, suits: suits) { account, person in
            account.status == .active && !person.isRestricted
        }
    }

    /// The account through which the person may ask, or report what the law requires: an active
    /// one, or one that is suspended because the person has restricted their own data. What is
    /// asked then waits, and what is due does not. Nil if there is none.
    ///
    /// - Parameter subject: eAccess's identifier of the person.
    func askingAccount(
        of subject: String,
        at eori: EORI,
        suits: (AccountRole) -> Bool = { _ in true }
    ) throws -> Account? {
        try account(of: subject, at: eori, suits: suits) { account, person in
            account.status == .active || person.isRestricted && account.status == .suspended
        }
    }

    private func account(
        of subject: String,
        at eori: EORI,
        suits: (AccountRole) -> Bool,
        isUsable: (Account, Person) -> Bool
    ) throws -> Account? {
        // Of a revoked operator an account may not have been reached yet.
        guard let person = try context.register.person(subject: subject),
            try context.register.economicOperator(eori)?.status == .registered
        else { return nil }
        return try context.register.accounts(of: person.identifier, at: eori).first {
            suits($0.role) && isUsable($0, person)
        }
    }

    /// Refuses an official who speaks of what is due from themselves, from an operator for which
    /// they act, or because of what they reported.
    ///
    /// - Throws: `Problem` with the code `own-request`, or an error of the register.
    func check(
        _ actor: DecisionMaker,
        isNoneOf people: [PersonIdentifier],
        orOf eori: EORI?
    ) throws {
        let isOne = try people.contains { try isPerson($0, subject: actor.subject) }
        guard try !isOne && eori.map({ try holdsAccount(actor.subject, of: $0) }) != true else {
            throw Problem(
                .ownRequest,
                at: "/data/actor/subject",
                "the actor reported it, or holds an account of the operator that has to do it"
            )
        }
    }

    /// Whether the person holds an account of the operator that stands.
    func holdsAccount(_ subject: String, of eori: EORI) throws -> Bool {
        guard let person = try context.register.person(subject: subject) else { return false }
        return try context.register.accounts(of: person.identifier, at: eori)
            .contains(where: \.status.stands)
    }
}

extension DecisionMaker {
    /// - Parameter deed: What nobody else does, such as "revokes an authorisation".
    /// - Throws: `Problem` with the code `not-authorised`, unless it speaks for one of the offices.
    func check(isOf offices: [ActorRole], _ deed: String) throws {
        guard !offices.contains(role) else { return }
        let names = offices.map { $0.rawValue.replacing("-", with: " ") }
        throw Problem(
            .notAuthorised,
            at: "/data/actor/role",
            "the \(names.joined(separator: " or the ")) alone \(deed)"
        )
    }
}
