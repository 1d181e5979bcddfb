import Contract
import Domain

/// Which papers a request needs, as data: by what it states, and step by step.
struct Checklist: Hashable, Sendable {
    /// One of the things that are done one after the other.
    struct Step: Hashable, Sendable {
        let name: String
        /// Goes on from "next step:".
        let label: [Language: String]
    }

    /// A paper that is asked for.
    struct Paper: Hashable, Sendable {
        let kind: String
        /// What it has to say; nothing for what papers of the kind always say.
        let attests: Set<Document.Attestation>
    }

    /// On which day a paper has to be valid.
    enum Validity: String, CaseIterable, Sendable {
        /// On the day on which somebody looks, at last on that of the decision.
        case decision
        /// On the day of arrival.
        case arrival
    }

    /// One thing that papers show.
    struct Item: Hashable, Sendable {
        let name: String
        /// Nil where there are no steps.
        let step: String?
        /// The rows of the pages that it is from.
        let rows: [String]
        /// Nil for always.
        let condition: Condition?
        /// Either of these, each papers that belong together; the first is the one that is asked
        /// for.
        let alternatives: [[Paper]]
        /// What states how many papers with different references there have to be; nil for one.
        let count: String?
        let validity: Validity?
        /// How many months before the arrival it has to be issued at least.
        let monthsBeforeArrival: Int?
        /// Whether it counts from Luxembourg, the other states of the EEA and Switzerland alone.
        let isFromEEAOrSwitzerland: Bool
        /// Whether a decision makes it, so that nobody is asked for it.
        let isMadeByDecision: Bool
        let isWaivable: Bool
        let label: [Language: String]
        /// Why it is asked for; none where the label says it all.
        let reason: [Language: String]
    }

    enum State: String, CaseIterable, Sendable {
        case satisfied
        case missing
        /// There was one, which is not valid any more on the day that counts.
        case expired
        /// Whoever decides said that it may be missing.
        case waived
        case notNeeded = "not-needed"

        /// Whether it is still asked for.
        var isOpen: Bool { self == .missing || self == .expired }
    }

    /// What became of one item.
    struct Judged: Hashable, Sendable {
        let item: Item
        let state: State
    }

    /// A sentence that mails say.
    struct Advice: Hashable, Sendable {
        let name: String
        /// Of which mails.
        let mails: [String]
        let condition: Condition?
        let text: [Language: String]
    }

    let steps: [Step]
    let items: [Item]
    let advice: [Advice]

    /// What has become of each item by `documents`. The more papers, the less is asked for.
    ///
    /// - Parameter day: On which somebody looks.
    func judged(_ dossier: Dossier, on day: CivilDate) -> [Judged] {
        items.map { Judged(item: $0, state: $0.state(in: dossier, on: day)) }
    }

    /// How it is with each that is still asked for.
    func open(_ dossier: Dossier, on day: CivilDate) -> [Judged] {
        judged(dossier, on: day).filter { $0.state.isOpen && !$0.item.isMadeByDecision }
    }

    /// The steps that are done one after the other from the first on, those in `passed` whatever
    /// has become of their papers since.
    ///
    /// - Parameter isDecided: Whether somebody decides on the step of that name: papers alone pass
    ///   none of these.
    func passed(
        _ dossier: Dossier,
        after passed: [String],
        on day: CivilDate,
        isDecided: (String) -> Bool
    ) -> [String] {
        let judged = judged(dossier, on: day)
        let done = steps.prefix { step in
            passed.contains(step.name)
                || !isDecided(step.name)
                    && judged.allSatisfy { $0.item.step != step.name || !$0.state.isOpen }
        }
        return done.map(\.name)
    }
}

/// What is put together paper by paper: what a request states, and the papers that were named.
struct Dossier: Hashable, Sendable {
    var stated: RequestFields
    var documents: [Document]
    /// The steps that were passed, where there are some.
    var passed: [String] = []
    /// The day of arrival, or of entry, where one is stated.
    var arrivedOn: CivilDate?

    /// What a request states when whoever decides waives an item: such as `waived.inspection`.
    static func waiver(of item: String) -> String { "waived.\(item)" }
}

extension Checklist.Item {
    fileprivate func state(in dossier: Dossier, on day: CivilDate) -> Checklist.State {
        guard condition?.holds(for: dossier.stated) ?? true else { return .notNeeded }
        if dossier.stated[Dossier.waiver(of: name)] != nil { return .waived }
        if isMadeByDecision { return dossier.passed.contains(name) ? .satisfied : .missing }
        let needed = count.flatMap { dossier.stated[$0] }.flatMap { Int($0) } ?? 1
        var hasExpired = false
        for papers in alternatives {
            let states = papers.map { state(of: $0, needed: needed, in: dossier, on: day) }
            if states.allSatisfy({ $0 == .satisfied }) { return .satisfied }
            // Something that is there, and nothing that is not.
            if states.contains(.expired), !states.contains(.missing) { hasExpired = true }
        }
        return hasExpired ? .expired : .missing
    }

    private func state(
        of paper: Checklist.Paper,
        needed: Int,
        in dossier: Dossier,
        on day: CivilDate
    ) -> Checklist.State {
        let suitable = dossier.documents.filter { document in
            document.kind.isExactly(paper.kind)
                && paper.attests.isSubset(of: document.attests)
                && (!isFromEEAOrSwitzerland
                    || document.country.map(States.isEEAOrSwitzerland) == true)
                && wasIssuedInTime(document, dossier, on: day)
        }
        func references(_ documents: [Document]) -> Int { Set(documents.map(\.reference)).count }
        guard references(suitable) >= needed else { return .missing }
        guard let validity else { return .satisfied }
        let last = validity == .decision ? day : dossier.arrivedOn ?? day
        // Of several that name one day each, the latest counts.
        let valid = suitable.filter { $0.validUntil.map { $0 >= last } ?? false }
        if references(valid) >= needed { return .satisfied }
        return suitable.contains { $0.validUntil != nil } ? .expired : .missing
    }

    private func wasIssuedInTime(
        _ document: Document,
        _ dossier: Dossier,
        on day: CivilDate
    ) -> Bool {
        guard let monthsBeforeArrival else { return true }
        let latest = (dossier.arrivedOn ?? day).adding(months: -monthsBeforeArrival)
        return document.issuedOn.map { $0 <= latest } ?? false
    }
}

/// The member states of the European Economic Area, and Switzerland, by ISO 3166 codes.
enum States {
    /// Of the Union, as of 1 February 2020 (Treaty on European Union, article 52).
    static let union: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ]
    /// With Iceland, Liechtenstein and Norway.
    static let economicArea = union.union(["IS", "LI", "NO"])

    static func isEEAOrSwitzerland(_ country: String) -> Bool {
        economicArea.contains(country) || country == "CH"
    }
}
