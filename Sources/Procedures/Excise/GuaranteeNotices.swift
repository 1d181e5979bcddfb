import Contract
import Domain

extension Excise {
    static let guaranteeMails: [MailTemplate] = [
        guaranteeFree, guaranteeReleased, guaranteeCalled,
        mail("guarantee-pending", [.recipient, .exciseNumber, .guarantee]),
        mail(
            "guarantee-awaiting-you",
            [.applicant, .exciseNumber, .guarantee, .guaranteeAmount, .request],
            optional: [.reference],
            variants: [MailVariant(Profile.guaranteeRelease.rawValue), "answer"]
        ),
        mail(
            "guarantee-rejected",
            [.recipient, .exciseNumber, .guarantee, .remarks],
            isAdverse: true
        ),
        mail("guarantee-information-requested", [.recipient, .remarks]),
        mail("guarantee-withdrawn", [.recipient, .exciseNumber, .guarantee]),
        mail("guarantee-reminder", [.applicant, .exciseNumber, .guarantee, .request]),
        mail("guarantee-escalation", [.applicant, .exciseNumber, .guarantee, .request]),
    ]

    private static let guaranteeFree = mail(
        "guarantee-free",
        [.exciseNumber, .guaranteeAmount],
        optional: [.recipient, .guarantee, .reference]
    )
    private static let guaranteeReleased = mail(
        "guarantee-released",
        amounts,
        optional: [.recipient, .guarantee, .reference, .remarks]
    )
    private static let guaranteeCalled = mail(
        "guarantee-called",
        amounts + [.remarks],
        optional: [.recipient, .guarantee, .reference],
        variants: ["called", "changed"],
        isAdverse: true
    )

    private static let amounts: [MailVariable] = [
        .exciseNumber, .guaranteeAmount, .guaranteeHeld, .guaranteeCalled, .guaranteeReleased,
    ]

    /// What mails about the release of a guarantee say.
    static func values(
        ofRelease stated: RequestFields,
        in context: NoticeContext
    ) throws -> MailValues {
        let guarantee = try stated[Secured.guarantee].flatMap { GuaranteeIdentifier($0) }
            .flatMap { try context.register.guarantee($0) }
        return [
            .exciseNumber: stated[Granted.number].map { .text($0) },
            .guarantee: stated[Stated.guaranteeReference].map { .text($0) },
            .guaranteeAmount: guarantee.map { .euros(Euros.text($0.heldCents)) },
            .reference: guarantee?.reference.map { .text($0) },
        ]
    }

    /// What the operator is told of a guarantee that was called, given back or changed.
    static func notices(
        of change: GuaranteeChange,
        _ guarantee: Guarantee,
        _ remarks: String?,
        in context: NoticeContext
    ) throws -> [Notice] {
        let template: MailTemplate
        let variant: MailVariant
        switch change {
        case .released: (template, variant) = (guaranteeReleased, .only)
        case .called: (template, variant) = (guaranteeCalled, "called")
        case .changed: (template, variant) = (guaranteeCalled, "changed")
        // Whoever gave it the name knows.
        case .renamed: return []
        }
        // What was said with the grant of a release is said of the money.
        let decided = context.events.lazy.compactMap { event -> String? in
            guard case .requestChanged(_, _, _, let remarks) = event else { return nil }
            return remarks
        }.first
        var values = try self.values(of: guarantee, in: context)
        values[.guaranteeAmount] = .euros(Euros.text(guarantee.amountCents))
        values[.guaranteeHeld] = .euros(Euros.text(guarantee.heldCents))
        values[.guaranteeCalled] = .euros(Euros.text(guarantee.calledCents))
        values[.guaranteeReleased] = .euros(Euros.text(guarantee.releasedCents))
        values[.remarks] = (remarks ?? decided).map { .lines($0) }
        return [
            Notice(
                template,
                variant,
                to: try owners(of: guarantee, in: context),
                values,
                about: context.request ?? guarantee.request
            )
        ]
    }

    /// That guarantees can be asked back: nothing that they secure is to be done any more.
    static func freed(by obligation: Obligation, in context: NoticeContext) throws -> [Notice] {
        // Of all that ends at once, the last.
        let last = context.events.last { event in
            guard case .obligationChanged(let other, _, _, _) = event else { return false }
            return other.authorisation == obligation.authorisation && !other.status.isRunning
        }
        guard case .obligationChanged(obligation, _, _, _)? = last,
            let number = obligation.authorisation, let eori = obligation.holder.eori
        else { return [] }
        return try context.register
            .heldGuarantees(of: eori, under: number, limit: mostGuarantees)
            .filter { $0.reference.map(obligation.reference.isExactly) ?? true }
            .filter { try $0.hindrance(in: context.register) == nil }
            .map { try free($0, in: context) }
    }

    /// That a guarantee can be asked back with the end of the authorisation that it secures, unless
    /// that was said when the one movement was over. For an operator that is revoked nobody can:
    /// the office is told.
    static func freed(
        byEndOf authorisation: Authorisation,
        _ change: AuthorisationChange,
        in context: NoticeContext
    ) throws -> [Notice] {
        let register = context.register
        let wasOver =
            try authorisation.exciseKind?.rules.oneMovement == true
            && !register.obligations(under: authorisation.number, reference: nil).isEmpty
        guard !wasOver, authorisation.status != .active else { return [] }
        return try StandingCover(authorisation: authorisation).guarantees(in: register)
            .filter { try $0.hindrance(in: register) == nil }
            .map {
                try free($0, to: change == .operatorRevoked ? [.office(office)] : nil, in: context)
            }
    }

    /// - Parameter addressees: Nil for the operator.
    private static func free(
        _ guarantee: Guarantee,
        to addressees: [Notice.Addressee]? = nil,
        in context: NoticeContext
    ) throws -> Notice {
        Notice(
            guaranteeFree,
            to: try addressees ?? owners(of: guarantee, in: context),
            try values(of: guarantee, in: context),
            about: guarantee.request
        )
    }

    private static func owners(
        of guarantee: Guarantee,
        in context: NoticeContext
    ) throws -> [Notice.Addressee] {
        try guarantee.holder.eori.map { try concerned($0, guarantee.request, in: context) } ?? []
    }

    private static func values(
        of guarantee: Guarantee,
        in context: NoticeContext
    ) throws -> MailValues {
        [
            .exciseNumber: guarantee.authorisation.map { .text($0.text) },
            .reference: guarantee.reference.map { .text($0) },
            .guarantee: try guarantee.name(in: context.register).map { .text($0) },
            .guaranteeAmount: .euros(Euros.text(guarantee.heldCents)),
        ]
    }

    static func statusFields(
        of guarantee: Guarantee,
        in register: any RegisterView
    ) throws -> StatusFields {
        try guarantee.name(in: register).map { [(Secured.reference.name, .string($0))] } ?? []
    }
}

extension MailVariable {
    /// What is left of a guarantee.
    fileprivate static let guaranteeHeld: Self = "guarantee-held"
    /// How much of it was called.
    fileprivate static let guaranteeCalled: Self = "guarantee-called"
    /// How much of it was given back.
    fileprivate static let guaranteeReleased: Self = "guarantee-released"
}
