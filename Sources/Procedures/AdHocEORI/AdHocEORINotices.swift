import Contract
import Domain

extension AdHocEORI {
    /// What becomes of the account later is told as it is of every account.
    static let mails = [
        mail("pending", [.recipient]),
        mail(
            "awaiting-you",
            [.applicant, .purpose, .operations, .request],
            variants: [MailVariant(profile), "answer"]
        ),
        mail("granted", [.recipient, .eori, .operations], optional: [.remarks]),
        mail("rejected", [.recipient, .remarks], isAdverse: true),
        mail("information-requested", [.recipient, .remarks]),
        mail("withdrawn", [.recipient]),
        mail("expired", [.recipient]),
        mail("expired-approver", [.applicant, .request]),
        mail("reminder", [.applicant, .request], optional: [.expiresOn]),
        mail("escalation", [.applicant, .request], optional: [.expiresOn]),
    ]

    static func values(for request: Request, in context: NoticeContext) throws -> MailValues {
        [.purpose: try context.register.fields(of: request.identifier)[purpose].map { .lines($0) }]
    }
}

extension MailVariable {
    /// What the EORI is needed for.
    fileprivate static let purpose: Self = "purpose"
}
