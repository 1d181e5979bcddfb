import Contract
import Domain
import Procedures
import TestKit
import Testing

@testable import Workflow

/// Disclosures that are too large for one transaction: everything, once, in as many parts as the
/// first says.
@Suite struct DisclosureInPartsTests {
    private static let numbers = 1000..<2200
    private static let access = 20

    /// Anne has asked for a lot, and answered every third time.
    private func workplace() async throws -> (Workplace, PersonIdentifier) {
        let place = try Workplace()
        try await place.serve()
        place.send(Messages.registration(1, by: "anne"), Messages.decision(1, identifier: "d1"))
        await place.work()
        let person = try #require(place.contents.requests[Messages.request(1)]?.person)
        let now = place.clock.now
        try await place.register.write { transaction in
            for number in Self.numbers {
                let request = Request(
                    identifier: Messages.request(number),
                    procedure: "access",
                    profile: "company",
                    person: person,
                    eori: EORI(canonical: "LU\(number)"),
                    requested: .none,
                    status: .granted,
                    submittedAt: now
                )
                try transaction.apply(.requestSubmitted(request), at: now)
                guard number % 3 == 0 else { continue }
                let answer = "\(number) " + String(repeating: "word ", count: 2000)
                try transaction.apply(
                    .supplementReceived(
                        request.identifier,
                        Supplement(answer: answer, documents: [])
                    ),
                    at: now
                )
            }
        }
        return (place, person)
    }

    private func ask(_ place: Workplace) {
        place.send(Messages.right("access", Self.access, by: "anne"))
        place.loop.queue.add(.clock)
    }

    /// The parts that were published, each once, in their order: what is sent again is the same.
    private func parts(_ place: Workplace) -> [Reading] {
        var bodies: [[UInt8]] = []
        for publication in place.broker.published
        where publication.message.routingKey == "disclosure.person" {
            let body = publication.message.body
            if !bodies.contains(body) { bodies.append(body) }
        }
        #expect(bodies.allSatisfy { $0.count <= 262_144 })
        return bodies.map { Reading($0).object("data") }
    }

    @Test("everything is disclosed once, whenever the process ends", arguments: [1, 2, 7, 15, 17])
    func everything(steps: Int) async throws {
        let (place, _) = try await workplace()
        ask(place)
        for _ in 0..<steps { _ = await place.loop.step() }
        #expect(!place.contents.cascades.isEmpty)
        place.crash()
        try await place.serve()
        await place.pass(seconds: 2)
        let parts = parts(place)
        #expect(parts.count > 12)
        #expect(parts.map { $0["part"] } == (1...parts.count).map { "\($0)" })
        #expect(parts.allSatisfy { $0["parts"] == "\(parts.count)" && $0["known"] == "1" })
        let requests = parts.flatMap { $0.objects("requests") }.map { $0["requestId"] ?? "" }
        let expected = [1] + Self.numbers + [Self.access]
        #expect(requests == expected.map { "\(Messages.request($0))" })
        let texts = parts.flatMap { $0.objects("texts") }.map { $0["requestId"] ?? "" }
        #expect(texts == Self.numbers.filter { $0 % 3 == 0 }.map { "\(Messages.request($0))" })
        #expect(parts.flatMap { $0.objects("accounts") }.count == 1)
        let types = parts.flatMap { $0.objects("messages") }.map { $0["type"] ?? "" }
        #expect(types.count { $0.contains("provisioning.account") } == 1)
        #expect(types.allSatisfy { !$0.contains("status") && !$0.contains("disclosure") })
        // Nothing of it is left.
        #expect(place.contents.cascades.isEmpty && place.contents.disclosureParts.isEmpty)
        let queued = place.contents.outbox.count { $0.routingKey == "disclosure.person" }
        #expect(queued == parts.count)
    }

    @Test("one transaction reads a page of it, and sends four parts at most")
    func bounded() async throws {
        let (place, _) = try await workplace()
        ask(place)
        var sent = 0
        var gathered = 0
        var step = Step.worked
        while step == .worked {
            step = await place.loop.step()
            let parts = place.contents.disclosureParts.values.first?.count ?? 0
            let queued = place.contents.outbox.count { $0.routingKey == "disclosure.person" }
            // A page has texts of 1 MiB and a request's more, at most.
            #expect(parts - gathered <= 6)
            #expect(queued - sent <= MessageProcessor.disclosedPartsAtOnce)
            (gathered, sent) = (parts, queued)
        }
        #expect(sent > 12)
    }

    @Test("who is erased meanwhile is disclosed nothing more", arguments: [3, 10, 16])
    func erased(steps: Int) async throws {
        let (place, person) = try await workplace()
        ask(place)
        for _ in 0..<steps { _ = await place.loop.step() }
        let before = parts(place).count
        try #require(!place.contents.cascades.isEmpty)
        place.send(Messages.right("erasure", 21, by: "anne"))
        _ = await place.loop.step()
        let begun = place.contents.persons[person] == nil
        #expect(begun)
        #expect(parts(place).count == before)
        await place.work()
        #expect(parts(place).count == before)
        #expect(place.contents.cascades.isEmpty && place.contents.erasures.isEmpty)
        #expect(place.contents.disclosureParts.isEmpty)
        let waiting = place.contents.outbox.count {
            $0.routingKey == "disclosure.person" && $0.settledAt == nil
        }
        #expect(waiting == 0)
    }

    @Test("what little is stored comes at once")
    func little() async throws {
        let place = try Workplace()
        try await place.serve()
        place.send(Messages.registration(1, by: "anne"), Messages.decision(1, identifier: "d1"))
        ask(place)
        await place.work()
        #expect(parts(place).map { $0["parts"] } == ["1"])
        #expect(!place.contents.story.contains("cascade.begun"))
    }
}
