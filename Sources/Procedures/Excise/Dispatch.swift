import Contract
import Domain

/// `registration.excise.dispatch`: goods leave for a consignee. Opens what the consignor waits for,
/// the consignee's report of receipt.
struct Dispatch: ReportCommand {
    /// How many days goods may be on the way.
    static let journeyDays = 1...45
    /// To whom goods go.
    struct Consignee {
        enum Kind: String, CaseIterable {
            case warehouse
            case registered
            case certified
            case temporary
        }

        let number: AuthorisationNumber
        let kind: Kind
        /// When its number was checked in SEED and found valid; nil where it was not.
        let checkedOn: CivilDate?
    }

    let sender: ReportSender
    var movement: Excise.Movement
    let consignee: Consignee
    let goods: [Excise.Goods]
    let day: CivilDate
    /// Nil where the message says nothing.
    let journeyDays: Int?
    /// What it states, by the names in `Moved` and `Stated`; kept with the request.
    let stated: RequestFields
    /// By which mandate it is sent; nil where the operator's own people send it.
    let representation: MandateUse.Statement?

    func events(in context: DecisionContext) throws -> [Event] {
        var dispatch = self
        dispatch.movement =
            try movement
            .entered(under: number, on: .dispatch, in: context.register)
        return try dispatch.eventsOfEntered(in: context)
    }

    /// - Throws: The `Problem` for which it is refused, or an error of the register.
    private func eventsOfEntered(in context: DecisionContext) throws -> [Event] {
        let report = ExciseReport(
            sender: sender,
            profile: .dispatch,
            use: MandateUse(stated: representation, scope: .emcs, days: [day])
        )
        let (authorisation, person) = try report.check(in: context)
        try checkConsignor(authorisation, in: context)
        try checkConsignee(in: context)
        try checkMovement(in: context)
        let cover = try DispatchCover(dispatch: self, authorisation: authorisation)
            .events(in: context)
        return report.answered(for: person, authorisation, stating: stated, in: context)
            + cover + (try expectation(under: authorisation, in: context))
    }

    fileprivate var isDutyPaid: Bool { movement.code?.isDutyPaid ?? (consignee.kind == .certified) }

    private func checkConsignor(
        _ authorisation: Authorisation,
        in context: DecisionContext
    ) throws {
        guard let rules = authorisation.exciseKind?.rules, rules.may.contains(.dispatch) else {
            throw Problem(
                .notEligible,
                at: Granted.number.pointer,
                "nothing is dispatched under an authorisation as "
                    + authorisation.kindInWords
            )
        }
        try authorisation.check(
            isForMovementOn: day,
            at: Moved.dispatchedOn.pointer,
            now: context.now
        )
        try goods.check(areCoveredBy: authorisation.products, or: .authorisationNotValid)
        let isSuited =
            isDutyPaid
            ? try authorisation.isCertified(on: day, in: context)
            : rules.arrangement == .suspension
        guard isSuited else {
            throw Problem(
                .arcMismatch,
                at: movement.code == nil ? Moved.consignee.pointer : Reported.arc.pointer,
                isDutyPaid
                    ? "goods whose duty was paid are dispatched by certified consignors, and by "
                        + "warehousekeepers who told the office before"
                    : "goods under suspension are dispatched by warehousekeepers"
            )
        }
    }

    /// Under suspension goods go to a warehouse anywhere, or to a registered consignee in another
    /// member state; goods whose duty was paid to a certified consignee there (Directive (EU)
    /// 2020/262, articles 16 and 35).
    private func checkConsignee(in context: DecisionContext) throws {
        let isHere = consignee.number.text.hasPrefix(context.settings.values[Excise.memberState])
        let mayReceive =
            switch consignee.kind {
            case .warehouse: !isDutyPaid
            case .registered: !isDutyPaid && !isHere
            case .certified: isDutyPaid && !isHere
            case .temporary: !isHere
            }
        guard mayReceive else {
            throw Problem(
                .notEligible,
                at: Moved.consignee.pointer,
                "goods under suspension go to a warehouse, or to a registered consignee in another "
                    + "member state; goods whose duty was paid to a certified consignee there"
            )
        }
        try isHere ? checkConsigneeHere(in: context) : checkConsigneeElsewhere(in: context)
    }

    private func checkConsigneeHere(in context: DecisionContext) throws {
        let known = try context.register.authorisation(consignee.number)
        guard let known, known.exciseKind?.rules.may.contains(.store) == true,
            known.isValid(on: day)
        else {
            throw Problem(
                .consigneeNotValid,
                at: Moved.consignee.pointer,
                "no warehousekeeper's authorisation has this number that is in force on the day"
            )
        }
        try goods.check(areCoveredBy: known.products, or: .consigneeNotValid)
    }

