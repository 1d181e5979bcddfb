import Contract

/// One thing that was looked at, and what came of it.
struct Diagnosis {
    enum Verdict: Comparable {
        case ok
        /// Worth knowing; nothing has to be done.
        case hint
        /// Works, and should be put right.
        case warning
        /// Does not work, or may do harm.
        case problem

        var word: String { "\(self)" }

        var style: Style {
            switch self {
            case .ok: .good
            case .hint: .faint
            case .warning: .waiting
            case .problem: .bad
            }
        }
    }

    /// A word for programs, such as `store.disk-space`.
    let name: String
    let verdict: Verdict
    /// What was found.
    let finding: String
    /// What to do; nil for nothing.
    let advice: String?

    /// What was looked at: `configuration`, `store`, `broker`, `daemon` or `work`.
    var area: String { String(name.prefix { $0 != "." }) }

    func write(to json: inout JSONWriter) {
        json.member("name", name)
        json.member("verdict", verdict.word)
        json.member("finding", finding)
        json.member("advice", advice)
    }
}

extension [Diagnosis] {
    mutating func ok(_ name: String, _ finding: String) { add(.ok, name, finding, nil) }

    mutating func hint(_ name: String, _ finding: String, advice: String) {
        add(.hint, name, finding, advice)
    }

    mutating func warning(_ name: String, _ finding: String, advice: String) {
        add(.warning, name, finding, advice)
    }

    mutating func problem(_ name: String, _ finding: String, advice: String) {
        add(.problem, name, finding, advice)
    }

    mutating func add(
        _ verdict: Diagnosis.Verdict,
        _ name: String,
        _ finding: String,
        _ advice: String?
    ) {
        append(Diagnosis(name: name, verdict: verdict, finding: finding, advice: advice))
    }
}
