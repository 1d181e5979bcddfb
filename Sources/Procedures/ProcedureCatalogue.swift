public import Contract
public import Domain

/// Every procedure that this Registrar knows: adding one is a folder and a line here.
public enum ProcedureCatalogue {
    public static let procedures: [any Procedure.Type] = [
        Access.self,
        PersonRights.self,
        Excise.self,
    ]

    /// Every inbound message that is understood.
    public static let messages: [MessageDefinition] =
        procedures.flatMap { $0.messages } + Lifecycle.messages + AccountManagement.messages
        + OperatorReports.messages

    /// What procedures declare of the configuration, in the order of the file.
    public static let settings: [SettingDefinition] = procedures.flatMap { $0.settings }

    /// What a grant may state, of whatever procedure.
    public static let grantFields = procedures.flatMap { $0.grantFields }

    /// What kinds of authorisations and obligations are called.
    public static func name(ofKind kind: String) -> String {
        procedures.lazy.compactMap { $0.kindNames[kind] }.first ?? kind.replacing("-", with: " ")
    }

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

    /// What the status of the request that `event` is about says besides what that of all says; nil
    /// where there is none.
    public static func statusFields(
        of event: Event,
        in register: any RegisterView
    ) throws -> StatusFields? {
        switch event {
        case .requestSubmitted(let request), .requestChanged(let request, _, _, _):
            guard let procedure = procedure(named: request.procedure) else { return [] }
            return try procedure.statusFields(of: request, in: register)
        default: return nil
        }
    }

    /// What personal data are processed for, with the installation's retention.
    public static func activities(_ settings: ProcedureSettings) -> [ProcessingActivity] {
        procedures.map { procedure in
            var activity = procedure.activity
            activity.retention = settings.retention[procedure.name, default: [:]]
            return activity
        }
    }

    /// Nil for a name that no procedure has.
    public static func procedure(named name: String) -> (any Procedure.Type)? {
        procedures.first { $0.name == name }
    }
}
