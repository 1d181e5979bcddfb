import Domain

extension Traveller {
    /// What a table says of goods, item by item. Whole numbers throughout: quantities in
    /// thousandths, values in cents, parts of an allowance in what all its limits are multiples of.
    ///
    /// Goods are taken in the order in which they were listed, so that whoever lists them chooses:
    /// what still fits is free, the rest is beyond. Pieces are cut down to whole ones; one with a
    /// value is never split, and a later, cheaper one may still fit. So nothing that is added at
    /// the end changes what was said of anything before.
    struct Assessment: Hashable {
        enum Limit: Hashable {
            case thousandths(Int64)
            case cents(Int64)
        }

        struct Line: Hashable {
            /// Their place in the list.
            let index: Int
            let goods: Goods
            let rule: AllowanceRule
            let outcome: Outcome
            /// In thousandths, as what is beyond; both together are the quantity.
            let free: Int64
            let limit: Limit?

            var over: Int64 { goods.thousandths - free }
        }

        /// The part of an allowance that is used, in thousandths, rounded down.
        struct Share: Hashable {
            let name: String
            let thousandths: Int64
        }

        let lines: [Line]
        /// In the order in which they were used first.
        let shares: [Share]

        /// Of somebody who brings nothing.
        static let nothing = Self(lines: [], shares: [])

        private init(lines: [Line], shares: [Share]) {
            self.lines = lines
            self.shares = shares
        }

        init(of goods: [Goods], on journey: Journey, by table: AllowanceTable) {
            var rooms: [Room] = []
            var lines: [Line] = []
            for (index, goods) in goods.enumerated() {
                let rule = table.rule(for: goods, on: journey)
                let place = rooms.firstIndex { $0.rule.name == rule.name } ?? rooms.count
                if place == rooms.count { rooms.append(Room(rule)) }
                let (free, limit) = rooms[place].take(goods)
                lines.append(Line(goods, at: index, rule, free: free, limit))
            }
            self.lines = lines
            shares = rooms.compactMap(\.share)
        }
    }
}

extension Traveller.Assessment.Line {
    fileprivate init(
        _ goods: Traveller.Goods,
        at index: Int,
        _ rule: Traveller.AllowanceRule,
        free: Int64,
        _ limit: Traveller.Assessment.Limit?
    ) {
        self.index = index
        self.goods = goods
        self.rule = rule
        self.free = free
        self.limit = limit
        if goods.thousandths == 0 {
            outcome = .free
        } else if limit != nil, free < goods.thousandths {
            outcome = rule.beyond
        } else {
            outcome = rule.outcome
        }
    }
}

/// What is left within the limits of one rule.
private struct Room {
    let rule: Traveller.AllowanceRule
    /// Of the rule's measure; of a value, in cents.
    private var used: Int64 = 0
    private var taken: [Traveller.Goods.Kind: Int64] = [:]

    init(_ rule: Traveller.AllowanceRule) { self.rule = rule }

    /// Nil where no part is told, or there is nothing to have a part of.
    var share: Traveller.Assessment.Share? {
        let whole = rule.valueCents ?? rule.measure
        guard let name = rule.share, whole > 0 else { return nil }
        return .init(name: name, thousandths: used * 1000 / whole)
    }

    /// How much of the goods fits, and within which limit.
    mutating func take(
        _ goods: Traveller.Goods
    ) -> (free: Int64, limit: Traveller.Assessment.Limit?) {
        if let most = rule.valueCents {
            return (takeValue(goods, of: most), .cents(most))
        }
        guard let limit = rule.limits[goods.kind] else {
            let isAllowed = [.free, .conditions].contains(rule.outcome)
            return (isAllowed ? goods.thousandths : 0, nil)
        }
        guard limit > 0 else { return (0, .thousandths(0)) }
        let parts = rule.measure / limit
        let shared = (rule.measure - used) / parts
        let ownLimit = rule.ofWhich[goods.kind]
        let own = (ownLimit ?? .max) - taken[goods.kind, default: 0]
        var free = min(goods.thousandths, shared, own)
        if goods.kind.unit == .piece { free -= free % 1000 }
        used += free * parts
        taken[goods.kind, default: 0] += free
        let isCutByOthers = shared < min(goods.thousandths, own)
        return (free, .thousandths(isCutByOthers ? limit : ownLimit ?? limit))
    }

    private mutating func takeValue(_ goods: Traveller.Goods, of most: Int64) -> Int64 {
        let value = goods.valueCents ?? 0
        let pieces = goods.thousandths / 1000
        let free = value == 0 ? pieces : min(pieces, (most - used) / value)
        used += free * value
        return free * 1000
    }
}
