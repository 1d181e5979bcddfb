import Contract
import Domain

/// `registration.excise.certified-notice`: who may move goods under suspension tells the office
/// that it will move goods whose duty was paid as well, as certified consignors and consignees do
/// (Directive (EU) 2020/262, article 35(6) and (7)).
struct CertifiedNotice: ReportCommand {
    let sender: ReportSender
    /// The first day of it.
    let day: CivilDate

    /// In the request for the authorisation, from the notice on.
    static let certifiedFrom =
        FieldDefinition("certifiedFrom", "since when goods whose duty was paid are moved, too")

    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let sender = data.reportSender()
        let day = data.date(Granted.validFrom.name)
        guard let sender, let day else { return nil }
        return CertifiedNotice(
            sender: sender,
            day: day
        )
    }

    func events(in context: DecisionContext) throws -> [Event] {
        let report = ExciseReport(
            sender: sender,
            profile: .certifiedNotice,
            use: MandateUse(stated: nil, scope: .emcs, days: []),
            suits: \.managesOperator,
            isDuty: false
        )
        let (authorisation, person) = try report.check(in: context)
        guard authorisation.exciseKind?.mayActAsCertified == true else {
            throw Problem(
                .notEligible,
                at: Granted.number.pointer,
                "warehousekeepers and registered consignees alone say this; others ask for an "
                    + "authorisation"
            )
        }
        guard day >= LuxembourgCalendar.date(at: context.now) else {
            throw Problem(
                .dateOutOfRange,
                at: Granted.validFrom.pointer,
                "the office is told before goods move"
            )
        }
        guard authorisation.status == .active, authorisation.isInForce(on: day) else {
            throw Problem(
                .authorisationNotValid,
                at: Granted.validFrom.pointer,
                "the authorisation is not in force on that day"
            )
        }
        let known = try context.register.fields(of: authorisation.request)
        guard known[Self.certifiedFrom] == nil else {
            throw Problem(.notAwaited, "the office was told already")
        }
        var stated = RequestFields()
        stated[Self.certifiedFrom] = day.description
        return report.answered(for: person, authorisation, in: context)
            + [.fieldsStated(authorisation.request, stated)]
    }
}

extension Excise.Kind {
    /// Whether its holder may act as a certified consignor or consignee once the office is told.
    fileprivate var mayActAsCertified: Bool {
        self == .authorisedWarehousekeeper || self == .registeredConsignee
    }
}

extension Authorisation {
    /// Whether goods whose duty was paid may be moved under it on `day`, by its kind or since the
    /// office was told.
    func isCertified(on day: CivilDate, in context: DecisionContext) throws -> Bool {
        guard exciseKind?.rules.arrangement == .suspension else { return true }
        return try context.register.fields(of: request)[CertifiedNotice.certifiedFrom]
            .flatMap(CivilDate.init).map { $0 <= day } ?? false
    }
}
