/// A register with nothing in it, for an overlay to lie over.
public struct EmptyRegister: RegisterView, Sendable {
    public init() {}

    public func request(_: RequestIdentifier) -> Request? { nil }
    public func person(_: PersonIdentifier) -> Person? { nil }
    public func person(subject _: String) -> Person? { nil }
    public func economicOperator(_: EORI) -> EconomicOperator? { nil }
    public func account(_: AccountIdentifier) -> Account? { nil }
    public func account(at _: UserPlace) -> Account? { nil }
    public func accounts(of _: EORI, after _: AccountIdentifier?, limit _: Int) -> [Account] { [] }
    public func managingAccounts(of _: EORI, limit _: Int) -> [Account] { [] }
    public func accounts(of _: PersonIdentifier, at _: EORI) -> [Account] { [] }
    public func provisioningOrders(of _: AccountIdentifier) -> [ProvisioningOrder] { [] }
    public func openRequests(
        for _: EORI,
        of _: PersonIdentifier?,
        after _: RequestIdentifier?,
        limit _: Int
    ) -> [Request] { [] }
    public func hasUnrestrictedRequest(for _: EORI, profiles _: [String]) -> Bool { false }
    public func hasOpenRequest(
        for _: EORI,
        profiles _: [String],
        of _: PersonIdentifier?
    ) -> Bool { false }
    public func hasRequest(of _: PersonIdentifier, besides _: RequestIdentifier) -> Bool { false }
    public func requests(
        of _: PersonIdentifier,
        after _: RequestIdentifier?,
        limit _: Int
    ) -> [Request] { [] }
    public func accounts(
        of _: PersonIdentifier,
        after _: AccountIdentifier?,
        limit _: Int
    ) -> [Account] { [] }
    public func hasStandingAccount(_: PersonIdentifier) -> Bool { false }
    public func personalFile(of _: PersonIdentifier) -> PersonalFile { PersonalFile() }
    public func messages(
        about _: PersonIdentifier,
        after _: Int64,
        limit _: Int
    ) -> [Placed<PersonalFile.SentMessage>] { [] }
    public func messages(naming _: [String], limit _: Int) -> NamingMessages { .none }
    public func recipients(ofDataAbout _: PersonIdentifier) -> [Recipient] { [] }
    public func fields(of _: RequestIdentifier) -> RequestFields { RequestFields() }
    public func documents(of _: RequestIdentifier) -> [Document] { [] }
    public func requests(statingPlate _: String, limit _: Int) -> [Request] { [] }
    public func authorisation(_: AuthorisationNumber) -> Authorisation? { nil }
    public func authorisation(grantedBy _: RequestIdentifier) -> Authorisation? { nil }
    public func activeAuthorisations(
        of _: EORI,
        kind _: String?,
        limit _: Int
    ) -> [Authorisation] { [] }
    public func activeAuthorisations(toActFor _: EORI, limit _: Int) -> [Authorisation] { [] }
    public func accounts(entitledUnder _: AuthorisationNumber, limit _: Int) -> [Account] { [] }
    public func obligation(_: ObligationIdentifier) -> Obligation? { nil }
    public func obligations(under _: AuthorisationNumber, reference _: String?) -> [Obligation] {
        []
    }
    public func obligations(broughtAboutBy _: RequestIdentifier) -> [Obligation] { [] }
    public func obligations(of _: String, reference _: String) -> [Obligation] { [] }
    public func runningObligations(under _: AuthorisationNumber, limit _: Int) -> [Obligation] {
        []
    }
    public func obligationsWithoutDay(of _: [String], limit _: Int) -> [Obligation] { [] }
    public func accounts(
        entitledTo _: String,
        after _: AccountIdentifier?,
        limit _: Int
    ) -> [Account] {
        []
    }
    public func lastOutage(of _: String, beganBy _: Instant?) -> Outage? { nil }
    public func guarantee(_: GuaranteeIdentifier) -> Guarantee? { nil }
    public func heldGuarantees(
        of _: EORI,
        under _: AuthorisationNumber?,
        limit _: Int
    ) -> [Guarantee] {
        []
    }
    public func guarantees(of _: EORI, limit _: Int) -> [Guarantee] { [] }
    public func guarantees(statedBy _: RequestIdentifier) -> [Guarantee] { [] }
    public func hasCascade(of _: EORI) -> Bool { false }
    public func cascade(of _: PersonIdentifier, _: Cascade.PersonWork?) -> Instant? { nil }
    public func surrogate(of _: EORI) -> UniversalIdentifier? { nil }
    public func remarks(on _: RequestIdentifier, at _: Instant) -> String? { nil }
    public func deadLetterReason(_: DeadLetterIdentifier) -> DeadLetterReason? { nil }
}
