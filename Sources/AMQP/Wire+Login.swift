import CRabbitMQ
import Glibc

extension Wire {
    func connect(_ endpoint: Endpoint) throws(AMQPError) {
        let attempt = "connecting to \(endpoint)"
        let deadline = MonotonicTime.now + MonotonicTime.nanoseconds(options.connectTimeoutSeconds)
        ERR_clear_error()
        let socket = try unsafe openSocket(endpoint, attempt)
        var limit = Self.timeLimit(options.connectTimeoutSeconds)
        let status = unsafe endpoint.host.withCString { host in
            unsafe amqp_socket_open_noblock(socket, host, Int32(endpoint.port), &limit)
        }
        guard status == AMQP_STATUS_OK.rawValue else {
            throw connectError(status, endpoint, attempt)
        }
        try configureSocket(attempt)
        let now = MonotonicTime.now
        let remaining = deadline > now ? Double(deadline - now) / 1e9 : 0
        limit = Self.timeLimit(max(remaining, 0.001))
        unsafe amqp_set_handshake_timeout(state, &limit)
        var requestLimit = Self.timeLimit(options.timeoutSeconds)
        unsafe amqp_set_rpc_timeout(state, &requestLimit)
        try logIn(endpoint, remaining, attempt)
        do {
            try openChannel()
        } catch {
            throw error.error
        }
    }

    func openChannel() throws(WireFailure) {
        _ = try unsafe request("opening a channel") {
            unsafe amqp_channel_open(state, Self.channel)
        }
        unsafe amqp_maybe_release_buffers(state)
    }

    private func openSocket(
        _ endpoint: Endpoint,
        _ attempt: String
    ) throws(AMQPError) -> OpaquePointer {
        guard endpoint.usesTLS else {
            guard let socket = unsafe amqp_tcp_socket_new(state) else {
                fatalError("out of memory")
            }
            return unsafe socket
        }
        guard let socket = unsafe amqp_ssl_socket_new(state) else {
            throw AMQPError(.tlsFailed, attempt: attempt, detail: "OpenSSL gave no context")
        }
        func require(_ succeeded: Bool, _ what: String) throws(AMQPError) {
            guard !succeeded else { return }
            throw AMQPError(.tlsFailed, attempt: attempt, detail: what + Self.openSSLReason())
        }
        let tls = options.tls
        try require(unsafe registrar_require_modern_tls(socket) == 1, "TLS 1.2 is not to be had")
        // OpenSSL verifies in the handshake; the library's own check would come after it.
        unsafe amqp_ssl_socket_set_verify_peer(socket, 0)
        unsafe amqp_ssl_socket_set_verify_hostname(socket, 0)
        if let file = tls.certificateAuthorityFile {
            try require(
                unsafe amqp_ssl_socket_set_cacert(socket, file) == AMQP_STATUS_OK.rawValue,
                "cannot use the authorities in \(file)"
            )
        }
        if let certificate = tls.certificateFile, let key = tls.keyFile {
            try require(
                unsafe amqp_ssl_socket_set_key(socket, certificate, key)
                    == AMQP_STATUS_OK.rawValue,
                "cannot use the certificate \(certificate) with the key \(key)"
            )
        }
        if tls.verifiesPeer {
            let useSystem: Int32 = tls.certificateAuthorityFile == nil ? 1 : 0
            try require(
                unsafe registrar_require_verification(
                    socket,
                    endpoint.host,
                    useSystem,
                    verificationError
                ) == 1,
                "the verification of the broker's certificate cannot be set up"
            )
        }
        return unsafe socket
    }

    private func configureSocket(_ attempt: String) throws(AMQPError) {
        // Half a heartbeat is how soon a stuck send needs to be noticed.
        let period = max(0.05, min(1, Double(options.heartbeatSeconds) / 4))
        try socketGuard.adopt(descriptor, checkingEverySeconds: period, attempt: attempt)
        guard limitUnacknowledged(true) else {
            throw AMQPError(
                .cannotConnect,
                attempt: attempt,
                detail: "TCP_USER_TIMEOUT is refused (\(errno))"
            )
        }
    }

