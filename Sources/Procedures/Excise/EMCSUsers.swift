import Contract
import Domain

/// `registration.excise.emcs-users`: an operator names who of its own may use EMCS under its
/// number, or a representative who of its own may by a mandate. Whoever of them is left out may no
/// longer; nobody's list touches the other's people.
struct EMCSUsers: ReportCommand {
    let sender: ReportSender
    let users: [AccountIdentifier]
    /// Nil for the operator's own.
    let mandate: AuthorisationNumber?

    func events(in context: DecisionContext) throws -> [Event] {
        let report = ExciseReport(
            sender: sender,
            profile: .users,
            use: MandateUse(
                stated: mandate.map { .init(mandate: $0, representation: nil) },
                scope: .emcs,
                days: [LuxembourgCalendar.date(at: context.now)],
                pointer: Mandated.mandate.pointer
            ),
            suits: \.managesOperator,
            isDuty: false
        )
        let (authorisation, person) = try report.check(in: context)
        guard authorisation.status == .active else {
            throw Problem(
                .authorisationNotValid,
                at: "/data/exciseNumber",
                "the authorisation is \(authorisation.status.rawValue)"
            )
        }
        guard authorisation.isInForce(on: LuxembourgCalendar.date(at: context.now)) else {
            throw Problem(
                .authorisationNotValid,
                at: "/data/exciseNumber",
                "the authorisation is not in force today"
            )
        }
        let eori =
            try report.use.mandate(of: authorisation.eori, in: context.register)?
            .representative ?? authorisation.eori
        let named = try users.enumerated().map { index, user in
            try account(user, at: "/data/users/\(index)", of: eori, in: context)
        }
        // As many as the last message of each side named: each overwrites the one before.
        let entitlement = Entitlement(Excise.userEntitlement, under: number, by: mandate)
        let before = try context.register.accounts(
            entitledUnder: mandate ?? number,
            limit: .max
        )
        .filter { $0.entitlements.contains(entitlement) }
        let kept = Set(users)
        let lost = before.filter { !kept.contains($0.identifier) }
        let won = named.filter { !$0.entitlements.contains(entitlement) }
        return report.answered(for: person, authorisation, stating: stated, in: context)
            + lost.map { $0.entitled(to: entitlement, false, by: .applicant) }
            + won.map { $0.entitled(to: entitlement, true, by: .applicant) }
    }

    /// By a mandate: the operator is told.
    private var stated: RequestFields {
        var stated = RequestFields()
        guard let mandate else { return stated }
        stated[Granted.number] = number.text
        stated[Mandated.mandate] = mandate.text
        return stated
    }

    private func account(
        _ user: AccountIdentifier,
        at place: String,
        of eori: EORI,
        in context: DecisionContext
    ) throws -> Account {
        guard let account = try context.register.account(user) else {
            throw Problem(.accountUnknown, at: place, "no account has this id")
        }
        guard account.eori == eori else {
            throw Problem(.accountNotOfOperator, at: place, "the account is another operator's")
        }
        guard account.status.stands else {
            throw Problem(.notEligible, at: place, "the account is \(account.status.rawValue)")
        }
        return account
    }
}
