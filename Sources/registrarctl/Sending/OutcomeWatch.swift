import Contract
import Domain
import Storage

/// Finds in the journal what became of an event that was sent.
struct OutcomeWatch {
    private let store: SQLiteRegisterReader
    /// The last entry that cannot be about it.
    private var sequence: Int64

    /// How many entries are looked at in one go; those of one message are fewer.
    private static let page = 1_000
    private static let pauseMilliseconds = 50

    /// To be made before the event is sent.
    init(_ store: SQLiteRegisterReader) throws(StorageError) {
        self.store = store
        sequence = try store.lastEntry()
    }

    /// What the journal says of the event; nothing where it is silent for so long.
    mutating func entries(
        of event: String,
        withinSeconds seconds: Double
    ) async throws -> [JournalRecord] {
        let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
        while true {
            let page = try store.journal(after: sequence, limit: Self.page)
            if let first = page.first(where: { Self.isAbout(event, $0) }) {
                return try store.journal(after: first.sequence - 1, limit: Self.page)
                    .filter { Self.isAbout(event, $0) }
            }
            sequence = page.last?.sequence ?? sequence
            guard page.count < Self.page || ContinuousClock.now >= deadline else { continue }
            guard ContinuousClock.now < deadline else { return [] }
            try await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
        }
    }

    private static func isAbout(_ event: String, _ entry: JournalRecord) -> Bool {
        JournalMembers(entry.cause)["id"] == event
    }
}
