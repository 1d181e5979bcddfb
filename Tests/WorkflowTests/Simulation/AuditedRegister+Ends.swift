import Domain

// What ends takes along, as the contract has it.
extension AuditedRegister {
    /// Why these withdrawals by rule must not follow from the effects, or not only they; nil if
    /// they may.
    func problem(withWithdrawals withdrawals: [Reading], after effects: [Reading]) -> String? {
        var due: [String: String] = [:]
        for event in effects {
            for (request, reason) in ends(with: event) where due[request] == nil {
                due[request] = reason
            }
        }
        let found = withdrawals.map { ($0["request"] ?? "", $0["reason"] ?? "") }
        let isRight =
            withdrawals.allSatisfy { $0["status"] == "withdrawn" }
            && Dictionary(found, uniquingKeysWith: { first, _ in first }) == due
            && found.count == due.count
        return isRight ? nil : "ends withdraw \(found) instead of \(due)"
    }

    /// The open requests that rest on what the event ends, with the reason.
    private func ends(with event: Reading) -> [(request: String, reason: String)] {
        switch event["event"] {
        case "operator.changed":
            guard event["status"] == "revoked", event["previous"] == "registered" else { return [] }
            return requests.filter { $0.value.isOpen && $0.value.eori == event["eori"] }
                .filter {
                    ["employee", "operations", "authorisation", "mandate"].contains(
                        $0.value.profile
                    )
                }
                .map { ($0.key, "operator-ended") }
        case "account.changed":
            guard event["change"] != "operator-revoked",
                let before = accounts[event["account"] ?? ""], before.stands,
                !Account(event).stands
            else { return [] }
            return requests.filter {
                $0.value.isOpen && $0.value.eori == before.eori
                    && $0.value.person == before.person
                    && ["operations", "authorisation", "mandate"].contains($0.value.profile)
            }.map { ($0.key, "account-ended") }
        default: return []
        }
    }

    /// Whether the person may ask for more operations now.
    func asksForOperator(_ person: String, _ eori: String) -> Bool {
        accounts.values.contains {
            $0.eori == eori && $0.status == "active"
                && ($0.role == "legal-representative" || $0.role == "natural-person")
                && name($0.person) == person
        }
    }
}

extension Reading {
    /// Whether a request was withdrawn because something that it rested on has ended.
    var isWithdrawnByRule: Bool {
        self["event"] == "request.changed" && self["reason"]?.hasSuffix("-ended") == true
    }
}
