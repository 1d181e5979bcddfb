public import Domain

/// One member of a message that can be stated by its name and a text: what a command line or a form
/// has to know of it. What else it has to be says the reader of the payload.
public struct FieldDefinition: Sendable {
    /// As the message spells it. That of a member of an object in `data` begins with the object's,
    /// such as `guarantee.amount`.
    public let name: String
    /// What it says: "the first day of the authorisation".
    public let meaning: String
    public let form: Form
    /// Whether a message can do without it; of a member of an object: without the object.
    public private(set) var presence = Presence.required
    /// Whether the object that it is a member of can do without it.
    public private(set) var isOmittable = false
    /// Whether it is kept with the request.
    public private(set) var isKept = true
    /// The object that it is a member of, and the member; no object for a member of `data`.
    let place: (object: String?, member: String)

    public init(_ name: String, _ meaning: String, _ form: Form = .text) {
        self.name = name
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        place = parts.count == 2 ? (parts[0], parts[1]) : (nil, name)
        self.meaning = meaning
        self.form = form
    }

    /// The same, of a message that can do without it.
    public var optional: FieldDefinition {
        var copy = self
        copy.presence = .optional
        return copy
    }

    /// The same, of a member that its object can do without.
    public var omittable: FieldDefinition {
        var copy = self
        copy.isOmittable = true
        return copy
    }

    /// The same, of what every message says alike, so that nobody has to keep it.
    public var notKept: FieldDefinition {
        var copy = self
        copy.isKept = false
        return copy
    }

    /// Where it stands in an event: the object, where it is a member of one.
    public var pointer: String { "/data/\(topMember)" }

    /// The member of `data` that it is, or is a part of.
    public var topMember: String { place.object ?? name }

    /// How a value is written as text.
    public struct Form: Sendable {
        fileprivate enum Shape: Equatable { case text, boolean, list, integer(ClosedRange<Int>) }

        /// Goes on from "write": "a day, such as 2026-11-21".
        public let words: String
        fileprivate let shape: Shape
        /// Which texts may be written.
        private let accepts: @Sendable (String) -> Bool
        /// Which texts are such values.
        private let isValue: @Sendable (String) -> Bool

        private init(
            _ words: String,
            _ shape: Shape,
            _ accepts: @escaping @Sendable (String) -> Bool,
            isValue: (@Sendable (String) -> Bool)? = nil
        ) {
            self.words = words
            self.shape = shape
            self.accepts = accepts
            self.isValue = isValue ?? accepts
        }

        /// The same, judged by the reader of a message alone, which says all that is wrong at once,
        /// and where.
        public var judgedByReader: Form {
            Form(words, shape, { _ in true }, isValue: isValue)
        }

        /// - Parameter convert: Nil for what is no such value.
        public init<Value>(
            _ words: String,
            _ convert: @escaping @Sendable (String) -> Value?
        ) {
            self.init(words, .text) { convert($0) != nil }
        }

        public static let text = Form("a text") { $0 }
        public static let boolean = Form("true or false", .boolean) { Bool($0) != nil }
        public static func integer(_ range: ClosedRange<Int>) -> Form {
            let words = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            return Form(words, .integer(range)) { Int($0).map(range.contains) ?? false }
        }
        /// One line of so many characters.
        public static func line(_ count: ClosedRange<Int>) -> Form {
            Form("a line of \(count.lowerBound) to \(count.upperBound) characters") {
                TextRules.isLine($0, length: count) ? $0 : nil
            }.judgedByReader
        }
        /// Any number of lines, and so many characters.
        public static func text(_ count: ClosedRange<Int>) -> Form {
            Form("a text of \(count.lowerBound) to \(count.upperBound) characters") {
                TextRules.isFreeText($0, length: count) ? $0 : nil
            }.judgedByReader
        }
        public static func euros(atMostCents limit: Int64) -> Form {
            Form("an amount in euros with two decimals, at most \(Euros.text(limit))") { text in
                TextRules.cents(text).flatMap { $0 <= limit ? $0 : nil }
            }.judgedByReader
        }
        public static let euros = Form("an amount in euros with two decimals, such as 10000.00") {
            TextRules.cents($0)
        }.judgedByReader
        public static let instant = Form("an instant, such as 2026-11-21T10:30:00Z") {
            Instant(rfc3339: $0)
        }
        /// By its ISO 3166 code.
        public static let country = Form("a country, two capital letters such as LU") {
            isCountry($0) ? $0 : nil
        }

