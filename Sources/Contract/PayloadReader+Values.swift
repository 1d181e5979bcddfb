public import Domain

// The simple values of payloads. Lengths count Unicode scalars.
extension PayloadReader {
    /// Free text, in which line feeds and tabs may occur but no other control characters.
    public mutating func text(
        _ name: String,
        _ length: ClosedRange<Int>,
        _ presence: Presence = .required
    ) -> String? {
        readString(
            name,
            presence,
            "must be text of \(length.lowerBound) to \(length.upperBound) characters, "
                + "without control characters other than line feeds and tabs"
                + (length.lowerBound > 0 ? ", and not blank" : "")
        ) { text in
            TextRules.isFreeText(text, length: length) ? text : nil
        }
    }

    /// Text in one line: see ``TextRules/isLine(_:length:)``.
    public mutating func line(
        _ name: String,
        _ length: ClosedRange<Int>,
        _ presence: Presence = .required
    ) -> String? {
        readString(
            name,
            presence,
            "must be text of \(length.lowerBound) to \(length.upperBound) characters, "
                + "without \(Self.invisible)"
        ) { text in
            TextRules.isLine(text, length: length) ? text : nil
        }
    }

    /// A person's name: a line of 1 to 100 characters.
    public mutating func name(_ name: String, _ presence: Presence = .required) -> String? {
        readString(
            name,
            presence,
            "must be text of 1 to 100 characters, without \(Self.invisible)"
        ) { text in
            TextRules.isName(text) ? text : nil
        }
    }

    /// One e-mail address, without a display name.
    public mutating func email(
        _ name: String = "email",
        _ presence: Presence = .required
    ) -> String? {
        readString(name, presence, "must be one e-mail address, such as name@example.lu") { text in
            EmailAddress.isValid(text) ? text : nil
        }
    }

    /// eAccess's identifier of a person: 1 to 255 characters.
    public mutating func subject(
        _ name: String = "subject",
        _ presence: Presence = .required
    ) -> String? {
        line(name, 1...255, presence)
    }

    public mutating func eori(
        _ name: String = "eori",
        _ presence: Presence = .required
    ) -> EORI? {
        readString(
            name,
            presence,
            "must be an EORI number: two capital letters and 1 to 15 printable ASCII characters "
                + "that are not spaces",
            EORI.init
        )
    }

    /// A UUID, in either case.
    public mutating func uuid(
        _ name: String,
        _ presence: Presence = .required
    ) -> UniversalIdentifier? {
        readString(name, presence, "must be a UUID") { UniversalIdentifier($0) }
    }

    /// The id of an account, as `status.account` gave it.
    public mutating func accountIdentifier(
        _ name: String = "account",
        _ presence: Presence = .required
    ) -> AccountIdentifier? {
        uuid(name, presence).map(AccountIdentifier.init)
    }

