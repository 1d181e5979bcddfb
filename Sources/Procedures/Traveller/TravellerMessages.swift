import Contract
import Domain

extension TravellerDeclaration {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let direction =
            data.choice(Traveller.direction.name, of: Traveller.Direction.self, .optional)
            ?? .arrival
        let route = route(&data, direction)
        let hasCash = data.has(Traveller.cash.name)
        let cash = data.money(Traveller.cash.name, .optional) ?? (hasCash ? nil : 0)
        guard let identifier, let applicant, let route, let cash else { return nil }
        return TravellerDeclaration(
            identifier: identifier,
            applicant: applicant,
            route: route,
            cashCents: cash
        )
    }

    private static func route(
        _ data: inout PayloadReader,
        _ direction: Traveller.Direction
    ) -> Route? {
        let isArrival = direction == .arrival
        let journey = journey(&data, isArrival ? .required : .optional)
        let destination = data.choice(
            Traveller.goingTo.name,
            of: Traveller.Destination.self,
            isArrival ? .optional : .required
        )
        let country = data.text(of: Traveller.originCountry)
        let goods =
            data.has("goods")
            ? data.list("goods", count: 0...200) { Self.goods(&$0, from: country) } : []
        guard isArrival else {
            if goods?.isEmpty == false {
                data.report(
                    "must be empty for a departure, of which only cash is judged",
                    at: "goods"
                )
            }
            return destination.map { .departure(to: $0) }
        }
        if destination != nil {
            data.report("says something only of a departure", at: Traveller.goingTo.name)
        }
        guard let journey, let goods else { return nil }
        return .arrival(journey, goods)
    }

    private static func journey(
        _ data: inout PayloadReader,
        _ presence: Presence
    ) -> Traveller.Journey? {
        let from = data.choice(
            Traveller.arrivingFrom.name,
            of: Traveller.Journey.Origin.self,
            presence
        )
        let means = data.choice(Traveller.means.name, of: Traveller.Journey.Means.self, presence)
        let isPrivate = data.boolean(Traveller.isPrivate.name, .optional)
        let age = data.integer(Traveller.age.name, in: Traveller.ages, presence)
        let category =
            data.choice(Traveller.category.name, of: Traveller.Journey.Category.self, .optional)
            ?? .traveller
        let isFirstEntry = data.boolean(Traveller.isFirstEntry.name, .optional)
        if isFirstEntry != nil, category != .crew {
            data.report("says something only of a crew", at: Traveller.isFirstEntry.name)
        }
        guard let from, let means, let age else { return nil }
        return Traveller.Journey(
            arrivingFrom: from,
            means: means,
            isPrivate: isPrivate ?? false,
            age: age,
            category: category,
            isFirstEntry: isFirstEntry ?? true
        )
    }

    /// - Parameter country: Where they come from unless they say so themselves.
    private static func goods(
        _ data: inout PayloadReader,
        from country: String?
    ) -> Traveller.Goods? {
        let kind = data.choice("kind", of: Traveller.Goods.Kind.self)
        let quantity = data.decimal(
            "quantity",
            fractionDigits: 3,
            atMost: Traveller.Goods.mostThousandths
        )
        let unit = data.choice("unit", of: Traveller.Goods.Unit.self)
        let isProtected = data.boolean("protected", .optional)
        let isPrepared = data.boolean("prepared", .optional)
        let isValued = kind?.hasValue(isProtected: isProtected ?? false) == true
        let value = data.money("value", isValued ? .required : .optional)
        let origin = data.text(of: Traveller.originCountry)
        if isPrepared != nil, let kind, kind != .fish {
            data.report("says something only of fish", at: "prepared")
        }
        if isProtected != nil, let kind, kind != .furAndLeather {
            data.report("says something only of furs and leather", at: "protected")
        }
        guard let kind, let quantity, let unit else { return nil }
        guard unit == kind.unit else {
            data.report("must be \(kind.unit.rawValue) for \(kind.rawValue)", at: "unit")
            return nil
        }
        guard unit != .piece || quantity % 1000 == 0 else {
            data.report("must be a whole number of pieces", at: "quantity")
            return nil
        }
        return Traveller.Goods(
            kind: kind,
            thousandths: quantity,
            valueCents: value,
            origin: origin ?? country,
            isPrepared: isPrepared ?? false,
            isProtected: isProtected ?? false
        )
    }
}

extension Traveller.Goods.Kind {
    /// Whether what each piece is worth decides.
    fileprivate func hasValue(isProtected: Bool) -> Bool {
        self == .other || self == .furAndLeather && !isProtected
    }
}
