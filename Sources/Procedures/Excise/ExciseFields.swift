import Contract
import Domain

/// What a request for an authorisation states; a request that is stored has it by the same names.
enum Stated {
    static let kind = FieldDefinition(
        "kind",
        "the kind of authorisation",
        .choice(of: Excise.Kind.self)
    )
    /// In a request that is stored, with a blank between each two.
    static let products = FieldDefinition(
        "products",
        "the excise goods",
        .choice(of: Excise.Product.self).list
    )
    static let premises = FieldDefinition("premises", "where goods are to be stored").optional
    static let movement = FieldDefinition("movement", "the movement, of a temporary one").optional
    static let guaranteeReference =
        FieldDefinition("guarantee.reference", "what names the guarantee", .line(1...255)).optional
    static let guaranteeAmount =
        FieldDefinition("guarantee.amount", "its amount, such as 10000.00", .euros).optional
    static let guarantee = [
        guaranteeReference, guaranteeAmount,
        FieldDefinition(
            "guarantee.currency",
            "its currency",
            .choice(of: Currency.self).judgedByReader
        )
        .optional.notKept,
    ]

    static let office = FieldDefinition(
        "office",
        "which office answers for it, by its name in the settings",
        .line(1...50)
    ).optional

    private enum Currency: String, CaseIterable { case euro = "EUR" }

    static func kind(in stated: RequestFields) -> Excise.Kind? {
        stated[kind].flatMap(Excise.Kind.init(rawValue:))
    }

    /// Nil where none were stated.
    static func products(in stated: RequestFields) -> [Excise.Product]? {
        stated[products]?.split(separator: " ").compactMap { Excise.Product(rawValue: String($0)) }
    }
}

/// What the grant of an authorisation states.
enum Granted {
    static let number = FieldDefinition(
        "exciseNumber",
        "the excise number of the authorisation",
        .init("two capital letters and 11 capital letters or digits, such as LU00000123456") {
            AuthorisationNumber(excise: $0)
        }
    )
    static let validFrom = FieldDefinition("validFrom", "the first day of validity", .day)
    static let validUntil = FieldDefinition(
        "validUntil",
        "the last day of validity, if there is one; needed for a single movement",
        .day
    ).optional
}

extension FieldDefinition.Form {
    /// What an operator calls a movement, or a lot of its goods.
    static let ownReference =
        Self("1 to 35 ASCII letters, digits, dots, hyphens, underscores and slashes") {
            Excise.Movement(own: $0)
        }
}

/// What reports under an authorisation state, besides its number.
enum Reported {
    static let receivedOn =
        FieldDefinition("receivedOn", "the day of a receipt of goods", .day).optional
    static let releasedOn =
        FieldDefinition("releasedOn", "the day of a release for consumption", .day).optional
    static let declaredOn = FieldDefinition("declaredOn", "the day of the declaration", .day)
    static let reportedOn = FieldDefinition("reportedOn", "the day of the report", .day)
    static let recordedOn = FieldDefinition("recordedOn", "the day of the entry", .day)
    static let users = FieldDefinition(
        "users",
        "who may use EMCS",
        .init("the id of an account") { AccountIdentifier($0) }.list
    )
    static let arc = FieldDefinition(
        "arc",
        "the administrative reference code of a movement",
        .init(
            "an administrative reference code of 21 characters, such as 26FR0123456789ABCDEF7"
        ) { Excise.Movement(arc: $0) }.judgedByReader
    ).optional
    static let reference = FieldDefinition(
        "reference",
        "the operator's own reference of a movement",
        .ownReference.judgedByReader
    ).optional
    /// Which movement it is about, by one of both.
    static let movement = [arc, reference]
    static let lot = FieldDefinition(
        "lot",
        "which lot of the goods of a code was released",
        .ownReference
    ).optional
}

