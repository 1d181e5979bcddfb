import CRabbitMQ
import Glibc

/// A message of which the method has arrived, and perhaps a part of the rest.
struct Assembly {
    enum Kind {
        case delivery(Delivery)
        case returned(code: UInt16, text: String, exchange: String, routingKey: String)
        case got(Delivery)
    }

    var kind: Kind
    var properties = Properties()
    /// What the properties took on the wire.
    var propertiesBytes = 0
    var body: [UInt8] = []
    var bodySize: UInt64 = 0
    /// How many bytes of the body are to come; nil before the header.
    var remaining: UInt64?
}

extension Wire {
    /// Whether an event may be had without reading the socket.
    var hasBufferedInput: Bool {
        unsafe pendingEventsHead < pendingEvents.count || amqp_frames_enqueued(state) != 0
            || amqp_data_in_buffer(state) != 0
    }

    /// The next thing that arrived, or nil when nothing is there. It never waits.
    func nextEvent() throws(WireFailure) -> WireEvent? {
        if pendingEventsHead < pendingEvents.count {
            let event = pendingEvents[pendingEventsHead]
            pendingEventsHead += 1
            if pendingEventsHead == pendingEvents.count {
                pendingEvents.removeAll()
                pendingEventsHead = 0
            }
            return event
        }
        while let event = try readFrame(limit: timeval()) {
            switch event {
            case .nothing: continue
            case .event(let event): return event
            case .got: throw Self.unexpected("receiving", "get-ok unasked")
            case .goodbye: throw Self.unexpected("receiving", "close-ok unasked")
            }
        }
        return nil
    }

    /// basic.get. What arrives in between is kept for ``nextEvent()``.
    func get(queue: String) throws(WireFailure) -> Delivery? {
        let attempt = "getting a message from the queue \"\(queue)\""
        defer { arena.recycle() }
        let reply = unsafe socketGuard.limit(seconds: options.timeoutSeconds + 1) {
            unsafe amqp_basic_get(state, Self.channel, arena.bytes(queue), 0)
        }
        lastSentAt = MonotonicTime.now
        guard unsafe reply.reply_type == AMQP_RESPONSE_NORMAL else {
            throw unsafe failure(reply: reply, attempt: attempt)
        }
        guard unsafe reply.reply.id == AMQP_BASIC_GET_OK_METHOD,
            let decoded = unsafe reply.reply.decoded
        else { return nil }
        let method = unsafe decoded.assumingMemoryBound(to: amqp_basic_get_ok_t.self).pointee
        let delivery = unsafe Delivery(
            tag: method.delivery_tag,
            queue: queue,
            isRedelivered: method.redelivered != 0,
            exchange: method.exchange.text,
            routingKey: method.routing_key.text
        )
        // Frames that the library read while it waited come before the content of this one.
        while unsafe amqp_frames_enqueued(state) != 0 {
            try keepForLater(readFrame(limit: timeval()))
        }
        guard assembly == nil else {
            throw Self.unexpected(attempt, "a message inside another")
        }
        assembly = Assembly(kind: .got(delivery))
        let deadline = MonotonicTime.now + MonotonicTime.nanoseconds(options.timeoutSeconds)
        while true {
            let step = try readFrame(until: deadline, attempt)
            if case .got(let delivery) = step { return delivery }
            keepForLater(step)
        }
    }

    /// Asks for consumers of queues, all with the same prefetch, as ``consume(queue:prefetch:)``
    /// does, and awaits no answer: those come as events.
    func askToConsume(
        _ queues: [String],
        prefetch: UInt16,
        attempt: String
    ) throws(WireFailure) {
        cork(true)
        defer { cork(false) }
        for queue in queues { try askToConsume(queue, prefetch, attempt) }
        lastSentAt = MonotonicTime.now
    }

    private func askToConsume(
        _ queue: String,
        _ prefetch: UInt16,
        _ attempt: String
    ) throws(WireFailure) {
        defer { arena.recycle() }
        var quality = amqp_basic_qos_t()
        quality.prefetch_count = prefetch
        try send(attempt) {
            unsafe amqp_send_method(state, Self.channel, AMQP_BASIC_QOS_METHOD, &quality)
        }
        var consume = unsafe amqp_basic_consume_t()
        unsafe consume.queue = arena.bytes(queue)
        unsafe consume.consumer_tag = arena.bytes(queue)
        unsafe consume.arguments = amqp_empty_table
        try send(attempt) {
            unsafe amqp_send_method(state, Self.channel, AMQP_BASIC_CONSUME_METHOD, &consume)
        }
    }

