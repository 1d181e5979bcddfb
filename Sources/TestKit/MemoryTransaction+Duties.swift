import Domain

// What requests say, authorisations and obligations.

extension MemoryTransaction {
    func particulars(of request: RequestIdentifier) throws -> Particulars {
        try checkUsable()
        return contents.particulars[request] ?? Particulars()
    }

    func authorisation(_ number: ExciseNumber) throws -> Authorisation? {
        try checkUsable()
        return contents.authorisations.first { $0.number == number }
    }

    func authorisation(grantedBy request: RequestIdentifier) throws -> Authorisation? {
        try checkUsable()
        return contents.authorisations.first { $0.request == request }
    }

    func obligation(_ identifier: ObligationIdentifier) throws -> Obligation? {
        try checkUsable()
        return contents.obligations.first { $0.identifier == identifier }
    }

    func obligations(
        under authorisation: ExciseNumber,
        reference: String?
    ) throws -> [Obligation] {
        try checkUsable()
        return contents.obligations.filter {
            $0.authorisation == authorisation && $0.reference == reference ?? $0.reference
        }
    }

    func obligations(broughtAboutBy request: RequestIdentifier) throws -> [Obligation] {
        try checkUsable()
        return contents.obligations.filter { $0.request == request }
    }

    // MARK: Writing

    func state(_ particulars: Particulars, of request: RequestIdentifier) {
        contents.particulars[request] =
            (contents.particulars[request] ?? Particulars()).updated(with: particulars)
    }

    func add(_ authorisation: Authorisation) throws {
        guard try self.authorisation(authorisation.number) == nil,
            try self.authorisation(grantedBy: authorisation.request) == nil
        else {
            throw MemoryRegisterError(description: "authorisation \(authorisation.number) exists")
        }
        contents.authorisations.append(authorisation)
    }

    func replace(_ authorisation: Authorisation) throws {
        guard
            let index = contents.authorisations.firstIndex(where: {
                $0.number == authorisation.number
            })
        else {
            throw MemoryRegisterError(description: "no authorisation \(authorisation.number)")
        }
        contents.authorisations[index] = authorisation
    }

    func add(_ obligation: Obligation) throws {
        let isThere = contents.obligations.contains {
            $0.identifier == obligation.identifier
                || $0.authorisation != nil && $0.authorisation == obligation.authorisation
                    && $0.reference == obligation.reference && $0.kind == obligation.kind
        }
        guard !isThere else {
            throw MemoryRegisterError(description: "obligation \(obligation.identifier) exists")
        }
        contents.obligations.append(obligation)
    }

    func replace(_ obligation: Obligation) throws {
        guard
            let index = contents.obligations.firstIndex(where: {
                $0.identifier == obligation.identifier
            })
        else { throw MemoryRegisterError(description: "no obligation \(obligation.identifier)") }
        contents.obligations[index] = obligation
    }
}
