public import Domain

/// What notices are drawn from, besides the event itself.
public struct NoticeContext {
    /// In the state after the events; of an erasure, before it took the names away.
    public let register: any RegisterView
    /// All that happens at once: who was responsible before may depend on that.
    public let events: [Event]
    /// The request that the message was about, if it was about one.
    public let request: RequestIdentifier?
    /// When it happens.
    public let now: Instant

    public init(
        register: any RegisterView,
        events: [Event],
        request: RequestIdentifier?,
        now: Instant
    ) {
        self.register = register
        self.events = events
        self.request = request
        self.now = now
    }

    /// Who may speak for the operator, in the order of their accounts; nobody who is being
    /// forgotten (GDPR 17), whose accounts may stand for a little longer. Of more than
    /// `mostManagers`, those who have been it longest: a mail to each of them comes of every
    /// request.
    ///
    /// - Parameter fallen: Accounts of the operator that count as they were.
    func managers(of eori: EORI, fallen: [Account] = []) throws -> [PersonIdentifier] {
        let managing = try register.managingAccounts(of: eori, limit: Self.mostManagers)
        return try (fallen.filter(\.isManaging) + managing).map(\.person)
            .filter { try register.person($0) != nil }
    }

    private static let mostManagers = 100

    /// Whoever gives one of these approvals of the request, each once.
    func addressees(
        _ approvals: [Approval],
        of request: Request
    ) throws -> [Notice.Addressee] {
        var addressees: [Notice.Addressee] = []
        for approval in approvals {
            let deciding: [Notice.Addressee] =
                switch approval.decider {
                case .applicant: []
                case .authority(let role): [.office(role)]
                case .managers(let eori): try managers(of: eori).map { .person($0) }
                case .binding(let party, let office):
                    try party.binding(in: request, register).map { .person($0) }.orIfEmpty(
                        .office(office)
                    )
                }
            addressees += deciding.filter { !addressees.contains($0) }
        }
        return addressees
    }
}

extension [Notice.Addressee] {
    fileprivate func orIfEmpty(_ other: Notice.Addressee) -> Self { isEmpty ? [other] : self }
}
