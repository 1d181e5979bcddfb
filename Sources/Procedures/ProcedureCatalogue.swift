public import Contract
import Domain

/// Every procedure that this Registrar knows: adding one is a folder and a line here.
public enum ProcedureCatalogue {
    public static let procedures: [any Procedure.Type] = [
        Access.self
    ]

    /// Every inbound message that is understood.
    public static let messages: [MessageDefinition] =
        procedures.flatMap { $0.messages } + Lifecycle.messages + AccountManagement.messages

    /// Nil for a name that no procedure has.
    public static func procedure(named name: String) -> (any Procedure.Type)? {
        procedures.first { $0.name == name }
    }
}
