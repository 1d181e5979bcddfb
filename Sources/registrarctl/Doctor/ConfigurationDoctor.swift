import Composition
import Contract
import Domain
import Procedures
import Settings
import Workflow

/// What can be told from the configuration and the files that it names.
struct ConfigurationDoctor {
    private(set) var diagnoses: [Diagnosis] = []
    private let commandEnvironment: CommandEnvironment
    private var configuration: Configuration { commandEnvironment.configuration }

    init(_ commandEnvironment: CommandEnvironment) {
        self.commandEnvironment = commandEnvironment
        file()
        publishers()
        deliveryLimit()
        templates()
        figures()
        secrets()
        journalKey()
    }

    private mutating func file() {
        let name = "configuration.file"
        if FileRights(commandEnvironment.path) == nil {
            diagnoses.hint(
                name,
                "there is no file \(commandEnvironment.path): these are the defaults",
                advice: "name the daemon's file with --config, if it has one"
            )
        } else {
            diagnoses.ok(name, "\(commandEnvironment.path) is well-formed")
        }
        for warning in commandEnvironment.loaded.warnings {
            diagnoses.warning(
                "configuration.warning",
                "\(warning)",
                advice: "see Config/registrard.yaml for what the key means"
            )
        }
    }

    // MARK: Who may say what

    private mutating func publishers() {
        let publishers = configuration.publishers
        let before = diagnoses.count
        for (user, roles) in publishers.sorted(by: { $0.key < $1.key }) where roles.count > 1 {
            let what =
                roles.contains(PublisherRole.operator.rawValue)
                ? "has besides others the role operator, which may send everything"
                : "speaks for \(roles.sorted().joined(separator: " and "))"
            diagnoses.warning(
                "configuration.publishers",
                "broker user \(user) \(what): who has its password may do all of that",
                advice: "have a broker user for each role, unless one program really speaks for "
                    + "both"
            )
        }
        if !publishers.values.contains(where: { $0.contains("operator") }) {
            diagnoses.warning(
                "configuration.operator",
                "no broker user has the role operator: registrarctl can look and not change",
                advice: "add one to publishers, such as operator: [operator]"
            )
        }
        guard diagnoses.count == before else { return }
        diagnoses.ok(
            "configuration.publishers",
            "\(publishers.count) broker users, none with more roles than one"
        )
    }

    /// From how many deliveries on the broker's limit cannot be met by mere restarts: each of them
    /// gives back all that is in hand, which the broker counts as a delivery. systemd starts the
    /// daemon up to 60 times in ten minutes before it gives up (`StartLimitBurst`), and the broker
    /// may go away besides.
    static let sufficientDeliveryLimit = 100

    private mutating func deliveryLimit() {
        let limit = configuration.broker.deliveryLimit
        guard limit < Self.sufficientDeliveryLimit else { return }
        diagnoses.warning(
            "configuration.delivery-limit",
            "broker.deliveryLimit is \(limit): a message that is in hand in as many restarts of "
                + "the daemon or the broker becomes a dead letter, though nothing is wrong with it",
            advice: "set it to \(Self.sufficientDeliveryLimit) or more (1000 is the default); "
                + "queues that exist have to be redeclared"
        )
    }

    // MARK: Files

    private mutating func templates() {
        let name = "configuration.templates"
        do {
            _ = try MessageLoopSettings(configuration, identifiers: TimeOrderedIdentifiers())
            diagnoses.ok(name, "every mail template is well-formed")
        } catch {
            diagnoses.problem(
                name,
                "\(error)",
                advice: "put the templates right, or correct notifications.templates"
            )
        }
    }

    // MARK: Amounts, limits and rates

    private static let soon = Period.days(90)

