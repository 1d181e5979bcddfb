public import Domain
import Yams

extension Figures {
    /// Those that the program carries: `Config/figures.yaml`.
    public static let shipped: Figures = {
        do {
            return try Figures(
                yaml: String(decoding: PackageResources.figures_yaml, as: UTF8.self),
                file: "figures.yaml"
            )
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// The figures that a file lists: all that the program knows, and no others.
    ///
    /// - Parameter file: Its name, for errors.
    /// - Throws: `TableError`: no YAML, a member that is missing or unknown, a value that is none
    ///   of its unit, days that overlap, a figure that is missing, unknown or there twice.
    public init(yaml: String, file: String) throws(TableError) {
        let written: [WrittenFigure]
        do {
            written = try YAMLDecoder().decode([WrittenFigure].self, from: yaml)
        } catch {
            throw TableError(file, error)
        }
        let figures = written.map(\.figure)
        var names: Set<String> = []
        for figure in figures {
            guard names.insert(figure.identifier).inserted else {
                throw TableError(file, figure.identifier, "is there twice")
            }
            guard Self.units[figure.identifier] ?? figure.unit == figure.unit else {
                throw TableError(file, figure.identifier, "is counted in another unit")
            }
            guard Self.units[figure.identifier] != nil else {
                throw TableError(file, figure.identifier, "no rule asks for a figure of this id")
            }
            if let problem = figure.problem { throw TableError(file, figure.identifier, problem) }
        }
        if let missing = Self.units.keys.sorted().first(where: { !names.contains($0) }) {
            throw TableError(file, missing, "is missing")
        }
        self.init(figures)
    }

    /// Every figure that rules ask for, with what it counts.
    private static let units: [String: Figure.Unit] = [
        "stamp": .euros, "plate.personalised": .euros, "plate.transferred": .euros,
        "stamp.snca": .euros, "stamp.account": .text, "inspection.longest": .months,
        "relief.duty": .percent, "relief.vat": .percent, "relief.vat-uplift": .percent,
        "relief.settlement": .euros, "relief.months-abroad": .months,
        "relief.months-owned": .months, "relief.vehicle-months": .months,
        "relief.vehicle-kilometres": .kilometres, "relief.new-present-duty": .euros,
        "relief.new-present-vat": .euros,
    ]
}

extension Figure {
    /// Nil if all is well.
    fileprivate var problem: String? {
        for value in [stated?.value].compactMap(\.self) + law.map(\.value) where !suits(value) {
            return "\(value) is no value of the unit \(unit.rawValue)"
        }
        for (earlier, later) in zip(law, law.dropFirst()) {
            guard let until = earlier.until, until < later.from else {
                return "the days from \(earlier.from) on overlap with those from \(later.from) on"
            }
        }
        for rule in law where rule.until.map({ $0 < rule.from }) ?? false {
            return "the days from \(rule.from) on end before they begin"
        }
        return nil
    }

    /// Whether the text is a value of the unit: whole cents, tenths of a percent, whole months and
    /// kilometres.
    private func suits(_ value: String) -> Bool {
        switch unit {
        case .text: !value.isEmpty
        case .euros: Thousandths.value(of: value).map { $0 % 10 == 0 } ?? false
        case .percent: Thousandths.value(of: value).map { $0 % 100 == 0 } ?? false
        case .months, .kilometres: Thousandths.value(of: value).map { $0 % 1000 == 0 } ?? false
        }
    }
}

private struct WrittenFigure: Decodable {
    let figure: Figure

    private enum Keys: String, CodingKey, CaseIterable { case id, unit, seed, law, use }
    private enum SeedKeys: String, CodingKey, CaseIterable { case value, file, taken }
    private enum LawKeys: String, CodingKey, CaseIterable { case from, until, value, source, seen }

    init(from decoder: any Decoder) throws {
        let members = try decoder.members(Keys.self)
        let unit = try members.decode(String.self, forKey: .unit)
        guard let known = Figure.Unit(rawValue: unit) else {
            let units = Figure.Unit.allCases.map(\.rawValue).joined(separator: ", ")
            throw decoder.refusal("unit: \(unit) is unknown; known are \(units)")
        }
        let use = try members.decodeIfPresent(String.self, forKey: .use)
        guard use.map({ FigureBasis(rawValue: $0) != nil }) ?? true else {
            throw decoder.refusal("use: write seed or law")
        }
        figure = Figure(
            identifier: try members.decode(String.self, forKey: .id),
            unit: known,
            stated: try members.decodeIfPresent(Stated.self, forKey: .seed)?.stated,
            law: try members.decodeIfPresent([Rule].self, forKey: .law)?.map(\.rule) ?? [],
            basis: use.flatMap(FigureBasis.init)
        )
    }

    private struct Stated: Decodable {
        let stated: Figure.Stated

        init(from decoder: any Decoder) throws {
            let members = try decoder.members(SeedKeys.self)
            stated = Figure.Stated(
                value: try members.decode(String.self, forKey: .value),
                file: try members.decode(String.self, forKey: .file),
                taken: try members.day(.taken, decoder)
            )
        }
    }

    private struct Rule: Decodable {
        let rule: Figure.Rule

        init(from decoder: any Decoder) throws {
            let members = try decoder.members(LawKeys.self)
            rule = Figure.Rule(
                from: try members.day(.from, decoder),
                until: members.contains(.until) ? try members.day(.until, decoder) : nil,
                value: try members.decode(String.self, forKey: .value),
                source: try members.decode(String.self, forKey: .source),
                seen: try members.day(.seen, decoder)
            )
        }
    }
}

extension KeyedDecodingContainer {
    fileprivate func day(_ key: Key, _ decoder: any Decoder) throws -> CivilDate {
        let text = try decode(String.self, forKey: key)
        guard let day = CivilDate(text) else {
            throw decoder.refusal("\(key.stringValue): \(text) is no day that exists")
        }
        return day
    }
}
