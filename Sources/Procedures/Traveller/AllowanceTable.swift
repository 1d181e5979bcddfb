import Domain
import Yams

extension Traveller {
    /// `Config/allowances.yaml`, as far as it counts for one basis: what may be brought along, as
    /// data, so that rules, mails and documentation cannot disagree.
    struct AllowanceTable {
        static let file = "allowances.yaml"

        let basis: FigureBasis
        /// Of those that fit, the first holds.
        let rules: [AllowanceRule]
        /// From how much on cash is declared.
        let cashFromCents: Int64
        /// The earliest day on which one of its sources was looked at.
        let asOf: CivilDate
        /// What the rules are taken from, by the names that they have for it.
        let sources: [String: Source]
        private let sentences: [String: [Language: String]]
        /// Of the kinds.
        private let names: [String: [Language: String]]

        /// The tables that the program carries.
        static let shipped: [FigureBasis: Self] = {
            do {
                let yaml = String(decoding: PackageResources.allowances_yaml, as: UTF8.self)
                let tables = try FigureBasis.allCases.map { try Self(yaml: yaml, basis: $0) }
                return Dictionary(uniqueKeysWithValues: tables.map { ($0.basis, $0) })
            } catch {
                preconditionFailure("\(error)")
            }
        }()

        static func shipped(_ basis: FigureBasis) -> Self {
            guard let table = shipped[basis] else { preconditionFailure("there is one for each") }
            return table
        }

        /// - Throws: `TableError`: no YAML, a member that is missing, unknown or of another type, a
        ///   word that nothing is called, a note without a sentence in each language, a kind for
        ///   which no rule would hold.
        init(yaml: String, basis: FigureBasis) throws(TableError) {
            let written: Written
            do {
                written = try YAMLDecoder().decode(Written.self, from: yaml)
            } catch {
                throw TableError(Self.file, error)
            }
            self.basis = basis
            rules = try Self.rules(written).filter { $0.sources[basis] != nil }
            sentences = written.notes.mapValues(\.words)
            names = written.kinds.mapValues(\.words)
            guard let from = Thousandths.value(of: written.cash.from), from % 10 == 0 else {
                throw TableError(Self.file, "cash.from", "is an amount such as 10000.00")
            }
            cashFromCents = from / 10
            sources = written.sources
            let cashSource = basis == .seed ? written.cash.seed : written.cash.law
            asOf = try Self.earliest(
                of: rules.compactMap { $0.sources[basis] } + [cashSource],
                in: sources
            )
            try check()
        }

        struct Source: Decodable {
            let document: String
            let taken: String
        }

        private static func earliest(
            of names: [String],
            in sources: [String: Source]
        ) throws(TableError) -> CivilDate {
            var earliest: CivilDate?
            for name in names {
                guard let source = sources[name] else {
                    throw TableError(file, "sources.\(name)", "is missing")
                }
                guard let taken = CivilDate(source.taken) else {
                    throw TableError(file, "sources.\(name).taken", "is no day")
                }
                earliest = min(earliest ?? taken, taken)
            }
            guard let earliest else { throw TableError(file, "rules", "there is none") }
            return earliest
        }

        /// What holds for the goods.
        func rule(for goods: Goods, on journey: Journey) -> AllowanceRule {
            guard let rule = rules.first(where: { $0.fits(goods, on: journey) }) else {
                preconditionFailure("checked when it was read")
            }
            return rule
        }

        func sentence(_ note: String, in language: Language) -> String? {
            sentences[note]?[language]
        }

        func name(of kind: Goods.Kind, in language: Language) -> String {
            names[kind.rawValue]?[language] ?? kind.rawValue
        }

        /// Sees to it that every rule has the sentences that it names, and every kind a rule.
        private func check() throws(TableError) {
            for rule in rules {
                let unsaid = (rule.notes + rule.notesBeyond).first { sentences[$0] == nil }
                if let unsaid { throw TableError(Self.file, "notes.\(unsaid)", "is missing") }
            }
            guard Set(rules.map(\.name)).count == rules.count else {
                throw TableError(Self.file, "rules", "two have the same name")
            }
            let journeys: [Set<Journey.Scope>] = [
                [.anywhere, .inside], [.anywhere, .outside, .air], [.anywhere, .outside, .land],
            ]
            for kind in Goods.Kind.allCases {
                guard names[kind.rawValue] != nil else {
                    throw TableError(Self.file, "kinds.\(kind.rawValue)", "is missing")
                }
                for scopes in journeys where !isRuled(kind, scopes) {
                    throw TableError(
                        Self.file,
                        "rules",
                        "for \(kind.rawValue) none holds unconditionally ("
                            + scopes.map(\.rawValue).sorted().joined(separator: ", ") + ")"
                    )
                }
            }
        }

        /// Whether something holds for the kind, whatever else is so.
        private func isRuled(_ kind: Goods.Kind, _ scopes: Set<Journey.Scope>) -> Bool {
            rules.contains {
                $0.isUnconditional && $0.kinds.contains(kind) && scopes.contains($0.journey)
            }
        }

        private static func rules(_ written: Written) throws(TableError) -> [AllowanceRule] {
            let members = AllowanceRule.Written.CodingKeys.allCases.map(\.rawValue)
            var rules: [AllowanceRule] = []
            for (rule, stated) in zip(written.rules, written.stated) {
                if let other = stated.stranger(to: members) {
                    throw TableError(
                        file,
                        "rules.\(rule.rule).\(other)",
                        "is unknown; known are \(members.joined(separator: ", "))"
                    )
                }
                rules.append(try AllowanceRule(rule, at: "rules.\(rule.rule)"))
            }
            return rules
        }

        private struct Written: Decodable {
            struct Cash: Decodable {
                let from: String
                let seed: String
                let law: String
            }

            let sources: [String: Source]
            let cash: Cash
            let rules: [AllowanceRule.Written]
            let kinds: [String: WrittenWords]
            let notes: [String: WrittenWords]
            /// The names of what each rule states, be it known or not.
            let stated: [StatedNames]

            enum CodingKeys: String, CodingKey { case sources, cash, rules, kinds, notes }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                sources = try container.decode([String: Source].self, forKey: .sources)
                cash = try container.decode(Cash.self, forKey: .cash)
                rules = try container.decode([AllowanceRule.Written].self, forKey: .rules)
                kinds = try container.decode([String: WrittenWords].self, forKey: .kinds)
                notes = try container.decode([String: WrittenWords].self, forKey: .notes)
                stated = try container.decode([StatedNames].self, forKey: .rules)
            }
        }
    }
}
