import CRabbitMQ
import Glibc

/// Memory for what librabbitmq is given to encode: pointers stay valid until ``recycle()``.
@safe final class Arena {
    private let pool: UnsafeMutablePointer<amqp_pool_t>

    init() {
        unsafe pool = .allocate(capacity: 1)
        unsafe pool.initialize(to: amqp_pool_t())
        unsafe init_amqp_pool(pool, 16_384)
    }

    deinit {
        unsafe empty_amqp_pool(pool)
        unsafe pool.deallocate()
    }

    /// Gives all memory back for the next use.
    func recycle() {
        unsafe recycle_amqp_pool(pool)
    }

    /// A copy of the text's UTF-8.
    func bytes(_ text: String) -> amqp_bytes_t {
        var text = text
        return text.withUTF8 { unsafe copy(UnsafeRawBufferPointer($0)) }
    }

    /// The table in the library's form. Depth and sizes were checked (``PublicationCheck``).
    func table(_ table: Table) -> amqp_table_t {
        guard !table.isEmpty else { return unsafe amqp_empty_table }
        let entries = unsafe allocate(amqp_table_entry_t.self, table.entries.count)
        for (index, entry) in table.entries.enumerated() {
            unsafe entries[index] = amqp_table_entry_t(
                key: bytes(entry.name),
                value: value(entry.value)
            )
        }
        return unsafe amqp_table_t(num_entries: Int32(table.entries.count), entries: entries)
    }

    private func array(_ values: [FieldValue]) -> amqp_array_t {
        guard !values.isEmpty else { return unsafe amqp_empty_array }
        let entries = unsafe allocate(amqp_field_value_t.self, values.count)
        for (index, item) in values.enumerated() {
            unsafe entries[index] = value(item)
        }
        return unsafe amqp_array_t(num_entries: Int32(values.count), entries: entries)
    }

    private func value(_ value: FieldValue) -> amqp_field_value_t {
        var field = unsafe amqp_field_value_t()
        func set(_ kind: amqp_field_value_kind_t) {
            unsafe field.kind = UInt8(truncatingIfNeeded: kind.rawValue)
        }
        switch value {
        case .boolean(let boolean):
            set(AMQP_FIELD_KIND_BOOLEAN)
            unsafe field.value.boolean = boolean ? 1 : 0
        case .int8(let number):
            set(AMQP_FIELD_KIND_I8)
            unsafe field.value.i8 = number
        case .uint8(let number):
            set(AMQP_FIELD_KIND_U8)
            unsafe field.value.u8 = number
        case .int16(let number):
            set(AMQP_FIELD_KIND_I16)
            unsafe field.value.i16 = number
        case .uint16(let number):
            set(AMQP_FIELD_KIND_U16)
            unsafe field.value.u16 = number
        case .int32(let number):
            set(AMQP_FIELD_KIND_I32)
            unsafe field.value.i32 = number
        case .uint32(let number):
            set(AMQP_FIELD_KIND_U32)
            unsafe field.value.u32 = number
        case .int64(let number):
            set(AMQP_FIELD_KIND_I64)
            unsafe field.value.i64 = number
        case .uint64(let number):
            set(AMQP_FIELD_KIND_U64)
            unsafe field.value.u64 = number
        case .float(let number):
            set(AMQP_FIELD_KIND_F32)
            unsafe field.value.f32 = number
        case .double(let number):
            set(AMQP_FIELD_KIND_F64)
            unsafe field.value.f64 = number
        case .decimal(let scale, let number):
            set(AMQP_FIELD_KIND_DECIMAL)
            unsafe field.value.decimal = amqp_decimal_t(decimals: scale, value: number)
        case .string(let text):
            set(AMQP_FIELD_KIND_UTF8)
            unsafe field.value.bytes = bytes(text)
        case .bytes(let bytes):
            set(AMQP_FIELD_KIND_BYTES)
            unsafe field.value.bytes = bytes.withUnsafeBytes { unsafe copy($0) }
        case .timestamp(let seconds):
            set(AMQP_FIELD_KIND_TIMESTAMP)
            unsafe field.value.u64 = seconds
        case .array(let values):
            set(AMQP_FIELD_KIND_ARRAY)
            unsafe field.value.array = array(values)
        case .table(let nested):
            set(AMQP_FIELD_KIND_TABLE)
            unsafe field.value.table = table(nested)
        case .void:
            set(AMQP_FIELD_KIND_VOID)
        }
        return unsafe field
    }

    /// The properties in the library's form.
    func properties(_ properties: Properties) -> amqp_basic_properties_t {
        var encoded = unsafe amqp_basic_properties_t()
        var flags: Int32 = 0
        func text(_ text: String?, _ flag: Int32) -> amqp_bytes_t {
            guard let text else { return unsafe amqp_empty_bytes }
            flags |= flag
            return unsafe bytes(text)
        }
        unsafe encoded.content_type = text(properties.contentType, AMQP_BASIC_CONTENT_TYPE_FLAG)
        unsafe encoded.content_encoding = text(
            properties.contentEncoding,
            AMQP_BASIC_CONTENT_ENCODING_FLAG
        )
        unsafe encoded.correlation_id = text(
            properties.correlationIdentifier,
            AMQP_BASIC_CORRELATION_ID_FLAG
        )
        unsafe encoded.reply_to = text(properties.replyTo, AMQP_BASIC_REPLY_TO_FLAG)
        unsafe encoded.expiration = text(properties.expiration, AMQP_BASIC_EXPIRATION_FLAG)
        unsafe encoded.message_id = text(properties.messageIdentifier, AMQP_BASIC_MESSAGE_ID_FLAG)
        unsafe encoded.type = text(properties.type, AMQP_BASIC_TYPE_FLAG)
        unsafe encoded.user_id = text(properties.userIdentifier, AMQP_BASIC_USER_ID_FLAG)
        unsafe encoded.app_id = text(properties.applicationIdentifier, AMQP_BASIC_APP_ID_FLAG)
        if let isPersistent = properties.isPersistent {
            flags |= AMQP_BASIC_DELIVERY_MODE_FLAG
            unsafe encoded.delivery_mode = isPersistent ? 2 : 1
        }
        if let priority = properties.priority {
            flags |= AMQP_BASIC_PRIORITY_FLAG
            unsafe encoded.priority = priority
        }
        if let timestampSeconds = properties.timestampSeconds {
            flags |= AMQP_BASIC_TIMESTAMP_FLAG
            unsafe encoded.timestamp = timestampSeconds
        }
        if !properties.headers.isEmpty {
            flags |= AMQP_BASIC_HEADERS_FLAG
            unsafe encoded.headers = table(properties.headers)
        }
        unsafe encoded._flags = amqp_flags_t(flags)
        return unsafe encoded
    }

    private func copy(_ source: UnsafeRawBufferPointer) -> amqp_bytes_t {
        guard let base = source.baseAddress, unsafe !source.isEmpty else {
            return unsafe amqp_empty_bytes
        }
        let target = unsafe allocate(UInt8.self, source.count)
        unsafe memcpy(target, base, source.count)
        return unsafe amqp_bytes_t(len: source.count, bytes: target)
    }

    private func allocate<Item>(_: Item.Type, _ count: Int) -> UnsafeMutablePointer<Item> {
        guard let memory = unsafe amqp_pool_alloc(pool, count * MemoryLayout<Item>.stride) else {
            fatalError("out of memory")
        }
        return unsafe memory.bindMemory(to: Item.self, capacity: count)
    }
}
