import Contract
import Domain
import Logging
import Procedures
import Synchronization
import TestKit
import Testing

@testable import Workflow

/// Messages of every kind, each with the word `zq7` in every place where people put something of
/// their own.
@Suite("The journal and the log hold no personal data", .timeLimit(.minutes(1)))
struct PersonalDataTests {
    @Test("Nothing that a person is called, wrote or handed in reaches the journal or the log")
    func journal() async throws {
        let lines = Lines()
        var values = SettingValues()
        values[Setting("excise.trackStockRecords", default: false, "")] = true
        let place = try Workplace(
            awaitReport: true,
            values: values,
            log: Logger(label: "test") { _ in LineHandler(lines: lines) }
        )
        try await place.serve()
        // Two dead letters, for an operator to deal with.
        let broken = [89, 90].map { Messages.registration($0).message(body: "{") }
        place.broker.send(broken)
        await place.work()
        for step in 0..<9 {
            for draft in drafts(step, place) { place.send(draft) }
            await place.work()
        }
        // What is refused and what is dead is journalled as well.
        place.broker.send([
            Messages.registration(90).message(body: #"{"zq7":"zq7""#),
            Messages.registration(91).message(body: #"{"specversion":"1.0","id":"zq7"}"#),
            message(Messages.registration(92), replacing: "luxtrust", by: "zq7"),
            message(Messages.registration(93), replacing: "familyName", by: "zq7"),
            message(Messages.registration(94), replacing: "example.lu", by: "zq7@zq7"),
        ])
        await place.work()
        let record = place.observer.record
        let reached = Set(
            record.processed.filter { [.applied, .rejected].contains($0.disposition) }
                .compactMap(\.kind)
        )
        // Nothing fails here that could be ordered again; that message is an id, and no text at
        // all.
        #expect(reached == MessageProcessor.kinds.subtracting([OperatorReports.accountRetry]))
        #expect(record.dispositions.count { $0 == .dead } == 8)
        #expect(place.broker.published.contains { text($0.message.body).contains("zq7") })
        for entry in place.contents.journal {
            for word in Self.personal {
                #expect(!entry.event.contains(word))
                #expect(!entry.cause.contains(word))
            }
        }
        #expect(lines.all.allSatisfy { line in !Self.personal.contains { line.contains($0) } })
        // The last step erased everybody but the officials.
        #expect(place.contents.persons.values.allSatisfy { $0.details == nil })
        #expect(place.contents.texts.values.allSatisfy { $0.isEmpty })
        #expect(place.contents.documents.values.allSatisfy { $0.isEmpty })
        // What the authorisation that is in force was granted on goes when that is over, and what
        // names a guarantee that is held when nothing of it is left.
        let inForce =
            place.contents.authorisations.map(\.request) + place.contents.guarantees.map(\.request)
        #expect(Set(place.contents.fields.keys) == Set(inForce))
        #expect(place.contents.obligations.count == 19)
        #expect(place.contents.obligations.allSatisfy { $0.status == .met })
        #expect(
            place.contents.guarantees.map(\.status) == [.held, .held, .partlyCalled, .held, .held]
        )
        #expect(place.contents.deferred.isEmpty)
        let accounts = place.contents.accounts
        #expect(accounts.allSatisfy { $0.status == .deleted && $0.location == nil })
    }

    /// The marker, also where capital letters have to be; and an amount.
    private static let personal = ["zq7", "ZQ7", "7777.77"]

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func message(
        _ draft: Draft,
        replacing part: String,
        by other: String
    ) -> InboundMessage {
        draft.message(body: draft.body.replacing(part, with: other))
    }

    /// What is sent in each step, after what the steps before have brought.
    private func drafts(_ step: Int, _ place: Workplace) -> [Draft] {
        let accounts = place.contents.accounts.map(\.identifier.description)
        switch step {
        case 0:
            return [
                marked(Messages.registration(1)),
                marked(Messages.decision(1, "information-requested", identifier: "ask")),
                marked(Messages.supplement(1, by: "anne", identifier: "answer")),
                marked(Messages.decision(1, identifier: "yes")),
                marked(
                    Messages.registration(2, profile: "natural-person", by: "nina", eori: "LU2")
                ),
                marked(Messages.decision(2, "rejected", identifier: "no")),
            ]
        case 1: return accounts.map { report($0, "POST", "201") }
        case 2:
            return [
                marked(Messages.registration(3, profile: "employee", by: "bob")),
                marked(
                    Messages.registration(
                        4,
                        profile: "operations",
                        operations: ["temporary-storage"]
                    )
                ),
                marked(Messages.withdrawal(4, by: "anne", identifier: "back")),
                marked(Messages.registration(5, profile: "employee", by: "eve", eori: "XX1")),
                marked(Messages.adHocEORI(6, by: "eve")),
                marked(Messages.traveller(7, by: "eve")),
            ]
        case 3:
            return marked(Messages.decision(3, by: "anne", role: "manager", identifier: "yes-3"))
        case 4:
            let employee = accounts.last ?? ""
            let reports = accounts.dropFirst().map { report($0, "POST", "201") }
            let acts: [Draft] = [
                management("role", #""account":"\#(employee)","role":"manager""#),
                management(
                    "operations",
                    #""account":"\#(employee)","operations":["import"]"#
                ),
                management(
                    "revocation",
                    #""target":{"account":"\#(employee)"},"remarks":"Bob""#
                ),
            ]
            return reports + acts
        case 5:
            let changes = #","changes":{"familyName":"Bauer","email":"neu@example.lu"}"#
            let acts: [Draft] = [
                marked(Messages.right("access", 11, by: "anne")),
                marked(Messages.right("rectification", 12, by: "anne", changes)),
                marked(Messages.right("restriction", 13, by: "anne", #","restricted":true"#)),
                marked(Messages.right("restriction", 14, by: "anne", #","restricted":false"#)),
                marked(Messages.right("consent-withdrawal", 15, by: "nina")),
                marked(Messages.right("access", 16, by: "nobody")),
                marked(Messages.right("objection", 17, by: "eve", #","grounds":"zq7""#)),
                marked(Messages.act("outbox-retry", #"{"all":true}"#, identifier: "retry")),
                marked(Messages.act("clock-confirmed", "{}", identifier: "clock")),
            ]
            let reports = accounts.map { report($0, "PATCH", "200") }
            return acts + lettersActs(place) + reports
        case 6: return excise(user: accounts.first ?? "") + vehicle() + relief()
        case 7: return duties(place)
        default:
            return ["anne", "bob", "nina", "eve"].enumerated().map { index, person in
                marked(Messages.right("erasure", 20 + index, by: person))
            } + accounts.map { report($0, "DELETE", "204") }
        }
    }

    /// The office says that what is due was done, and Anne ends a mandate.
    private func duties(_ place: Workplace) -> [Draft] {
        let mandates = place.contents.authorisations.filter { $0.counterparty != nil }
        return place.contents.obligations.filter(\.status.isRunning).map {
            marked(
                Messages.obligationMet(
                    "\($0.identifier)",
                    on: "2026-09-21",
                    by: "claude",
                    user: $0.procedure == "relief" ? Messages.customs : Messages.office
                )
            )
        }
            + Messages.reliefPassedOn(100).map { marked($0) }
            + mandates.map {
                marked(Messages.mandateEnd(46, by: "anne", $0.number.text, on: "2026-12-31"))
            }
    }

    /// An operator has one dead letter dealt with again, and throws another away.
    private func lettersActs(_ place: Workplace) -> [Draft] {
        zip(["replay", "discard"], place.contents.letters).map { act, entry in
            let data = #"{"letters":["\#(entry.letter.identifier)"]}"#
            return marked(Messages.act("dead-letter-\(act)", data, identifier: act))
        }
    }

    /// An authorisation, and what is reported under it.
    private func excise(user: String) -> [Draft] {
        let day = #""2026-09-21""#
        let guarantee = #"{"reference":"zq7","amount":"1.00","currency":"EUR"}"#
        let words = #","premises":"zq7","movement":"zq7","guarantee":\#(guarantee)"#
        return [
            marked(
                Messages.authorisation(31, by: "anne", words),
                Messages.exciseGrant(31, exciseNumber: Messages.exciseNumber, from: "2026-09-01")
            ),
            marked(
                Messages.excise("receipt", 32, by: "anne", #","receivedOn":\#(day)"#),
                Messages.excise(
                    "receipt",
                    37,
                    by: "anne",
                    movement: "M-2",
                    #","receivedOn":\#(day)"#
                ),
                Messages.excise("ac4", 33, by: "anne", #","declaredOn":\#(day)"#),
                Messages.payment(43, by: "anne", on: "2026-09-21"),
                Messages.excise("report-of-receipt", 34, by: "anne", #","reportedOn":\#(day)"#),
                Messages.exciseUsers(35, by: "anne", [user]),
                Messages.verification(36, by: "nobody")
            ),
            movements(words), mandate(), withoutEMCS(words),
        ].flatMap(\.self)
    }

    /// Anne has another company act for hers, which nobody else binds.
    private func mandate() -> [Draft] {
        marked(
            Messages.registration(44, by: "anne", eori: "LU9"),
            Messages.decision(44, identifier: "yes-44"),
            Messages.mandate(45, by: "anne", representative: "LU9", from: "2026-09-21"),
            Messages.officeAgreement(45)
        )
    }

    /// What a warehousekeeper releases and dispatches.
    private func movements(_ words: String) -> [Draft] {
        let number = "LU00000654321"
        let day = "2026-09-21"
        let released = #","releasedOn":"\#(day)""#
        let declared = #","declaredOn":"\#(day)""#
        return marked(
            Messages.authorisation(40, by: "anne", kind: "authorised-warehousekeeper", words),
            Messages.exciseGrant(40, exciseNumber: number, from: "2026-09-01"),
            Messages.excise("receipt", 41, by: "anne", exciseNumber: number, released),
            Messages.excise("ac4", 42, by: "anne", exciseNumber: number, declared),
            Messages.dutyPayment(of: 41, on: day),
            Messages.dispatch(
                38,
                by: "anne",
                exciseNumber: number,
                on: day,
                #","guarantee":{"reference":"zq7-own","amount":"1.00","currency":"EUR"}"#
            ),
            Messages.movementClosed(39, by: "anne", exciseNumber: number, on: day),
            Messages.guaranteeDecision("call", "zq7-own", #","amount":"0.10","remarks":"zq7""#),
            Messages.guaranteeRelease(61, by: "anne", exciseNumber: number, "zq7-own"),
            Messages.guaranteeDecision(
                "hold",
                "zq7-later",
                #","amount":"1.00","remarks":"zq7","exciseNumber":"\#(number)""#
            )
        )
    }

    /// What is received with a paper, and goes into stock records.
    private func withoutEMCS(_ words: String) -> [Draft] {
        let number = "LU00000777777"
        let day = "2026-09-21"
        return marked(
            Messages.authorisation(60, by: "anne", kind: "certified-consignee", words),
            Messages.exciseGrant(60, exciseNumber: number, from: "2026-09-01"),
            Messages.availability(1, false, since: "\(day)T06:00:00Z", remarks: "see the file"),
            Messages.fallback(65, exciseNumber: number, on: day),
            Messages.availability(2, true, since: "\(day)T07:00:00Z", remarks: "see the file"),
            Messages.fallbackClosed(66, exciseNumber: number, arc: "26FR0123456789ABCDEP7"),
            Messages.excise(
                "receipt",
                67,
                by: "anne",
                exciseNumber: number,
                #","receivedOn":"\#(day)""#
            ),
            Messages.certifiedNotice(69, exciseNumber: "LU00000654321", from: day),
            Messages.preview(
                70,
                of: Messages.excise("ac4", 71, by: "anne", #","declaredOn":"\#(day)""#)
            ),
            Messages.excise(
                "stock-record",
                68,
                by: "anne",
                exciseNumber: number,
                #","recordedOn":"\#(day)""#
            )
        )
    }

    /// A vehicle with a mark on all that it is known by, to the plate and the tax.
    private func vehicle() -> [Draft] {
        marked(
            Messages.vehicle(80, by: "bob"),
            Messages.clearance(80),
            Messages.registration(ofVehicle: 80),
            Messages.money("charge", 80, #","dueOn":"2026-12-20""#),
            Messages.money("payment", 80, #","paidOn":"2026-09-21""#)
        )
    }

    private func relief() -> [Draft] { Messages.reliefGranted(100).map { marked($0) } }

    private func marked(_ drafts: Draft...) -> [Draft] { drafts.map { marked($0) } }

    /// The draft with the marker in every free text.
    private func marked(_ draft: Draft) -> Draft {
        var draft = draft
        if draft.reason != nil { draft.reason = "zq7 asked for it" }
        for word in [
            "eaccess:", "Weber", "givenName\":\"", "see the file", "here it is", "Bauer", "Bob",
            "neu",
        ] {
            draft.data = draft.data.replacing(word, with: word + "zq7")
        }
        for person in ["anne", "bob", "nina", "eve", "claude"] {
            draft.data = draft.data.replacing("\(person)@", with: "zq7\(person)@")
        }
        let document = #"{"kind":"zq7-title","reference":"zq7"}"#
        if draft.routingKey == "registration.supplement" {
            draft.data.removeLast()
            draft.data += #","documents":[\#(document)]}"#
        }
        if draft.routingKey == "approval.decision", !draft.data.contains("remarks") {
            draft.data.removeLast()
            draft.data += #","remarks":"zq7 is the son of zq7"}"#
        }
        return draft
    }

    private func management(_ kind: String, _ members: String) -> Draft {
        marked(
            Messages.management(
                kind,
                by: "claude",
                role: "customs-authority",
                members,
                identifier: kind
            )
        )
    }

    private func report(_ account: String, _ method: String, _ status: String) -> Draft {
        var draft = Messages.report(account, status: 201, identifier: "\(method)-\(account)")
        draft.data = Messages.report(
            account,
            method: method,
            status: status,
            more: #","location":"https://scim.example.lu/Users/zq7-\#(account)""#
                + #","response":{"detail":"zq7"}"#
        )
        return draft
    }
}

/// The lines of a log from `info` on.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock(\.self) }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

struct LineHandler: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.add("\(event.message) \(event.metadata ?? [:])")
    }
}
