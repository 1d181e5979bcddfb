import CRabbitMQ

/// The library underneath.
public enum AMQPLibrary {
    /// That of the librabbitmq that is loaded, such as `0.11.0`.
    public static var version: String { unsafe String(cString: amqp_version()) }
}
