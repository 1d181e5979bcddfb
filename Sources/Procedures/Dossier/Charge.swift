import Contract
import Domain

/// What an authority says of money for a request that it granted, or is about to: how much is to be
/// paid, or that something was.
struct Charge: Hashable, Sendable {
    enum Kind: String, CaseIterable {
        case roadTax = "road-tax"
        case deposit
        case charges
    }

    let kind: Kind
    let cents: Int64
    /// The day by which it is to be paid, or on which it was.
    let day: CivilDate

    static let kind = FieldDefinition("kind", "what is paid", .choice(of: Kind.self))
    static let amount = FieldDefinition("amount", "how much, such as 1234.50", .euros)
    static let dueOn = FieldDefinition("dueOn", "the day by which it is to be paid", .day)
    static let paidOn = FieldDefinition("paidOn", "the day of the payment", .day)

    /// What a request states of what was charged for, in euros: such as `charge.road-tax`.
    static func charged(_ kind: Kind) -> String { "charge.\(kind.rawValue)" }
    /// What a request states of the day by which that is to be paid: such as `due.charges`.
    static func due(_ kind: Kind) -> String { "due.\(kind.rawValue)" }
    /// What a request states of what was paid so far, in euros.
    static func paid(_ kind: Kind) -> String { "paid.\(kind.rawValue)" }
}

/// `approval.charge` and `approval.payment`, of what papers are put together for.
struct ChargeReport: Command {
    enum Manner {
        /// It is to be paid.
        case charged
        /// It was paid.
        case paid
    }

    let identifier: RequestIdentifier
    let actor: DecisionMaker
    let charge: Charge
    let manner: Manner

    var request: RequestIdentifier? { identifier }
    var awaitedRequest: RequestIdentifier? { identifier }
    var speaker: String? { actor.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let request = try context.register.request(identifier) else {
            return .wait(for: identifier)
        }
        do {
            return .apply(try events(about: request, in: context))
        } catch let problem as Problem {
            return .refuse(problem)
        }
    }

    private func events(about request: Request, in context: DecisionContext) throws -> [Event] {
        let lookup = PersonLookup(context: context)
        try lookup.check(actor, isNoneOf: [request.person], orOf: request.eori)
        try actor.check(isOf: [.customsAuthority], "says what is paid")
        let procedure = ProcedureCatalogue.procedure(named: request.procedure)
        guard let procedure = procedure as? any DossierProcedure.Type else {
            throw Problem.nothingToPay(charge.kind)
        }
        let (maker, recorded) = try lookup.decisionMaker(actor)
        switch manner {
        case .charged:
            return recorded
                + (try procedure.charged(charge, on: request, by: maker, in: context))
        case .paid:
            guard charge.day <= LuxembourgCalendar.date(at: context.now) else {
                throw Problem(
                    .dateOutOfRange,
                    at: Charge.paidOn.pointer,
                    "the day is still to come"
                )
            }
            return recorded + (try procedure.paid(charge, on: request, by: maker, in: context))
        }
    }
}

extension ChargeReport {
    static func readCharge(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let kind: Charge.Kind? = data.choice(Charge.kind.name)
        return read(&data, kind, .charged, Charge.dueOn)
    }

    /// A payment is a duty of excise, or of one of the kinds that are charged for here.
    static func readPayment(_ data: inout PayloadReader, _ envelope: Envelope) -> (any Command)? {
        let kinds = [DutyPayment.kind] + Charge.Kind.allCases.map(\.rawValue)
        let kind = data.choice(Charge.kind.name, among: kinds)
        return kind == DutyPayment.kind
            ? DutyPayment.read(&data, envelope)
            : read(&data, kind.flatMap(Charge.Kind.init), .paid, Charge.paidOn)
    }

    private static func read(
        _ data: inout PayloadReader,
        _ kind: Charge.Kind?,
        _ manner: Manner,
        _ day: FieldDefinition
    ) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let actor = data.actor()
        let cents = data.money(Charge.amount.name)
        let day = data.date(day.name)
        if cents == 0 { data.report("must not be 0.00", at: Charge.amount.name) }
        if manner == .charged, kind == .deposit {
            data.report("a deposit is computed, and charged by nobody", at: Charge.kind.name)
        }
        guard let identifier, let actor, let kind, let cents, let day else { return nil }
        return ChargeReport(
            identifier: identifier,
            actor: actor,
            charge: Charge(kind: kind, cents: cents, day: day),
            manner: manner
        )
    }
}

extension ChargeReport {
    /// The messages about money.
    static let messages: [MessageDefinition] = [
        MessageDefinition(
            "approval.charge",
            fields: [Charge.kind, Charge.amount, Charge.dueOn],
            read: readCharge
        ),
        MessageDefinition(
            "approval.payment",
            fields: [Charge.kind, Charge.paidOn, Charge.amount],
            read: readPayment
        ),
    ]
}

extension Problem {
    static func nothingToPay(_ kind: Charge.Kind) -> Problem {
        Problem(
            .notAwaited,
            at: Charge.kind.pointer,
            "nothing of the kind \(kind.rawValue) is paid for this request"
        )
    }
}