    /// One of the raw values of `Choice`.
    public mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        of _: Choice.Type = Choice.self,
        _ presence: Presence = .required
    ) -> Choice? {
        readString(name, presence, Self.choiceRule(Choice.self), Choice.init(rawValue:))
    }

    /// A set of the raw values of `Choice`: an array of at least one, none of them twice.
    public mutating func choices<Choice: RawRepresentable<String> & CaseIterable & Hashable>(
        _ name: String,
        of _: Choice.Type = Choice.self,
        _ presence: Presence = .required
    ) -> [Choice]? {
        distinct(name, count: 1...Int.max, presence, Self.choiceRule(Choice.self)) { value in
            guard case .string(let text) = value else { return nil }
            return Choice(rawValue: text)
        }
    }

    /// One of these texts.
    public mutating func choice(
        _ name: String,
        among choices: [String],
        _ presence: Presence = .required
    ) -> String? {
        readString(name, presence, "must be one of " + choices.joined(separator: ", ")) {
            choices.contains($0) ? $0 : nil
        }
    }

    /// An object as it is, whatever its members.
    public mutating func jsonObject(
        _ name: String,
        _ presence: Presence = .required
    ) -> JSONObject? {
        read(name, presence, "must be an object") { value in
            if case .object(let object) = value { object } else { nil }
        }
    }

    public mutating func boolean(_ name: String, _ presence: Presence = .required) -> Bool? {
        read(name, presence, "must be true or false") { value in
            guard case .boolean(let boolean) = value else { return nil }
            return boolean
        }
    }

    /// An integer, however it is written: `1.0` is 1.
    public mutating func integer(
        _ name: String,
        in range: ClosedRange<Int>,
        _ presence: Presence = .required
    ) -> Int? {
        read(
            name,
            presence,
            "must be an integer from \(range.lowerBound) to \(range.upperBound)"
        ) { value in
            guard case .number(let number) = value, let integer = number.integer.map(Int.init),
                range.contains(integer)
            else { return nil }
            return integer
        }
    }

    /// A set of integers: an array with as many as `count` says, none of them twice.
    public mutating func integers(
        _ name: String,
        in range: ClosedRange<Int>,
        count: ClosedRange<Int>,
        _ presence: Presence = .required
    ) -> [Int]? {
        let rule = "must be an integer from \(range.lowerBound) to \(range.upperBound)"
        return distinct(name, count: count, presence, rule) { value in
            guard case .number(let number) = value, let integer = number.integer.map(Int.init),
                range.contains(integer)
            else { return nil }
            return integer
        }
    }

    /// Ids of dead letters: as many as `count` says, none of them twice.
    public mutating func letterIdentifiers(
        _ name: String,
        count: ClosedRange<Int>,
        _ presence: Presence = .required
    ) -> [DeadLetterIdentifier]? {
        identifiers(name, count: count, presence, DeadLetterIdentifier.init)
    }

    /// Ids, each a UUID: as many as `count` says, none of them twice.
    mutating func identifiers<Identifier: Hashable>(
        _ name: String,
        count: ClosedRange<Int>,
        _ presence: Presence,
        _ convert: (String) -> Identifier?
    ) -> [Identifier]? {
        distinct(name, count: count, presence, "must be a UUID") { value in
            guard case .string(let text) = value else { return nil }
            return convert(text)
        }
    }

    /// The elements of an array as `convert` makes them: a finding with `rule` for each of which it
    /// makes nothing, and one for each that is there twice; nil if there is any.
    mutating func distinct<Element: Hashable>(
        _ name: String,
        count: ClosedRange<Int>,
        _ presence: Presence,
        _ rule: @autoclosure () -> String,
        _ convert: (JSONValue) -> Element?
    ) -> [Element]? {
        guard let values = array(name, count: count, presence) else { return nil }
        var elements: [Element] = []
        var seen: Set<Element> = []
        for (index, value) in values.enumerated() {
            guard let element = convert(value) else {
                report(rule(), at: name, element: index)
                continue
            }
            guard seen.insert(element).inserted else {
                report("must not be there twice", at: name, element: index)
                continue
            }
            elements.append(element)
        }
        return elements.count == values.count ? elements : nil
    }

    /// A number of at most `fractionDigits` decimals (1 to 18), not negative, as a multiple of its
    /// last decimal: with 3 decimals, `0.25` is 250.
    public mutating func decimal(
        _ name: String,
        fractionDigits: Int,
        atMost limit: Int64 = 1_000_000_000_000,
        _ presence: Presence = .required
    ) -> Int64? {
        read(
            name,
            presence,
            "must be a number, not negative, with at most \(fractionDigits) decimals"
        ) { value in
            guard case .number(let number) = value,
                let scaled = number.scaled(byPowerOfTen: fractionDigits),
                (0...limit).contains(scaled)
            else { return nil }
            return scaled
        }
    }

    /// An amount of euros, a string with two decimals such as `"10000.00"`; in cents.
    public mutating func money(_ name: String, _ presence: Presence = .required) -> Int64? {
        readString(
            name,
            presence,
            "must be an amount in euros with two decimals, such as \"10000.00\"",
            TextRules.cents
        )
    }

    /// A day, `YYYY-MM-DD`, that exists.
    public mutating func date(_ name: String, _ presence: Presence = .required) -> CivilDate? {
        readString(name, presence, "must be a date that exists, YYYY-MM-DD") { CivilDate($0) }
    }

    private static let invisible =
        "control characters, characters that are invisible or end a line, and blanks at either end"

    private static func choiceRule<Choice: RawRepresentable<String> & CaseIterable>(
        _: Choice.Type
    ) -> String {
        "must be one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
