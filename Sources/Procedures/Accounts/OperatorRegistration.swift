import Domain

/// What a grant brings that makes an operator known: its registration, and the account of the
/// person who asked for both.
struct OperatorRegistration {
    /// As it is granted, with the operator's EORI.
    let request: Request
    let kind: OperatorKind
    let role: AccountRole

    /// - Throws: `Problem` with the code `operator-exists`, or an error of the register.
    func events(in context: DecisionContext) throws -> [Event] {
        guard let eori = request.eori else { return [] }
        if try context.register.economicOperator(eori)?.status == .registered {
            throw Problem(.operatorExists, "the operator was registered since this was asked")
        }
        // They would be the new operator's.
        guard try !context.register.hasCascade(of: eori) else {
            throw Problem(
                .operatorExists,
                "the accounts of the operator that was registered before are still being "
                    + "withdrawn; decide again in a minute"
            )
        }
        let economicOperator = EconomicOperator(
            eori: eori,
            kind: kind,
            operations: request.authorised,
            request: request.identifier
        )
        let account = Account(openedBy: request, at: eori, role, in: context)
        return [.operatorRegistered(economicOperator)]
            + (try AccountProvisioning.reopened(account, in: context))
    }
}

extension Account {
    /// That of the applicant, with what was authorised.
    init(
        openedBy request: Request,
        at eori: EORI,
        _ role: AccountRole,
        in context: DecisionContext
    ) {
        self.init(
            identifier: AccountIdentifier(context.identifiers.next()),
            person: request.person,
            eori: eori,
            request: request.identifier,
            role: role,
            operations: request.authorised,
            status: .provisioning
        )
    }
}
