import Domain

extension Relief.Profile {
    /// What relief is asked for.
    func noun(in language: Language) -> String {
        switch (self, language) {
        case (.householdGoods, .english): "household goods"
        case (.householdGoods, .french): "biens ménagers"
        case (.householdGoods, .german): "Übersiedlungsgut"
        case (.householdGoods, .luxembourgish): "Plënnergutt"
        case (.vehicle, .english): "a vehicle"
        case (.vehicle, .french): "un véhicule"
        case (.vehicle, .german): "ein Fahrzeug"
        case (.vehicle, .luxembourgish): "e Gefier"
        case (.wedding, .english): "a trousseau and wedding presents"
        case (.wedding, .french): "un trousseau et des cadeaux de mariage"
        case (.wedding, .german): "Aussteuer und Hochzeitsgeschenke"
        case (.wedding, .luxembourgish): "Trousseau an Hochzäitscadeauen"
        case (.pet, .english): "pets"
        case (.pet, .french): "animaux de compagnie"
        case (.pet, .german): "Heimtiere"
        case (.pet, .luxembourgish): "Hausdéieren"
        // What is passed on is named by what it was granted as.
        case (.transferNotice, _): ""
        }
    }
}

extension Relief.Manner {
    func name(in language: Language) -> String {
        switch (self, language) {
        case (.lend, .english): "lent"
        case (.lend, .french): "prêté"
        case (.lend, .german): "verliehen"
        case (.lend, .luxembourgish): "geléint"
        case (.pledge, .english): "pledged"
        case (.pledge, .french): "mis en gage"
        case (.pledge, .german): "verpfändet"
        case (.pledge, .luxembourgish): "verpand"
        case (.hire, .english): "hired out"
        case (.hire, .french): "loué"
        case (.hire, .german): "vermietet"
        case (.hire, .luxembourgish): "verlount"
        case (.transfer, .english): "sold or given away"
        case (.transfer, .french): "vendu ou donné"
        case (.transfer, .german): "verkauft oder verschenkt"
        case (.transfer, .luxembourgish): "verkaaft oder verschenkt"
        }
    }
}

extension Relief.Excluded {
    func name(in language: Language) -> String {
        switch (self, language) {
        case (.alcohol, .english): "Alcoholic products"
        case (.alcohol, .french): "Produits alcooliques"
        case (.alcohol, .german): "Alkoholische Erzeugnisse"
        case (.alcohol, .luxembourgish): "Alkoholesch Produkter"
        case (.tobacco, .english): "Tobacco and tobacco products"
        case (.tobacco, .french): "Tabac et produits du tabac"
        case (.tobacco, .german): "Tabak und Tabakwaren"
        case (.tobacco, .luxembourgish): "Tubak an Tubaksprodukter"
        case (.commercialVehicles, .english): "Commercial vehicles"
        case (.commercialVehicles, .french): "Véhicules utilitaires"
        case (.commercialVehicles, .german): "Nutzfahrzeuge"
        case (.commercialVehicles, .luxembourgish): "Notzgefierer"
        case (.toolsOfTrade, .english): "Tools of a trade, other than portable ones of an art"
        case (.toolsOfTrade, .french):
            "Matériel à usage professionnel, hors instruments portatifs d'arts"
        case (.toolsOfTrade, .german):
            "Gegenstände zur Berufsausübung, außer tragbaren Geräten künstlerischer Berufe"
        case (.toolsOfTrade, .luxembourgish):
            "Material fir de Beruff, ausser portabelen Instrumenter vu Konschtberuffer"
        }
    }
}

/// How many presents are dearer than the law frees.
struct PresentWords {
    /// In euros, such as `1000.00`.
    let limit: String
    /// From duties and VAT, or from VAT alone.
    let isDuty: Bool

