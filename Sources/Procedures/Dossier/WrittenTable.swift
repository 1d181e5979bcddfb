import Contract
import Domain

// How tables are written as YAML. A member that is unknown is refused: a typo would pass for
// something that is not asked for.

/// A name in a table, be it known or not.
struct WrittenName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue _: Int) { nil }
    init(_ name: String) { stringValue = name }
}

extension Decoder {
    /// The members, of which there are no others than `Keys`.
    func members<Keys: CodingKey & CaseIterable & RawRepresentable<String>>(
        _: Keys.Type
    ) throws -> KeyedDecodingContainer<Keys> {
        let known = Keys.allCases.map(\.rawValue)
        let written = try container(keyedBy: WrittenName.self)
        if let other = written.allKeys.first(where: { !known.contains($0.stringValue) }) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath + [other],
                    debugDescription: "is unknown; known are \(known.joined(separator: ", "))"
                )
            )
        }
        return try container(keyedBy: Keys.self)
    }

    func refusal(_ problem: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: codingPath, debugDescription: problem))
    }
}

/// Words in every language that mails have.
struct WrittenWords: Decodable {
    let words: [Language: String]

    init(from decoder: any Decoder) throws {
        let written = try decoder.container(keyedBy: WrittenName.self)
        var words: [Language: String] = [:]
        for language in Language.allCases {
            let key = WrittenName(language.rawValue)
            guard let text = try written.decodeIfPresent(String.self, forKey: key), !text.isEmpty
            else {
                throw DecodingError.keyNotFound(
                    key,
                    .init(codingPath: decoder.codingPath, debugDescription: "")
                )
            }
            words[language] = text
        }
        let other = written.allKeys.map(\.stringValue).sorted()
            .first { Language(rawValue: $0) == nil }
        if let other {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath + [WrittenName(other)],
                    debugDescription: "no mail has this language"
                )
            )
        }
        self.words = words
    }
}

extension Condition: Decodable {
    private enum Keys: String, CodingKey, CaseIterable {
        case `is`, `in`, after, before, over, atMost, all, any, not
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.members(Keys.self)
        guard members.allKeys.count == 1, let key = members.allKeys.first else {
            throw decoder.refusal("a condition is one of its forms, such as `is: [fact, value]`")
        }
        switch key {
        case .all: self = .all(try members.decode([Condition].self, forKey: key))
        case .any: self = .any(try members.decode([Condition].self, forKey: key))
        case .not: self = .not(try members.decode(Condition.self, forKey: key))
        case .in:
            var pair = try members.nestedUnkeyedContainer(forKey: key)
            self = .in(try pair.decode(String.self), try pair.decode([String].self))
        case .is, .after, .before, .over, .atMost:
            let pair = try members.decode([String].self, forKey: key)
            guard pair.count == 2 else { throw decoder.refusal("needs a fact and a value") }
            self = try Self.comparison(key, pair[0], pair[1], decoder)
        }
    }

    private static func comparison(
        _ key: Keys,
        _ fact: String,
        _ value: String,
        _ decoder: any Decoder
    ) throws -> Self {
        switch key {
        case .after, .before:
            guard let day = CivilDate(value) else { throw decoder.refusal("\(value) is no day") }
            return key == .after ? .after(fact, day) : .before(fact, day)
        case .over, .atMost:
            guard let number = Thousandths.value(of: value) else {
                throw decoder.refusal("\(value) is no number of at most three decimals")
            }
            return key == .over ? .over(fact, number) : .atMost(fact, number)
        default: return .is(fact, value)
        }
    }
}

extension Checklist: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case steps, items, advice }

    init(from decoder: any Decoder) throws {
        let members = try decoder.members(Keys.self)
        steps = try members.decodeIfPresent([Step].self, forKey: .steps) ?? []
        items = try members.decode([Item].self, forKey: .items)
        advice = try members.decodeIfPresent([Advice].self, forKey: .advice) ?? []
        let names = steps.map(\.name)
        for item in items {
            guard item.step.map(names.contains) ?? names.isEmpty else {
                throw decoder.refusal("items.\(item.name).step: no step is called so")
            }
        }
        for list in [names, items.map(\.name), advice.map(\.name)] {
            guard Set(list).count == list.count else {
                throw decoder.refusal("something is there twice")
            }
        }
    }
}

extension Checklist.Step: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case step, label }

    init(from decoder: any Decoder) throws {
        let members = try decoder.members(Keys.self)
        name = try members.decode(String.self, forKey: .step)
        label = try members.decode(WrittenWords.self, forKey: .label).words
    }
}

