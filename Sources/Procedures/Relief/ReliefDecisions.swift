import Contract
import Domain

// What applicants add, and what customs decide.
extension Relief {
    /// An answer has its place where it shows something that is asked for, or explains a condition
    /// that is not met.
    static func use(
        of documents: [Document],
        _ fields: RequestFields,
        for request: Request,
        in context: DecisionContext
    ) throws -> SupplementUse {
        guard let checklist = checklist(for: request), let profile = request.reliefProfile
        else { return .none }
        let before = try dossier(of: request, in: context.register)
        guard findings(on: before, of: profile).isEmpty else { return .awaited }
        let day = LuxembourgCalendar.date(at: context.now)
        let isShown = isShown(by: documents, in: before, checklist, on: day)
        let isEstablished =
            try fields[Relieved.establishedOn] != nil
            && isEstablishmentAwaited(of: request, before.stated, in: context)
        let isMarried = try awaited(.marriage, of: request, in: context) != nil
        let isProved = documents.contains { $0.kind.isExactly(marriageCertificate) }
        return isShown || isEstablished || isMarried && isProved ? .awaited : .asked
    }

    /// Whether the applicant is still to say when residence was taken up.
    private static func isEstablishmentAwaited(
        of request: Request,
        _ stated: RequestFields,
        in context: DecisionContext
    ) throws -> Bool {
        guard let known = stated.day(Relieved.establishedOn) else { return true }
        return try known > LuxembourgCalendar.date(at: context.now)
            || awaited(.residence, of: request, in: context) != nil
    }

    static func answered(
        _ request: Request,
        with documents: [Document],
        _ fields: RequestFields,
        in context: DecisionContext
    ) throws -> (request: Request, events: [Event]) {
        let stated = try context.register.fields(of: request.identifier)
        if fields[Relieved.establishedOn] != nil {
            guard try isEstablishmentAwaited(of: request, stated, in: context) else {
                throw Problem(
                    .notAwaited,
                    at: Relieved.establishedOn.pointer,
                    "the day was stated before"
                )
            }
        }
        var next = request
        // Nobody was to be reminded of what the applicant had to hand in.
        if request.isProvisional {
            next.remindAt = remindAt(in: context)
        }
        return (next, try shown(by: documents, fields, of: request, in: context))
    }

    /// What was undertaken outlives the grant.
    static func settled(
        _ request: Request,
        by documents: [Document],
        _ fields: RequestFields,
        in context: DecisionContext
    ) throws -> [Event]? {
        guard fields.names.allSatisfy({ $0 == Relieved.establishedOn.name }) else { return nil }
        let events = try shown(by: documents, fields, of: request, in: context)
        return events.isEmpty ? nil : events
    }

    // MARK: Grants

    /// Relief against a deposit, while papers are missing.
    static func advanced(
        _ request: Request,
        by _: Approval,
        on terms: RequestFields,
        in context: DecisionContext
    ) throws -> (request: Request, events: [Event])? {
        guard terms.isTrue(ReliefTerms.provisional) else { return nil }
        guard !request.isProvisional else {
            throw Problem(
                .notEligible,
                at: ReliefTerms.provisional.pointer,
                "relief was granted provisionally before"
            )
        }
        guard terms[.waived] == nil else {
            throw Problem(
                .notEligible,
                at: FieldDefinition.waived.pointer,
                "what is granted provisionally waits for all papers"
            )
        }
        let dossier = try dossier(of: request, in: context.register)
        let today = LuxembourgCalendar.date(at: context.now)
        guard checklist(for: request)?.open(dossier, on: today).isEmpty == false else {
            throw Problem(
                .notEligible,
                at: ReliefTerms.provisional.pointer,
                "no papers are missing: relief is granted finally, or not at all"
            )
        }
        let acceptedOn = try acceptedOn(terms, in: context) ?? today
        var next = request
        next.approvals.append(Request.provisionally)
        // It is the applicant's turn, and the clock decides nothing.
        next.remindAt = nil
        next.escalateAt = nil
        next.expireAt = nil
        let stated = terms.kept
        return (
            next,
            (stated.isEmpty ? [] : [.fieldsStated(request.identifier, stated)])
                + [try papersDue(of: request, in: context)]
                + (try undertakings(of: request, dossier, acceptedOn, in: context))
        )
    }

    static func consequences(
        ofGranting request: Request,
        on terms: RequestFields,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let checklist = checklist(for: request) else { return [] }
        var stated = try terms.waivers(checklist)
        var dossier = try dossier(of: request, in: context.register)
        dossier.stated = dossier.stated.updated(with: stated)
        let today = LuxembourgCalendar.date(at: context.now)
        try checklist.checkIsComplete(dossier, on: today)
        let acceptedOn =
            try acceptedOn(terms, in: context)
            ?? dossier.stated.day(ReliefTerms.acceptedOn) ?? today
        stated = stated.updated(with: terms.kept)
        stated[ReliefTerms.acceptedOn] = acceptedOn.description
        let papers = try awaited(.documents, of: request, in: context)
        return [.fieldsStated(request.identifier, stated)]
            + (try papers.map { [try $0.met(on: today, by: originator, in: context)] } ?? [])
            + [try notToTransfer(request, from: acceptedOn, in: context)]
            + (try undertakings(of: request, dossier, acceptedOn, in: context))
    }

    /// The day that the decision states, if it does.
    ///
    /// - Throws: `Problem` with the code `date-out-of-range`.
    private static func acceptedOn(
        _ terms: RequestFields,
        in context: DecisionContext
    ) throws -> CivilDate? {
        let day = terms.day(ReliefTerms.acceptedOn)
        guard day.map({ $0 <= LuxembourgCalendar.date(at: context.now) }) ?? true else {
            throw Problem(
                .dateOutOfRange,
                at: ReliefTerms.acceptedOn.pointer,
                "the day is still to come"
            )
        }
        return day
    }

    /// Without relief there is nothing to prove and nothing to keep.
    static func consequences(
        ofRefusing request: Request,
        in context: DecisionContext
    ) throws -> [Event] {
        try context.register.obligations(broughtAboutBy: request.identifier)
            .filter(\.status.isRunning).map { $0.notDue(by: .rule) }
    }
}

extension RequestFields {
    /// What of a decision's terms is kept as it is.
    fileprivate var kept: RequestFields {
        var kept = RequestFields()
        for field in [ReliefTerms.acceptedOn, ReliefTerms.conditions] { kept[field] = self[field] }
        return kept
    }
}
