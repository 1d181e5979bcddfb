import CRabbitMQ
import Glibc

/// A failure of an operation on the wire.
struct WireFailure: Error {
    var error: AMQPError
    /// Whether only the channel was closed: the connection can go on with a new one.
    var closedChannelOnly = false
}

extension WireFailure {
    init(_ code: AMQPError.Code, attempt: String, detail: String) {
        error = AMQPError(code, attempt: attempt, detail: detail)
    }
}

/// What arrived from the broker.
enum WireEvent {
    case delivery(Delivery)
    case returned(ConfirmLedger.Mark, code: UInt16, text: String)
    case confirmed(number: UInt64, multiple: Bool)
    case nacked(number: UInt64, multiple: Bool)
    case blocked(reason: String)
    case unblocked
    /// The broker has confirmed a consumer that was not waited for.
    case consuming(tag: String)
    case consumerCancelled(tag: String)
    case channelClosed(AMQPError)
    case connectionClosed(AMQPError)
}

/// The one owner of an `amqp_connection_state_t`, with one channel.
///
/// librabbitmq allows no sharing of a connection between threads. This class is not `Sendable`: the
/// actor `Connection` holds the only reference, in its isolation, and the actor's executor runs on
/// one thread. The thing that another thread does to the connection is `SocketGuard`'s `shutdown`
/// on a descriptor of its own.
///
/// One channel, because `amqp_simple_wait_frame_on_channel` drops the queued frames of others.
@safe final class Wire {
    static let channel: amqp_channel_t = 1

    let state: amqp_connection_state_t
    let socketGuard: SocketGuard
    let options: ConnectionOptions
    let arena = Arena()
    /// Where OpenSSL's reason for refusing the peer is noted; it must outlive the TLS context.
    let verificationError: UnsafeMutablePointer<Int32>

    // The state of reading, used in Wire+Events.swift.
    var assembly: Assembly?
    /// At the end of the connection nobody wants them.
    var dropsBodies = false
    var pendingEvents: [WireEvent] = []
    var pendingEventsHead = 0
    var propertiesDecoder = PropertiesDecoder()
    var queueText = RepeatedText()
    var exchangeText = RepeatedText()
    var routingKeyText = RepeatedText()

    /// What the broker said of itself: product, version and the like.
    private(set) var serverProperties = Table()
    /// The negotiated heartbeat.
    private(set) var heartbeatSeconds = 0.0
    /// The negotiated size of a frame.
    private(set) var frameMaximumBytes = 0
    /// When something was sent last, in ``MonotonicTime``.
    var lastSentAt: UInt64 = 0

    /// Connects, logs in and opens the channel.
    init(
        connectingTo endpoint: Endpoint,
        options: ConnectionOptions,
        socketGuard: SocketGuard
    ) throws(AMQPError) {
        guard let state = unsafe amqp_new_connection() else { fatalError("out of memory") }
        unsafe self.state = state
        self.options = options
        self.socketGuard = socketGuard
        unsafe verificationError = .allocate(capacity: 1)
        unsafe verificationError.initialize(to: 0)
        try connect(endpoint)
        unsafe heartbeatSeconds = Double(amqp_get_heartbeat(state))
        unsafe frameMaximumBytes = Int(amqp_get_frame_max(state))
        if let properties = unsafe amqp_get_server_properties(state) {
            unsafe serverProperties = PropertiesDecoder.table(properties.pointee, depth: 0)
        }
        lastSentAt = MonotonicTime.now
    }

    deinit {
        // The guard goes first: the library closes the socket.
        socketGuard.release()
        unsafe amqp_destroy_connection(state)
        unsafe verificationError.deallocate()
    }

    /// The socket, or -1 when the library has closed it.
    var descriptor: Int32 {
        unsafe amqp_get_sockfd(state)
    }

    /// How long a send may be stuck: the broker would have been given up by then.
    var sendLimitSeconds: Double {
        heartbeatSeconds > 0 ? 2 * heartbeatSeconds : options.timeoutSeconds
    }

    /// Runs a call that sends, under the watchdog's eye.
    func send(_ attempt: @autoclosure () -> String, _ call: () -> Int32) throws(WireFailure) {
        let status = socketGuard.limit(seconds: sendLimitSeconds, call)
        guard status == AMQP_STATUS_OK.rawValue else {
            throw failure(status: status, attempt: attempt())
        }
    }

    /// Runs a call that waits for the broker's answer, and gives back what it took of the arena.
    func request<Answer>(
        _ attempt: @autoclosure () -> String,
        _ call: () -> UnsafeMutablePointer<Answer>?
    ) throws(WireFailure) -> UnsafeMutablePointer<Answer> {
        defer { arena.recycle() }
        // Nobody holds an earlier answer any more, and the library takes memory for each until it
        // is told so. It passes over a channel of which frames wait.
        unsafe amqp_maybe_release_buffers_on_channel(state, Self.channel)
        let answer = unsafe socketGuard.limit(seconds: options.timeoutSeconds + 1) {
            unsafe call()
        }
        lastSentAt = MonotonicTime.now
        guard let answer = unsafe answer else {
            throw unsafe failure(reply: amqp_get_rpc_reply(state), attempt: attempt())
        }
        return unsafe answer
    }

