/// Random numbers that are the same again for the same seed (SplitMix64, Steele, Lea and Flood,
/// 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// True in so many cases of a hundred.
    mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// One of them; there must be one.
    mutating func one<Element>(of elements: [Element]) -> Element {
        elements[number(0...elements.count - 1)]
    }

    /// Some of them, at least one, in their order.
    mutating func some<Element>(of elements: [Element]) -> [Element] {
        let chosen = elements.filter { _ in chance(50) }
        return chosen.isEmpty ? [one(of: elements)] : chosen
    }
}
