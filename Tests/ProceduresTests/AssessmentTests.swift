import Domain
import Testing

@testable import Procedures

/// Random declarations, each told by its seed.
@Suite("What travellers may bring, whatever they bring")
struct AssessmentTests {
    private typealias Goods = Traveller.Goods
    private typealias Journey = Traveller.Journey
    private typealias Table = Traveller.AllowanceTable

    private static let seeds = UInt64(1)...200

    private static func journey(_ generator: inout SplitMix) -> Journey {
        Journey(
            arrivingFrom: Journey.Origin.allCases.pick(&generator),
            means: Journey.Means.allCases.pick(&generator),
            isPrivate: Bool.random(using: &generator),
            age: [14, 15, 16, 17, 40].pick(&generator),
            category: Journey.Category.allCases.pick(&generator),
            isFirstEntry: Bool.random(using: &generator)
        )
    }

    private static func goods(_ generator: inout SplitMix) -> Goods {
        let kind = Goods.Kind.allCases.pick(&generator)
        let most: Int64 = kind.unit == .piece ? 300 : 120_000
        let quantity = Int64.random(in: 0...most, using: &generator)
        return Goods(
            kind: kind,
            thousandths: kind.unit == .piece ? quantity * 1000 : quantity,
            valueCents: Int64.random(in: 0...50_000, using: &generator),
            origin: [nil, "GL", "IS", "RU", "US", "AD"].pick(&generator),
            isPrepared: Bool.random(using: &generator),
            isProtected: Bool.random(using: &generator)
        )
    }

    private static func list(_ generator: inout SplitMix) -> [Goods] {
        (0..<Int.random(in: 0...12, using: &generator)).map { _ in goods(&generator) }
    }

    @Test("what is free and what is beyond are all there is, and no allowance is used twice")
    func whole() {
        for seed in Self.seeds {
            var generator = SplitMix(seed: seed)
            let table = Table.shipped(FigureBasis.allCases.pick(&generator))
            let goods = Self.list(&generator)
            let told = Traveller.Assessment(of: goods, on: Self.journey(&generator), by: table)
            #expect(told.lines.map(\.goods) == goods, "seed \(seed)")
            #expect(told.lines.map(\.index) == Array(goods.indices), "seed \(seed)")
            for line in told.lines {
                #expect(line.free >= 0 && line.over >= 0, "seed \(seed)")
                #expect(line.goods.kind.unit != .piece || line.free % 1000 == 0, "seed \(seed)")
                let isOver: Set<Traveller.Outcome> = [.exceeds, .mayBeAsked]
                #expect(!isOver.contains(line.outcome) || line.over > 0, "seed \(seed)")
                #expect(line.outcome != .free || line.over == 0, "seed \(seed)")
            }
            #expect(told.shares.allSatisfy { (0...1000).contains($0.thousandths) }, "seed \(seed)")
            #expect(Self.isWithinLimits(told.lines), "seed \(seed)")
        }
    }

    /// Whether the parts that are free of what is limited together are no more than the whole, to
    /// the thousandth: counted in what all their limits go into.
    private static func isWithinLimits(_ lines: [Traveller.Assessment.Line]) -> Bool {
        Dictionary(grouping: lines, by: \.rule.name).values.allSatisfy { lines in
            let limited = lines.compactMap { line in
                line.rule.limits[line.goods.kind].map { (free: line.free, limit: $0) }
            }.filter { $0.limit > 0 }
            let whole = limited.reduce(1) { leastCommonMultiple($0, $1.limit) }
            return limited.reduce(0) { $0 + $1.free * (whole / $1.limit) } <= whole
        }
    }

    private static func leastCommonMultiple(_ one: Int64, _ other: Int64) -> Int64 {
        var (divisor, rest) = (one, other)
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        return one / divisor * other
    }

    @Test("what is added at the end changes nothing that was said of what stands before")
    func order() {
        for seed in Self.seeds {
            var generator = SplitMix(seed: seed)
            let table = Table.shipped(FigureBasis.allCases.pick(&generator))
            let journey = Self.journey(&generator)
            let goods = Self.list(&generator)
            let more = goods + Self.list(&generator)
            let few = Traveller.Assessment(of: goods, on: journey, by: table).lines
            let all = Traveller.Assessment(of: more, on: journey, by: table).lines
            #expect(Array(all.prefix(few.count)) == few, "seed \(seed)")
        }
    }

