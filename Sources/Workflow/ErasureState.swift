import Domain

/// What the loop knows between two batches of erasures that are under way.
struct ErasureState: Sendable {
    private var persons: Set<PersonIdentifier> = []
    /// Those that could not be gone on with lately.
    private(set) var failed: Set<PersonIdentifier> = []
    private var failuresForgottenAt = 0.0

    /// The run begins with what is stored.
    mutating func are(_ persons: Set<PersonIdentifier>) { self.persons = persons }

    /// Whether there is one to be gone on with now.
    mutating func areUnderWay(atSeconds now: Double) -> Bool {
        if now >= failuresForgottenAt { failed = [] }
        return !persons.isSubset(of: failed)
    }

    /// Takes over what a batch has come to, once it is durable.
    mutating func finish(
        _ result: BatchResult,
        monotonicSeconds: Double,
        forgetAfterSeconds: Double
    ) {
        persons = Set(result.withheld.keys)
        guard !result.failedErasures.isEmpty else { return }
        if failed.isEmpty { failuresForgottenAt = monotonicSeconds + forgetAfterSeconds }
        failed.formUnion(result.failedErasures)
    }
}
