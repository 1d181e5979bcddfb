import Contract

/// Message properties as bytes that give back exactly what was put in.
///
/// The layout: a version byte; two bytes that say which of the properties are present (little
/// endian, in the order in which they are written below); those properties; the header table. Texts
/// and byte strings are preceded by their length, tables and arrays by their count, as LEB128;
/// numbers are 8 bytes, little endian. Each header value is preceded by a byte for its kind.
enum PropertiesCodec {
    private static let version: UInt8 = 1

    static func encode(_ properties: MessageProperties) -> [UInt8] {
        var writer = Writer()
        writer.bytes.reserveCapacity(256)
        writer.byte(version)
        let texts = [
            properties.contentType, properties.contentEncoding, properties.correlationIdentifier,
            properties.replyTo, properties.expiration, properties.messageIdentifier,
            properties.type, properties.userIdentifier, properties.applicationIdentifier,
        ]
        var present: UInt16 = 0
        for (index, text) in texts.enumerated() where text != nil { present |= 1 << UInt16(index) }
        if properties.deliveryMode != nil { present |= 1 << 9 }
        if properties.priority != nil { present |= 1 << 10 }
        if properties.timestampSeconds != nil { present |= 1 << 11 }
        writer.byte(UInt8(present & 0xff))
        writer.byte(UInt8(present >> 8))
        for case let text? in texts { writer.text(text) }
        if let mode = properties.deliveryMode { writer.byte(mode) }
        if let priority = properties.priority { writer.byte(priority) }
        if let seconds = properties.timestampSeconds { writer.number(seconds) }
        writer.table(properties.headers)
        return writer.bytes
    }

    /// Nil unless `bytes` are what `encode` makes.
    static func decode(_ bytes: [UInt8]) -> MessageProperties? {
        var reader = Reader(bytes: bytes)
        guard reader.byte() == version, let low = reader.byte(), let high = reader.byte()
        else { return nil }
        let present = UInt16(low) | UInt16(high) << 8
        var texts: [String?] = []
        for index in 0..<9 {
            guard present & 1 << UInt16(index) != 0 else {
                texts.append(nil)
                continue
            }
            guard let text = reader.text() else { return nil }
            texts.append(text)
        }
        var properties = MessageProperties(
            contentType: texts[0],
            contentEncoding: texts[1],
            correlationIdentifier: texts[2],
            replyTo: texts[3],
            expiration: texts[4],
            messageIdentifier: texts[5],
            type: texts[6],
            userIdentifier: texts[7],
            applicationIdentifier: texts[8]
        )
        if present & 1 << 9 != 0 { properties.deliveryMode = reader.byte() }
        if present & 1 << 10 != 0 { properties.priority = reader.byte() }
        if present & 1 << 11 != 0 { properties.timestampSeconds = reader.number() }
        guard let headers = reader.table(), reader.isAtEnd else { return nil }
        properties.headers = headers
        return properties
    }

    private enum Kind: UInt8 {
        case text = 1
        case bytes, no, yes, integer, unsigned, double, timestamp, decimal, table, array, void
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func byte(_ byte: UInt8) { bytes.append(byte) }

        mutating func number(_ number: UInt64) {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }

        mutating func count(_ count: Int) {
            var rest = UInt64(count)
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7f) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }

        mutating func text(_ text: String) {
            count(text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        }

        mutating func table(_ fields: [HeaderField]) {
            count(fields.count)
            for field in fields {
                text(field.name)
                value(field.value)
            }
        }

        mutating func value(_ value: HeaderValue) {
            switch value {
            case .text(let text):
                kind(.text)
                self.text(text)
            case .bytes(let content):
                kind(.bytes)
                count(content.count)
                bytes.append(contentsOf: content)
            case .boolean(let boolean): kind(boolean ? .yes : .no)
            case .integer(let integer):
                kind(.integer)
                number(UInt64(bitPattern: integer))
            case .unsigned(let unsigned):
                kind(.unsigned)
                number(unsigned)
            case .double(let double):
                kind(.double)
                number(double.bitPattern)
            case .timestamp(let seconds):
                kind(.timestamp)
                number(seconds)
            case .decimal(let scale, let value):
                kind(.decimal)
                byte(scale)
                number(UInt64(value))
            case .table(let fields):
                kind(.table)
                table(fields)
            case .array(let values):
                kind(.array)
                count(values.count)
                for value in values { self.value(value) }
            case .void: kind(.void)
            }
        }

        private mutating func kind(_ kind: Kind) { byte(kind.rawValue) }
    }

    private struct Reader {
        let bytes: [UInt8]
        private var index = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { index == bytes.count }

        mutating func byte() -> UInt8? {
            guard index < bytes.count else { return nil }
            defer { index += 1 }
            return bytes[index]
        }

        mutating func number() -> UInt64? {
            guard bytes.count - index >= 8 else { return nil }
            defer { index += 8 }
            return bytes[index..<index + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }

        /// A length or count: never more than the bytes that are left, as each item takes one.
        mutating func count() -> Int? {
            var count: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 63, by: 7) {
                guard let byte = byte() else { return nil }
                count |= UInt64(byte & 0x7f) << shift
                guard byte & 0x80 == 0 else { continue }
                return count <= UInt64(bytes.count - index) ? Int(count) : nil
            }
            return nil
        }

        mutating func slice() -> ArraySlice<UInt8>? {
            guard let count = count() else { return nil }
            defer { index += count }
            return bytes[index..<index + count]
        }

        mutating func text() -> String? {
            guard let slice = slice() else { return nil }
            return String(validating: slice, as: UTF8.self)
        }

        mutating func table() -> [HeaderField]? {
            guard let count = count() else { return nil }
            var fields: [HeaderField] = []
            for _ in 0..<count {
                guard let name = text(), let value = value() else { return nil }
                fields.append(HeaderField(name, value))
            }
            return fields
        }

        mutating func value() -> HeaderValue? {
            guard let kind = byte().flatMap(Kind.init(rawValue:)) else { return nil }
            switch kind {
            case .text: return text().map { .text($0) }
            case .bytes: return slice().map { .bytes(Array($0)) }
            case .no: return .boolean(false)
            case .yes: return .boolean(true)
            case .integer: return number().map { .integer(Int64(bitPattern: $0)) }
            case .unsigned: return number().map { .unsigned($0) }
            case .double: return number().map { .double(Double(bitPattern: $0)) }
            case .timestamp: return number().map { .timestamp($0) }
            case .decimal:
                guard let scale = byte(), let value = number().flatMap(UInt32.init(exactly:))
                else { return nil }
                return .decimal(scale: scale, value: value)
            case .table: return table().map { .table($0) }
            case .array: return array()
            case .void: return .void
            }
        }

        private mutating func array() -> HeaderValue? {
            guard let count = count() else { return nil }
            var values: [HeaderValue] = []
            for _ in 0..<count {
                guard let value = value() else { return nil }
                values.append(value)
            }
            return .array(values)
        }
    }
}
