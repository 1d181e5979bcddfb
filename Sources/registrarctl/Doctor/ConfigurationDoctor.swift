import Composition
import Contract
import Settings
import Workflow

/// What can be told from the configuration and the files that it names.
struct ConfigurationDoctor {
    private let commandEnvironment: CommandEnvironment
    private var configuration: Configuration { commandEnvironment.configuration }

    init(_ commandEnvironment: CommandEnvironment) { self.commandEnvironment = commandEnvironment }

    var diagnoses: [Diagnosis] {
        file + publishers + deliveryLimit + templates + secrets + journalKey
    }

    private var file: [Diagnosis] {
        let warnings = commandEnvironment.loaded.warnings
        let found =
            FileRights(commandEnvironment.path) == nil
            ? Diagnosis(
                "configuration.file",
                .hint,
                "there is no file \(commandEnvironment.path): these are the defaults",
                advice: "name the daemon's file with --config, if it has one"
            ) : .ok("configuration.file", "\(commandEnvironment.path) is well-formed")
        return [found]
            + warnings.map { warning in
                Diagnosis(
                    "configuration.warning",
                    .warning,
                    "\(warning)",
                    advice: "see Config/registrard.yaml for what the key means"
                )
            }
    }

    // MARK: Who may say what

    private var publishers: [Diagnosis] {
        var found: [Diagnosis] = []
        for (user, roles) in configuration.publishers.sorted(by: { $0.key < $1.key }) {
            if roles.contains(PublisherRole.operator.rawValue), roles.count > 1 {
                found.append(
                    tooMany(user, "has besides others the role operator, which may send everything")
                )
            } else if roles.count > 1 {
                found.append(
                    tooMany(user, "speaks for \(roles.sorted().joined(separator: " and "))")
                )
            }
        }
        let operators = configuration.publishers.filter { $0.value.contains("operator") }
        if operators.isEmpty {
            found.append(
                Diagnosis(
                    "configuration.operator",
                    .warning,
                    "no broker user has the role operator: registrarctl can look and not change",
                    advice: "add one to publishers, such as operator: [operator]"
                )
            )
        }
        guard found.isEmpty else { return found }
        return [
            .ok(
                "configuration.publishers",
                "\(configuration.publishers.count) broker users, none with more roles than one"
            )
        ]
    }

    private func tooMany(_ user: String, _ what: String) -> Diagnosis {
        Diagnosis(
            "configuration.publishers",
            .warning,
            "broker user \(user) \(what): who has its password may do all of that",
            advice: "have a broker user for each role, unless one program really speaks for both"
        )
    }

    /// From how many deliveries on the broker's limit cannot be met by mere restarts: each of them
    /// gives back all that is in hand, which the broker counts as a delivery. systemd starts the
    /// daemon up to 60 times in ten minutes before it gives up (`StartLimitBurst`), and the broker
    /// may go away besides.
    static let sufficientDeliveryLimit = 100

    private var deliveryLimit: [Diagnosis] {
        let limit = configuration.broker.deliveryLimit
        guard limit < Self.sufficientDeliveryLimit else { return [] }
        return [
            Diagnosis(
                "configuration.delivery-limit",
                .warning,
                "broker.deliveryLimit is \(limit): a message that is in hand in as many restarts of "
                    + "the daemon or the broker becomes a dead letter, though nothing is wrong with it",
                advice: "set it to \(Self.sufficientDeliveryLimit) or more (1000 is the default); "
                    + "queues that exist have to be redeclared"
            )
        ]
    }

    // MARK: Files

    private var templates: [Diagnosis] {
        do {
            _ = try MessageLoopSettings(configuration, identifiers: TimeOrderedIdentifiers())
            return [.ok("configuration.templates", "every mail template is well-formed")]
        } catch {
            return [
                Diagnosis(
                    "configuration.templates",
                    .problem,
                    "\(error)",
                    advice: "put the templates right, or correct notifications.templates"
                )
            ]
        }
    }

    private var secrets: [Diagnosis] {
        var files = [
            ("broker.passwordFile", configuration.broker.passwordFile),
            ("operator.passwordFile", configuration.operator.passwordFile),
            ("broker.tls.key", configuration.broker.tls.key),
        ]
        if let folder = commandEnvironment.variables["CREDENTIALS_DIRECTORY"] {
            files.append(("the credential", "\(folder)/\(Configuration.passwordCredential)"))
        }
        var found = files.compactMap { key, path in path.flatMap { secret($0, key) } }
        let urls =
            [("broker.url", configuration.broker.url)]
            + (configuration.operator.brokerURL.map { [("operator.brokerURL", $0)] } ?? [])
        for (key, url) in urls where url.password != nil {
            found.append(
                Diagnosis(
                    "configuration.password",
                    .warning,
                    "\(key) has a password in it",
                    advice: "put it into a file, or hand it over by LoadCredential= of systemd"
                )
            )
        }
        return found
    }

    /// Nil for a credential that was not handed over.
    private func secret(_ path: String, _ key: String) -> Diagnosis? {
        guard let rights = FileRights(path) else {
            return key == "the credential"
                ? nil
                : Diagnosis(
                    "configuration.secret",
                    .problem,
                    "\(key): \(path) does not exist, or this user may not look at it",
                    advice: "create it, correct \(key), or run this as the daemon's user"
                )
        }
        let advice = "chmod 0600 \(path), owned by \(rights.ownerName)"
        if rights.mayBeReadByOthers || rights.mayBeWrittenByOthers {
            return Diagnosis(
                "configuration.secret",
                .problem,
                "\(key): everybody on this machine may read or write \(path) (mode \(rights.text))",
                advice: advice
            )
        }
        if rights.mayBeWrittenByGroup {
            return Diagnosis(
                "configuration.secret",
                .warning,
                "\(key): a group may write \(path) (mode \(rights.text))",
                advice: advice
            )
        }
        return .ok("configuration.secret", "\(key): \(path) has mode \(rights.text)")
    }

    private var journalKey: [Diagnosis] {
        do {
            let file = try configuration.journalKeyFile(environment: commandEnvironment.variables)
            guard let file,
                try configuration.journalKey(environment: commandEnvironment.variables) != nil
            else {
                return [
                    Diagnosis(
                        "configuration.journal-key",
                        .hint,
                        "there is no key for the journal: its checkpoints are not signed, and "
                            + "nothing is published that would show a journal made afresh; "
                            + "a key that systemd hands to the daemon cannot be seen from here",
                        advice: "registrarctl journal key, then journal.keyFile or the credential "
                            + Configuration.journalKeyCredential
                    )
                ]
            }
            return [secret(file.path, "journal.keyFile")].compactMap(\.self)
        } catch {
            return [
                Diagnosis(
                    "configuration.journal-key",
                    .problem,
                    "\(error)",
                    advice: "registrarctl journal key makes one; keep the old one's public half"
                )
            ]
        }
    }
}
