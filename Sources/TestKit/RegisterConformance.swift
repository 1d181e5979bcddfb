public import Contract
public import Domain
public import Workflow

/// What every adapter of the port `Register` must do: one list of checks, run against each.
public struct RegisterConformance: Sendable, CustomStringConvertible {
    public let name: String
    private let check: @Sendable (any Register) async throws -> Void

    init(_ name: String, _ check: @escaping @Sendable (any Register) async throws -> Void) {
        self.name = name
        self.check = check
    }

    public var description: String { name }

    /// What must hold within one transaction.
    static func inOne(
        _ name: String,
        _ check: @escaping @Sendable (any MaintenanceTransaction) throws -> Void
    ) -> Self {
        Self(name) { try await $0.write(check) }
    }

    /// - Parameter register: A fresh one, with nothing in it.
    /// - Throws: A `ConformanceFailure` that says what was expected.
    public func run(_ register: any Register) async throws {
        try await check(register)
    }

    public static let all: [RegisterConformance] =
        registerChecks + personChecks + transactionChecks + outboxChecks + parkedChecks
        + retryChecks
        + deferredChecks + deferredBoundChecks + cascadeChecks
        + clockChecks + dutyChecks + guaranteeChecks + outageChecks + mandateChecks + erasureChecks
        + erasureInPartsChecks
        + surrogateChecks + crashChecks
        + provisioningChecks + journalChecks + letterChecks + disclosureChecks
}

/// A register does not do what it must.
public struct ConformanceFailure: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) {
        self.description = description
    }
}

/// Thrown by the checks themselves, to see that it comes out again.
struct Deliberate: Error {}

/// - Throws: A `ConformanceFailure` unless `value` is `expected`.
func expect<Value: Equatable>(
    _ value: Value,
    equals expected: Value,
    _ what: String
) throws {
    guard value == expected else {
        throw ConformanceFailure(description: "\(what): \(value) where \(expected) was expected")
    }
}

/// - Throws: A `ConformanceFailure` unless `body` throws.
func expectThrows(_ what: String, _ body: () throws -> Void) throws {
    do {
        try body()
    } catch {
        return
    }
    throw ConformanceFailure(description: "\(what) was accepted")
}

/// - Throws: A `ConformanceFailure` where there is none.
func require<Value>(_ value: Value?, _ what: String) throws -> Value {
    guard let value else { throw ConformanceFailure(description: "\(what) is missing") }
    return value
}

extension MaintenanceTransaction {
    /// As of the samples' start.
    func apply(_ event: Event) throws { try apply(event, at: Sample.start) }

    /// - Parameter seconds: when the message is tried next.
    func deferSample(
        for request: RequestIdentifier,
        _ name: String,
        at seconds: Int64,
        user: String = "customs-backoffice",
        body: [UInt8] = [0, 255, 10]
    ) throws {
        try deferMessage(
            Sample.deferred(
                request: request,
                name: name,
                nextAttemptAt: Sample.instant(seconds),
                user: user,
                body: body
            )
        )
    }

    /// Returns what is due so many seconds after the samples' start.
    func due(_ seconds: Int64, limit: Int = 9) throws -> [DueWork] {
        try due(at: Sample.instant(seconds), limit: limit)
    }

    func requests(of person: PersonIdentifier) throws -> [Request] {
        try requests(of: person, after: nil, limit: 99)
    }

    func accounts(of person: PersonIdentifier) throws -> [Account] {
        try accounts(of: person, after: nil, limit: 99)
    }

    /// - Throws: A `ConformanceFailure` unless `body` throws.
    func refuses(_ what: String, _ body: () throws -> Void) throws {
        try expectThrows(what) { try savepoint(body) }
    }

    /// Undoes what `body` writes, by an error that comes out of the savepoint again.
    func undoing(_ body: () throws -> Void) throws {
        do {
            try savepoint {
                try body()
                throw Deliberate()
            }
        } catch is Deliberate {
            return
        }
        throw ConformanceFailure(description: "the error did not come out of the savepoint")
    }
}

