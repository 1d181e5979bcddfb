import AMQP

/// Publishes and waits until the broker has said what became of every message.
struct Confirmation {
    let connection: Connection
    /// How long the broker may take nothing, once it has said so.
    let timeoutSeconds: Double

    /// - Returns: What became of each publication, by its token.
    /// - Throws: An `ExitFailure` or `AMQPError` when it is not known of all: each of them may have
    ///   arrived, and may not.
    func publish(
        _ publications: [Publication]
    ) async throws -> [UInt64: PublicationResult.Outcome] {
        try await connection.publish(publications)
        return try await withThrowingTaskGroup(
            of: [UInt64: PublicationResult.Outcome]?.self
        ) { group in
            group.addTask { try await outcomes(count: publications.count) }
            group.addTask {
                try await waitForTrouble()
                return nil
            }
            defer { group.cancelAll() }
            guard let outcomes = try await group.next() ?? nil else {
                throw ExitFailure(
                    .tryAgain,
                    "the broker has not confirmed what was sent; try again"
                )
            }
            return outcomes
        }
    }

    private func outcomes(count: Int) async throws -> [UInt64: PublicationResult.Outcome] {
        var outcomes: [UInt64: PublicationResult.Outcome] = [:]
        while outcomes.count < count {
            guard let results = try await connection.publicationResults.next() else {
                throw ExitFailure(
                    .tryAgain,
                    "the connection ended before the broker had confirmed the message; see "
                        + "whether it has arrived before you send it again"
                )
            }
            for result in results { outcomes[result.token] = result.outcome }
        }
        return outcomes
    }

    private func waitForTrouble() async throws {
        for try await batch in connection.notices {
            for case .blocked(let reason) in batch {
                throw ExitFailure(
                    .tryAgain,
                    "the broker takes no messages for now (\(reason)), and has not "
                        + "confirmed this one; free what it lacks, and see whether it has "
                        + "arrived before you send it again"
                )
            }
        }
        // Closed: the other task says why.
        try await Task.sleep(for: .seconds(timeoutSeconds))
    }
}
