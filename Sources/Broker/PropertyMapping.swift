public import AMQP
public import Contract

extension MessageProperties {
    public init(_ properties: Properties) {
        self.init(
            contentType: properties.contentType,
            contentEncoding: properties.contentEncoding,
            headers: properties.headers.entries.map { HeaderField($0.name, HeaderValue($0.value)) },
            deliveryMode: properties.isPersistent.map { $0 ? 2 : 1 },
            priority: properties.priority,
            correlationIdentifier: properties.correlationIdentifier,
            replyTo: properties.replyTo,
            expiration: properties.expiration,
            messageIdentifier: properties.messageIdentifier,
            timestampSeconds: properties.timestampSeconds,
            type: properties.type,
            userIdentifier: properties.userIdentifier,
            applicationIdentifier: properties.applicationIdentifier
        )
    }
}

extension Properties {
    init(_ properties: MessageProperties) {
        self.init(
            contentType: properties.contentType,
            contentEncoding: properties.contentEncoding,
            isPersistent: properties.deliveryMode.map { $0 == 2 },
            priority: properties.priority,
            correlationIdentifier: properties.correlationIdentifier,
            replyTo: properties.replyTo,
            expiration: properties.expiration,
            messageIdentifier: properties.messageIdentifier,
            timestampSeconds: properties.timestampSeconds,
            type: properties.type,
            userIdentifier: properties.userIdentifier,
            applicationIdentifier: properties.applicationIdentifier,
            headers: Table(properties.headers.map { Table.Entry($0.name, FieldValue($0.value)) })
        )
    }
}

extension HeaderValue {
    init(_ value: FieldValue) {
        self =
            switch value {
            case .boolean(let value): .boolean(value)
            case .int8(let value): .integer(Int64(value))
            case .uint8(let value): .integer(Int64(value))
            case .int16(let value): .integer(Int64(value))
            case .uint16(let value): .integer(Int64(value))
            case .int32(let value): .integer(Int64(value))
            case .uint32(let value): .integer(Int64(value))
            case .int64(let value): .integer(value)
            case .uint64(let value): .unsigned(value)
            case .float(let value): .double(Double(value))
            case .double(let value): .double(value)
            case .decimal(let scale, let value): .decimal(scale: scale, value: value)
            case .string(let value): .text(value)
            case .bytes(let value): .bytes(value)
            case .timestamp(let value): .timestamp(value)
            case .array(let values): .array(values.map { HeaderValue($0) })
            case .table(let table):
                .table(table.entries.map { HeaderField($0.name, HeaderValue($0.value)) })
            case .void: .void
            }
    }
}

extension FieldValue {
    init(_ value: HeaderValue) {
        self =
            switch value {
            case .text(let value): .string(value)
            case .bytes(let value): .bytes(value)
            case .boolean(let value): .boolean(value)
            case .integer(let value): .int64(value)
            case .unsigned(let value): .uint64(value)
            case .double(let value): .double(value)
            case .timestamp(let value): .timestamp(value)
            case .decimal(let scale, let value): .decimal(scale: scale, value: value)
            case .table(let fields):
                .table(Table(fields.map { Table.Entry($0.name, FieldValue($0.value)) }))
            case .array(let values): .array(values.map { FieldValue($0) })
            case .void: .void
            }
    }
}
