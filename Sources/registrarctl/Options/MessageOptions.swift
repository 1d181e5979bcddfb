import ArgumentParser
import Contract
import Domain

/// Who asks.
struct ApplicantOptions: ParsableArguments {
    @Option(help: "The applicant's identifier at eAccess.")
    var subject: String?

    @Option(help: "The applicant's given name.")
    var givenName: String?

    @Option(help: "The applicant's family name.")
    var familyName: String?

    @Option(help: "Where the applicant gets mail.")
    var email: String?

    @Option(
        name: .customLong("language"),
        help: "A language for mails, the preferred one first; repeatable."
    )
    var languages: [Language] = []

    @Option(help: "How the applicant proved who they are.")
    var authentication = AuthenticationMeans.luxTrust

    /// - Throws: `ValidationError` when something is missing. An event that is sent as it is has
    ///   its own applicant, so that none of the options is required.
    func applicant() throws -> Applicant {
        guard let subject, let givenName, let familyName, let email else {
            throw ValidationError(
                "say who asks: --subject, --given-name, --family-name and --email"
            )
        }
        return Applicant(
            subject: subject,
            authentication: authentication,
            familyName: familyName,
            givenName: givenName,
            email: email,
            languages: languages.isEmpty ? nil : languages
        )
    }
}

extension Applicant {
    /// Writes the member `applicant`.
    func write(to data: inout JSONWriter) {
        data.object("applicant") { applicant in
            applicant.member("subject", subject)
            applicant.member("authentication", authentication.rawValue)
            applicant.member("familyName", familyName)
            applicant.member("givenName", givenName)
            applicant.member("email", email)
            if let languages { applicant.member("languages", languages.map(\.rawValue)) }
        }
    }
}

/// Who decides.
struct ActorOptions: ParsableArguments {
    @Option(help: "In whose name you decide.")
    var role: ActorRole

    @Option(help: "The decision maker's identifier at eAccess.")
    var subject: String

    @Option(help: "The decision maker's name.")
    var name: String

    func write(to data: inout JSONWriter) {
        data.object("actor") { actor in
            actor.member("role", role.rawValue)
            actor.member("subject", subject)
            actor.member("name", name)
        }
    }
}

/// The id of the request that a message is about.
struct NewRequestOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The request's id; made if it is a new one's.", valueName: "uuid"),
        transform: Parsing.request
    )
    var requestId: RequestIdentifier?
}
