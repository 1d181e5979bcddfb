import Composition
import Settings
import Workflow

extension CommandEnvironment {
    /// What predicts with the daemon's own settings.
    func forecaster() throws -> Forecaster {
        let identifiers = TimeOrderedIdentifiers()
        do {
            return Forecaster(
                try MessageLoopSettings(configuration, identifiers: identifiers),
                identifiers: identifiers,
                prefix: configuration.broker.prefix
            )
        } catch {
            throw ExitFailure(.configuration, "\(error)")
        }
    }
}
