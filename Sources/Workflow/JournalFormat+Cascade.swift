import Contract
import Domain

// What a change brings for many accounts.
extension JournalFormat {
    /// It changes no record by itself: the accounts' own entries do.
    func write(_ cascade: Cascade, _ step: CascadeStep, to json: inout JSONWriter) {
        json.member("event", "cascade.\(step.rawValue)")
        json.object("cascade") { json in
            json.optionalMember("eori", cascade.eori?.text)
            if case .authorisation(let number) = cascade.change {
                json.member("authorisation", number.text)
            }
            if case .requests(let ended) = cascade.change { write(ended, to: &json) }
            if case .system(let system, let work) = cascade.change {
                json.member("system", system)
                json.member("work", work.rawValue)
            }
            if case .person(let person, let work) = cascade.change {
                json.member("person", person.description)
                json.member("work", work.rawValue)
            }
            json.member("since", cascade.since.description)
            json.optionalMember(
                "reached",
                cascade.reached?.description ?? cascade.reachedRequest?.description
            )
        }
        write(cascade.by, remarks: nil, to: &json)
    }

    /// On what the requests rest that are withdrawn.
    private func write(_ ended: Cascade.Ended, to json: inout JSONWriter) {
        switch ended {
        case .economicOperator: json.member("requestsOn", "operator")
        case .account(let person):
            json.member("requestsOn", "account")
            json.member("person", person.description)
        case .authorisation(let number):
            json.member("requestsOn", "authorisation")
            json.member("authorisation", number.text)
        }
    }
}