    /// What an unsuccessful reply means. A close of the broker's is acknowledged.
    func failure(reply: amqp_rpc_reply_t, attempt: String) -> WireFailure {
        switch unsafe reply.reply_type {
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            return unsafe closeReceived(reply.reply, attempt: attempt)
        case AMQP_RESPONSE_LIBRARY_EXCEPTION:
            return unsafe failure(status: reply.library_error, attempt: attempt)
        default:
            return failure(status: AMQP_STATUS_CONNECTION_CLOSED.rawValue, attempt: attempt)
        }
    }

    /// Answers `channel.close` or `connection.close` and says why it came.
    func closeReceived(_ method: amqp_method_t, attempt: String) -> WireFailure {
        guard let decoded = unsafe method.decoded else {
            return Self.unexpected(attempt, "an empty close")
        }
        switch unsafe method.id {
        case AMQP_CHANNEL_CLOSE_METHOD:
            let close = unsafe decoded.assumingMemoryBound(to: amqp_channel_close_t.self)
            let reason = unsafe AMQPError.broker(
                close.pointee.reply_code,
                close.pointee.reply_text.text,
                attempt: attempt
            )
            var answer = amqp_channel_close_ok_t()
            do {
                try send("acknowledging the close of the channel") {
                    unsafe amqp_send_method(
                        state,
                        Self.channel,
                        AMQP_CHANNEL_CLOSE_OK_METHOD,
                        &answer
                    )
                }
            } catch {
                // The connection is gone too; the broker's words tell more than that.
                return WireFailure(error: reason)
            }
            return WireFailure(error: reason, closedChannelOnly: true)
        case AMQP_CONNECTION_CLOSE_METHOD:
            let close = unsafe decoded.assumingMemoryBound(to: amqp_connection_close_t.self)
            let error = unsafe AMQPError.broker(
                close.pointee.reply_code,
                close.pointee.reply_text.text,
                attempt: attempt
            )
            var answer = amqp_connection_close_ok_t()
            // The connection ends either way, so it does not matter whether this arrives.
            _ = socketGuard.limit(seconds: 1) {
                unsafe amqp_send_method(state, 0, AMQP_CONNECTION_CLOSE_OK_METHOD, &answer)
            }
            return WireFailure(error: error)
        default:
            return unsafe Self.unexpected(attempt, "method \(method.id) as an answer")
        }
    }

    /// The failure of a connection of which the system says that it is gone.
    func connectionLost(_ attempt: String) -> WireFailure {
        failure(status: AMQP_STATUS_SOCKET_ERROR.rawValue, attempt: attempt)
    }

    static func unexpected(_ attempt: String, _ what: String) -> WireFailure {
        WireFailure(.protocolViolation, attempt: attempt, detail: "the broker sent \(what)")
    }

    func failure(status: Int32, attempt: String) -> WireFailure {
        WireFailure(error: error(status: status, attempt: attempt))
    }

    /// What a status of the library means.
    func error(status: Int32, attempt: String) -> AMQPError {
        switch socketGuard.reason {
        case .aborted:
            return AMQPError(.closed, attempt: attempt, detail: "this side closed the connection")
        case .overdue:
            return AMQPError(
                .timedOut,
                attempt: attempt,
                detail: "the broker took no data in time, so the connection was cut"
            )
        case nil: break
        }
        let words = unsafe String(cString: amqp_error_string2(status))
        switch amqp_status_enum(rawValue: status) {
        case AMQP_STATUS_TIMEOUT:
            return AMQPError(
                .timedOut,
                attempt: attempt,
                detail: "the broker did not answer within \(options.timeoutSeconds) s"
            )
        case AMQP_STATUS_HEARTBEAT_TIMEOUT:
            return AMQPError(
                .heartbeatMissed,
                attempt: attempt,
                detail: "nothing was heard from the broker for two heartbeats"
            )
        case AMQP_STATUS_CONNECTION_CLOSED, AMQP_STATUS_SOCKET_ERROR, AMQP_STATUS_SOCKET_CLOSED,
            AMQP_STATUS_TCP_ERROR, AMQP_STATUS_SSL_ERROR:
            return AMQPError(
                .connectionLost,
                attempt: attempt,
                detail: "the connection was lost (\(words))"
            )
        case AMQP_STATUS_TABLE_TOO_BIG, AMQP_STATUS_INVALID_PARAMETER:
            return AMQPError(.invalidArgument, attempt: attempt, detail: words)
        case AMQP_STATUS_NO_MEMORY:
            return AMQPError(.protocolViolation, attempt: attempt, detail: "no memory for a frame")
        default:
            return AMQPError(
                .protocolViolation,
                attempt: attempt,
                detail: "what was received is not AMQP 0-9-1 (\(words))"
            )
        }
    }
}
