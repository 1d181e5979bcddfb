import Contract
import Domain

extension Relief {
    /// A condition of relief that is not met, as far as the request says.
    enum Finding: Hashable, Sendable {
        enum Event: Hashable, Sendable { case move, wedding }

        /// - Parameter asks: Whether the applicant says why that may be.
        case tooShortAbroad(months: Int, needed: Int, asks: Bool)
        case tooShortOwned(months: Int, needed: Int)
        /// - Parameter counts: Whether that matters by what the installation goes by.
        case tooFewKilometres(Int, atMost: Int, counts: Bool)
        case notUsedAbroad
        case acquiredForImport
        case tooLate(months: Int, after: Event)
        case tooEarly(months: Int, before: Event)
        /// Goods that come before their owner, who has not undertaken to follow.
        case withoutUndertaking
        case noResidentSpouse
        case notIdentifiable
        /// A tattoo that is too young, or of which nobody says how old it is.
        case tattooTooNew
        case notVaccinated
        case vaccinatedTooLate
        case tooManyAnimals
        case diplomatWithout136F

        /// As `status.request` calls it.
        var code: String {
            switch self {
            case .tooShortAbroad: "too-short-abroad"
            case .tooShortOwned: "too-short-owned"
            case .tooFewKilometres: "too-few-kilometres"
            case .notUsedAbroad: "not-used-abroad"
            case .acquiredForImport: "acquired-for-import"
            case .tooLate: "too-late"
            case .tooEarly, .withoutUndertaking: "too-early"
            case .noResidentSpouse: "no-resident-spouse"
            case .notIdentifiable, .tattooTooNew: "not-identifiable"
            case .notVaccinated, .vaccinatedTooLate: "not-vaccinated"
            case .tooManyAnimals: "too-many-animals"
            case .diplomatWithout136F: "diplomat-without-136f"
            }
        }

        /// Whether a rule may reject a request for it, where an installation says so. What the
        /// applicant asks to be excepted from is a person's to weigh.
        var isGround: Bool {
            switch self {
            case .tooShortAbroad(_, _, let asks): !asks
            case .tooFewKilometres(_, _, let counts): counts
            case .tooShortOwned, .notUsedAbroad, .acquiredForImport: true
            default: false
            }
        }

        func json(in language: Language) -> JSONValue {
            .object(
                JSONObject([
                    .init("code", .string(code)), .init("detail", .string(detail(in: language))),
                ])
            )
        }
    }

    /// The limits that conditions count with. Those that are no figures are the law's.
    enum Limit {
        static let monthsAbroad = "relief.months-abroad"
        static let monthsOwned = "relief.months-owned"
        static let vehicleMonths = "relief.vehicle-months"
        static let vehicleKilometres = "relief.vehicle-kilometres"
        static let presentDuty = "relief.new-present-duty"
        static let presentVAT = "relief.new-present-vat"

        /// Regulation (EC) No 1186/2009, articles 7 and 9.
        static let monthsAfterMove = 12
        static let monthsBeforeMove = 6
        /// The same, article 14.
        static let monthsBeforeWedding = 2
        static let monthsAfterWedding = 4
        /// Regulation (EU) 2016/429, article 246.
        static let animals = 5
        /// Delegated Regulation (EU) 2026/131: from the vaccination to the entry.
        static let vaccinatedDays = 21
        /// The same: the first day on which a tattoo does not do any more.
        static let endOfTattoos = CivilDate(year: 2011, month: 7, day: 3)

        /// The figures that are conditions of relief for it.
        static func figures(of profile: Profile) -> [String] {
            switch profile {
            case .householdGoods: [monthsAbroad, monthsOwned]
            case .vehicle: [vehicleMonths, vehicleKilometres]
            case .wedding: [monthsAbroad, presentDuty, presentVAT]
            case .pet, .transferNotice: []
            }
        }
    }

