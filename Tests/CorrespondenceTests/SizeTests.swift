import Contract
import Domain
import Foundation
import Testing
import Workflow

@testable import Correspondence

@Suite("Every outbound message fits a bound of its own")
struct SizeTests {
    private static let limit = EventWriter.maximumBodyBytes

    private func disclosed(_ disclosure: Disclosure) throws -> [OutboundMessage] {
        try Sample.correspondent().follow(
            .personDisclosed(disclosure),
            register: Sample.register(),
            cause: Sample.cause
        )
    }

    private static let lists = [
        "requests", "accounts", "texts", "documents", "particulars", "authorisations",
        "obligations", "guarantees", "messages", "mentions",
    ]

    /// The lists of all parts, one after another.
    private func joined(_ parts: [SentData], _ list: String) throws -> [[String: Any]] {
        try parts.flatMap { try #require($0.data[list] as? [[String: Any]]) }
    }

    private func large(texts: [String]) -> Disclosure {
        let small = Sample.disclosure
        let requests = (0..<3000).map { number in
            var request = Sample.request(status: .withdrawn)
            request.revision = number
            return request
        }
        return Disclosure(
            request: small.request,
            person: small.person,
            requests: requests,
            accounts: small.accounts,
            file: PersonalFile(
                writings: texts.map {
                    .init(
                        request: small.request,
                        text: FreeText(kind: .answer, recordedAt: Sample.start, content: $0)
                    )
                },
                documents: small.file.documents,
                messages: [[PersonalFile.SentMessage]](repeating: small.file.messages, count: 500)
                    .flatMap(\.self),
                statements: small.file.statements,
                authorisations: small.file.authorisations,
                obligations: small.file.obligations,
                guarantees: small.file.guarantees
            ),
            mentions: small.mentions,
            activities: small.activities
        )
    }

    /// As large as they are told, and of what takes most room as JSON.
    private func mentions(_ count: Int) -> NamingMessages {
        let messages = (0..<count).map { number in
            NamingMessage(
                kind: .waiting,
                request: Sample.request,
                routingKey: "approval.access",
                at: Sample.start.advanced(bySeconds: Int64(number)),
                body: [UInt8](repeating: 0x01, count: NamingMessage.maximumContentBytes)
            )
        }
        return NamingMessages(messages, isComplete: false)
    }

    @Test("A disclosure is divided into parts that are complete but for their lists, and in order")
    func disclosure() throws {
        let messages = try disclosed(large(texts: ["short"]))
        #expect(messages.count > 3)
        #expect(messages.allSatisfy { $0.body.count <= Self.limit })
        // As full as they may be, but for the last.
        #expect(messages.dropLast().allSatisfy { $0.body.count > Self.limit - 2048 })
        #expect(Set(messages.map(\.subject)).count == 1, "one stream")
        #expect(Set(messages.map(\.properties.messageIdentifier)).count == messages.count)
        let parts = try messages.map { try SentData($0) }
        #expect(try parts.map { try #require($0.data["part"] as? Int) } == Array(1...parts.count))
        #expect(parts.allSatisfy { $0.data["parts"] as? Int == parts.count })
        let first = try #require(parts.first)
        for part in parts {
            #expect(Set(part.data.keys) == Set(first.data.keys))
            for name in part.data.keys where !(Self.lists + ["part"]).contains(name) {
                #expect(part.data[name] as? NSObject == first.data[name] as? NSObject, "\(name)")
            }
        }
        let revisions = try joined(parts, "requests").map { try #require($0["revision"] as? Int) }
        #expect(revisions == Array(0..<3000))
        #expect(try joined(parts, "messages").count == 2000)
        for list in ["accounts", "documents", "particulars", "authorisations", "obligations"] {
            #expect(try joined(parts, list).count == 1)
        }
        #expect(try joined(parts, "guarantees").count == 2)
        #expect(try joined(parts, "mentions").count == 2)
    }

    @Test("What others' messages say of somebody is divided as well")
    func mentioned() throws {
        for person in [nil, Sample.disclosure.person] {
            let disclosure = Disclosure(
                request: Sample.request,
                person: person,
                mentions: mentions(100)
            )
            let messages = try disclosed(disclosure)
            #expect(messages.count > 3)
            #expect(messages.allSatisfy { $0.body.count <= Self.limit })
            let parts = try messages.map { try SentData($0) }
            #expect(parts.allSatisfy { $0.data["known"] as? Bool == true })
            #expect(parts.allSatisfy { ($0.data["person"] == nil) == (person == nil) })
            #expect(parts.allSatisfy { ($0.data["requests"] == nil) == (person == nil) })
            #expect(parts.allSatisfy { $0.data["mentionsComplete"] as? Bool == false })
            let times = try joined(parts, "mentions").map { try #require($0["at"] as? String) }
            #expect(times == disclosure.mentions.messages.map(\.at.description))
        }
    }

    @Test(
        "A text of any length is given in pieces",
        arguments: [
            String(repeating: "0123456789", count: 40_000),
            String(repeating: "e\u{301}\"\u{2028}", count: 50_000),
            String(repeating: "🇱🇺", count: 20_000),
        ]
    )
    func pieces(text: String) throws {
        let messages = try disclosed(large(texts: ["before", text, "after"]))
        #expect(messages.allSatisfy { $0.body.count <= Self.limit })
        let texts = try joined(messages.map { try SentData($0) }, "texts")
        #expect(texts.first?["content"] as? String == "before")
        #expect(texts.last?["content"] as? String == "after")
        #expect(texts.first?["piece"] == nil)
        let pieces = texts.dropFirst().dropLast()
        #expect(pieces.map { $0["piece"] as? Int } == (1...pieces.count).map { $0 })
        #expect(pieces.allSatisfy { $0["pieces"] as? Int == pieces.count })
        let whole = try pieces.map { try #require($0["content"] as? String) }
            .flatMap { Array($0.unicodeScalars) }
        #expect(whole == Array(text.unicodeScalars))
    }

    @Test("Who is not known, and of whom little is stored, gets one part")
    func one() throws {
        for disclosure in [Sample.disclosure, Disclosure(request: Sample.request, person: nil)] {
            let messages = try disclosed(disclosure)
            #expect(messages.count == 1)
            let data = try SentData(messages[0]).data
            #expect(data["part"] as? Int == 1 && data["parts"] as? Int == 1)
        }
    }

    // MARK: - What the sender's text can do

    /// Each is as long as the contract lets it be, of what takes most room as JSON and as HTML.
    @Test(
        "The longest remarks in all languages fit",
        arguments: ["\"", "&", "<", "\u{10FFFD}", "\u{2028}", "\n", "\\"]
    )
    func remarks(unit: String) throws {
        let remarks = String(repeating: unit, count: 4000)
        for status in [RequestStatus.granted, .rejected, .awaitingInformation] {
            for procedure in ["access", "excise"] {
                let request = Sample.request(
                    profile: procedure == "excise" ? "authorisation" : "company",
                    status: status,
                    authorised: OperationSet([.import]),
                    procedure: procedure
                )
                let register = Sample.register(languages: Language.allCases)
                register.persons[0].details?.familyName = String(repeating: unit, count: 100)
                register.authorisations = [Sample.authorisation()]
                register.fields = RequestFields([
                    .init(name: "premises", value: String(repeating: unit, count: 2000)),
                    .init(name: "movement", value: String(repeating: unit, count: 2000)),
                ])
                let messages = try Sample.correspondent().follow(
                    .requestChanged(request, previous: .pending, by: .rule, remarks: remarks),
                    register: register,
                    cause: Sample.cause
                )
                #expect(!messages.isEmpty)
                for message in messages {
                    #expect(message.body.count <= Self.limit, "\(message.routingKey) \(status)")
                }
            }
        }
    }

    @Test("A problem names no more faults than fit, whatever was sent")
    func problem() throws {
        let findings = (0..<100).map { _ in
            Finding(
                pointer: "/data/" + String(repeating: "~1", count: 255),
                detail: String(repeating: "\"", count: 300)
            )
        }
        var writer = JSONWriter()
        writer.object { data in
            ProblemEvent.write(
                Problem(.schema, String(repeating: "\"", count: 2000), findings: findings),
                about: Envelope(
                    identifier: String(repeating: "\"", count: 128),
                    source: String(repeating: "\"", count: 1024),
                    type: String(repeating: "\"", count: 255),
                    time: Sample.start,
                    subject: nil,
                    traceParent: nil
                ),
                request: Sample.request,
                to: &data
            )
        }
        #expect(writer.bytes.count <= Self.limit - 4096, "with an envelope")
    }

    @Test("An order and the status of an account with as many numbers as there may be fit")
    func lists() throws {
        let previous = Sample.account(location: String(repeating: "x", count: 2048))
        var account = previous
        account.entitlements = [Entitlement](repeating: Sample.entitlement, count: 5000)
        let messages = try Sample.correspondent().follow(
            .accountChanged(
                account,
                previous: previous,
                .entitlementsChanged,
                by: .applicant,
                remarks: nil
            ),
            register: Sample.register(),
            cause: Sample.cause
        )
        #expect(messages.count == 2)
        for message in messages { #expect(message.body.count <= Self.limit) }
    }
}
