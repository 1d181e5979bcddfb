import Contract
import Domain

/// `registration.excise.ac4`, `registration.excise.payment` and
/// `registration.excise.report-of-receipt`: what had to be done was done.
struct Fulfilment: ReportCommand {
    /// One thing that a message says was done.
    struct Deed {
        let duty: Excise.Duty
        /// The member that holds the day.
        let field: FieldDefinition

        init(_ duty: Excise.Duty, _ field: FieldDefinition) {
            self.duty = duty
            self.field = field
        }
    }

    let sender: ReportSender
    let movement: Excise.Movement
    /// With the day of each; at least one.
    let done: [(deed: Deed, day: CivilDate)]
    /// What else is said of it, such as the amount; kept with the request.
    let stated: RequestFields
    /// By which mandate it is sent; nil where the operator's own people send it.
    let representation: MandateUse.Statement?

    private var profile: Excise.Profile {
        switch done.first?.deed.duty {
        case .declaration, nil: .declaration
        case .payment: .payment
        case .reportOfReceipt: .reportOfReceipt
        case .receiptExpected: .movementClosed
        case .catchUp: .fallbackClosed
        case .stockRecord: .stockRecord
        }
    }

    private var scope: Excise.MandateScope {
        switch profile {
        case .declaration, .payment: .declaration
        default: .emcs
        }
    }

    func events(in context: DecisionContext) throws -> [Event] {
        let report = ExciseReport(
            sender: sender,
            profile: profile,
            use: MandateUse(stated: representation, scope: scope, days: done.map(\.day)),
            completed: movement
        )
        let (authorisation, person) = try report.check(in: context)
        let known = try context.register.obligations(under: number, about: movement)
        let met = try done.map { deed, day in
            try known.first { $0.duty == deed.duty }
                .met(on: day, at: deed.field.pointer, by: .applicant, in: context)
        }
        return report.answered(for: person, authorisation, stating: stated, in: context) + met
            + (try consequences(for: known, in: context))
    }
}

extension Fulfilment {
    /// What a consignee's report brings besides: of goods that were refused nothing is declared and
    /// paid, and where the consignor is an operator of this register its waiting is over.
    private func consequences(
        for known: [Obligation],
        in context: DecisionContext
    ) throws -> [Event] {
        guard let (_, day) = done.first(where: { $0.deed.duty == .reportOfReceipt }) else {
            return []
        }
        let isRefused = stated[Moved.outcome] == Moved.Outcome.refused.rawValue
        let notDue = isRefused ? known.filter { $0.status.isRunning && $0.isDeclaredOrPaid } : []
        let entered =
            try movement
            .entered(under: number, on: .receipt, in: context.register)
        return notDue.map { $0.notDue(by: .rule) }
            + (try context.register.awaited(of: entered, by: number, on: day)
                .map { try $0.met(on: day, by: .rule, in: context) })
    }
}

extension RegisterView {
    /// What consignors wait for who dispatched the movement to the consignee, which reports its
    /// receipt on that day.
    func awaited(
        of movement: Excise.Movement,
        by consignee: AuthorisationNumber,
        on day: CivilDate
    ) throws -> [Obligation] {
        try obligations(of: Excise.Duty.receiptExpected.rawValue, reference: movement.text)
            .filter { obligation in
                try obligation.status.isRunning && day >= obligation.arisenOn
                    && fields(of: obligation.request)[Moved.consigneeNumber] == consignee.text
            }
    }
}

extension Obligation {
    fileprivate var isDeclaredOrPaid: Bool {
        duty == .declaration || duty == .payment
    }
}

/// `approval.payment`: the excise office says that the duty on what was received or released was
/// paid.
struct DutyPayment: Command {
    /// The request by which the receipt or release was reported.
    let identifier: RequestIdentifier
    let actor: DecisionMaker
    let day: CivilDate
    /// What else is said of it; kept with the request.
    let stated: RequestFields

    var request: RequestIdentifier? { identifier }
    var awaitedRequest: RequestIdentifier? { identifier }
    var speaker: String? { actor.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard let request = try context.register.request(identifier) else {
            return .wait(for: identifier)
        }
        do {
            let lookup = PersonLookup(context: context)
            try lookup.check(actor, isNoneOf: [request.person], orOf: request.eori)
            try actor.check(isOf: [Excise.office], "says what was paid")
            let obligation = try context.register.obligations(broughtAboutBy: identifier)
                .first { $0.duty == .payment }
            let (maker, recorded) = try lookup.decisionMaker(actor)
            let met = try obligation.met(on: day, at: Paid.on.pointer, by: maker, in: context)
            let known = try context.register.fields(of: identifier)
            return .apply(
                recorded + [.fieldsStated(identifier, known.updated(with: stated)), met]
            )
        } catch let problem as Problem {
            return .refuse(problem)
        }
    }
}

extension Obligation? {
    /// The event that it was done on that day.
    ///
    /// - Throws: `Problem`: `not-awaited` where nothing is to be done, `date-out-of-range`.
    fileprivate func met(
        on day: CivilDate,
        at pointer: String,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> Event {
        guard let self else {
            throw Problem(.notAwaited, "no receipt or release that calls for it was reported")
        }
        guard self.status.isRunning else { throw Problem(.notAwaited, "it was done already") }
        return try self.met(on: day, at: pointer, by: originator, in: context)
    }
}
