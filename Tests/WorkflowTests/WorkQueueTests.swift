import Contract
import Testing

@testable import Workflow

@Suite(.timeLimit(.minutes(1))) struct WorkQueueTests {
    @Test("everything that waited is taken at once, in the order of adding")
    func all() async throws {
        let queue = WorkQueue()
        queue.add([delivery(1), delivery(2)])
        queue.add([delivery(3)])
        queue.add([confirmed(7)])
        queue.add([confirmed(8)])
        queue.add(.clock)
        queue.add(.publisherOpened(session: 1))
        let work = try #require(await queue.next(deliveries: 10))
        #expect(work.deliveries.map(\.receipt.tag) == [1, 2, 3])
        #expect(work.results.map(\.sequence) == [7, 8])
        #expect(work.signals == [.clock, .publisherOpened(session: 1)])
        queue.add(.again)
        let rest = try #require(await queue.next(deliveries: 10))
        #expect(rest.deliveries.isEmpty && rest.results.isEmpty)
        #expect(rest.signals == [.again])
    }

    @Test("no more deliveries than asked for are taken; the rest keep their order")
    func batches() async throws {
        let queue = WorkQueue()
        queue.add((1...5).map(delivery))
        var tags: [[UInt64]] = []
        for _ in 0..<3 {
            let work = try #require(await queue.next(deliveries: 2))
            tags.append(work.deliveries.map(\.receipt.tag))
        }
        #expect(tags == [[1, 2], [3, 4], [5]])
    }

    @Test("without capacity deliveries wait, and do not wake")
    func noCapacity() async throws {
        let queue = WorkQueue()
        queue.add([delivery(1)])
        queue.add(.clock)
        let work = try #require(await queue.next(deliveries: 0))
        #expect(work.deliveries.isEmpty)
        #expect(work.signals == [.clock])
        async let waiting = queue.next(deliveries: 0)
        queue.add([delivery(2)])
        queue.add([confirmed(9)])
        let woken = try #require(await waiting)
        #expect(woken.deliveries.isEmpty)
        #expect(woken.results.map(\.sequence) == [9])
        let last = try #require(await queue.next(deliveries: 10))
        #expect(last.deliveries.map(\.receipt.tag) == [1, 2])
    }

    @Test("nothing added wakes nobody")
    func emptyAdds() async throws {
        let queue = WorkQueue()
        async let waiting = queue.next(deliveries: 10)
        queue.add([Delivery]())
        queue.add([PublicationResult]())
        queue.add(.stop)
        let work = try #require(await waiting)
        #expect(work.signals == [.stop])
    }

    @Test("whoever waits is woken by deliveries, by results and by signals")
    func wakes() async throws {
        let queue = WorkQueue()
        async let first = queue.next(deliveries: 10)
        queue.add([delivery(1)])
        #expect(try #require(await first).deliveries.count == 1)
        async let second = queue.next(deliveries: 10)
        queue.add([confirmed(1)])
        #expect(try #require(await second).results.count == 1)
        async let third = queue.next(deliveries: 10)
        queue.add(.clock)
        #expect(try #require(await third).signals == [.clock])
    }

    @Test("deliveries of a session that ended are dropped, the others are not")
    func dropSession() async throws {
        let queue = WorkQueue()
        queue.add([delivery(1, session: 1), delivery(2, session: 1)])
        queue.add([delivery(1, session: 2)])
        queue.dropDeliveries(of: 1)
        let work = try #require(await queue.next(deliveries: 10))
        #expect(work.deliveries.map(\.receipt) == [Receipt(session: 2, tag: 1)])
    }

    @Test("deliveries may be refused from a moment on; results and signals are not")
    func refuseDeliveries() async throws {
        let queue = WorkQueue()
        queue.add([delivery(1)])
        queue.add([confirmed(1)])
        queue.refuseDeliveries()
        queue.add([delivery(2)])
        queue.add(.stop)
        let work = try #require(await queue.next(deliveries: 10))
        #expect(work.deliveries.isEmpty)
        #expect(work.results.count == 1)
        #expect(work.signals == [.stop])
    }

    @Test("once finished there is nothing to take any more")
    func finished() async {
        let queue = WorkQueue()
        queue.add(.clock)
        queue.finish()
        queue.add(.stop)
        #expect(await queue.next(deliveries: 10) == nil)
        queue.finish()
        #expect(await queue.next(deliveries: 0) == nil)
    }

    @Test("finishing lets go whoever waits")
    func finishedWhileWaiting() async {
        let queue = WorkQueue()
        async let waiting = queue.next(deliveries: 10)
        queue.finish()
        #expect(await waiting == nil)
    }

    @Test("what several threads add arrives complete, each thread's in its order")
    func threads() async {
        let queue = WorkQueue()
        let (threads, each) = (4, 2000)
        var taken: [Int: [UInt64]] = [:]
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<threads {
                group.addTask {
                    for tag in 0..<each { queue.add([delivery(UInt64(tag), session: thread)]) }
                }
            }
            var count = 0
            while count < threads * each, let work = await queue.next(deliveries: 64) {
                #expect(work.deliveries.count <= 64)
                for delivery in work.deliveries {
                    taken[delivery.receipt.session, default: []].append(delivery.receipt.tag)
                }
                count += work.deliveries.count
            }
        }
        for thread in 0..<threads {
            #expect(taken[thread] == (0..<UInt64(each)).map { $0 })
        }
    }
}

@Sendable private func delivery(_ tag: UInt64) -> Delivery { delivery(tag, session: 1) }

private func delivery(_ tag: UInt64, session: Int) -> Delivery {
    Delivery(
        message: InboundMessage(
            queue: .registrations,
            routingKey: "registration.withdrawal",
            redelivered: false,
            properties: MessageProperties(),
            body: []
        ),
        receipt: Receipt(session: session, tag: tag)
    )
}

private func confirmed(_ sequence: Int64) -> PublicationResult {
    PublicationResult(sequence: sequence, outcome: .confirmed)
}
