import ArgumentParser
import Contract
import Domain
import Procedures

/// `decide`: a decision on a request.
struct DecideCommand: AsyncParsableCommand {
    enum Outcome: String, CaseIterable, ExpressibleByArgument {
        case granted
        case rejected
        case informationRequested = "information-requested"
    }

    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Decide on a request.",
        discussion: """
            Examples:
              registrarctl decide 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10 \\
                --outcome granted --operation import \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller"
              registrarctl decide 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10 \\
                --outcome rejected --remarks "The EORI belongs to somebody else." \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller"
              registrarctl decide 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10 \\
                --outcome granted --field name=value --field other=value \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller"

            The decision goes through the broker, is checked like everybody else's, and journalled \
            with the decision maker that you name. A decision on a request that has not arrived \
            waits for it for a day.

            What a grant states in a field, where its procedure has a use for it:
            \(ProcedureCatalogue.grantFields.help)
            """
    )

    @Argument(help: "The request's id.", transform: Parsing.request)
    var request: RequestIdentifier

    @Option(help: "What is decided.")
    var outcome: Outcome

    @Option(
        name: .customLong("operation"),
        help: "Grant this operation only; repeatable. Without it: all that were asked for."
    )
    var operations: [CustomsOperation] = []

    @OptionGroup var fields: FieldOptions

    @Option(help: "Why; the applicant is told. Needed to reject and to request information.")
    var remarks: String?

    @Option(
        help: ArgumentHelp(
            "Why you decide for somebody else; kept beside the journal, and told to nobody.",
            valueName: "text"
        ),
        transform: ReasonOptions.reason
    )
    var reason: String?

    @Option(help: "The revision that you saw; the decision is refused if there is a later one.")
    var revision: Int?

    @OptionGroup var actor: ActorOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard outcome == .granted || !(remarks ?? "").isEmpty else {
            throw ValidationError("say why with --remarks: the applicant is told")
        }
        guard operations.isEmpty || outcome == .granted else {
            throw ValidationError("--operation goes with --outcome granted")
        }
        guard fields.stated.isEmpty || outcome == .granted else {
            throw ValidationError("fields go with --outcome granted")
        }
        _ = try terms
    }

    /// What the grant states in fields.
    ///
    /// - Throws: `ValidationError`.
    private var terms: JSONObject {
        get throws { try fields.stated.members(of: ProcedureCatalogue.grantFields, in: "a grant") }
    }

    func run() async throws {
        let terms = try self.terms
        let dispatch = try Dispatch(options, waiting, reason: reason)
        try await dispatch.send("approval.decision", request: request) { data in
            actor.write(to: &data)
            data.member("outcome", outcome.rawValue)
            if !operations.isEmpty {
                data.member("operations", OperationSet(operations).list.map(\.rawValue))
            }
            for term in terms.members { data.member(term.name, term.value) }
            data.optionalMember("remarks", remarks)
            if let revision { data.member("revision", revision) }
        }
    }
}