    /// A line behind the first that is beyond may well lose: what was cut before uses the room.
    @Test("with larger limits nothing is beyond earlier, and nothing at all where nothing was")
    func larger() throws {
        for seed in Self.seeds {
            var generator = SplitMix(seed: seed)
            let basis = FigureBasis.allCases.pick(&generator)
            let table = Table.shipped(basis)
            let larger = try Table(yaml: Self.enlarged(&generator), basis: basis)
            let journey = Self.journey(&generator)
            let goods = Self.list(&generator)
            let before = Traveller.Assessment(of: goods, on: journey, by: table).lines
            let after = Traveller.Assessment(of: goods, on: journey, by: larger).lines
            let first = before.firstIndex { $0.outcome == $0.rule.beyond } ?? goods.count
            #expect(after.prefix(first).allSatisfy { $0.outcome != $0.rule.beyond }, "seed \(seed)")
            #expect(
                zip(before, after).prefix(first).allSatisfy { $0.free == $1.free },
                "seed \(seed)"
            )
        }
    }

    /// The table with some of its limits doubled.
    private static func enlarged(_ generator: inout SplitMix) -> String {
        let yaml = String(decoding: PackageResources.allowances_yaml, as: UTF8.self)
        let doubled = yaml.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.contains("limits: {"), Bool.random(using: &generator) else { return line }
            return Substring(
                line.replacing(/(limits: \{|ofWhich: \{)([^}]*)/) { match in
                    match.1 + match.2.replacing(/: ([0-9.]+)/) { ": \((Double($0.1) ?? 0) * 2)" }
                }
            )
        }
        return doubled.joined(separator: "\n")
    }

    /// Piece by piece, with fractions that are compared by multiplying.
    @Test("shares are those that fractions give, found by trying one thousandth after another")
    func reference() {
        for seed in Self.seeds {
            var generator = SplitMix(seed: seed)
            let kinds: [Goods.Kind] = [.cigarettes, .cigarillos, .cigars, .smokingTobacco]
            let limits: [Int64] = [200, 100, 50, 250]
            let goods = (0..<4).map { _ -> Goods in
                let kind = kinds.pick(&generator)
                let pieces = Int64.random(in: 0...90, using: &generator)
                return Goods(kind: kind, thousandths: pieces * 1000)
            }
            let journey = Journey(arrivingFrom: .elsewhere, means: .air, age: 30)
            let told = Traveller.Assessment(of: goods, on: journey, by: .shipped(.seed))
            // In 1/1,000,000 of the allowance, since 200, 100, 50 and 250 go into that.
            var used: Int64 = 0
            for (goods, line) in zip(goods, told.lines) {
                let limit = zip(kinds, limits).first { $0.0 == goods.kind }?.1 ?? 1
                let step: Int64 = goods.kind.unit == .piece ? 1000 : 1
                var free: Int64 = 0
                while free + step <= goods.thousandths,
                    used + step * (1000 / limit) <= 1_000_000
                {
                    free += step
                    used += step * (1000 / limit)
                }
                #expect(line.free == free, "seed \(seed)")
            }
            let share = told.shares.first?.thousandths ?? 0
            #expect(share == used / 1000, "seed \(seed)")
        }
    }

    @Test("values are taken one piece after another")
    func values() {
        for seed in Self.seeds {
            var generator = SplitMix(seed: seed)
            let goods = (0..<5).map { _ in
                Goods(
                    kind: .other,
                    thousandths: Int64.random(in: 0...4, using: &generator) * 1000,
                    valueCents: Int64.random(in: 0...30_000, using: &generator)
                )
            }
            let journey = Journey(arrivingFrom: .elsewhere, means: .land, age: 30)
            let told = Traveller.Assessment(of: goods, on: journey, by: .shipped(.law))
            var left: Int64 = 30_000
            for (goods, line) in zip(goods, told.lines) {
                var free: Int64 = 0
                for _ in 0..<(goods.thousandths / 1000) where (goods.valueCents ?? 0) <= left {
                    left -= goods.valueCents ?? 0
                    free += 1000
                }
                #expect(line.free == free, "seed \(seed)")
            }
        }
    }

    @Test("a million pieces of nothing and of much are told as fast as one")
    func greatest() {
        let journey = Journey(arrivingFrom: .elsewhere, means: .air, age: 30)
        let most = Goods.mostThousandths
        let goods = (0..<200).map { index in
            Goods(kind: .other, thousandths: most, valueCents: index == 0 ? 0 : 999_999_999_999_999)
        }
        let told = Traveller.Assessment(of: goods, on: journey, by: .shipped(.seed))
        #expect(told.lines.map(\.free) == [most] + Array(repeating: 0, count: 199))
        let cigarettes = Goods(kind: .cigarettes, thousandths: most)
        let one = Traveller.Assessment(of: [cigarettes], on: journey, by: .shipped(.seed))
        #expect(one.lines.map(\.free) == [200_000])
    }
}
