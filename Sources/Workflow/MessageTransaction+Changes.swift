public import Domain

// What becomes of records, said in the words of those who want it.
extension MessageTransaction {
    /// Carries out what the event does to the records.
    public func apply(_ event: Event, at now: Instant) throws {
        for change in try event.changes(at: now, in: self) { try carryOut(change) }
    }

    /// See `RecordChange.conceal`.
    public func conceal(_ surrogate: Surrogate) throws { try carryOut(.conceal(surrogate)) }

    /// Adds the order, or overwrites it.
    public func record(_ order: ProvisioningOrder) throws { try carryOut(.add(.order(order))) }

    public func remove(_ order: ProvisioningOrder) throws { try carryOut(.remove(.order(order))) }

    /// Overwrites what is known of an erasure that is under way.
    public func record(_ erasure: PersonErasure) throws {
        try carryOut(.replace(.erasure(erasure)))
    }

    /// Nothing is left to be done of the erasure.
    public func complete(_ erasure: PersonErasure) throws {
        try carryOut(.remove(.erasure(erasure)))
    }

    /// Takes away what was written about these requests. What an authorisation in force was granted
    /// on, and what names a guarantee of which something is left, stays until its request goes.
    public func eraseWritings(about requests: [RequestIdentifier]) throws {
        for request in requests {
            try carryOut(.eraseWritings(about: request))
            guard try authorisation(grantedBy: request)?.status != .active,
                try !holdsGuarantee(statedBy: request)
            else { continue }
            try carryOut(.eraseFields(of: request))
        }
    }
}
