import Contract
import Domain
import Foundation
import Testing
import Workflow

@testable import Correspondence

@Suite("What is told of mandates")
struct MandateTests {
    private func data(_ event: Event, _ routingKey: String) throws -> [String: Any]? {
        let sent = try Sample.correspondent()
            .follow(event, register: Sample.register(), cause: Sample.cause)
            .filter { $0.routingKey == routingKey }
        return try sent.first.map { try SentData($0).data }
    }

    @Test("Programs learn of its grant, its last day and its end, and not of a warning")
    func statuses() throws {
        let granted = try #require(
            try data(.authorisationGranted(Sample.mandate()), "status.mandate")
        )
        #expect(granted["mandate"] as? String == Sample.mandateNumber.text)
        #expect(granted["requestId"] as? String == Sample.request.uuid.text)
        #expect(granted["operator"] as? String == Sample.eori.text)
        #expect(granted["representative"] as? String == Sample.otherEORI.text)
        #expect(granted["scope"] as? [String] == ["emcs", "ac4"])
        #expect(granted["kind"] as? String == "direct")
        #expect(granted["status"] as? String == "in-force")
        #expect(granted["previous"] is NSNull)
        func changed(_ change: AuthorisationChange) throws -> [String: Any]? {
            var mandate = Sample.mandate()
            mandate.revokedOn = mandate.validFrom
            if change == .lapsed { mandate.status = .revoked }
            return try data(
                .authorisationChanged(
                    mandate,
                    previous: .active,
                    change,
                    by: .rule,
                    remarks: nil
                ),
                "status.mandate"
            )
        }
        #expect(try changed(.warned) == nil)
        let set = try #require(try changed(.endSet))
        #expect(set["status"] as? String == "in-force")
        #expect(set["validUntil"] as? String == Sample.mandate().validFrom.description)
        let ended = try #require(try changed(.lapsed))
        #expect(ended["status"] as? String == "ended")
        #expect(ended["previous"] as? String == "in-force")
    }

    @Test("A number that two mandates give is told once, and gone when both are")
    func numbers() throws {
        let other = AuthorisationNumber(uuid(961).text)
        let both = [Sample.mandateNumber, other].map {
            Entitlement("emcs", under: Sample.exciseNumber, by: $0)
        }
        func orders(from: [Entitlement], to: [Entitlement]) throws -> [[String]] {
            var (previous, next) = (Sample.account(), Sample.account())
            previous.entitlements = from
            next.entitlements = to
            let event = Event.accountChanged(
                next,
                previous: previous,
                .entitlementsChanged,
                by: .rule,
                remarks: nil
            )
            let order = try data(event, "provisioning.account")?["operation"] as? [String: Any]
            let body = order?["data"] as? [String: Any]
            let operations = body?["Operations"] as? [[String: Any]] ?? []
            return operations.compactMap { $0["value"] as? [String] }
        }
        #expect(try orders(from: [], to: both) == [[Sample.exciseNumber.text]])
        #expect(try orders(from: both, to: [both[1]]).isEmpty)
        #expect(try orders(from: [both[1]], to: []) == [[]])
    }

    @Test("Who asked for one is told of it by its own names")
    func disclosure() throws {
        let disclosure = Disclosure(
            request: Sample.request,
            person: Sample.register().persons[0],
            file: PersonalFile(authorisations: [Sample.mandate(kind: "indirect-mandate")])
        )
        let data = try #require(try data(.personDisclosed(disclosure), "disclosure.person"))
        let mandate = try #require((data["authorisations"] as? [[String: Any]])?.first)
        #expect(mandate["mandate"] as? String == Sample.mandateNumber.text)
        #expect(mandate["eori"] as? String == Sample.otherEORI.text)
        #expect(mandate["operator"] as? String == Sample.eori.text)
        #expect(mandate["scope"] as? [String] == ["emcs", "ac4"])
        #expect(mandate["exciseNumber"] == nil && mandate["products"] == nil)
    }
}
