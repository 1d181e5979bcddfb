import ArgumentParser
import Contract
import Domain

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
                --outcome granted --excise-number LU00000123456 --valid-from 2026-12-01 \\
                --role excise-office --subject eaccess:51 --name "Emil Tran"

            The decision goes through the broker, is checked like everybody else's, and journalled \
            with the decision maker that you name. A decision on a request that has not arrived \
            waits for it for a day.
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

    @Option(
        help: ArgumentHelp("The excise number that is given.", valueName: "number"),
        transform: Parsing.exciseNumber
    )
    var exciseNumber: ExciseNumber?

    @Option(
        help: ArgumentHelp("The first day of an excise authorisation.", valueName: "day"),
        transform: Parsing.day
    )
    var validFrom: CivilDate?

    @Option(
        help: ArgumentHelp(
            "Its last day, which one for a single movement needs; without it: until it is revoked.",
            valueName: "day"
        ),
        transform: Parsing.day
    )
    var validUntil: CivilDate?

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
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard outcome == .granted || !(remarks ?? "").isEmpty else {
            throw ValidationError("say why with --remarks: the applicant is told")
        }
        guard operations.isEmpty || outcome == .granted else {
            throw ValidationError("--operation goes with --outcome granted")
        }
        let hasTerms = exciseNumber != nil || validFrom != nil || validUntil != nil
        guard !hasTerms || outcome == .granted else {
            throw ValidationError(
                "--excise-number, --valid-from and --valid-until go with --outcome granted"
            )
        }
    }

    func run() async throws {
        let message = try RequestMessage(options, request, reason: reason)
        try await message.send("approval.decision") { data in
            actor.write(to: &data)
            data.member("outcome", outcome.rawValue)
            if !operations.isEmpty {
                data.member("operations", OperationSet(operations).list.map(\.rawValue))
            }
            data.optionalMember("exciseNumber", exciseNumber?.text)
            data.optionalMember("validFrom", validFrom?.description)
            data.optionalMember("validUntil", validUntil?.description)
            data.optionalMember("remarks", remarks)
            if let revision { data.member("revision", revision) }
        }
    }
}
