import Domain
import Procedures

extension DossierDesk {
    /// A stamp costs 50 euros and one for each day of the month, and VAT is 10 percent and as many:
    /// each day has figures of its own.
    static let figures = Figures(
        Figures.shipped.all.map { figure in
            switch figure.identifier {
            case "stamp": daily(figure) { "\(50 + $0).00" }
            case "relief.vat": daily(figure) { "\(10 + $0)" }
            default: figure
            }
        }
    )

    private static func daily(_ figure: Figure, value: (Int) -> String) -> Figure {
        let first = CivilDate(dayNumber: 20_600)
        let days = (0..<300).map { first.adding(days: $0) }
        return Figure(
            identifier: figure.identifier,
            unit: figure.unit,
            stated: figure.stated,
            law: days.map { day in
                Figure.Rule(
                    from: day,
                    until: day,
                    value: value(day.day),
                    source: "the simulation",
                    seen: first
                )
            }
        )
    }
}
