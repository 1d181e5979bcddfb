import AMQP
import ArgumentParser
import Broker
import Composition
import Contract
import Domain
import Procedures

/// `person disclose`: asks the daemon, as a portal would, and shows its answer.
struct PersonDisclose: AsyncParsableCommand {
    /// How often the queue of the answer is looked at.
    private static let pollSeconds = 0.05

    static let configuration = CommandConfiguration(
        commandName: "disclose",
        abstract: "Show everything that is stored about a person.",
        discussion: """
            Examples:
              registrarctl person disclose eaccess:7f3c --reason "Letter of 20 November."
              registrarctl person disclose eaccess:7f3c --reason "Letter of 20 November." \\
                --output json > 7f3c.json

            The daemon answers, and journals that it was asked.
            """
    )

    @Option(help: ArgumentHelp("How long to wait for the answer.", valueName: "seconds"))
    var timeout = 30.0

    @OptionGroup var person: PersonOptions

    func run() async throws {
        guard let applicant = try person.applicant() else {
            return try show(JSONObject([.init("known", .boolean(false))]))
        }
        let commandEnvironment = try person.options.commandEnvironment()
        let access = commandEnvironment.access(try commandEnvironment.login())
        let maker = EventMaker(reason: person.why.reason)
        let request = person.request.requestId ?? RequestIdentifier(maker.identifiers.next())
        let question = maker.event(PersonRight.access.routingKey, request: request) { data in
            applicant.write(to: &data)
        }
        let answer = try await access.withConnection { connection in
            let queue = try await Self.queue(for: request, on: connection, access.topology)
            try await EventSender(commandEnvironment).send(question, at: maker.now)
            return try await wait(for: request, in: queue, on: connection)
        }
        try show(answer)
    }

    /// A queue for the answer alone, which goes with the connection.
    private static func queue(
        for request: RequestIdentifier,
        on connection: Connection,
        _ topology: Topology
    ) async throws -> String {
        let name = "\(topology.prefix).operator.\(request)"
        try await connection.declareQueue(
            QueueDeclaration(name: name, isDurable: false, isExclusive: true, isAutoDelete: true)
        )
        for routingKey in [PersonRight.disclosureRoutingKey, ProblemEvent.routingKey] {
            try await connection.bind(
                queue: name,
                exchange: topology.exchange(.out),
                routingKey: routingKey
            )
        }
        return name
    }

    /// The whole answer, once all of its parts have come.
    private func wait(
        for request: RequestIdentifier,
        in queue: String,
        on connection: Connection
    ) async throws -> JSONObject {
        let time = SystemTime()
        let deadline = time.monotonicSeconds + timeout
        var parts = DisclosureParts()
        while true {
            if let message = try await connection.get(queue: queue) {
                // Others' answers come as well.
                guard message.properties.correlationIdentifier == request.description else {
                    continue
                }
                try parts.add(Self.data(of: message))
                if let whole = parts.whole { return whole }
            } else if time.monotonicSeconds < deadline {
                await time.sleep(seconds: Self.pollSeconds)
            } else {
                throw ExitFailure(
                    .tryAgain,
                    "no\(parts.isEmpty ? "" : " whole") answer came within \(timeout) s: see whether "
                        + "registrard runs ('registrarctl status'), and ask again"
                )
            }
        }
    }

    private static func data(of answer: Delivery) throws -> JSONObject {
        guard case .object(let event) = try JSONValue(parsing: answer.body),
            case .object(let data) = event["data"]
        else { throw ExitFailure(.data, "the answer has no data; see the contract's envelope") }
        if answer.routingKey == ProblemEvent.routingKey, case .string(let detail) = data["detail"] {
            throw ExitFailure(.data, "the daemon refused to answer: \(detail)")
        }
        return data
    }

    private func show(_ data: JSONObject) throws {
        try person.options.write {
            $0.member("disclosure", .object(data))
        } text: { _ in
            Self.lines(.object(data), depth: 0).joined()
        }
    }

    /// One line a value, indented under what it belongs to.
    private static func lines(_ value: JSONValue, depth: Int) -> [String] {
        let indent = String(repeating: "  ", count: depth)
        switch value {
        case .object(let object):
            return object.members.flatMap { member in
                let name = indent + SafeText.line(member.name)
                switch member.value {
                case .object, .array:
                    return ["\(name):\n"] + lines(member.value, depth: depth + 1)
                default: return ["\(name): \(text(member.value))\n"]
                }
            }
        case .array(let values):
            return values.flatMap { value -> [String] in
                guard case .object = value else { return ["\(indent)- \(text(value))\n"] }
                return ["\(indent)-\n"] + lines(value, depth: depth + 1)
            }
        default: return ["\(indent)\(text(value))\n"]
        }
    }

    private static func text(_ value: JSONValue) -> String {
        guard case .string(let text) = value else {
            var json = JSONWriter()
            json.value(value)
            return json.text
        }
        return SafeText.line(text)
    }
}
