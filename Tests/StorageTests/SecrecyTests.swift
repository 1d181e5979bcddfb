import Contract
import Domain
import Foundation
import TestKit
import Testing
import Workflow

@testable import Storage

@Suite("What is done with is gone, and what is read is right")
struct SecrecyTests {
    @Test("Nothing of a settled message is left in the files")
    func settled() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        let secrets = ["Dear Zoë Müller-Secret", "secret-subject", "secret-header"]
        try await store.write { transaction in
            for number in 1...40 as ClosedRange<UInt64> { try register(number, transaction) }
            for size in [100, 3000, 30_000] {
                var message = Sample.message(
                    "secret",
                    body: Array(secrets[0].utf8) + [UInt8](repeating: 65, count: size)
                )
                message = OutboundMessage(
                    exchange: .out,
                    routingKey: message.routingKey,
                    mandatory: true,
                    properties: MessageProperties(
                        headers: [HeaderField("h", .text(secrets[2]))],
                        messageIdentifier: "kept-\(size)"
                    ),
                    body: message.body,
                    subject: secrets[1]
                )
                _ = try transaction.enqueue(message, journal: 1, at: Sample.start)
            }
        }
        try await store.checkpoint()
        for secret in secrets { #expect(try contains(folder, secret), "\(secret)") }
        try await store.write { _ = try $0.settle([81, 82, 83], at: Sample.instant(5)) }
        #expect(try await store.checkpoint())
        for secret in secrets { #expect(try !contains(folder, secret), "\(secret)") }
        let kept = try SQLiteRegisterReader(path: folder.store)
            .timeline(of: Sample.requestIdentifier(1))
        #expect(kept.count == 1)
        let messages = try #require(kept.first).messages
        #expect(messages.map(\.sequence) == [1, 2, 81, 82, 83])
        #expect(
            messages.map(\.settledAt).suffix(3) == Array(repeating: Sample.instant(5), count: 3)
        )
        #expect(messages.last?.messageIdentifier == "kept-30000")
        #expect(messages.last?.routingKey == "mail.secret")
        #expect(messages.first?.settledAt == nil)
        try await store.close()
    }

    private func contains(_ folder: TemporaryFolder, _ text: String) throws -> Bool {
        try ["", "-wal"].contains { suffix in
            Data(try folder.bytes(suffix)).range(of: Data(text.utf8)) != nil
        }
    }

    @Test("Remarks and answers are kept beside the journal, not in it")
    func freeText() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteRegister(path: folder.store)
        let request = Sample.request(1)
        let documents = [
            Document(
                kind: "permit",
                reference: "P-1",
                issuedOn: CivilDate(year: 2026, month: 2, day: 28),
                validUntil: CivilDate(year: 2027, month: 2, day: 28)
            ),
            Document(kind: "letter", reference: "L-2"),
        ]
        try await store.write { transaction in
            try register(1, transaction)
            var changed = request
            changed.status = .awaitingInformation
            try transaction.apply(
                .requestChanged(changed, previous: .pending, by: .rule, remarks: "Which permit?"),
                at: Sample.instant(50)
            )
            try transaction.apply(
                .supplementReceived(
                    request.identifier,
                    Supplement(answer: "This one.", documents: documents)
                ),
                at: Sample.instant(60)
            )
            changed.status = .granted
            try transaction.apply(
                .requestChanged(
                    changed,
                    previous: .awaitingInformation,
                    by: .rule,
                    remarks: nil
                ),
                at: Sample.instant(70)
            )
        }
        let reader = try SQLiteRegisterReader(path: folder.store)
        #expect(
            try reader.freeTexts(of: request.identifier) == [
                FreeText(
                    kind: .remarks,
                    recordedAt: Sample.instant(50),
                    content: "Which permit?"
                ),
                FreeText(kind: .answer, recordedAt: Sample.instant(60), content: "This one."),
            ]
        )
        #expect(try reader.documents(of: request.identifier) == documents)
        let journal = try reader.journal(after: 0, limit: 10)
        #expect(journal.allSatisfy { !($0.event + $0.cause).contains("permit") })
        #expect(
            store.figures.requests.filter { $0.count > 0 } == [
                .init(procedure: "access", status: .granted, count: 1)
            ]
        )
        try await store.close()
    }
}
