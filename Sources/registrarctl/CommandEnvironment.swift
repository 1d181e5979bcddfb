import Broker
import Composition
import Glibc
import Settings
import Storage
import Workflow

/// What a command finds: the configuration, and through it the store and the broker.
struct CommandEnvironment {
    static let brokerVariable = "REGISTRARCTL_BROKER_URL"

    let variables: [String: String]
    /// The configuration file, whether it exists or not.
    let path: String
    let loaded: LoadedConfiguration

    var configuration: Configuration { loaded.configuration }

    /// - Parameter path: nil for the file that the environment names, or else the usual one, which
    ///   need not exist: the defaults are used then.
    init(path: String?, environment: [String: String] = ProcessEnvironment.current) throws {
        variables = environment
        let path = path ?? ConfigurationFile.named(by: environment)
        self.path = path ?? ConfigurationFile.usualPath
        do {
            if path == nil, !Self.exists(ConfigurationFile.usualPath) {
                loaded = try Configuration.parse(
                    yaml: "",
                    file: ConfigurationFile.usualPath,
                    environment: environment,
                    keys: ConfigurationKey.all
                )
            } else {
                loaded = try Configuration.load(
                    path: self.path,
                    environment: environment,
                    keys: ConfigurationKey.all
                )
            }
        } catch {
            throw ExitFailure(.configuration, "\(error)")
        }
    }

    /// The store, to read from.
    func store() throws -> SQLiteRegisterReader {
        try SQLiteRegisterReader(path: configuration.store.path)
    }

    /// The public half of the key that checkpoints are signed with; none where there is none.
    func journalKeys() throws -> [JournalPublicKey] {
        try configuration.journalKey(environment: variables).map { [$0.publicKey] } ?? []
    }

    // MARK: The broker

    /// The operator's user and password.
    struct Login {
        let url: BrokerURL
        let password: String
    }

    var hasLogin: Bool {
        variables[Self.brokerVariable] != nil || configuration.operator.brokerURL != nil
    }

    func login() throws -> Login {
        if let text = variables[Self.brokerVariable] {
            let url: BrokerURL
            do {
                url = try BrokerURL(parsing: text)
            } catch {
                throw ExitFailure(.configuration, "environment \(Self.brokerVariable): \(error)")
            }
            // A file's password is for the file's user, unless the variable has none of its own.
            if let password = url.password, !password.isEmpty {
                return Login(url: url, password: password)
            }
            return Login(url: url, password: try password(for: url))
        }
        guard let url = configuration.operator.brokerURL else { throw missingLogin }
        return Login(url: url, password: try password(for: url))
    }

    /// The operator's user on the broker, for what is not sent.
    func userName() throws -> String {
        guard let text = variables[Self.brokerVariable] else {
            guard let url = configuration.operator.brokerURL else { throw missingLogin }
            return url.user
        }
        do {
            return try BrokerURL(parsing: text).user
        } catch {
            throw ExitFailure(.configuration, "environment \(Self.brokerVariable): \(error)")
        }
    }

    private var missingLogin: ExitFailure {
        ExitFailure(
            .configuration,
            "there is no broker login for registrarctl: set operator.brokerURL and "
                + "operator.passwordFile in \(path), or the environment's \(Self.brokerVariable)"
        )
    }

    private func password(for url: BrokerURL) throws -> String {
        do {
            return try configuration.operatorPassword(url: url)
        } catch {
            throw ExitFailure(.configuration, "\(path): \(error)")
        }
    }

    /// Access that declares nothing: the topology is the daemon's.
    func access(_ login: Login) -> BrokerAccess {
        BrokerAccess(
            configuration,
            url: login.url,
            password: login.password,
            name: "registrarctl",
            declares: false
        )
    }

    // MARK: The process

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 || errno != ENOENT
    }
}