    /// Says goodbye to the broker, and drops what it has delivered until it answers: the library's
    /// own goodbye would keep all of that in memory.
    func closeGracefully(limitSeconds: Double) throws(WireFailure) {
        let attempt = "closing the connection"
        let deadline = MonotonicTime.now + MonotonicTime.nanoseconds(limitSeconds)
        defer { arena.recycle() }
        var close = unsafe amqp_connection_close_t()
        unsafe close.reply_code = UInt16(AMQP_REPLY_SUCCESS)
        unsafe close.reply_text = arena.bytes("goodbye")
        try send(attempt) {
            unsafe amqp_send_method(state, 0, AMQP_CONNECTION_CLOSE_METHOD, &close)
        }
        dropsBodies = true
        while true {
            if case .goodbye = try readFrame(until: deadline, attempt) { return }
        }
    }

    private enum Step {
        /// A part of a message, or nothing of interest.
        case nothing
        case event(WireEvent)
        case got(Delivery)
        /// The broker has confirmed the end of the connection.
        case goodbye
    }

    private func keepForLater(_ step: Step?) {
        if case .event(let event) = step { pendingEvents.append(event) }
    }

    /// Reads one frame, waiting until `deadline` (in ``MonotonicTime``) for it.
    private func readFrame(until deadline: UInt64, _ attempt: String) throws(WireFailure) -> Step {
        let now = MonotonicTime.now
        guard now < deadline,
            let step = try readFrame(limit: Self.timeLimit(Double(deadline - now) / 1e9))
        else { throw failure(status: AMQP_STATUS_TIMEOUT.rawValue, attempt: attempt) }
        return step
    }

    /// Reads one frame; nil when none comes in time.
    private func readFrame(limit: timeval) throws(WireFailure) -> Step? {
        var frame = unsafe amqp_frame_t()
        var limit = limit
        let status = unsafe amqp_simple_wait_frame_noblock(state, &frame, &limit)
        guard status == AMQP_STATUS_OK.rawValue else {
            if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
            throw failure(status: status, attempt: "receiving")
        }
        // Everything of use is copied by then.
        defer { unsafe amqp_maybe_release_buffers_on_channel(state, frame.channel) }
        return try unsafe handle(frame)
    }

