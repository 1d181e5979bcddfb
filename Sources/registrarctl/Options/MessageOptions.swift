import ArgumentParser
import Contract
import Domain

/// Who asks.
struct ApplicantOptions: ParsableArguments {
    @Option(help: "The applicant's identifier at eAccess.")
    var subject: String

    @Option(help: "The applicant's given name.")
    var givenName: String

    @Option(help: "The applicant's family name.")
    var familyName: String

    @Option(help: "Where the applicant gets mail.")
    var email: String

    @Option(
        name: .customLong("language"),
        help: "A language for mails, the preferred one first; repeatable."
    )
    var languages: [Language] = []

    @Option(help: "How the applicant proved who they are.")
    var authentication = AuthenticationMeans.luxTrust

    func write(to data: inout JSONWriter) {
        data.object("applicant") { applicant in
            applicant.member("subject", subject)
            applicant.member("authentication", authentication.rawValue)
            applicant.member("familyName", familyName)
            applicant.member("givenName", givenName)
            applicant.member("email", email)
            if !languages.isEmpty { applicant.member("languages", languages.map(\.rawValue)) }
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

/// Customs operations, one or more.
struct OperationOptions: ParsableArguments {
    @Option(name: .customLong("operation"), help: "A customs operation; repeatable.")
    var operations: [CustomsOperation]

    func write(to data: inout JSONWriter) {
        data.member("operations", OperationSet(operations).list.map(\.rawValue))
    }
}

/// The conditions of use.
struct TermsOptions: ParsableArguments {
    @Flag(help: "The applicant accepts the terms of use; nothing is registered without it.")
    var acceptTerms = false

    func validate() throws {
        guard acceptTerms else {
            throw ValidationError("the applicant has to accept the terms of use: --accept-terms")
        }
    }

    func write(to data: inout JSONWriter) {
        data.member("termsAccepted", true)
    }
}

/// The id of a request that is to be made.
struct NewRequestOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The request's id; a new one if left out.", valueName: "uuid"),
        transform: Parsing.request
    )
    var requestId: RequestIdentifier?
}
