import Domain

/// A value that each language words in its own way.
enum LocalisedValue: Hashable, Sendable {
    case day(CivilDate)
    case authorisation(AuthorisationKind)
    case products([ExciseProduct])
    /// An amount in euros, as it is kept: with two decimals, such as `10000.00`.
    case euros(String)

    func words(in language: Language) -> String {
        switch self {
        case .day(let day): Self.day(day, in: language)
        case .authorisation(let kind): Self.name(of: kind, in: language)
        case .products(let products):
            products.map { Self.name(of: $0, in: language) }.joined(separator: ", ")
        case .euros(let amount): Self.euros(amount, in: language)
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

    // MARK: Excise

    private static func name(of product: ExciseProduct, in language: Language) -> String {
        switch (product, language) {
        case (.alcohol, .english): "alcoholic beverages"
        case (.alcohol, .french): "boissons alcooliques"
        case (.alcohol, .german): "alkoholische Getränke"
        case (.alcohol, .luxembourgish): "alkoholesch Gedrénks"
        case (.tobacco, .english): "tobacco products"
        case (.tobacco, .french): "produits du tabac"
        case (.tobacco, .german): "Tabakwaren"
        case (.tobacco, .luxembourgish): "Tubaksprodukter"
        case (.energy, .english): "energy products"
        case (.energy, .french): "produits énergétiques"
        case (.energy, .german): "Energieerzeugnisse"
        case (.energy, .luxembourgish): "Energieprodukter"
        }
    }

    private static func name(of kind: AuthorisationKind, in language: Language) -> String {
        switch language {
        case .english: kind.rawValue.replacing("-", with: " ")
        case .french: french(kind)
        case .german: german(kind)
        case .luxembourgish: luxembourgish(kind)
        }
    }

    private static func french(_ kind: AuthorisationKind) -> String {
        switch kind {
        case .temporaryRegisteredConsignee: "destinataire enregistré à titre temporaire"
        case .registeredConsignee: "destinataire enregistré"
        case .authorisedWarehousekeeper: "entrepositaire agréé"
        case .certifiedConsignor: "expéditeur certifié"
        case .certifiedConsignee: "destinataire certifié"
        case .temporaryCertifiedConsignee: "destinataire certifié à titre temporaire"
        }
    }

    private static func german(_ kind: AuthorisationKind) -> String {
        switch kind {
        case .temporaryRegisteredConsignee: "registrierter Empfänger im Einzelfall"
        case .registeredConsignee: "registrierter Empfänger"
        case .authorisedWarehousekeeper: "zugelassener Lagerinhaber"
        case .certifiedConsignor: "zertifizierter Versender"
        case .certifiedConsignee: "zertifizierter Empfänger"
        case .temporaryCertifiedConsignee: "zertifizierter Empfänger im Einzelfall"
        }
    }

    private static func luxembourgish(_ kind: AuthorisationKind) -> String {
        switch kind {
        case .temporaryRegisteredConsignee: "temporäre registréierten Destinataire"
        case .registeredConsignee: "registréierten Destinataire"
        case .authorisedWarehousekeeper: "agreéierten Entrepositaire"
        case .certifiedConsignor: "zertifizéierten Expediteur"
        case .certifiedConsignee: "zertifizéierten Destinataire"
        case .temporaryCertifiedConsignee: "temporären zertifizéierten Destinataire"
        }
    }
}
