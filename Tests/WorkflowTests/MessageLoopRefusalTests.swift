import Contract
import Domain
import Synchronization
import TestKit
import Testing

@testable import Workflow

/// What the broker ends sessions for, or refuses again and again, costs that alone.
@Suite(.timeLimit(.minutes(1))) struct MessageLoopRefusalTests {
    private func place(_ limits: MessageLoopLimits = .prompt) async throws -> Workplace {
        let place = try Workplace(limits: limits)
        try await place.serve()
        return place
    }

    private func refusal(_ code: Int, _ text: String) -> PublicationRefusal {
        PublicationRefusal(code: code, text: text)
    }

    private static let topic = PublicationRefusal(
        code: 403,
        text: "ACCESS_REFUSED - write access to topic 'status.request' in exchange "
            + "'registrar.out' in vhost '/' refused for user 'registrard'"
    )

    private func registrations(_ numbers: ClosedRange<UInt64>, _ place: Workplace) {
        for number in numbers {
            place.send(Messages.registration(Int(number), by: "p\(number)", eori: "LU\(number)"))
        }
    }

    private func parked(_ place: Workplace) -> [MemoryContents.OutboxEntry] {
        place.contents.outbox.filter { $0.parkedReason != nil }
    }

    // MARK: - Sessions that end

    @Test("a topic that may not be written costs its messages alone, and goes out when it may")
    func topic() async throws {
        let place = try await place()
        place.broker.close { $0.routingKey == "status.request" ? Self.topic : nil }
        registrations(1...20, place)
        await place.pass(seconds: 3)
        #expect(place.broker.mails.count == 40, "others are not held up")
        #expect(parked(place).map(\.routingKey) == [String](repeating: "status.request", count: 20))
        #expect(parked(place).allSatisfy { $0.parkedReason == "403 \(Self.topic.text)" })
        let notice = try #require(place.observer.record.notices[.publications])
        #expect(notice.contains("set_topic_permissions") && notice.contains("'status.request'"))
        #expect(place.observer.record.reasons[.publications] == nil)

        // One of the kind is tried now and then, and no more than one session ends by it.
        let sessions = place.broker.publisherSessions
        #expect(sessions <= 3)
        place.send(Messages.decision(1, "information-requested", identifier: "d1"))
        await place.pass(seconds: 200)
        #expect(place.broker.publisherSessions <= sessions + 5)
        #expect(place.broker.mails.count == 41)

        place.broker.close(for: nil)
        await place.pass(seconds: 600)
        #expect(place.contents.unsettledCount == 0)
        #expect(place.observer.record.notices[.publications] == nil)
        for number in 1...20 {
            let subject = Messages.request(number).description
            let sent = place.broker.published.filter {
                $0.message.properties.correlationIdentifier == subject
                    && $0.message.family == "status"
            }.map(\.sequence)
            #expect(sent == sent.sorted() && sent.count == (number == 1 ? 2 : 1))
        }
    }

    @Test("what the broker says of no kind is found among all that was on the way")
    func hidden() async throws {
        let place = try await place()
        let culprit = Messages.request(7).description
        place.broker.close { message in
            guard message.family == "status",
                message.properties.correlationIdentifier == culprit
            else { return nil }
            return PublicationRefusal(code: 406, text: "PRECONDITION_FAILED - whatever")
        }
        place.broker.block(true)
        registrations(1...20, place)
        await place.work()
        place.broker.block(false)
        await place.pass(seconds: 3)
        #expect(
            parked(place).map { $0.message?.properties.correlationIdentifier } == [culprit]
        )
        #expect(place.contents.unsettledCount == 1)
        #expect(place.broker.published.count == 59)
        #expect(place.broker.publisherSessions == 3)
    }

    @Test("where nothing may be sent nothing is parked, the intake stops, and health says why")
    func nothingAllowed() async throws {
        var limits = MessageLoopLimits.prompt
        limits.outboxInMemory = 30
        limits.batch = 1
        let place = try await place(limits)
        let words = "ACCESS_REFUSED - access to exchange 'registrar.out' in vhost '/' refused"
        place.broker.close { message in
            message.exchange == .out ? PublicationRefusal(code: 403, text: words) : nil
        }
        registrations(1...40, place)
        await place.pass(seconds: 5)
        let reason = try #require(place.observer.record.reasons[.publications])
        #expect(reason.contains("'registrar.out'") && reason.contains("set_permissions"))
        #expect(parked(place).count <= 2)
        #expect(place.broker.acknowledgedCount < 20)
        #expect(place.broker.publisherSessions <= 8)
        let sessions = place.broker.publisherSessions
        await place.pass(seconds: 300)
        #expect(place.broker.publisherSessions <= sessions + 20)
        place.broker.close(for: nil)
        await place.pass(seconds: 60)
        #expect(place.observer.record.reasons[.publications] == nil)
        #expect(place.contents.unsettledCount == 0)
        #expect(place.broker.acknowledgedCount == 40)
    }

    @Test("a body over the broker's limit is parked, and so are others of its size")
    func size() async throws {
        let place = try await place()
        // A mail has more, a status less.
        place.broker.close { message in
            guard message.body.count > 2500 else { return nil }
            return PublicationRefusal(
                code: 406,
                text: "PRECONDITION_FAILED - message size \(message.body.count) is larger than "
                    + "configured max size 2500"
            )
        }
        registrations(1...9, place)
        await place.pass(seconds: 3)
        #expect(
            parked(place).map(\.routingKey) == [String](repeating: "notification.email", count: 18)
        )
        #expect(place.broker.data("status.request").count == 9)
        // One for each size that is smaller than what was refused before, and one to find out.
        #expect(place.broker.publisherSessions <= 5)
        #expect(
            place.observer.record.notices[.publications]?.contains("'max_message_size'") == true
        )
        place.broker.close(for: nil)
        await place.pass(seconds: 130)
        #expect(place.contents.unsettledCount == 0)
    }

    @Test("a session that ends by chance parks nothing, even with one message on the way")
    func chance() async throws {
        let place = try await place()
        let ends = Countdown(2)
        place.broker.close { _ in
            ends.next() ? PublicationRefusal(code: 541, text: "INTERNAL_ERROR") : nil
        }
        registrations(1...1, place)
        await place.pass(seconds: 2)
        #expect(parked(place).isEmpty)
        #expect(place.contents.unsettledCount == 0)
        #expect(place.broker.publisherSessions == 3)
    }

    // MARK: - Refusals without end

    @Test("a channel that goes on refusing is renewed, ever more rarely while that does not help")
    func stuck() async throws {
        let place = try await place()
        place.broker.getStuck(["notification"])
        registrations(1...1, place)
        await place.pass(seconds: 29)
        #expect(place.broker.renewals == 0)
        await place.pass(seconds: 3)
        #expect(place.broker.renewals == 1)
        await place.pass(seconds: 2)
        #expect(place.contents.unsettledCount == 0)
        #expect(place.observer.record.reasons[.publications] == nil)

        place.broker.refuseNext(.max)
        registrations(2...2, place)
        await place.pass(seconds: 600)
        #expect((2...6).contains(place.broker.renewals))
        #expect(place.observer.record.reasons[.publications]?.contains("max-length") == true)
        place.broker.refuseNext(0)
        await place.pass(seconds: 2)
        #expect(place.observer.record.reasons[.publications] == nil)
        #expect(place.contents.unsettledCount == 0)
    }

    @Test("it is renewed for parked messages, too, which are held by nobody between two tries")
    func stuckParked() async throws {
        let place = try await place()
        place.broker.unbind(["notification"])
        registrations(1...3, place)
        await place.pass(seconds: 1)
        #expect(place.observer.record.statistics?.parked == 6)
        place.broker.unbind([])
        place.broker.getStuck(["notification"])
        await place.pass(seconds: 40)
        #expect(place.broker.renewals == 0, "it was refused once")
        await place.pass(seconds: 60)
        #expect(place.broker.renewals == 1)
        #expect(place.contents.unsettledCount == 0)
        #expect(place.broker.mails.count == 6)
        await place.pass(seconds: 2)
        #expect(place.observer.record.reasons[.publications] == nil)
    }

    // MARK: - Many parked streams

    @Test("many parked streams take no memory, hold nobody up, and go out in order")
    func many() async throws {
        var limits = MessageLoopLimits.prompt
        limits.parkedAtOnce = 20
        let place = try await place(limits)
        place.broker.unbind(["notification"])
        registrations(1...300, place)
        await place.pass(seconds: 2)
        for number in 1...300 where number % 7 == 0 {
            place.send(
                Messages.decision(number, "information-requested", identifier: "d\(number)")
            )
        }
        await place.pass(seconds: 90)
        #expect(place.observer.record.statistics?.parked == 642)
        let before = place.observer.record.iterations
        place.observer.forgetGreatest()
        await place.pass(seconds: 30)
        #expect(place.observer.record.greatestInMemory <= 20)
        #expect(place.observer.record.iterations - before < 500)

        // A new process reads none of them at its start.
        place.crash()
        place.observer.forgetGreatest()
        try await place.begin()
        place.broker.serve(place.loop)
        await place.settle()
        #expect(place.observer.record.greatestInMemory <= 20)
        place.send(Messages.registration(1000, by: "new", eori: "LU1000"))
        await place.work()
        #expect(place.broker.data("status.request").count == 343)

        place.broker.unbind([])
        await place.pass(seconds: 120)
        #expect(place.contents.unsettledCount == 0)
        for number in 1...300 {
            let subject = Messages.request(number).description
            let mails = place.broker.published.filter {
                $0.message.subject == subject && $0.message.family == "notification"
            }.map(\.sequence)
            #expect(mails == mails.sorted() && mails.count == (number % 7 == 0 ? 3 : 2))
        }
    }
}

/// True so many times.
private final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    func next() -> Bool {
        left.withLock { left in
            left -= 1
            return left >= 0
        }
    }
}