/// Records to fill a register with; the same number gives the same record.
public enum Sample {
    public static let start = Instant(seconds: 1_790_000_000)

    public static func instant(_ seconds: Int64) -> Instant {
        start.advanced(bySeconds: seconds)
    }

    public static func requestIdentifier(_ number: UInt64) -> RequestIdentifier {
        RequestIdentifier(SequentialIdentifiers.identifier(number, series: 10))
    }

    public static func personIdentifier(_ number: UInt64) -> PersonIdentifier {
        PersonIdentifier(SequentialIdentifiers.identifier(number, series: 11))
    }

    public static func accountIdentifier(_ number: UInt64) -> AccountIdentifier {
        AccountIdentifier(SequentialIdentifiers.identifier(number, series: 12))
    }

    public static func obligationIdentifier(_ number: UInt64) -> ObligationIdentifier {
        ObligationIdentifier(SequentialIdentifiers.identifier(number, series: 13))
    }

    /// - Parameter number: 0 to 9.
    public static func exciseNumber(_ number: UInt64) -> AuthorisationNumber {
        AuthorisationNumber("LU0000012345\(number)")
    }

    public static func authorisation(
        _ number: UInt64,
        eori: EORI? = nil,
        warnAt: Instant? = nil,
        lapseAt: Instant? = nil
    ) -> Authorisation {
        Authorisation(
            number: exciseNumber(number),
            procedure: "excise",
            kind: "registered-consignee",
            request: requestIdentifier(number),
            eori: eori ?? Sample.eori(number),
            counterparty: number == 2 ? Sample.eori(9) : nil,
            scope: ["alcohol", "energy"],
            validFrom: CivilDate(dayNumber: 20_000),
            validUntil: CivilDate(dayNumber: 20_365),
            warnAt: warnAt,
            lapseAt: lapseAt
        )
    }

    public static func obligation(
        _ number: UInt64,
        kind: String = "ac4-declaration",
        manner: ObligationManner = .act,
        holder: Holder? = nil,
        reference: String? = nil,
        reminders: [Instant] = [],
        overdueAt: Instant? = nil
    ) -> Obligation {
        Obligation(
            identifier: obligationIdentifier(number),
            procedure: "excise",
            kind: kind,
            manner: manner,
            holder: holder ?? .economicOperator(eori(1)),
            authorisation: exciseNumber(1),
            reference: reference ?? "M-\(number)",
            request: requestIdentifier(number),
            arisenOn: CivilDate(dayNumber: 20_100),
            dueOn: CivilDate(dayNumber: 20_108),
            reminders: reminders,
            overdueAt: overdueAt
        )
    }

    public static func guaranteeIdentifier(_ number: UInt64) -> GuaranteeIdentifier {
        GuaranteeIdentifier(SequentialIdentifiers.identifier(number, series: 15))
    }

    public static func guarantee(
        _ number: UInt64,
        holder: Holder? = nil,
        authorisation: AuthorisationNumber? = nil,
        reference: String? = nil
    ) throws -> Guarantee {
        let guarantee = Guarantee(
            identifier: guaranteeIdentifier(number),
            procedure: "excise",
            holder: holder ?? .economicOperator(eori(number)),
            authorisation: authorisation,
            reference: reference,
            request: requestIdentifier(number),
            amountCents: 50_000
        )
        guard let guarantee else { throw ConformanceFailure(description: "no sample") }
        return guarantee
    }

    public static func eori(_ number: UInt64) -> EORI { EORI(canonical: "LU\(10_000 + number)") }

    public static func person(_ number: UInt64) -> Person {
        Person(
            identifier: personIdentifier(number),
            subject: "eaccess-\(number)",
            details: Applicant(
                subject: "eaccess-\(number)",
                authentication: .luxTrust,
                familyName: "Müller-\(number)",
                givenName: "Zoë",
                email: "zoe.\(number)@example.lu",
                languages: [.luxembourgish, .french]
            )
        )
    }

