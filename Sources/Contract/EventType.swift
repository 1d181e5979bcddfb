/// The event types of the contract: `lu.etat.do.<routing key>.v1`.
public enum EventType {
    private static let prefix = "lu.etat.do."
    private static let suffix = ".v1"

    /// The type of the messages with this routing key.
    public static func type(ofRoutingKey routingKey: String) -> String {
        "\(prefix)\(routingKey)\(suffix)"
    }

    /// Whether `type` is the one that goes with the routing key; a type without the prefix or the
    /// suffix goes with none.
    public static func matches(_ type: String, routingKey: String) -> Bool {
        let (type, key) = (type.utf8, routingKey.utf8)
        return type.count == prefix.utf8.count + key.count + suffix.utf8.count
            && type.starts(with: prefix.utf8)
            && type.dropFirst(prefix.utf8.count).starts(with: key)
            && type.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }
}
