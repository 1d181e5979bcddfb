import Domain
import Testing

@testable import Workflow

@Suite struct ExciseMovementTests {
    private func mails(_ place: Workplace) -> [String] {
        place.broker.mails.filter { $0 == "excise.guarantee-free" || $0.contains("movement") }
    }

    @Test("when all that one movement brings is done its guarantee can be asked back (E16)")
    func guaranteeFree() async throws {
        let place = try Workplace(deadlines: Workplace.allDeadlines)
        try await place.serve()
        place.send(Messages.registration(1), Messages.decision(1, identifier: "d1"))
        await place.work()
        place.send(
            Messages.authorisation(
                2,
                kind: "temporary-registered-consignee",
                #","movement":"600 bottles"\#(Messages.guarantee)"#
            ),
            Messages.exciseGrant(2, from: "2026-09-01", until: "2026-11-30")
        )
        await place.work()
        place.send(Messages.excise("receipt", 3, #","receivedOn":"2026-09-21""#))
        await place.work()
        place.send(Messages.excise("report-of-receipt", 4, #","reportedOn":"2026-09-21""#))
        await place.work()
        #expect(mails(place).isEmpty)
        // Both at once: one mail.
        place.send(
            Messages.excise(
                "ac4",
                5,
                #","declaredOn":"2026-09-21","paidOn":"2026-09-21","amount":"1.00""#
            )
        )
        await place.work()
        #expect(mails(place) == ["excise.guarantee-free"])
    }
}
