import Contract
import Domain
import TestKit
import Testing

@testable import Procedures

/// Requests on which several decide, side by side or one after the other: of a procedure that there
/// is in this test alone.
@Suite struct ApprovalTests {
    private let register = ExampleRegister()
    private let request = Sample.request(1)

    /// Two authorities side by side, and a third after one of them.
    private enum Dossier: Procedure {
        static let name = "dossier"
        static let profiles = [ProfileDefinition("import", "an import")]
        static let activity = ProcessingActivity(
            procedure: name,
            purpose: "testing",
            legalBasis: "none",
            openRequestsRestOnConsent: false,
            recipients: []
        )
        static let settings: [SettingDefinition] = []
        static let messages: [MessageDefinition] = []
        static let mails = [mail("awaiting-you", [.applicant], variants: ["import", "answer"])]
        static let grantFields = [FieldDefinition("validFrom", "the first day", .day)]

        static func approvals(of _: Request) -> [Approval] {
            [
                Approval("customs", by: .authority(.customsAuthority)),
                Approval("excise", by: .authority(.exciseOffice)),
                Approval("plate", by: .authority(.vehicleAuthority), after: ["customs"]),
            ]
        }

        static func standing(of _: Request, in _: DecisionContext) -> Standing { .none }
        static func terms(of _: Request) -> [FieldDefinition] { grantFields }

        static func consequences(
            ofGranting _: Request,
            on terms: RequestFields,
            by _: Originator,
            in _: DecisionContext
        ) -> [Event] {
            terms.names.map { _ in .nothingToChange(by: .rule) }
        }
    }

    init() throws {
        try register.layOver(.add(.person(Sample.person(1))))
        try register.layOver(.add(.request(request)))
    }

    private func decide(
        _ role: ActorRole,
        _ choice: RequestDecision.Choice = .granted,
        terms: RequestFields = RequestFields(),
        on request: Request
    ) throws -> [Event] {
        let context = DecisionContext(
            register: register,
            now: Sample.instant(60),
            identifiers: SequentialIdentifiers(),
            settings: ProcedureSettings(deadlines: [:])
        )
        let decision = RequestDecision(
            identifier: request.identifier,
            actor: DecisionMaker(role: role, subject: "eaccess:\(role.rawValue)", name: "X"),
            choice: choice,
            operations: nil,
            terms: terms,
            remarks: nil,
            revision: nil
        )
        return try decision.events(for: request, of: Dossier.self, in: context)
    }

    private func changed(_ events: [Event]) throws -> Request {
        let changes = events.compactMap { event -> Request? in
            guard case .requestChanged(let request, _, _, _) = event else { return nil }
            return request
        }
        #expect(changes.count == 1)
        return try #require(changes.first)
    }

    private func addressees(after event: Event) throws -> [Notice.Addressee] {
        let context = NoticeContext(
            register: register,
            events: [event],
            request: request.identifier,
            now: Sample.instant(60)
        )
        return try Dossier.notices(of: event, in: context).flatMap(\.addressees)
    }

    private func dossier(_ approvals: [String] = [], _ status: RequestStatus = .pending) -> Request
    {
        Request(
            identifier: request.identifier,
            procedure: Dossier.name,
            profile: "import",
            person: request.person,
            eori: nil,
            requested: .none,
            status: status,
            approvals: approvals,
            submittedAt: Sample.start
        )
    }

    @Test("the last of several who agree grants it, in whatever order they may come")
    func orders() throws {
        let orders: [[ActorRole]] = [
            [.customsAuthority, .exciseOffice, .vehicleAuthority],
            [.exciseOffice, .customsAuthority, .vehicleAuthority],
            [.customsAuthority, .vehicleAuthority, .exciseOffice],
        ]
        for order in orders {
            var request = dossier()
            for (index, role) in order.enumerated() {
                let isLast = index == order.count - 1
                let events = try decide(
                    role,
                    terms: isLast ? RequestFields([.init(name: "validFrom", value: "")]) : .init(),
                    on: request
                )
                request = try changed(events)
                #expect(request.status == (isLast ? .granted : .pending))
                #expect(request.revision == index + 2)
                #expect(events.contains(.nothingToChange(by: .rule)) == isLast)
            }
            #expect(request.approvals.count == 3)
        }
    }

    @Test("nobody agrees twice, nor before it is their turn, and one no is enough")
    func turns() throws {
        // Where some come after others, they are steps: one that was passed is nobody's any more.
        #expect { try decide(.customsAuthority, on: dossier(["customs"])) } throws: {
            ($0 as? Problem)?.code == .notAuthorised
        }
        #expect { try decide(.vehicleAuthority, on: dossier()) } throws: {
            ($0 as? Problem)?.code == .stepNotReached
        }
        #expect { try decide(.manager, on: dossier()) } throws: {
            ($0 as? Problem)?.code == .notAuthorised
        }
        #expect { try decide(.customsAuthority, on: dossier(["customs"], .granted)) } throws: {
            ($0 as? Problem)?.code == .requestClosed
        }
        let rejected = try changed(decide(.vehicleAuthority, .rejected, on: dossier(["customs"])))
        #expect(rejected.status == .rejected && rejected.approvals == ["customs"])
    }

    @Test(
        "those are asked whose turn it is: all of them at first, and then who waited for somebody"
    )
    func asked() throws {
        let submitted = Event.requestSubmitted(dossier())
        #expect(
            try addressees(after: submitted) == [
                .office(.customsAuthority), .office(.exciseOffice),
            ]
        )
        func agreed(_ approvals: [String]) -> Event {
            .requestChanged(
                dossier(approvals),
                previous: .pending,
                by: .decisionMaker(Sample.personIdentifier(2), .customsAuthority),
                remarks: nil
            )
        }
        #expect(try addressees(after: agreed(["customs"])) == [.office(.vehicleAuthority)])
        #expect(try addressees(after: agreed(["excise"])).isEmpty)
        let answered = Event.requestChanged(
            dossier(["customs"]),
            previous: .awaitingInformation,
            by: .applicant,
            remarks: nil
        )
        #expect(
            try addressees(after: answered) == [.office(.exciseOffice), .office(.vehicleAuthority)]
        )
    }
}
