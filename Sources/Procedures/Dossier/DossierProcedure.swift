import Contract
import Domain

/// A procedure whose requests are put together paper by paper: with a checklist, perhaps steps, and
/// something to pay. What is asked for, owed and still missing is derived each time from what was
/// stated, the papers and the figures that were frozen: it cannot disagree with them.
protocol DossierProcedure: Procedure {
    /// Nil where such a request needs no papers.
    static func checklist(for request: Request) -> Checklist?
    /// What has to be paid, or may be asked for as a deposit.
    static func bill(for request: Request) -> Bill?
    /// What of the bill counts as it stands, for `status.request`.
    static func lines(
        of dossier: Dossier,
        for request: Request,
        on day: CivilDate
    ) -> [Bill.Line]
    /// The day of arrival, or of entry, in what a request states.
    static func arrival(in stated: RequestFields) -> CivilDate?
    /// What follows when an authority says what has to be paid.
    static func charged(
        _ charge: Charge,
        on request: Request,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event]
    /// What follows when an authority says that something was paid.
    static func paid(
        _ payment: Charge,
        on request: Request,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event]
}

extension DossierProcedure {
    static func lines(of dossier: Dossier, for request: Request, on _: CivilDate) -> [Bill.Line] {
        bill(for: request)?.lines(dossier.stated) ?? []
    }

    /// What is put together for `request`.
    static func dossier(of request: Request, in register: any RegisterView) throws -> Dossier {
        let stated = try register.fields(of: request.identifier)
        return Dossier(
            stated: stated,
            documents: try register.documents(of: request.identifier),
            passed: request.approvals,
            arrivedOn: arrival(in: stated)
        )
    }

    /// The step that the request is at: the first that was not passed.
    static func step(of request: Request) -> Checklist.Step? {
        guard request.status.isOpen else { return nil }
        return checklist(for: request)?.steps.first { !request.approvals.contains($0.name) }
    }

    /// What `status.request` says of it: papers while the request is open, and what it costs.
    static func dossierFields(
        of request: Request,
        in register: any RegisterView
    ) throws -> StatusFields {
        guard request.status != .notRequired, let checklist = checklist(for: request) else {
            return []
        }
        let language = try language(of: request, in: register)
        let dossier = try dossier(of: request, in: register)
        let day = LuxembourgCalendar.date(at: request.changedAt)
        var fields: StatusFields = []
        if request.status.isOpen {
            let open = checklist.open(dossier, on: day)
            fields.append(("missing", .array(open.map { $0.item.json(in: language) })))
        }
        if let step = step(of: request) { fields.append(("step", .string(step.name))) }
        let lines = lines(of: dossier, for: request, on: day)
        guard !lines.isEmpty else { return fields }
        fields.append(("amounts", .array(lines.map { $0.json(in: language) })))
        fields.append(("total", .string(Euros.text(lines.totalCents))))
        return fields
    }

    /// In which labels are told: the first that the person asked for.
    static func language(of request: Request, in register: any RegisterView) throws -> Language {
        try register.person(request.person)?.details?.languages?.first ?? .english
    }

    /// When whoever decides is reminded of what reaches them now; nil for never.
    static func remindAt(in context: DecisionContext) -> Instant? {
        context.settings.deadlines[name]?.remindAfter
            .map { LuxembourgCalendar.due($0, after: context.now) }
    }

    /// Whether these documents show something that is asked for.
    static func isShown(
        by documents: [Document],
        in dossier: Dossier,
        _ checklist: Checklist,
        on day: CivilDate
    ) -> Bool {
        var after = dossier
        after.documents += documents
        return checklist.judged(dossier, on: day) != checklist.judged(after, on: day)
    }

    /// Something that the applicant has to do, or to leave alone. It is known by the request's id:
    /// what it is about does not stand in the journal.
    static func obligation(
        _ kind: String,
        _ manner: ObligationManner = .act,
        of request: Request,
        from day: CivilDate,
        within period: Period,
        in context: DecisionContext
    ) -> Obligation {
        let last = LuxembourgCalendar.day(period, after: day)
        return Obligation(
            identifier: ObligationIdentifier(context.identifiers.next()),
            procedure: name,
            kind: kind,
            manner: manner,
            holder: .person(request.person),
            authorisation: nil,
            reference: request.identifier.uuid.text,
            request: request.identifier,
            arisenOn: day,
            dueOn: manner == .act ? Obligation.lastDay(last, context.settings) : last
        )
    }