    private func checkConsigneeElsewhere(in context: DecisionContext) throws {
        let today = LuxembourgCalendar.date(at: context.now)
        let within = context.settings.values[Excise.seedCheckWithin]
        guard let checkedOn = consignee.checkedOn, checkedOn <= day, checkedOn <= today,
            checkedOn >= LuxembourgCalendar.day(within, before: today)
        else {
            throw Problem(
                .consigneeNotChecked,
                at: Moved.consignee.pointer,
                "its number has to be checked at most \(within) before this message, and be valid"
            )
        }
    }

    private func checkMovement(in context: DecisionContext) throws {
        let state = context.settings.values[Excise.memberState]
        let known = try context.register.obligations(under: number, about: movement)
        if let code = movement.code {
            try code.check(isOfDispatchOn: day, in: context)
        } else if !consignee.number.text.hasPrefix(state), !known.contains(where: \.isFallback) {
            throw Problem(
                .notEligible,
                at: Reported.reference.pointer,
                "a movement to another member state has a code of EMCS, or was announced as one "
                    + "on paper"
            )
        }
        guard !known.contains(where: { $0.duty == .receiptExpected }) else {
            throw Problem(.movementExists, "this movement was reported already")
        }
    }

    /// That the report of receipt is expected; and met at once where the consignee is an operator
    /// of this register and its report has come first.
    private func expectation(
        under authorisation: Authorisation,
        in context: DecisionContext
    ) throws -> [Event] {
        let settings = context.settings.values
        let arrival = day.adding(days: journeyDays ?? settings[Excise.journeyDays])
        let opened = try open(
            .receiptExpected,
            dueOn: LuxembourgCalendar.day(settings[Excise.reportWithin], after: arrival),
            under: authorisation,
            in: context
        )
        let further = try (authorisation.exciseKind?.rules.onDispatch ?? [])
            .tracked(context.settings)
            .map {
                try open(
                    $0,
                    dueOn: $0.dueOn(after: day, settings),
                    under: authorisation,
                    in: context
                )
            }
        guard case .obligationOpened(let expected) = opened,
            let metOn = try context.register.reportOfReceipt(
                under: consignee.number,
                of: movement.text,
                notBefore: day
            )
        else { return [opened] + further }
        return [opened] + further + [try expected.met(on: metOn, by: .rule, in: context)]
    }

    private func open(
        _ duty: Excise.Duty,
        dueOn: CivilDate,
        under authorisation: Authorisation,
        in context: DecisionContext
    ) throws -> Event {
        try duty.opened(
            about: movement,
            by: identifier,
            arisenOn: day,
            dueOn: dueOn,
            under: authorisation,
            in: context
        )
    }
}

/// What secures the duties on goods that leave: a guarantee of the movement's own, or the standing
/// one of the authorisation.
struct DispatchCover {
    let dispatch: Dispatch
    let authorisation: Authorisation

    /// - Returns: That the movement's own guarantee is held, where it has one.
    /// - Throws: `Problem` with the code `guarantee-required`, or an error of the register.
    func events(in context: DecisionContext) throws -> [Event] {
        guard !dispatch.isDutyPaid else { return [] }
        let cover = StandingCover(authorisation: authorisation)
        let standing = try cover.guarantees(in: context.register)
        let held = standing.reduce(0) { $0 + $1.heldCents }
        guard let amount = dispatch.stated.cents(of: Stated.guaranteeAmount) else {
            guard held > 0 else { throw Self.isMissing("no guarantee is on hand") }
            return []
        }
        let reference = dispatch.stated[Stated.guaranteeReference] ?? ""
        if try standing.contains(where: { try $0.isNamed(reference, in: context.register) }) {
            let isShared = context.settings.values[Excise.coverInUse]
            let needed = amount + (isShared ? try cover.centsInUse(in: context) : 0)
            guard held >= needed else {
                throw Self.isMissing(
                    "EUR \(Euros.text(needed)) are needed, and EUR \(Euros.text(held)) are held"
                )
            }
            return []
        }
        let own = Guarantee(
            identifier: GuaranteeIdentifier(context.identifiers.next()),
            procedure: Excise.name,
            holder: .economicOperator(authorisation.eori),
            authorisation: authorisation.number,
            reference: dispatch.movement.text,
            request: dispatch.identifier,
            amountCents: amount
        )
        guard let own else { throw Self.isMissing("a guarantee of nothing is none") }
        return [.guaranteeHeld(own, by: .applicant, remarks: nil)]
    }

    private static func isMissing(_ detail: String) -> Problem {
        Problem(.guaranteeRequired, at: "/data/guarantee", detail)
    }
}
