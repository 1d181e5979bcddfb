/// The files and rules of an encrypted connection. TLS 1.2 is the least that is spoken.
public struct TLSOptions: Sendable, Hashable {
    /// A file with the certificates (PEM) of the authorities to trust; nil: those of the system.
    public var certificateAuthorityFile: String?
    /// A file with this client's certificate chain (PEM); nil: none.
    public var certificateFile: String?
    /// A file with the private key (PEM) of ``certificateFile``.
    public var keyFile: String?
    /// Whether the broker's certificate is checked, and its name or address compared with the
    /// host's.
    public var verifiesPeer: Bool

    /// Creates the options.
    public init(
        certificateAuthorityFile: String? = nil,
        certificateFile: String? = nil,
        keyFile: String? = nil,
        verifiesPeer: Bool = true
    ) {
        self.certificateAuthorityFile = certificateAuthorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.verifiesPeer = verifiesPeer
    }
}

/// How a ``Connection`` behaves.
public struct ConnectionOptions: Sendable, Hashable {
    /// The heartbeat in seconds, 1 to 3,600; the broker may ask for a shorter one. A broker that is
    /// silent for two heartbeats is given up.
    public var heartbeatSeconds: Int
    /// The time limit in seconds for each answer of the broker: declarations, consume-ok, confirms.
    public var timeoutSeconds: Double
    /// The time limit in seconds for connecting, the TLS handshake and the login together.
    public var connectTimeoutSeconds: Double
    /// The name that the broker shows for the connection.
    public var name: String
    /// The largest frame in bytes, 8,192 (what RabbitMQ 4.1 asks for at least) to 1,048,576.
    public var frameMaximumBytes: Int
    /// Bodies are received up to this many bytes; the rest of a longer one is dropped
    /// (``Delivery/bodySize``), so that one huge message cannot take the memory.
    public var maximumBodyBytes: Int
    /// While what was delivered and is not acknowledged takes this many bytes of memory or more,
    /// nothing is read from the socket: the broker then holds back what it would deliver, whatever
    /// the prefetch. The message that goes beyond the limit is received whole. Without
    /// acknowledgements nothing follows then, so it is for those who acknowledge.
    public var maximumUnacknowledgedBytes: Int
    /// For `amqps` endpoints.
    public var tls: TLSOptions

    /// Creates the options.
    public init(
        heartbeatSeconds: Int = 10,
        timeoutSeconds: Double = 30,
        connectTimeoutSeconds: Double = 10,
        name: String = "swift-amqp",
        frameMaximumBytes: Int = 131_072,
        maximumBodyBytes: Int = 16_777_216,
        maximumUnacknowledgedBytes: Int = .max,
        tls: TLSOptions = TLSOptions()
    ) {
        self.heartbeatSeconds = heartbeatSeconds
        self.timeoutSeconds = timeoutSeconds
        self.connectTimeoutSeconds = connectTimeoutSeconds
        self.name = name
        self.frameMaximumBytes = frameMaximumBytes
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumUnacknowledgedBytes = maximumUnacknowledgedBytes
        self.tls = tls
    }

    func check() throws(AMQPError) {
        let problem: String? =
            if !(1...3600).contains(heartbeatSeconds) {
                "heartbeatSeconds is \(heartbeatSeconds), not 1 to 3600"
            } else if !(timeoutSeconds > 0 && timeoutSeconds <= 86_400) {
                "timeoutSeconds is \(timeoutSeconds), not more than 0 and at most 86400"
            } else if !(connectTimeoutSeconds > 0 && connectTimeoutSeconds <= 86_400) {
                "connectTimeoutSeconds is \(connectTimeoutSeconds), not more than 0 and at most 86400"
            } else if !(8192...1_048_576).contains(frameMaximumBytes) {
                "frameMaximumBytes is \(frameMaximumBytes), not 8192 to 1048576"
            } else if maximumBodyBytes < 0 {
                "maximumBodyBytes is negative"
            } else if maximumUnacknowledgedBytes < 1 {
                "maximumUnacknowledgedBytes is \(maximumUnacknowledgedBytes), not 1 or more"
            } else if tls.certificateFile == nil && tls.keyFile != nil {
                "a TLS key is given without its certificate"
            } else if tls.certificateFile != nil && tls.keyFile == nil {
                "a TLS certificate is given without its key"
            } else {
                nil
            }
        if let problem {
            throw AMQPError(
                .invalidArgument,
                attempt: "reading the connection's options",
                detail: problem
            )
        }
    }
}
