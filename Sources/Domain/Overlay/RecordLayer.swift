/// A record with an identity: there is one of it in the register.
public protocol RegisteredRecord: Hashable, Sendable {
    associatedtype Identity: Hashable & Sendable
    var identity: Identity { get }
}

extension Person: RegisteredRecord { public var identity: PersonIdentifier { identifier } }
extension Request: RegisteredRecord { public var identity: RequestIdentifier { identifier } }
extension EconomicOperator: RegisteredRecord { public var identity: EORI { eori } }
extension Account: RegisteredRecord { public var identity: AccountIdentifier { identifier } }
extension Authorisation: RegisteredRecord { public var identity: AuthorisationNumber { number } }
extension Obligation: RegisteredRecord { public var identity: ObligationIdentifier { identifier } }
extension Guarantee: RegisteredRecord { public var identity: GuaranteeIdentifier { identifier } }
extension Outage: RegisteredRecord { public var identity: OutageIdentifier { identifier } }
extension Cascade: RegisteredRecord { public var identity: Int64 { number } }
extension Surrogate: RegisteredRecord { public var identity: EORI { eori } }
extension PersonErasure: RegisteredRecord {
    public var identity: PersonIdentifier { person.identifier }
}

/// Records of one kind that were written over others.
public struct RecordLayer<Record: RegisteredRecord>: Sendable {
    private struct Entry: Sendable {
        /// Nil once it is gone: a place is never taken again.
        var record: Record?
        /// Whether what lies below knows nothing of it.
        let isNew: Bool
    }

    /// In the order in which they were written first.
    private var entries: [Entry] = []
    /// Also of what is gone: whoever goes through the records may stand there.
    private var places: [Record.Identity: Int] = [:]
    /// What was taken away of what lies below, or hides it.
    private var removed: Set<Record.Identity> = []

    public init(_ records: [Record] = []) {
        for record in records { put(record, isNew: true) }
    }

    public var all: [Record] { entries.compactMap(\.record) }
    public var byIdentity: [Record.Identity: Record] {
        places.compactMapValues { entries[$0].record }
    }
    /// With their places, which ascend from 1.
    public var placed: [Placed<Record>] {
        entries.enumerated().compactMap { index, entry in
            entry.record.map { Placed(place: Int64(index + 1), record: $0) }
        }
    }
    /// The place that was taken last; 0 for none.
    public var lastPlace: Int64 { Int64(entries.count) }

    public subscript(identity: Record.Identity) -> Record? {
        places[identity].flatMap { entries[$0].record }
    }

    /// Whether it says what has become of the record: what lies below does not count then.
    func knows(_ identity: Record.Identity) -> Bool {
        places[identity] != nil || removed.contains(identity)
    }

    /// How many records of what lies below are others here, or none.
    var overwrittenCount: Int { removed.count + entries.count { !$0.isNew } }

    var isOverwriting: Bool { overwrittenCount > 0 }
    var isEmpty: Bool { entries.isEmpty && removed.isEmpty }

    /// Whether what lies below knows nothing of it, be it gone by now.
    func isNew(_ identity: Record.Identity) -> Bool {
        places[identity].map { entries[$0].isNew } ?? false
    }

    mutating func put(_ record: Record, isNew: Bool) {
        if let place = places[record.identity], entries[place].record != nil {
            entries[place].record = record
        } else {
            places[record.identity] = entries.count
            entries.append(Entry(record: record, isNew: isNew))
        }
    }

    mutating func remove(_ identity: Record.Identity) {
        if let place = places[identity] { entries[place].record = nil }
        removed.insert(identity)
    }

    /// Changes all that are here; their identities may change by it.
    mutating func change(_ change: (inout Record) -> Void) {
        for index in entries.indices {
            guard var record = entries[index].record else { continue }
            places[record.identity] = nil
            change(&record)
            places[record.identity] = index
            entries[index].record = record
        }
    }

    /// Records of what lies below as they are by now, then new ones.
    ///
    /// - Parameters:
    ///   - below: Such as are wanted, in their order.
    ///   - after: New ones up to this one are left out.
    ///   - mayMatchSince: Whether a record that was not wanted below may be by now; it stands
    ///     behind those that were.
    func over(
        _ below: [Record],
        after: Record.Identity? = nil,
        mayMatchSince: Bool = false,
        where isWanted: (Record) -> Bool
    ) -> [Record] {
        let known = mayMatchSince ? Set(below.map(\.identity)) : []
        let present = below.compactMap { record in
            knows(record.identity) ? self[record.identity] : record
        }
        let start = after.flatMap { places[$0] }.map { $0 + 1 } ?? 0
        let written = entries[start...].compactMap { entry in
            entry.record.flatMap { record in
                entry.isNew || mayMatchSince && !known.contains(record.identity) ? record : nil
            }
        }
        return (present + written).filter(isWanted)
    }
}
