import AMQP
import Broker
import Contract
import Domain
import Foundation
import Storage
import TestKit
import Testing

/// Companies that register and are granted, and what must have come of it in the end: everything
/// once, whatever happened in between.
struct Load: Sendable {
    let requests: [String]
    private let registrations: [OutgoingMessage]
    private let decisions: [OutgoingMessage]

    init(_ count: Int) {
        let requests = (0..<count).map { _ in newRequest() }
        self.requests = requests
        registrations = requests.enumerated().map { index, request in
            Registrant("person\(index)").company(request, Self.eori(index)).message
        }
        decisions = requests.map { Decider.customs.grant($0).message }
    }

    private static func eori(_ index: Int) -> String { "LU\(100_000 + index)" }

    /// Sends the registrations and, at the same time, the decisions: some of them come first.
    func send(_ range: Range<Int>? = nil, over installation: Installation) async throws {
        let range = range ?? requests.indices
        async let asked: Void = Self.send(Array(registrations[range]), installation.portal)
        async let decided: Void = Self.send(Array(decisions[range]), installation.customs)
        _ = try await (asked, decided)
    }

    private static func send(_ messages: [OutgoingMessage], _ sender: Sender) async throws {
        for start in stride(from: 0, to: messages.count, by: 20) {
            try await sender.send(Array(messages[start..<min(start + 20, messages.count)]))
        }
    }

    /// What comes of one request: the mails and the order to the provisioner.
    private static let effects = [
        "access.pending", "access.awaiting-you", "access.granted", "POST",
    ]

    private static func effect(_ message: Received) -> String? {
        message.template ?? message.operation("method")?.text
    }

    /// Whether every mail and every order has come.
    func isComplete(_ received: [Received]) -> Bool {
        let all = Set(
            received.compactMap { message in
                message.correlation.flatMap { request in
                    Self.effect(message).map { "\(request) \($0)" }
                }
            }
        )
        return all.count >= requests.count * Self.effects.count
    }

    /// Waits until everything has come, ends the daemon, and checks messages, register, journal and
    /// queues.
    func expectEverythingOnce(
        _ daemon: Daemon,
        _ installation: Installation,
        withinSeconds limit: Double = 60
    ) async throws {
        try await installation.collector.wait(
            "\(requests.count) requests with all that follows",
            withinSeconds: limit,
            until: isComplete
        )
        try await installation.outboxEmpties()
        let received = try await installation.collector.drain()
        try await daemon.stop()
        expectMessages(received)
        try expectRegister(installation)
        try await expectEmptyQueues(installation)
    }

    private func expectMessages(_ received: [Received]) {
        var bodies: [String: [UInt8]] = [:]
        var effects: [String: [String]] = [:]
        for message in received where message.queue != "own" {
            if let body = bodies[message.messageIdentifier] {
                // Sent again after a crash: the same message to the byte.
                #expect(body == message.delivery.body)
                continue
            }
            bodies[message.messageIdentifier] = message.delivery.body
            let effect = Self.effect(message) ?? "\(message.queue) \(message.problem ?? "")"
            effects[message.correlation ?? "", default: []].append(effect)
        }
        #expect(Set(effects.keys) == Set(requests))
        for (request, effects) in effects {
            #expect(effects.sorted() == Self.effects.sorted(), "\(request)")
            // In sequence for each request and queue.
            #expect(effects.filter { $0 != "POST" } == Self.effects.dropLast(), "\(request)")
        }
    }

    private func expectRegister(_ installation: Installation) throws {
        let reader = try installation.reader()
        for (index, request) in requests.enumerated() {
            let stored = try reader.request(
                RequestIdentifier(UniversalIdentifier(canonical: request))
            )
            #expect(stored?.status == .granted && stored?.revision == 2)
            #expect(stored?.eori?.text == Self.eori(index))
            #expect(stored?.authorised == OperationSet([.import, .transit]))
        }
        let accounts = try reader.accounts(limit: requests.count + 1)
        #expect(accounts.count == requests.count)
        #expect(accounts.allSatisfy { $0.status == .active })
        #expect(Set(accounts.map(\.request.description)) == Set(requests))
        let figures = try reader.figures()
        #expect(figures.outboxPending == 0 && figures.outboxParked == 0 && figures.deferred == 0)
        #expect(try reader.audit(JournalAudit()).fault == nil)
        let entries = try installation.journal()
        for kind in ["request.submitted", "operator.registered", "account.opened"] {
            #expect(entries.count { $0.event.contains("\"\(kind)\"") } == requests.count, "\(kind)")
        }
        #expect(!entries.contains { $0.event.contains("message.refused") })
        #expect(!entries.contains { $0.event.contains("message.dead-lettered") })
    }

    /// Nothing waits, and nothing was held without being acknowledged: the daemon has ended.
    private func expectEmptyQueues(_ installation: Installation) async throws {
        let connection = try await Connection.open(
            Endpoint(url: installation.broker.url(user: "operator"))
        )
        for queue in installation.topology.queues {
            let count = try await connection.messageCount(queue: queue.full)
            #expect(count == 0, "\(queue.short)")
        }
        await connection.close()
    }
}

/// How hard the daemon is tried, by the environment.
enum Torture {
    static let kills = number("REGISTRAR_TORTURE_KILLS", default: 10)
    static let requests = number("REGISTRAR_TORTURE_REQUESTS", default: 600)
    /// How many streams are parked.
    static let parkedStreams = number("REGISTRAR_TORTURE_PARKED", default: 2000)
    /// How many requests a person has who asks to be forgotten; each has two mails that wait.
    static let erasedRequests = number("REGISTRAR_TORTURE_ERASED", default: 120)
    /// Requests and accounts that stand in the store before anything comes.
    static let stored = number("REGISTRAR_TORTURE_STORED", default: 5000)
    /// Whether the programs are built for release, and run beside nothing else: they are held to
    /// what is promised of the installed daemon, others to a few times of it.
    static let isMeasured = Program.folder != nil
    static let longestTransactionSeconds = isMeasured ? 0.25 : 1.5
    static let toldWithinSeconds = isMeasured ? 2.0 : 8.0
    static let memoryLimitKiB = (isMeasured ? 64 : 192) * 1024
    static let brokerEnds = number("REGISTRAR_TORTURE_BROKER_ENDS", default: 3)
    static let seed = UInt64(
        number("REGISTRAR_TORTURE_SEED", default: Int.random(in: 1..<1_000_000))
    )

    private static func number(_ name: String, default standard: Int) -> Int {
        guard let text = ProcessInfo.processInfo.environment[name] else { return standard }
        guard let value = Int(text), value > 0 else {
            Issue.record("\(name)=\(text) is no number above 0")
            return standard
        }
        return value
    }
}

/// One of so many parts of a range, which are as long as each other.
func portion(_ part: Int, of parts: Int, _ range: Range<Int>) -> Range<Int> {
    range.count * part / parts..<range.count * (part + 1) / parts
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
