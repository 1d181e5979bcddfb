import AMQP
import Broker
import Composition
import Contract
import Domain
import Settings

/// What the broker tells over AMQP alone, without its management interface.
struct BrokerDoctor {
    private(set) var diagnoses: [Diagnosis] = []
    private let commandEnvironment: CommandEnvironment

    init(_ commandEnvironment: CommandEnvironment) async {
        self.commandEnvironment = commandEnvironment
        await look()
    }

    private mutating func look() async {
        guard commandEnvironment.hasLogin else {
            return diagnoses.warning(
                "broker.login",
                "there is no broker login for registrarctl, so the broker was not looked at",
                advice: "set operator.brokerURL and operator.passwordFile, or the environment's "
                    + CommandEnvironment.brokerVariable
            )
        }
        do {
            let login = try commandEnvironment.login()
            let access = commandEnvironment.access(login)
            let survey = try await TopologySurvey.make(access)
            let publishers = commandEnvironment.configuration.publishers
            diagnoses += try await access.withConnection { connection in
                var visit = BrokerVisit(
                    connection: connection,
                    topology: access.topology,
                    user: login.url.user,
                    publishers: publishers
                )
                await visit.look(at: survey)
                return visit.diagnoses
            }
            if survey.isComplete { await compareArguments() }
        } catch {
            diagnoses.problem(
                "broker.connection",
                (error as? ExitFailure)?.message ?? "the broker cannot be used: \(error)",
                advice: "see whether RabbitMQ runs, and whether the login is right"
            )
        }
    }

    /// Whether the queues have the daemon's arguments: quorum, delivery limit, dead-letter exchange
    /// and strategy, overflow. RabbitMQ tells by refusing another declaration of what exists; that
    /// takes the daemon's own login.
    private mutating func compareArguments() async {
        let configuration = commandEnvironment.configuration
        let name = "broker.arguments"
        let password: String
        do {
            password = try configuration.brokerPassword(environment: commandEnvironment.variables)
        } catch {
            return diagnoses.hint(
                name,
                "the queues' arguments were not compared: that takes the daemon's login, and this "
                    + "user cannot read its password",
                advice: "run this as root; the daemon itself is not ready while they differ"
            )
        }
        let access = BrokerAccess(
            configuration,
            url: configuration.broker.url,
            password: password,
            name: "registrarctl doctor",
            declares: false
        )
        do {
            let faults = try await access.withConnection { connection in
                try await access.topology.differences(on: connection)
            }
            for fault in faults {
                diagnoses.problem(
                    name,
                    fault,
                    advice: "queues cannot be changed: drain it, delete it, and let registrard "
                        + "redeclare it"
                )
            }
            guard faults.isEmpty else { return }
            diagnoses.ok(
                name,
                "every queue is quorum; what it delivered \(access.topology.deliveryLimit) times, or a "
                    + "consumer refused, is dead-lettered, at least once"
            )
        } catch {
            diagnoses.hint(
                name,
                "the queues' arguments could not be compared with the daemon's login: \(error)",
                advice: "the daemon itself is not ready while they differ"
            )
        }
    }
}

/// A look at the broker over one connection.
private struct BrokerVisit {
    let connection: Connection
    let topology: Topology
    let user: String
    let publishers: [String: [String]]
    /// Tells one visit from another.
    let identifier = TimeOrderedIdentifiers().next().text
    var diagnoses: [Diagnosis] = []

    mutating func look(at survey: TopologySurvey) async {
        await version()
        existence(survey)
        bindings()
        await rights()
        deadLetters(survey)
        unread(survey)
    }

    /// Queues of others, in which something waits for nobody.
    private mutating func unread(_ survey: TopologySurvey) {
        let queues = topology.queues.filter { InboundQueue(rawValue: $0.short) == nil }.map(\.full)
        let unread = survey.queues.filter { queue in
            queues.contains(queue.name) && (queue.status?.messageCount ?? 0) > 0
                && queue.status?.consumerCount == 0
        }
        guard !unread.isEmpty else {
            return diagnoses.ok("broker.consumers", "nothing waits in a queue that nobody reads")
        }
        for queue in unread {
            let count = queue.status?.messageCount ?? 0
            diagnoses.warning(
                "broker.consumers",
                "\(queue.name): \(count == 1 ? "1 message" : "\(count) messages"), nobody takes them",
                advice: "start the mailer, the provisioner or the portal's reader, or see why it "
                    + "does not reach the broker"
            )
        }
    }

