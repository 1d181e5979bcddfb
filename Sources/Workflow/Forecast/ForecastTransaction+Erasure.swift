import Domain

// What an erasure does beyond its message is not foretold: none is under way here.
extension ForecastTransaction {
    func erasure(of _: PersonIdentifier) throws -> PersonErasure? { nil }
    func oldestErasure(except _: Set<PersonIdentifier>) throws -> PersonErasure? { nil }
    func eraseNumbers(of _: PersonIdentifier, limit _: Int) throws -> Int { 0 }
    func requests(in _: PersonErasure, limit _: Int) throws -> [Placed<Request>] { [] }
    func accounts(in _: PersonErasure, limit _: Int) throws -> [Placed<Account>] { [] }
    func eraseMessages(in _: PersonErasure, limit _: Int, at _: Instant) throws -> [Int64] { [] }
    func eraseDeferredMessages(in _: PersonErasure, limit _: Int) throws -> [Int64] { [] }
    func eraseUnsentReplays(in _: PersonErasure, limit _: Int, at _: Instant) throws -> [Int64] {
        []
    }
    func noteRecipients(
        ofDataAbout _: PersonIdentifier,
        after _: Int64,
        until _: Instant,
        limit _: Int
    ) throws -> [Int64] { [] }
    func takeRecipients(ofDataAbout _: PersonIdentifier, limit _: Int) throws -> [Recipient] { [] }
}
