/// Refuses what librabbitmq would turn into broken frames: it writes the length of a short string
/// into one byte unchecked, and notices that headers are too large only after the message has
/// begun.
struct PublicationCheck {
    /// The negotiated size of a frame.
    var frameMaximumBytes: Int

    /// Frame header and end, and the fixed part of a content header (AMQP 0-9-1 §2.3.5).
    private static let overheadBytes = 7 + 1 + 14

    func check(_ publication: Publication) throws(AMQPError) {
        do throws(Problem) {
            var size = 0
            try Self.add(publication.exchange, "exchange", &size)
            try Self.add(publication.routingKey, "routing key", &size)
            if publication.isMandatory && publication.properties.messageIdentifier == nil {
                throw Problem(
                    "it is mandatory but has no message_id to know it by if it is returned"
                )
            }
            size = Self.overheadBytes
            try Self.add(publication.properties, &size)
            guard size <= frameMaximumBytes else {
                throw Problem(
                    "its properties take \(size) bytes, and a frame \(frameMaximumBytes) at most"
                )
            }
        } catch {
            throw AMQPError(
                .invalidArgument,
                attempt: Self.attempt(publication),
                detail: error.detail + "; nothing of its batch was sent"
            )
        }
    }

    func check(_ arguments: Table, attempt: @autoclosure () -> String) throws(AMQPError) {
        do throws(Problem) {
            var size = Self.overheadBytes + 2 * 256
            try Self.add(arguments, &size, depth: 0)
            guard size <= frameMaximumBytes else {
                throw Problem("the arguments do not fit into a frame")
            }
        } catch {
            throw AMQPError(.invalidArgument, attempt: attempt(), detail: error.detail)
        }
    }

    static func check(name: String, attempt: @autoclosure () -> String) throws(AMQPError) {
        do throws(Problem) {
            var size = 0
            try add(name, "name", &size)
        } catch {
            throw AMQPError(.invalidArgument, attempt: attempt(), detail: error.detail)
        }
    }

    private struct Problem: Error {
        var detail: String
        init(_ detail: String) { self.detail = detail }
    }

    /// Names a message without quoting what may be enormous.
    private static func attempt(_ publication: Publication) -> String {
        let identifier = publication.properties.messageIdentifier ?? ""
        guard !identifier.isEmpty, identifier.utf8.count <= Properties.shortStringLimitBytes else {
            return "publishing the message with token \(publication.token)"
        }
        return "publishing the message \(identifier)"
    }

    private static func add(_ text: String?, _ name: String, _ size: inout Int) throws(Problem) {
        guard let text else { return }
        let count = text.utf8.count
        guard count <= Properties.shortStringLimitBytes else {
            throw Problem(
                "its \(name) has \(count) bytes, and AMQP allows \(Properties.shortStringLimitBytes)"
            )
        }
        size += 1 + count
    }

    private static func add(_ properties: Properties, _ size: inout Int) throws(Problem) {
        try add(properties.contentType, "content_type", &size)
        try add(properties.contentEncoding, "content_encoding", &size)
        try add(properties.correlationIdentifier, "correlation_id", &size)
        try add(properties.replyTo, "reply_to", &size)
        try add(properties.expiration, "expiration", &size)
        try add(properties.messageIdentifier, "message_id", &size)
        try add(properties.type, "type", &size)
        try add(properties.userIdentifier, "user_id", &size)
        try add(properties.applicationIdentifier, "app_id", &size)
        size += 1 + 1 + 8
        if !properties.headers.isEmpty { try add(properties.headers, &size, depth: 0) }
    }

    private static func add(
        _ table: Table,
        _ size: inout Int,
        depth: Int
    ) throws(Problem) {
        size += 4
        for entry in table.entries {
            try add(entry.name, "header name", &size)
            try add(entry.value, &size, depth: depth)
        }
    }

    private static func add(
        _ value: FieldValue,
        _ size: inout Int,
        depth: Int
    ) throws(Problem) {
        size += 1
        switch value {
        case .boolean, .int8, .uint8: size += 1
        case .int16, .uint16: size += 2
        case .int32, .uint32, .float: size += 4
        case .int64, .uint64, .double, .timestamp: size += 8
        case .decimal: size += 5
        case .string(let text): size += 4 + text.utf8.count
        case .bytes(let bytes): size += 4 + bytes.count
        case .void: break
        case .array(let values):
            try checkDepth(depth)
            size += 4
            for value in values { try add(value, &size, depth: depth + 1) }
        case .table(let table):
            try checkDepth(depth)
            try add(table, &size, depth: depth + 1)
        }
    }

    private static func checkDepth(_ depth: Int) throws(Problem) {
        guard depth < FieldValue.maximumDepth else {
            throw Problem("its headers nest deeper than \(FieldValue.maximumDepth) levels")
        }
    }
}
