import Domain

/// A command whose rules throw why it is refused: nothing of it is done then.
protocol RuledCommand: Command {
    /// What follows from it.
    ///
    /// - Throws: The `Problem` for which it is refused, or an error of the register.
    func events(in context: DecisionContext) throws -> [Event]
}

extension RuledCommand {
    func decide(in context: DecisionContext) throws -> Outcome {
        do {
            return .apply(try events(in: context))
        } catch let problem as Problem {
            return .refuse(problem)
        }
    }
}
