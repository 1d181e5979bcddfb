import Contract
import Domain

/// `registration.person.*`: a person exercises a right.
///
/// The person is `applicant.subject` alone; what else the message says of the applicant is neither
/// stored nor compared.
struct RightsRequest: Command {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let profile: PersonRights.Profile
    let right: Right

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard try context.register.request(identifier) == nil else {
            return .refuse(.requestIsKnown)
        }
        guard let person = try context.register.person(subject: applicant.subject) else {
            return try answerStranger(in: context)
        }
        return .apply(try events(for: person, in: context))
    }

    /// Somebody may be named in others' messages alone. Asking stores nothing, nor is there
    /// anything to change.
    private func answerStranger(in context: DecisionContext) throws -> Outcome {
        switch right {
        case .access:
            let mentions = try context.register.messages(
                naming: [applicant.subject],
                limit: Disclosure.mentionsAtMost
            )
            let disclosure = Disclosure(request: identifier, person: nil, mentions: mentions)
            return .apply([.personDisclosed(disclosure)])
        case .erasure:
            let mentions = try context.register.messages(naming: [applicant.subject], limit: 1)
            // Where not all could be looked through, erasing does so, in parts.
            if mentions != .none { return .apply(try erasureOfStranger(in: context)) }
        case .rectification, .restriction, .consentWithdrawal, .objection: break
        }
        return .refuse(
            Problem(
                .notEligible,
                at: "/data/applicant/subject",
                "nothing is stored about this person"
            )
        )
    }

    /// The person is known for as long as it takes to forget them.
    private func erasureOfStranger(in context: DecisionContext) throws -> [Event] {
        let person = Person(
            identifier: PersonIdentifier(context.identifiers.next()),
            subject: applicant.subject,
            details: applicant
        )
        let erasure = Erasure(of: person, by: .applicant, in: context)
        return [.personRecorded(person)]
            + (try erasure.events { _, kept in answer(person, .granted, kept: kept, context) })
    }

    private func events(for person: Person, in context: DecisionContext) throws -> [Event] {
        switch right {
        case .access: return try disclosure(of: person, in: context)
        case .rectification(let correction):
            return try rectification(of: person, correction, in: context)
        case .erasure:
            let erasure = Erasure(of: person, by: .applicant, in: context)
            return try erasure.events { isAnswered, kept in
                // All that is known of an official is what the decisions need.
                if person.details == nil {
                    return answer(person, .rejected, reason: .retentionDuty, kept: kept, context)
                }
                return isAnswered
                    ? answer(person, .granted, kept: kept, context)
                    : answer(person, .pending, context)
            }
        case .restriction(let isRestricted):
            return try restriction(of: person, isRestricted, in: context)
        case .consentWithdrawal:
            return [.requestSubmitted(answer(person, .granted, context))]
                + (try PersonFollowing(of: person, in: context).consentWithdrawn())
        case .objection(let fields): return try objection(of: person, fields, in: context)
        }
    }

    /// Whoever has to weigh the grounds is asked, and meanwhile the data are stored only (GDPR
    /// 18(1)(d)); where the law requires all of it there is nothing to weigh.
    private func objection(
        of person: Person,
        _ fields: RequestFields,
        in context: DecisionContext
    ) throws -> [Event] {
        var stated = fields
        stated[Objection.restrictedBefore] = person.isRestricted ? "true" : nil
        let objection = Objection(of: person, to: fields[Objection.procedure], in: context)
        let kept = Event.fieldsStated(identifier, stated)
        if let reason = try objection.refusal() {
            return [.requestSubmitted(answer(person, .rejected, reason: reason, context)), kept]
        }
        let request = Request(
            identifier,
            procedure: PersonRights.name,
            profile: profile.rawValue,
            by: person.identifier,
            eori: nil,
            in: context
        )
        return [.requestSubmitted(request), kept]
            + (try PersonFollowing.restriction(of: person, true, in: context))
    }

    /// The request as it is recorded: answered as soon as it is there.
    private func answer(
        _ person: Person,
        _ status: RequestStatus,
        reason: ProblemCode? = nil,
        kept: [KeptRecord] = [],
        _ context: DecisionContext
    ) -> Request {
        Request(
            identifier: identifier,
            procedure: PersonRights.name,
            profile: profile.rawValue,
            person: person.identifier,
            eori: nil,
            requested: .none,
            status: status,
            reason: reason.map { .rule($0) },
            kept: kept,
            submittedAt: context.now
        )
    }

    /// Everything is disclosed, however much that is: where it is much, it is gathered and sent a
    /// part at a time.
    private func disclosure(of person: Person, in context: DecisionContext) throws -> [Event] {
        let request = answer(person, .answered, context)
        let register = context.register
        guard let records = try PersonFollowing(of: person, in: context).fewRecords() else {
            return [
                .requestSubmitted(request),
                PersonFollowing(of: person, in: context).begun(.disclosed),
            ]
        }
        return [
            .requestSubmitted(request),
            .personDisclosed(
                Disclosure(
                    request: identifier,
                    person: person,
                    requests: records.requests + [request],
                    accounts: records.accounts,
                    file: try register.personalFile(of: person.identifier),
                    mentions: try register.messages(
                        naming: person.words,
                        limit: Disclosure.mentionsAtMost
                    ),
                    activities: ProcedureCatalogue.activities(context.settings)
                )
            ),
        ]
    }

    private func rectification(
        of person: Person,
        _ correction: Correction,
        in context: DecisionContext
    ) throws -> [Event] {
        guard let details = person.details else {
            // An official's name stands under decisions as it was signed.
            return [.requestSubmitted(answer(person, .rejected, reason: .notEligible, context))]
        }
        var corrected = person
        corrected.details = correction.applied(to: details)
        let granted = Event.requestSubmitted(answer(person, .granted, context))
        guard corrected != person else { return [granted] }
        let following = PersonFollowing(of: person, in: context)
        let former = details.displayName
        // Mails to others have named the person alone: a new address or language concerns nobody.
        let isRenamed = corrected.details?.displayName != former
        return [granted, .personChanged(corrected, previous: person, .rectified)]
            + (try following.accounts(.rectified))
            + (isRenamed ? try following.told(.rectificationTold, formerName: former) : [])
    }

    private func restriction(
        of person: Person,
        _ isRestricted: Bool,
        in context: DecisionContext
    ) throws -> [Event] {
        [.requestSubmitted(answer(person, .granted, context))]
            + (try PersonFollowing.restriction(of: person, isRestricted, in: context))
    }
}
