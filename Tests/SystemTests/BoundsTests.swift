import AMQP
import Domain
import Foundation
import Storage
import Synchronization
import TestKit
import Testing

/// What one sender, one company or one day brings in masses costs the others nothing: an innocent
/// registration in the middle of it is told `pending` in a moment, and no transaction takes long.
///
/// `make torture` does it with a million requests and accounts stored (REGISTRAR_TORTURE_STORED).
@Suite("Bounds", .serialized)
struct BoundsTests {
    private static let stored = Torture.stored
    private static let isTorture = stored >= 1_000_000

    private static let company = "LU900001"
    /// Of what stands beside the mass; the numbers are above all of that.
    private static let first = 5_000_001

    /// Fills a store, starts the daemon on it and runs `flood`, with somebody innocent in the
    /// middle.
    ///
    /// - Parameter fill: adds what the case needs to the mass.
    private func tried(
        _ name: String,
        fill: (StoredMasses) throws -> Void = { _ in },
        _ flood: (Installation, Daemon) async throws -> Void,
        until isOver: (Installation, Daemon) async throws -> Bool
    ) async throws {
        try await Installation.with { installation in
            var daemon = try await installation.start()
            try await daemon.stop()
            let masses = try StoredMasses(installation)
            try masses.addCompanies(1...Self.stored)
            try fill(masses)
            try masses.close()
            daemon = try await installation.start()
            // What others are told is not taken with it: reading that would hold up the test.
            let portal = Collector(
                installation.broker,
                installation.topology,
                queues: [],
                topics: ["status.request"]
            )
            try await portal.start()
            let watch = Watch(daemon)
            let watching = Task { await watch.run() }
            try await flood(installation, daemon)
            var waits: [Double] = []
            for number in 1...3 {
                waits.append(try await told("innocent\(number)", portal, installation))
            }
            try await eventually("the end of it", withinSeconds: 600) {
                try await isOver(installation, daemon) ? () : nil
            }
            waits.append(try await told("last", portal, installation))
            let slowest = waits.max() ?? .infinity
            await portal.stop()
            watching.cancel()
            let deaf = await watching.value
            let longest = try daemon.metric("registrar_longest_transaction_seconds")
            let peak = try daemon.memory("VmHWM")
            print(
                "\(name): \(Self.stored) stored, longest transaction \(longest) s, told pending "
                    + "within \(waits) s, peak \(peak) KiB, /livez not 200 \(deaf) times"
            )
            #expect(longest <= Torture.longestTransactionSeconds, "\(name)")
            #expect(slowest <= Torture.toldWithinSeconds, "\(name)")
            #expect(peak <= Torture.memoryLimitKiB, "\(name)")
            #expect(deaf == 0, "\(name)")
            try await daemon.stop()
        }
    }

    /// How long somebody who registers a company waits for being told `pending`.
    private func told(
        _ name: String,
        _ portal: Collector,
        _ installation: Installation
    ) async throws -> Double {
        let request = newRequest()
        let eori = "LU7\(abs(request.hashValue) % 1_000_000_000)"
        let began = ContinuousClock.now
        try await installation.portal.send(Registrant(name).company(request, eori))
        try await portal.wait("\(name) is told", withinSeconds: 60) { received in
            received.contains { $0.correlation == request && $0.status == "pending" }
        }
        return (ContinuousClock.now - began).seconds
    }

    /// Decisions about one request that has not come, with blanks up to that size.
    private func decisions(_ count: Int, about request: String, bytes: Int) -> [OutgoingMessage] {
        (0..<count).map { _ in
            var message = Decider.customs.grant(request).message
            let blanks = max(0, bytes - message.body.count)
            message.body.insert(
                contentsOf: repeatElement(UInt8(ascii: " "), count: blanks),
                at: message.body.count - 1
            )
            return message
        }
    }

    private func send(_ messages: [OutgoingMessage], _ sender: Sender) async throws {
        for start in stride(from: 0, to: messages.count, by: 50) {
            try await sender.send(Array(messages[start..<min(start + 50, messages.count)]))
        }
    }

