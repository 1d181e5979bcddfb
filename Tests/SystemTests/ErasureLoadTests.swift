import AMQP
import Contract
import Domain
import Foundation
import Storage
import TestKit
import Testing
import Workflow

/// A person with many requests, about whom much waits to be sent, asks to be forgotten.
@Suite(.serialized)
struct ErasureLoadTests {
    private static let count = Torture.erasedRequests
    private let person = Registrant("zerlina")

    @Test("An erasure of much that waits holds up nobody, and nothing that names the person leaves")
    func much() async throws {
        try await Installation.with { installation in
            var daemon = try await installation.start()
            try await daemon.stop()
            // A queue that is gone stays so, however long it takes.
            try installation.configure(broker: "declare: false")
            daemon = try await installation.start()
            let endpoint = try Endpoint(url: installation.broker.url(user: "operator"))
            let connection = try await Connection.open(endpoint)
            _ = try await connection.deleteQueue("\(installation.prefix).notifications")
            await connection.close()
            for start in stride(from: 0, to: Self.count, by: 500) {
                try await installation.portal.send(
                    (start..<min(start + 500, Self.count)).map {
                        person.company(newRequest(), "LU\(100_000 + $0)")
                    }
                )
            }
            let waiting = 2 * Self.count
            try await eventually("the mails wait", withinSeconds: 600) {
                try installation.reader().outboxStatistics().parked >= waiting ? () : nil
            }
            // What else the person may ask for, about all of that.
            let (question, correction) = (newRequest(), newRequest())
            try await installation.portal.send(person.right("access", question))
            try await installation.portal.send(
                person.right("rectification", correction, #""changes":{"givenName":"Zita"}"#)
            )
            for (request, status) in [(question, RequestStatus.answered), (correction, .granted)] {
                try await eventually("the other rights", withinSeconds: 60) {
                    try installation.request(request)?.status == status ? () : nil
                }
            }
            print(
                "access and rectification: longest transaction "
                    + "\(try daemon.metric("registrar_longest_transaction_seconds")) s, peak "
                    + "\(try daemon.memory("VmHWM")) KiB"
            )
            let (erasure, innocent) = (newRequest(), newRequest())
            let start = ContinuousClock.now
            try await installation.portal.send(
                InboundEvent(
                    "registration.person.erasure",
                    subject: erasure,
                    #"{"requestId":"\#(erasure)","applicant":\#(person.json)}"#
                )
            )
            try await installation.portal.send(
                Registrant("innocent").company(innocent, "LU900001")
            )
            try await eventually("the innocent request is recorded") {
                try installation.request(innocent) == nil ? nil : ()
            }
            let answered = ContinuousClock.now - start
            var isAlive = true
            try await eventually("the erasure is complete", withinSeconds: 600) {
                isAlive = try isAlive && daemon.page("/livez")?.status == 200
                return try installation.request(erasure)?.status == .granted ? () : nil
            }
            let longest = try daemon.metric("registrar_longest_transaction_seconds")
            let peak = try daemon.memory("VmHWM")
            print(
                "\(waiting) mails and \(Self.count) requests erased in \(ContinuousClock.now - start), "
                    + "an innocent request recorded after \(answered), longest transaction "
                    + "\(longest) s, peak \(peak) KiB"
            )
            #expect(longest <= Torture.longestTransactionSeconds)
            #expect(peak <= Torture.memoryLimitKiB)
            #expect(isAlive)
            try await eventually("nothing of it is left to be done", withinSeconds: 600) {
                try installation.journal().contains { $0.event.contains("erasure.completed") }
                    ? () : nil
            }
            try await daemon.stop()
            // The queue is declared again, and what waits goes out.
            try installation.configure()
            let again = try await installation.start()
            try await installation.outboxEmpties(withinSeconds: 600)
            let mails = try await installation.collector.drain().filter {
                $0.mailbox == person.email || $0.data("text")?.text?.contains("Zerlina") == true
            }.compactMap(\.template)
            #expect(Set(mails) == ["access.withdrawn", "person.erased"])
            #expect(mails.count { $0 == "person.erased" } == 1)
            try await again.stop()
        }
    }
}
