import Contract
import Domain

/// `registration.excise.fallback`: goods move with a paper that the operator writes, since EMCS
/// cannot be used: the consignor says so before they leave, and the consignee hands in a paper
/// instead of the report (Directive (EU) 2020/262, articles 26, 27, 38 and 39). Opens the entry in
/// EMCS, to be made once it works again.
struct Fallback: ReportCommand {
    let sender: ReportSender
    let side: Away.Side
    let movement: Excise.Movement
    let day: CivilDate
    /// What it states, by the names in `Away` and `Moved`; kept with the request.
    let stated: RequestFields
    let representation: MandateUse.Statement?

    func events(in context: DecisionContext) throws -> [Event] {
        let report = ExciseReport(
            sender: sender,
            profile: .fallback,
            use: MandateUse(stated: representation, scope: .emcs, days: [day])
        )
        let (authorisation, person) = try report.check(in: context)
        try check(authorisation, in: context)
        let end = LuxembourgCalendar.start(of: day.adding(days: 1)).advanced(bySeconds: -1)
        let outage = try context.register
            .lastOutage(of: Excise.userEntitlement, beganBy: end)
            .flatMap { $0.covers(day) ? $0 : nil }
        var stated = stated
        // The operator's own line may be at fault: the office asks.
        if outage == nil { stated[Away.ownFault] = "asked" }
        return report.answered(for: person, authorisation, stating: stated, in: context)
            + [try catchUp(under: authorisation, after: outage, in: context)]
    }

    private func check(_ authorisation: Authorisation, in context: DecisionContext) throws {
        let rules = authorisation.exciseKind?.rules
        guard rules?.may.contains(side == .dispatch ? .dispatch : .receive) == true else {
            throw Problem(
                .notEligible,
                at: Away.side.pointer,
                "goods are not \(side == .dispatch ? "dispatched" : "received") under an "
                    + "authorisation as \(authorisation.kindInWords)"
            )
        }
        try authorisation.check(isForMovementOn: day, at: Away.on.pointer, now: context.now)
        let known = try context.register.obligations(under: number, reference: movement.text)
        guard !known.contains(where: \.isFallback) else {
            throw Problem(
                .movementExists,
                at: Away.reference.pointer,
                "this paper was reported already"
            )
        }
    }

    private func catchUp(
        under authorisation: Authorisation,
        after outage: Outage?,
        in context: DecisionContext
    ) throws -> Event {
        let start = outage.map { $0.until.map(LuxembourgCalendar.date) } ?? day
        return try Excise.Duty.catchUp.opened(
            about: movement,
            by: identifier,
            arisenOn: day,
            dueOn: start.map {
                Excise.Duty.catchUp.dueOn(after: max($0, day), context.settings.values)
            },
            under: authorisation,
            in: context
        )
    }
}

/// `registration.excise.fallback-closed`: what was done on paper is in EMCS, and the movement is
/// known by its code from here on.
struct FallbackClosing: ReportCommand {
    let sender: ReportSender
    /// What the paper calls it.
    let movement: Excise.Movement
    /// What EMCS calls it.
    let entry: Excise.Movement
    let representation: MandateUse.Statement?

    func events(in context: DecisionContext) throws -> [Event] {
        let today = LuxembourgCalendar.date(at: context.now)
        let report = ExciseReport(
            sender: sender,
            profile: .fallbackClosed,
            use: MandateUse(stated: representation, scope: .emcs, days: [today]),
            completed: movement
        )
        let (authorisation, person) = try report.check(in: context)
        let known = try context.register.obligations(under: number, reference: movement.text)
        guard let catchUp = known.first(where: \.isFallback) else {
            throw Problem(
                .notAwaited,
                at: Away.reference.pointer,
                "no paper with this reference was reported"
            )
        }
        guard catchUp.status.isRunning else {
            throw Problem(.notAwaited, at: Away.reference.pointer, "it was done already")
        }
        try checkCode(of: catchUp, under: authorisation, in: context)
        let others = known.filter { !$0.isFallback }
        try checkIsNew(others, in: context)
        var code = RequestFields()
        code[Away.arc] = entry.text
        var stated = code
        stated[Away.reference] = movement.text
        return report.answered(for: person, authorisation, stating: stated, in: context) + [
            .fieldsStated(catchUp.request, code),
            try catchUp.met(
                on: max(today, catchUp.arisenOn),
                by: .applicant,
                in: context
            ),
        ] + (try others.flatMap { try renamed($0, in: context) })
            + (try renamedOfConsignee(of: catchUp, in: context))
            + (try renamedGuarantees(of: authorisation, in: context))
    }