    @Test("Large decisions for a request that does not come, and then does")
    func largeEarly() async throws {
        let request = newRequest()
        let count = Self.isTorture ? 1500 : 200
        try await tried("large early decisions") { installation, _ in
            try await send(decisions(count, about: request, bytes: 200_000), installation.customs)
            try await installation.portal.send(Registrant("awaited").company(request, "LU4711"))
        } until: { installation, daemon in
            let figures = try installation.reader().figures()
            let refused = try daemon.metric("registrar_settled_total", #"outcome="refused""#)
            return figures.deferred == 0 && refused >= Double(count - 1)
        }
    }

    @Test("Small decisions for a request that does not come, and then does")
    func smallEarly() async throws {
        let request = newRequest()
        let count = Self.isTorture ? 10_000 : 1000
        try await tried("small early decisions") { installation, _ in
            try await send(decisions(count, about: request, bytes: 0), installation.customs)
            try await installation.portal.send(Registrant("awaited").company(request, "LU4711"))
        } until: { installation, daemon in
            let figures = try installation.reader().figures()
            let refused = try daemon.metric("registrar_settled_total", #"outcome="refused""#)
            return figures.deferred == 0 && refused >= Double(count - 1)
        }
    }

    @Test("Employees of a company for which thousands have asked already")
    func openRequests() async throws {
        let (first, count) = (Self.first, Self.isTorture ? 9000 : 2000)
        let employees = Self.isTorture ? 500 : 100
        try await tried("open requests under one EORI") { masses in
            try masses.addPersons(first...first + count)
            try masses.addOperator(Self.company, request: first)
            try masses.addAccounts(
                first...first,
                eori: "'\(Self.company)'",
                role: "legal-representative"
            )
            try masses.addRequests(
                first + 1...first + count,
                eori: "'\(Self.company)'",
                profile: "employee",
                status: "pending"
            )
        } _: { installation, _ in
            try await send(
                (0..<employees).map {
                    Registrant("employee\($0)").employee(newRequest(), Self.company).message
                },
                installation.portal
            )
        } until: { _, daemon in
            try daemon.metric("registrar_settled_total", #"outcome="applied""#)
                >= Double(employees)
        }
    }

    @Test("An operator with thousands of accounts is revoked")
    func revocation() async throws {
        let (first, count) = (Self.first, Self.isTorture ? 9000 : 1000)
        try await tried("revocation") { masses in
            try masses.addPersons(first...first + count)
            try masses.addOperator(Self.company, request: first)
            try masses.addAccounts(
                first...first,
                eori: "'\(Self.company)'",
                role: "legal-representative"
            )
            try masses.addAccounts(
                first + 1...first + count,
                eori: "'\(Self.company)'",
                role: "employee"
            )
        } _: { installation, _ in
            let data = """
                {"actor":\(Decider.customs.json),"target":{"eori":"\(Self.company)"},\
                "remarks":"over"}
                """
            try await installation.customs.send(
                InboundEvent("approval.revocation", subject: nil, data)
            )
        } until: { installation, _ in
            let figures = try installation.reader().figures()
            return figures.accounts[.revoked] == count + 1 && figures.outboxPending < 100
        }
    }

    @Test("Two hundred authorisations lapse on one day")
    func lapses() async throws {
        let first = Self.first
        try await tried("lapses") { masses in
            try masses.addPersons(first...first)
            try masses.addOperator(Self.company, request: first)
            try masses.addAccounts(
                first...first,
                eori: "'\(Self.company)'",
                role: "legal-representative"
            )
            try masses.addLapsing(1...200, eori: Self.company, users: 20, first: 1)
        } _: { _, _ in
        } until: { installation, _ in
            let figures = try installation.reader().figures()
            return figures.authorisations["registered-consignee"]?[.lapsed] == 200
                && figures.outboxPending < 100
        }
    }
}

/// Asks `/livez` again and again.
private final class Watch: Sendable {
    private let daemon: Daemon

    init(_ daemon: Daemon) {
        self.daemon = daemon
    }

    /// Until it is cancelled; returns how often the answer was not 200.
    func run() async -> Int {
        var deaf = 0
        while !Task.isCancelled {
            let daemon = daemon
            let status = try? await blocking { try daemon.page("/livez")?.status }
            if status != 200 { deaf += 1 }
            try? await Task.sleep(for: .milliseconds(250))
        }
        return deaf
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