    private func handle(_ frame: amqp_frame_t) throws(WireFailure) -> Step {
        guard unsafe frame.channel <= Self.channel else {
            throw unsafe Self.unexpected("receiving", "a frame on channel \(frame.channel)")
        }
        switch unsafe Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD:
            let isInsideMessage = unsafe assembly != nil && frame.channel == Self.channel
            guard !isInsideMessage else {
                throw Self.unexpected("receiving", "a method inside a message")
            }
            return try unsafe handle(frame.payload.method)
        case AMQP_FRAME_HEADER: return try unsafe handleHeader(frame)
        case AMQP_FRAME_BODY: return try unsafe handleBody(frame.payload.body_fragment)
        default: return .nothing
        }
    }

    private func handle(_ method: amqp_method_t) throws(WireFailure) -> Step {
        guard let decoded = unsafe method.decoded else {
            throw Self.unexpected("receiving", "a method without arguments")
        }
        switch unsafe method.id {
        case AMQP_BASIC_DELIVER_METHOD:
            let deliver = unsafe decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee
            unsafe assembly = Assembly(
                kind: .delivery(
                    Delivery(
                        tag: deliver.delivery_tag,
                        queue: queueText.text(deliver.consumer_tag),
                        isRedelivered: deliver.redelivered != 0,
                        exchange: exchangeText.text(deliver.exchange),
                        routingKey: routingKeyText.text(deliver.routing_key)
                    )
                )
            )
            return .nothing
        case AMQP_BASIC_ACK_METHOD:
            let ack = unsafe decoded.assumingMemoryBound(to: amqp_basic_ack_t.self).pointee
            return .event(.confirmed(number: ack.delivery_tag, multiple: ack.multiple != 0))
        case AMQP_BASIC_NACK_METHOD:
            let nack = unsafe decoded.assumingMemoryBound(to: amqp_basic_nack_t.self).pointee
            return .event(.nacked(number: nack.delivery_tag, multiple: nack.multiple != 0))
        case AMQP_BASIC_RETURN_METHOD:
            let returned = unsafe decoded.assumingMemoryBound(to: amqp_basic_return_t.self).pointee
            unsafe assembly = Assembly(
                kind: .returned(
                    code: returned.reply_code,
                    text: returned.reply_text.text,
                    exchange: returned.exchange.text,
                    routingKey: returned.routing_key.text
                )
            )
            return .nothing
        case AMQP_BASIC_CANCEL_METHOD:
            let cancel = unsafe decoded.assumingMemoryBound(to: amqp_basic_cancel_t.self).pointee
            return unsafe .event(.consumerCancelled(tag: cancel.consumer_tag.text))
        case AMQP_CONNECTION_CLOSE_OK_METHOD:
            return .goodbye
        case AMQP_BASIC_QOS_OK_METHOD:
            return .nothing
        case AMQP_BASIC_CONSUME_OK_METHOD:
            let answer = unsafe decoded.assumingMemoryBound(to: amqp_basic_consume_ok_t.self)
            return unsafe .event(.consuming(tag: answer.pointee.consumer_tag.text))
        case AMQP_CONNECTION_BLOCKED_METHOD:
            let blocked = unsafe decoded.assumingMemoryBound(to: amqp_connection_blocked_t.self)
            return unsafe .event(.blocked(reason: blocked.pointee.reason.text))
        case AMQP_CONNECTION_UNBLOCKED_METHOD:
            return .event(.unblocked)
        case AMQP_CHANNEL_CLOSE_METHOD:
            let failure = unsafe closeReceived(method, attempt: "using the channel")
            return .event(
                failure.closedChannelOnly
                    ? .channelClosed(failure.error) : .connectionClosed(failure.error)
            )
        case AMQP_CONNECTION_CLOSE_METHOD:
            return unsafe .event(
                .connectionClosed(closeReceived(method, attempt: "using the connection").error)
            )
        case let identifier:
            throw Self.unexpected(
                "receiving",
                "an unexpected method \(identifier >> 16).\(identifier & 0xFFFF)"
            )
        }
    }

    private func handleHeader(_ frame: amqp_frame_t) throws(WireFailure) -> Step {
        guard var message = assembly, message.remaining == nil,
            let decoded = unsafe frame.payload.properties.decoded,
            unsafe Int32(frame.payload.properties.class_id) == AMQP_BASIC_CLASS
        else {
            throw Self.unexpected("receiving", "a header without its message")
        }
        unsafe message.properties = propertiesDecoder.decode(
            decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee
        )
        message.bodySize = unsafe frame.payload.properties.body_size
        message.remaining = message.bodySize
        message.propertiesBytes = unsafe frame.payload.properties.raw.len
        // The size is only the sender's word; but so much at once takes no memory before it is
        // filled, where growing step by step would take it twice over.
        let limit = dropsBodies ? 0 : UInt64(options.maximumBodyBytes)
        message.body.reserveCapacity(Int(min(message.bodySize, limit)))
        assembly = message
        return completed()
    }

    private func handleBody(_ fragment: amqp_bytes_t) throws(WireFailure) -> Step {
        guard let remaining = assembly?.remaining, unsafe UInt64(fragment.len) <= remaining,
            remaining > 0
        else {
            throw Self.unexpected("receiving", "a body without its message")
        }
        let room = dropsBodies ? 0 : options.maximumBodyBytes - (assembly?.body.count ?? 0)
        unsafe assembly?.body.append(contentsOf: fragment.buffer.prefix(room))
        assembly?.remaining = unsafe remaining - UInt64(fragment.len)
        return completed()
    }

    /// The message, once all of it has arrived.
    private func completed() -> Step {
        guard let message = assembly, message.remaining == 0 else { return .nothing }
        assembly = nil
        switch message.kind {
        case .delivery(var delivery):
            message.fill(&delivery)
            return .event(.delivery(delivery))
        case .got(var delivery):
            message.fill(&delivery)
            return .got(delivery)
        case .returned(let code, let text, let exchange, let routingKey):
            let mark = ConfirmLedger.Mark(
                messageIdentifier: message.properties.messageIdentifier ?? "",
                exchange: exchange,
                routingKey: routingKey
            )
            return .event(.returned(mark, code: code, text: text))
        }
    }
}

extension Assembly {
    /// Decoded, a table takes several times its size on the wire: each of its entries, of which the
    /// smallest has 3 bytes there, is a name and a value with some ten bytes of their own.
    private static let memoryPerEncodedByte = 16

    fileprivate func fill(_ delivery: inout Delivery) {
        delivery.properties = properties
        delivery.body = body
        delivery.bodySize = bodySize
        delivery.heldBytes = body.count + Self.memoryPerEncodedByte * propertiesBytes
    }
}