    func text(in language: Language) -> String {
        let limit = language.text(euros: limit)
        return switch (language, isDuty) {
        case (.english, true): "Presents worth more than \(limit) each (duties and VAT)"
        case (.english, false): "Presents worth more than \(limit) each (VAT)"
        case (.french, true): "Cadeaux d'une valeur de plus de \(limit) chacun (droits et TVA)"
        case (.french, false): "Cadeaux d'une valeur de plus de \(limit) chacun (TVA)"
        case (.german, true): "Geschenke von je mehr als \(limit) (Zoll und MwSt.)"
        case (.german, false): "Geschenke von je mehr als \(limit) (MwSt.)"
        case (.luxembourgish, true): "Cadeaue vu méi wéi \(limit) d'Stéck (Douane an TVA)"
        case (.luxembourgish, false): "Cadeaue vu méi wéi \(limit) d'Stéck (TVA)"
        }
    }
}

extension Relief.Finding {
    /// What is the matter, in plain words.
    func detail(in language: Language) -> String {
        switch language {
        case .english: english
        case .french: french
        case .german: german
        case .luxembourgish: luxembourgish
        }
    }

    /// As the language writes it, such as `6.000`.
    private static func number(_ count: Int, _ language: Language) -> String {
        language.text(thousandths: Int64(count) * 1000)
    }

    private var english: String {
        switch self {
        case .tooShortAbroad(let months, let needed, let asks):
            "You lived abroad for \(months) months on end; \(needed) are needed."
                + (asks ? " You have asked for an exception." : "")
        case .tooShortOwned(let months, let needed):
            "You owned and used this for \(months) months; at least \(needed) are needed."
        case .tooFewKilometres(let kilometres, let most, true):
            "The vehicle has \(Self.number(kilometres, .english)) km; "
                + "more than \(Self.number(most, .english)) are needed."
        case .tooFewKilometres(let kilometres, let most, false):
            "The vehicle has \(Self.number(kilometres, .english)) km, "
                + "not more than \(Self.number(most, .english)); by law this is no condition."
        case .notUsedAbroad: "The goods were not owned and used abroad."
        case .acquiredForImport: "The goods were acquired in order to import them free of duties."
        case .tooLate(let months, .move): "This enters more than \(months) months after your move."
        case .tooLate(let months, .wedding):
            "This enters more than \(months) months after the wedding."
        case .tooEarly(let months, .move):
            "This enters more than \(months) months before your move."
        case .tooEarly(let months, .wedding):
            "This enters more than \(months) months before the wedding."
        case .withoutUndertaking:
            "This enters before your move, and your undertaking to take up residence within 6 months "
                + "is missing."
        case .noResidentSpouse:
            "At the time of the wedding one spouse has to live in Luxembourg and the other abroad."
        case .notIdentifiable: "The animals have neither a transponder nor a tattoo."
        case .tattooTooNew:
            "A tattoo counts only if it was made before 3 July 2011, and that is shown; otherwise a "
                + "transponder is needed."
        case .notVaccinated: "The animals are not vaccinated against rabies."
        case .vaccinatedTooLate:
            "Between the vaccination against rabies and the entry there have to be at least 21 days."
        case .tooManyAnimals:
            "More than 5 dogs, cats and ferrets do not count as pets on a journey."
        case .diplomatWithout136F:
            "The removal of a diplomat is free of duties only with declaration 136 F, which is missing."
        }
    }

