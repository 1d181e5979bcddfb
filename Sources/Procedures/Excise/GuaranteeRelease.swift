import Contract
import Domain

/// `registration.excise.guarantee-release`: an operator asks for a guarantee back. The excise
/// office decides, or a rule where the installation has it so.
struct GuaranteeRelease: ReportCommand {
    let sender: ReportSender
    /// What names the guarantee, or the movement that it secures.
    let reference: String

    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let sender = data.reportSender()
        let reference = data.text(of: Secured.reference)
        guard let sender, let reference else { return nil }
        return GuaranteeRelease(
            sender: sender,
            reference: reference
        )
    }

    func events(in context: DecisionContext) throws -> [Event] {
        let report = ExciseReport(
            sender: sender,
            profile: .guaranteeRelease,
            use: MandateUse(stated: nil, scope: .emcs, days: []),
            suits: \.managesOperator
        )
        let (authorisation, person) = try report.check(in: context)
        let guarantee = try guarantee(of: authorisation, in: context.register)
        try guarantee.checkComesBack(at: Secured.reference.pointer, in: context.register)
        try checkIsNotAsked(guarantee, in: context.register)
        let isByRule = try isReleasedByRule(guarantee, to: person, in: context)
        let release = isByRule ? [try guarantee.released(by: .rule)] : []
        return [
            .requestSubmitted(submitted(by: person, authorisation, isByRule, context)),
            .fieldsStated(identifier, try stated(guarantee, in: context.register)),
        ] + release
    }

    /// Of several that are called so, the first that may come back.
    private func guarantee(
        of authorisation: Authorisation,
        in register: any RegisterView
    ) throws -> Guarantee {
        let found = try Excise.guarantees(
            named: reference,
            of: authorisation.eori,
            under: number,
            in: register
        )
        guard
            let guarantee = try found.first(where: { try $0.hindrance(in: register) == nil })
                ?? found.first
        else {
            throw Problem(
                .guaranteeUnknown,
                at: Secured.reference.pointer,
                "no guarantee under this authorisation is called so"
            )
        }
        return guarantee
    }

    private func checkIsNotAsked(
        _ guarantee: Guarantee,
        in register: any RegisterView
    ) throws {
        let isAsked = try guarantee.openRelease(in: register) != nil
        guard !isAsked else {
            throw Problem(
                .requestExists,
                at: Secured.reference.pointer,
                "it was asked for, and the request is not decided on yet"
            )
        }
    }

    /// Where the excise office does not have to look: all that one movement brought was done in
    /// time.
    private func isReleasedByRule(
        _ guarantee: Guarantee,
        to person: PersonIdentifier,
        in context: DecisionContext
    ) throws -> Bool {
        let register = context.register
        guard context.settings.values[Excise.releaseByRule],
            try register.person(person)?.isRestricted == false,
            try guarantee.isForOneMovement(in: register)
        else { return false }
        return try register.obligations(under: number, reference: guarantee.reference)
            .allSatisfy { $0.status != .metLate }
    }

    /// It does not expire: money is not lost by an authority's silence.
    private func submitted(
        by person: PersonIdentifier,
        _ authorisation: Authorisation,
        _ isByRule: Bool,
        _ context: DecisionContext
    ) -> Request {
        guard !isByRule else {
            return Request(
                identifier,
                .guaranteeRelease,
                by: person,
                eori: authorisation.eori,
                .granted,
                at: context.now
            )
        }
        var request = Request(
            identifier,
            procedure: Excise.name,
            profile: Excise.Profile.guaranteeRelease.rawValue,
            by: person,
            eori: authorisation.eori,
            in: context
        )
        request.expireAt = nil
        return request
    }

    private func stated(
        _ guarantee: Guarantee,
        in register: any RegisterView
    ) throws -> RequestFields {
        var fields = RequestFields()
        fields[Granted.number] = number.text
        fields[Stated.guaranteeReference] = try guarantee.name(in: register) ?? reference
        fields[Secured.guarantee] = guarantee.identifier.description
        return fields
    }

    /// What follows when it is granted. It may have been called, or something arisen, meanwhile.
    static func events(
        granting stated: RequestFields,
        by originator: Originator,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let identifier = stated[Secured.guarantee].flatMap({ GuaranteeIdentifier($0) }),
            let guarantee = try context.register.guarantee(identifier)
        else { throw Problem(.notEligible, "what was asked for is not stored any more") }
        try guarantee.checkComesBack(at: "/data/requestId", in: context.register)
        return [try guarantee.released(by: originator)]
    }
}

extension Guarantee {
    /// The request for it to come back that is not decided on; nil if there is none.
    func openRelease(in register: any RegisterView) throws -> Request? {
        guard let eori = holder.eori else { return nil }
        return try register.openRequests(
            for: eori,
            of: nil,
            after: nil,
            limit: Excise.mostGuarantees
        ).first { request in
            try request.profile == Excise.Profile.guaranteeRelease.rawValue
                && register.fields(of: request.identifier)[Secured.guarantee]
                    == identifier.description
        }
    }

    /// The event that all that is left of it comes back.
    fileprivate func released(by originator: Originator) throws -> Event {
        try changed(.released, cents: heldCents, by: originator, remarks: nil)
    }
}
