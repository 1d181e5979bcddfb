import AMQP
import Broker
import Composition
import Domain
import Foundation
import Settings

/// Prepares the broker for a run, has the daemon or the relay work, and watches the queues.
struct BenchStage {
    /// Queues that what follows ends up in, by the first word of its routing key.
    static let families = ["notification": "notifications", "provisioning": "provisioning"]
    /// Between two looks at the queues.
    static let lookEverySeconds = 0.005
    /// Nothing that is measured takes longer.
    static let patienceSeconds = 600.0

    let url: BrokerURL
    let daemon: String
    let templates: String
    let scratch: URL

    /// Has the daemon deal with a few requests and takes down what follows from each.
    func learn() async throws -> BenchPlan {
        try await onPrefix { prefix, connection in
            let listening = "\(prefix).everything"
            try await connection.declareQueue(QueueDeclaration(name: listening, isDurable: false))
            try await connection.bind(
                queue: listening,
                exchange: "\(prefix).out",
                routingKey: "#"
            )
            let traffic = BenchTraffic(user: url.user, prefix: prefix, requests: 1)
            let process = try DaemonProcess(stage: self, prefix: prefix)
            defer { process.end() }
            var shares: [BenchPhase: [BenchPlan.Share]] = [:]
            for phase in BenchPhase.allCases {
                try await fill(traffic.publications(for: phase))
                shares[phase] = try await listen(
                    to: listening,
                    on: connection,
                    until: phase == .requests ? "status.request" : "status.account",
                    process
                )
            }
            try await connection.deleteQueue(listening)
            return BenchPlan(shares: shares)
        }
    }

    /// Reads what follows until there has been a message of `last`, and then nothing for a while.
    private func listen(
        to queue: String,
        on connection: Connection,
        until last: String,
        _ process: DaemonProcess
    ) async throws -> [BenchPlan.Share] {
        var shares: [BenchPlan.Share] = []
        var isDone = false
        var silence = 0
        let time = SystemTime()
        let deadline = time.monotonicSeconds + 30
        while !isDone || silence < 100 {
            guard time.monotonicSeconds < deadline else {
                throw BenchError("the daemon did not deal with a request within 30 s")
            }
            guard let delivery = try await connection.get(queue: queue) else {
                silence += 1
                try process.check()
                await time.sleep(seconds: Self.lookEverySeconds)
                continue
            }
            try await connection.acknowledge(upTo: delivery.tag)
            silence = 0
            isDone = isDone || delivery.routingKey == last
            shares.append(
                BenchPlan.Share(
                    routingKey: delivery.routingKey,
                    isMandatory: !delivery.routingKey.hasPrefix("status."),
                    bytes: delivery.body.count
                )
            )
        }
        return shares
    }

    /// How long the daemon takes for each phase.
    func runDaemon(requests: Int) async throws -> BenchRun {
        try await onPrefix { prefix, connection in
            let traffic = BenchTraffic(user: url.user, prefix: prefix, requests: requests)
            var run = BenchRun()
            let plan = BenchExpectation(requests: requests)
            for phase in BenchPhase.allCases {
                try await fill(traffic.publications(for: phase))
                let process = try DaemonProcess(stage: self, prefix: prefix)
                defer { process.end() }
                run.seconds[phase] = try await watch(
                    phase,
                    prefix: prefix,
                    requests: requests,
                    expecting: plan,
                    on: connection
                ) { try process.check() }
                run.note(process.usage())
            }
            return run
        }
    }

