import Domain
import Yams

extension Excise {
    /// Under which arrangement goods move.
    enum Arrangement: String, CaseIterable, Decodable {
        /// The duty is due when the goods are released for consumption.
        case suspension
        /// It was paid in the member state that the goods come from.
        case dutyPaid = "duty-paid"
    }

    /// What a kind of authorisation lets its holder do with goods.
    enum Activity: String, CaseIterable, Decodable {
        case receive, store, release, dispatch
    }

    /// When the payment of the duty has to be secured.
    enum GuaranteeRule: String, CaseIterable, Decodable {
        /// Nothing is granted without a guarantee.
        case atGrant = "at-grant"
        /// The excise office says in which form; a grant does not wait for it.
        case office
        /// With each movement of goods.
        case perMovement = "per-movement"
    }

    /// What holds for one kind of authorisation.
    struct KindRules: Decodable {
        let arrangement: Arrangement
        /// Whether it is for one movement of goods, and ends on a day that is set.
        let oneMovement: Bool
        let may: [Activity]
        /// Nil where none is owed.
        let guarantee: GuaranteeRule?
        let onReceipt: [Duty]
        let onRelease: [Duty]
        /// Besides what the consignor waits for.
        let onDispatch: [Duty]
        /// Names of sentences that say what its holder owes all the time.
        let duties: [String]
        /// Where the rule stands, for whoever has to check it.
        let source: String

        enum CodingKeys: String, CodingKey, CaseIterable {
            case arrangement, oneMovement, may, guarantee, onReceipt, onRelease, onDispatch
            case duties, source
        }
    }

    /// `Config/excise.yaml`: what holds for each kind of authorisation, as data, so that rules,
    /// mails and documentation cannot disagree.
    struct KindTable {
        private let rules: [Kind: KindRules]
        /// By name and language.
        private let sentences: [String: [Language: String]]

        private static let file = "excise.yaml"

        /// The table that the program carries.
        static let shipped: Self = {
            do {
                return try Self(
                    yaml: String(decoding: PackageResources.excise_yaml, as: UTF8.self)
                )
            } catch {
                preconditionFailure("\(error)")
            }
        }()

        /// - Throws: `TableError`: no YAML, a member that is missing, unknown or of another
        ///   type, a kind without rules, a duty without a sentence in each language.
        init(yaml: String) throws(TableError) {
            let written: Written
            do {
                written = try YAMLDecoder().decode(Written.self, from: yaml)
            } catch {
                throw TableError(Self.file, error)
            }
            var rules: [Kind: KindRules] = [:]
            let members = KindRules.CodingKeys.allCases.map(\.rawValue)
            for (name, kind) in written.kinds {
                guard let known = Kind(rawValue: name) else {
                    throw TableError(
                        Self.file,
                        "kinds.\(name)",
                        "no kind of authorisation is called so"
                    )
                }
                if let other = written.stated[name]?.stranger(to: members) {
                    throw TableError(
                        Self.file,
                        "kinds.\(name).\(other)",
                        "is unknown; known are \(members.joined(separator: ", "))"
                    )
                }
                rules[known] = kind
            }
            for kind in Kind.allCases where rules[kind] == nil {
                throw TableError(Self.file, "kinds.\(kind.rawValue)", "is missing")
            }
            self.rules = rules
            sentences = written.duties.mapValues(\.words)
            for (kind, own) in rules {
                for duty in own.duties where sentences[duty] == nil {
                    throw TableError(
                        Self.file,
                        "kinds.\(kind.rawValue).duties",
                        "\(duty) has no sentence below duties"
                    )
                }
            }
        }

        subscript(kind: Kind) -> KindRules {
            guard let rules = rules[kind] else { preconditionFailure("checked when it was read") }
            return rules
        }

        /// What a holder owes all the time, one sentence each.
        func duties(of kind: Kind, in language: Language) -> [String] {
            self[kind].duties.compactMap { sentences[$0]?[language] }
        }

        private struct Written: Decodable {
            let kinds: [String: KindRules]
            let duties: [String: WrittenWords]
            /// The names of what each kind states, be it known or not.
            let stated: [String: StatedNames]

            enum CodingKeys: String, CodingKey { case kinds, duties }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                kinds = try container.decode([String: KindRules].self, forKey: .kinds)
                duties = try container.decode([String: WrittenWords].self, forKey: .duties)
                stated = try container.decode([String: StatedNames].self, forKey: .kinds)
            }
        }
    }
}

extension Excise.Kind {
    var rules: Excise.KindRules { Excise.KindTable.shipped[self] }

    /// What its holder owes all the time, one sentence each.
    func duties(in language: Language) -> [String] {
        Excise.KindTable.shipped.duties(of: self, in: language)
    }
}
