import Contract
import Domain

/// `registration.relief.household-goods`, `.vehicle`, `.wedding` and `.pet`: somebody wants goods,
/// or animals, to be free of import duties.
struct ReliefRequest: RuledCommand {
    let identifier: RequestIdentifier
    let applicant: Applicant
    let profile: Relief.Profile
    /// By the names in `Relieved`.
    let stated: RequestFields
    let documents: [Document]

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func events(in context: DecisionContext) throws -> [Event] {
        guard try context.register.request(identifier) == nil else {
            throw Problem.requestIsKnown
        }
        let (person, recorded) = try PersonLookup(context: context).applicant(applicant)
        if stated[Relieved.arrivingFrom] == Relief.Origin.union.rawValue {
            let request = submitted(by: person, exempt: .insideUnion, in: context)
            return recorded + [.requestSubmitted(request), .fieldsStated(identifier, stated)]
        }
        try checkDays(in: context)
        let settings = context.settings
        let stated = stated.updated(with: Relief.frozen(for: profile, stated, in: context))
        let dossier = Dossier(
            stated: stated,
            documents: documents,
            arrivedOn: Relief.arrival(in: stated)
        )
        let isRejected =
            settings.values[Relief.rejectByRule]
            && Relief.findings(on: dossier, of: profile).contains(where: \.isGround)
        let request = submitted(
            by: person,
            rejected: isRejected ? .notEligible : nil,
            in: context
        )
        return recorded
            + [.requestSubmitted(request), .fieldsStated(identifier, stated)]
            + (documents.isEmpty ? [] : [.documentsNamed(identifier, documents)])
    }

    private func submitted(
        by person: Person,
        rejected reason: ProblemCode? = nil,
        exempt exemption: Exemption? = nil,
        in context: DecisionContext
    ) -> Request {
        Request(
            identifier,
            procedure: Relief.name,
            profile: profile.rawValue,
            by: person.identifier,
            eori: nil,
            rejected: reason,
            exempt: exemption,
            in: context
        )
    }

    /// The move, the entry and the wedding may lie ahead; what has to have been may not.
    private func checkDays(in context: DecisionContext) throws {
        let today = LuxembourgCalendar.date(at: context.now)
        for field in [
            Relieved.firstRegisteredOn, Relieved.tattooedOn, Relieved.rabiesVaccinatedOn,
            Relieved.bornOn,
        ] where stated.day(field).map({ $0 > today }) ?? false {
            throw Problem(.dateOutOfRange, at: field.pointer, "the day is still to come")
        }
    }
}

extension Relief {
    /// What a request states of the figures that count for it, whatever they are later.
    static func frozen(
        for profile: Profile,
        _ stated: RequestFields,
        in context: DecisionContext
    ) -> RequestFields {
        let identifiers = (bill(of: profile)?.figures(stated) ?? []) + Limit.figures(of: profile)
        guard !identifiers.isEmpty else { return RequestFields() }
        var frozen = context.frozen(identifiers)
        frozen[Figures.basis] = context.settings.figureBasis.rawValue
        return frozen
    }
}
