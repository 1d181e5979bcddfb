public import Domain

// The members of messages about excise goods.
extension PayloadReader {
    public mutating func exciseNumber(
        _ name: String = "exciseNumber",
        _ presence: Presence = .required
    ) -> ExciseNumber? {
        readString(
            name,
            presence,
            "must be an excise number: two capital letters and 11 capital letters or digits",
            ExciseNumber.init
        )
    }

    /// Which movement it is about: exactly one of `arc` and `reference`.
    public mutating func movement() -> MovementReference? {
        switch exactlyOne(of: ["arc", "reference"]) {
        case "arc":
            readString(
                "arc",
                .required,
                "must be an administrative reference code of 21 characters, such as "
                    + "26FR0123456789ABCDEF7",
                MovementReference.init(arc:)
            )
        case "reference":
            readString(
                "reference",
                .required,
                "must be 1 to 35 ASCII letters, digits, dots, hyphens, underscores and slashes",
                MovementReference.init(own:)
            )
        default: nil
        }
    }

    public static let guaranteeReference = "guarantee.reference"
    public static let guaranteeAmount = "guarantee.amount"

    /// `guarantee`: that there is security for the duties. The members' names begin with the
    /// object's, such as `guarantee.amount`.
    public mutating func guarantee(_ presence: Presence = .optional) -> RequestFields? {
        object("guarantee", presence) { guarantee in
            let reference = guarantee.line("reference", 1...255)
            let cents = guarantee.money("amount")
            let currency = guarantee.choice("currency", of: Currency.self)
            guard let reference, let cents, currency != nil else { return nil }
            return RequestFields([
                .init(name: Self.guaranteeReference, value: reference),
                .init(name: Self.guaranteeAmount, value: Self.euros(cents)),
            ])
        }
    }

    /// The ids of accounts, none of them twice; there may be none.
    public mutating func accountIdentifiers(
        _ name: String,
        _ presence: Presence = .required
    ) -> [AccountIdentifier]? {
        guard let values = array(name, count: 0...Self.mostAccountIdentifiers, presence) else {
            return nil
        }
        var identifiers: [AccountIdentifier] = []
        var seen: Set<AccountIdentifier> = []
        for (index, value) in values.enumerated() {
            guard case .string(let text) = value, let identifier = AccountIdentifier(text) else {
                report("must be a UUID", at: name, element: index)
                continue
            }
            guard seen.insert(identifier).inserted else {
                report("must not be there twice", at: name, element: index)
                continue
            }
            identifiers.append(identifier)
        }
        return identifiers.count == values.count ? identifiers : nil
    }

    /// Each of them may be one more account to change, in one transaction.
    private static var mostAccountIdentifiers: Int { 250 }

    private enum Currency: String, CaseIterable {
        case euro = "EUR"
    }

    /// As it was written: two decimals and no zero in front of others.
    private static func euros(_ cents: Int64) -> String {
        "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
    }
}
