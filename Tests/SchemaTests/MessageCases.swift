import Contract
import Domain
import Foundation
import Procedures

/// All events that the schemas are tried with, and what came of it; made once for all tests.
struct MessageCases: Sendable {
    /// One event, as the schema and as the daemon judge it.
    struct Case: Sendable {
        enum Expectation: Sendable {
            /// Whatever the daemon's decoder says; nil if it takes the event.
            case decoder(refusal: String?)
            /// Good: the program or the schema's author wrote it.
            case valid
            /// Refused by the daemon, and not by the schema.
            case beyondSchema(refusal: String?)
            /// Made of one that the program wrote; nothing else judges it.
            case open
        }

        let schema: String
        let name: String
        let expectation: Expectation
        /// Why the schema refuses it; nil if it does not.
        let verdict: String?
    }

    let cases: [Case]
    let faults: [String]
    let unviolated: [String]
    /// The routing keys of what the program sends.
    let produced: Set<String>

    static let shared = Task { try await MessageCases() }

    private typealias Draft = (case: SchemaCheck.Case, expectation: Case.Expectation)

    private init() async throws {
        let files = try Schemas.all()
        let inbound = Set(ProcedureCatalogue.messages.map { Schemas.file(of: $0.routingKey) })
        let messages =
            try await ProducedMessages.all().map { ($0.routingKey, $0.body) } + GoldenEvents.all()
        produced = Set(messages.map { $0.0 })
        let outbound = Set(produced.map(Schemas.file))
        let lengths = Self.around(["minLength", "maxLength"], in: files.values)
        let counts = Self.around(["maxItems"], in: files.values)
        var drafts: [Draft] = []
        var variants = Variants(lengths: lengths, counts: counts, words: Variants.words)
        for (file, schema) in files where inbound.contains(file) {
            drafts += Self.inbound(file, schema, &variants)
        }
        for (file, schema) in files where outbound.contains(file) {
            let own = messages.filter { Schemas.file(of: $0.0) == file }.map { $0.1 }
            drafts += Self.outbound(file, schema, own)
        }
        drafts += try BeyondSchema.all.map { beyond in
            let schema = files[beyond.schema] ?? .null
            let event = try beyond.applied(to: schema.at("examples/\(beyond.example)"))
            return Self.draft(beyond.schema, beyond.reason, event) { .beyondSchema(refusal: $0) }
        }
        drafts += try AsyncAPI().examples.map { example in
            Self.draft(
                Schemas.file(of: example.routingKey),
                "example of asyncapi.yaml",
                example.event
            ) {
                inbound.contains(Schemas.file(of: example.routingKey))
                    ? .decoder(refusal: $0) : .valid
            }
        }
        let result = try SchemaCheck.run(drafts.map(\.case), outbound: outbound)
        cases = zip(drafts, result.verdicts).map { draft, verdict in
            Case(
                schema: draft.case.schema,
                name: draft.case.name,
                expectation: draft.expectation,
                verdict: verdict
            )
        }
        faults = result.faults
        unviolated = result.unviolated
    }

    /// The values of some keywords, and those just below and above.
    private static func around(_ keywords: Set<String>, in files: some Sequence<JSONValue>) -> [Int]
    {
        let values = files.flatMap { $0.all(keywords) }.flatMap { value -> [Int] in
            guard case .number(let number) = value, let integer = number.integer else { return [] }
            return [Int(integer) - 1, Int(integer), Int(integer) + 1]
        }
        return Set(values.filter { $0 >= 0 }).sorted()
    }

    // MARK: Inbound

    private static func inbound(
        _ file: String,
        _ schema: JSONValue,
        _ variants: inout Variants
    ) -> [Draft] {
        let examples = schema["examples"]?.elements ?? []
        let varied = examples.flatMap { variants.vary($0, of: file) }
        return examples.enumerated().map { index, example in
            draft(file, "example \(index)", example) { $0 == nil ? .valid : .decoder(refusal: $0) }
        }
            + varied.map { variant in
                draft(file, variant.change, variant.event) { .decoder(refusal: $0) }
            }
    }

    private static func draft(
        _ file: String,
        _ name: String,
        _ event: JSONValue,
        _ expectation: (_ refusal: String?) -> Case.Expectation
    ) -> Draft {
        let body = event.bytes
        let one = SchemaCheck.Case(schema: file, name: name, event: body)
        return (one, expectation(refusal(of: body, as: Schemas.routingKey(of: file))))
    }

