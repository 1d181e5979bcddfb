import Contract
import Domain

/// `registration.excise.receipt`: goods were received, or released for consumption. Opens what has
/// to be done because of that.
struct GoodsReceipt: ReportCommand {
    enum Kind {
        case received
        case released

        /// The field that holds the day.
        var field: FieldDefinition {
            self == .received ? Reported.receivedOn : Reported.releasedOn
        }
    }

    let sender: ReportSender
    var movement: Excise.Movement
    let kind: Kind
    let day: CivilDate
    /// How much of which; nil where the message does not say it.
    let goods: [Excise.Goods]?
    /// By which mandate it is sent; nil where the operator's own people send it.
    let representation: MandateUse.Statement?

    func events(in context: DecisionContext) throws -> [Event] {
        var receipt = self
        // What is released has a name of its own.
        if kind == .received {
            receipt.movement =
                try movement
                .entered(under: number, on: .receipt, in: context.register)
        }
        return try receipt.eventsOfEntered(in: context)
    }

    /// - Throws: The `Problem` for which it is refused, or an error of the register.
    private func eventsOfEntered(in context: DecisionContext) throws -> [Event] {
        let report = ExciseReport(
            sender: sender,
            profile: .receipt,
            use: MandateUse(stated: representation, scope: .emcs, days: [day])
        )
        let (authorisation, person) = try report.check(in: context)
        try checkDay(authorisation, in: context)
        let rules = try rules(authorisation, in: context)
        let duties = (kind == .received ? rules?.onReceipt : rules?.onRelease) ?? []
        guard let rules, !duties.isEmpty else {
            throw Problem(
                .notEligible,
                at: kind.field.pointer,
                "nothing has to be done after this under an authorisation as "
                    + authorisation.kindInWords
            )
        }
        try checkGoods(authorisation, in: context)
        try checkCode(rules, in: context)
        try checkMovement(rules, duties, in: context)
        let opened = try duties.tracked(context.settings)
            .map {
                try $0.opened(
                    about: movement,
                    by: identifier,
                    arisenOn: day,
                    dueOn: $0.dueOn(after: day, context.settings.values),
                    under: authorisation,
                    in: context
                )
            }
        var stated = RequestFields()
        stated[Moved.goods] = goods?.text
        return report.answered(for: person, authorisation, stating: stated, in: context) + opened
    }

    /// Of goods whose duty was paid those of a certified consignee, for whoever acts as one.
    private func rules(
        _ authorisation: Authorisation,
        in context: DecisionContext
    ) throws -> Excise.KindRules? {
        let own = authorisation.exciseKind?.rules
        guard kind == .received, movement.code?.isDutyPaid == true, own?.arrangement == .suspension,
            try authorisation.isCertified(on: day, in: context)
        else { return own }
        return Excise.Kind.certifiedConsignee.rules
    }

    private func checkDay(_ authorisation: Authorisation, in context: DecisionContext) throws {
        guard day <= LuxembourgCalendar.date(at: context.now) else {
            throw Problem(
                .dateOutOfRange,
                at: kind.field.pointer,
                "that day is still to come"
            )
        }
        guard authorisation.isInForce(on: day) else {
            throw Problem(
                .authorisationNotValid,
                at: kind.field.pointer,
                "the authorisation was not in force on that day"
            )
        }
    }

    private func checkGoods(
        _ authorisation: Authorisation,
        in context: DecisionContext
    ) throws {
        guard let goods else {
            guard !context.settings.values[Excise.quantitiesRequired] else {
                throw Problem(.schema, at: Moved.goods.pointer, "is required here")
            }
            return
        }
        try goods.check(areCoveredBy: authorisation.products, or: .authorisationNotValid)
    }

    /// That the movement's code, where it has one, is of the arrangement under which the operator
    /// may receive goods, and of a state from which it may: who keeps no warehouse receives from
    /// other states alone.
    private func checkCode(_ rules: Excise.KindRules, in context: DecisionContext) throws {
        guard let code = movement.code else { return }
        guard code.isDutyPaid == (rules.arrangement == .dutyPaid) else {
            throw Problem(
                .arcMismatch,
                at: Reported.arc.pointer,
                code.isDutyPaid
                    ? "it is of goods whose duty was paid, which this authorisation is not for"
                    : "it is of goods under suspension, which this authorisation is not for"
            )
        }
        let state = context.settings.values[Excise.memberState]
        guard code.memberState != state || rules.may.contains(.store) else {
            throw Problem(
                .arcMismatch,
                at: Reported.arc.pointer,
                "the movement began in \(state), and goods are received from other states"
            )
        }
    }

    private func checkMovement(
        _ rules: Excise.KindRules,
        _ duties: [Excise.Duty],
        in context: DecisionContext
    ) throws {
        let known = try context.register.obligations(under: number, about: movement)
        guard !known.contains(where: { duties.map(\.rawValue).contains($0.kind) }) else {
            throw Problem(
                .receiptExists,
                kind == .received
                    ? "this was reported for this movement already"
                    : "this was reported already; what is released in lots states which"
            )
        }
        guard rules.oneMovement else { return }
        guard try context.register.obligations(under: number, reference: nil).isEmpty else {
            throw Problem(.notEligible, "the authorisation is for one movement, which was reported")
        }
    }
}

extension [Excise.Duty] {
    /// Without the entries in stock records, unless an installation keeps an eye on them.
    func tracked(_ settings: ProcedureSettings) -> Self {
        settings.values[Excise.trackStockRecords] ? self : filter { $0 != .stockRecord }
    }
}

extension Excise.Duty {
    /// Whether its holder is reminded of it before its day. An entry is due at once, and a
    /// consignor can but wait.
    var isReminded: Bool {
        switch self {
        case .declaration, .payment, .reportOfReceipt: true
        case .receiptExpected, .catchUp, .stockRecord: false
        }
    }

    /// The event that it arose.
    ///
    /// - Parameters:
    ///   - request: By which what brought it about was reported.
    ///   - dueOn: Nil while nobody can say it.
    func opened(
        about movement: Excise.Movement,
        by request: RequestIdentifier,
        arisenOn: CivilDate,
        dueOn: CivilDate?,
        under authorisation: Authorisation,
        in context: DecisionContext
    ) throws -> Event {
        try Obligation(
            identifier: ObligationIdentifier(context.identifiers.next()),
            procedure: Excise.name,
            kind: rawValue,
            holder: .economicOperator(authorisation.eori),
            authorisation: authorisation.number,
            reference: movement.text,
            request: request,
            arisenOn: arisenOn,
            dueOn: dueOn
        ).opened(
            remindBefore: isReminded ? [context.settings.values[Excise.remindBefore]] : [],
            in: context
        )
    }

    /// The day that people are told. The declaration and the payment: the Thursday of the week
    /// after the receipt or release, weeks running from Monday to Sunday, be it a holiday or not.
    /// The report: so many working days after the receipt (Directive (EU) 2020/262, articles 24
    /// and 37).
    func dueOn(after day: CivilDate, _ settings: SettingValues) -> CivilDate {
        switch self {
        case .declaration, .payment: LuxembourgCalendar.thursdayOfNextWeek(after: day)
        case .reportOfReceipt, .receiptExpected:
            LuxembourgCalendar.day(settings[Excise.reportWithin], after: day)
        case .catchUp: LuxembourgCalendar.day(settings[Excise.catchUpWithin], after: day)
        case .stockRecord: day
        }
    }
}
