import ArgumentParser
import Contract
import Domain
import Procedures
import Storage

/// `person`: the rights of the people behind the requests.
struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person",
        abstract:
            "Exercise a person's rights: access, rectification, erasure, restriction, consent, objection.",
        discussion: """
            Examples:
              registrarctl person disclose eaccess:7f3c --reason "Letter of 20 November."
              registrarctl person rectify eaccess:7f3c --family-name Wagner \\
                --reason "Letter of 20 November."
              registrarctl person restrict eaccess:7f3c --reason "Objection of 20 November."
              registrarctl person erase eaccess:7f3c --reason "Asked for at the counter."

            For a person who asked the authority instead of the portal. A person goes by eAccess's \
            identifier. Each command sends the message that a portal would send, and prints its \
            request's id; the person is mailed the answer.
            """,
        subcommands: [
            PersonDisclose.self, PersonRectify.self, PersonErase.self, PersonRestrict.self,
            PersonWithdrawConsent.self, PersonObject.self,
        ]
    )
}

/// Whose right it is.
struct PersonOptions: ParsableArguments {
    @Argument(help: "The person's identifier at eAccess.")
    var subject: String

    @OptionGroup var request: NewRequestOptions
    @OptionGroup var why: ReasonOptions
    @OptionGroup var options: GlobalOptions

    /// The person as the store has them; nil when nothing is stored.
    ///
    /// - Throws: an `ExitFailure` for an official, of whom there is no name and address to send.
    func applicant() throws -> Applicant? {
        guard let person = try options.commandEnvironment().store().person(subject: subject) else {
            return nil
        }
        guard var details = person.details else {
            throw ExitFailure(
                .data,
                "\(SafeText.line(subject)) is known as an official who decided, and nothing more: "
                    + "send what is asked with 'registrarctl submit event'"
            )
        }
        // Whatever is not stated stays as it is.
        details.languages = nil
        return details
    }
}

/// Exercises a right.
struct RightOptions: ParsableArguments {
    @OptionGroup var person: PersonOptions
    @OptionGroup var waiting: WaitOptions

    /// Sends the message that does.
    func exercise(
        _ right: PersonRight,
        data body: (inout JSONWriter) -> Void = { _ in }
    ) async throws {
        guard let applicant = try person.applicant() else {
            throw ExitFailure(.data, "nothing is stored about \(SafeText.line(person.subject))")
        }
        let dispatch = try Dispatch(person.options, waiting, reason: person.why.reason)
        try await dispatch.send(right.routingKey, request: person.request.requestId) { data in
            applicant.write(to: &data)
            body(&data)
        }
    }
}

struct PersonRectify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rectify",
        abstract: "Correct a person's name, address or languages.",
        discussion: """
            Example:
              registrarctl person rectify eaccess:7f3c --family-name Wagner \\
                --email a@example.lu --reason "Letter of 20 November."

            The provisioner is told, and whoever was mailed the former name.
            """
    )

    @Option(help: "The family name.")
    var familyName: String?

    @Option(help: "The given name.")
    var givenName: String?

    @Option(help: "The address.")
    var email: String?

    @Option(name: .customLong("language"), help: "A language for mails; repeatable.")
    var languages: [Language] = []

    @OptionGroup var right: RightOptions

    func validate() throws {
        guard familyName != nil || givenName != nil || email != nil || !languages.isEmpty else {
            throw ValidationError(
                "say what is to be corrected: --family-name, --given-name, --email or --language"
            )
        }
    }

    func run() async throws {
        try await right.exercise(.rectification) { data in
            data.object("changes") { changes in
                changes.optionalMember("familyName", familyName)
                changes.optionalMember("givenName", givenName)
                changes.optionalMember("email", email)
                if !languages.isEmpty { changes.member("languages", languages.map(\.rawValue)) }
            }
        }
    }
}

struct PersonErase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase a person's data.",
        discussion: """
            Example:
              registrarctl person erase eaccess:7f3c --reason "Asked for at the counter."

            Open requests are withdrawn and accounts deleted; the answer names what is kept. This \
            cannot be undone.
            """
    )

    @OptionGroup var right: RightOptions

    func run() async throws { try await right.exercise(.erasure) }
}

struct PersonRestrict: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restrict",
        abstract: "Restrict the processing of a person's data, or lift that.",
        discussion: """
            Examples:
              registrarctl person restrict eaccess:7f3c --reason "Objection of 20 November."
              registrarctl person restrict eaccess:7f3c --lift --reason "Objection withdrawn."

            Accounts are suspended meanwhile, and nothing is decided on the person's requests.
            """
    )

    @Flag(help: "Lift the restriction.")
    var lift = false

    @OptionGroup var right: RightOptions

    func run() async throws {
        try await right.exercise(.restriction) { $0.member("restricted", !lift) }
    }
}

struct PersonObject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object",
        abstract: "Object to the processing of a person's data.",
        discussion: """
            Example:
              registrarctl person object eaccess:7f3c --grounds "The company is sold." \\
                --procedure access --reason "Letter of 20 November."

            Customs decide; meanwhile the data are stored only. Without --procedure it is about all \
            that is processed.
            """
    )

    @Option(help: "Why the person objects.")
    var grounds: String

    @Option(help: "The procedure that it is about, such as access; all without it.")
    var procedure: String?

    @OptionGroup var right: RightOptions

    func run() async throws {
        try await right.exercise(.objection) { data in
            data.member("grounds", grounds)
            data.optionalMember("procedure", procedure)
        }
    }
}

struct PersonWithdrawConsent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw-consent",
        abstract: "Withdraw a person's consent, and with it the requests that are open.",
        discussion: """
            Example:
              registrarctl person withdraw-consent eaccess:7f3c \\
                --reason "Letter of 20 November."
            """
    )

    @OptionGroup var right: RightOptions

    func run() async throws { try await right.exercise(.consentWithdrawal) }
}
