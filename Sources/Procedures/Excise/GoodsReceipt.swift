import Contract
import Domain

/// `registration.excise.receipt`: goods were received, or released for consumption. Opens what has
/// to be done because of that.
struct GoodsReceipt: Command {
    enum Kind {
        case received
        case released

        /// The field that holds the day.
        var field: FieldDefinition {
            self == .received ? Reported.receivedOn : Reported.releasedOn
        }
    }

    let identifier: RequestIdentifier
    let applicant: Applicant
    let number: AuthorisationNumber
    let movement: Excise.Movement
    let kind: Kind
    let day: CivilDate

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        do {
            let report = ExciseReport(
                identifier: identifier,
                applicant: applicant,
                number: number,
                profile: .receipt
            )
            let (authorisation, person) = try report.check(in: context)
            try checkDay(authorisation, in: context)
            let duties = authorisation.exciseKind?.duties(after: kind) ?? []
            guard !duties.isEmpty else {
                throw Problem(
                    .notEligible,
                    at: kind.field.pointer,
                    "nothing has to be done after this under an authorisation as "
                        + authorisation.kind.replacing("-", with: " ")
                )
            }
            try checkMovement(authorisation, duties, in: context)
            let opened = duties.map { open($0, under: authorisation, in: context) }
            return .apply([report.answered(for: person, authorisation, in: context)] + opened)
        } catch let problem as Problem {
            return .refuse(problem)
        }
    }

    private func checkDay(_ authorisation: Authorisation, in context: DecisionContext) throws {
        guard day <= LuxembourgCalendar.date(at: context.now) else {
            throw Problem(
                .dateOutOfRange,
                at: kind.field.pointer,
                "that day is still to come"
            )
        }
        guard authorisation.isInForce(on: day) else {
            throw Problem(
                .authorisationNotValid,
                at: kind.field.pointer,
                "the authorisation was not in force on that day"
            )
        }
    }

    private func checkMovement(
        _ authorisation: Authorisation,
        _ duties: [Excise.Duty],
        in context: DecisionContext
    ) throws {
        let known = try context.register.obligations(under: number, reference: movement.text)
        guard !known.contains(where: { duties.map(\.rawValue).contains($0.kind) }) else {
            throw Problem(.receiptExists, "this was reported for this movement already")
        }
        guard authorisation.exciseKind?.isTemporary == true else { return }
        guard try context.register.obligations(under: number, reference: nil).isEmpty else {
            throw Problem(.notEligible, "the authorisation is for one movement, which was reported")
        }
    }

    private func open(
        _ duty: Excise.Duty,
        under authorisation: Authorisation,
        in context: DecisionContext
    ) -> Event {
        let settings = context.settings.values
        return Obligation(
            identifier: ObligationIdentifier(context.identifiers.next()),
            procedure: Excise.name,
            kind: duty.rawValue,
            holder: .economicOperator(authorisation.eori),
            authorisation: number,
            reference: movement.text,
            request: identifier,
            arisenOn: day,
            dueOn: duty.dueOn(after: day, settings)
        ).opened(remindBefore: [settings[Excise.remindBefore]], at: context.now)
    }
}

extension Excise.Kind {
    /// What has to be done after goods were received or released. A warehousekeeper's goods stay
    /// under suspension until they are released; others release them with the receipt.
    fileprivate func duties(after kind: GoodsReceipt.Kind) -> [Excise.Duty] {
        switch (self, kind) {
        case (.authorisedWarehousekeeper, .received): [.reportOfReceipt]
        case (.authorisedWarehousekeeper, .released): [.declaration]
        case (.registeredConsignee, .received): [.declaration, .reportOfReceipt]
        case (.temporaryRegisteredConsignee, .received), (.certifiedConsignee, .received),
            (.temporaryCertifiedConsignee, .received):
            [.declaration]
        case (.certifiedConsignor, _), (_, .released): []
        }
    }
}

extension Excise.Duty {
    /// The last day on which it is done in time. The declaration: the Thursday of the week after
    /// the receipt or release, weeks running from Monday to Sunday. The report: so many working
    /// days after the receipt (Directive (EU) 2020/262, article 24).
    fileprivate func dueOn(after day: CivilDate, _ settings: SettingValues) -> CivilDate {
        switch self {
        case .declaration:
            let thursday = LuxembourgCalendar.thursdayOfNextWeek(after: day)
            return settings[Excise.deadlineRollsForward]
                ? LuxembourgCalendar.workingDay(notBefore: thursday) : thursday
        case .reportOfReceipt:
            return LuxembourgCalendar.day(settings[Excise.reportWithin], after: day)
        }
    }
}
