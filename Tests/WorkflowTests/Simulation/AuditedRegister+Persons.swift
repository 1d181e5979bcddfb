import Domain

// The rights of the person, as the contract has them.
extension AuditedRegister {
    /// Why these events must not follow from the exercise of a right; nil if they may.
    func problem(with effects: [Reading], of sent: Sent.Right) -> String? {
        let names = effects.map { $0["event"] ?? "" }
        guard people.values.contains(sent.person) else {
            return sent.right == "access" && names == ["person.disclosed"]
                ? nil : "a stranger's right makes \(names)"
        }
        guard let first = effects.first, names.first == "request.submitted" else {
            // Known by the end of the simulation, and not yet when this was asked.
            return sent.right == "access" && names == ["person.disclosed"]
                ? nil : "a right makes \(names)"
        }
        let made = Request(first)
        guard made.profile == sent.right, requests[sent.request] == nil,
            name(made.person) == sent.person
        else { return "the right is not the one that was exercised" }
        guard made.status == (sent.right == "access" ? "answered" : "granted") else {
            // An official, of whom there is no name to correct.
            return made.status == "rejected" && names.count == 1 ? nil : "a right is \(made.status)"
        }
        let rest = effects.dropFirst()
        switch sent.right {
        case "access": return rest.map { $0["event"] } == ["person.disclosed"] ? nil : "\(names)"
        case "consent-withdrawal":
            let open = requests.values.count {
                $0.person == made.person && $0.isOpen && $0.restsOnConsent
            }
            let isRight =
                rest.count == open
                && rest.allSatisfy {
                    $0["event"] == "request.changed" && $0["status"] == "withdrawn"
                }
            return isRight ? nil : "\(open) requests are open, and \(names) follow"
        default: return problemOfAccounts(rest, made.person, restricts: sent.restricts)
        }
    }

    /// - Parameter restricts: Nil for a correction.
    private func problemOfAccounts(
        _ effects: ArraySlice<Reading>,
        _ person: String,
        restricts: Bool?
    ) -> String? {
        guard let first = effects.first else { return nil }
        guard first["event"] == "person.changed", first["person"] == person else {
            return "somebody else changes"
        }
        let own = accounts.values.filter { $0.person == person }
        let due =
            switch restricts {
            // Of several with one operator the newest has the user.
            case nil: Set(own.map(\.eori)).count
            case true?: own.count { $0.stands && $0.status != "suspended" }
            case false?: own.count { $0.status == "suspended" }
            }
        let changes = effects.dropFirst().filter { $0["event"] != "operator.without-manager" }
        let isRight = changes.allSatisfy { event in
            guard event["event"] == "account.changed" else { return false }
            let (before, after) = (event["previous"], event["status"])
            switch restricts {
            case nil: return before == after
            case true?: return after == "suspended"
            case false?:
                return before == "suspended"
                    && ["active", "provisioning", "failed"].contains(after)
            }
        }
        return isRight && changes.count == due ? nil : "of \(due) accounts others change"
    }

    /// Whether the exercise of a right is refused with this code now.
    func justifies(_ code: String, _ sent: Sent.Right) -> Bool {
        switch code {
        case "request-exists": requests[sent.request] != nil
        // Known by the end of the simulation, perhaps; not of a request or an account before this.
        case "not-eligible": !requests.values.contains { name($0.person) == sent.person }
        default: false
        }
    }
}
