import Domain

extension MailValue {
    func words(in language: Language) -> String {
        switch self {
        case .text(let text), .lines(let text): text
        case .operations(let operations):
            operations.list.map { OperationNames.name($0, in: language) }.joined(separator: ", ")
        case .day(let day): Self.day(day, in: language)
        case .euros(let amount): Self.euros(amount, in: language)
        case .localised(let words): words[language] ?? ""
        case .list(let lines):
            lines.map { line in
                let value = line.value.map { ": " + $0.words(in: language) } ?? ""
                return "– " + (line.words[language] ?? "") + value
            }.joined(separator: "\n")
        }
    }

    // MARK: Days

    /// Such as `2 May 2027`, `1er mai 2027`, `2. Mai 2027`, `2. Mee 2027`.
    private static func day(_ day: CivilDate, in language: Language) -> String {
        let month = months(in: language)[day.month - 1]
        return switch language {
        case .english: "\(day.day) \(month) \(day.year)"
        case .french: "\(day.day)\(day.day == 1 ? "er" : "") \(month) \(day.year)"
        case .german, .luxembourgish: "\(day.day). \(month) \(day.year)"
        }
    }

    private static func months(in language: Language) -> [String] {
        switch language {
        case .english:
            [
                "January", "February", "March", "April", "May", "June", "July", "August",
                "September", "October", "November", "December",
            ]
        case .french:
            [
                "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
                "septembre", "octobre", "novembre", "décembre",
            ]
        case .german:
            [
                "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
                "September", "Oktober", "November", "Dezember",
            ]
        case .luxembourgish:
            [
                "Januar", "Februar", "Mäerz", "Abrëll", "Mee", "Juni", "Juli", "August",
                "September", "Oktober", "November", "Dezember",
            ]
        }
    }

    // MARK: Amounts

    /// Such as `EUR 10,000.00`, `10 000,00 EUR` (which no line ends within), `10.000,00 EUR`.
    private static func euros(_ amount: String, in language: Language) -> String {
        let parts = amount.split(separator: ".")
        guard parts.count == 2 else { return "EUR \(amount)" }
        func number(grouped separator: String, _ point: String) -> String {
            var grouped = ""
            for (index, digit) in parts[0].enumerated() {
                if index > 0, (parts[0].count - index).isMultiple(of: 3) { grouped += separator }
                grouped.append(digit)
            }
            return grouped + point + parts[1]
        }
        return switch language {
        case .english: "EUR\u{A0}" + number(grouped: ",", ".")
        case .french: number(grouped: "\u{A0}", ",") + "\u{A0}EUR"
        case .german, .luxembourgish: number(grouped: ".", ",") + "\u{A0}EUR"
        }
    }
}
