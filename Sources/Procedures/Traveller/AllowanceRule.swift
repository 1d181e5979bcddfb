import Domain

extension Traveller {
    /// What is said of goods.
    enum Outcome: String, CaseIterable, Decodable {
        case free
        /// Declared on arrival, and paid for as far as it is beyond.
        case exceeds
        /// Above a guide level, where there is no limit.
        case mayBeAsked = "may-be-asked"
        case conditions
        case permitNeeded = "permit-needed"
        case prohibited
    }

    /// What holds for some kinds of goods on some journeys.
    struct AllowanceRule: Hashable {
        let name: String
        let journey: Journey.Scope
        let share: String?
        let kinds: [Goods.Kind]
        /// In thousandths of the kind's unit; empty where the quantity does not matter.
        let limits: [Goods.Kind: Int64]
        let ofWhich: [Goods.Kind: Int64]
        /// Nil where the value does not matter.
        let valueCents: Int64?
        let underAge: Int?
        let origins: [String]?
        let isPrepared: Bool?
        let isProtected: Bool?
        let outcome: Outcome
        let beyond: Outcome
        let notes: [String]
        let notesBeyond: [String]
        /// Its source, by what it is the source for.
        let sources: [FigureBasis: String]
        /// The parts that the limits have in common: each of them is a whole number of these.
        let measure: Int64

        /// Whether it asks for nothing but the kind and the journey.
        var isUnconditional: Bool {
            underAge == nil && origins == nil && isPrepared == nil && isProtected == nil
        }

        func fits(_ goods: Goods, on journey: Journey) -> Bool {
            kinds.contains(goods.kind) && journey.scopes.contains(self.journey)
                && underAge.map { journey.age < $0 } ?? true
                && origins.map { $0.contains(goods.origin ?? "") } ?? true
                && isPrepared.map { $0 == goods.isPrepared } ?? true
                && isProtected.map { $0 == goods.isProtected } ?? true
        }
    }
}

extension Traveller.AllowanceRule {
    /// An entry of the table as it is written.
    struct Written: Decodable {
        let rule: String
        let journey: Traveller.Journey.Scope
        let share: String?
        let kinds: [String]?
        let limits: [String: String]?
        let ofWhich: [String: String]?
        let value: String?
        let underAge: Int?
        let origins: [String]?
        let prepared: Bool?
        let protected: Bool?
        let outcome: Traveller.Outcome?
        let beyond: Traveller.Outcome?
        let notes: [String]?
        let notesBeyond: [String]?
        let seed: String?
        let law: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case rule, journey, share, kinds, limits, ofWhich, value, underAge, origins, prepared
            case protected, outcome, beyond, notes, notesBeyond, seed, law
        }
    }

    /// - Throws: `TableError` with the place below `place`.
    init(_ written: Written, at place: String) throws(TableError) {
        func fault(_ member: String, _ problem: String) -> TableError {
            TableError(Traveller.AllowanceTable.file, "\(place).\(member)", problem)
        }
        let limits = try Self.quantities(written.limits) { fault("limits.\($0)", $1) }
        guard (written.limits == nil) != (written.kinds == nil) else {
            throw fault("limits", "either limits or kinds, and one of them, has to be there")
        }
        var kinds: [Traveller.Goods.Kind] = []
        for name in written.kinds ?? [] {
            guard let kind = Traveller.Goods.Kind(rawValue: name) else {
                throw fault("kinds", "no kind of goods is called \(name)")
            }
            kinds.append(kind)
        }
        let ofWhich = try Self.quantities(written.ofWhich) { fault("ofWhich.\($0)", $1) }
        if let other = ofWhich.keys.first(where: { limits[$0] == nil }) {
            throw fault("ofWhich.\(other.rawValue)", "has no limit that it is a part of")
        }
        var valueCents: Int64?
        if let value = written.value {
            guard let thousandths = Thousandths.value(of: value), thousandths % 10 == 0,
                !kinds.isEmpty
            else {
                throw fault("value", "is an amount such as 430.00, of the kinds that are named")
            }
            valueCents = thousandths / 10
        }
        guard let measure = Self.commonMultiple(of: limits.values.filter { $0 > 0 }) else {
            throw fault("limits", "have no part in common that can be counted in")
        }
        var sources: [FigureBasis: String] = [:]
        sources[.seed] = written.seed
        sources[.law] = written.law
        guard !sources.isEmpty else {
            throw fault("seed", "a rule has a source: seed, law or both")
        }
        name = written.rule
        journey = written.journey
        share = written.share
        self.kinds = kinds + Traveller.Goods.Kind.allCases.filter { limits[$0] != nil }
        self.limits = limits
        self.ofWhich = ofWhich
        self.valueCents = valueCents
        underAge = written.underAge
        origins = written.origins
        isPrepared = written.prepared
        isProtected = written.protected
        outcome = written.outcome ?? .free
        beyond = written.beyond ?? .exceeds
        notes = written.notes ?? []
        notesBeyond = written.notesBeyond ?? []
        self.sources = sources
        self.measure = measure
    }

    private static func quantities(
        _ written: [String: String]?,
        fault: (String, String) -> TableError
    ) throws(TableError) -> [Traveller.Goods.Kind: Int64] {
        var quantities: [Traveller.Goods.Kind: Int64] = [:]
        for (name, text) in written ?? [:] {
            guard let kind = Traveller.Goods.Kind(rawValue: name) else {
                throw fault(name, "no kind of goods is called so")
            }
            guard let quantity = Thousandths.value(of: text),
                quantity <= Traveller.Goods.mostThousandths,
                kind.unit != .piece || quantity % 1000 == 0
            else { throw fault(name, "is a quantity in the kind's unit, of whole pieces") }
            quantities[kind] = quantity
        }
        return quantities
    }

    /// Nil where it is more than can be counted.
    private static func commonMultiple(of numbers: [Int64]) -> Int64? {
        var multiple: Int64 = 1
        for number in numbers {
            let (product, overflows) = (multiple / divisor(multiple, number))
                .multipliedReportingOverflow(by: number)
            // Of a part that is used thousandths are told.
            guard !overflows, product <= .max / 1000 else { return nil }
            multiple = product
        }
        return multiple
    }

    private static func divisor(_ first: Int64, _ second: Int64) -> Int64 {
        second == 0 ? first : divisor(second, first % second)
    }
}
