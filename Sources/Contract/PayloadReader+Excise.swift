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

    /// `guarantee`: that there is security for the duties. The members' names begin with the
    /// object's, such as `guarantee.amount`.
    public mutating func guarantee(_ presence: Presence = .optional) -> Particulars? {
        object("guarantee", presence) { guarantee in
            let reference = guarantee.line("reference", 1...255)
            let cents = guarantee.money("amount")
            let currency = guarantee.choice("currency", of: Currency.self)
            guard let reference, let cents, currency != nil else { return nil }
            return Particulars([
                .init(name: "guarantee.reference", value: reference),
                .init(name: "guarantee.amount", value: Self.euros(cents)),
            ])
        }
    }

    private enum Currency: String, CaseIterable {
        case euro = "EUR"
    }

    /// As it was written: two decimals and no zero in front of others.
    private static func euros(_ cents: Int64) -> String {
        "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
    }
}
