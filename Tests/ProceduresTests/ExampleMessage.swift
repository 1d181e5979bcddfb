import Contract
import Domain

/// A message as an example writes it: its routing key with the members of `data` that matter.
///
/// What is left out gets a default, and `null` leaves a default out. People, requests and accounts
/// go by their names (see `Scene`), and operations stand in one text, separated by commas.
struct ExampleMessage: Sendable {
    static let subjectPrefix = "eaccess:"

    /// The routing key, or `timer.remind`, `timer.escalate`, `timer.expire`, `timer.erase`,
    /// `timer.warn`, `timer.lapse`, `timer.remind-obligation`, `timer.overdue` or
    /// `timer.provisioning` (the clock), or `broker.confirmed` (an order about an account was
    /// confirmed).
    let name: String
    var members: [JSONObject.Member]
    /// When it is decided on; nil for when the one before was.
    var time: Instant?
    /// The envelope's subject, where it is not the request's id or absent.
    let givenSubject: String?

    init(_ value: JSONValue) throws {
        guard case .object(let object) = value else {
            throw ExampleFault("a message is an object or the name of a scene")
        }
        var time: Instant?
        var subject: String?
        var message: JSONObject.Member?
        for member in object.members {
            switch (member.name, member.value) {
            case ("at", .string(let text)): time = Instant(rfc3339: text)
            case ("subject", .string(let text)): subject = text
            case (_, .object) where message == nil: message = member
            default: throw ExampleFault("\(member.name) is no part of a message")
            }
        }
        guard let message, case .object(let data) = message.value,
            (object["at"] == nil) == (time == nil)
        else { throw ExampleFault("a message has a routing key, and a time if it says `at`") }
        self.name = message.name
        self.members = data.members
        self.time = time
        self.givenSubject = subject
    }

    init(_ name: String, _ members: [(String, String)]) {
        self.name = name
        self.members = members.map { JSONObject.Member($0.0, .string($0.1)) }
        self.time = nil
        self.givenSubject = nil
    }

    func text(_ name: String) throws -> String {
        guard case .string(let text) = members.first(where: { $0.name == name })?.value else {
            throw ExampleFault("\(self.name) needs \(name)")
        }
        return text
    }

    func subject(in scene: Scene) throws -> String? {
        guard let givenSubject else { return nil }
        if givenSubject.contains("@") { return try scene.account(named: givenSubject).description }
        return scene.requestIdentifier(givenSubject)?.description
    }

    /// `data` in full.
    func expanded(in scene: Scene) throws -> JSONObject {
        var full = defaults.filter { entry in !members.contains { $0.name == entry.name } }
        full += members.filter { $0.value != .null }
        let expanded = try full.map {
            JSONObject.Member($0.name, try expand($0.name, $0.value, in: scene))
        }
        return JSONObject(name == "report.provisioning" ? Self.report(expanded) : expanded)
    }

    /// What is no member of a report's `data` is one of its operation.
    private static func report(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
        let isOutside = { (member: JSONObject.Member) in
            ["requestId", "account"].contains(member.name)
        }
        return members.filter(isOutside) + [
            JSONObject.Member("operation", .object(JSONObject(members.filter { !isOutside($0) })))
        ]
    }

    private var defaults: [JSONObject.Member] {
        let outcome = members.first { $0.name == "outcome" }?.value ?? .string("granted")
        let defaults: [(String, JSONValue)] =
            switch name {
            case "registration.access.company", "registration.access.natural-person":
                [
                    ("requestId", .string("r1")), ("eori", .string("LUACME")),
                    ("operations", .string("import,transit")), ("termsAccepted", .boolean(true)),
                ]
            case "registration.access.employee":
                [
                    ("requestId", .string("r1")), ("eori", .string("LUACME")),
                    ("termsAccepted", .boolean(true)),
                ]
            case "registration.access.operations":
                [("requestId", .string("r1")), ("eori", .string("LUACME"))]
            case "registration.excise.authorisation":
                [
                    ("requestId", .string("r1")), ("eori", .string("LUACME")),
                    ("kind", .string("registered-consignee")), ("products", .string("alcohol")),
                ]
            case "registration.excise.mandate":
                [
                    ("requestId", .string("m1")), ("eori", .string("LUACME")),
                    ("representative", .string("LUOTHER")), ("scope", .string("emcs,ac4")),
                    ("kind", .string("direct")), ("validFrom", .string("2026-11-20")),
                ]
            case "registration.excise.mandate-end":
                [("requestId", .string("e1")), ("mandate", .string("LUOTHER for LUACME"))]
            case "registration.excise.emcs-users", "registration.excise.verification":
                [("requestId", .string("e1")), ("exciseNumber", .string("LU00000123456"))]
            case let name where name.hasPrefix("registration.excise."):
                [
                    ("requestId", .string("e1")), ("exciseNumber", .string("LU00000123456")),
                    ("reference", .string("M-1")),
                ]
            case let name where name.hasPrefix("registration.person."):
                [("requestId", .string("p1"))]
            case "registration.vehicle.import": vehicleDefaults
            case "registration.traveller.declaration":
                [
                    ("requestId", .string("t1")), ("arrivingFrom", .string("outside-eu")),
                    ("by", .string("air")), ("age", .number(JSONNumber(40))),
                ]
            case let name where name.hasPrefix("registration.relief."): reliefDefaults
            case "registration.supplement":
                [("requestId", .string("r1")), ("answer", .string("see the file"))]
            case "registration.withdrawal": [("requestId", .string("r1"))]
            case "approval.decision" where outcome == .string("granted"):
                [("requestId", .string("r1")), ("outcome", outcome)]
            case "approval.decision":
                [("requestId", .string("r1")), ("remarks", .string("see the file"))]
            case "approval.revocation": [("remarks", .string("see the file"))]
            case "approval.role": [("role", .string("manager"))]
            case "report.provisioning":
                [("method", .string("POST")), ("status", .string("201"))]
            default: []
            }
        return defaults.map { JSONObject.Member($0.0, $0.1) }
    }

