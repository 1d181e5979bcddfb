import ArgumentParser
import Contract
import Domain

/// `guarantee call`: what a guarantee secures was not done, and is paid from it.
struct GuaranteeCall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Pay what was not done from a guarantee.",
        discussion: """
            Examples:
              registrarctl guarantee call 01993e5b-9d1f-7a44-8a54-3f1c2b7d9e10 \\
                --amount 123.45 --remarks "The duty of 12 October was not paid." \\
                --reason "File 4711" \\
                --role excise-office --subject eaccess:4711 --name "Jo Muller"

            The office that answers for it may. The operator is told, with the grounds and what is \
            left. Prints the id of the event that was sent.
            """
    )

    @Argument(help: "The guarantee's id.", transform: Parsing.guarantee)
    var guarantee: GuaranteeIdentifier

    @Option(help: "How many euros, with two decimals, such as 123.45.")
    var amount: String

    @Option(help: "The grounds, which the operator is told.")
    var remarks: String

    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await management.send("approval.guarantee") { data in
            data.member("guarantee", guarantee.description)
            data.member("action", "call")
            data.member("amount", amount)
            data.member("remarks", remarks)
        }
    }
}

/// `guarantee release`: a guarantee is given back.
struct GuaranteeGivenBack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Give a guarantee back, or a part of it.",
        discussion: """
            Examples:
              registrarctl guarantee release 01993e5b-9d1f-7a44-8a54-3f1c2b7d9e10 \\
                --reason "File 4711" \\
                --role excise-office --subject eaccess:4711 --name "Jo Muller"
              registrarctl guarantee release 01993e5b-9d1f-7a44-8a54-3f1c2b7d9e10 \\
                --amount 376.55 --reason "File 4711" \\
                --role excise-office --subject eaccess:4711 --name "Jo Muller"

            The office that answers for it may, as far as nothing that it secures is still to be \
            done: 'registrarctl obligation list' shows that. The operator is told, and an open \
            request for it is granted with that. Prints the id of the event that was sent.
            """
    )

    @Argument(help: "The guarantee's id.", transform: Parsing.guarantee)
    var guarantee: GuaranteeIdentifier

    @Option(help: "How many euros, such as 376.55; without it, all that is left.")
    var amount: String?

    @Option(help: "What the operator is told besides.")
    var remarks: String?

    @OptionGroup var management: ManagementOptions

    func run() async throws {
        try await management.send("approval.guarantee") { data in
            data.member("guarantee", guarantee.description)
            data.member("action", "release")
            data.optionalMember("amount", amount)
            data.optionalMember("remarks", remarks)
        }
    }
}
