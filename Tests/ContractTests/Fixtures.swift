import Contract
import Domain

/// What the fake commands of these tests carry.
struct FakeCommand: Command, Equatable {
    var request: RequestIdentifier?
    var speaker: String?
    var eori: EORI?
    var operations: OperationSet?
    var remarks: String?

    func decide(in context: DecisionContext) throws -> Outcome { .apply([]) }
}

enum Fixture {
    static let request = "3f1c9a52-8c0e-4d0a-9a0b-2f6f0a4c7a12"

    static let definitions = [
        MessageDefinition("registration.fake") { data, _ in
            let request = data.requestIdentifier()
            let applicant = data.applicant()
            let eori = data.eori()
            let operations = data.operations()
            guard let request, let applicant, let eori, let operations else { return nil }
            return FakeCommand(
                request: request,
                speaker: applicant.subject,
                eori: eori,
                operations: operations
            )
        },
        MessageDefinition("approval.fake") { data, _ in
            let request = data.requestIdentifier()
            let actor = data.actor()
            let remarks = data.remarks("remarks", .optional)
            guard let request, let actor else { return nil }
            return FakeCommand(request: request, speaker: actor.subject, remarks: remarks)
        },
        MessageDefinition("report.fake") { data, _ in
            let method = data.line("method", 1...10)
            return method == nil ? nil : FakeCommand()
        },
    ]

    static let publishers = Publishers([
        "portal": [.portal], "customs": [.customsAuthority], "excise": [.exciseOffice],
        "vehicles": [.vehicleAuthority], "provisioner": [.provisioner], "ctl": [.operator],
        "nobody": [], "both": [.portal, .customsAuthority],
    ])

    static let decoder = MessageDecoder(definitions: definitions, publishers: publishers)

    static let applicant = """
        {"subject":"eaccess:7f3c","authentication":"luxtrust","familyName":"Weber",\
        "givenName":"Anne","email":"anne.weber@example.lu","languages":["en","fr"]}
        """

    static let registrationData = """
        {"requestId":"\(request)","applicant":\(applicant),"eori":"LU12345678",\
        "operations":["import","transit"]}
        """

    static func approvalData(role: String = #""customs-authority""#) -> String {
        """
        {"requestId":"\(request)","remarks":"Bien reçu\\n",\
        "actor":{"role":\(role),"subject":"eaccess:1","name":"Léa Müller"}}
        """
    }

    /// An event; `attributes` replaces attributes by JSON text, or removes them when nil.
    static func event(
        _ routingKey: String,
        data: String?,
        attributes: [(String, String?)] = []
    ) -> [UInt8] {
        var members: [(String, String?)] = [
            ("specversion", #""1.0""#), ("id", #""e-1""#), ("source", #""urn:luccs:ntp-portal""#),
            ("type", "\"lu.etat.do.\(routingKey).v1\""), ("time", #""2026-11-21T05:14:09Z""#),
            ("subject", "\"\(request)\""), ("data", data),
        ]
        for (name, value) in attributes {
            if let index = members.firstIndex(where: { $0.0 == name }) {
                members[index].1 = value
            } else {
                members.append((name, value))
            }
        }
        let text = members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return Array("{\(text.joined(separator: ","))}".utf8)
    }

    static func message(
        _ routingKey: String,
        body: [UInt8],
        user: String? = "portal",
        contentType: String? = "application/cloudevents+json"
    ) -> InboundMessage {
        InboundMessage(
            queue: .registrations,
            routingKey: routingKey,
            redelivered: false,
            properties: MessageProperties(contentType: contentType, userIdentifier: user),
            body: body
        )
    }

    static func registration(
        user: String? = "portal",
        contentType: String? = "application/cloudevents+json",
        data: String? = registrationData,
        attributes: [(String, String?)] = []
    ) -> InboundMessage {
        message(
            "registration.fake",
            body: event("registration.fake", data: data, attributes: attributes),
            user: user,
            contentType: contentType
        )
    }
}

extension DecodedMessage {
    var problem: Problem? {
        guard case .dead(let problem, _) = self else { return nil }
        return problem
    }

    var envelope: Envelope? {
        switch self {
        case .command(_, let envelope): envelope
        case .dead(_, let envelope): envelope
        }
    }

    var command: FakeCommand? {
        guard case .command(let command, _) = self else { return nil }
        return command as? FakeCommand
    }
}

/// SplitMix64: small, seeded, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
