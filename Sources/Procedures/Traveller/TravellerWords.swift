import Domain

extension Traveller.Assessment.Line {
    /// What is said of the goods in one line, such as `2. Smoking tobacco, 70 g: 62.5 g free,
    /// declare 7.5 g (limit 250 g)`.
    ///
    /// - Parameter name: Of the kind, in that language.
    func text(_ name: String, in language: Language) -> String {
        "\(index + 1). \(name), \(quantity(goods.thousandths, language))\(worth(language)): "
            + result(in: language)
    }

    private func result(in language: Language) -> String {
        switch (outcome, language) {
        case (.free, .english): "free"
        case (.free, .french): "en franchise"
        case (.free, .german): "frei"
        case (.free, .luxembourgish): "fräi"
        case (.exceeds, _): exceeding(language)
        case (.mayBeAsked, .english):
            "\(overText(language)) above the guide level of \(limitText(language))"
        case (.mayBeAsked, .french):
            "\(overText(language)) au-delà du niveau indicatif de \(limitText(language))"
        case (.mayBeAsked, .german):
            "\(overText(language)) über dem Richtwert von \(limitText(language))"
        case (.mayBeAsked, .luxembourgish):
            "\(overText(language)) iwwer dem Richtwäert (\(limitText(language)))"
        case (.conditions, .english): "free under conditions"
        case (.conditions, .french): "en franchise sous conditions"
        case (.conditions, .german): "frei unter Bedingungen"
        case (.conditions, .luxembourgish): "fräi ënner Konditiounen"
        case (.permitNeeded, .english): "only with a permit"
        case (.permitNeeded, .french): "seulement avec un permis"
        case (.permitNeeded, .german): "nur mit Genehmigung"
        case (.permitNeeded, .luxembourgish): "nëmme mat Geneemegung"
        case (.prohibited, .english): "prohibited"
        case (.prohibited, .french): "interdit"
        case (.prohibited, .german): "verboten"
        case (.prohibited, .luxembourgish): "verbueden"
        }
    }

    private func exceeding(_ language: Language) -> String {
        let free = free == 0 ? nil : quantity(free, language)
        let (over, limit) = (overText(language), limitText(language))
        return switch language {
        case .english: (free.map { "\($0) free, " } ?? "") + "declare \(over) (limit \(limit))"
        case .french:
            (free.map { "\($0) en franchise, " } ?? "") + "déclarer \(over) (limite \(limit))"
        case .german: (free.map { "\($0) frei, " } ?? "") + "\(over) anmelden (Grenze \(limit))"
        case .luxembourgish:
            (free.map { "\($0) fräi, " } ?? "") + "\(over) umellen (Limitt \(limit))"
        }
    }

    private func overText(_ language: Language) -> String { quantity(over, language) }

    private func limitText(_ language: Language) -> String {
        switch limit {
        case .thousandths(let limit): quantity(limit, language)
        case .cents(let limit): language.text(euros: Euros.text(limit))
        case nil: ""
        }
    }

    /// Pieces are counted, and have no unit.
    private func quantity(_ thousandths: Int64, _ language: Language) -> String {
        let unit = goods.kind.unit
        return language.text(thousandths: thousandths) + (unit == .piece ? "" : " \(unit.rawValue)")
    }

    /// What each piece is worth, where that decides.
    private func worth(_ language: Language) -> String {
        guard case .cents = limit, let cents = goods.valueCents else { return "" }
        return " × " + language.text(euros: Euros.text(cents))
    }
}

extension Traveller {
    static func cashToDeclare(from amount: String, in language: Language) -> String {
        switch language {
        case .english:
            "declare it to customs, as everybody has to who enters or leaves the Union with "
                + "\(amount) or more, on the Union's own form. What you told us is not that "
                + "declaration."
        case .french:
            "déclarez-le à la douane, comme quiconque entre dans l'Union ou en sort avec "
                + "\(amount) ou plus, sur le formulaire de l'Union. Ce que vous nous avez indiqué "
                + "n'est pas cette déclaration."
        case .german:
            "melden Sie es beim Zoll an, wie jeder, der mit \(amount) oder mehr in die Union "
                + "einreist oder sie verlässt, auf dem Formular der Union. Ihre Angaben an uns sind "
                + "nicht diese Anmeldung."
        case .luxembourgish:
            "mellt et beim Zoll un, wéi jiddereen, dee mat \(amount) oder méi an d'Unioun kënnt "
                + "oder se verléisst, um Formulaire vun der Unioun. Wat Dir eis gesot hutt, ass net "
                + "dës Deklaratioun."
        }
    }

    static func cashNotToDeclare(from amount: String, in language: Language) -> String {
        switch language {
        case .english:
            "nothing has to be declared. Whoever enters or leaves the Union with \(amount) or more "
                + "declares it."
        case .french:
            "rien n'est à déclarer. Quiconque entre dans l'Union ou en sort avec \(amount) ou plus "
                + "le déclare."
        case .german:
            "nichts anzumelden. Wer mit \(amount) oder mehr in die Union einreist oder sie "
                + "verlässt, meldet es an."
        case .luxembourgish:
            "näischt unzemellen. Wie mat \(amount) oder méi an d'Unioun kënnt oder se verléisst, "
                + "mellt et un."
        }
    }
}

extension FigureBasis {
    func name(in language: Language) -> String {
        switch (self, language) {
        case (.seed, .english): "the published information for travellers"
        case (.seed, .french): "l'information publiée à l'attention des voyageurs"
        case (.seed, .german): "den veröffentlichten Reisehinweisen"
        case (.seed, .luxembourgish): "den ëffentlechen Informatioune fir Reesender"
        case (.law, .english): "the law"
        case (.law, .french): "la loi"
        case (.law, .german): "dem Gesetz"
        case (.law, .luxembourgish): "dem Gesetz"
        }
    }
}
