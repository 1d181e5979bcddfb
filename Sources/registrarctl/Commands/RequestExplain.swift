import ArgumentParser
import Domain
import Settings
import Storage

struct RequestExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell a request's whole story: what happened, why, and what comes next.",
        discussion: """
            Examples:
              registrarctl request explain 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10
              registrarctl request explain 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10 --names

            Each message with its sender, the rule or the right that decided, what followed, where \
            that went and whether the broker confirmed it. Also knows messages about requests that \
            never arrived. People appear by id, so that the story can be passed on; --names adds \
            their names where they are still stored.
            """
    )

    @Argument(help: "The request's id.", transform: Parsing.request)
    var request: RequestIdentifier

    @Flag(help: "Name people, where their names are still stored.")
    var names = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let store = try commandEnvironment.store()
        guard let story = try RequestStory(of: request, in: store, named: names) else {
            throw RequestCommand.unknown(request, in: commandEnvironment)
        }
        let view = StoryView(
            teller: StoryTeller(
                story: story,
                prefix: commandEnvironment.configuration.broker.prefix,
                publishers: commandEnvironment.configuration.publishers
            )
        )
        try options.write {
            view.write(to: &$0)
        } text: {
            view.text(on: $0)
        }
    }
}