    static func findings(
        of request: Request,
        in register: any RegisterView
    ) throws -> [Finding] {
        guard request.status != .notRequired, let profile = request.reliefProfile else { return [] }
        return findings(on: try dossier(of: request, in: register), of: profile)
    }

    /// Which conditions are not met: derived each time from what was stated, the papers and the
    /// figures that were frozen.
    static func findings(on dossier: Dossier, of profile: Profile) -> [Finding] {
        let stated = dossier.stated
        switch profile {
        case .householdGoods:
            // Theirs is free by the declaration of their organisation, whatever the others need.
            if stated.isTrue(Relieved.diplomat) {
                return dossier.has(declaration136F) ? [] : [.diplomatWithout136F]
            }
            return abroad(stated) + used(stated) + move(dossier)
        case .vehicle: return driven(stated) + move(dossier)
        case .wedding:
            let isResident = stated.isTrue(Relieved.oneSpouseResident)
            return abroad(stated) + (isResident ? [] : [.noResidentSpouse]) + wedding(stated)
        case .pet: return animals(stated)
        case .transferNotice: return []
        }
    }

    static let declaration136F = "declaration-136f"
    static let undertaking = "undertaking"
    static let marriageCertificate = "marriage-certificate"

    private static func abroad(_ stated: RequestFields) -> [Finding] {
        guard let months = stated.integer(Relieved.monthsAbroad),
            let needed = stated.whole(Limit.monthsAbroad), months < needed
        else { return [] }
        return [
            .tooShortAbroad(
                months: months,
                needed: needed,
                asks: stated[Relieved.special] != nil
            )
        ]
    }

    /// Of used goods, where there are any.
    private static func used(_ stated: RequestFields) -> [Finding] {
        guard stated.cents(of: Relieved.declaredValue) != 0 else { return [] }
        return owned(stated, Limit.monthsOwned)
            + (stated.isTrue(Relieved.ownedAndUsedAbroad) ? [] : [.notUsedAbroad])
            + (stated.isTrue(Relieved.acquiredForImport) ? [.acquiredForImport] : [])
    }

    private static func owned(_ stated: RequestFields, _ limit: String) -> [Finding] {
        guard let months = stated.integer(Relieved.monthsOwned),
            let needed = stated.whole(limit), months < needed
        else { return [] }
        return [.tooShortOwned(months: months, needed: needed)]
    }

    private static func driven(_ stated: RequestFields) -> [Finding] {
        let owned = owned(stated, Limit.vehicleMonths)
        guard let kilometres = stated.integer(Relieved.kilometres),
            let most = stated.whole(Limit.vehicleKilometres), kilometres <= most
        else { return owned }
        // The law knows no such condition (Regulation (EC) No 1186/2009, article 4).
        let counts = stated[Figures.basis] != FigureBasis.law.rawValue
        return owned + [.tooFewKilometres(kilometres, atMost: most, counts: counts)]
    }

    /// When the goods come, against when their owner does.
    private static func move(_ dossier: Dossier) -> [Finding] {
        let stated = dossier.stated
        let isUndertaken = dossier.has(undertaking)
        guard let enteredOn = dossier.arrivedOn else {
            let isMoved = stated[Relieved.residenceMoved] != "false"
            return isMoved || isUndertaken ? [] : [.withoutUndertaking]
        }
        guard comeFirst(stated, on: enteredOn), !stated.isTrue(Relieved.diplomat) else {
            let last = stated.day(Relieved.establishedOn)?.adding(months: Limit.monthsAfterMove)
            let isLate = last.map { $0 < enteredOn } ?? false
            return isLate ? [.tooLate(months: Limit.monthsAfterMove, after: .move)] : []
        }
        let first = stated.day(Relieved.establishedOn)?.adding(months: -Limit.monthsBeforeMove)
        if let first, enteredOn < first {
            return [.tooEarly(months: Limit.monthsBeforeMove, before: .move)]
        }
        return isUndertaken ? [] : [.withoutUndertaking]
    }

