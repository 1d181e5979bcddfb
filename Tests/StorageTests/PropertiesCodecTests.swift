import Contract
import Testing

@testable import Storage

@Suite("Message properties come back exactly")
struct PropertiesCodecTests {
    static let values: [HeaderValue] = [
        .text(""), .text("é\u{0}\n"), .bytes([]), .bytes([0, 255, 128]), .boolean(true),
        .boolean(false), .integer(.min), .integer(-1), .integer(.max), .unsigned(.max),
        .unsigned(0), .double(-0.0), .double(.infinity), .double(.leastNonzeroMagnitude),
        .timestamp(.max),
        .decimal(scale: 255, value: .max), .void, .table([]), .array([]),
        .table([HeaderField("a", .array([.table([HeaderField("", .void)]), .text("x")]))]),
        .text(String(repeating: "long ", count: 60_000)),
    ]

    @Test("every kind of header value", arguments: values)
    func header(_ value: HeaderValue) throws {
        let properties = MessageProperties(headers: [HeaderField("name", value)])
        let decoded = try #require(
            PropertiesCodec.decode(PropertiesCodec.encode(properties))
        )
        #expect(decoded == properties)
    }

    @Test("not-a-number, to the bit")
    func notANumber() throws {
        for bits: UInt64 in [0x7ff8_0000_0000_0001, 0xfff0_0000_0000_0001] {
            let properties = MessageProperties(
                headers: [HeaderField("n", .double(Double(bitPattern: bits)))])
            let decoded = PropertiesCodec.decode(PropertiesCodec.encode(properties))
            guard case .double(let double) = try #require(decoded?.headers.first).value else {
                Issue.record("no double")
                return
            }
            #expect(double.bitPattern == bits)
        }
    }

    @Test("every combination of properties")
    func combinations() throws {
        for mask in 0..<4096 {
            func text(_ bit: Int) -> String? { mask & 1 << bit == 0 ? nil : "t\(bit)" }
            let properties = MessageProperties(
                contentType: text(0),
                contentEncoding: text(1),
                deliveryMode: mask & 512 == 0 ? nil : 2,
                priority: mask & 1024 == 0 ? nil : 255,
                correlationIdentifier: text(2),
                replyTo: text(3),
                expiration: text(4),
                messageIdentifier: text(5),
                timestampSeconds: mask & 2048 == 0 ? nil : .max,
                type: text(6),
                userIdentifier: text(7),
                applicationIdentifier: text(8)
            )
            let decoded = PropertiesCodec.decode(PropertiesCodec.encode(properties))
            try #require(decoded == properties)
        }
    }

    @Test("bytes that were cut or continued are refused")
    func damaged() {
        let bytes = PropertiesCodec.encode(
            MessageProperties(
                contentType: "a",
                headers: Self.values.dropLast().map { HeaderField("h", $0) },
                priority: 1,
                timestampSeconds: 5
            )
        )
        #expect(PropertiesCodec.decode(bytes) != nil)
        for count in bytes.indices {
            #expect(PropertiesCodec.decode(Array(bytes.prefix(count))) == nil)
        }
        #expect(PropertiesCodec.decode(bytes + [0]) == nil)
        #expect(PropertiesCodec.decode([2] + bytes.dropFirst()) == nil)
    }
}
