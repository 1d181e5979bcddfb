/// What went wrong with the broker: what was attempted, what happened, and what to do about it.
public struct AMQPError: Error, Sendable, Hashable {
    /// The kinds of failure that callers tell apart.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// No connection came about: nobody listens, the host is unknown or out of reach.
        case cannotConnect
        /// The broker does not accept the user or the password.
        case authenticationRefused
        /// The virtual host does not exist.
        case virtualHostNotFound
        /// The broker's certificate is signed by an authority that is not trusted.
        case tlsUntrusted
        /// The broker's certificate is for another host.
        case tlsWrongHost
        /// The broker's certificate is not valid yet, or not any more.
        case tlsExpired
        /// The broker wants a client certificate, and got none that it accepts.
        case tlsClientCertificateRequired
        /// TLS failed in another way, such as an unreadable file or a port that speaks no TLS.
        case tlsFailed
        /// The user lacks the permission.
        case accessRefused
        /// The queue or exchange does not exist.
        case notFound
        /// The queue or exchange exists with other arguments, or the operation does not fit it.
        case preconditionFailed
        /// Somebody else uses the queue exclusively.
        case resourceLocked
        /// The broker closed the channel or the connection for another reason.
        case closedByBroker
        /// The connection was lost: the other side, or something between, dropped it.
        case connectionLost
        /// Nothing was heard from the broker for two heartbeats.
        case heartbeatMissed
        /// The broker did not answer, confirm or take data in time.
        case timedOut
        /// This side closed the connection.
        case closed
        /// The task was cancelled.
        case cancelled
        /// What was received is not AMQP 0-9-1.
        case protocolViolation
        /// The caller asked for something that cannot be sent; nothing was sent.
        case invalidArgument
    }

    /// The kind of failure.
    public var code: Code
    /// What was attempted, such as `declaring the queue "orders"`.
    public var attempt: String
    /// What happened, in the words of the broker, the library or the system.
    public var detail: String
    /// The broker's reply code (such as 404), where it gave one.
    public var replyCode: UInt16?
    /// The broker's reply text, where it gave one.
    public var replyText: String?

    /// Creates an error.
    public init(
        _ code: Code,
        attempt: String,
        detail: String,
        replyCode: UInt16? = nil,
        replyText: String? = nil
    ) {
        self.code = code
        self.attempt = attempt
        self.detail = detail
        self.replyCode = replyCode
        self.replyText = replyText
    }

    /// Whether the same attempt may succeed later without anybody changing the configuration, the
    /// broker's definitions or the message.
    public var isRetryable: Bool {
        switch code {
        case .cannotConnect, .closedByBroker, .connectionLost, .heartbeatMissed, .timedOut,
            .protocolViolation, .resourceLocked:
            true
        case .authenticationRefused, .virtualHostNotFound, .tlsUntrusted, .tlsWrongHost,
            .tlsExpired, .tlsClientCertificateRequired, .tlsFailed, .accessRefused, .notFound,
            .preconditionFailed, .closed, .cancelled, .invalidArgument:
            false
        }
    }

    /// What to do about it, as one clause without a full stop.
    public var advice: String {
        switch code {
        case .cannotConnect: "check that the broker runs and that host and port are right"
        case .authenticationRefused: "check the user and the password"
        case .virtualHostNotFound: "create the virtual host, or name another in the URL"
        case .tlsUntrusted: "name the authority that signed the broker's certificate as tls.ca"
        case .tlsWrongHost: "connect by a name that stands in the broker's certificate"
        case .tlsExpired: "renew the broker's certificate, and check this machine's clock"
        case .tlsClientCertificateRequired: "set tls.certificate and tls.key"
        case .tlsFailed: "check the TLS files and that the port is the broker's TLS port"
        case .accessRefused: permissionAdvice
        case .notFound: "declare it on the broker, or have it declared at start"
        case .preconditionFailed where detail.contains("larger than"):
            "raise the broker's limit 'max_message_size'"
        case .preconditionFailed where attempt.hasPrefix("publishing"):
            "see the broker's log for what it does not take"
        case .preconditionFailed:
            "compare its arguments with those on the broker; delete it there to have it redeclared"
        case .resourceLocked: "stop the other client that uses the queue exclusively"
        case .closedByBroker: "see the broker's log"
        case .connectionLost, .heartbeatMissed: "check the broker and the network; connect again"
        case .timedOut: "check the broker's load, alarms and queue leaders; connect again"
        case .closed: "open a new connection"
        case .cancelled: "nothing has to be done"
        case .protocolViolation: "check that host and port are those of an AMQP 0-9-1 broker"
        case .invalidArgument: "change what is sent"
        }
    }
}

extension AMQPError {
    /// What the user lacks: RabbitMQ has a permission each to configure, to write and to read, and
    /// others by topic.
    private var permissionAdvice: String {
        let words = attempt.split(separator: " ")
        if detail.contains("topic '") {
            return "grant the user the permission for the topic on the broker "
                + "('rabbitmqctl set_topic_permissions')"
        }
        let permission: String? =
            switch words.first {
            case "publishing": "to write to the exchange"
            case "consuming", "getting", "purging": "to read the queue"
            case "declaring", "deleting": "to configure it"
            case "binding": "to write to the queue and to read the exchange"
            default: nil
            }
        return "grant the user the permission \(permission.map { "\($0), " } ?? "")on the broker "
            + "('rabbitmqctl set_permissions')"
    }
}

extension AMQPError: CustomStringConvertible {
    public var description: String {
        "\(attempt): \(detail) (\(advice))"
    }
}

extension AMQPError {
    /// The error for a `channel.close` or `connection.close` of the broker.
    static func broker(_ replyCode: UInt16, _ replyText: String, attempt: String) -> AMQPError {
        AMQPError(
            brokerCode(replyCode, replyText),
            attempt: attempt,
            detail: "the broker says \(replyCode) \(replyText)",
            replyCode: replyCode,
            replyText: replyText
        )
    }

    /// The reply codes are those of AMQP 0-9-1 §1.2. RabbitMQ answers 530 both for a virtual host
    /// that does not exist and for one that the user may not enter.
    private static func brokerCode(_ replyCode: UInt16, _ replyText: String) -> Code {
        switch replyCode {
        case 403: replyText.contains("Login was refused") ? .authenticationRefused : .accessRefused
        case 402: .virtualHostNotFound
        case 404: .notFound
        case 405: .resourceLocked
        case 406: .preconditionFailed
        case 501...505: .protocolViolation
        case 530 where replyText.contains("vhost"):
            replyText.contains("not found") ? .virtualHostNotFound : .accessRefused
        default: .closedByBroker
        }
    }
}
