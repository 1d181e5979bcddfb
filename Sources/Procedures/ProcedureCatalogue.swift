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
        + OperatorActs.messages

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
