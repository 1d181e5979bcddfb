import Contract
import Domain
import Testing

@Suite struct MessageDecoderTests {
    private let decoder = Fixture.decoder

    // MARK: Order

    /// Faults in the order in which they are looked for, each with the code that it brings.
    private enum Fault: Int, CaseIterable {
        case size, json, contentType, envelope, user, routing, role, type, schema

        var code: ProblemCode {
            switch self {
            case .size: .tooLarge
            case .json: .malformed
            case .contentType, .envelope: .notAnEvent
            case .user, .routing, .role: .forbidden
            case .type: .unknownType
            case .schema: .schema
            }
        }
    }

    private func message(with faults: Set<Fault>) -> InboundMessage {
        let known = faults.contains(.type) ? "registration.unknown" : "registration.fake"
        let type = faults.contains(.routing) ? "report.fake" : known
        var attributes: [(String, String?)] = []
        if faults.contains(.envelope) { attributes.append(("time", nil)) }
        var body = Fixture.event(
            type,
            data: faults.contains(.schema) ? "{}" : Fixture.registrationData,
            attributes: attributes
        )
        if faults.contains(.json) { body.append(UInt8(ascii: ",")) }
        if faults.contains(.size) {
            body += [UInt8](repeating: 0x20, count: MessageDecoder.maximumBodySize)
        }
        let user = faults.contains(.role) ? "provisioner" : "portal"
        return Fixture.message(
            known,
            body: body,
            user: faults.contains(.user) ? nil : user,
            contentType: faults.contains(.contentType) ? nil : "application/cloudevents+json"
        )
    }

    @Test func theFirstFaultNamesTheProblem() {
        // All combinations of the nine faults.
        for bits in 1..<(1 << Fault.allCases.count) {
            let faults = Fault.allCases.filter { bits & (1 << $0.rawValue) != 0 }
            let decoded = decoder.decode(message(with: Set(faults)))
            #expect(decoded.problem?.code == faults.first?.code, "\(faults)")
            let envelopeIsRead = (faults.first?.rawValue ?? 0) > Fault.envelope.rawValue
            #expect((decoded.envelope != nil) == envelopeIsRead, "\(faults)")
        }
        #expect(decoder.decode(message(with: [])).command != nil)
    }

    @Test func bodiesOf256KiBAreTaken() {
        let message = Fixture.registration()
        func padded(to size: Int) -> InboundMessage {
            let padding = [UInt8](repeating: 0x20, count: size - message.body.count)
            return Fixture.message("registration.fake", body: message.body + padding)
        }
        #expect(decoder.decode(padded(to: 262_144)).command != nil)
        #expect(decoder.decode(padded(to: 262_145)).problem?.code == .tooLarge)
    }

    @Test func emptyBodyIsMalformed() {
        let decoded = decoder.decode(Fixture.message("registration.fake", body: []))
        #expect(decoded.problem?.code == .malformed)
    }

    // MARK: Sender

    static let families = [
        "registration.fake", "approval.fake", "report.fake", "registration.a.b.c",
        "approval.a.b", "approval", "status.request", "registrations.x", "approvals.x",
    ]

    /// Which of the families each user may send, for approvals with the role that suits it.
    static let allowed: [(user: String, role: String, families: Set<String>)] = [
        ("portal", "manager", ["registration.fake", "approval.fake", "registration.a.b.c"]),
        ("customs", "customs-authority", ["approval.fake"]),
        ("excise", "excise-office", ["approval.fake"]),
        ("vehicles", "vehicle-authority", ["approval.fake"]),
        ("provisioner", "manager", ["report.fake"]),
        ("ctl", "manager", Set(families)), ("nobody", "manager", []), ("stranger", "manager", []),
        ("", "manager", []),
    ]

    @Test(arguments: allowed.indices)
    func rolesBoundWhatMayBeSent(_ index: Int) {
        let (user, role, families) = Self.allowed[index]
        for family in Self.families {
            let body = Fixture.event(family, data: Fixture.approvalData(role: "\"\(role)\""))
            let decoded = decoder.decode(Fixture.message(family, body: body, user: user))
            let isForbidden = decoded.problem?.code == .forbidden
            #expect(isForbidden != families.contains(family), "\(user) \(family)")
            #expect(decoded.envelope != nil)
        }
    }

