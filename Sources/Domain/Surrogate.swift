/// What stands for a natural person's EORI wherever it can never be taken away: the number is the
/// person's, and identifies them. A company's stands for itself.
public struct Surrogate: Hashable, Sendable {
    public let eori: EORI
    public let identifier: UniversalIdentifier
    /// Whose number it is.
    public let person: PersonIdentifier

    public init(eori: EORI, identifier: UniversalIdentifier, person: PersonIdentifier) {
        self.eori = eori
        self.identifier = identifier
        self.person = person
    }
}

extension EORI {
    /// What stands in a number's place.
    public init(_ surrogate: UniversalIdentifier) { self.init(canonical: surrogate.text) }

    /// Whether it is no number: the number was erased, and what stood for it is left.
    public var isErased: Bool { text.utf8.count == 36 }

    /// The number; nil once it was erased.
    public var number: String? { isErased ? nil : text }
}

extension Event {
    /// The number of the operator that the event's record is about.
    public var eori: EORI? {
        switch self {
        case .requestSubmitted(let request), .requestChanged(let request, _, _, _),
            .requestReminded(let request), .requestEscalated(let request),
            .requestKept(let request), .requestErased(let request):
            request.eori
        case .operatorRegistered(let economicOperator),
            .operatorChanged(let economicOperator, _, _, _):
            economicOperator.eori
        case .accountOpened(let account), .accountChanged(let account, _, _, _, _): account.eori
        case .authorisationGranted(let authorisation),
            .authorisationChanged(let authorisation, _, _, _, _):
            authorisation.eori
        case .obligationOpened(let obligation), .obligationChanged(let obligation, _, _, _):
            obligation.holder.eori
        case .guaranteeHeld(let guarantee, _, _), .guaranteeChanged(let guarantee, _, _, _, _):
            guarantee.holder.eori
        case .cascade(let cascade, _): cascade.eori
        case .lastManagerLost(let eori): eori
        default: nil
        }
    }

    /// The number of the operator that the authorisation lets another act for, where the event is
    /// about such a one.
    public var counterparty: EORI? {
        switch self {
        case .authorisationGranted(let authorisation),
            .authorisationChanged(let authorisation, _, _, _, _):
            authorisation.counterparty
        default: nil
        }
    }

    /// The same event with something else in the place of that number.
    public func concealed(counterpartyAs eori: EORI) -> Event {
        switch self {
        case .authorisationGranted(var own):
            own.counterparty = eori
            return .authorisationGranted(own)
        case .authorisationChanged(var own, let previous, let change, let by, let remarks):
            own.counterparty = eori
            return .authorisationChanged(own, previous: previous, change, by: by, remarks: remarks)
        default: return self
        }
    }

    /// The same event with something else in the number's place.
    public func concealed(as eori: EORI) -> Event {
        func under<Record>(_ record: Record, _ change: (inout Record) -> Void) -> Record {
            var record = record
            change(&record)
            return record
        }
        func request(_ request: Request) -> Request { under(request) { $0.eori = eori } }
        return switch self {
        case .requestSubmitted(let own): .requestSubmitted(request(own))
        case .requestChanged(let own, let previous, let by, let remarks):
            .requestChanged(request(own), previous: previous, by: by, remarks: remarks)
        case .requestReminded(let own): .requestReminded(request(own))
        case .requestEscalated(let own): .requestEscalated(request(own))
        case .requestKept(let own): .requestKept(request(own))
        case .requestErased(let own): .requestErased(request(own))
        case .operatorRegistered(let own): .operatorRegistered(under(own) { $0.eori = eori })
        case .operatorChanged(let own, let previous, let by, let remarks):
            .operatorChanged(
                under(own) { $0.eori = eori },
                previous: previous,
                by: by,
                remarks: remarks
            )
        case .accountOpened(let own): .accountOpened(under(own) { $0.eori = eori })
        case .accountChanged(let own, let previous, let change, let by, let remarks):
            .accountChanged(
                under(own) { $0.eori = eori },
                previous: previous,
                change,
                by: by,
                remarks: remarks
            )
        case .authorisationGranted(let own): .authorisationGranted(under(own) { $0.eori = eori })
        case .authorisationChanged(let own, let previous, let change, let by, let remarks):
            .authorisationChanged(
                under(own) { $0.eori = eori },
                previous: previous,
                change,
                by: by,
                remarks: remarks
            )
        case .obligationOpened(let own):
            .obligationOpened(under(own) { $0.holder.eori = eori })
        case .obligationChanged(let own, let previous, let change, let by):
            .obligationChanged(
                under(own) { $0.holder.eori = eori },
                previous: previous,
                change,
                by: by
            )
        case .guaranteeHeld(let own, let by, let remarks):
            .guaranteeHeld(under(own) { $0.holder.eori = eori }, by: by, remarks: remarks)
        case .guaranteeChanged(let own, let previous, let change, let by, let remarks):
            .guaranteeChanged(
                under(own) { $0.holder.eori = eori },
                previous: previous,
                change,
                by: by,
                remarks: remarks
            )
        case .cascade(let own, let step): .cascade(under(own) { $0.eori = eori }, step)
        case .lastManagerLost: .lastManagerLost(eori)
        default: self
        }
    }
}
