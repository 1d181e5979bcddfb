import CRabbitMQ
import Glibc

extension Wire {
    func declareExchange(
        _ name: String,
        _ kind: ExchangeKind,
        isDurable: Bool,
        isPassive: Bool
    ) throws(WireFailure) {
        _ = try unsafe request("declaring the exchange \(quoted(name))") {
            unsafe amqp_exchange_declare(
                state,
                Self.channel,
                arena.bytes(name),
                arena.bytes(kind.rawValue),
                isPassive ? 1 : 0,
                isDurable ? 1 : 0,
                0,
                0,
                amqp_empty_table
            )
        }
    }

    func declareQueue(_ declaration: QueueDeclaration) throws(WireFailure) -> QueueStatus {
        let verb = declaration.isPassive ? "looking for" : "declaring"
        let answer = try unsafe request("\(verb) the queue \(quoted(declaration.name))") {
            unsafe amqp_queue_declare(
                state,
                Self.channel,
                arena.bytes(declaration.name),
                declaration.isPassive ? 1 : 0,
                declaration.isDurable ? 1 : 0,
                declaration.isExclusive ? 1 : 0,
                declaration.isAutoDelete ? 1 : 0,
                arena.table(declaration.arguments)
            )
        }
        return unsafe QueueStatus(
            name: answer.pointee.queue.text,
            messageCount: Int(answer.pointee.message_count),
            consumerCount: Int(answer.pointee.consumer_count)
        )
    }

    func bind(queue: String, exchange: String, routingKey: String) throws(WireFailure) {
        let attempt = "binding the queue \(quoted(queue)) to the exchange \(quoted(exchange))"
        _ = try unsafe request(attempt) {
            unsafe amqp_queue_bind(
                state,
                Self.channel,
                arena.bytes(queue),
                arena.bytes(exchange),
                arena.bytes(routingKey),
                amqp_empty_table
            )
        }
    }

    func deleteQueue(_ name: String) throws(WireFailure) -> Int {
        let answer = try unsafe request("deleting the queue \(quoted(name))") {
            unsafe amqp_queue_delete(state, Self.channel, arena.bytes(name), 0, 0)
        }
        return unsafe Int(answer.pointee.message_count)
    }

    func deleteExchange(_ name: String) throws(WireFailure) {
        _ = try unsafe request("deleting the exchange \(quoted(name))") {
            unsafe amqp_exchange_delete(state, Self.channel, arena.bytes(name), 0)
        }
    }

    func purge(_ queue: String) throws(WireFailure) -> Int {
        let answer = try unsafe request("purging the queue \(quoted(queue))") {
            unsafe amqp_queue_purge(state, Self.channel, arena.bytes(queue))
        }
        return unsafe Int(answer.pointee.message_count)
    }

    /// The prefetch counts for consumers that begin later, each by itself (RabbitMQ's reading of
    /// basic.qos without `global`). The consumer's tag is the queue's name.
    func consume(queue: String, prefetch: UInt16) throws(WireFailure) -> String {
        _ = try unsafe request("setting the prefetch for the queue \(quoted(queue))") {
            unsafe amqp_basic_qos(state, Self.channel, 0, prefetch, 0)
        }
        let answer = try unsafe request("consuming from the queue \(quoted(queue))") {
            unsafe amqp_basic_consume(
                state,
                Self.channel,
                arena.bytes(queue),
                arena.bytes(queue),
                0,
                0,
                0,
                amqp_empty_table
            )
        }
        return unsafe answer.pointee.consumer_tag.text
    }

    func confirmSelect() throws(WireFailure) {
        _ = try unsafe request("turning on publisher confirms") {
            unsafe amqp_confirm_select(state, Self.channel)
        }
    }

    func acknowledge(tag: UInt64, multiple: Bool) throws(WireFailure) {
        try send("acknowledging") {
            unsafe amqp_basic_ack(state, Self.channel, tag, multiple ? 1 : 0)
        }
        lastSentAt = MonotonicTime.now
    }

    func reject(tag: UInt64, requeue: Bool) throws(WireFailure) {
        try send("rejecting a message") {
            unsafe amqp_basic_reject(state, Self.channel, tag, requeue ? 1 : 0)
        }
        lastSentAt = MonotonicTime.now
    }

    func sendHeartbeat() throws(WireFailure) {
        var frame = unsafe amqp_frame_t()
        unsafe frame.frame_type = UInt8(AMQP_FRAME_HEARTBEAT)
        try send("sending a heartbeat") { unsafe amqp_send_frame(state, &frame) }
        lastSentAt = MonotonicTime.now
    }

    /// Whether the socket has room. The kernel says so while a third of its buffer is free, so that
    /// after it some ten kilobytes can be written without waiting.
    var isWritable: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, 0) > 0
    }

    /// Holds segments back until they are full, or lets them go.
    func cork(_ isCorked: Bool) {
        var value: Int32 = isCorked ? 1 : 0
        // Only the number of packets depends on it.
        unsafe setsockopt(
            descriptor,
            Int32(IPPROTO_TCP),
            TCP_CORK,
            &value,
            socklen_t(MemoryLayout<Int32>.size)
        )
    }

    /// Writes a checked publication.
    func publish(_ publication: Publication) throws(WireFailure) {
        defer { arena.recycle() }
        var properties = unsafe arena.properties(publication.properties)
        let exchange = unsafe arena.bytes(publication.exchange)
        let routingKey = unsafe arena.bytes(publication.routingKey)
        let status = unsafe publication.body.withUnsafeBytes { body in
            unsafe amqp_basic_publish(
                state,
                Self.channel,
                exchange,
                routingKey,
                publication.isMandatory ? 1 : 0,
                0,
                &properties,
                amqp_bytes_t(
                    len: body.count,
                    bytes: UnsafeMutableRawPointer(mutating: body.baseAddress)
                )
            )
        }
        guard status == AMQP_STATUS_OK.rawValue else {
            throw failure(
                status: status,
                attempt: "publishing to \(quoted(publication.exchange))"
            )
        }
    }

    private func quoted(_ name: String) -> String { "\"\(name)\"" }
}
