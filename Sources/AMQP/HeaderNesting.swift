public import CRabbitMQ
import Glibc

// From 0.14 on librabbitmq refuses headers that nest deeper than a hundred levels as if the broker
// had sent nonsense: the connection is over, the message comes again, and so on for ever. Any
// sender can write such headers, and RabbitMQ passes them on. Older ones recurse over all levels.
// So what is too deep is made flat before the library reads it.

/// Stands before the library's function of this name, which the library itself calls by way of the
/// dynamic linker: it finds the program's own first.
@_cdecl("amqp_decode_properties")
public func decodeProperties(
    class: UInt16,
    pool: UnsafeMutablePointer<amqp_pool_t>?,
    encoded: amqp_bytes_t,
    decoded: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
    // They lie in the connection's own buffer.
    let bytes = unsafe UnsafeMutableRawBufferPointer(start: encoded.bytes, count: encoded.len)
    for place in unsafe HeaderNesting.tooDeep(in: bytes.bindMemory(to: UInt8.self).span) {
        unsafe bytes[place] = HeaderNesting.byteArray
    }
    return unsafe HeaderNesting.library(`class`, pool, encoded, decoded)
}

/// How deep the arrays and tables in a message's headers nest.
enum HeaderNesting {
    /// Deeper than what is decoded, and less deep than what the library refuses.
    static let limit = 2 * FieldValue.maximumDepth

    static let array = UInt8(ascii: "A")
    static let table = UInt8(ascii: "F")
    static let text = UInt8(ascii: "S")
    static let byteArray = UInt8(ascii: "x")

    typealias Decode =
        @convention(c) (
            UInt16, UnsafeMutablePointer<amqp_pool_t>?, amqp_bytes_t,
            UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> Int32

    /// The library's own function.
    fileprivate static let library: Decode = {
        // RTLD_NEXT
        let next = unsafe UnsafeMutableRawPointer(bitPattern: -1)
        guard let function = unsafe dlsym(next, "amqp_decode_properties") else {
            fatalError("librabbitmq has no amqp_decode_properties")
        }
        return unsafe unsafeBitCast(function, to: Decode.self)
    }()

    /// Finds the arrays and tables below the limit. To make byte arrays of them, one byte each is
    /// to be changed: all three have their length in 32 bits, then their bytes.
    ///
    /// - Parameter properties: as AMQP 0-9-1 §4.2.6.1 writes them. What is malformed is left to the
    ///   library, which refuses it.
    /// - Returns: Where the bytes are that name the kinds.
    static func tooDeep(in properties: Span<UInt8>) -> [Int] {
        var reader = Reader(place: 0, end: properties.count)
        guard var word = reader.number(of: UInt16.self, in: properties) else { return [] }
        let flags = Int32(word)
        // The lowest bit says that another word of flags follows.
        while word & 1 != 0 {
            guard let next = reader.number(of: UInt16.self, in: properties) else { return [] }
            word = next
        }
        for text in [AMQP_BASIC_CONTENT_TYPE_FLAG, AMQP_BASIC_CONTENT_ENCODING_FLAG]
        where flags & text != 0 {
            guard reader.block(UInt8.self, in: properties) != nil else { return [] }
        }
        guard flags & AMQP_BASIC_HEADERS_FLAG != 0,
            let fields = reader.block(UInt32.self, in: properties)
        else { return [] }
        var places: [Int] = []
        look(through: fields, named: true, depth: 0, in: properties, &places)
        return places
    }

    private static func look(
        through fields: Reader,
        named: Bool,
        depth: Int,
        in bytes: Span<UInt8>,
        _ places: inout [Int]
    ) {
        var reader = fields
        while true {
            if named { guard reader.block(UInt8.self, in: bytes) != nil else { return } }
            let place = reader.place
            guard let kind = reader.number(of: UInt8.self, in: bytes) else { return }
            switch kind {
            case array, table:
                guard let inner = reader.block(UInt32.self, in: bytes) else { return }
                if depth == limit {
                    places.append(place)
                } else {
                    look(through: inner, named: kind == table, depth: depth + 1, in: bytes, &places)
                }
            case text, byteArray:
                guard reader.block(UInt32.self, in: bytes) != nil else { return }
            default:
                guard let size = size(of: kind), reader.skip(size) else { return }
            }
        }
    }

    /// The bytes of a value whose kind has always the same; nil for an unknown kind.
    private static func size(of kind: UInt8) -> Int? {
        switch kind {
        case UInt8(ascii: "V"): 0
        case UInt8(ascii: "t"), UInt8(ascii: "b"), UInt8(ascii: "B"): 1
        case UInt8(ascii: "s"), UInt8(ascii: "u"): 2
        case UInt8(ascii: "I"), UInt8(ascii: "i"), UInt8(ascii: "f"): 4
        case UInt8(ascii: "D"): 5
        case UInt8(ascii: "l"), UInt8(ascii: "L"), UInt8(ascii: "d"), UInt8(ascii: "T"): 8
        default: nil
        }
    }
}

/// Where in a range of bytes something is read next.
private struct Reader {
    private(set) var place: Int
    let end: Int

    /// False when there are not that many bytes.
    mutating func skip(_ count: Int) -> Bool {
        guard end - place >= count else { return false }
        place += count
        return true
    }

    /// The highest byte comes first.
    mutating func number<Number: FixedWidthInteger>(
        of _: Number.Type,
        in bytes: Span<UInt8>
    ) -> Number? {
        let start = place
        guard skip(Number.bitWidth / 8) else { return nil }
        return (start..<place).reduce(0) { $0 << 8 | Number(bytes[$1]) }
    }

    /// What follows its length.
    mutating func block<Length: FixedWidthInteger>(
        _: Length.Type,
        in bytes: Span<UInt8>
    ) -> Reader? {
        guard let length = number(of: Length.self, in: bytes) else { return nil }
        let start = place
        guard skip(Int(length)) else { return nil }
        return Reader(place: start, end: place)
    }
}