    /// How long the broker takes to relay the same traffic.
    func runRelay(requests: Int, plan: BenchPlan) async throws -> BenchRun {
        try await onPrefix { prefix, connection in
            let traffic = BenchTraffic(user: url.user, prefix: prefix, requests: requests)
            var run = BenchRun()
            for phase in BenchPhase.allCases {
                try await fill(traffic.publications(for: phase))
                let relay = BenchRelay(
                    endpoint: endpoint,
                    prefix: prefix,
                    shares: plan.shares[phase, default: []]
                )
                let work = Task { try await relay.run() }
                defer { work.cancel() }
                run.seconds[phase] = try await watch(
                    phase,
                    prefix: prefix,
                    requests: requests,
                    expecting: BenchExpectation(requests: requests),
                    on: connection
                )
            }
            return run
        }
    }

    var endpoint: Endpoint {
        Endpoint(
            host: url.host,
            port: url.port,
            virtualHost: url.virtualHost,
            user: url.user,
            password: url.password ?? "",
            usesTLS: url.isTLS
        )
    }

    /// Runs `body` with a topology that nobody else uses, and deletes it afterwards.
    private func onPrefix<Result>(
        _ body: (String, Connection) async throws -> Result
    ) async throws -> Result {
        let prefix = "bench-\(TimeOrderedIdentifiers().next().text.suffix(8))"
        let connection = try await Connection.open(
            endpoint,
            options: ConnectionOptions(name: "registrar-bench")
        )
        let topology = Topology(prefix: prefix)
        do {
            try await topology.declare(on: connection, isPassive: false)
            let result = try await body(prefix, connection)
            try await topology.delete(on: connection)
            await connection.close()
            return result
        } catch {
            // The first error is the one to tell.
            _ = try? await topology.delete(on: connection)
            await connection.close()
            throw error
        }
    }

    /// Publishes messages and waits until the broker has confirmed all of them.
    private func fill(_ publications: [Publication]) async throws {
        let connection = try await Connection.open(
            endpoint,
            options: ConnectionOptions(name: "registrar-bench filling")
        )
        try await connection.confirmSelect()
        var open = 0
        let results = connection.publicationResults
        for start in stride(from: 0, to: publications.count, by: 500) {
            let batch = Array(publications[start..<min(start + 500, publications.count)])
            try await connection.publish(batch)
            open += batch.count
            while open > 1000 || (open > 0 && start + 500 >= publications.count) {
                guard let confirmed = try await results.next() else { break }
                guard confirmed.allSatisfy({ $0.outcome == .confirmed }) else {
                    throw BenchError("the broker did not take a message of the load")
                }
                open -= confirmed.count
            }
        }
        await connection.close()
    }

    /// The time from the first message taken until the last one that follows is in its queue.
    private func watch(
        _ phase: BenchPhase,
        prefix: String,
        requests: Int,
        expecting expectation: BenchExpectation,
        on connection: Connection,
        check: () throws -> Void = {}
    ) async throws -> Double {
        let time = SystemTime()
        let inbound = "\(prefix).\(phase == .requests ? "registrations" : "approvals")"
        let deadline = time.monotonicSeconds + Self.patienceSeconds
        var began: Double?
        while true {
            let now = time.monotonicSeconds
            guard now < deadline else {
                throw BenchError("the \(phase.rawValue) were not drained in time")
            }
            let waiting = try await connection.messageCount(queue: inbound)
            if began == nil, waiting < requests { began = now }
            if waiting == 0, let began {
                var arrived = true
                for (queue, count) in expectation.depths(after: phase) where arrived {
                    arrived =
                        try await connection.messageCount(queue: "\(prefix).\(queue)") >= count
                }
                if arrived { return time.monotonicSeconds - began }
            }
            try check()
            await time.sleep(seconds: Self.lookEverySeconds)
        }
    }
}

/// How full the outbound queues are after each phase.
struct BenchExpectation {
    let requests: Int

    /// A registration is told to the applicant and to the authority; a grant to the applicant, and
    /// the provisioner gets an account.
    func depths(after phase: BenchPhase) -> [(queue: String, count: Int)] {
        switch phase {
        case .requests: [("notifications", 2 * requests)]
        case .decisions: [("notifications", 3 * requests), ("provisioning", requests)]
        }
    }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