    /// Names each figure of which the pages and the law say different things, and those that change
    /// soon.
    private mutating func figures() {
        let figures: Figures
        do {
            figures = try configuration.ownFigures() ?? .shipped
        } catch {
            diagnoses.problem(
                "configuration.figures",
                "\(error)",
                advice: "put the file right, or correct figures.file"
            )
            return
        }
        let today = LuxembourgCalendar.date(at: SystemTime().now)
        let basis = configuration.figures.basis
        let before = diagnoses.count
        for figure in figures.all {
            if let legal = figure.legal(on: today), let stated = figure.stated?.value,
                legal != stated, (figure.basis ?? basis) == .seed
            {
                diagnoses.warning(
                    "configuration.figures",
                    "\(figure.identifier) counts as \(stated), and by law it is \(legal)",
                    advice: "ask the office which holds; figures.basis: law takes the law's"
                )
            }
            let last = LuxembourgCalendar.day(Self.soon, after: today)
            if let change = figure.change(after: today, until: last) {
                diagnoses.warning(
                    "configuration.figures",
                    "\(figure.identifier) changes on \(change.from), to \(change.value)",
                    advice: "source: \(change.source), seen on \(change.seen)"
                )
            }
        }
        guard diagnoses.count == before else { return }
        diagnoses.ok(
            "configuration.figures",
            "\(figures.all.count) figures, none of which the law has otherwise today"
        )
    }

    private mutating func secrets() {
        secret(configuration.broker.passwordFile, "broker.passwordFile")
        secret(configuration.operator.passwordFile, "operator.passwordFile")
        secret(configuration.broker.tls.key, "broker.tls.key")
        if let folder = commandEnvironment.variables["CREDENTIALS_DIRECTORY"] {
            let path = "\(folder)/\(Configuration.passwordCredential)"
            // One that was not handed over is not missed.
            if FileRights(path) != nil { secret(path, "the credential") }
        }
        let urls = [
            ("broker.url", configuration.broker.url),
            ("operator.brokerURL", configuration.operator.brokerURL),
        ]
        for (key, url) in urls where url?.password != nil {
            diagnoses.warning(
                "configuration.password",
                "\(key) has a password in it",
                advice: "put it into a file, or hand it over by LoadCredential= of systemd"
            )
        }
    }

    private mutating func secret(_ path: String?, _ key: String) {
        guard let path else { return }
        let name = "configuration.secret"
        guard let rights = FileRights(path) else {
            return diagnoses.problem(
                name,
                "\(key): \(path) does not exist, or this user may not look at it",
                advice: "create it, correct \(key), or run this as the daemon's user"
            )
        }
        let advice = "chmod 0600 \(path), owned by \(rights.ownerName)"
        if rights.mayBeReadByOthers || rights.mayBeWrittenByOthers {
            diagnoses.problem(
                name,
                "\(key): everybody on this machine may read or write \(path) (mode \(rights.text))",
                advice: advice
            )
        } else if rights.mayBeWrittenByGroup {
            diagnoses.warning(
                name,
                "\(key): a group may write \(path) (mode \(rights.text))",
                advice: advice
            )
        } else {
            diagnoses.ok(name, "\(key): \(path) has mode \(rights.text)")
        }
    }

    private mutating func journalKey() {
        let name = "configuration.journal-key"
        let environment = commandEnvironment.variables
        do {
            guard let file = try configuration.journalKeyFile(environment: environment),
                try configuration.journalKey(environment: environment) != nil
            else {
                return diagnoses.hint(
                    name,
                    "there is no key for the journal: its checkpoints are not signed, and nothing "
                        + "is published that would show a journal made afresh; a key that systemd "
                        + "hands to the daemon cannot be seen from here",
                    advice: "registrarctl journal key, then journal.keyFile or the credential "
                        + Configuration.journalKeyCredential
                )
            }
            secret(file.path, "journal.keyFile")
        } catch {
            diagnoses.problem(
                name,
                "\(error)",
                advice: "registrarctl journal key makes one; keep the old one's public half"
            )
        }
    }
}
