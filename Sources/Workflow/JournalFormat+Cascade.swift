import Contract
import Domain

// What a change brings for many accounts.
extension JournalFormat {
    /// It changes no record by itself: the accounts' own entries do.
    func write(_ cascade: Cascade, _ step: CascadeStep, to json: inout JSONWriter) {
        json.member("event", "cascade.\(step.rawValue)")
        json.object("cascade") { json in
            json.member("eori", cascade.eori.text)
            if case .authorisation(let number) = cascade.change {
                json.member("exciseNumber", number.text)
            }
            json.member("since", cascade.since.description)
            json.optionalMember("reached", cascade.reached?.description)
        }
        write(cascade.by, remarks: nil, to: &json)
    }
}
