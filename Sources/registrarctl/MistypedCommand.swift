import ArgumentParser
import Settings

/// A word that stands where a command should, and is none.
struct MistypedCommand {
    let word: String
    /// The commands before it.
    let path: [String]
    /// What was probably meant.
    let nearest: String

    /// Nil where every command is one, or the word resembles none.
    init?(in arguments: some Sequence<String>) {
        var command: any ParsableCommand.Type = Registrarctl.self
        var path = [Registrarctl._commandName]
        for word in arguments {
            let subcommands = command.configuration.subcommands
            // "help request" is about what "request" is about.
            if word == "help", path.count == 1 { continue }
            guard !subcommands.isEmpty, !word.hasPrefix("-") else { return nil }
            if let subcommand = subcommands.first(where: { $0._commandName == word }) {
                command = subcommand
                path.append(word)
                continue
            }
            let names = subcommands.map { $0._commandName }
            guard let nearest = Suggestion.nearest(to: word, among: names) else { return nil }
            (self.word, self.path, self.nearest) = (word, path, nearest)
            return
        }
        return nil
    }

    var message: String {
        let path = path.joined(separator: " ")
        return "there is no command '\(path) \(word)'; did you mean '\(path) \(nearest)'? "
            + "See '\(path) --help'"
    }
}
