import Testing

@testable import Domain

/// A register that is nothing but what was written over another.
private final class Layer: RegisterOverlay {
    let base: any RegisterView
    var records = OverlaidRecords()

    init(over base: any RegisterView = EmptyRegister()) {
        self.base = base
    }
}

/// Says the same again for the same seed.
private struct CountedNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

extension Array {
    fileprivate func pick(_ generator: inout CountedNumbers) -> Element {
        self[Int.random(in: indices, using: &generator)]
    }
}

private func uuid(_ number: UInt64, _ series: UInt8) -> UniversalIdentifier {
    UniversalIdentifier(
        // The version and the variant stand in bytes that are the same for all.
        random: [series] + [UInt8](repeating: 0, count: 8)
            + (0..<7).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    )
}

/// Whatever lies below: a register over nothing and one over many layers answer alike.
@Suite struct OverlayTests {
    private static let start = Instant(seconds: 1_795_238_049)
    private static let operators = (0..<3).map { EORI(canonical: "LU\($0)") }
    private static let numbers = (0..<3).map { AuthorisationNumber("LU0000012345\($0)") }
    private static let persons = (0..<4).map { PersonIdentifier(uuid(UInt64($0), 1)) }
    private static let steps = 120
    private static let profiles = ["company", "employee"]

    @Test("what is written over a register is found as in a register of its own", arguments: 1...4)
    func layers(seed: Int) throws {
        var generator = CountedNumbers(state: UInt64(seed))
        let single = Layer()
        var stacked = Layer()
        for step in 0..<Self.steps {
            if Int.random(in: 0..<12, using: &generator) == 0 { stacked = Layer(over: stacked) }
            let change = try Self.change(UInt64(step), to: single, using: &generator)
            try single.layOver(change)
            try stacked.layOver(change)
            guard step % 10 == 0 else { continue }
            let (one, other) = (try Self.answers(of: single), try Self.answers(of: stacked))
            for (index, pair) in zip(one, other).enumerated() where pair.0 != pair.1 {
                Issue.record("step \(step), answer \(index): \(pair.1), not \(pair.0)")
                return
            }
        }
    }

    @Test("a change that does not go with what lies below is refused")
    func contradictions() throws {
        let below = Layer()
        let request = Self.request(1, of: Self.persons[0], Self.operators[0])
        let account = Self.account(1, of: Self.persons[0], Self.operators[0], place: 7)
        let person = Person(identifier: Self.persons[0], subject: "andr\u{e9}")
        for record in [RegisterRecord.request(request), .account(account), .person(person)] {
            try below.layOver(.add(record))
        }
        let layer = Layer(over: below)
        let refused: [RecordChange] = [
            .add(.request(request)), .add(.account(account)),
            .add(.account(Self.account(2, of: Self.persons[1], Self.operators[0], place: 7))),
            .add(.person(Person(identifier: Self.persons[1], subject: person.subject))),
            .replace(.request(Self.request(2, of: Self.persons[0], Self.operators[0]))),
            .remove(.request(Self.request(2, of: Self.persons[0], Self.operators[0]))),
        ]
        for change in refused {
            #expect(throws: RegisterContradiction.self, "\(change)") { try layer.layOver(change) }
        }
        // Another text, though Swift takes the two for one.
        let other = Person(identifier: Self.persons[1], subject: "andre\u{301}")
        try layer.layOver(.add(.person(other)))
        #expect(try layer.person(subject: person.subject) == person)
        #expect(try layer.person(subject: other.subject) == other)
    }

    // MARK: Random changes

