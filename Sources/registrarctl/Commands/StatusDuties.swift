import Contract
import Domain
import Procedures
import Storage

/// How many authorisations, obligations and guarantees the register holds, for `status`.
struct DutyCounts {
    /// How many of one kind have one status.
    struct Count {
        let kind: String
        let status: String
        /// Among the statuses.
        let place: Int
        let style: Style
        let count: Int
    }

    private let authorisations: [Count]
    private let obligations: [Count]
    private let guarantees: [Count]

    init(_ figures: RegisterFigures) {
        authorisations = Self.counts(figures.authorisations, \.style)
        obligations = Self.counts(figures.obligations, \.style)
        guarantees = Self.counts(["": figures.guarantees], \.style)
    }

    /// By kind, then in the order of the statuses; those that occur.
    private static func counts<Status: CaseIterable & RawRepresentable<String>>(
        _ counts: [String: [Status: Int]],
        _ style: (Status) -> Style
    ) -> [Count] {
        counts.sorted { $0.key < $1.key }.flatMap { kind, counts in
            Status.allCases.enumerated().compactMap { place, status in
                guard let count = counts[status], count > 0 else { return nil }
                return Count(
                    kind: kind,
                    status: status.rawValue,
                    place: place,
                    style: style(status),
                    count: count
                )
            }
        }
    }

    func write(to json: inout JSONWriter) {
        for (name, counts) in [("authorisations", authorisations), ("obligations", obligations)] {
            json.objects(name, counts) { count, json in
                json.member("kind", count.kind)
                json.member("status", count.status)
                json.member("count", count.count)
            }
        }
        json.object("guarantees") { json in
            for status in GuaranteeStatus.allCases {
                let count = guarantees.first { $0.status == status.rawValue }
                json.member(status.rawValue, count?.count ?? 0)
            }
        }
    }

    /// Titles with their tables; those that have rows.
    func tables(on screen: Screen) -> [(title: String, text: String)] {
        [
            ("Authorisations", authorisations), ("To be done by a day", obligations),
            ("Guarantees", guarantees),
        ]
        .filter { !$0.1.isEmpty }
        .map { ($0.0, Self.table($0.1).text(on: screen, indent: 2)) }
    }

    /// A row for each kind, a column for each status that occurs.
    private static func table(_ counts: [Count]) -> Table {
        var statuses: [String] = []
        for count in counts.sorted(by: { $0.place < $1.place })
        where !statuses.contains(count.status) {
            statuses.append(count.status)
        }
        var kinds: [String] = []
        for count in counts where !kinds.contains(count.kind) { kinds.append(count.kind) }
        let hasKinds = kinds != [""]
        let rows = kinds.map { kind in
            let cells = statuses.map { status -> Cell in
                let count = counts.first { $0.kind == kind && $0.status == status }
                return count.map { Cell($0.count, $0.style) } ?? ""
            }
            return (hasKinds ? [Cell(ProcedureCatalogue.words(forKind: kind))] : []) + cells
        }
        return Table(
            (hasKinds ? [.flexible("KIND")] : []) + statuses.map { .number($0.uppercased()) },
            rows
        )
    }
}
