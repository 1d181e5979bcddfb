import ArgumentParser
import Contract
import Domain
import Storage
import Workflow

/// `preview`: what a command would bring about.
struct PreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Show what would follow from a command, without sending or storing anything.",
        discussion: """
            Example:
              registrarctl preview revoke operator LU12345678 \\
                --remarks "Ceased to trade." --reason "Ticket 4712" \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller"

            Write it before the command that you mean to give, with all of its options.
            """,
        subcommands: [PreviewRevoke.self]
    )
}

struct PreviewRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Show what would follow from a revocation.",
        discussion: """
            Examples:
              registrarctl preview revoke operator LU12345678 \\
                --remarks "Ceased to trade." --reason "Ticket 4712" \\
                --role customs-authority --subject eaccess:4711 --name "Jo Muller"
              registrarctl preview revoke account 3c1d8f04-58f7-4a5e-8a53-6f0f2f0d6a11 \\
                --remarks "Left the company." --reason "Ticket 4711" \\
                --role manager --subject eaccess:7f3c --name "Anne Weber"

            The daemon's own rules are tried on the store as it is: what becomes of accounts, \
            authorisations and requests, who would be mailed, what would still be to be done, and \
            which guarantees there are. Needs the store, and the name of the broker user, but no \
            broker. Shows the names of those who would be mailed.
            """
    )

    @OptionGroup var revocation: RevocationArguments

    func run() async throws {
        let management = revocation.management
        let commandEnvironment = try management.options.commandEnvironment()
        let maker = EventMaker(reason: management.why.reason)
        let event = maker.event(
            RevocationArguments.routingKey,
            account: revocation.target.account
        ) { data in
            management.actor.write(to: &data)
            revocation.write(to: &data)
        }
        let preview = try Preview(event, at: maker.now, of: revocation.target, commandEnvironment)
        try management.options.write { json in
            preview.write(to: &json)
        } text: { screen in
            preview.text(on: screen)
        }
        Standard.say("nothing was sent or changed")
    }
}
