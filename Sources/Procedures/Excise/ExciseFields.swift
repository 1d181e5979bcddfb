import Contract
import Domain

/// What a request for an authorisation states; a request that is stored has it by the same names.
enum Stated {
    static let kind = FieldDefinition(
        "kind",
        "the kind of authorisation",
        .choice(of: AuthorisationKind.self)
    )
    /// In a request that is stored, with a blank between each two.
    static let products = FieldDefinition(
        "products",
        "the excise goods",
        .choice(of: ExciseProduct.self).list
    )
    static let premises = FieldDefinition("premises", "where goods are to be stored").optional
    static let movement = FieldDefinition("movement", "the movement, of a temporary one").optional
    static let guaranteeReference =
        FieldDefinition(PayloadReader.guaranteeReference, "what names the guarantee").optional
    static let guaranteeAmount =
        FieldDefinition(PayloadReader.guaranteeAmount, "its amount, such as 10000.00").optional
    static let guarantee = [
        guaranteeReference, guaranteeAmount,
        FieldDefinition("guarantee.currency", "its currency, EUR").optional,
    ]

    static func kind(in stated: RequestFields) -> AuthorisationKind? {
        stated[kind].flatMap(AuthorisationKind.init(rawValue:))
    }

    /// Nil where none were stated.
    static func products(in stated: RequestFields) -> [ExciseProduct]? {
        stated[products]?.split(separator: " ").compactMap { ExciseProduct(rawValue: String($0)) }
    }
}

/// What the grant of an authorisation states.
enum Granted {
    static let number = FieldDefinition(
        "exciseNumber",
        "the excise number of the authorisation",
        .init("two capital letters and 11 capital letters or digits, such as LU00000123456") {
            ExciseNumber($0)
        }
    )
    static let validFrom = FieldDefinition("validFrom", "the first day of validity", .day)
    static let validUntil = FieldDefinition(
        "validUntil",
        "the last day of validity, if there is one; needed for a single movement",
        .day
    ).optional
}

/// What reports under an authorisation state, besides its number.
enum Reported {
    static let receivedOn =
        FieldDefinition("receivedOn", "the day of a receipt of goods", .day).optional
    static let releasedOn =
        FieldDefinition("releasedOn", "the day of a release for consumption", .day).optional
    static let declaredOn = FieldDefinition("declaredOn", "the day of the declaration", .day)
    static let reportedOn = FieldDefinition("reportedOn", "the day of the report", .day)
    static let users = FieldDefinition(
        "users",
        "who may use EMCS",
        .init("the id of an account") { AccountIdentifier($0) }.list
    )
    /// Which movement it is about, by one of both.
    static let movement = [
        FieldDefinition("arc", "the administrative reference code of a movement").optional,
        FieldDefinition("reference", "the operator's own reference of a movement").optional,
    ]
}

extension FieldDefinition {
    /// Where it stands in an event.
    var pointer: String { "/data/\(name)" }
}