    /// Has the kernel give up what stays unacknowledged for two heartbeats, or, while the broker is
    /// blocked, not: it does not read then, which the kernel takes for the same (tcp(7),
    /// TCP_USER_TIMEOUT, counts a window of zero too).
    @discardableResult
    func limitUnacknowledged(_ isLimited: Bool) -> Bool {
        var milliseconds = isLimited ? UInt32(options.heartbeatSeconds) * 2000 : 0
        let status = unsafe setsockopt(
            descriptor,
            Int32(IPPROTO_TCP),
            TCP_USER_TIMEOUT,
            &milliseconds,
            socklen_t(MemoryLayout<UInt32>.size)
        )
        return status == 0
    }

    private func logIn(
        _ endpoint: Endpoint,
        _ limitSeconds: Double,
        _ attempt: String
    ) throws(AMQPError) {
        // RabbitMQ tells of a blocked connection and a deleted queue only those that ask for it.
        var properties = unsafe arena.table([
            "connection_name": .string(options.name),
            "capabilities": .table([
                "authentication_failure_close": true, "basic.nack": true,
                "connection.blocked": true, "consumer_cancel_notify": true,
                "exchange_exchange_bindings": true, "publisher_confirms": true,
            ]),
        ])
        let reply = unsafe socketGuard.limit(seconds: limitSeconds + 1) {
            unsafe registrar_login(
                state,
                endpoint.virtualHost,
                Int32(options.frameMaximumBytes),
                Int32(options.heartbeatSeconds),
                &properties,
                endpoint.user,
                endpoint.password
            )
        }
        arena.recycle()
        guard unsafe reply.reply_type != AMQP_RESPONSE_NORMAL else { return }
        var error = unsafe failure(reply: reply, attempt: attempt).error
        switch error.code {
        case .timedOut:
            error.detail = "no login within \(options.connectTimeoutSeconds) s"
        case .connectionLost where endpoint.usesTLS:
            let reason = Self.openSSLReason()
            if options.tls.certificateFile == nil || reason.contains("certificate")
                || reason.contains("unknown ca")
            {
                error.code = .tlsClientCertificateRequired
                error.detail = "the broker ended the TLS handshake" + reason
            }
        case .connectionLost:
            error.code = .cannotConnect
            error.detail = "the connection was closed before the login was done; is it a TLS port?"
        default: break
        }
        throw error
    }

    private func connectError(
        _ status: Int32,
        _ endpoint: Endpoint,
        _ attempt: String
    ) -> AMQPError {
        let reason = unsafe verificationError.pointee
        if reason != 0 {
            let words = unsafe String(cString: X509_verify_cert_error_string(Int(reason)))
            return AMQPError(
                Self.verificationCode(reason),
                attempt: attempt,
                detail: "the broker's certificate is refused: \(words)"
            )
        }
        switch amqp_status_enum(rawValue: status) {
        case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED:
            return AMQPError(
                .cannotConnect,
                attempt: attempt,
                detail: "the host \(endpoint.host) is unknown"
            )
        case AMQP_STATUS_TIMEOUT:
            return AMQPError(
                .cannotConnect,
                attempt: attempt,
                detail: "no connection within \(options.connectTimeoutSeconds) s"
            )
        case AMQP_STATUS_SSL_CONNECTION_FAILED, AMQP_STATUS_SSL_ERROR,
            AMQP_STATUS_SSL_PEER_VERIFY_FAILED, AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED:
            let words = Self.openSSLReason()
            let isAboutOurs = words.contains("alert") && words.contains("certificate")
            return AMQPError(
                isAboutOurs ? .tlsClientCertificateRequired : .tlsFailed,
                attempt: attempt,
                detail: "the TLS handshake failed" + words
            )
        default:
            return AMQPError(
                .cannotConnect,
                attempt: attempt,
                detail: "nobody answers at that host and port"
            )
        }
    }

    /// The numbers are those of `X509_V_ERR_` in OpenSSL's x509_vfy.h.
    private static func verificationCode(_ reason: Int32) -> AMQPError.Code {
        switch reason {
        case 9, 10: .tlsExpired
        case 62, 64: .tlsWrongHost
        default: .tlsUntrusted
        }
    }

    private static func openSSLReason() -> String {
        guard let reason = unsafe ERR_reason_error_string(ERR_peek_last_error()) else { return "" }
        return unsafe ": \(String(cString: reason))"
    }

    static func timeLimit(_ seconds: Double) -> timeval {
        let microseconds = Int(seconds * 1e6)
        return timeval(
            tv_sec: microseconds / 1_000_000,
            tv_usec: microseconds % 1_000_000
        )
    }
}