    private var french: String {
        switch self {
        case .tooShortAbroad(let months, let needed, let asks):
            "Vous avez vécu à l'étranger pendant \(months) mois consécutifs ; il en faut \(needed)."
                + (asks ? " Vous avez demandé une exception." : "")
        case .tooShortOwned(let months, let needed):
            "Vous avez possédé et utilisé ceci pendant \(months) mois ; il en faut au moins \(needed)."
        case .tooFewKilometres(let kilometres, let most, true):
            "Le véhicule a \(Self.number(kilometres, .french)) km ; "
                + "il en faut plus de \(Self.number(most, .french))."
        case .tooFewKilometres(let kilometres, let most, false):
            "Le véhicule a \(Self.number(kilometres, .french)) km, "
                + "pas plus de \(Self.number(most, .french)) ; la loi n'en fait pas une condition."
        case .notUsedAbroad: "Les biens n'ont pas été possédés et utilisés à l'étranger."
        case .acquiredForImport:
            "Les biens ont été acquis en vue de leur importation en franchise de droits."
        case .tooLate(let months, .move):
            "L'entrée a lieu plus de \(months) mois après votre déménagement."
        case .tooLate(let months, .wedding):
            "L'entrée a lieu plus de \(months) mois après le mariage."
        case .tooEarly(let months, .move):
            "L'entrée a lieu plus de \(months) mois avant votre déménagement."
        case .tooEarly(let months, .wedding):
            "L'entrée a lieu plus de \(months) mois avant le mariage."
        case .withoutUndertaking:
            "L'entrée précède votre déménagement, et votre engagement d'établir votre résidence dans "
                + "les 6 mois manque."
        case .noResidentSpouse:
            "Au moment du mariage, l'un des époux doit résider au Luxembourg et l'autre à l'étranger."
        case .notIdentifiable: "Les animaux n'ont ni transpondeur ni tatouage."
        case .tattooTooNew:
            "Un tatouage ne compte que s'il a été fait avant le 3 juillet 2011 et que cela est établi ; "
                + "sinon il faut un transpondeur."
        case .notVaccinated: "Les animaux ne sont pas vaccinés contre la rage."
        case .vaccinatedTooLate:
            "Il faut au moins 21 jours entre la vaccination contre la rage et l'entrée."
        case .tooManyAnimals:
            "Plus de 5 chiens, chats et furets ne comptent pas comme animaux de compagnie en voyage."
        case .diplomatWithout136F:
            "Le déménagement d'un diplomate n'est exonéré qu'avec la déclaration 136 F, qui manque."
        }
    }

    private var german: String {
        switch self {
        case .tooShortAbroad(let months, let needed, let asks):
            "Sie haben \(months) Monate ohne Unterbrechung im Ausland gelebt; nötig sind \(needed)."
                + (asks ? " Sie haben um eine Ausnahme gebeten." : "")
        case .tooShortOwned(let months, let needed):
            "Es gehörte Ihnen und wurde von Ihnen benutzt: \(months) Monate; nötig sind mindestens "
                + "\(needed)."
        case .tooFewKilometres(let kilometres, let most, true):
            "Das Fahrzeug hat \(Self.number(kilometres, .german)) km; "
                + "nötig sind mehr als \(Self.number(most, .german))."
        case .tooFewKilometres(let kilometres, let most, false):
            "Das Fahrzeug hat \(Self.number(kilometres, .german)) km, "
                + "nicht mehr als \(Self.number(most, .german)); nach dem Gesetz ist das keine "
                + "Bedingung."
        case .notUsedAbroad:
            "Die Waren haben Ihnen nicht im Ausland gehört oder wurden dort nicht benutzt."
        case .acquiredForImport:
            "Die Waren wurden erworben, um sie abgabenfrei einzuführen."
        case .tooLate(let months, .move):
            "Die Einfuhr findet mehr als \(months) Monate nach Ihrem Umzug statt."
        case .tooLate(let months, .wedding):
            "Die Einfuhr findet mehr als \(months) Monate nach der Hochzeit statt."
        case .tooEarly(let months, .move):
            "Die Einfuhr findet mehr als \(months) Monate vor Ihrem Umzug statt."
        case .tooEarly(let months, .wedding):
            "Die Einfuhr findet mehr als \(months) Monate vor der Hochzeit statt."
        case .withoutUndertaking:
            "Die Einfuhr findet vor Ihrem Umzug statt, und Ihre Verpflichtung fehlt, innerhalb von 6 "
                + "Monaten hierher zu ziehen."
        case .noResidentSpouse:
            "Zur Zeit der Hochzeit muss ein Ehepartner in Luxemburg wohnen und der andere im Ausland."
        case .notIdentifiable: "Die Tiere haben weder einen Transponder noch eine Tätowierung."
        case .tattooTooNew:
            "Eine Tätowierung zählt nur, wenn sie nachweislich vor dem 3. Juli 2011 angebracht wurde; "
                + "sonst ist ein Transponder nötig."
        case .notVaccinated: "Die Tiere sind nicht gegen Tollwut geimpft."
        case .vaccinatedTooLate:
            "Zwischen der Tollwutimpfung und der Einfuhr müssen mindestens 21 Tage liegen."
        case .tooManyAnimals:
            "Mehr als 5 Hunde, Katzen und Frettchen zählen nicht als Heimtiere auf einer Reise."
        case .diplomatWithout136F:
            "Der Umzug eines Diplomaten ist nur mit der Erklärung 136 F abgabenfrei; sie fehlt."
        }
    }

