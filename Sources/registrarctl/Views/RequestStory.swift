import Contract
import Domain
import Procedures
import Storage
import Workflow

/// All that the store can tell of one request, as it happened.
struct RequestStory {
    /// What one message, or the clock, brought about at one moment.
    struct Chapter {
        let at: Instant
        let cause: JournalMembers
        private(set) var entries: [TimelineEntry]

        init(_ entry: TimelineEntry) {
            at = entry.entry.time
            cause = JournalMembers(entry.entry.cause)
            entries = [entry]
        }

        /// Adds what has the same cause, and nothing else.
        mutating func take(_ entry: TimelineEntry) -> Bool {
            guard let first = entries.first?.entry, first.time == entry.entry.time,
                first.cause == entry.entry.cause
            else { return false }
            entries.append(entry)
            return true
        }

        var messages: [OutboxRecord] { entries.flatMap(\.messages) }
    }

    let identifier: RequestIdentifier
    /// Nil for a request that never became known: there are messages about it all the same.
    let request: Request?
    let chapters: [Chapter]
    /// Those that its grant opened, as they are now.
    let accounts: [Account]
    /// Messages that wait for it.
    let waiting: [DeferredEntry]
    /// Who was asked first; nobody where nobody decides on such requests.
    let askedFirst: [Decider]
    /// Whose decision it is now.
    let deciders: [Decider]
    /// The accounts that may decide on it now, where accounts do.
    let deciding: [Account]
    /// Why operators had something done about it, by the journal's entry.
    private let reasons: [Int64: String]
    /// Names of the people in it, where they were asked for and are still stored.
    private let names: [String: String]
    /// Whether people may be named, by the register or in what operators wrote.
    let showsNames: Bool

    /// Nil when the store knows nothing of it, not even a message that was refused.
    init?(of identifier: RequestIdentifier, in store: SQLiteRegisterReader, named: Bool) throws {
        self.identifier = identifier
        request = try store.request(identifier)
        var chapters: [Chapter] = []
        for entry in try store.timeline(of: identifier) {
            if !chapters.isEmpty, chapters[chapters.count - 1].take(entry) { continue }
            chapters.append(Chapter(entry))
        }
        self.chapters = chapters
        waiting = try store.deferredEntries(for: identifier)
        reasons = try store.reasons(of: identifier)
        if request == nil, chapters.isEmpty, waiting.isEmpty { return nil }
        accounts =
            try request.map { request in
                try store.accounts(of: request.eori, person: request.person, limit: .max)
                    .filter { $0.request == identifier }
            } ?? []
        let procedure = request.flatMap { ProcedureCatalogue.procedure(named: $0.procedure) }
        let approvals = request.flatMap { procedure?.approvals(of: $0) } ?? []
        askedFirst = approvals.filter(\.predecessors.isEmpty).map(\.decider)
        let deciders = request.flatMap { procedure?.awaitedApprovals(of: $0) }?.map(\.decider) ?? []
        let companies = deciders.compactMap {
            if case .managers(let eori) = $0 { eori } else { nil }
        }
        deciding =
            if let request, request.status.isOpen {
                try companies.flatMap { try store.accounts(of: $0, status: .active, limit: .max) }
                    .filter { $0.role.managesOperator && $0.person != request.person }
            } else { [] }
        self.deciders = deciders
        showsNames = named
        names = named ? try Self.names(chapters, request, deciding, in: store) : [:]
    }

    private static func names(
        _ chapters: [Chapter],
        _ request: Request?,
        _ deciding: [Account],
        in store: SQLiteRegisterReader
    ) throws -> [String: String] {
        var people = Set(deciding.map(\.person.description))
        if let request { people.insert(request.person.description) }
        for chapter in chapters {
            people.formUnion([chapter.cause["person"]].compactMap(\.self))
            for entry in chapter.entries {
                let event = JournalMembers(entry.entry.event)
                people.formUnion([event["person"], event["decidedBy"]].compactMap(\.self))
            }
        }
        var names: [String: String] = [:]
        for person in people {
            guard let identifier = PersonIdentifier(person) else { continue }
            let known = try store.person(identifier)
            names[person] = known?.details?.displayName ?? known?.signature
        }
        return names
    }

    /// A person by id, and by name where that was asked for.
    func person(_ identifier: String) -> String {
        let name = names[identifier].map { " (\(SafeText.line($0)))" } ?? ""
        return "person \(identifier)\(name)"
    }

    /// The EORI for which the journal has a natural person's surrogate, if it is known still.
    func eori(_ text: String) -> String {
        guard text.utf8.count == 36 else { return text }
        return request?.eori?.number ?? "(erased)"
    }

    func name(_ identifier: String) -> String? { names[identifier] }

    /// Why an operator had it done; nil where none had, or where that was erased.
    func reason(_ chapter: Chapter) -> String? {
        chapter.entries.lazy.compactMap { reasons[$0.entry.sequence] }.first
    }
}
