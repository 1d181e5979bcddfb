import Contract

/// One thing that was looked at, and what came of it.
struct Diagnosis {
    enum Verdict: String, Comparable {
        case ok
        /// Worth knowing; nothing has to be done.
        case hint
        /// Works, and should be put right.
        case warning
        /// Does not work, or may do harm.
        case problem

        private var weight: Int {
            switch self {
            case .ok: 0
            case .hint: 1
            case .warning: 2
            case .problem: 3
            }
        }

        static func < (left: Verdict, right: Verdict) -> Bool { left.weight < right.weight }

        var style: Style {
            switch self {
            case .ok: .good
            case .hint: .faint
            case .warning: .waiting
            case .problem: .bad
            }
        }
    }

    /// What was looked at: `configuration`, `store`, `broker`, `daemon` or `work`.
    let area: String
    /// A word for programs, such as `store.disk-space`.
    let name: String
    let verdict: Verdict
    /// What was found.
    let finding: String
    /// What to do; nil for nothing.
    let advice: String?

    init(
        _ name: String,
        _ verdict: Verdict,
        _ finding: String,
        advice: String? = nil
    ) {
        area = String(name.prefix { $0 != "." })
        self.name = name
        self.verdict = verdict
        self.finding = finding
        self.advice = advice
    }

    static func ok(_ name: String, _ finding: String) -> Diagnosis {
        Diagnosis(name, .ok, finding)
    }

    func write(to json: inout JSONWriter) {
        json.member("name", name)
        json.member("verdict", verdict.rawValue)
        json.member("finding", finding)
        json.member("advice", advice)
    }
}
