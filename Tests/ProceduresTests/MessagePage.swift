import Contract
import Domain

@testable import Procedures

/// The reference of messages, made of the contract and of what the golden examples show.
struct MessagePage {
    private let messages: [PublishedMessage]
    private let outcomes: MessageOutcomes
    private let words: MessageWords
    /// What answers a message, where its schema says that it does.
    private let disclosures: [String: String]

    init() throws {
        messages = try PublishedMessage.all()
        outcomes = try MessageOutcomes.shared.get()
        words = MessageWords(common: try PublishedMessage.schema("common.json"))
        let said = messages.compactMap { message in
            message.description.firstMatch(of: /The answer to ([a-z.-]+[a-z])/).map {
                (String($0.1), message.routingKey)
            }
        }
        disclosures = Dictionary(uniqueKeysWithValues: said)
    }

    var text: String {
        """
        # Every message, with an example

        What is sent to Registrar and what it sends, as it stands on the wire. How to send and receive says
        [the page for the authors of portals](portal.md).

        - [What you send](#what-you-send), and what comes back, or is refused
        - [What comes back](#what-comes-back)
        - [What is refused](#what-is-refused), code by code
        - [Words](#words): operations, outcomes, statuses and all other sets of words
        - [Objects](#objects) that several messages share, such as the applicant, and \
        [values](#values), such as a text in one line

        Written from [Config/asyncapi.yaml](../Config/asyncapi.yaml), the schemas beside it and the examples by
        which the rules are tested: what is said to come back, or to be refused, does so there. No list of refusals
        is complete: any message may be refused for its shape or its sender (`malformed`, `not-an-event`,
        `too-large`, `unknown-type`, `schema`, `forbidden`, `id-reused`), and one about a request that is not there
        as `request-unknown` or `too-many-waiting`. What the codes mean says
        [What goes wrong](portal.md#what-goes-wrong).

        The `subject` of a message about a request is its `requestId`.

        ## What you send

        | routing key | what for | what comes back | refused as |
        | --- | --- | --- | --- |
        \(messages.filter(\.isInbound).map(sentRow).joined(separator: "\n"))

        ## What comes back

        | routing key | what it tells | says as `status` |
        | --- | --- | --- |
        \(messages.filter { !$0.isInbound }.map(receivedRow).joined(separator: "\n"))

        Without a message, because a day has come or the broker has taken an order: \
        \(list(outcomes.answers[MessageOutcomes.clock] ?? [:])).

        ## What is refused

        | code | which says | to whoever sent |
        | --- | --- | --- |
        \(ProblemCode.allCases.compactMap(codeRow).joined(separator: "\n"))

        ## Words

        | set | words |
        | --- | --- |
        \(words.sets(of: messages).joined(separator: "\n"))

        ## Objects

        \(words.objects.joined(separator: "\n\n"))

        ## Values

        | value | what it is |
        | --- | --- |
        \(words.values.joined(separator: "\n"))

        ## Messages that you send

        \(messages.filter(\.isInbound).map(section).joined(separator: "\n\n"))

        ## Messages that come back

        \(messages.filter { !$0.isInbound }.map(section).joined(separator: "\n\n"))

        """
    }

    // MARK: Tables

    private func sentRow(_ message: PublishedMessage) -> String {
        let key = message.routingKey
        let codes = codes(of: key).map { "`\($0.rawValue)`" }
        // Mails and orders are for others.
        let answers = answers(to: key).keys.filter { Self.isForPortals($0) }.sorted()
            .map(Self.link)
        return "| \(Self.link(key)) | \(message.title) | \(answers.joined(separator: ", ")) | "
            + "\(codes.joined(separator: ", ")) |"
    }

    private func receivedRow(_ message: PublishedMessage) -> String {
        let statuses = outcomes.answers.values.compactMap { $0[message.routingKey] }
            .reduce(into: Set()) { $0.formUnion($1.map { $0.prefix { $0 != ":" } }) }
        return "| \(Self.link(message.routingKey)) | \(message.title) | "
            + "\(statuses.sorted().map { "`\($0)`" }.joined(separator: ", ")) |"
    }

    private func codeRow(_ code: ProblemCode) -> String? {
        let keys = messages.map(\.routingKey).filter { codes(of: $0).contains(code) }
        guard !keys.isEmpty, code != .schema else { return nil }
        return "| `\(code.rawValue)` | \(code.title) | "
            + "\(keys.map(Self.link).joined(separator: ", ")) |"
    }

    /// The codes of a message's refusals, but for the one that any message has.
    private func codes(of key: String) -> [ProblemCode] {
        let codes = Set((outcomes.refusals[key] ?? []).map(\.code))
        return ProblemCode.allCases.filter { codes.contains($0) && $0 != .schema }
    }

    private func answers(to key: String) -> [String: Set<String>] {
        var answers = outcomes.answers[key] ?? [:]
        if let disclosure = disclosures[key] { answers[disclosure, default: []] = [] }
        return answers
    }

    // MARK: A message

    private func section(_ message: PublishedMessage) -> String {
        let key = message.routingKey
        let facts = message.isInbound ? comesBack(key) : comesOf(key)
        let schema = "[its schema](../Config/schemas/\(key).v1.json)"
        let parts =
            [
                "### `\(key)`",
                "**\(message.title).** \(message.description)",
                (facts + ["The whole of it: \(schema)."]).joined(separator: " "),
                words.table(of: message.data),
                refusals(of: key),
            ] + examples(of: message)
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private func comesBack(_ key: String) -> [String] {
        let answers = answers(to: key)
        return answers.isEmpty ? [] : ["Comes back: \(list(answers))."]
    }

    private func comesOf(_ key: String) -> [String] {
        let causes = messages.map(\.routingKey).filter { answers(to: $0)[key] != nil }
        if causes.count > 20 { return ["Comes of \(causes.count) of the messages that you send."] }
        return causes.isEmpty
            ? [] : ["Comes of: \(causes.map(Self.link).joined(separator: ", "))."]
    }

    private func refusals(of key: String) -> String {
        let refusals = Dictionary(grouping: outcomes.refusals[key] ?? [], by: \.code)
        guard !refusals.isEmpty else { return "" }
        let rows = ProblemCode.allCases.compactMap { code in
            refusals[code].map { reasons in
                let details = reasons.map { MessageWords.cell($0.detail) }.sorted()
                return "| `\(code.rawValue)` | \(details.joined(separator: "<br>")) |"
            }
        }
        return "| refused as | because, for instance |\n| --- | --- |\n"
            + rows.joined(separator: "\n")
    }

    private func examples(of message: PublishedMessage) -> [String] {
        let blocks = message.examples.map { "```json\n\($0.laidOut())\n```" }
        guard blocks.count > 1 else { return blocks }
        let more = "<details><summary>Other examples</summary>"
        return [blocks[0], more] + blocks.dropFirst() + ["</details>"]
    }

    /// `status.request` (`pending`), …
    private func list(_ answers: [String: Set<String>]) -> String {
        answers.sorted { $0.key < $1.key }.map { key, words in
            let said = words.sorted().map { "`\($0)`" }.joined(separator: ", ")
            return Self.link(key) + (said.isEmpty ? "" : " (\(said))")
        }
        .joined(separator: "; ")
    }

    private static func isForPortals(_ key: String) -> Bool {
        key.hasPrefix("status.") || key.hasPrefix("disclosure.")
    }

    private static func link(_ key: String) -> String {
        "[`\(key)`](#\(key.filter { $0 != "." }))"
    }
}
