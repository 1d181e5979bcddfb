public import Domain

extension NamingMessage {
    /// - Parameter letter: in which somebody is named.
    public init(_ letter: DeadLetter) {
        self.init(
            kind: .deadLetter,
            letter: letter.identifier,
            routingKey: letter.routingKey,
            at: letter.at,
            body: letter.body
        )
    }
}
