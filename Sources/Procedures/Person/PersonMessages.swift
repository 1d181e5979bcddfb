import Contract
import Domain

extension RightsRequest {
    /// Reads `registration.person.<right>`.
    static func read(
        _ data: inout PayloadReader,
        right profile: PersonRights.Profile
    ) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let right: Right? =
            switch profile {
            case .access: .access
            case .rectification: correction(&data).map(Right.rectification)
            case .erasure: .erasure
            case .restriction: data.boolean("restricted").map(Right.restriction)
            case .consentWithdrawal: .consentWithdrawal
            case .objection: objection(&data).map(Right.objection)
            }
        guard let identifier, let applicant, let right else { return nil }
        return RightsRequest(
            identifier: identifier,
            applicant: applicant,
            profile: profile,
            right: right
        )
    }

    private static func objection(_ data: inout PayloadReader) -> RequestFields? {
        let grounds = data.text(Objection.grounds.name, 1...Objection.longestGrounds)
        let procedure = data.text(of: Objection.procedure)
        guard let grounds else { return nil }
        var fields = RequestFields()
        fields[Objection.grounds] = grounds
        fields[Objection.procedure] = procedure
        return fields
    }

    private static func correction(_ data: inout PayloadReader) -> Correction? {
        data.object("changes") { changes in
            let correction = Correction(
                familyName: changes.name("familyName", .optional),
                givenName: changes.name("givenName", .optional),
                email: changes.email("email", .optional),
                languages: changes.languages("languages", .optional)
            )
            let names = ["familyName", "givenName", "email", "languages"]
            guard names.contains(where: changes.has) else {
                changes.report("must have at least one of \(names.joined(separator: ", "))")
                return nil
            }
            return correction
        }
    }
}
