import Domain

// What an erasure does beyond its message is not foretold: none is under way here.
extension ForecastTransaction {
    func conceal(_: Surrogate) throws {}
    func surrogate(of _: EORI) throws -> UniversalIdentifier? { nil }
    func erasure(of _: PersonIdentifier) throws -> PersonErasure? { nil }
    func oldestErasure(except _: Set<PersonIdentifier>) throws -> PersonErasure? { nil }
    func record(_: PersonErasure) throws {}
    func eraseNumbers(of _: PersonIdentifier, limit _: Int) throws -> Int { 0 }
    func complete(_: PersonErasure) throws {}
    func reveal(_: Person?) throws {}
    func requests(in _: PersonErasure, limit _: Int) throws -> [Placed<Request>] { [] }
    func accounts(in _: PersonErasure, limit _: Int) throws -> [Placed<Account>] { [] }
    func eraseWritings(about _: [RequestIdentifier]) throws {}
    func eraseMessages(in _: PersonErasure, limit _: Int, at _: Instant) throws -> [Int64] { [] }
    func eraseDeferredMessages(in _: PersonErasure, limit _: Int) throws -> [Int64] { [] }
    func eraseUnsentReplays(in _: PersonErasure, limit _: Int, at _: Instant) throws -> [Int64] {
        []
    }
    func takeRecipients(of _: PersonErasure, limit _: Int) throws -> [Recipient] { [] }
}
