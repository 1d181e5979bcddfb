import Contract
import Domain
import Synchronization

@testable import Procedures

/// What messages are decided against in an example, and the names that the example uses.
///
/// Requests are called by any word; people by their given name in lower case; an account by its
/// holder and operator, such as `anne@LUACME`, a second one of the same kind `anne@LUACME#2`.
final class Scene {
    static let start = Instant(seconds: 1_795_168_800)  // 2026-11-20T10:00:00Z, a Friday
    private static let definitions = Dictionary(
        uniqueKeysWithValues: ProcedureCatalogue.messages.map { ($0.routingKey, $0) }
    )

    let register = ExampleRegister()
    private(set) var now = Scene.start
    private var identifiers = CountedIdentifiers(after: 0)
    private var requestNames: [RequestIdentifier: String] = [:]
    /// Of everybody who was ever recorded.
    private var subjects: [PersonIdentifier: String] = [:]
    private let settings: ProcedureSettings

    init(
        deadlines: ProcedureSettings.Deadlines? = nil,
        awaitReport: Bool = false,
        values: SettingValues = SettingValues(),
        tries: Int = 3,
        terms: TermsSettings = TermsSettings(),
        figureBasis: FigureBasis = .seed
    ) {
        let names = ProcedureCatalogue.procedures.map { $0.name }
        var settings = ProcedureSettings(
            deadlines: Dictionary(uniqueKeysWithValues: names.map { ($0, deadlines) })
                .compactMapValues(\.self),
            retention: ["excise": [.granted: .seconds(86_400), .answered: .seconds(86_400)]],
            provisioning: ProvisioningSettings(awaitReport: awaitReport, tries: tries),
            terms: terms,
            values: values
        )
        settings.figureBasis = figureBasis
        self.settings = settings
    }

    /// What becomes of `message`. Changes nothing but the clock.
    func outcome(of message: ExampleMessage) throws -> Outcome {
        if let time = message.time { now = time }
        let start = identifiers.count
        let first = try decide(message)
        identifiers = CountedIdentifiers(after: start)
        let second = try decide(message)
        guard first == second else {
            throw ExampleFault("\(message.name) is not decided the same way twice")
        }
        return second
    }

    func apply(_ events: [Event]) throws {
        let events = Lifecycle.retaining(events, by: settings)
        let reportDue = now.advanced(bySeconds: settings.provisioning.reportWithinSeconds)
        for event in events {
            try register.apply(event, at: now)
            try register.expectOrder(after: event, dueAt: reportDue)
            if case .personRecorded(let person) = event {
                subjects[person.identifier] = person.subject
            }
        }
    }

    private func decide(_ message: ExampleMessage) throws -> Outcome {
        let outcome = try outcome(of: message, in: context)
        guard case .apply(let events) = outcome else { return outcome }
        return .apply(try Lifecycle.closing(events, in: context))
    }

    private var context: DecisionContext {
        DecisionContext(
            register: register,
            now: now,
            identifiers: identifiers,
            settings: settings
        )
    }

    private func outcome(
        of message: ExampleMessage,
        in context: DecisionContext
    ) throws -> Outcome {
        switch message.name {
        case "timer.expire":
            return .apply(try Lifecycle.expire(try request(of: message), in: context))
        case "timer.remind":
            return .apply(try Lifecycle.remind(try request(of: message), in: context))
        case "timer.escalate":
            return .apply(try Lifecycle.escalate(try request(of: message), in: context))
        case "timer.erase":
            return .apply(try Lifecycle.erase(try request(of: message), in: context))
        case "timer.warn":
            return .apply(try Lifecycle.warn(try exciseNumber(of: message), in: context))
        case "timer.lapse":
            return .apply(try Lifecycle.lapse(try exciseNumber(of: message), in: context))
        case "timer.remind-obligation":
            return .apply(try Lifecycle.remind(try obligation(of: message), in: context))
        case "timer.overdue":
            return .apply(try Lifecycle.overdue(try obligation(of: message), in: context))
        case "timer.follow":
            return .apply(
                try register.cascades.flatMap { try AccountManagement.continue($0, in: context) }
            )
        case "broker.confirmed":
            guard let order = try orders(of: message).first(where: { $0.state == .awaited })
            else { return .apply([]) }
            return .apply(try AccountManagement.confirmed(order, in: context))
        case "timer.provisioning":
            return .apply(
                try orders(of: message).flatMap { try AccountManagement.due($0, in: context) }
            )
        default:
            return try read(message).decide(in: context)
        }
    }

    private func request(of message: ExampleMessage) throws -> RequestIdentifier {
        guard let identifier = requestIdentifier(try message.text("requestId")) else {
            throw ExampleFault("\(message.name) needs a requestId")
        }
        return identifier
    }

    private func exciseNumber(of message: ExampleMessage) throws -> AuthorisationNumber {
        guard message.members.contains(where: { $0.name == "mandate" }) else {
            return AuthorisationNumber(try message.text("exciseNumber"))
        }
        return mandate(named: try message.text("mandate"))
    }

    /// Such as `LUOTHER for LUACME`, a second one `LUOTHER for LUACME#2`; an id that no mandate has
    /// for one that there is not.
    func mandate(named name: String) -> AuthorisationNumber {
        register.authorisations.first { self.name(of: $0) == name }?.number
            ?? AuthorisationNumber(
                UniversalIdentifier(random: Array(repeating: 0xff, count: 16)).text
            )
    }

