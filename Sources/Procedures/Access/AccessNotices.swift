import Domain

extension Access {
    static let mails: [MailTemplate] =
        [
            mail("pending", [.recipient]),
            mail(
                "awaiting-you",
                [.applicant, .eori, .request],
                optional: [.recipient, .operations],
                variants: ["company", "employee", "natural-person", "more-operations", "answer"]
            ),
            mail("granted", [.recipient, .eori, .operations], optional: [.remarks]),
            mail(
                "rejected",
                [.recipient, .eori],
                optional: [.remarks],
                variants: [
                    ["decision", "authority"], ["decision", "manager"],
                    ["rule", "operator-exists"], ["rule", "operator-unknown"],
                    ["rule", "operator-kind"], ["rule", "other"],
                ],
                isAdverse: true
            ),
            mail("information-requested", [.recipient, .remarks]),
            mail("withdrawn", [.recipient, .eori], variants: RequestMail.endings),
            mail("expired", [.recipient]),
            mail("expired-approver", [.applicant, .eori, .request], optional: [.recipient]),
            mail("reminder", [.applicant, .eori, .request], optional: [.recipient, .expiresOn]),
            mail(
                "escalation",
                [.applicant, .eori, .request],
                optional: [.expiresOn],
                variants: ["undecided", "without-manager", "authority"]
            ),
            revoked, changed, lastManager,
        ]

    private static let revoked = mail(
        "revoked",
        [.recipient, .eori],
        optional: [.remarks],
        variants: [["account", "authority"], ["account", "manager"], ["operator", "authority"]],
        isAdverse: true
    )
    private static let changed = mail(
        "changed",
        [.recipient, .eori],
        optional: [.operations, .remarks],
        variants: [
            "operations-changed", ["operations-changed", "adverse", "authority"],
            ["operations-changed", "adverse", "manager"], "appointed",
            ["dismissed", "adverse", "authority"], ["dismissed", "adverse", "manager"],
            "representative",
            ["representative-ended", "manager-remains", "adverse", "authority"],
            ["representative-ended", "employee-remains", "adverse", "authority"],
        ],
        isAdverse: true
    )
    private static let lastManager = mail("last-manager", [.eori])

    static func notices(of event: Event, in context: NoticeContext) throws -> [Notice] {
        switch event {
        case .accountChanged(let account, let previous, let change, let by, let remarks):
            let mail = mail(about: change, of: account, previous: previous, by: by)
            guard let (template, variant) = mail else { return [] }
            let values: MailValues = [
                .eori: account.eori.number.map { .text($0) },
                .operations: .operations(account.operations),
                .remarks: remarks.map { .lines($0) },
            ]
            let holder = Notice.Addressee.person(account.person)
            return [Notice(template, variant, to: [holder], values, about: context.request)]
        case .lastManagerLost(let eori):
            let values: MailValues = [.eori: eori.number.map { .text($0) }]
            return [Notice(lastManager, to: [.office(office)], values, about: context.request)]
        default: return try requestNotices(of: event, in: context)
        }
    }

    /// A grant is told by the mail about the request; what the provisioner did concerns nobody.
    private static func mail(
        about change: AccountChange,
        of account: Account,
        previous: Account,
        by originator: Originator
    ) -> (MailTemplate, MailVariant)? {
        let decider = originator.decidingSection
        return switch change {
        case .operationsChanged, .operatorChanged:
            previous.operations.isSubset(of: account.operations)
                ? (changed, "operations-changed")
                : (changed, MailVariant("operations-changed", "adverse", decider))
        case .roleChanged: (changed, roleVariant(account.role, previous.role, decider))
        case .revoked: (revoked, MailVariant("account", decider))
        case .operatorRevoked: (revoked, ["operator", "authority"])
        // The mail about the person's own request says the rest.
        case .granted, .entitlementsChanged, .provisioned, .moved, .handedOver,
            .provisioningFailed, .provisioningTakenUpAgain, .suspended, .unsuspended, .rectified,
            .erased, .deprovisioned, .reappeared:
            nil
        }
    }

    private static func roleVariant(
        _ role: AccountRole,
        _ previous: AccountRole,
        _ decider: String
    ) -> MailVariant {
        if role == .legalRepresentative { return "representative" }
        guard previous == .legalRepresentative else {
            return role.managesCompany ? "appointed" : MailVariant("dismissed", "adverse", decider)
        }
        let remains = role.managesCompany ? "manager-remains" : "employee-remains"
        return MailVariant("representative-ended", remains, "adverse", decider)
    }

    /// What was authorised before more was asked for still is, and would be missed.
    static func values(for request: Request, in context: NoticeContext) throws -> MailValues {
        guard request.profile == Profile.operations.rawValue, request.status == .granted,
            let eori = request.eori,
            let economicOperator = try context.register.economicOperator(eori)
        else { return [:] }
        return [.operations: .operations(economicOperator.operations)]
    }
}
