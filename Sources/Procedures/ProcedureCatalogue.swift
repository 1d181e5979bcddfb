public import Contract
public import Domain

/// Every procedure that this Registrar knows: adding one is a folder and a line here.
public enum ProcedureCatalogue {
    public static let procedures: [any Procedure.Type] = [
        Access.self,
        PersonRights.self,
        Excise.self,
        AdHocEORI.self,
        Vehicle.self,
        Relief.self,
        Traveller.self,
    ]

    /// Every inbound message that is understood.
    public static let messages: [MessageDefinition] =
        procedures.flatMap { $0.messages } + Lifecycle.messages + AccountManagement.messages
        + OperatorReports.messages + ChargeReport.messages

    /// What procedures declare of the configuration, in the order of the file.
    public static let settings: [SettingDefinition] = procedures.flatMap { $0.settings }

    /// What a grant may state, of whatever procedure.
    public static let grantFields = distinct(procedures.flatMap { $0.grantFields })

    /// What an answer may state besides text and documents, of whatever procedure.
    static let supplementFields = distinct(procedures.flatMap { $0.supplementFields })

    private static func distinct(_ fields: [FieldDefinition]) -> [FieldDefinition] {
        var names: Set<String> = []
        return fields.filter { names.insert($0.name).inserted }
    }

    /// The names of all kinds of authorisations.
    public static let authorisationKinds = procedures.flatMap { $0.authorisationKinds.map(\.name) }

    /// The names of all kinds of obligations.
    public static let obligationKinds = procedures.flatMap { $0.obligationKinds.map(\.name) }

    private static let kindWords = Dictionary(
        uniqueKeysWithValues: procedures.flatMap { $0.authorisationKinds + $0.obligationKinds }
            .map { ($0.name, $0.words) }
    )

    /// What people call a kind of authorisation or obligation.
    public static func words(forKind kind: String) -> String {
        kindWords[kind] ?? kind.replacing("-", with: " ")
    }

    /// The system in which the obligation is met; nil where none is needed.
    static func system(of obligation: Obligation) -> SystemDefinition? {
        guard let system = procedure(named: obligation.procedure)?.system,
            system.obligationKinds.contains(obligation.kind)
        else { return nil }
        return system
    }

    /// The names of the systems of others in which obligations are met.
    public static let systems = procedures.compactMap { $0.system?.name }

    /// Nil for a name that no system has.
    static func system(named name: String) -> SystemDefinition? {
        procedures.lazy.compactMap { $0.system }.first { $0.name == name }
    }

    /// What messages call what records have of their own, by procedure.
    public static let recordNames = Dictionary(
        uniqueKeysWithValues: procedures.map { ($0.name, $0.recordNames) }
    )

    /// What the field of a message says; its name where no message has such a field.
    public static func meaning(ofField name: String, in procedure: String) -> String {
        let procedure = self.procedure(named: procedure)
        let fields = procedure.map { $0.messages.flatMap(\.fields) + $0.supplementFields } ?? []
        return fields.first { $0.name == name }?.meaning ?? name
    }

    /// Every mail that is sent.
    public static let mails: [MailTemplate] = procedures.flatMap { $0.mails }

    /// Nil for a name that no mail has, or has any more.
    static func mail(named name: String) -> MailTemplate? { mails.first { $0.name == name } }

    /// Who is told what of `event`.
    public static func notices(of event: Event, in context: NoticeContext) throws -> [Notice] {
        try procedures.flatMap { try $0.notices(of: event, in: context) }
    }

    /// What the status of the request or guarantee that `event` is about says besides what that of
    /// all says; nil where there is none.
    public static func statusFields(
        of event: Event,
        in register: any RegisterView
    ) throws -> StatusFields? {
        switch event {
        case .requestSubmitted(let request), .requestChanged(let request, _, _, _):
            return try statusFields(of: request, in: register)
        case .guaranteeHeld(let guarantee, _, _), .guaranteeChanged(let guarantee, _, _, _, _):
            let procedure = procedure(named: guarantee.procedure)
            return try procedure?.statusFields(of: guarantee, in: register) ?? []
        default: return nil
        }
    }

    /// The same of a request as it stands.
    public static func statusFields(
        of request: Request,
        in register: any RegisterView
    ) throws -> StatusFields? {
        guard let procedure = procedure(named: request.procedure) else { return [] }
        return try procedure.statusFields(of: request, in: register)
    }

    /// What programs are told of the authorisation that `event` is about, besides the status of its
    /// request; nil where there is nothing to tell.
    public static func announcement(of event: Event) -> Announcement? {
        let (authorisation, previous): (Authorisation, AuthorisationStatus?)
        switch event {
        case .authorisationGranted(let granted): (authorisation, previous) = (granted, nil)
        case .authorisationChanged(_, _, .warned, _, _): return nil
        case .authorisationChanged(let changed, let before, _, _, _):
            (authorisation, previous) = (changed, before)
        default: return nil
        }
        let answer = procedure(named: authorisation.procedure)?
            .announcement(of: authorisation, previous: previous)
        return answer.map { Announcement(request: authorisation.request, $0) }
    }

    /// What personal data are processed for, with the installation's retention.
    public static func activities(_ settings: ProcedureSettings) -> [ProcessingActivity] {
        procedures.map { procedure in
            var activity = procedure.activity
            activity.retention = settings.retention[procedure.name, default: [:]]
            return activity
        }
    }

    /// The mailboxes of roles that have several offices, by the offices' names.
    public static func mailboxes(_ values: SettingValues) -> [ActorRole: [String: String]] {
        var mailboxes: [ActorRole: [String: String]] = [:]
        for procedure in procedures {
            for case .mailboxes(let setting) in procedure.settings {
                mailboxes[procedure.office, default: [:]].merge(values[setting]) { $1 }
            }
        }
        return mailboxes
    }

    /// Who answers for the authorisation; nil for any that there could be.
    static func offices(granting authorisation: Authorisation?) -> [ActorRole] {
        offices(of: authorisation?.procedure) { !$0.authorisationKinds.isEmpty }
    }

    /// Who answers for the obligation; nil for any that there could be.
    static func offices(answeringFor obligation: Obligation?) -> [ActorRole] {
        offices(of: obligation?.procedure) { !$0.obligationKinds.isEmpty }
    }

    /// - Parameter mayBe: Whether it may be the procedure, where none is known.
    private static func offices(
        of name: String?,
        orAny mayBe: (any Procedure.Type) -> Bool
    ) -> [ActorRole] {
        procedures.filter { procedure in name.map { procedure.name == $0 } ?? mayBe(procedure) }
            .map { $0.office }
    }

    /// Nil for a name that no procedure has.
    public static func procedure(named name: String) -> (any Procedure.Type)? {
        procedures.first { $0.name == name }
    }
}