        static func isCountry(_ text: String) -> Bool {
            text.utf8.count == 2
                && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        }

        public static let day = Form("a day, such as 2026-11-21") { CivilDate($0) }

        /// One of the raw values of `Choice`.
        public static func choice<Choice: RawRepresentable<String> & CaseIterable>(
            of _: Choice.Type
        ) -> Form {
            let names = Choice.allCases.map(\.rawValue)
            return Form("one of \(names.joined(separator: ", "))") { names.contains($0) ? $0 : nil }
        }

        /// Any number of these; an empty text alone stands for none.
        public var list: Form {
            Form(words + "; once for each", .list, accepts, isValue: isValue)
        }

        /// Whether one text is such a value, or one of such a list.
        func takes(_ text: String) -> Bool { isValue(text) }

        /// What `texts`, of which there is at least one, stand for; nil when they are not written
        /// so.
        public func value(of texts: [String]) -> JSONValue? {
            if shape == .list, texts == [""] { return .array([]) }
            guard texts.allSatisfy(accepts), let first = texts.first else { return nil }
            switch shape {
            case .list: return .array(texts.map { .string($0) })
            case .text where texts.count == 1: return .string(first)
            case .boolean where texts.count == 1: return .boolean(first == "true")
            case .integer where texts.count == 1: return Int(first).map { .number(JSONNumber($0)) }
            case .text, .boolean, .integer: return nil
            }
        }
    }
}

extension FieldDefinition {
    public static let eori = FieldDefinition(
        "eori",
        "the operator's EORI number",
        Form("two capital letters and 1 to 15 printable characters, such as LU12345678") {
            EORI($0)
        }
    )

    public static let operations = FieldDefinition(
        "operations",
        "the customs operations",
        .choice(of: CustomsOperation.self).list
    )
}

extension PayloadReader {
    /// What a field of `data` says, as it is written; of a list, with a blank between each two.
    ///
    /// - Parameter presence: Nil for that of the field.
    public mutating func text(
        of field: FieldDefinition,
        _ presence: Presence? = nil
    ) -> String? {
        let (name, presence) = (field.place.member, presence ?? field.presence)
        switch field.form.shape {
        case .text:
            return readString(name, presence, "must be \(field.form.words)") {
                field.form.takes($0) ? $0 : nil
            }
        case .boolean: return boolean(name, presence).map { $0 ? "true" : "false" }
        case .integer(let range): return integer(name, in: range, presence).map { "\($0)" }
        case .list:
            return distinct(name, count: 1...Int.max, presence, "must be \(field.form.words)") {
                guard case .string(let text) = $0, field.form.takes(text) else { return nil }
                return text
            }?.joined(separator: " ")
        }
    }

    /// What is said of these fields, as far as it is kept. An object that is there has all of its
    /// members that are not omittable.
    public mutating func stated(_ fields: [FieldDefinition]) -> RequestFields {
        var stated = RequestFields()
        var objects: Set<String> = []
        for field in fields {
            guard let object = field.place.object else {
                stated[field] = text(of: field)
                continue
            }
            guard objects.insert(object).inserted else { continue }
            let members = fields.filter { $0.place.object == object }
            let presence: Presence =
                members.contains { $0.presence == .required } ? .required : .optional
            self.object(object, presence) { reader in
                for member in members {
                    let text = reader.text(of: member, member.isOmittable ? .optional : .required)
                    if member.isKept { stated[member] = text }
                }
                return ()
            }
        }
        return stated
    }
}

extension RequestFields {
    /// Nil for what is not said.
    public subscript(field: FieldDefinition) -> String? {
        get { self[field.name] }
        set { self[field.name] = newValue }
    }

    /// An amount of euros, in cents; nil for what is not said.
    public func cents(of field: FieldDefinition) -> Int64? { self[field].flatMap(TextRules.cents) }
}
