import Domain
import Testing

@Suite struct OperationSetTests {
    @Test("lists what it holds in the order of the registration form")
    func list() {
        #expect(
            OperationSet([.guaranteeManagement, .import, .transit]).list == [
                .import, .transit, .guaranteeManagement,
            ]
        )
        #expect(OperationSet.all.list == CustomsOperation.allCases)
        #expect(OperationSet.none.list == [])
        #expect(OperationSet([.transit, .transit]) == OperationSet([.transit]))
    }

    /// The store keeps the bits: they may not change their meaning.
    @Test("each operation has its bit for ever")
    func bits() {
        #expect(OperationSet([.import]).bits == 1)
        #expect(OperationSet([.transit]).bits == 2)
        #expect(OperationSet([.temporaryStorage]).bits == 4)
        #expect(OperationSet([.releaseForConsumption]).bits == 8)
        #expect(OperationSet([.importControl]).bits == 16)
        #expect(OperationSet([.guaranteeManagement]).bits == 32)
        #expect(OperationSet(bits: 0xff) == .all)
        #expect(OperationSet(bits: 0xc0).isEmpty)
    }

    @Test("is called in messages as the contract says")
    func names() {
        #expect(
            CustomsOperation.allCases.map(\.rawValue) == [
                "import", "transit", "temporary-storage", "release-for-consumption",
                "import-control", "guarantee-management",
            ]
        )
    }

    @Test("its algebra is that of sets, for every pair")
    func algebra() {
        let sets = (UInt8(0)...63).map { OperationSet(bits: $0) }
        var failures: [String] = []
        for left in sets {
            for right in sets {
                let (a, b) = (Set(left.list), Set(right.list))
                let agrees =
                    Set(left.union(right).list) == a.union(b)
                    && Set(left.intersection(right).list) == a.intersection(b)
                    && Set(left.subtracting(right).list) == a.subtracting(b)
                    && left.isSubset(of: right) == a.isSubset(of: b)
                    && (left == right) == (a == b) && left.isEmpty == a.isEmpty
                    && CustomsOperation.allCases.allSatisfy { left.contains($0) == a.contains($0) }
                if !agrees { failures.append("\(a) \(b)") }
            }
        }
        #expect(failures.isEmpty)
    }
}
