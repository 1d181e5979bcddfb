import CRabbitMQ
import Glibc

extension amqp_bytes_t {
    /// The text, with what is not valid UTF-8 replaced.
    var text: String {
        unsafe String(decoding: buffer, as: UTF8.self)
    }

    /// The text, or nil when it is not valid UTF-8.
    var validText: String? {
        unsafe String(validating: buffer, as: UTF8.self)
    }

    var array: [UInt8] {
        unsafe Array(buffer)
    }

    var buffer: UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(start: bytes?.assumingMemoryBound(to: UInt8.self), count: len)
    }
}

/// A text that is mostly the same as the last time, such as an exchange or a content type:
/// comparing is cheaper than allocating.
struct RepeatedText {
    private var last = ""

    mutating func text(_ bytes: amqp_bytes_t) -> String {
        let isSame = last.withUTF8 { last in
            guard unsafe last.count == bytes.len else { return false }
            guard let mine = last.baseAddress, let other = unsafe bytes.bytes else { return true }
            return unsafe memcmp(mine, other, last.count) == 0
        }
        if !isSame { unsafe last = bytes.text }
        return last
    }
}

/// Turns the library's properties into values that outlive its buffers.
struct PropertiesDecoder {
    private var contentType = RepeatedText()
    private var type = RepeatedText()
    private var user = RepeatedText()
    private var application = RepeatedText()

    mutating func decode(_ encoded: amqp_basic_properties_t) -> Properties {
        let flags = unsafe Int32(truncatingIfNeeded: encoded._flags)
        func text(_ bytes: amqp_bytes_t, _ flag: Int32) -> String? {
            unsafe flags & flag != 0 ? bytes.text : nil
        }
        func repeated(
            _ bytes: amqp_bytes_t,
            _ flag: Int32,
            _ cache: inout RepeatedText
        ) -> String? {
            unsafe flags & flag != 0 ? cache.text(bytes) : nil
        }
        var properties = Properties()
        unsafe properties.contentType = repeated(
            encoded.content_type,
            AMQP_BASIC_CONTENT_TYPE_FLAG,
            &contentType
        )
        unsafe properties.contentEncoding = text(
            encoded.content_encoding,
            AMQP_BASIC_CONTENT_ENCODING_FLAG
        )
        unsafe properties.correlationIdentifier = text(
            encoded.correlation_id,
            AMQP_BASIC_CORRELATION_ID_FLAG
        )
        unsafe properties.replyTo = text(encoded.reply_to, AMQP_BASIC_REPLY_TO_FLAG)
        unsafe properties.expiration = text(encoded.expiration, AMQP_BASIC_EXPIRATION_FLAG)
        unsafe properties.messageIdentifier = text(encoded.message_id, AMQP_BASIC_MESSAGE_ID_FLAG)
        unsafe properties.type = repeated(encoded.type, AMQP_BASIC_TYPE_FLAG, &type)
        unsafe properties.userIdentifier = repeated(
            encoded.user_id,
            AMQP_BASIC_USER_ID_FLAG,
            &user
        )
        unsafe properties.applicationIdentifier = repeated(
            encoded.app_id,
            AMQP_BASIC_APP_ID_FLAG,
            &application
        )
        if flags & AMQP_BASIC_DELIVERY_MODE_FLAG != 0 {
            unsafe properties.isPersistent = encoded.delivery_mode == 2
        }
        if flags & AMQP_BASIC_PRIORITY_FLAG != 0 {
            unsafe properties.priority = encoded.priority
        }
        if flags & AMQP_BASIC_TIMESTAMP_FLAG != 0 {
            unsafe properties.timestampSeconds = encoded.timestamp
        }
        if flags & AMQP_BASIC_HEADERS_FLAG != 0 {
            unsafe properties.headers = Self.table(encoded.headers, depth: 0)
        }
        return properties
    }

    static func table(_ encoded: amqp_table_t, depth: Int) -> Table {
        let entries = unsafe UnsafeBufferPointer(
            start: encoded.entries,
            count: Int(encoded.num_entries)
        )
        return unsafe Table(
            entries.map { entry in
                unsafe Table.Entry(entry.key.text, value(entry.value, depth: depth))
            }
        )
    }

    private static func array(_ encoded: amqp_array_t, depth: Int) -> [FieldValue] {
        let entries = unsafe UnsafeBufferPointer(
            start: encoded.entries,
            count: Int(encoded.num_entries)
        )
        return unsafe entries.map { unsafe value($0, depth: depth) }
    }

    private static func value(_ field: amqp_field_value_t, depth: Int) -> FieldValue {
        let kind = unsafe amqp_field_value_kind_t(rawValue: numericCast(field.kind))
        let value = unsafe field.value
        switch kind {
        case AMQP_FIELD_KIND_BOOLEAN: return unsafe .boolean(value.boolean != 0)
        case AMQP_FIELD_KIND_I8: return unsafe .int8(value.i8)
        case AMQP_FIELD_KIND_U8: return unsafe .uint8(value.u8)
        case AMQP_FIELD_KIND_I16: return unsafe .int16(value.i16)
        case AMQP_FIELD_KIND_U16: return unsafe .uint16(value.u16)
        case AMQP_FIELD_KIND_I32: return unsafe .int32(value.i32)
        case AMQP_FIELD_KIND_U32: return unsafe .uint32(value.u32)
        case AMQP_FIELD_KIND_I64: return unsafe .int64(value.i64)
        case AMQP_FIELD_KIND_U64: return unsafe .uint64(value.u64)
        case AMQP_FIELD_KIND_F32: return unsafe .float(value.f32)
        case AMQP_FIELD_KIND_F64: return unsafe .double(value.f64)
        case AMQP_FIELD_KIND_DECIMAL:
            return unsafe .decimal(scale: value.decimal.decimals, value: value.decimal.value)
        case AMQP_FIELD_KIND_UTF8:
            return unsafe value.bytes.validText.map(FieldValue.string) ?? .bytes(value.bytes.array)
        case AMQP_FIELD_KIND_BYTES: return unsafe .bytes(value.bytes.array)
        case AMQP_FIELD_KIND_TIMESTAMP: return unsafe .timestamp(value.u64)
        case AMQP_FIELD_KIND_ARRAY where depth < FieldValue.maximumDepth:
            return unsafe .array(array(value.array, depth: depth + 1))
        case AMQP_FIELD_KIND_TABLE where depth < FieldValue.maximumDepth:
            return unsafe .table(table(value.table, depth: depth + 1))
        default: return .void
        }
    }
}
