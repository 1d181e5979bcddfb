import Testing

@testable import AMQP

/// What is made flat before librabbitmq reads it; FakeServerTests have it read whole frames.
@Suite struct HeaderNestingTests {
    private static let limit = HeaderNesting.limit

    @Test(arguments: [HeaderNesting.array, HeaderNesting.table])
    func whatNestsDeeperIsFound(_ kind: UInt8) throws {
        for levels in [0, 1, FieldValue.maximumDepth, Self.limit] {
            #expect(tooDeep(properties(nesting(kind, levels))) == [])
        }
        for levels in [Self.limit + 1, Self.limit + 2, 1000] {
            let properties = properties(nesting(kind, levels))
            let places = tooDeep(properties)
            // What is below goes with it.
            let place = try #require(places.first)
            #expect(places.count == 1)
            #expect(properties[place] == kind)
            var flat = properties
            flat[place] = HeaderNesting.byteArray
            #expect(tooDeep(flat) == [])
        }
    }

    @Test func eachIsFoundBesideValuesOfEveryKind() {
        let deep = nesting(HeaderNesting.table, Self.limit + 1)
        let others: [[UInt8]] = [
            Array("V".utf8), Array("t1".utf8), Array("b1".utf8), Array("B1".utf8),
            Array("s12".utf8), Array("u12".utf8), Array("I1234".utf8), Array("i1234".utf8),
            Array("f1234".utf8), Array("D12345".utf8), Array("l12345678".utf8),
            Array("L12345678".utf8), Array("d12345678".utf8), Array("T12345678".utf8),
            Wired().u8(HeaderNesting.text).long(Array("FAFA".utf8)).bytes,
            Wired().u8(HeaderNesting.byteArray).long(Array("AFAF".utf8)).bytes,
        ]
        let values = others.flatMap { [$0, deep] }
        let properties = properties(values)
        let places = tooDeep(properties)
        #expect(places.count == others.count)
        #expect(places.allSatisfy { properties[$0] == HeaderNesting.table })
    }

    @Test func nothingIsReadBeyondTheEnd() {
        let whole = properties([
            nesting(HeaderNesting.array, Self.limit + 3), Array("l12345678".utf8),
            nesting(HeaderNesting.table, 3),
        ])
        for count in 0..<whole.count {
            #expect(tooDeep(Array(whole[..<count])).allSatisfy { $0 < count })
        }
        for place in whole.indices {
            for byte in [UInt8(0), 1, 0x7f, 0x80, 0xff] + Array("AFSxVl".utf8) {
                var changed = whole
                changed[place] = byte
                let places = tooDeep(changed)
                #expect(
                    places.allSatisfy {
                        [HeaderNesting.array, HeaderNesting.table].contains(changed[$0])
                    }
                )
            }
        }
    }

    private func tooDeep(_ properties: [UInt8]) -> [Int] {
        HeaderNesting.tooDeep(in: properties.span)
    }

    /// A value of so many arrays or tables, one in the other.
    private func nesting(_ kind: UInt8, _ levels: Int) -> [UInt8] {
        var value = Array("V".utf8)
        for _ in 0..<levels {
            let name: [UInt8] = kind == HeaderNesting.table ? [1, UInt8(ascii: "n")] : []
            value = Wired().u8(kind).long(name + value).bytes
        }
        return value
    }

    /// Properties with a content type, an encoding, these headers and a message id.
    private func properties(_ values: [UInt8]...) -> [UInt8] { properties(values) }

    private func properties(_ values: [[UInt8]]) -> [UInt8] {
        // Another word of flags follows the first.
        Wired().u16(1 << 15 | 1 << 14 | 1 << 13 | 1 << 7 | 1).u16(0)
            .short("application/json").short("identity")
            .long(values.flatMap { Wired().short("h").raw($0).bytes })
            .short("id").bytes
    }
}