    private func expand(_ name: String, _ value: JSONValue, in scene: Scene) throws -> JSONValue {
        guard case .string(let text) = value else { return value }
        switch name {
        case "documents": return .array(text.split(separator: ";").map(Self.document))
        case "vehicle": return Self.vehicle(text)
        case "plate": return Self.plate(text)
        case "owner":
            let names = text.split(separator: " ").map { JSONValue.string(String($0)) }
            return .object(
                JSONObject([
                    JSONObject.Member("givenName", names[0]),
                    JSONObject.Member("familyName", names[1]),
                ])
            )
        case "presents": return Self.presents(text)
        case "waive", "excluded":
            return .array(text.split(separator: ",").map { .string(String($0)) })
        case "reliefRequestId":
            return .string(scene.requestIdentifier(text)?.description ?? text)
        case "requestId": return .string(scene.requestIdentifier(text)?.description ?? text)
        case "users":
            return .array(
                try text.split(separator: ",").map {
                    .string(try scene.account(named: String($0)).description)
                }
            )
        case "account": return .string(try scene.account(named: text).description)
        case "obligation": return .string(scene.obligation(named: text).description)
        case "applicant": return Self.applicant(text)
        case "actor": return try Self.actor(text)
        case "guarantee" where self.name == "approval.guarantee":
            return .string(scene.guarantee(named: text).description)
        case "guarantee": return Self.guarantee(of: text)
        case "mandate": return .string(scene.mandate(named: text).text)
        case "representation": return Self.representation(text, in: scene)
        case "goods": return try ExampleGoods.list(text)
        case "operations", "products", "scope":
            return .array(text.split(separator: ",").map { .string(String($0)) })
        case "target" where text.hasPrefix("number "):
            let number = JSONValue.string(String(text.dropFirst(7)))
            return .object(JSONObject([JSONObject.Member("authorisation", number)]))
        case "target" where text.hasPrefix("mandate "):
            let mandate = scene.mandate(named: String(text.dropFirst(8)))
            return .object(JSONObject([JSONObject.Member("mandate", .string(mandate.text))]))
        case "target":
            let account = try text.contains("@") ? scene.account(named: text).description : nil
            return .object(
                JSONObject([
                    JSONObject.Member(
                        account == nil ? "eori" : "account",
                        .string(account ?? text)
                    )
                ])
            )
        default: return value
        }
    }

    /// Such as `direct`, by the mandate of LUOTHER for LUACME unless another is named before it.
    private static func representation(_ text: String, in scene: Scene) -> JSONValue {
        let words = text.split(separator: " ").map(String.init)
        let mandate = words.dropLast().joined(separator: " ")
        let number = scene.mandate(named: mandate.isEmpty ? "LUOTHER for LUACME" : mandate)
        let kind = JSONObject.Member("kind", .string(words.last ?? ""))
        return .object(
            JSONObject(
                [JSONObject.Member("mandate", .string(number.text))]
                    + (words.last == "unsaid" ? [] : [kind])
            )
        )
    }

    /// Of so many euros.
    private static func guarantee(of amount: String) -> JSONValue {
        .object(
            JSONObject([
                JSONObject.Member("reference", .string("GRN-1")),
                JSONObject.Member("amount", .string(amount)),
                JSONObject.Member("currency", .string("EUR")),
            ])
        )
    }

    private static func applicant(_ name: String) -> JSONValue {
        .object(
            JSONObject([
                JSONObject.Member("subject", .string(subjectPrefix + name)),
                JSONObject.Member("authentication", .string("luxtrust")),
                JSONObject.Member("familyName", .string("Weber")),
                JSONObject.Member("givenName", .string(name)),
                JSONObject.Member("email", .string("\(name).weber@example.lu")),
            ])
        )
    }

    /// Such as `anne as manager`.
    private static func actor(_ text: String) throws -> JSONValue {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 3, words[1] == "as" else {
            throw ExampleFault("an actor is somebody `as` a role, not \(text)")
        }
        return .object(
            JSONObject([
                JSONObject.Member("role", .string(words[2])),
                JSONObject.Member("subject", .string(subjectPrefix + words[0])),
                JSONObject.Member("name", .string("\(words[0]) Weber")),
            ])
        )
    }
}
