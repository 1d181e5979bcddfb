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

    public init(_ name: String, _ meaning: String, _ form: Form = .text) {
        self.name = name
        self.meaning = meaning
        self.form = form
    }

    /// The same, of a message that can do without it.
    public var optional: FieldDefinition {
        var copy = self
        copy.presence = .optional
        return copy
    }

    /// How a value is written as text.
    public struct Form: Sendable {
        private enum Shape { case text, boolean, list }

        /// Goes on from "write": "a day, such as 2026-11-21".
        public let words: String
        private let shape: Shape
        private let accepts: @Sendable (String) -> Bool

        private init(
            _ words: String,
            _ shape: Shape,
            _ accepts: @escaping @Sendable (String) -> Bool
        ) {
            self.words = words
            self.shape = shape
            self.accepts = accepts
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
        public static let day = Form("a day, such as 2026-11-21") { CivilDate($0) }

        /// One of the raw values of `Choice`.
        public static func choice<Choice: RawRepresentable<String> & CaseIterable>(
            of _: Choice.Type
        ) -> Form {
            let names = Choice.allCases.map(\.rawValue)
            return Form("one of \(names.joined(separator: ", "))") { names.contains($0) ? $0 : nil }
        }

        /// Any number of these; an empty text alone stands for none.
        public var list: Form { Form(words + "; once for each", .list, accepts) }

        /// What `texts`, of which there is at least one, stand for; nil when they are not written
        /// so.
        public func value(of texts: [String]) -> JSONValue? {
            if shape == .list, texts == [""] { return .array([]) }
            guard texts.allSatisfy(accepts), let first = texts.first else { return nil }
            switch shape {
            case .list: return .array(texts.map { .string($0) })
            case .text where texts.count == 1: return .string(first)
            case .boolean where texts.count == 1: return .boolean(first == "true")
            case .text, .boolean: return nil
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

extension RequestFields {
    /// Nil for what is not said.
    public subscript(field: FieldDefinition) -> String? {
        get { self[field.name] }
        set { self[field.name] = newValue }
    }
}