/// What a dispatch of goods, and the end of their movement, state.
enum Moved {
    static let dispatchedOn =
        FieldDefinition("dispatchedOn", "the day on which the goods leave", .day)
    static let journeyDays = FieldDefinition(
        "journeyDays",
        "how many days they are on the way",
        .integer(Dispatch.journeyDays)
    ).optional
    /// The object that says to whom goods go.
    static let consignee = FieldDefinition("consignee", "to whom the goods go")
    static let consigneeNumber =
        FieldDefinition("consignee.exciseNumber", "the consignee's excise number")
    static let consigneeKind = FieldDefinition("consignee.kind", "what the consignee is")
    static let checkedOn =
        FieldDefinition("consignee.checkedOn", "when its number was checked in SEED").optional
    static let goods = FieldDefinition("goods", "the goods").optional
    static let differences =
        FieldDefinition("differences", "what was missing, or too much").optional
    static let outcome = FieldDefinition(
        "outcome",
        "whether the goods were accepted",
        .choice(of: Outcome.self)
    ).optional

    /// What became of goods that arrived.
    enum Outcome: String, CaseIterable {
        case accepted
        case acceptedWithRemarks = "accepted-with-remarks"
        case refused
        case partlyRefused = "partly-refused"
    }
}

/// What the payment of a duty states.
enum Paid {
    static let on = FieldDefinition("paidOn", "the day of the payment", .day)
    static let amount = FieldDefinition("amount", "how much was paid, such as 1234.50", .euros)
    static let reference =
        FieldDefinition("paymentReference", "what names the payment", .line(1...140))
}

/// What is stated while EMCS is away, and of what was done without it.
enum Away {
    /// Which end of a movement the paper is for.
    enum Side: String, CaseIterable {
        case dispatch
        case receipt
    }

    static let available = FieldDefinition("available", "whether EMCS can be used", .boolean)
    static let since = FieldDefinition("since", "since when", .instant)
    static let remarks = FieldDefinition("remarks", "what its users are told besides").optional
    static let side = FieldDefinition(
        "side",
        "which end of the movement the paper is for",
        .choice(of: Side.self)
    )
    /// Names the movement until EMCS gives it a code.
    static let reference = FieldDefinition(
        "reference",
        "what the paper calls the movement",
        .ownReference
    )
    static let on = FieldDefinition(
        "on",
        "when the goods leave, or arrived",
        .init("a day, such as 2026-12-24, or an instant, such as 2026-12-24T09:30:00Z", day)
    )
    static let reason = FieldDefinition("reason", "why EMCS is not used")
    /// What names the movement in EMCS.
    static let arc = FieldDefinition("arc", Reported.arc.meaning, Reported.arc.form)
    /// In a request that is stored, where nobody had said that EMCS is away: that it is asked why.
    static let ownFault = FieldDefinition("ownFault", "whose fault it was")

    /// That which `on` states, be it by an instant.
    static func day(_ on: String) -> CivilDate? {
        CivilDate(on) ?? Instant(rfc3339: on).map(LuxembourgCalendar.date)
    }
}

/// What a question about an excise number states, besides the number.
enum Asked {
    static let on =
        FieldDefinition("on", "the day that is asked about; today without it", .day).optional
    static let product = FieldDefinition(
        "product",
        "the goods that it has to cover",
        .choice(of: Excise.Product.self)
    ).optional
}

extension PayloadReader {
    mutating func exciseNumber() -> AuthorisationNumber? {
        text(of: Granted.number).map { AuthorisationNumber($0) }
    }

    /// Which movement it is about: exactly one of `arc` and `reference`.
    ///
    /// - Parameter inLots: Whether goods with a code may be spoken of in lots.
    mutating func movement(inLots: Bool = false) -> Excise.Movement? {
        switch exactlyOne(of: Reported.movement.map(\.name)) {
        case Reported.arc.name:
            text(of: Reported.arc).flatMap(Excise.Movement.init(arc:))?
                .lot(inLots ? text(of: Reported.lot).flatMap(Excise.Movement.init(own:)) : nil)
        case Reported.reference.name:
            text(of: Reported.reference).flatMap(Excise.Movement.init(own:))
        default: nil
        }
    }
}
