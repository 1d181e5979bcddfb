import AMQP
import Broker
import Composition
import Glibc
import Settings
import Storage
import Workflow

/// `--check`: everything that a start would parse, validate and provide, without running.
struct Checking {
    let loaded: LoadedConfiguration
    let environment: [String: String]
    /// Whether the broker and the store are tried as well.
    let isOnline: Bool

    func run() async throws {
        for warning in loaded.warnings { Environment.say("warning: \(warning)", priority: 4) }
        let configuration = loaded.configuration
        _ = try MessageLoopSettings(configuration, identifiers: TimeOrderedIdentifiers())
        _ = try JournalSettings(configuration, environment: environment)
        // What only the service may read, and is handed by systemd alone, cannot be checked by
        // others.
        let unreadable = loaded.unreadableFiles()
        let errors = unreadable.filter { isOnline || !$0.isForbidden }.map(\.error)
        guard errors.isEmpty else { throw ConfigurationErrors(errors: errors) }
        for file in unreadable { print("the configuration is good; but \(file.error)") }
        let password: String
        do {
            password = try configuration.brokerPassword(environment: environment)
        } catch {
            guard !isOnline, error.mayBeTheServicesAlone else { throw error }
            print("the configuration is good; but \(error)")
            return
        }
        guard unreadable.isEmpty else { return }
        guard isOnline else {
            print("the configuration is good")
            return
        }
        try await tryBroker(configuration, password)
        try tryStore(configuration)
        print("the configuration is good, the broker and the store can be used")
    }

    private func tryBroker(_ configuration: Configuration, _ password: String) async throws {
        let access = BrokerAccess(
            configuration,
            url: configuration.broker.url,
            password: password,
            name: "registrard --check",
            declares: false
        )
        do {
            let connection = try await Connection.open(access.endpoint, options: access.options)
            await connection.close()
        } catch {
            throw ExitFailure(.unavailable, "the broker cannot be used: \(error)")
        }
    }

    /// Reads the store if there is one. Nothing is created: whoever checks is not the service's
    /// user.
    private func tryStore(_ configuration: Configuration) throws {
        let path = configuration.store.path
        do {
            try SQLiteRegister.checkBeginning(at: path)
        } catch {
            throw ExitFailure(.configuration, "the store cannot be used: \(error)")
        }
        guard access(path, F_OK) == 0 else {
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            guard access(folder.isEmpty ? "/" : folder, W_OK | X_OK) == 0 else {
                throw ExitFailure(
                    .unavailable,
                    "the store \(path) cannot be created: its folder is missing or not writable "
                        + "for this user; create it, or correct store.path"
                )
            }
            return
        }
        do {
            _ = try SQLiteRegisterReader(path: path)
        } catch {
            throw ExitFailure(.unavailable, "the store cannot be used: \(error)")
        }
    }
}
