import Contract
import Domain

/// When something of a table holds, by what a request states: a closed set, written as YAML.
///
/// What is not stated makes a condition false; only `not` makes that true.
indirect enum Condition: Hashable, Sendable {
    /// It is stated so.
    case `is`(String, String)
    case `in`(String, [String])
    case after(String, CivilDate)
    case before(String, CivilDate)
    /// By thousandths.
    case over(String, Int64)
    case atMost(String, Int64)
    case all([Condition])
    case any([Condition])
    case not(Condition)

    func holds(for stated: RequestFields) -> Bool {
        switch self {
        case .is(let fact, let value): stated[fact]?.isExactly(value) == true
        case .in(let fact, let values):
            stated[fact].map { fact in values.contains { $0.isExactly(fact) } } ?? false
        case .after(let fact, let day): stated.day(fact).map { $0 > day } ?? false
        case .before(let fact, let day): stated.day(fact).map { $0 < day } ?? false
        case .over(let fact, let number): stated.thousandths(fact).map { $0 > number } ?? false
        case .atMost(let fact, let number): stated.thousandths(fact).map { $0 <= number } ?? false
        case .all(let conditions): conditions.allSatisfy { $0.holds(for: stated) }
        case .any(let conditions): conditions.contains { $0.holds(for: stated) }
        case .not(let condition): !condition.holds(for: stated)
        }
    }

    /// What has to be stated for it to be decided.
    var facts: Set<String> {
        switch self {
        case .is(let fact, _), .in(let fact, _), .after(let fact, _), .before(let fact, _),
            .over(let fact, _), .atMost(let fact, _):
            [fact]
        case .all(let conditions), .any(let conditions):
            conditions.reduce(into: []) { $0.formUnion($1.facts) }
        case .not(let condition): condition.facts
        }
    }
}

extension RequestFields {
    func day(_ name: String) -> CivilDate? { self[name].flatMap { CivilDate($0) } }
    func isTrue(_ name: String) -> Bool { self[name] == "true" }
    func day(_ field: FieldDefinition) -> CivilDate? { day(field.name) }
    func isTrue(_ field: FieldDefinition) -> Bool { isTrue(field.name) }

    /// A number of at most three decimals, such as an amount; nil for what is none.
    func thousandths(_ name: String) -> Int64? { self[name].flatMap(Thousandths.value(of:)) }
    /// An amount of euros, in cents; nil for what is not said.
    func euros(_ name: String) -> Int64? { thousandths(name).map { $0 / 10 } }
}
