public import Domain

/// Which obligations are wanted; what is nil does not matter.
public struct ObligationFilter: Hashable, Sendable {
    public var eori: EORI?
    /// The authorisation under which they arose.
    public var authorisation: AuthorisationNumber?
    public var kind: String?
    /// Nil for those that are still to be done.
    public var status: ObligationStatus?
    /// Due before that day.
    public var dueBefore: CivilDate?
    /// At most so many.
    public var limit: Int

    public init(
        eori: EORI? = nil,
        authorisation: AuthorisationNumber? = nil,
        kind: String? = nil,
        status: ObligationStatus? = nil,
        dueBefore: CivilDate? = nil,
        limit: Int = 100
    ) {
        self.eori = eori
        self.authorisation = authorisation
        self.kind = kind
        self.status = status
        self.dueBefore = dueBefore
        self.limit = limit
    }
}

// Authorisations, obligations and guarantees; what is nil does not matter.
extension SQLiteRegisterReader {
    public func authorisation(
        _ number: AuthorisationNumber
    ) throws(StorageError) -> Authorisation? {
        try look { try $0.authorisation(number) }
    }

    /// In the order in which they were granted.
    public func authorisations(
        of eori: EORI? = nil,
        kind: String? = nil,
        status: AuthorisationStatus? = nil,
        limit: Int = 100
    ) throws(StorageError) -> [Authorisation] {
        try look { store in
            let name: Statement = eori == nil ? .authorisations : .authorisationsOfEORI
            let statement = try store.statement(name, eori?.text, kind, status?.rawValue)
            statement.bind(limit)
            return try statement.all { try $0.authorisation() }
        }
    }

    /// Active ones that let others act for this operator, in the order in which they were granted.
    public func authorisations(
        toActFor eori: EORI,
        limit: Int = 100
    ) throws(StorageError) -> [Authorisation] {
        try look { store in
            try store.activeAuthorisations(toActFor: eori, limit: limit)
        }
    }

    /// By the day on which they are due; of all operators those that were done, the newest first.
    public func obligations(_ filter: ObligationFilter) throws(StorageError) -> [Obligation] {
        try look { store in
            let name: Statement =
                if filter.authorisation != nil {
                    .obligationsOfNumber
                } else if filter.status?.isRunning == false {
                    .endedObligations
                } else if filter.eori != nil {
                    .runningOfEORI
                } else {
                    .runningByDay
                }
            let statement = try store.statement(
                name,
                filter.eori?.text,
                filter.authorisation?.text,
                filter.kind
            )
            statement.bind((filter.status ?? .open).rawValue)
            statement.bind((filter.status ?? .overdue).rawValue)
            statement.bind(filter.dueBefore)
            statement.bind(filter.limit)
            return try statement.all { try $0.obligation() }
        }
    }

    public func guarantee(
        _ identifier: GuaranteeIdentifier
    ) throws(StorageError) -> Guarantee? {
        try look { try $0.guarantee(identifier) }
    }

    /// In the order in which they were given.
    public func guarantees(
        of eori: EORI? = nil,
        authorisation: AuthorisationNumber? = nil,
        status: GuaranteeStatus? = nil,
        limit: Int = 100
    ) throws(StorageError) -> [Guarantee] {
        try look { store in
            let name: Statement =
                if authorisation != nil {
                    .guaranteesOfNumber
                } else if eori != nil {
                    .guaranteesOfEORI
                } else {
                    .guarantees
                }
            let statement = try store.statement(
                name,
                eori?.text,
                authorisation?.text,
                status?.rawValue
            )
            statement.bind(limit)
            return try statement.all { try $0.guarantee() }
        }
    }

    /// How many accounts an operator has, whatever their status.
    public func accountCount(of eori: EORI) throws(StorageError) -> Int {
        try look { store in
            try store.statement(.accountCount, eori.text).first { Int($0.integer(0)) } ?? 0
        }
    }
}
