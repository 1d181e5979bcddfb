import Domain

/// What a traveller is told, in one line, as examples write it.
struct AnswerNotation {
    let answer: Answer

    /// `by seed as of 2026-11-21: cigarettes exceeds 40 + 5 of 40 by tobacco-land; cash free; share
    /// tobacco 1.000`; what is said of several in a row stands once, with their number.
    var text: String {
        var parts: [(text: String, count: Int)] = []
        for line in objects("lines").map(line) {
            if parts.last?.text == line {
                parts[parts.count - 1].count += 1
            } else {
                parts.append((line, 1))
            }
        }
        let lines = parts.map { $0.count == 1 ? $0.text : "\($0.count) times \($0.text)" }
        let shares = object("share").map { "\($0.name) \(Self.text($0.value))" }
        let cash = object("cash").map { "\(Self.text($0.value))" }.joined()
        let share = shares.isEmpty ? [] : ["share \(shares.joined(separator: ", "))"]
        return "by \(member("basis")) as of \(member("asOf")): "
            + (lines + ["cash \(cash)"] + share).joined(separator: "; ")
    }

    private func line(_ members: [Answer.Member]) -> String {
        func text(_ name: String) -> String {
            members.first { $0.name == name }.map { Self.text($0.value) } ?? ""
        }
        let limit = text("limit")
        return "\(text("kind")) \(text("outcome")) \(text("free")) + \(text("over"))"
            + (limit.isEmpty ? "" : " of \(limit)") + " by \(text("rule"))"
    }

    private func member(_ name: String) -> String {
        answer.members.first { $0.name == name }.map { Self.text($0.value) } ?? ""
    }

    private func object(_ name: String) -> [Answer.Member] {
        guard case .object(let members)? = answer.members.first(where: { $0.name == name })?.value
        else { return [] }
        return members
    }

    private func objects(_ name: String) -> [[Answer.Member]] {
        guard case .objects(let objects)? = answer.members.first(where: { $0.name == name })?.value
        else { return [] }
        return objects
    }

    private static func text(_ value: Answer.Value) -> String {
        switch value {
        case .text(let text): text ?? ""
        case .thousandths(let thousandths): thousandths.map(Thousandths.text) ?? ""
        case .count(let count): "\(count)"
        case .flag(let flag): "\(flag)"
        case .texts, .object, .objects: "…"
        }
    }
}
