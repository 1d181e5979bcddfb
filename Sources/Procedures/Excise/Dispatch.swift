import Contract
import Domain

/// `registration.excise.dispatch`: goods leave for a consignee. Opens what the consignor waits for,
/// the consignee's report of receipt.
struct Dispatch: Command {
    /// How many days goods may be on the way.
    static let journeyDays = 1...45
    /// How many days before or after the message goods leave.
    private static let daysApart = 7

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

    let identifier: RequestIdentifier
    let applicant: Applicant
    let number: AuthorisationNumber
    let movement: Excise.Movement
    let consignee: Consignee
    let goods: [Excise.Goods]
    let day: CivilDate
    /// Nil where the message says nothing.
    let journeyDays: Int?
    /// What it states, by the names in `Moved` and `Stated`; kept with the request.
    let stated: RequestFields

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        do {
            let report = ExciseReport(
                identifier: identifier,
                applicant: applicant,
                number: number,
                profile: .dispatch
            )
            let (authorisation, person) = try report.check(in: context)
            try checkConsignor(authorisation, in: context)
            try checkConsignee(in: context)
            try checkMovement(in: context)
            let cover = try DispatchCover(dispatch: self, authorisation: authorisation)
                .events(in: context)
            return .apply(
                [
                    report.answered(for: person, authorisation, in: context),
                    .fieldsStated(identifier, stated),
                ] + cover + (try expectation(under: authorisation, in: context))
            )
        } catch let problem as Problem {
            return .refuse(problem)
        }
    }

    private var isDutyPaid: Bool { movement.code?.isDutyPaid ?? (consignee.kind == .certified) }

    private func checkConsignor(
        _ authorisation: Authorisation,
        in context: DecisionContext
    ) throws {
        guard let rules = authorisation.exciseKind?.rules, rules.may.contains(.dispatch) else {
            throw Problem(
                .notEligible,
                at: Granted.number.pointer,
                "nothing is dispatched under an authorisation as "
                    + authorisation.kind.replacing("-", with: " ")
            )
        }
        let today = LuxembourgCalendar.date(at: context.now)
        let possible = today.adding(days: -Self.daysApart)...today.adding(days: Self.daysApart)
        guard possible.contains(day) else {
            throw Problem(
                .dateOutOfRange,
                at: Moved.dispatchedOn.pointer,
                "goods leave at most \(Self.daysApart) days before or after the message"
            )
        }
        guard authorisation.isInForce(on: day) else {
            throw Problem(
                .authorisationNotValid,
                at: Moved.dispatchedOn.pointer,
                "the authorisation is not in force on that day"
            )
        }
        try goods.check(areCoveredBy: authorisation.products, or: .authorisationNotValid)
        guard isDutyPaid == (rules.arrangement == .dutyPaid) else {
            throw Problem(
                .arcMismatch,
                at: movement.code == nil ? Moved.consignee.pointer : Reported.arc.pointer,
                isDutyPaid
                    ? "goods whose duty was paid are dispatched by certified consignors"
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
        if let code = movement.code {
            let years = [day.year, day.year + 1].map { $0 % 100 }
            guard code.memberState == state, years.contains(code.year) else {
                throw Problem(
                    .arcMismatch,
                    at: Reported.arc.pointer,
                    "the code of goods that leave from here begins with the year and \(state)"
                )
            }
        } else if !consignee.number.text.hasPrefix(state) {
            throw Problem(
                .notEligible,
                at: Reported.reference.pointer,
                "a movement to another member state has a code of EMCS"
            )
        }
        let known = try context.register.obligations(under: number, reference: movement.text)
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
        let opened = Obligation(
            identifier: ObligationIdentifier(context.identifiers.next()),
            procedure: Excise.name,
            kind: Excise.Duty.receiptExpected.rawValue,
            holder: .economicOperator(authorisation.eori),
            authorisation: number,
            reference: movement.text,
            request: identifier,
            arisenOn: day,
            dueOn: LuxembourgCalendar.day(settings[Excise.reportWithin], after: arrival)
        ).opened(remindBefore: [], in: context)
        let reported = try context.register
            .obligations(under: consignee.number, reference: movement.text)
            .first { $0.duty == .reportOfReceipt }
        guard case .obligationOpened(let expected) = opened, let metOn = reported?.metOn,
            metOn >= day
        else { return [opened] }
        return [opened, expected.met(on: metOn, by: .rule, context.settings)]
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
        guard authorisation.exciseKind?.rules.arrangement == .suspension else { return [] }
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
