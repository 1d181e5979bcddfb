/// How each language writes days, amounts and numbers.
extension Language {
    // MARK: Days

    /// Such as `2 May 2027`, `1er mai 2027`, `2. Mai 2027`, `2. Mee 2027`.
    public func text(_ day: CivilDate) -> String {
        let month = months[day.month - 1]
        return switch self {
        case .english: "\(day.day) \(month) \(day.year)"
        case .french: "\(day.day)\(day.day == 1 ? "er" : "") \(month) \(day.year)"
        case .german, .luxembourgish: "\(day.day). \(month) \(day.year)"
        }
    }

    private var months: [String] {
        switch self {
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
    ///
    /// - Parameter amount: With two decimals, such as `10000.00`.
    public func text(euros amount: String) -> String {
        switch self {
        case .english: "EUR\u{A0}" + number(amount)
        case .french, .german, .luxembourgish: number(amount) + "\u{A0}EUR"
        }
    }

    // MARK: Numbers

    /// Such as `1,062.5`, `1 062,5` (which no line ends within), `1.062,5`.
    public func text(thousandths: Int64) -> String { number(Thousandths.text(thousandths)) }

    private func number(_ digits: String) -> String {
        let (separator, point) =
            switch self {
            case .english: (",", ".")
            case .french: ("\u{A0}", ",")
            case .german, .luxembourgish: (".", ",")
            }
        let parts = digits.split(separator: ".")
        var grouped = ""
        for (index, digit) in parts[0].enumerated() {
            if index > 0, (parts[0].count - index).isMultiple(of: 3) { grouped += separator }
            grouped.append(digit)
        }
        return parts.count == 2 ? grouped + point + parts[1] : grouped
    }
}
