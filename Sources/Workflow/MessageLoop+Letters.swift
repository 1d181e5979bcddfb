import Contract
import Domain

// Dead letters after a crash. One whose replay ends the process must not do so for ever.
extension MessageLoop {
    /// How many are dealt with in one batch.
    private static let lettersAtOnce = 50

    /// Deals with letters one by one, each counted before it is touched.
    func dealWithLettersAlone() async throws {
        guard batch.clock else { return }
        batch.leavesLetters = true
        let now = time.now
        let due = try await register.write {
            try $0.due([.deadLetter], at: now, limit: Self.lettersAtOnce)
        }
        for work in due {
            guard case .letter(let letter, _) = work.subject else { continue }
            let key = MessageProcessor.replayKey(letter)
            // Counted once, however often the store fails before it is dealt with.
            if countedLetter?.letter != letter {
                let count = try await register.write { try $0.countAttempts([key])[0] }
                countedLetter = (letter, count)
            }
            let crashes = countedLetter?.crashes ?? 0
            let isPoison = crashes >= limits.crashesAloneBeforeQuarantine
            let writer = writer
            let result = try await register.write { transaction -> BatchResult in
                var result = BatchResult()
                let processed =
                    isPoison
                    ? try writer.processor.quarantinePoison(
                        letter,
                        at: now,
                        in: transaction,
                        queued: &result.queued
                    )
                    : try writer.processor.deal(
                        with: letter,
                        work,
                        at: now,
                        in: transaction,
                        queued: &result.queued
                    )
                try writer.attend(to: processed, at: now, in: transaction, &result)
                try transaction.clearAttempts([key])
                try BatchWriter.sift(in: transaction, &result)
                return result
            }
            countedLetter = nil
            takeOver(result)
        }
    }
}