    /// What was paid of the kind, with this payment: parts count together.
    static func totalCents(
        with payment: Charge,
        in stated: RequestFields
    ) -> Int64 {
        (stated.euros(Charge.paid(payment.kind)) ?? 0) + payment.cents
    }

    /// The papers that are needed, with what has become of each, as lines of a mail. What a
    /// decision is still to make is nobody's to hand in.
    static func items(_ dossier: Dossier, _ checklist: Checklist, on day: CivilDate) -> MailValue {
        .list(
            checklist.judged(dossier, on: day).filter {
                $0.state != .notNeeded && !($0.item.isMadeByDecision && $0.state.isOpen)
            }.map(\.lineWithState)
        )
    }

    /// The papers that are still asked for, as lines of a mail.
    static func missing(_ dossier: Dossier, _ checklist: Checklist, on day: CivilDate) -> MailValue
    {
        .list(checklist.open(dossier, on: day).map(\.line))
    }

    /// Sentences of the checklist for a mail.
    static func advice(
        for mail: String,
        _ checklist: Checklist,
        _ stated: RequestFields
    ) -> MailValue {
        .list(
            checklist.advice
                .filter { $0.mails.contains(mail) && $0.condition?.holds(for: stated) ?? true }
                .map { .init($0.text) }
        )
    }
}

extension Checklist.Judged {
    /// What is asked for, and why.
    var line: MailValue.Line { .init(item.words) }

    /// What is asked for, and what has become of it.
    var lineWithState: MailValue.Line {
        .init(item.label, .words { language in state.words(in: language) })
    }
}

extension Checklist.Item {
    /// What is asked for, and why.
    fileprivate var words: [Language: String] {
        label.merging(reason) { label, reason in "\(label) (\(reason))" }
    }

    fileprivate func json(in language: Language) -> JSONValue {
        var members: [JSONObject.Member] = [
            .init("item", .string(name)),
            .init(
                "kinds",
                .array(alternatives.map { .array($0.map { .string($0.kind) }) })
            ),
        ]
        if let step { members.append(.init("step", .string(step))) }
        members.append(.init("label", .string(label[language] ?? "")))
        if let reason = reason[language] { members.append(.init("why", .string(reason))) }
        return .object(JSONObject(members))
    }
}

extension Checklist.State {
    fileprivate func words(in language: Language) -> String {
        switch (self, language) {
        case (.satisfied, .english): "there"
        case (.satisfied, .french): "présent"
        case (.satisfied, .german): "liegt vor"
        case (.satisfied, .luxembourgish): "läit vir"
        case (.missing, .english): "missing"
        case (.missing, .french): "manquant"
        case (.missing, .german): "fehlt"
        case (.missing, .luxembourgish): "feelt"
        case (.expired, .english): "expired"
        case (.expired, .french): "expiré"
        case (.expired, .german): "abgelaufen"
        case (.expired, .luxembourgish): "ofgelaf"
        case (.waived, .english): "waived"
        case (.waived, .french): "dispensé"
        case (.waived, .german): "erlassen"
        case (.waived, .luxembourgish): "erlooss"
        case (.notNeeded, .english): "not needed"
        case (.notNeeded, .french): "non requis"
        case (.notNeeded, .german): "nicht nötig"
        case (.notNeeded, .luxembourgish): "net néideg"
        }
    }
}

extension Bill.Line {
    /// What is paid for, and how much.
    var line: MailValue.Line { .init(part.label, .euros(Euros.text(cents))) }

    fileprivate func json(in language: Language) -> JSONValue {
        .object(
            JSONObject([
                .init("part", .string(part.name)),
                .init("label", .string(part.label[language] ?? "")),
                .init("amount", .string(Euros.text(cents))),
            ])
        )
    }
}

extension MailVariable {
    /// Papers that are still asked for.
    static let missing: Self = "missing"
    /// Papers, with what has become of each.
    static let items: Self = "items"
    /// The day of the figures that were used.
    static let asOf: Self = "as-of"
    static let total: Self = "total"
    static let advice: Self = "advice"
    static let amount: Self = "amount"
}
