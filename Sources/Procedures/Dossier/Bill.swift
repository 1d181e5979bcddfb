import Domain

/// What has to be paid, part by part, as data.
struct Bill: Hashable, Sendable {
    struct Part: Hashable, Sendable {
        enum Formula: Hashable, Sendable {
            /// The amount of a figure.
            case fixed(figure: String)
            /// A figure's percentage of what the request states there, which counts as so much
            /// more as another figure's percentage says.
            case percent(figure: String, of: String, plus: String?)
        }

        let name: String
        /// Nil for always.
        let condition: Condition?
        let formula: Formula
        let label: [Language: String]

        /// What has to be stated for it; nil where nothing has.
        var fact: String? {
            if case .percent(_, let fact, _) = formula { fact } else { nil }
        }

        /// The figures that it asks for.
        var figures: [String] {
            switch formula {
            case .fixed(let figure): [figure]
            case .percent(let figure, _, let plus): [figure] + [plus].compactMap(\.self)
            }
        }
    }

    /// One part with what it comes to.
    struct Line: Hashable, Sendable {
        let part: Part
        let cents: Int64
    }

    let parts: [Part]

    /// The parts that have to be paid, each in whole cents, rounded half up by itself, from what
    /// was stated and not from what is shown. A part of which something is not known is left out.
    ///
    /// - Parameter stated: With the figures, as they were frozen.
    func lines(_ stated: RequestFields) -> [Line] {
        parts.compactMap { part in
            guard part.condition?.holds(for: stated) ?? true,
                let cents = part.cents(stated)
            else { return nil }
            return Line(part: part, cents: cents)
        }
    }

    /// The figures that are asked for by what was stated.
    func figures(_ stated: RequestFields) -> [String] {
        parts.filter { part in
            (part.condition?.holds(for: stated) ?? true)
                && part.fact.map { stated[$0] != nil } ?? true
        }.flatMap(\.figures)
    }
}

extension [Bill.Line] {
    var totalCents: Int64 { reduce(0) { $0 + $1.cents } }
}

extension Bill {
    /// A percentage of an amount that counts as so much more, half up; rates in thousandths of a
    /// percent. For 9,999,999.99 at twice 100 % all stays below 2⁶³.
    static func share(of cents: Int64, rate: Int64, uplift: Int64) -> Int64 {
        // cents × (100,000 + uplift) / 100,000 × rate / 100,000.
        let factor = (100_000 + uplift) / 100
        let scale: Int64 = 1000 * 100_000
        return (cents * factor * rate + scale / 2) / scale
    }
}

extension Bill.Part {
    fileprivate func cents(_ stated: RequestFields) -> Int64? {
        func frozen(_ figure: String) -> Int64? {
            stated.thousandths(Figures.frozen(figure))
        }
        switch formula {
        case .fixed(let figure): return frozen(figure).map { $0 / 10 }
        case .percent(let figure, let fact, let plus):
            guard let base = stated.thousandths(fact), let rate = frozen(figure) else { return nil }
            let uplift = plus.map(frozen) ?? 0
            guard let uplift else { return nil }
            return Bill.share(of: base / 10, rate: rate, uplift: uplift)
        }
    }
}

extension Figures {
    /// What a request states of a figure that was used for it: such as `figure.stamp`. A later file
    /// changes nothing of what somebody was told.
    static func frozen(_ identifier: String) -> String { "figure.\(identifier)" }
    /// What a request states of the basis by which they counted.
    static let basis = "figures.basis"

    /// The values of these figures on `day`, as a request keeps them.
    func frozen(
        _ identifiers: [String],
        on day: CivilDate,
        by basis: FigureBasis
    ) -> RequestFields {
        var frozen = RequestFields()
        for identifier in identifiers {
            frozen[Self.frozen(identifier)] = self[identifier]?.value(on: day, by: basis)
        }
        return frozen
    }
}

extension DecisionContext {
    /// The values of these figures today, as a request keeps them.
    func frozen(_ identifiers: [String]) -> RequestFields {
        (settings.figures ?? .shipped).frozen(
            identifiers,
            on: LuxembourgCalendar.date(at: now),
            by: settings.figureBasis
        )
    }
}
