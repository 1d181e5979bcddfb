import Contract
import Domain
import TestKit
import Testing

@testable import Workflow

// Stories of people who move here, and the process dies at each of their moments.
extension CrashTests {
    private typealias Dossier = Sent.Dossier

    @Test("whenever the process dies, a vehicle comes to its number, and its tax is asked for once")
    func everyMomentOfAVehicle() async throws {
        // The disc's reminder, its end and the tax's, the warning.
        let days: [Int64] = [24, 8, 61]
        var vehicle = Dossier.Vehicle(
            vin: "ZQ7",
            arrivedOn: Self.day,
            firstRegisteredOn: Self.day.adding(days: -5000),
            country: "FR"
        )
        vehicle.papers = Self.papers([
            "number-confirmation", "insurance", "chancellery-stamp",
            "foreign-registration-document", "technical-inspection",
        ])
        let last = Dossier.Supplement(
            papers: Self.papers(["registration-certificate-application"])
        )
        let script = [
            [Self.decision(Dossier.Decision(role: "customs-authority", hasReference: true))],
            [
                Self.said(
                    .importing(vehicle),
                    Messages.vehicle(1, vehicle, by: "anne", "vehicle")
                )
            ],
            [Self.said(.supplement(last), Messages.supplement(1, last, by: "anne", "last"))],
            [Self.decision(Dossier.Decision(role: "vehicle-authority", plate: "ZQ77"))],
            [Self.money("charge", "road-tax", 20_000), Self.money("payment", "road-tax", 100)],
        ]
        try await everyMoment(of: script, days) { calm in
            #expect(calm.story.isSuperset(of: ["message.deferred", "documents.named"]))
            #expect(
                calm.statuses.map { $0.split(separator: " ").suffix(2).joined(separator: " ") }
                    .suffix(3) == [
                        "vehicle-registration met", "road-tax-disc overdue", "road-tax overdue",
                    ]
            )
            #expect(
                calm.mails.filter { $0.key.hasPrefix("vehicle.") } == [
                    "vehicle.pending": 1, "vehicle.awaiting-you": 3, "vehicle.cleared": 1,
                    "vehicle.step": 1, "vehicle.granted": 1, "vehicle.road-tax-reminder": 1,
                    "vehicle.immobilisation": 1,
                ]
            )
        }
    }

    @Test("whenever the process dies, a deposit comes back once, and a traveller is answered once")
    func everyMomentOfRelief() async throws {
        // The reminder that nothing is passed on, and the end of that time.
        let days: [Int64] = [336, 31]
        var goods = Dossier.Goods(profile: "household-goods", cents: 100_009)
        goods.establishedOn = Self.day
        goods.papers = Self.papers([
            "packing-list", "transport-document", "customs-declaration", "inventory",
            "used-goods-attestation", "relief-certificate", "residence-certificate",
        ])
        let last = Dossier.Supplement(papers: Self.papers(["passport"]))
        let notice = Messages.byApplicant(
            "relief.transfer-notice",
            2,
            "anne",
            "notice",
            #","reliefRequestId":"\#(Messages.request(1))","what":"see the file","#
                + #""plannedOn":"\#(Self.day)","kind":"lend""#
        )
        let script = [
            [
                Self.said(
                    .relief(goods),
                    Messages.relief(1, goods, by: "anne", on: Self.day, "goods")
                )
            ],
            [Self.decision(Dossier.Decision(role: "customs-authority", isProvisional: true))],
            [Self.money("payment", "deposit", 100), Self.money("payment", "deposit", 20_000)],
            [Self.said(.supplement(last), Messages.supplement(1, last, by: "anne", "last"))],
            [Self.decision(Dossier.Decision(role: "customs-authority"))],
            [
                Self.said(.passOn("\(Messages.request(1))", on: Self.day), notice, 2),
                Self.said(
                    .declare(pieces: 801, cash: "9999.99"),
                    Messages.traveller(3, #","goods":[\#(Self.cigarettes)],"cash":"9999.99""#),
                    3
                ),
            ],
        ]
        try await everyMoment(of: script, days) { calm in
            #expect(
                calm.statuses.map { $0.split(separator: " ").suffix(2).joined(separator: " ") }
                    .suffix(2) == ["relief-documents met", "no-transfer met"]
            )
            #expect(
                calm.mails.filter { !$0.key.hasSuffix("awaiting-you") } == [
                    "relief.pending": 1, "relief.provisional": 1, "relief.granted": 1,
                    "relief.deposit-back": 1, "relief.deposit-release": 1,
                    "relief.transfer-noticed": 1, "relief.no-transfer-reminder": 1,
                    "relief.no-transfer-over": 1, "traveller.answered": 1,
                ]
            )
        }
    }

    /// That on which the stories begin.
    private static let day = LuxembourgCalendar.date(at: Draft.time)
    private static let cigarettes = #"{"kind":"cigarettes","quantity":801,"unit":"piece"}"#

    private static func papers(_ kinds: [String]) -> [Dossier.Paper] {
        kinds.map { kind in
            Dossier.Paper(
                kind: kind,
                reference: "R-1",
                validUntil: day.adding(days: 999),
                country: "FR"
            )
        }
    }

    private static func said(
        _ action: Dossier.Action,
        _ draft: Draft,
        _ request: Int = 1,
        by person: String = "anne"
    ) -> Sent {
        let said = Dossier(
            action: action,
            request: "\(Messages.request(request))",
            person: person
        )
        return Sent(.dossier(said), draft)
    }

    private static func decision(_ decision: Dossier.Decision) -> Sent {
        let identifier = "\(decision.role) \(decision.isProvisional)"
        return said(
            .decide(decision),
            Messages.dossierDecision(1, decision, by: "claude", identifier),
            by: "claude"
        )
    }

    private static func money(_ message: String, _ kind: String, _ cents: Int64) -> Sent {
        let draft = Messages.money(
            message,
            1,
            kind,
            cents,
            on: day,
            by: "claude",
            "\(message) \(cents)"
        )
        return said(
            message == "charge"
                ? .charge(kind, cents: cents, on: day) : .pay(kind, cents: cents, on: day),
            draft,
            by: "claude"
        )
    }
}
