import Domain
import Workflow

// What changes bring for many accounts.
extension SQLiteTransaction {
    /// In the place of an operator's status: that requests are withdrawn.
    fileprivate static let requests = "requests"

    func insert(_ cascade: Cascade) throws {
        let (number, before, after, word): (String?, OperationSet?, OperationSet?, String?) =
            switch cascade.change {
            case .authorisation(let number): (number.text, nil, nil, nil)
            case .economicOperator(let before, let after, let status):
                (nil, before, after, status.rawValue)
            case .requests(restingOn: .authorisation(let number)):
                (number.text, nil, nil, Self.requests)
            case .requests: (nil, nil, nil, Self.requests)
            case .person(_, let work): (nil, nil, nil, work.rawValue)
            case .system(_, let work): (nil, nil, nil, work.rawValue)
            }
        let statement = try statement(.insertCascade)
        statement.bind(cascade.eori?.text)
        statement.bind(number)
        statement.bind(before)
        statement.bind(after)
        statement.bind(word)
        statement.bind(OriginatorCodec.encode(cascade.by))
        if case .requests(restingOn: .account(let person)) = cascade.change {
            statement.bind(person.uuid)
        } else {
            statement.bind(cascade.applicant?.uuid)
        }
        statement.bind(cascade.remarks?.uuid)
        statement.bind(cascade.since)
        statement.bind(cascade.reached?.uuid ?? cascade.reachedRequest?.uuid)
        statement.bind(cascade.hasTakenManager)
        statement.bind(cascade.origin.identifier)
        statement.bind(cascade.origin.traceParent)
        statement.bind(cascade.origin.request?.uuid)
        statement.bind(cascade.person?.uuid)
        statement.bind(cascade.formerName)
        statement.bind(cascade.place)
        statement.bind(cascade.system)
        try statement.run()
        connection.state.mayHaveCascades = true
    }

    func update(_ cascade: Cascade) throws {
        let statement = try statement(.updateCascade)
        statement.bind(cascade.reached?.uuid ?? cascade.reachedRequest?.uuid)
        statement.bind(cascade.hasTakenManager)
        statement.bind(cascade.place)
        statement.bind(cascade.number)
        guard try statement.run() == 1 else {
            throw contradiction("no cascade \(cascade.number)")
        }
    }

    func remove(_ cascade: Cascade) throws {
        try statement(.deleteCascade, cascade.number).run()
    }

    func removeCascades(of person: PersonIdentifier) throws {
        try statement(.deleteCascadesOfPerson, person.uuid).run()
    }

    func hasCascade(of eori: EORI) throws -> Bool {
        try checkUsable()
        return try connection.state.mayHaveCascades && isInCascade(eori)
    }

    /// When the first began; nil if there is none.
    func nextCascade() throws -> Instant? {
        guard connection.state.mayHaveCascades else { return nil }
        let next = try statement(.nextCascade).first { $0.instant(0) }
        connection.state.mayHaveCascades = next != nil
        return next
    }

    func cascades(dueAt now: Instant, limit: Int) throws -> [Cascade] {
        try checkUsable()
        guard connection.state.mayHaveCascades else { return [] }
        return try statement(.cascadesDue, now, limit).all { try $0.cascade() }
    }
}

extension SQLiteStatement {
    func cascade() throws -> Cascade {
        let number = optionalText(2).map { AuthorisationNumber($0) }
        var applicant = try optionalIdentifier(7).map(PersonIdentifier.init)
        let reached = try optionalIdentifier(10)
        var isOfRequests = optionalText(5) == SQLiteTransaction.requests
        var change: Cascade.Change
        switch (number, isOfRequests) {
        case (nil, false) where !isNull(18):
            change = .system(text(18), try value(5))
        case (nil, false) where !isNull(15):
            let work: Cascade.PersonWork = try value(5)
            change = .person(PersonIdentifier(try identifier(15)), work)
            isOfRequests = work == .awaited || work == .consentWithdrawn
        case (let number?, true): change = .requests(restingOn: .authorisation(number))
        case (let number?, false): change = .authorisation(number)
        case (nil, true):
            change = .requests(restingOn: applicant.map { .account($0) } ?? .economicOperator)
            applicant = nil
        case (nil, false):
            change = .economicOperator(
                from: try operations(3),
                to: try operations(4),
                try value(5)
            )
        }
        guard let by = OriginatorCodec.decode(text(6)) else {
            throw damaged("'\(text(6))' is nobody who decides")
        }
        return Cascade(
            number: integer(0),
            eori: optionalText(1).map { EORI(canonical: $0) },
            change: change,
            by: by,
            applicant: applicant,
            remarks: try optionalIdentifier(8).map(RequestIdentifier.init),
            since: instant(9),
            reached: isOfRequests ? nil : reached.map(AccountIdentifier.init),
            reachedRequest: isOfRequests ? reached.map(RequestIdentifier.init) : nil,
            hasTakenManager: integer(11) != 0,
            formerName: optionalText(16),
            place: isNull(17) ? nil : integer(17),
            origin: Cascade.Origin(
                identifier: text(12),
                traceParent: optionalText(13),
                request: try optionalIdentifier(14).map(RequestIdentifier.init)
            )
        )
    }

    private func optionalIdentifier(_ column: Int32) throws -> UniversalIdentifier? {
        isNull(column) ? nil : try identifier(column)
    }
}

/// Who brought something about, in one line of words.
enum OriginatorCodec {
    static func encode(_ originator: Originator) -> String {
        switch originator {
        case .applicant: "applicant"
        case .decisionMaker(let person, let role, let account):
            (["decision-maker", role.rawValue, person.description]
                + [account?.description].compactMap(\.self)).joined(separator: " ")
        case .rule: "rule"
        case .timer(let name): "timer \(name)"
        case .provisioner: "provisioner"
        }
    }

    static func decode(_ text: String) -> Originator? {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("applicant", 1): return .applicant
        case ("rule", 1): return .rule
        case ("provisioner", 1): return .provisioner
        case ("timer", 2): return .timer(words[1])
        case ("decision-maker", 3...4):
            guard let role = ActorRole(rawValue: words[1]),
                let person = PersonIdentifier(words[2])
            else { return nil }
            guard words.count == 4 else { return .decisionMaker(person, role) }
            guard let account = AccountIdentifier(words[3]) else { return nil }
            return .decisionMaker(person, role, with: account)
        default: return nil
        }
    }
}
