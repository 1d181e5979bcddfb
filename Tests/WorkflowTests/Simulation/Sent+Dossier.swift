import Domain

extension Sent {
    /// What somebody who moves here or travels says, and what authorities say of it.
    struct Dossier: Hashable, Sendable {
        enum Action: Hashable, Sendable {
            /// A vehicle is to be registered.
            case importing(Vehicle)
            case relief(Goods)
            /// Cigarettes that a traveller brings along, with so much cash.
            case declare(pieces: Int, cash: String)
            /// What was granted relief by the request is to be passed on.
            case passOn(String, on: CivilDate)
            case decide(Decision)
            case supplement(Supplement)
            case withdraw
            /// How much of which kind is to be paid by a day.
            case charge(String, cents: Int64, on: CivilDate)
            case pay(String, cents: Int64, on: CivilDate)
        }

        struct Paper: Hashable, Sendable {
            var kind: String
            var reference: String
            var validUntil: CivilDate?
            var country: String?
        }

        struct Vehicle: Hashable, Sendable {
            var vin: String
            var situation = "resident"
            /// Nil for who is still about to move.
            var arrivedOn: CivilDate?
            var firstRegisteredOn: CivilDate
            var country: String
            var parts = 1
            var isHoldersOwn = true
            var isInspected = true
            var isByThirdParty = false
            var isBoughtAtSNCA = false
            /// `standard`, `personalised` or `transferred`.
            var plate = "standard"
            /// The number that is transferred, where it is known.
            var number: String?
            /// The request by which relief was granted for it.
            var relief: String?
            var papers: [Paper] = []
        }

        struct Goods: Hashable, Sendable {
            /// `household-goods`, `vehicle`, `wedding` or `pet`.
            var profile: String
            var isFromUnion = false
            var cents: Int64 = 0
            var monthsAbroad = 24
            /// Whether an exception is asked for.
            var isSpecial = false
            var establishedOn: CivilDate?
            var marriedOn: CivilDate?
            var vin = ""
            var kilometres = 0
            var isVaccinated = true
            var papers: [Paper] = []
        }

        struct Decision: Hashable, Sendable {
            var outcome = "granted"
            var role: String
            var revision: Int?
            var plate: String?
            /// Whether it states that of a customs document.
            var hasReference = false
            var isProvisional = false
            var acceptedOn: CivilDate?
            var waived: [String] = []
        }

        struct Supplement: Hashable, Sendable {
            var papers: [Paper] = []
            var arrivedOn: CivilDate?
            var establishedOn: CivilDate?
        }

        var action: Action
        var request: String
        var person: String
    }
}