    private static func change(
        _ step: UInt64,
        to register: Layer,
        using generator: inout CountedNumbers
    ) throws -> RecordChange {
        let person = persons.pick(&generator)
        let eori = operators.pick(&generator)
        let request = register.records.requests.all.randomElement(using: &generator)
        let at = start.advanced(bySeconds: Int64(step))
        switch (Int.random(in: 0..<14, using: &generator), request) {
        case (0, _):
            var record = Person(identifier: person, subject: "s\(person)")
            record.isRestricted = Bool.random(using: &generator)
            return .add(.person(record))
        case (1, _): return .remove(.person(Person(identifier: person, subject: "s\(person)")))
        case (2, var request?):
            // What is closed stays so.
            let isOpen = request.status.isOpen && Bool.random(using: &generator)
            request.status = isOpen ? .awaitingInformation : .granted
            return .replace(.request(request))
        case (3, let request?): return .remove(.request(request))
        case (4, let request?):
            let text = FreeText(kind: .remarks, recordedAt: at, content: "\(step)")
            return .write(.init(request: request.identifier, text: text))
        case (5, let request?):
            let fields = RequestFields([.init(name: "n\(step % 3)", value: "\(step)")])
            return .state(fields, of: request.identifier)
        case (6, let request?):
            return step % 2 == 0
                ? .eraseWritings(about: request.identifier)
                : .eraseFields(of: request.identifier)
        case (7, let request?):
            return try duty(step, request, register, using: &generator)
        case (8, _), (9, _):
            return try account(step, of: person, eori, register, using: &generator)
        case (10, _):
            let kind = OperatorKind.allCases.pick(&generator)
            return .add(
                .economicOperator(
                    EconomicOperator(
                        eori: eori,
                        kind: kind,
                        operations: .all,
                        request: RequestIdentifier(uuid(step, 2))
                    )
                )
            )
        case (11, _):
            let order = ProvisioningOrder(
                account: AccountIdentifier(uuid(step % 3, 3)),
                number: Int(step % 4),
                method: .post,
                causation: "\(step)"
            )
            return step % 3 == 0 ? .remove(.order(order)) : .add(.order(order))
        default: return .add(.request(Self.request(step, of: person, eori)))
        }
    }

    private static func account(
        _ step: UInt64,
        of person: PersonIdentifier,
        _ eori: EORI,
        _ register: Layer,
        using generator: inout CountedNumbers
    ) throws -> RecordChange {
        guard Bool.random(using: &generator),
            var account = register.records.accounts.all.randomElement(using: &generator)
        else {
            return .add(.account(Self.account(step, of: person, eori, place: step)))
        }
        account.status = [AccountStatus.active, .revoked].pick(&generator)
        account.role = [AccountRole.manager, .employee].pick(&generator)
        account.entitlements =
            Bool.random(using: &generator)
            ? [Entitlement("emcs", under: numbers[Int(step % 3)])] : []
        return .replace(.account(account))
    }

    private static func duty(
        _ step: UInt64,
        _ request: Request,
        _ register: Layer,
        using generator: inout CountedNumbers
    ) throws -> RecordChange {
        if Bool.random(using: &generator),
            var known = register.records.authorisations.all.randomElement(using: &generator)
        {
            known.status = .lapsed
            return .replace(.authorisation(known))
        }
        if Bool.random(using: &generator) { return guarantee(step, request, register) }
        let number = numbers[Int(step % 3)]
        let isFree =
            try register.authorisation(number) == nil
            && register.authorisation(grantedBy: request.identifier) == nil
        let day = CivilDate(dayNumber: 20_000)
        guard isFree else {
            return .add(
                .obligation(
                    Obligation(
                        identifier: ObligationIdentifier(uuid(step, 4)),
                        procedure: "excise",
                        kind: "ac4-declaration",
                        holder: .economicOperator(request.eori ?? operators[0]),
                        authorisation: number,
                        reference: "M-\(step)",
                        request: request.identifier,
                        arisenOn: day,
                        dueOn: day
                    )
                )
            )
        }
        return .add(
            .authorisation(
                Authorisation(
                    number: number,
                    procedure: "excise",
                    kind: "registered-consignee",
                    request: request.identifier,
                    eori: request.eori ?? operators[0],
                    scope: ["alcohol"],
                    validFrom: day
                )
            )
        )
    }