    /// What the consignee here received by the name of the paper that came with the goods has their
    /// code, too, but for what it reported by that as well.
    private func renamedOfConsignee(
        of catchUp: Obligation,
        in context: DecisionContext
    ) throws -> [Event] {
        let register = context.register
        guard let stated = try register.fields(of: catchUp.request)[Moved.consigneeNumber] else {
            return []
        }
        let consignee = AuthorisationNumber(stated)
        // Of goods that go to the own warehouse all has its new name already.
        guard consignee != number else { return [] }
        let known = try register.obligations(under: consignee, reference: entry.text)
            .map(\.kind)
        let named = try register.obligations(under: consignee, reference: movement.text)
        let receipt = named.first { $0.duty == .reportOfReceipt }?.request
        return named.filter { $0.request == receipt && !known.contains($0.kind) }
            .map { $0.renamed(to: entry.text, by: .rule) }
    }

    private func checkCode(
        of catchUp: Obligation,
        under authorisation: Authorisation,
        in context: DecisionContext
    ) throws {
        guard let code = entry.code else { return }
        let fields = try context.register.fields(of: catchUp.request)
        if fields[Away.side] == Away.Side.dispatch.rawValue {
            try code.check(isOfDispatchOn: catchUp.arisenOn, in: context)
        }
        let arrangement: Excise.Arrangement = code.isDutyPaid ? .dutyPaid : .suspension
        guard authorisation.exciseKind?.rules.arrangement == arrangement else {
            throw Problem(
                .arcMismatch,
                at: Away.arc.pointer,
                "it is of goods under the other arrangement, which this authorisation is not for"
            )
        }
    }

    /// What was reported by the code already would stand there twice.
    private func checkIsNew(_ others: [Obligation], in context: DecisionContext) throws {
        let known = try context.register.obligations(under: number, reference: entry.text)
        guard known.allSatisfy({ other in !others.contains { $0.kind == other.kind } }) else {
            throw Problem(
                .movementExists,
                at: Away.arc.pointer,
                "the movement was reported by this code as well"
            )
        }
    }

    /// A movement's own guarantee secures it by its new name.
    private func renamedGuarantees(
        of authorisation: Authorisation,
        in context: DecisionContext
    ) throws -> [Event] {
        try context.register.heldGuarantees(
            of: authorisation.eori,
            under: number,
            limit: Excise.mostGuarantees
        )
        .filter { $0.reference == movement.text }
        .map {
            .guaranteeChanged(
                $0.renamed(to: entry.text),
                previous: $0.status,
                .renamed,
                by: .applicant,
                remarks: nil
            )
        }
    }

    /// The consignee may have reported by the code what the consignor waits for, or by its own
    /// paper what a consignor waits for by the code.
    private func renamed(_ obligation: Obligation, in context: DecisionContext) throws -> [Event] {
        let renamed = obligation.renamed(to: entry.text, by: .applicant)
        if obligation.duty == .reportOfReceipt, let metOn = obligation.metOn {
            return try [renamed]
                + context.register.awaited(of: entry, by: number, on: metOn)
                .map { try $0.met(on: metOn, by: .rule, in: context) }
        }
        guard case .obligationChanged(let expected, _, _, _) = renamed,
            expected.duty == .receiptExpected, expected.status.isRunning,
            let consignee = try context.register.fields(of: expected.request)[
                Moved.consigneeNumber
            ],
            let metOn = try context.register.reportOfReceipt(
                under: AuthorisationNumber(consignee),
                of: entry.text,
                notBefore: expected.arisenOn
            )
        else { return [renamed] }
        return [renamed, try expected.met(on: metOn, by: .rule, in: context)]
    }
}

