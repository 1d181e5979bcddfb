import Contract
import Domain

/// What messages say of guarantees that are held, and the register keeps of them.
enum Secured {
    /// In a request that is stored, too: which guarantee is asked back.
    static let guarantee = FieldDefinition(
        "guarantee",
        "the id of a guarantee",
        .init("the id of a guarantee") { GuaranteeIdentifier($0) }
    ).optional
    static let reference =
        FieldDefinition("reference", "what names the guarantee", .line(1...255))
    static let action = FieldDefinition(
        "action",
        "what is done with the guarantee",
        .choice(of: GuaranteeDecision.Action.self)
    )
    static let amount =
        FieldDefinition("amount", "how much, such as 376.55", .euros).optional

    /// In the request that led to the authorisation: what names a guarantee that was handed in
    /// later. What the request itself stated has the name of `Stated.guaranteeReference`.
    static func name(of guarantee: GuaranteeIdentifier) -> FieldDefinition {
        FieldDefinition("guarantee.\(guarantee)", "what names a guarantee that came later")
    }
}

extension Excise {
    /// As many as one operator has at a time.
    static let mostGuarantees = 1000

    /// The operator's guarantees of that name: those of which something is left, or all others
    /// where there is none.
    static func guarantees(
        named name: String,
        of eori: EORI,
        under number: AuthorisationNumber? = nil,
        in register: any RegisterView
    ) throws -> [Guarantee] {
        let held = try register.heldGuarantees(of: eori, under: number, limit: mostGuarantees)
            .filter { try $0.isNamed(name, in: register) }
        guard held.isEmpty else { return held }
        return try register.guarantees(of: eori, limit: mostGuarantees).filter {
            try (number == nil || $0.authorisation == number)
                && $0.isNamed(name, in: register)
        }
    }
}

// What a guarantee secures, and when it comes back.
extension Guarantee {
    /// What names it, as it was stated; nil once that is not stored any more.
    func name(in register: any RegisterView) throws -> String? {
        let stated = try register.fields(of: request)
        return stated[Secured.name(of: identifier)] ?? stated[Stated.guaranteeReference]
    }

    /// Whether it is excise's, and called so: by what names it, or the movement that it secures.
    func isNamed(_ name: String, in register: any RegisterView) throws -> Bool {
        guard procedure == Excise.name else { return false }
        return try reference?.isExactly(name) == true
            || self.name(in: register)?.isExactly(name) == true
    }

    /// Whether it secures what an authorisation allows, and no one movement.
    var isStanding: Bool { reference == nil }

    /// Whether it secures one movement, be it by an authorisation for no more than that.
    func isForOneMovement(in register: any RegisterView) throws -> Bool {
        guard isStanding, let authorisation else { return true }
        return try register.authorisation(authorisation)?.exciseKind?.rules.oneMovement == true
    }

    /// Why a guarantee does not come back yet.
    enum Hindrance: Hashable {
        /// At most `mostNamed` and one more.
        case running([Obligation])
        /// The authorisation allows more that it has to secure.
        case authorisation
    }

    static let mostNamed = 50

    /// A movement's own secures its arrival; that of an authorisation, all that is done under it.
    func hindrance(in register: any RegisterView) throws -> Hindrance? {
        guard let number = authorisation else { return nil }
        if let reference {
            let running = try register.obligations(under: number, reference: reference)
                .filter(\.status.isRunning)
            return running.isEmpty ? nil : .running(running)
        }
        let running = try register.runningObligations(under: number, limit: Self.mostNamed + 1)
        guard running.isEmpty else { return .running(running) }
        guard try register.authorisation(number)?.status == .active else { return nil }
        let isOver =
            try isForOneMovement(in: register)
            && !register.obligations(under: number, reference: nil).isEmpty
        return isOver ? nil : .authorisation
    }

    /// Checks that what is left of it may come back now.
    ///
    /// - Parameter place: Of what names it in the message.
    /// - Throws: `Problem`: `not-awaited` where nothing is left, `obligations-open`, `not-eligible`
    ///   while the authorisation that it secures goes on.
    func checkComesBack(at place: String, in register: any RegisterView) throws {
        try checkIsHeld(at: place)
        switch try hindrance(in: register) {
        case .running(let obligations): throw Problem(open: obligations, at: place)
        case .authorisation:
            throw Problem(
                .notEligible,
                at: place,
                "it secures an authorisation that goes on, and comes back after its end"
            )
        case nil: return
        }
    }

    /// - Throws: `Problem` with the code `not-awaited`.
    func checkIsHeld(at place: String) throws {
        guard heldCents == 0 else { return }
        throw Problem(.notAwaited, at: place, "nothing is left of it: it is \(status.rawValue)")
    }
}

extension Problem {
    /// What a guarantee secures is still to be done: one finding each, and one for all that is left
    /// out.
    fileprivate init(open obligations: [Obligation], at place: String) {
        var findings = obligations.prefix(Guarantee.mostNamed).map { obligation in
            Finding(
                pointer: place,
                detail: "\(obligation.kind) of \(obligation.reference), due on "
                    + (obligation.dueOn?.description ?? "no day yet")
                    + ", is \(obligation.status.rawValue): obligation \(obligation.identifier)"
            )
        }
        if obligations.count > findings.count {
            findings.append(Finding(pointer: place, detail: "and more, which are not listed"))
        }
        self.init(
            .obligationsOpen,
            "what it secures is still to be done",
            findings: findings
        )
    }
}

/// What the standing guarantees of an authorisation have to cover.
struct StandingCover {
    let authorisation: Authorisation

    /// As many movements as are on the way under one authorisation.
    private static let mostMovements = 100_000

    /// Those of which something is left.
    func guarantees(in register: any RegisterView) throws -> [Guarantee] {
        try register.heldGuarantees(
            of: authorisation.eori,
            under: authorisation.number,
            limit: Excise.mostGuarantees
        ).filter(\.isStanding)
    }

    /// What movements that are on the way need: all of them together, or the greatest where each is
    /// covered for itself. Those with guarantees of their own need nothing.
    func centsInUse(in context: DecisionContext) throws -> Int64 {
        let register = context.register
        let amounts =
            try register
            .runningObligations(under: authorisation.number, limit: Self.mostMovements)
            .filter { $0.duty == .receiptExpected }
            .filter { try register.guarantees(statedBy: $0.request).isEmpty }
            .map { try register.fields(of: $0.request).cents(of: Stated.guaranteeAmount) ?? 0 }
        return context.settings.values[Excise.coverInUse]
            ? amounts.reduce(0, +) : amounts.max() ?? 0
    }
}