    public static func request(
        _ number: UInt64,
        status: RequestStatus = .pending,
        eori: EORI? = nil,
        expireAt: Instant? = nil
    ) -> Request {
        Request(
            identifier: requestIdentifier(number),
            procedure: "access",
            profile: "company",
            person: personIdentifier(number),
            eori: eori ?? Sample.eori(number),
            requested: OperationSet([.import, .transit]),
            status: status,
            submittedAt: instant(Int64(number)),
            remindAt: expireAt?.advanced(bySeconds: -10),
            expireAt: expireAt
        )
    }

    static func economicOperator(
        _ number: UInt64,
        _ kind: OperatorKind = .company
    ) -> EconomicOperator {
        EconomicOperator(
            eori: eori(number),
            kind: kind,
            operations: .all,
            request: requestIdentifier(number)
        )
    }

    public static func account(_ number: UInt64, eori: EORI? = nil) -> Account {
        Account(
            identifier: accountIdentifier(number),
            person: personIdentifier(number),
            eori: eori ?? Sample.eori(number),
            request: requestIdentifier(number),
            role: .manager,
            operations: OperationSet([.import]),
            status: .provisioning
        )
    }

    static func change(
        _ request: Request,
        from previous: RequestStatus = .pending,
        by originator: Originator = .rule,
        remarks: String? = nil
    ) -> Event {
        .requestChanged(request, previous: previous, by: originator, remarks: remarks)
    }

    static func change(
        _ authorisation: Authorisation,
        _ change: AuthorisationChange,
        remarks: String? = nil
    ) -> Event {
        .authorisationChanged(authorisation, previous: .active, change, by: .rule, remarks: remarks)
    }

    static func change(
        _ previous: Account,
        to account: Account,
        _ change: AccountChange = .operationsChanged,
        by originator: Originator = .rule,
        remarks: String? = nil
    ) -> Event {
        .accountChanged(account, previous: previous, change, by: originator, remarks: remarks)
    }

    public static func entry(_ number: Int, request: RequestIdentifier? = nil) -> JournalEntry {
        JournalEntry(
            time: instant(Int64(number)),
            event: #"{"event":"n\#(number)"}"#,
            cause: #"{"cause":"é\#(number)"}"#,
            request: request
        )
    }

    public static func key(_ number: UInt8) -> InboxKey {
        InboxKey(bytes: [UInt8](repeating: number, count: 16))
    }

    public static func message(
        _ name: String,
        account: AccountIdentifier? = nil,
        body: [UInt8]? = nil,
        subject: String? = nil,
        routingKey: String? = nil
    ) -> OutboundMessage {
        OutboundMessage(
            exchange: .out,
            routingKey: routingKey ?? "mail.\(name)",
            mandatory: true,
            properties: MessageProperties(
                contentType: "application/cloudevents+json",
                headers: [HeaderField("x", .integer(-1)), HeaderField("y", .void)],
                deliveryMode: 2,
                messageIdentifier: "id-\(name)",
                timestampSeconds: 7
            ),
            body: body ?? Array("body of \(name)".utf8),
            subject: subject ?? "subject-\(name)",
            account: account
        )
    }

    public static func deferred(
        request: RequestIdentifier,
        name: String,
        nextAttemptAt: Instant,
        user: String = "customs-backoffice",
        body: [UInt8] = [0, 255, 10]
    ) -> DeferredMessage {
        DeferredMessage(
            entry: DeferredEntry(
                request: request,
                user: user,
                routingKey: "approval.\(name)",
                receivedAt: start,
                attempts: 1,
                nextAttemptAt: nextAttemptAt
            ),
            message: InboundMessage(
                queue: .approvals,
                routingKey: "approval.\(name)",
                redelivered: true,
                properties: MessageProperties(userIdentifier: user),
                body: body
            )
        )
    }
}