    /// Whether goods that come on `day` come before their owner.
    static func comeFirst(_ stated: RequestFields, on day: CivilDate) -> Bool {
        if let establishedOn = stated.day(Relieved.establishedOn) { return day < establishedOn }
        return !stated.isTrue(Relieved.residenceMoved)
    }

    private static func wedding(_ stated: RequestFields) -> [Finding] {
        guard let marriedOn = stated.day(Relieved.marriedOn), let enteredOn = arrival(in: stated)
        else { return [] }
        if enteredOn < marriedOn.adding(months: -Limit.monthsBeforeWedding) {
            return [.tooEarly(months: Limit.monthsBeforeWedding, before: .wedding)]
        }
        if enteredOn > marriedOn.adding(months: Limit.monthsAfterWedding) {
            return [.tooLate(months: Limit.monthsAfterWedding, after: .wedding)]
        }
        return []
    }

    private static func animals(_ stated: RequestFields) -> [Finding] {
        let isCarnivore =
            stated[Relieved.species].flatMap(Species.init)?.isCarnivore ?? false
        let isMany = (stated.integer(Relieved.count) ?? 0) > Limit.animals
        return [identification(stated), isCarnivore ? vaccination(stated) : nil].compactMap(\.self)
            + (isCarnivore && isMany ? [.tooManyAnimals] : [])
    }

    private static func identification(_ stated: RequestFields) -> Finding? {
        switch stated[Relieved.identification].flatMap(Identification.init) {
        case .transponder, nil: return nil
        case .tattoo:
            guard let end = Limit.endOfTattoos, let day = stated.day(Relieved.tattooedOn),
                day < end
            else { return .tattooTooNew }
            return nil
        case Identification.none?: return .notIdentifiable
        }
    }

    private static func vaccination(_ stated: RequestFields) -> Finding? {
        guard let day = stated.day(Relieved.rabiesVaccinatedOn) else { return .notVaccinated }
        guard let enteredOn = arrival(in: stated),
            enteredOn < day.adding(days: Limit.vaccinatedDays)
        else { return nil }
        return .vaccinatedTooLate
    }
}

// MARK: What relief does not cover

extension Relief {
    /// Goods for which duties are paid whatever becomes of the others.
    static func notCovered(_ stated: RequestFields) -> [MailValue.Line] {
        let excluded = (stated[Relieved.excluded] ?? "").split(separator: " ")
            .compactMap { Excluded(rawValue: String($0)) }
        return excluded.map { kind in .init(.inEach { kind.name(in: $0) }) }
            + presents(stated)
    }

    /// How many presents are worth more than the law frees from duties, and from VAT.
    private static func presents(_ stated: RequestFields) -> [MailValue.Line] {
        let values = (stated[Relieved.presents] ?? "").split(separator: " ")
            .compactMap { Thousandths.value(of: String($0)) }
        return [(Limit.presentDuty, true), (Limit.presentVAT, false)].compactMap { figure, isDuty in
            let frozen = Figures.frozen(figure)
            guard let limit = stated.thousandths(frozen) else { return nil }
            let count = values.count { $0 > limit }
            guard count > 0 else { return nil }
            let words = PresentWords(limit: stated[frozen] ?? "", isDuty: isDuty)
            return .init(.inEach { words.text(in: $0) }, .text("\(count)"))
        }
    }
}

extension Dossier {
    /// Whether there is a paper of the kind.
    fileprivate func has(_ kind: String) -> Bool {
        documents.contains { $0.kind.isExactly(kind) }
    }
}

extension RequestFields {
    /// A figure that was frozen, of what is counted whole.
    fileprivate func whole(_ figure: String) -> Int? {
        thousandths(Figures.frozen(figure)).map { Int($0 / 1000) }
    }
}

extension [Language: String] {
    /// The words that `name` has in each language.
    static func inEach(_ name: (Language) -> String) -> Self {
        Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, name($0)) })
    }
}
