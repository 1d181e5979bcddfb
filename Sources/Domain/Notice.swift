/// Who is told what: a mail, before addresses are looked up and words are found for it.
public struct Notice: Hashable, Sendable {
    public enum Addressee: Hashable, Sendable {
        /// By name; nobody, where no address of theirs is stored.
        case person(PersonIdentifier)
        /// The mailbox of the authority that decides in this role.
        case office(ActorRole)
        /// All mailboxes of the role, where it has several offices.
        case offices(ActorRole)
    }

    public let template: MailTemplate
    /// One of the template's.
    public let variant: MailVariant
    /// One mail each, in this order, and no two to one address of a person or an office.
    public var addressees: [Addressee]
    /// May say more than the template names.
    public let values: MailValues
    /// The request that it is about; nil where it is about none.
    public let request: RequestIdentifier?
    /// Which of the offices of the role answers for it, where there are several; nil for the one
    /// that there is.
    public var office: String?
    /// What goes into a person's calendar with it; nil for nothing.
    public var calendar: CalendarEntry?

    public init(
        _ template: MailTemplate,
        _ variant: MailVariant = .only,
        to addressees: [Addressee],
        _ values: MailValues,
        about request: RequestIdentifier?
    ) {
        self.template = template
        self.variant = variant
        self.addressees = addressees
        self.values = values
        self.request = request
    }

    /// The same, with an entry for the calendar; nil for none.
    public func with(_ calendar: CalendarEntry?) -> Notice {
        var notice = self
        notice.calendar = calendar
        return notice
    }
}

/// What a mail says, by the names that templates have for it.
public struct MailValues: Hashable, Sendable {
    private var values: [MailVariable: MailValue] = [:]

    public init() {}

    /// Nil where it says nothing; saying nothing with many words is the same.
    public subscript(variable: MailVariable) -> MailValue? {
        get { values[variable] }
        set { values[variable] = newValue?.isEmpty == true ? nil : newValue }
    }

    /// These, with those of `other` in the place of what has the same name.
    public func updated(with other: MailValues) -> MailValues {
        var updated = self
        updated.values.merge(other.values) { $1 }
        return updated
    }
}

extension MailValues: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (MailVariable, MailValue?)...) {
        for (variable, value) in elements { self[variable] = value }
    }
}

/// What stands in the place of a variable.
public indirect enum MailValue: Hashable, Sendable {
    /// On one line.
    case text(String)
    /// May have several lines.
    case lines(String)
    /// By their names in each language, separated by commas.
    case operations(OperationSet)
    /// As each language writes it, such as `2 May 2027`.
    case day(CivilDate)
    /// An amount in euros, as it is kept: with two decimals, such as `10000.00`.
    case euros(String)
    /// In each language's own words; may have several lines.
    case localised([Language: String])
    /// One below the other.
    case list([Line])

    /// One line of a list.
    public struct Line: Hashable, Sendable {
        public let words: [Language: String]
        /// Follows the words after a colon, such as an amount.
        public let value: MailValue?

        public init(_ words: [Language: String], _ value: MailValue? = nil) {
            self.words = words
            self.value = value
        }
    }

    /// In the words that `name` has in each language.
    public static func words(_ name: (Language) -> String) -> MailValue {
        .localised(Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, name($0)) }))
    }

    var isEmpty: Bool {
        switch self {
        case .text(let text), .lines(let text), .euros(let text): text.isEmpty
        case .operations(let operations): operations.isEmpty
        case .day: false
        case .localised(let words): words.values.allSatisfy(\.isEmpty)
        case .list(let lines): lines.isEmpty
        }
    }
}
