import ArgumentParser
import Contract
import Domain

/// `submit`: what applicants send.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Send a registration, or any event.",
        discussion: """
            Examples:
              registrarctl submit company --eori LU12345678 \\
                --operation import --operation transit \\
                --subject eaccess:7f3c --given-name Anne --family-name Weber \\
                --email anne.weber@example.lu --accept-terms
              registrarctl submit event ./registration.json

            Prints the request's id. The broker has the message when the command ends with 0; what \
            the daemon made of it shows 'registrarctl request show'.
            """,
        subcommands: [
            SubmitCompany.self, SubmitEmployee.self, SubmitNaturalPerson.self,
            SubmitOperations.self, SubmitSupplement.self, SubmitWithdrawal.self, SubmitEvent.self,
        ]
    )
}

struct SubmitCompany: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "company",
        abstract: "Register a company; the applicant becomes its legal representative.",
        discussion: """
            Example:
              registrarctl submit company --eori LU12345678 \\
                --operation import --operation transit \\
                --subject eaccess:7f3c --given-name Anne --family-name Weber \\
                --email anne.weber@example.lu --language en --accept-terms
            """
    )

    @Option(help: "The company's EORI number.", transform: Parsing.eori)
    var eori: EORI

    @OptionGroup var operations: OperationOptions
    @OptionGroup var applicant: ApplicantOptions
    @OptionGroup var terms: TermsOptions
    @OptionGroup var request: NewRequestOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await RequestMessage(options, request).send("registration.access.company") { data in
            applicant.write(to: &data)
            data.member("eori", eori.text)
            operations.write(to: &data)
            terms.write(to: &data)
        }
    }
}

struct SubmitEmployee: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "employee",
        abstract: "Register an employee of a company that is registered.",
        discussion: """
            Example:
              registrarctl submit employee --eori LU12345678 \\
                --subject eaccess:90ab --given-name Bob --family-name Klein \\
                --email bob.klein@example.lu --accept-terms
            """
    )

    @Option(help: "The company's EORI number.", transform: Parsing.eori)
    var eori: EORI

    @OptionGroup var applicant: ApplicantOptions
    @OptionGroup var terms: TermsOptions
    @OptionGroup var request: NewRequestOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await RequestMessage(options, request).send("registration.access.employee") { data in
            applicant.write(to: &data)
            data.member("eori", eori.text)
            terms.write(to: &data)
        }
    }
}

struct SubmitNaturalPerson: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "natural-person",
        abstract: "Register a natural person under an ad hoc EORI.",
        discussion: """
            Example:
              registrarctl submit natural-person --eori LUADHOC77 --operation import \\
                --subject eaccess:12cd --given-name Carla --family-name Reuter \\
                --email carla@example.lu --accept-terms
            """
    )

    @Option(help: "The ad hoc EORI number.", transform: Parsing.eori)
    var eori: EORI

    @OptionGroup var operations: OperationOptions
    @OptionGroup var applicant: ApplicantOptions
    @OptionGroup var terms: TermsOptions
    @OptionGroup var request: NewRequestOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await RequestMessage(options, request)
            .send("registration.access.natural-person") { data in
                applicant.write(to: &data)
                data.member("eori", eori.text)
                operations.write(to: &data)
                terms.write(to: &data)
            }
    }
}

struct SubmitOperations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operations",
        abstract: "Ask for more operations for an operator that is registered.",
        discussion: """
            Example:
              registrarctl submit operations --eori LU12345678 --operation import-control \\
                --subject eaccess:7f3c --given-name Anne --family-name Weber \\
                --email anne.weber@example.lu

            The operator's legal representative asks, or the natural person.
            """
    )

    @Option(help: "The operator's EORI number.", transform: Parsing.eori)
    var eori: EORI

    @OptionGroup var operations: OperationOptions
    @OptionGroup var applicant: ApplicantOptions
    @OptionGroup var request: NewRequestOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await RequestMessage(options, request).send("registration.access.operations") { data in
            applicant.write(to: &data)
            data.member("eori", eori.text)
            operations.write(to: &data)
        }
    }
}

struct SubmitSupplement: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supplement",
        abstract: "Answer a request for information.",
        discussion: """
            Example:
              registrarctl submit supplement \\
                --request-id 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10 \\
                --answer "The warehouse is in Bettembourg." \\
                --subject eaccess:7f3c --given-name Anne --family-name Weber \\
                --email anne.weber@example.lu
            """
    )

    @Option(
        help: ArgumentHelp("The request that is answered for.", valueName: "uuid"),
        transform: Parsing.request
    )
    var requestId: RequestIdentifier

    @Option(help: "The answer.")
    var answer: String

    @OptionGroup var applicant: ApplicantOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await RequestMessage(options, requestId).send("registration.supplement") { data in
            applicant.write(to: &data)
            data.member("answer", answer)
        }
    }
}

struct SubmitWithdrawal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdrawal",
        abstract: "Take a request back that is open.",
        discussion: """
            Example:
              registrarctl submit withdrawal \\
                --request-id 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10 \\
                --subject eaccess:7f3c --given-name Anne --family-name Weber \\
                --email anne.weber@example.lu
            """
    )

    @Option(
        help: ArgumentHelp("The request that is taken back.", valueName: "uuid"),
        transform: Parsing.request
    )
    var requestId: RequestIdentifier

    @OptionGroup var applicant: ApplicantOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await RequestMessage(options, requestId).send("registration.withdrawal") { data in
            applicant.write(to: &data)
        }
    }
}
