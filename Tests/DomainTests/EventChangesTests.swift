import Testing

@testable import Domain

private final class People: RegisterOverlay {
    let base: any RegisterView = EmptyRegister()
    var records = OverlaidRecords()
}

/// What becomes of the records by what happened: all that a store is told.
@Suite struct EventChangesTests {
    private static let now = Instant(seconds: 1_795_238_049)
    private static let eori = EORI(canonical: "LU12345678")

    private static func uuid(_ number: UInt8) -> UniversalIdentifier {
        UniversalIdentifier(random: [UInt8](repeating: number, count: 16))
    }

    private let person = Person(identifier: PersonIdentifier(uuid(1)), subject: "eaccess:anne")
    private let request = Request(
        identifier: RequestIdentifier(uuid(2)),
        procedure: "access",
        profile: "company",
        person: PersonIdentifier(uuid(1)),
        eori: eori,
        requested: .none,
        submittedAt: now
    )

    private func changes(_ event: Event, known: [Person] = []) throws -> [RecordChange] {
        let register = People()
        for person in known { try register.layOver(.add(.person(person))) }
        return try event.changes(at: Self.now, in: register)
    }

    private func text(_ content: String, _ kind: FreeText.Kind = .remarks) -> RecordChange {
        let text = FreeText(kind: kind, recordedAt: Self.now, content: content)
        return .write(.init(request: request.identifier, text: text))
    }

    @Test("A request is added, replaced, and removed with what was written about it")
    func requests() throws {
        #expect(try changes(.requestSubmitted(request)) == [.add(.request(request))])
        for remarks in [nil, ""] {
            let changed = Event.requestChanged(
                request,
                previous: .pending,
                by: .rule,
                remarks: remarks
            )
            #expect(try changes(changed) == [.replace(.request(request))])
        }
        let changed = Event.requestChanged(request, previous: .pending, by: .rule, remarks: "no")
        #expect(try changes(changed) == [.replace(.request(request)), text("no")])
        for event in [Event.requestReminded(request), .requestEscalated(request)] {
            #expect(try changes(event) == [.replace(.request(request))])
        }
        #expect(
            try changes(.requestErased(request)) == [
                .eraseWritings(about: request.identifier),
                .eraseFields(of: request.identifier), .remove(.request(request)),
            ]
        )
        let document = Document(kind: "passport", reference: "P-1")
        let supplement = Supplement(answer: "here", documents: [document])
        #expect(
            try changes(.supplementReceived(request.identifier, supplement)) == [
                text("here", .answer),
                .document(
                    .init(request: request.identifier, recordedAt: Self.now, document: document)
                ),
            ]
        )
    }

    @Test("Of whoever is erased, the record goes into the erasure; of nobody, nothing changes")
    func persons() throws {
        #expect(try changes(.personRecorded(person)) == [.add(.person(person))])
        #expect(
            try changes(.personChanged(person, previous: person, .restricted))
                == [.replace(.person(person))]
        )
        let erased = Event.personErased(person.identifier)
        #expect(try changes(erased) == [])
        #expect(
            try changes(erased, known: [person]) == [
                .add(.erasure(PersonErasure(person: person, beganAt: Self.now))),
                .remove(.person(person)), .removeCascades(of: person.identifier),
            ]
        )
    }

    @Test("With the end of a natural person's operator, a number goes that nobody has any more")
    func numbers() throws {
        for kind in OperatorKind.allCases {
            for status in OperatorStatus.allCases {
                let own = EconomicOperator(
                    eori: Self.eori,
                    kind: kind,
                    operations: .all,
                    status: status,
                    request: request.identifier
                )
                let event = Event.operatorChanged(own, previous: own, by: .rule, remarks: "so")
                let isEnd = kind == .naturalPerson && status == .revoked
                #expect(
                    try changes(event) == [.replace(.economicOperator(own)), text("so")]
                        + (isEnd ? [.forgetNumber(Self.eori)] : [])
                )
            }
        }
    }

    @Test("An order is there as long as it is outstanding, a cascade as long as it goes on")
    func steps() throws {
        let order = ProvisioningOrder(
            account: AccountIdentifier(Self.uuid(3)),
            number: 1,
            method: .post,
            causation: "e1"
        )
        #expect(try changes(.provisioning(order, .retried)) == [.replace(.order(order))])
        for step in [ProvisioningStep.done, .superseded] {
            #expect(try changes(.provisioning(order, step)) == [.remove(.order(order))])
        }
        let cascade = Cascade(
            eori: Self.eori,
            change: .requests(restingOn: .economicOperator),
            by: .rule,
            since: Self.now
        )
        #expect(try changes(.cascade(cascade, .begun)) == [.add(.cascade(cascade))])
        #expect(try changes(.cascade(cascade, .continued)) == [.replace(.cascade(cascade))])
        #expect(try changes(.cascade(cascade, .done)) == [.remove(.cascade(cascade))])
    }

    @Test("What an operator does with messages or the clock changes no record")
    func actions() throws {
        for action in [
            OperatorAction.outboxRetried(nil), .clockConfirmed, .deadLettersDiscarded([]),
        ] {
            #expect(try changes(.operated(action)) == [])
        }
    }
}