    @Test func approvalsNeedTheRoleOfTheirActor() {
        let deciders = [
            ("portal", "manager"), ("customs", "customs-authority"), ("excise", "excise-office"),
            ("vehicles", "vehicle-authority"),
        ]
        for (user, own) in deciders {
            for role in ActorRole.allCases {
                let decoded = decoder.decode(approval(role: "\"\(role.rawValue)\"", user: user))
                if role.rawValue == own {
                    #expect(decoded.command?.remarks == "Bien reçu\n")
                } else {
                    #expect(decoded.problem?.code == .forbidden, "\(user) as \(role)")
                }
            }
        }
        for role in ActorRole.allCases {
            let message = approval(role: "\"\(role.rawValue)\"", user: "ctl")
            #expect(decoder.decode(message).command != nil)
        }
        #expect(decoder.decode(approval(role: #""manager""#, user: "both")).command != nil)
        #expect(
            decoder.decode(approval(role: #""customs-authority""#, user: "both")).command != nil
        )
        #expect(
            decoder.decode(approval(role: #""excise-office""#, user: "both")).problem?.code
                == .forbidden
        )
    }

    /// Then the schema names the fault, but only to those who may decide at all.
    @Test(arguments: [#""king""#, "null", "1", #""Manager""#])
    func actorsWithoutAReadableRole(_ role: String) {
        for user in ["portal", "customs", "excise", "vehicles", "ctl"] {
            let problem = decoder.decode(approval(role: role, user: user)).problem
            #expect(problem?.code == .schema)
            #expect(problem?.findings.map(\.pointer) == ["/data/actor/role"])
        }
        for user in ["provisioner", "nobody", "stranger"] {
            #expect(decoder.decode(approval(role: role, user: user)).problem?.code == .forbidden)
        }
    }

    @Test(arguments: [nil, "[]", "null", "1", #"{"actor":[]}"#, #"{"actor":{}}"#, "{}"])
    func approvalsWithoutAnActor(_ data: String?) {
        let body = Fixture.event("approval.fake", data: data)
        let message = Fixture.message("approval.fake", body: body, user: "customs")
        #expect(decoder.decode(message).problem?.code == .schema)
    }

    @Test func usersAreComparedExactly() {
        let decoder = MessageDecoder(
            definitions: Fixture.definitions,
            publishers: Publishers(["ren\u{e9}": [.portal]])
        )
        #expect(decoder.decode(Fixture.registration(user: "ren\u{e9}")).command != nil)
        #expect(
            decoder.decode(Fixture.registration(user: "rene\u{301}")).problem?.code == .forbidden
        )
        #expect(decoder.publishers.knows("ren\u{e9}"))
        #expect(!decoder.publishers.knows("rene\u{301}"))
        #expect(decoder.publishers.roles(of: "ren\u{e9}") == [.portal])
        #expect(decoder.publishers.roles(of: "x") == nil)
    }

    @Test func publishersMayBeExchanged() {
        var decoder = Fixture.decoder
        decoder.publishers = Publishers([:])
        #expect(decoder.decode(Fixture.registration()).problem?.code == .forbidden)
    }

    // MARK: Routing and type

    /// Type, routing key, and the code: nil if it is taken.
    static let routings: [(String, String, ProblemCode?)] = [
        ("lu.etat.do.registration.fake.v1", "registration.fake", nil),
        ("lu.etat.do.registration.other.v1", "registration.other", .unknownType),
        ("lu.etat.do.registration.fake.v1", "registration.other", .forbidden),
        ("lu.etat.do.registration.other.v1", "registration.fake", .forbidden),
        ("lu.etat.do.report.fake.v1", "registration.fake", .forbidden),
        // Without prefix or suffix a type has no routing key, so none fits.
        ("registration.fake", "registration.fake", .forbidden),
        ("lu.etat.do.registration.fake", "registration.fake", .forbidden),
        ("registration.fake.v1", "registration.fake", .forbidden),
        ("lu.etat.do.registration.fake.v2", "registration.fake", .forbidden),
        ("lu.etat.do.registration.fake.v1.v1", "registration.fake", .forbidden),
        ("lu.etat.do.registration.fake.v1.v1", "registration.fake.v1", .unknownType),
        ("LU.etat.do.registration.fake.v1", "registration.fake", .forbidden),
        ("lu.etat.do.Registration.fake.v1", "registration.fake", .forbidden),
        ("lu.etat.do.registration.v1", "registration", .unknownType),
        ("lu.etat.do..v1", "", .unknownType), ("lu.etat.do.v1", "", .forbidden),
        ("com.example.thing", "com.example.thing", .forbidden),
        ("lu.etat.do.anything.v1", "anything", .unknownType),
    ]

    @Test(arguments: routings.indices)
    func theRoutingKeyIsTheOneOfTheType(_ index: Int) {
        let (type, routingKey, code) = Self.routings[index]
        let body = Fixture.event(
            "x",
            data: Fixture.registrationData,
            attributes: [("type", "\"\(type)\"")]
        )
        let decoded = decoder.decode(Fixture.message(routingKey, body: body, user: "ctl"))
        #expect(decoded.problem?.code == code)
        #expect((decoded.command != nil) == (code == nil))
    }

    @Test func listsItsRoutingKeys() {
        #expect(decoder.routingKeys == ["approval.fake", "registration.fake", "report.fake"])
    }

    @Test func definitionsWithTheSameKeyStopTheStart() async {
        await #expect(processExitsWith: .failure) {
            let definition = MessageDefinition("a.b") { _, _ in nil }
            _ = MessageDecoder(definitions: [definition, definition], publishers: Publishers([:]))
        }
    }

    // MARK: Schema

    @Test(arguments: [nil, "null", "[]", #""{}""#, "1"])
    func dataMustBeAnObject(_ data: String?) {
        let problem = decoder.decode(Fixture.registration(data: data)).problem
        #expect(problem?.code == .schema)
        #expect(
            problem?.findings
                == [Finding(pointer: "/data", detail: "must be there, and an object")]
        )
    }

    @Test func allFindingsAreNamed() {
        let problem = decoder.decode(
            Fixture.registration(data: #"{"eori":"lu1","operations":["x"],"more":{}}"#)
        ).problem
        #expect(problem?.code == .schema)
        #expect(
            problem?.findings.map(\.pointer) == [
                "/data/requestId", "/data/applicant", "/data/eori", "/data/operations/0",
                "/data/more",
            ]
        )
    }

    /// A wrong optional member refuses the message, though its reader made a command.
    @Test func optionalMembersMustBeRight() {
        let data = Fixture.approvalData().replacing(#"Bien reçu\n"#, with: #"Bien\u0007"#)
        let body = Fixture.event("approval.fake", data: data)
        let problem = decoder.decode(Fixture.message("approval.fake", body: body, user: "customs"))
            .problem
        #expect(problem?.code == .schema)
        #expect(problem?.findings.map(\.pointer) == ["/data/remarks"])
    }

    @Test func aReaderThatSaysNothingIsNotProcessed() {
        let decoder = MessageDecoder(
            definitions: [MessageDefinition("registration.fake") { _, _ in nil }],
            publishers: Fixture.publishers
        )
        let problem = decoder.decode(Fixture.registration(data: "{}")).problem
        #expect(problem?.code == .schema)
        #expect(problem?.findings.map(\.pointer) == ["/data"])
    }

    private func approval(role: String, user: String) -> InboundMessage {
        Fixture.message(
            "approval.fake",
            body: Fixture.event("approval.fake", data: Fixture.approvalData(role: role)),
            user: user
        )
    }
}

/// Twenty thousand events that were right once: none makes the decoder stop, and every one is
/// either read or named.
@Suite struct MutationTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func mutatedEventsAreReadOrNamed(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let originals = [
            Fixture.registration(),
            Fixture.message(
                "approval.fake",
                body: Fixture.event("approval.fake", data: Fixture.approvalData()),
                user: "customs"
            ),
        ]
        var codes: [ProblemCode: Int] = [:]
        var taken = 0
        for _ in 0..<5000 {
            let original = originals[Int.random(in: 0..<originals.count, using: &generator)]
            var body = original.body
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                mutate(&body, using: &generator)
            }
            let message = Fixture.message(
                original.routingKey,
                body: body,
                user: original.properties.userIdentifier
            )
            switch Fixture.decoder.decode(message) {
            case .command: taken += 1
            case .dead(let problem, let envelope):
                codes[problem.code, default: 0] += 1
                #expect(!problem.detail.isEmpty)
                #expect(problem.findings.count <= PayloadReader.maximumFindings)
                let isBeforeEnvelope =
                    [.tooLarge, .malformed, .notAnEvent].contains(problem.code)
                #expect((envelope == nil) == isBeforeEnvelope, "\(problem)")
            }
        }
        // The mutations reach every check but the size's.
        #expect(taken > 0)
        for code in [ProblemCode.malformed, .notAnEvent, .forbidden, .schema] {
            #expect(codes[code, default: 0] > 0, "\(codes)")
        }
        #expect(Set(codes.keys).isSubset(of: [.malformed, .notAnEvent, .forbidden, .schema]))
    }

    private static let tokens: [[UInt8]] = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\u{feff}", "null", "true",
        "-", "1e999999999", "0", "//", "NaN", "\"a\":1,", "\u{202e}", "\n", "\0",
        String(repeating: "[", count: 20), String(repeating: "9", count: 400),
    ].map { Array($0.utf8) }

    private func mutate(_ body: inout [UInt8], using generator: inout SeededGenerator) {
        let place = Int.random(in: 0..<max(1, body.count), using: &generator)
        let length = Int.random(
            in: 0...min(40, body.count - min(place, body.count)),
            using: &generator
        )
        switch Int.random(in: 0..<7, using: &generator) {
        case 0 where !body.isEmpty: body[place] = UInt8.random(in: 0...255, using: &generator)
        case 1 where !body.isEmpty: body[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2 where place < body.count: body.removeSubrange(place..<place + length)
        case 3: body.removeLast(min(length, body.count))
        case 4 where place < body.count:
            body.insert(contentsOf: body[place..<place + length], at: place)
        case 5 where place < body.count:
            let piece = body[place..<place + length]
            body.insert(
                contentsOf: piece,
                at: Int.random(in: 0...body.count, using: &generator)
            )
        default:
            let token = Self.tokens.randomElement(using: &generator) ?? []
            body.insert(contentsOf: token, at: min(place, body.count))
        }
    }
}
