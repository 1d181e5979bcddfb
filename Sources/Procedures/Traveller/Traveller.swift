import Contract
import Domain

/// What somebody who comes to Luxembourg may bring along, and what has to be declared. A rule
/// answers at once, and nothing of what was asked about is kept.
enum Traveller: Procedure {
    static let name = "traveller"
    static let profile = "declaration"

    static let profiles = [ProfileDefinition(profile, "an answer on what may be brought along")]

    static let activity = ProcessingActivity(
        procedure: name,
        purpose: "telling travellers what they may bring along, and what they have to declare",
        legalBasis: "the exercise of official authority (GDPR 6(1)(e))",
        openRequestsRestOnConsent: false,
        recipients: ["the portal that sent the declaration"]
    )

    static let settings: [SettingDefinition] = [
        .retention(
            "\(name).retain.answered",
            of: [.answered],
            .days(90),
            "How long it is kept that a traveller was answered. What was declared, and what the "
                + "answer said, is kept nowhere."
        )
    ]

    static let messages = [
        MessageDefinition(
            "registration.traveller.declaration",
            fields: [
                direction, arrivingFrom, goingTo, means, isPrivate, age, category, isFirstEntry,
                originCountry, cash,
            ],
            read: TravellerDeclaration.read
        )
    ]

    /// Nobody decides, so nothing is ever open.
    static func standing(of _: Request, in _: DecisionContext) -> Standing { .none }
}
