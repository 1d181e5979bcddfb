import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

@Suite("The relay forgets what is not to be sent any more")
struct OutboxRelayDropTests {
    private func row(_ sequence: Int64, _ subject: String = "a") -> OutboxRow {
        OutboxRow(
            sequence: sequence,
            message: OutboundMessage(
                exchange: .out,
                routingKey: "notification.email",
                mandatory: true,
                properties: MessageProperties(),
                body: [],
                subject: subject
            )
        )
    }

    private func relay(_ rows: [OutboxRow]) -> OutboxRelay {
        let relay = OutboxRelay(window: 10)
        relay.publisherOpened()
        relay.add(rows)
        return relay
    }

    private func take(_ relay: OutboxRelay) -> [Int64] {
        relay.takeReady().map(\.sequence)
    }

    @Test("What was not sent yet is not sent, and the rest of its stream is")
    func waiting() {
        let relay = relay([row(1), row(2), row(3), row(4, "b")])
        relay.drop([1, 3, 4])
        #expect(take(relay) == [2])
        #expect(relay.count == 1)
        _ = relay.resolve([PublicationResult(sequence: 2, outcome: .confirmed)])
        #expect(relay.count == 0)
        #expect(take(relay) == [])
        relay.add([row(5), row(6, "b")])
        #expect(take(relay) == [5, 6])
    }

    @Test("What is on the way is confirmed as ever, and the next follows")
    func confirmed() {
        let relay = relay([row(1), row(2)])
        #expect(take(relay) == [1])
        relay.drop([1])
        #expect(take(relay) == [])
        let resolution = relay.resolve([PublicationResult(sequence: 1, outcome: .confirmed)])
        #expect(resolution.confirmed == [1])
        #expect(take(relay) == [2])
    }

    @Test("What is on the way is not sent again when the broker refuses it")
    func refused() {
        let relay = relay([row(1), row(2)])
        #expect(take(relay) == [1])
        relay.drop([1])
        let resolution = relay.resolve([PublicationResult(sequence: 1, outcome: .refused)])
        #expect(resolution.refused == 0)
        relay.retryRefused()
        #expect(take(relay) == [2])
        #expect(relay.count == 1)
    }

    @Test("What is on the way is not sent again when the connection is lost")
    func lost() {
        let relay = relay([row(1), row(2), row(3, "b")])
        #expect(take(relay) == [1, 3])
        relay.drop([1, 3])
        _ = relay.publisherClosed()
        relay.publisherOpened()
        #expect(take(relay) == [2])
        #expect(relay.count == 1)
    }

    @Test("What waits for another try is not sent")
    func held() {
        let relay = relay([row(1), row(2)])
        #expect(take(relay) == [1])
        _ = relay.resolve([PublicationResult(sequence: 1, outcome: .refused)])
        relay.drop([1])
        relay.retryRefused()
        #expect(take(relay) == [2])
    }

    @Test(
        "What names somebody who is being erased is not sent, whenever it comes; what is later is"
    )
    func withheld() throws {
        let person = PersonIdentifier(SequentialIdentifiers.identifier(1))
        func about(_ sequence: Int64, _ subject: String) -> OutboxRow {
            OutboxRow(
                sequence: sequence,
                message: row(sequence, subject).message,
                about: [person]
            )
        }
        let relay = relay([about(1, "a"), row(2, "a"), about(3, "b"), row(4, "c")])
        #expect(take(relay) == [1, 3, 4])
        relay.withhold([person: 7])
        // What is on the way counts if the broker took it, and is not sent again if it did not.
        _ = relay.resolve([PublicationResult(sequence: 1, outcome: .refused)])
        relay.retryRefused()
        #expect(take(relay) == [2])
        _ = relay.publisherClosed()
        relay.publisherOpened()
        #expect(take(relay) == [2, 4])
        relay.add([about(6, "d"), row(7, "d"), about(8, "e")])
        #expect(take(relay) == [7, 8])
        relay.withhold([:])
        relay.add([about(9, "f")])
        #expect(take(relay) == [9])
    }
}