    /// Its number; of a mandate, who acts for whom.
    func name(of authorisation: Authorisation) -> String {
        guard let counterparty = authorisation.counterparty else {
            return authorisation.number.text
        }
        let same = register.authorisations.filter {
            $0.eori == authorisation.eori && $0.counterparty == counterparty
        }
        let index = same.firstIndex { $0.number == authorisation.number } ?? 0
        return "\(authorisation.eori) for \(counterparty)" + (index == 0 ? "" : "#\(index + 1)")
    }

    /// Such as `ac4-declaration M-1`.
    private func obligation(of message: ExampleMessage) throws -> ObligationIdentifier {
        let name = try message.text("obligation")
        let found = register.obligations.first { self.name(of: $0) == name }
        guard let found else { throw ExampleFault("no obligation is called \(name)") }
        return found.identifier
    }

    /// The kind, and the request or the movement that it is about.
    private func name(of obligation: Obligation) -> String {
        "\(obligation.kind) \(reference(of: obligation))"
    }

    /// What an obligation is about; a request goes by its name.
    func reference(of obligation: Obligation) -> String {
        RequestIdentifier(obligation.reference).map { name(of: $0) } ?? obligation.reference
    }

    /// An id that no obligation has for one that there is not.
    func obligation(named name: String) -> ObligationIdentifier {
        register.obligations.first { self.name(of: $0) == name }?.identifier
            ?? ObligationIdentifier(
                UniversalIdentifier(random: Array(repeating: 0xff, count: 16))
            )
    }

    func guarantee(named name: String) -> GuaranteeIdentifier {
        register.records.guarantees.all.first { self.name(of: $0) == name }?.identifier
            ?? GuaranteeIdentifier(
                UniversalIdentifier(random: Array(repeating: 0xff, count: 16))
            )
    }

    /// The number of the authorisation, and the movement, if it secures one.
    func name(of guarantee: Guarantee) -> String {
        [guarantee.authorisation?.text, guarantee.reference].compactMap(\.self)
            .joined(separator: " ")
    }

    private func orders(of message: ExampleMessage) throws -> [ProvisioningOrder] {
        try register.provisioningOrders(of: try account(named: try message.text("account")))
    }

    /// Reads the message as the daemon does; what is wrong with its shape is a refusal.
    private func read(_ message: ExampleMessage) throws -> any Command {
        guard let definition = Self.definitions[message.name] else {
            throw ExampleFault("no message is called \(message.name)")
        }
        let data = try message.expanded(in: self)
        let subject = try message.subject(in: self) ?? data["requestId"].flatMap(Self.text)
        let envelope = Envelope(
            identifier: "1",
            source: "urn:example",
            type: "lu.etat.do.\(message.name).v1",
            time: now,
            subject: subject,
            traceParent: nil,
            reason: message.name.hasPrefix("report.operator.") ? "because" : nil
        )
        var reader = PayloadReader(data, envelope: envelope)
        let command = definition.read(&reader, envelope)
        let findings = reader.finish()
        guard findings.isEmpty, let command else { return Misshapen(findings: findings) }
        return command
    }

    private static func text(_ value: JSONValue) -> String? {
        guard case .string(let text) = value else { return nil }
        return text
    }

    // MARK: Names

    /// The id that a request's name stands for: the same in every example.
    func requestIdentifier(_ name: String) -> RequestIdentifier? {
        if let given = RequestIdentifier(name) { return given }
        // FNV-1a, for both halves of the UUID.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var bytes: [UInt8] = []
        for half in UInt8(0)...1 {
            for byte in Array(name.utf8) + [half] {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
        }
        let identifier = RequestIdentifier(UniversalIdentifier(random: bytes))
        requestNames[identifier] = name
        return identifier
    }

    func name(of request: RequestIdentifier) -> String {
        requestNames[request] ?? request.description
    }

    func name(of person: PersonIdentifier) -> String {
        guard let subject = subjects[person] else { return "nobody" }
        return String(subject.dropFirst(ExampleMessage.subjectPrefix.count))
    }

    func name(of account: Account) -> String {
        let same = register.accounts(of: account.eori).filter { $0.person == account.person }
        let index = same.firstIndex { $0.identifier == account.identifier } ?? 0
        return "\(name(of: account.person))@\(account.eori)" + (index == 0 ? "" : "#\(index + 1)")
    }

    /// The account of that name; an id that no account has for one that is called `nobody`.
    func account(named name: String) throws -> AccountIdentifier {
        if let given = AccountIdentifier(name) { return given }
        if name == "nobody" {
            return AccountIdentifier(
                UniversalIdentifier(random: Array(repeating: 0xff, count: 16))
            )
        }
        guard let found = register.accounts.first(where: { self.name(of: $0) == name }) else {
            throw ExampleFault("no account is called \(name)")
        }
        return found.identifier
    }
}

/// A message that its reader refused.
private struct Misshapen: Command {
    let findings: [Finding]

    var request: RequestIdentifier? { nil }
    var speaker: String? { nil }

    func decide(in _: DecisionContext) -> Outcome {
        .refuse(Problem(.schema, "the payload does not follow the schema", findings: findings))
    }
}

/// Identifiers that are counted.
final class CountedIdentifiers: IdentifierSource {
    private let state: Mutex<UInt64>

    init(after count: UInt64) {
        self.state = Mutex(count)
    }

    var count: UInt64 { state.withLock { $0 } }

    func next() -> UniversalIdentifier {
        let number = state.withLock { count in
            count += 1
            return count
        }
        return UniversalIdentifier(
            random: [UInt8](repeating: 0, count: 8)
                + (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        )
    }
}

/// An example that does not make sense, as opposed to one that does not hold.
struct ExampleFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