extension Checklist.Paper: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case kind, attests }

    init(from decoder: any Decoder) throws {
        if let kind = try? decoder.singleValueContainer().decode(String.self) {
            self.init(kind: kind, attests: [])
            return
        }
        let members = try decoder.members(Keys.self)
        let attests = try members.decode([String].self, forKey: .attests).map { text in
            guard let attestation = Document.Attestation(rawValue: text) else {
                throw decoder.refusal("no paper attests \(text)")
            }
            return attestation
        }
        self.init(
            kind: try members.decode(String.self, forKey: .kind),
            attests: Set(attests)
        )
    }
}

/// Papers that belong together: one, or a list of them.
private struct WrittenPapers: Decodable {
    let papers: [Checklist.Paper]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let list = try? container.decode([Checklist.Paper].self) {
            papers = list
        } else {
            papers = [try container.decode(Checklist.Paper.self)]
        }
    }
}

extension Checklist.Item: Decodable {
    private enum Keys: String, CodingKey, CaseIterable {
        case item, step, seed, when, anyOf, count, valid, covers, from, madeByDecision, waivable
        case label, why
    }

    private enum CoverKeys: String, CodingKey, CaseIterable { case monthsBefore }

    init(from decoder: any Decoder) throws {
        let members = try decoder.members(Keys.self)
        name = try members.decode(String.self, forKey: .item)
        step = try members.decodeIfPresent(String.self, forKey: .step)
        rows = try members.decode([String].self, forKey: .seed)
        condition = try members.decodeIfPresent(Condition.self, forKey: .when)
        alternatives = try members.decode([WrittenPapers].self, forKey: .anyOf).map(\.papers)
        count = try members.decodeIfPresent(String.self, forKey: .count)
        validity = try members.decodeIfPresent(String.self, forKey: .valid).map { text in
            guard let validity = Checklist.Validity(rawValue: text) else {
                throw decoder.refusal("valid: write decision or arrival")
            }
            return validity
        }
        let from = try members.decodeIfPresent(String.self, forKey: .from)
        guard from == nil || from == "eea-ch" else { throw decoder.refusal("from: write eea-ch") }
        isFromEEAOrSwitzerland = from != nil
        monthsBeforeArrival =
            members.contains(.covers)
            ? try members.nestedContainer(keyedBy: CoverKeys.self, forKey: .covers)
                .decode(Int.self, forKey: .monthsBefore) : nil
        isMadeByDecision = try members.decodeIfPresent(Bool.self, forKey: .madeByDecision) ?? false
        isWaivable = try members.decodeIfPresent(Bool.self, forKey: .waivable) ?? true
        label = try members.decode(WrittenWords.self, forKey: .label).words
        reason = try members.decodeIfPresent(WrittenWords.self, forKey: .why)?.words ?? [:]
    }
}

extension Checklist.Advice: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case name, mails, when, text }

    init(from decoder: any Decoder) throws {
        let members = try decoder.members(Keys.self)
        name = try members.decode(String.self, forKey: .name)
        mails = try members.decode([String].self, forKey: .mails)
        condition = try members.decodeIfPresent(Condition.self, forKey: .when)
        text = try members.decode(WrittenWords.self, forKey: .text).words
    }
}

extension Bill.Part: Decodable {
    private enum Keys: String, CodingKey, CaseIterable {
        case part, when, figure, percent, of, plus, label
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.members(Keys.self)
        name = try members.decode(String.self, forKey: .part)
        condition = try members.decodeIfPresent(Condition.self, forKey: .when)
        label = try members.decode(WrittenWords.self, forKey: .label).words
        if let figure = try members.decodeIfPresent(String.self, forKey: .figure) {
            guard [.percent, .of, .plus].allSatisfy({ !members.contains($0) }) else {
                throw decoder.refusal("is a fixed amount, or a percentage")
            }
            formula = .fixed(figure: figure)
        } else {
            formula = .percent(
                figure: try members.decode(String.self, forKey: .percent),
                of: try members.decode(String.self, forKey: .of),
                plus: try members.decodeIfPresent(String.self, forKey: .plus)
            )
        }
    }
}

/// `bills.yaml`.
struct WrittenBills: Decodable {
    let bills: [String: Bill]

    private enum Keys: String, CodingKey, CaseIterable { case bills }

    init(from decoder: any Decoder) throws {
        let members = try decoder.members(Keys.self)
        bills = try members.decode([String: [Bill.Part]].self, forKey: .bills)
            .mapValues { Bill(parts: $0) }
    }
}
