import Domain

// Who is mailed about authorisations and obligations, as the contract has it.
extension AuditedRegister {
    /// How many are told of the operator's business: who manages it by one of `accounts`, and the
    /// applicant with one that is active, be it of whoever acts for it; the office, if nobody
    /// manages it.
    private func representatives(
        _ eori: String,
        of request: String,
        among accounts: [String: Account]
    ) -> Int {
        let person = requests[request]?.person ?? ""
        var told = managers(eori, among: accounts)
        let acting = said[request]?.representation.flatMap { authorisations[$0.mandate]?.eori }
        let isActive = accounts.values.contains {
            ($0.eori == eori || $0.eori == acting) && $0.person == person && $0.status == "active"
        }
        let offices = told.isEmpty ? 1 : 0
        if isActive { told.insert(person) }
        return told.count + offices
    }

    private func managers(_ eori: String, among accounts: [String: Account]) -> Set<String> {
        Set(
            accounts.values.filter {
                $0.eori == eori && $0.manages
                    && ($0.status == "active" || $0.status == "provisioning")
            }.map(\.person)
        )
    }

    /// Both sides are told of a mandate: what they had before it, when it goes with one of them.
    private func mails(
        ofMandate authorisation: Authorisation,
        for counterparty: String,
        _ change: String,
        among accounts: [String: Account]
    ) -> (mail: String, count: Int)? {
        // That it ends was told when somebody wanted it.
        if change == "lapsed", authorisation.status == "revoked" { return nil }
        let parties = [authorisation.eori, counterparty]
        let told = parties.map { managers($0, among: accounts) }.reduce(Set()) { $0.union($1) }
        let template = change == "warned" ? "mandate-warning" : "mandate-ended"
        return ("\(authorisation.request) excise.\(template)", told.count)
    }

    /// The mails that follow from an event that was taken over: of which request and template, and
    /// how many.
    ///
    /// - Parameter before: the accounts before whatever happened with it.
    func mails(
        after event: Reading,
        before: [String: Account]
    ) -> (mail: String, count: Int)? {
        switch event["event"] {
        case "authorisation.changed":
            return mails(
                about: Authorisation(event.object("authorisation")),
                event["change"] ?? "",
                before: before
            )
        case "obligation.opened", "obligation.changed":
            let obligation = Obligation(event.object("obligation"))
            return obligation.procedure == "excise"
                ? mails(about: obligation, event["change"])
                : dossierMails(about: obligation, event["change"], by: event["by"])
        default: return nil
        }
    }

    private func mails(
        about authorisation: Authorisation,
        _ change: String,
        before: [String: Account]
    ) -> (mail: String, count: Int)? {
        let isOperators = change == "operator-revoked"
        let accounts = isOperators ? before : accounts
        if let counterparty = authorisation.counterparty {
            return mails(ofMandate: authorisation, for: counterparty, change, among: accounts)
        }
        let template = [
            "warned": "warning", "lapsed": "lapsed", "revoked": "revoked",
            "operator-revoked": "revoked",
        ]
        return (
            "\(authorisation.request) excise.\(template[change] ?? "")",
            representatives(
                authorisation.eori,
                of: authorisation.request,
                among: accounts
            )
        )
    }

    /// - Parameter change: Nil for one that arose.
    private func mails(
        about obligation: Obligation,
        _ change: String?
    ) -> (mail: String, count: Int)? {
        let template: String
        switch (change, obligation.status) {
        case (nil, "open"):
            // The mail about the declaration names the payment, that about a paper the entry, and
            // the consignor knows what it waits for.
            return ["duty-payment", "receipt-expected", "emcs-catch-up"].contains(obligation.kind)
                ? nil : ("\(obligation.request) excise.due", 1)
        case (nil, _), ("overdue", _), ("postponed", "overdue"): template = "overdue"
        case ("postponed", "open") where !obligation.dueOn.isEmpty:
            guard obligation.kind != "receipt-expected" else { return nil }
            template = "due"
        case ("reminded", _): template = "due-reminder"
        default: return nil
        }
        return (
            "\(obligation.request) excise.\(template)",
            representatives(obligation.eori, of: obligation.request, among: accounts)
        )
    }
}
