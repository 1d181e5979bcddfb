import AMQP
import ArgumentParser
import Broker
import Contract
import Settings

/// `topology`: a look at exchanges and queues.
struct TopologyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Check the exchanges and queues on the broker.",
        discussion: """
            Example:
              registrarctl topology check
            """,
        subcommands: [TopologyCheck.self]
    )
}

struct TopologyCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look whether every exchange and queue is there.",
        discussion: """
            Examples:
              registrarctl topology check
              registrarctl topology check --output json

            Declares nothing. Ends with 1 when something is missing. Bindings and the arguments of \
            queues cannot be asked for over AMQP: registrard checks those when it starts.
            """
    )

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let commandEnvironment = try options.commandEnvironment()
        let access = commandEnvironment.access(try commandEnvironment.login())
        let survey = try await TopologySurvey.make(access)
        try options.write { json in
            json.member("complete", survey.isComplete)
            json.objects("exchanges", survey.exchanges) { exchange, json in
                json.member("name", exchange.name)
                json.member("exists", exchange.fault == nil)
            }
            json.objects("queues", survey.queues) { $0.write(to: &$1) }
        } text: { screen in
            survey.table.text(on: screen)
        }
        guard survey.isComplete else {
            Standard.say(
                "the topology is not complete: start registrard with broker.declare: true, which "
                    + "declares what is missing; broker.prefix is "
                    + commandEnvironment.configuration.broker.prefix
            )
            throw ExitCode(1)
        }
    }
}

/// What is on the broker.
struct TopologySurvey {
    struct Exchange {
        let name: String
        /// Why it cannot be used; nil when it is there.
        let fault: String?
    }

    struct Queue {
        let name: String
        let status: QueueStatus?
        let fault: String?

        var consumers: Cell { Cell(status.map { "\($0.consumerCount)" } ?? "") }

        func write(to json: inout JSONWriter) {
            json.member("name", name)
            json.member("exists", status != nil)
            json.member("messages", status?.messageCount)
            json.member("consumers", status?.consumerCount)
        }
    }

    private(set) var exchanges: [Exchange] = []
    private(set) var queues: [Queue] = []

    var isComplete: Bool {
        exchanges.allSatisfy { $0.fault == nil } && queues.allSatisfy { $0.status != nil }
    }

    /// Asks the broker, by declarations that declare nothing.
    static func make(_ access: BrokerAccess) async throws -> TopologySurvey {
        try await access.withConnection { connection in
            var survey = TopologySurvey()
            let topology = access.topology
            for name in topology.exchanges { try await survey.ask(exchange: name, connection) }
            for queue in topology.queues { try await survey.ask(queue: queue.full, connection) }
            return survey
        }
    }

    private mutating func ask(exchange name: String, _ connection: Connection) async throws {
        do {
            try await connection.declareExchange(name, kind: .topic, isPassive: true)
            exchanges.append(Exchange(name: name, fault: nil))
        } catch let error {
            guard let fault = Self.fault(error) else { throw error }
            exchanges.append(Exchange(name: name, fault: fault))
        }
    }

    private mutating func ask(queue name: String, _ connection: Connection) async throws {
        do {
            let status = try await connection.declareQueue(
                QueueDeclaration(name: name, isPassive: true)
            )
            queues.append(Queue(name: name, status: status, fault: nil))
        } catch let error {
            guard let fault = Self.fault(error) else { throw error }
            queues.append(Queue(name: name, status: nil, fault: fault))
        }
    }

    /// What concerns this queue or exchange alone; nil for what ends the connection.
    private static func fault(_ error: AMQPError) -> String? {
        switch error.code {
        case .notFound: "missing"
        case .accessRefused: "no permission"
        case .resourceLocked: "used exclusively"
        default: nil
        }
    }

    var table: Table {
        let columns: [Table.Column] = [
            .text("NAME"), .text("KIND"), .text("STATE"), .number("MESSAGES"),
            .number("CONSUMERS"),
        ]
        let ofExchanges: [[Cell]] = exchanges.map { exchange in
            [Cell(exchange.name), "exchange", Self.state(exchange.fault), "", ""]
        }
        let ofQueues: [[Cell]] = queues.map { queue in
            let messages = queue.status.map { Cell($0.messageCount) } ?? ""
            return [
                Cell(queue.name), "queue", Self.state(queue.fault), messages, queue.consumers,
            ]
        }
        return Table(columns, ofExchanges + ofQueues)
    }

    private static func state(_ fault: String?) -> Cell {
        fault.map { Cell($0, .bad) } ?? Cell("there", .good)
    }
}
