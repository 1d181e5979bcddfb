import Contract
import Domain

extension Traveller {
    enum Direction: String, CaseIterable { case arrival, departure }

    /// Where somebody goes who leaves.
    enum Destination: String, CaseIterable {
        case union = "eu"
        case elsewhere = "outside-eu"
    }

    static let direction = FieldDefinition(
        "direction",
        "whether somebody arrives, or leaves; arrival unless it says otherwise",
        .choice(of: Direction.self)
    ).optional
    static let arrivingFrom = FieldDefinition(
        "arrivingFrom",
        "where somebody comes from who arrives",
        .choice(of: Journey.Origin.self)
    ).optional
    static let goingTo = FieldDefinition(
        "goingTo",
        "where somebody goes who leaves",
        .choice(of: Destination.self)
    ).optional
    static let means = FieldDefinition("by", "how", .choice(of: Journey.Means.self)).optional
    static let isPrivate = FieldDefinition(
        "private",
        "whether it is a private flight or boat",
        .boolean
    ).optional
    static let ages = 0...130
    static let age = FieldDefinition("age", "the traveller's age", .integer(ages)).optional
    static let category = FieldDefinition(
        "category",
        "what the traveller is",
        .choice(of: Journey.Category.self)
    ).optional
    static let isFirstEntry = FieldDefinition(
        "firstEntryThisMonth",
        "of a crew, whether it is the first entry of the month",
        .boolean
    ).optional
    static let originCountry = FieldDefinition(
        "originCountry",
        "the country where the goods come from",
        .init("two capital letters, such as GL") { isCountry($0) ? $0 : nil }
    ).optional
    static let cash = FieldDefinition("cash", "how much cash there is", .euros).optional

    private static func isCountry(_ text: String) -> Bool {
        text.utf8.count == 2
            && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}
