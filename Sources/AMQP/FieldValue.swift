/// A value of a header or of an argument: the field types of AMQP 0-9-1 as RabbitMQ reads them.
public indirect enum FieldValue: Sendable, Hashable {
    case boolean(Bool)
    case int8(Int8)
    case uint8(UInt8)
    case int16(Int16)
    case uint16(UInt16)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case float(Float)
    case double(Double)
    /// `value` divided by ten to the power of `scale`.
    case decimal(scale: UInt8, value: UInt32)
    /// Text. A received string that is not valid UTF-8 arrives as `bytes`.
    case string(String)
    case bytes([UInt8])
    /// Seconds since 1970.
    case timestamp(UInt64)
    case array([FieldValue])
    case table(Table)
    case void

    /// Arrays and tables nest at most this deep: a received value below is replaced by `void`, and
    /// one to be sent is refused. Without a limit, a sender could exhaust the receiver's stack.
    public static let maximumDepth = 32
}

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int64(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }

    /// The text of a `string`, else nil.
    public var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value of any of the integer types that fits, else nil.
    public var integerValue: Int64? {
        switch self {
        case .int8(let value): Int64(value)
        case .uint8(let value): Int64(value)
        case .int16(let value): Int64(value)
        case .uint16(let value): Int64(value)
        case .int32(let value): Int64(value)
        case .uint32(let value): Int64(value)
        case .int64(let value): value
        case .uint64(let value): Int64(exactly: value)
        default: nil
        }
    }
}

/// Named values in their order, such as the headers of a message.
public struct Table: Sendable, Hashable {
    /// A name of at most 255 bytes and its value.
    public struct Entry: Sendable, Hashable {
        public var name: String
        public var value: FieldValue

        public init(_ name: String, _ value: FieldValue) {
            self.name = name
            self.value = value
        }
    }

    /// The entries in their order. A name may occur twice on the wire.
    public var entries: [Entry]

    /// Creates a table.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// Whether there is no entry.
    public var isEmpty: Bool { entries.isEmpty }

    /// The first value of that name. Setting replaces it, appends it, or with nil removes all of
    /// that name.
    public subscript(name: String) -> FieldValue? {
        get { entries.first { $0.name == name }?.value }
        set {
            guard let newValue else {
                entries.removeAll { $0.name == name }
                return
            }
            if let index = entries.firstIndex(where: { $0.name == name }) {
                entries[index].value = newValue
            } else {
                entries.append(Entry(name, newValue))
            }
        }
    }
}

extension Table: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, FieldValue)...) {
        entries = elements.map { Entry($0.0, $0.1) }
    }
}
