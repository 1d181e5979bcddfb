import Contract
import Domain

// What has to be done, or left alone, by whoever was granted relief.
extension Relief {
    enum Duty: String, CaseIterable {
        /// To hand in what was missing when relief was granted provisionally.
        case documents = "relief-documents"
        /// To pass nothing on without telling customs.
        case noTransfer = "no-transfer"
        /// To take up residence, where goods came first.
        case residence = "residence-undertaking"
        /// To prove the marriage, where goods came first.
        case marriage = "marriage-proof"

        fileprivate var remindBefore: [Period] {
            self == .documents ? [.days(30), .days(7)] : [.days(30)]
        }
    }

    static let obligationKinds = [
        KindDefinition(Duty.documents.rawValue, "papers for relief"),
        KindDefinition(Duty.noTransfer.rawValue, "keeping what was granted relief"),
        KindDefinition(Duty.residence.rawValue, "taking up residence"),
        KindDefinition(Duty.marriage.rawValue, "proof of the marriage"),
    ]

    /// For how long what was granted relief is not passed on (Regulation (EC) No 1186/2009,
    /// articles 8 and 15).
    private static let noTransferFor = Period.months(12)
    /// Within which residence is taken up (the same, article 9).
    private static let residenceWithin = Period.months(6)
    /// Within which a marriage is proved (the same, article 14).
    private static let marriageWithin = Period.months(4)

    /// The one of the request that is still to be done; nil if there is none.
    static func awaited(
        _ duty: Duty,
        of request: Request,
        in context: DecisionContext
    ) throws -> Obligation? {
        try context.register.obligations(broughtAboutBy: request.identifier)
            .first { $0.reliefDuty == duty && $0.status.isRunning }
    }

    static func papersDue(of request: Request, in context: DecisionContext) throws -> Event {
        try opened(
            .documents,
            of: request,
            from: LuxembourgCalendar.date(at: context.now),
            for: context.settings.values[documentsWithin],
            in: context
        )
    }

    static func notToTransfer(
        _ request: Request,
        from day: CivilDate,
        in context: DecisionContext
    ) throws -> Event {
        try opened(.noTransfer, of: request, from: day, for: noTransferFor, in: context)
    }

    /// What whoever has goods come first is to do afterwards; once, be relief provisional or final.
    static func undertakings(
        of request: Request,
        _ dossier: Dossier,
        _ acceptedOn: CivilDate,
        in context: DecisionContext
    ) throws -> [Event] {
        let stated = dossier.stated
        let known = try context.register.obligations(broughtAboutBy: request.identifier)
            .compactMap(\.reliefDuty)
        switch request.reliefProfile {
        case .householdGoods, .vehicle:
            guard !known.contains(.residence), !stated.isTrue(Relieved.diplomat),
                comeFirst(stated, on: acceptedOn)
            else { return [] }
            return [
                try opened(
                    .residence,
                    of: request,
                    from: acceptedOn,
                    for: residenceWithin,
                    in: context
                )
            ]
        case .wedding:
            guard !known.contains(.marriage), let marriedOn = stated.day(Relieved.marriedOn),
                acceptedOn < marriedOn
            else { return [] }
            return [
                try opened(
                    .marriage,
                    of: request,
                    from: marriedOn,
                    for: marriageWithin,
                    in: context
                )
            ]
        case .pet, .transferNotice, nil: return []
        }
    }

    private static func opened(
        _ duty: Duty,
        of request: Request,
        from day: CivilDate,
        for period: Period,
        in context: DecisionContext
    ) throws -> Event {
        try obligation(
            duty.rawValue,
            duty == .noTransfer ? .refrain : .act,
            of: request,
            from: day,
            within: period,
            in: context
        ).opened(remindBefore: duty.remindBefore, in: context)
    }

    /// Which of what was undertaken an answer shows to be done.
    ///
    /// - Throws: `Problem` with the code `date-out-of-range`.
    static func shown(
        by documents: [Document],
        _ fields: RequestFields,
        of request: Request,
        in context: DecisionContext
    ) throws -> [Event] {
        let today = LuxembourgCalendar.date(at: context.now)
        var events: [Event] = []
        if let day = fields.day(Relieved.establishedOn) {
            guard day <= today else {
                throw Problem(
                    .dateOutOfRange,
                    at: Relieved.establishedOn.pointer,
                    "the day is still to come"
                )
            }
            let duty = try awaited(.residence, of: request, in: context)
            events +=
                try duty.map { duty in
                    [try duty.met(on: max(day, duty.arisenOn), by: .applicant, in: context)]
                } ?? []
        }
        let isProved = documents.contains { $0.kind.isExactly(marriageCertificate) }
        if isProved, let duty = try awaited(.marriage, of: request, in: context),
            duty.arisenOn <= today
        {
            events.append(try duty.met(on: today, by: .applicant, in: context))
        }
        return events
    }

    // MARK: Money

    /// What falls due of goods that were passed on: recorded, and nothing else.
    static func charged(
        _ charge: Charge,
        on request: Request,
        by _: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        try checkIsGranted(request, charge)
        var stated = RequestFields()
        stated[Charge.charged(charge.kind)] = Euros.text(charge.cents)
        stated[Charge.due(charge.kind)] = charge.day.description
        return [.fieldsStated(request.identifier, stated)]
    }

    /// Parts count together.
    static func paid(
        _ payment: Charge,
        on request: Request,
        by _: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        if payment.kind == .deposit {
            guard request.status.isOpen, request.isProvisional else {
                throw Problem(
                    .notAwaited,
                    at: "/data/requestId",
                    request.status.isOpen
                        ? "relief is not granted provisionally, so that there is no deposit"
                        : "the request is \(request.status.rawValue): the deposit is not needed"
                )
            }
        } else {
            try checkIsGranted(request, payment)
        }
        let known = try context.register.fields(of: request.identifier)
        var stated = RequestFields()
        stated[Charge.paid(payment.kind)] = Euros.text(totalCents(with: payment, in: known))
        return [.fieldsStated(request.identifier, stated)]
    }

    private static func checkIsGranted(_ request: Request, _ charge: Charge) throws {
        guard charge.kind == .charges else { throw Problem.nothingToPay(charge.kind) }
        guard request.status == .granted else {
            throw Problem(.notAwaited, at: "/data/requestId", "relief is not granted by it")
        }
    }
}

extension Obligation {
    /// Nil where it is another procedure's.
    var reliefDuty: Relief.Duty? {
        procedure == Relief.name ? Relief.Duty(rawValue: kind) : nil
    }
}
