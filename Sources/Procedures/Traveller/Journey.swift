import Domain

extension Traveller {
    /// What somebody brings of one kind.
    struct Goods: Hashable {
        enum Kind: String, CaseIterable {
            case cigarettes, cigarillos, cigars
            case smokingTobacco = "smoking-tobacco"
            /// Over 22 % of alcohol.
            case spirits
            case alcoholUpTo22 = "alcohol-up-to-22"
            case stillWine = "still-wine"
            case sparklingWine = "sparkling-wine"
            case beer
            case meatAndMilk = "meat-and-milk"
            case fish
            case infantFood = "infant-food"
            case medicines, other, arms
            case protectedSpecies = "protected-species"
            case furAndLeather = "fur-and-leather"

            /// The one in which its quantity is stated.
            var unit: Unit {
                switch self {
                case .cigarettes, .cigarillos, .cigars, .medicines, .other, .arms,
                    .protectedSpecies, .furAndLeather:
                    .piece
                case .smokingTobacco: .gram
                case .spirits, .alcoholUpTo22, .stillWine, .sparklingWine, .beer: .litre
                case .meatAndMilk, .fish, .infantFood: .kilogram
                }
            }
        }

        enum Unit: String, CaseIterable {
            case piece
            case gram = "g"
            case litre = "l"
            case kilogram = "kg"
        }

        /// The greatest quantity that is told of, a million.
        static let mostThousandths: Int64 = 1_000_000_000

        let kind: Kind
        /// In thousandths of the unit; of pieces there are whole ones.
        let thousandths: Int64
        /// Of each piece; nil where none is asked for.
        var valueCents: Int64?
        /// Where they come from; nil for unknown.
        var origin: String?
        /// Whether fish is gutted.
        var isPrepared = false
        /// Whether furs and leather are of protected animals.
        var isProtected = false
    }

    /// How somebody comes.
    struct Journey: Hashable {
        enum Origin: String, CaseIterable {
            case union = "eu"
            case elsewhere = "outside-eu"
            case frontierZone = "frontier-zone"
        }

        enum Means: String, CaseIterable { case air, sea, land }

        enum Category: String, CaseIterable {
            case traveller
            case frontierWorker = "frontier-worker"
            case crew
        }

        var arrivingFrom: Origin
        var means: Means
        /// Whether it is a private flight or boat, which counts as coming by land.
        var isPrivate = false
        var age: Int
        var category = Category.traveller
        /// Of a crew, whether it is the first entry of the month.
        var isFirstEntry = true

        /// For which journeys a rule holds.
        enum Scope: String, CaseIterable, Decodable {
            case anywhere, inside, outside, air, land, frontier
            case crewAgain = "crew-again"
        }

        /// Those that it is one of.
        var scopes: Set<Scope> {
            guard arrivingFrom != .union else { return [.anywhere, .inside] }
            var scopes: Set<Scope> = [
                .anywhere, .outside, isPrivate || means == .land ? .land : .air,
            ]
            if arrivingFrom == .frontierZone || category != .traveller { scopes.insert(.frontier) }
            if category == .crew, !isFirstEntry { scopes.insert(.crewAgain) }
            return scopes
        }
    }
}
