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
            let result = try await writer.writeAlone(
                at: now,
                into: register,
                counted: [key]
            ) { [processor = writer.processor] writing in
                isPoison
                    ? try processor.quarantinePoison(letter, in: writing)
                    : try processor.deal(with: letter, work, in: writing)
            }
            countedLetter = nil
            takeOver(result)
        }
    }
}
