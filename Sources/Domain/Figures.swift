/// An amount, a limit or a rate that rules ask for, with what it is and where it stands.
public struct Figure: Hashable, Sendable {
    /// What its value counts.
    public enum Unit: String, CaseIterable, Sendable {
        /// Euros with two decimals.
        case euros = "EUR"
        /// With one decimal at most.
        case percent
        case months
        case kilometres = "km"
        /// No number.
        case text
    }

    /// What the pages said that the service was made from.
    public struct Stated: Hashable, Sendable {
        public let value: String
        /// Which page.
        public let file: String
        /// When it was read.
        public let taken: CivilDate

        public init(value: String, file: String, taken: CivilDate) {
            self.value = value
            self.file = file
            self.taken = taken
        }
    }

    /// What the law says from a day on.
    public struct Rule: Hashable, Sendable {
        public let from: CivilDate
        /// The last day; nil where none is known.
        public let until: CivilDate?
        public let value: String
        public let source: String
        /// When it was looked up.
        public let seen: CivilDate

        public init(
            from: CivilDate,
            until: CivilDate?,
            value: String,
            source: String,
            seen: CivilDate
        ) {
            self.from = from
            self.until = until
            self.value = value
            self.source = source
            self.seen = seen
        }

        func holds(on day: CivilDate) -> Bool { from <= day && until.map { day <= $0 } ?? true }
    }

    public let identifier: String
    public let unit: Unit
    /// Nil where they say nothing.
    public let stated: Stated?
    /// By day, the oldest first; none where nothing else is known.
    public let law: [Rule]
    /// Nil for the basis of the installation.
    public let basis: FigureBasis?

    public init(
        identifier: String,
        unit: Unit,
        stated: Stated?,
        law: [Rule] = [],
        basis: FigureBasis? = nil
    ) {
        self.identifier = identifier
        self.unit = unit
        self.stated = stated
        self.law = law
        self.basis = basis
    }

    /// What the law says on `day`; nil where nothing is known.
    public func legal(on day: CivilDate) -> String? { law.last { $0.holds(on: day) }?.value }

    /// The next rule of the law that begins after `day`, and not after `last`.
    public func change(after day: CivilDate, until last: CivilDate) -> Rule? {
        law.first { $0.from > day && $0.from <= last }
    }

    /// What counts on `day`. Where the law counts and nothing of it is known, it is what was
    /// stated.
    public func value(on day: CivilDate, by installation: FigureBasis) -> String? {
        switch basis ?? installation {
        case .seed: stated?.value
        case .law: legal(on: day) ?? stated?.value
        }
    }
}

/// The figures of an installation, by id.
public struct Figures: Hashable, Sendable {
    public let all: [Figure]
    private let byIdentifier: [String: Figure]

    public init(_ figures: [Figure]) {
        all = figures
        byIdentifier = Dictionary(figures.map { ($0.identifier, $0) }) { first, _ in first }
    }

    /// Nil for an id that no figure has.
    public subscript(identifier: String) -> Figure? { byIdentifier[identifier] }
}