    private static let decoder = MessageDecoder(
        definitions: ProcedureCatalogue.messages,
        publishers: Publishers(["operator": [.operator]])
    )

    /// Why the daemon refuses an event; nil if it takes it.
    private static func refusal(of body: [UInt8], as routingKey: String) -> String? {
        let message = InboundMessage(
            queue: .registrations,
            routingKey: routingKey,
            redelivered: false,
            properties: MessageProperties(
                contentType: "application/cloudevents+json",
                userIdentifier: "operator"
            ),
            body: body
        )
        guard case .dead(let problem, _) = decoder.decode(message) else { return nil }
        let places = problem.findings.map { "\($0.pointer) \($0.detail)" }
        return "\(problem.code.rawValue) \(problem.detail) \(places)"
    }

    // MARK: Outbound

    /// What the program makes, the schema's examples, and variants of these.
    private static func outbound(
        _ file: String,
        _ schema: JSONValue,
        _ produced: [[UInt8]]
    ) -> [Draft] {
        let examples = schema["examples"]?.elements ?? []
        let good = produced + examples.map(\.bytes)
        var variants = Variants(lengths: [54, 129, 256, 274], counts: [], words: [])
        let varied = examples.flatMap { variants.vary($0, of: file) }
        return good.enumerated().map { index, body in
            (SchemaCheck.Case(schema: file, name: "message \(index)", event: body), .valid)
        }
            + varied.map { variant in
                let body = variant.event.bytes
                return (SchemaCheck.Case(schema: file, name: variant.change, event: body), .open)
            }
    }
}

/// The events that the tests of the correspondence hold the program to, byte for byte.
enum GoldenEvents {
    static func all() throws -> [(routingKey: String, body: [UInt8])] {
        let folder = Schemas.root.appending(path: "Tests/CorrespondenceTests/Golden/events")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).map { name in
            // The routing key, then what distinguishes it from others.
            let words = name.split(separator: ".").prefix(2)
            let body = try Data(contentsOf: folder.appending(path: name))
            return (words.joined(separator: "."), Array(body))
        }
    }
}

/// What the daemon refuses and no schema can: each must be said in a description.
struct BeyondSchema: Sendable {
    let schema: String
    let example: Int
    /// The member that is set, such as `data/requestId`.
    let place: String
    let value: String
    let reason: String

    private static let other = "00000000-0000-4000-8000-000000000000"

    static let all: [BeyondSchema] =
        ProcedureCatalogue.messages.filter {
            // About no request, account or duty.
            !$0.routingKey.hasPrefix("report.operator.")
                && $0.routingKey != "approval.emcs-availability"
        }.map { definition in
            BeyondSchema(
                schema: Schemas.file(of: definition.routingKey),
                example: 0,
                place: "subject",
                value: other,
                reason: "the subject is another id than the payload's"
            )
        } + [
            one("time", "2026-02-30T05:14:09Z", "the day does not exist"),
            one("time", "2026-11-21T05:14:60Z", "no leap second then"),
            one("time", "0000-01-01T00:00:00+01:00", "a year before 0 in UTC"),
            one(
                "id",
                // U+1FFFE
                String(decoding: [0xf0, 0x9f, 0xbf, 0xbe], as: UTF8.self),
                "a noncharacter beyond the basic plane"
            ),
            BeyondSchema(
                schema: "registration.supplement.v1.json",
                example: 0,
                place: "data/documents/0/issuedOn",
                value: "2027-02-29",
                reason: "the day does not exist"
            ),
        ]

    private static func one(_ place: String, _ value: String, _ reason: String) -> BeyondSchema {
        BeyondSchema(
            schema: "registration.access.company.v1.json",
            example: 0,
            place: place,
            value: value,
            reason: reason
        )
    }

    func applied(to example: JSONValue?) throws -> JSONValue {
        let path = place.split(separator: "/").map(String.init)
        guard let example, let changed = example.setting(path[...], to: .string(value)) else {
            throw SchemaCheck.Failure(description: "\(schema) has no example with \(place)")
        }
        return changed
    }
}

extension JSONValue {
    /// This value with another one at a path that exists.
    fileprivate func setting(_ path: ArraySlice<String>, to other: JSONValue) -> JSONValue? {
        guard let name = path.first else { return other }
        guard let inner = self[name]?.setting(path.dropFirst(), to: other) else { return nil }
        switch self {
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { $0.name == name ? JSONObject.Member(name, inner) : $0 }
                )
            )
        case .array(var elements):
            if let index = Int(name) { elements[index] = inner }
            return .array(elements)
        default: return nil
        }
    }
}
