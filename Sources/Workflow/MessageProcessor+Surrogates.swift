import Domain
import Procedures

// The journal is never changed, and names natural persons' operators by what says nothing of them.
extension MessageProcessor {
    /// Gives a number that a natural person asks under, as their own, a surrogate: as soon as it is
    /// known to be a person's, and to be nobody else's. A number that a company was registered
    /// under stands for itself in records that are older, and stays the company's.
    func conceal(_ events: [Event], in transaction: any MessageTransaction) throws {
        for event in events {
            guard let request = event.naming, let eori = request.eori,
                ProcedureCatalogue.procedure(named: request.procedure)?
                    .isForNaturalPerson(request) == true,
                try transaction.economicOperator(eori)?.kind != .company
            else { continue }
            let identifier = try transaction.surrogate(of: eori) ?? identifiers.next()
            try transaction.conceal(
                Surrogate(eori: eori, identifier: identifier, person: request.person)
            )
        }
    }
}

extension Event {
    /// The request that may name an operator for the first time: one that is made, or a granted one
    /// where the grant gives the number.
    fileprivate var naming: Request? {
        switch self {
        case .requestSubmitted(let request) where request.status.isOpen: request
        case .requestChanged(let request, _, _, _) where request.status == .granted: request
        default: nil
        }
    }

    /// As the journal has it.
    func concealed(in transaction: any MessageTransaction) throws -> Event {
        var event = self
        if let counterparty, let surrogate = try transaction.surrogate(of: counterparty) {
            event = event.concealed(counterpartyAs: EORI(surrogate))
        }
        guard let eori, let surrogate = try transaction.surrogate(of: eori) else { return event }
        return event.concealed(as: EORI(surrogate))
    }
}