extension RegisterView {
    /// What has to be done because of a movement: that which is known by another name since EMCS
    /// works again is found by the paper's name as well.
    func obligations(
        under number: AuthorisationNumber,
        about movement: Excise.Movement
    ) throws -> [Obligation] {
        let names = try Away.Side.allCases.map {
            try movement.entered(under: number, on: $0, in: self).text
        }
        return try Set(names + [movement.text]).sorted()
            .flatMap { try obligations(under: number, reference: $0) }
    }

    /// The day on which the consignee reported the receipt; nil where it has not, or before goods
    /// left.
    func reportOfReceipt(
        under consignee: AuthorisationNumber,
        of reference: String,
        notBefore day: CivilDate
    ) throws -> CivilDate? {
        try obligations(under: consignee, reference: reference)
            .first { $0.duty == .reportOfReceipt }?.metOn.flatMap { $0 >= day ? $0 : nil }
    }
}

extension Excise.Movement {
    /// As it is called from the entry in EMCS on: by its code, where a paper of that name was
    /// entered.
    ///
    /// - Parameter side: Where goods are received the paper may be that of whoever dispatched them
    ///   to the holder of the number.
    func entered(
        under number: AuthorisationNumber,
        on side: Away.Side,
        in register: any RegisterView
    ) throws -> Excise.Movement {
        guard code == nil else { return self }
        for paper in try register.obligations(
            of: Excise.Duty.catchUp.rawValue,
            reference: text
        ) {
            let stated = try register.fields(of: paper.request)
            let isOurs =
                paper.authorisation == number
                ? stated[Away.side] == side.rawValue
                : side == .receipt && stated[Moved.consigneeNumber] == number.text
            guard isOurs, let entry = stated[Away.arc].flatMap(Excise.Movement.init(arc:)) else {
                continue
            }
            return entry
        }
        return self
    }
}

extension Obligation {
    /// Whether it is the entry in EMCS of what was done on paper.
    var isFallback: Bool { duty == .catchUp }
}

extension Authorisation {
    /// How many days before or after the message goods leave.
    private static let daysApart = 7

    /// That goods may be moved under it on `day`, of which somebody speaks now.
    ///
    /// - Throws: `Problem`: `date-out-of-range`, `authorisation-not-valid`.
    func check(isForMovementOn day: CivilDate, at pointer: String, now: Instant) throws {
        let today = LuxembourgCalendar.date(at: now)
        let possible = today.adding(days: -Self.daysApart)...today.adding(days: Self.daysApart)
        guard possible.contains(day) else {
            throw Problem(
                .dateOutOfRange,
                at: pointer,
                "it is at most \(Self.daysApart) days before or after the message"
            )
        }
        guard isInForce(on: day) else {
            throw Problem(
                .authorisationNotValid,
                at: pointer,
                "the authorisation is not in force on that day"
            )
        }
    }
}

extension Excise.Movement.Code {
    /// - Throws: `Problem` with the code `arc-mismatch`, unless it is of goods that leave from here
    ///   on that day.
    func check(isOfDispatchOn day: CivilDate, in context: DecisionContext) throws {
        let state = context.settings.values[Excise.memberState]
        guard memberState == state, [day.year, day.year + 1].contains(where: { $0 % 100 == year })
        else {
            throw Problem(
                .arcMismatch,
                at: Reported.arc.pointer,
                "the code of goods that leave from here begins with the year and \(state)"
            )
        }
    }
}
