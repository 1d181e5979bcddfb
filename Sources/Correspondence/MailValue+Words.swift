import Domain

extension MailValue {
    func words(in language: Language) -> String {
        switch self {
        case .text(let text), .lines(let text): text
        case .operations(let operations):
            operations.list.map { OperationNames.name($0, in: language) }.joined(separator: ", ")
        case .day(let day): language.text(day)
        case .euros(let amount): language.text(euros: amount)
        case .localised(let words): words[language] ?? ""
        case .list(let lines):
            lines.map { line in
                let value = line.value.map { ": " + $0.words(in: language) } ?? ""
                return "– " + (line.words[language] ?? "") + value
            }.joined(separator: "\n")
        }
    }
}