    private static func guarantee(
        _ step: UInt64,
        _ request: Request,
        _ register: Layer
    ) -> RecordChange {
        if let called = register.records.guarantees.all.first?.changed(.called, cents: 1) {
            return .replace(.guarantee(called))
        }
        return Guarantee(
            identifier: GuaranteeIdentifier(uuid(step, 5)),
            procedure: "excise",
            holder: .economicOperator(request.eori ?? operators[0]),
            request: request.identifier,
            amountCents: 3
        ).map { .add(.guarantee($0)) } ?? .eraseFields(of: request.identifier)
    }

    private static func request(
        _ number: UInt64,
        of person: PersonIdentifier,
        _ eori: EORI
    ) -> Request {
        Request(
            identifier: RequestIdentifier(uuid(number, 2)),
            procedure: "access",
            profile: profiles[Int(number % 2)],
            person: person,
            eori: eori,
            requested: .none,
            submittedAt: start
        )
    }

    private static func account(
        _ number: UInt64,
        of person: PersonIdentifier,
        _ eori: EORI,
        place: UInt64
    ) -> Account {
        Account(
            identifier: AccountIdentifier(uuid(number, 3)),
            person: person,
            eori: eori,
            request: RequestIdentifier(uuid(number, 2)),
            role: .employee,
            operations: .all,
            status: .active,
            location: "https://idm.example.lu/Users/\(place)"
        )
    }

    // MARK: Questions

    /// What the register answers to everything that it may be asked, in one order.
    private static func answers(of register: Layer) throws -> [AnyHashable] {
        var answers: [AnyHashable] = []
        for person in persons {
            answers += [
                try register.person(person), try register.person(subject: "s\(person)"),
                try register.requests(of: person, after: nil, limit: .max),
                try register.requests(of: person, after: nil, limit: 2),
                try register.accounts(of: person, after: nil, limit: .max),
                try register.accounts(of: person, after: nil, limit: 2),
                try register.hasStandingAccount(person),
                try register.personalFile(of: person),
                try register.hasRequest(of: person, besides: RequestIdentifier(uuid(1, 2))),
            ]
        }
        for eori in operators { answers += try self.answers(of: register, about: eori) }
        for number in numbers {
            answers += [
                try register.authorisation(number),
                // Whoever is entitled since stands behind the others.
                Set(try register.accounts(entitledUnder: number, limit: .max)),
                try register.obligations(under: number, reference: nil),
                try register.obligations(under: number, reference: "M-7"),
            ]
        }
        for number in 0..<UInt64(steps) {
            let request = RequestIdentifier(uuid(number, 2))
            let account = AccountIdentifier(uuid(number, 3))
            let at = start.advanced(bySeconds: Int64(number))
            answers += [
                try register.request(request), try register.fields(of: request),
                try register.remarks(on: request, at: at),
                try register.authorisation(grantedBy: request),
                try register.obligations(broughtAboutBy: request),
                try register.guarantee(GuaranteeIdentifier(uuid(number, 5))),
                try register.account(account), try register.provisioningOrders(of: account),
            ]
        }
        return answers
    }

    private static func answers(of register: Layer, about eori: EORI) throws -> [AnyHashable] {
        var answers: [AnyHashable] = [
            try register.economicOperator(eori),
            try register.managingAccounts(of: eori, limit: 3),
            try register.hasUnrestrictedRequest(for: eori, profiles: [profiles[0]]),
            try register.activeAuthorisations(of: eori, limit: 2),
        ]
        for person in persons.map(Optional.some) + [nil] {
            answers.append(
                try register.hasOpenRequest(for: eori, profiles: [profiles[1]], of: person)
            )
            var (last, found): (RequestIdentifier?, [Request]) = (nil, [])
            repeat {
                let page = try register.openRequests(for: eori, of: person, after: last, limit: 2)
                last = page.last?.identifier
                found += page
            } while last != nil
            answers.append(found)
        }
        for person in persons { answers.append(try register.accounts(of: person, at: eori)) }
        var (last, found): (AccountIdentifier?, [Account]) = (nil, [])
        repeat {
            let page = try register.accounts(of: eori, after: last, limit: 2)
            last = page.last?.identifier
            found += page
        } while last != nil
        answers.append(found)
        return answers
    }
}
