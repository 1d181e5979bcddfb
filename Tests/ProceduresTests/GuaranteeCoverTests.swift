import Domain
import Testing

@testable import Procedures

/// How much is said of what a guarantee waits for.
@Suite struct GuaranteeCoverTests {
    private static let number = AuthorisationNumber("LU00000123456")
    private static let eori = EORI(canonical: "LUACME")

    private static func identifier(_ number: Int) -> UniversalIdentifier {
        UniversalIdentifier(random: Array(repeating: UInt8(number), count: 16))
    }

    private static let request = RequestIdentifier(identifier(1))

    private static func obligation(_ index: Int) -> Obligation {
        Obligation(
            identifier: ObligationIdentifier(identifier(100 + index)),
            procedure: Excise.name,
            kind: Excise.Duty.payment.rawValue,
            holder: .economicOperator(eori),
            authorisation: number,
            reference: "M-\(index)",
            request: request,
            arisenOn: CivilDate(dayNumber: 20_777),
            dueOn: CivilDate(dayNumber: 20_783)
        )
    }

    @Test(
        "What is still to be done is listed up to a bound, each with its id",
        arguments: [1, 50, 51]
    )
    func listed(count: Int) throws {
        let register = ExampleRegister()
        let obligations = (0..<count).map(Self.obligation)
        register.records.obligations = RecordLayer(obligations)
        let guarantee = try #require(
            Guarantee(
                identifier: GuaranteeIdentifier(Self.identifier(2)),
                procedure: Excise.name,
                holder: .economicOperator(Self.eori),
                authorisation: Self.number,
                request: Self.request,
                amountCents: 1
            )
        )
        let problem = #expect(throws: Problem.self) {
            try guarantee.checkComesBack(at: "/data/reference", in: register)
        }
        let findings = try #require(problem?.findings)
        #expect(problem?.code == .obligationsOpen)
        #expect(findings.count == min(count, 51))
        #expect(findings[0].detail.contains("\(obligations[0].identifier)"))
        #expect(findings[0].detail.contains("duty-payment of M-0, due on 2026-11-26, is open"))
        #expect((findings.last?.detail == "and more, which are not listed") == (count > 50))
    }
}
