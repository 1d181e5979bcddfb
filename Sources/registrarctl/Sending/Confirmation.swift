import AMQP

/// Publishes a message and waits until the broker has said what became of it.
struct Confirmation {
    let connection: Connection
    /// How long the broker may take nothing, once it has said so.
    let timeoutSeconds: Double

    /// - Throws: An `ExitFailure` or `AMQPError` when it is not known: the message may have
    ///   arrived, and may not.
    func publish(_ publication: Publication) async throws -> PublicationResult.Outcome {
        try await connection.publish([publication])
        return try await withThrowingTaskGroup(of: PublicationResult.Outcome?.self) { group in
            group.addTask { try await outcome() }
            group.addTask {
                try await waitForTrouble()
                return nil
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() ?? nil else {
                throw ExitFailure(
                    .tryAgain,
                    "the broker has not confirmed what was sent; try again"
                )
            }
            return outcome
        }
    }

    private func outcome() async throws -> PublicationResult.Outcome {
        while let results = try await connection.publicationResults.next() {
            if let result = results.first { return result.outcome }
        }
        throw ExitFailure(
            .tryAgain,
            "the connection ended before the broker had confirmed the message; see whether it has "
                + "arrived before you send it again"
        )
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