    private mutating func version() async {
        let server = await connection.serverProperties
        diagnoses.ok("broker.library", "librabbitmq \(AMQPLibrary.version)")
        guard let text = server["version"]?.stringValue else { return }
        let product = server["product"]?.stringValue ?? "the broker"
        let numbers = text.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard numbers.count == 2, product == "RabbitMQ" else {
            return diagnoses.warning(
                "broker.version",
                "\(product) \(text) is not a RabbitMQ that this release knows",
                advice: "use RabbitMQ 3.10 or later"
            )
        }
        guard (numbers[0], numbers[1]) >= (3, 10) else {
            return diagnoses.problem(
                "broker.version",
                "RabbitMQ \(text) does not dead-letter quorum queues at least once",
                advice: "use RabbitMQ 3.10 or later"
            )
        }
        diagnoses.ok("broker.version", "RabbitMQ \(text)")
    }

    private mutating func existence(_ survey: TopologySurvey) {
        let missing =
            survey.exchanges.compactMap { one in one.fault.map { "\(one.name) (\($0))" } }
            + survey.queues.compactMap { one in one.fault.map { "\(one.name) (\($0))" } }
        guard missing.isEmpty else {
            return diagnoses.problem(
                "broker.topology",
                "not to be used: \(missing.joined(separator: ", "))",
                advice: "start registrard with broker.declare: true, which declares what is "
                    + "missing; broker.prefix is \(topology.prefix)"
            )
        }
        diagnoses.ok(
            "broker.topology",
            "\(survey.exchanges.count) exchanges and \(survey.queues.count) queues are there"
        )
    }

    /// A message that would show a binding would also be delivered by it.
    private mutating func bindings() {
        diagnoses.hint(
            "broker.bindings",
            "bindings cannot be asked for over AMQP without leaving messages in queues; with "
                + "broker.declare the daemon makes them whenever it connects, and what no "
                + "queue takes is parked",
            advice: "rabbitmqctl list_bindings, or 'registrarctl outbox list --parked'"
        )
    }

    // MARK: Rights

    private mutating func rights() async {
        let roles = publishers[user] ?? []
        if !roles.contains("operator") {
            diagnoses.warning(
                "broker.operator",
                "broker user \(user) has not got the role operator: what it changes by registrarctl "
                    + "would be refused",
                advice: "add it to publishers as \(user): [operator]"
            )
        }
        // An exclusive queue goes with the connection, so that asking leaves nothing.
        switch await mayDeclare("\(topology.prefix).doctor-\(identifier)") {
        case true:
            diagnoses.warning(
                "broker.rights",
                "broker user \(user) may make and delete queues under \(topology.prefix).*, those "
                    + "with the register's messages too",
                advice: "let it configure \(topology.prefix).operator.* alone, as "
                    + "Config/broker/definitions.json does"
            )
        case false:
            diagnoses.ok("broker.rights", "broker user \(user) cannot make or delete the queues")
        default: break
        }
        if await mayDeclare("\(topology.prefix).operator.doctor-\(identifier)") == false {
            diagnoses.warning(
                "broker.rights",
                "broker user \(user) may not make queues under \(topology.prefix).operator.*, which "
                    + "'person disclose' needs",
                advice: "grant it what Config/broker/definitions.json has"
            )
        }
    }

    /// Nil when it cannot be told.
    private func mayDeclare(_ name: String) async -> Bool? {
        do {
            try await connection.declareQueue(
                QueueDeclaration(
                    name: name,
                    isDurable: false,
                    isExclusive: true,
                    isAutoDelete: true
                )
            )
            _ = try await connection.deleteQueue(name)
            return true
        } catch {
            return error.code == .accessRefused ? false : nil
        }
    }

    /// What the broker put aside goes to the store, where 'dead-letter' finds it.
    private mutating func deadLetters(_ survey: TopologySurvey) {
        let name = topology.queue(.deadLetters)
        guard let status = survey.queues.first(where: { $0.name == name })?.status,
            status.messageCount > 0
        else { return }
        diagnoses.warning(
            "broker.dead-letters",
            "\(status.messageCount) messages that the broker put aside wait in \(name) for the "
                + "daemon to take them into its store",
            advice: "see whether registrard runs and is ready"
        )
    }
}