    private var luxembourgish: String {
        switch self {
        case .tooShortAbroad(let months, let needed, let asks):
            "Dir hutt \(months) Méint hannerteneen am Ausland gewunnt; néideg sinn der \(needed)."
                + (asks ? " Dir hutt ëm eng Ausnam gefrot." : "")
        case .tooShortOwned(let months, let needed):
            "Dir hat dat \(months) Méint an hutt et esou laang benotzt; néideg sinn op d'mannst "
                + "\(needed)."
        case .tooFewKilometres(let kilometres, let most, true):
            "D'Gefier huet \(Self.number(kilometres, .luxembourgish)) km; "
                + "néideg si méi wéi \(Self.number(most, .luxembourgish))."
        case .tooFewKilometres(let kilometres, let most, false):
            "D'Gefier huet \(Self.number(kilometres, .luxembourgish)) km, "
                + "net méi wéi \(Self.number(most, .luxembourgish)); nom Gesetz ass dat keng "
                + "Konditioun."
        case .notUsedAbroad:
            "D'Saachen hunn Iech net am Ausland gehéiert oder goufen net do benotzt."
        case .acquiredForImport: "D'Saache goufe kaaft, fir se ouni Taxen z'importéieren."
        case .tooLate(let months, .move):
            "Den Import ass méi wéi \(months) Méint no Ärem Plënneren."
        case .tooLate(let months, .wedding):
            "Den Import ass méi wéi \(months) Méint no der Hochzäit."
        case .tooEarly(let months, .move):
            "Den Import ass méi wéi \(months) Méint virun Ärem Plënneren."
        case .tooEarly(let months, .wedding):
            "Den Import ass méi wéi \(months) Méint virun der Hochzäit."
        case .withoutUndertaking:
            "Den Import ass virun Ärem Plënneren, an Ären Engagement feelt, bannent 6 Méint heihin ze "
                + "plënneren."
        case .noResidentSpouse:
            "Am Moment vun der Hochzäit muss ee Conjoint zu Lëtzebuerg wunnen an deen aneren am Ausland."
        case .notIdentifiable: "D'Déieren hu weder en Transponder nach eng Tätowéierung."
        case .tattooTooNew:
            "Eng Tätowéierung zielt nëmmen, wa bewisen ass, datt se virum 3. Juli 2011 gemaach gouf; "
                + "soss ass en Transponder néideg."
        case .notVaccinated: "D'Déiere sinn net géint Tollwut geimpft."
        case .vaccinatedTooLate:
            "Tëschent der Impfung géint Tollwut an dem Import mussen op d'mannst 21 Deeg leien."
        case .tooManyAnimals:
            "Méi wéi 5 Hënn, Kazen a Frettercher zielen net als Hausdéieren op enger Rees."
        case .diplomatWithout136F:
            "D'Plënnere vun engem Diplomat ass nëmme mat der Deklaratioun 136 F fräi vun Taxen; si feelt."
        }
    }
}
