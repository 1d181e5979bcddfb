import Contract
import Domain
import Workflow

// Rows as records: the order of columns is the one in `Statement`.

extension SQLiteStatement {
    func request() throws -> Request {
        Request(
            identifier: RequestIdentifier(try identifier(1)),
            procedure: text(2),
            profile: text(3),
            person: PersonIdentifier(try identifier(4)),
            eori: optionalText(5).map(EORI.init(canonical:)),
            requested: try operations(6),
            authorised: try operations(7),
            status: try value(8),
            approvals: (optionalText(18) ?? "").split(separator: " ").map(String.init),
            revision: Int(integer(9)),
            reason: isNull(10) ? nil : try value(10),
            kept: try words(11) ?? [],
            submittedAt: instant(12),
            changedAt: instant(13),
            remindAt: optionalInstant(14),
            escalateAt: optionalInstant(15),
            expireAt: optionalInstant(16),
            eraseAt: optionalInstant(17)
        )
    }

    func person() throws -> Person {
        let subject = text(1)
        return Person(
            identifier: PersonIdentifier(try identifier(0)),
            subject: subject,
            details: isNull(2)
                ? nil
                : Applicant(
                    subject: subject,
                    authentication: try value(2),
                    familyName: text(3),
                    givenName: text(4),
                    email: text(5),
                    languages: try words(6)
                ),
            signature: optionalText(7),
            isRestricted: integer(8) != 0
        )
    }

    func economicOperator(_ eori: EORI) throws -> EconomicOperator {
        EconomicOperator(
            eori: eori,
            kind: try value(0),
            operations: try operations(1),
            status: try value(2),
            request: RequestIdentifier(try identifier(3))
        )
    }

    func account() throws -> Account {
        Account(
            identifier: AccountIdentifier(try identifier(0)),
            person: PersonIdentifier(try identifier(1)),
            eori: EORI(canonical: text(2)),
            request: RequestIdentifier(try identifier(3)),
            role: try value(4),
            operations: try operations(5),
            status: try value(6),
            location: optionalText(7),
            former: isNull(9) ? nil : AccountIdentifier(try identifier(9)),
            entitlements: try entitlements(10)
        )
    }

    /// By turns kinds, numbers and mandates.
    private func entitlements(_ column: Int32) throws -> [Entitlement] {
        guard let text = optionalText(column) else { return [] }
        let words = text.split(separator: " ").map(String.init)
        guard words.count.isMultiple(of: 3) else { throw damaged("'\(text)' is no entitlement") }
        return stride(from: 0, to: words.count, by: 3).map { place in
            let mandate = words[place + 2]
            return Entitlement(
                words[place],
                under: AuthorisationNumber(words[place + 1]),
                by: mandate == "-" ? nil : AuthorisationNumber(mandate)
            )
        }.sorted()
    }

    func provisioningOrder() throws -> ProvisioningOrder {
        ProvisioningOrder(
            account: AccountIdentifier(try identifier(0)),
            number: Int(integer(1)),
            method: try value(2),
            tries: try words(3) ?? [],
            missed: try words(10) ?? [],
            state: try value(4),
            next: isNull(5) ? nil : try value(5),
            failure: try failure(6),
            dueAt: optionalInstant(7),
            causation: text(8),
            traceParent: optionalText(9),
            message: isNull(11) ? nil : integer(11)
        )
    }

    private func failure(_ column: Int32) throws -> ProvisioningFailure? {
        guard let text = optionalText(column) else { return nil }
        guard let failure = ProvisioningFailure(text: text) else {
            throw damaged("'\(text)' is no reason to give an order up")
        }
        return failure
    }

    func deferredEntry() throws -> DeferredEntry {
        DeferredEntry(
            sequence: integer(0),
            request: RequestIdentifier(try identifier(1)),
            user: text(2),
            routingKey: text(3),
            receivedAt: instant(4),
            attempts: Int(integer(5)),
            nextAttemptAt: instant(6)
        )
    }

    func deferredMessage() throws -> DeferredMessage {
        let entry = try deferredEntry()
        return DeferredMessage(
            entry: entry,
            message: InboundMessage(
                queue: try value(7),
                routingKey: entry.routingKey,
                redelivered: integer(8) != 0,
                properties: try properties(9),
                body: bytes(10),
                replay: try replay(11)
            )
        )
    }

    /// Why it is replayed was kept when it was deferred.
    private func replay(_ column: Int32) throws -> Replay? {
        guard !isNull(column) else { return nil }
        return Replay(
            letter: DeadLetterIdentifier(try identifier(column)),
            user: text(column + 2),
            number: integer(column + 1),
            reason: nil
        )
    }

    /// - Parameter phrase: The bytes of a phrase, by its fingerprint.
    func outboxRow(phrase: (Int64) throws -> [UInt8]?) throws -> OutboxRow {
        guard let body = try BodyCodec.decode(bytes(5), phrase: phrase) else {
            throw damaged("the body of outbox message \(integer(0)) cannot be put together")
        }
        return OutboxRow(
            sequence: integer(0),
            message: OutboundMessage(
                exchange: try value(1),
                routingKey: text(2),
                mandatory: integer(3) != 0,
                properties: try properties(4),
                body: body,
                subject: text(6),
                account: isNull(7) ? nil : AccountIdentifier(try identifier(7))
            ),
            about: try identifiers(8).map(PersonIdentifier.init)
        )
    }

    func operations(_ column: Int32) throws -> OperationSet {
        let bits = integer(column)
        guard let byte = UInt8(exactly: bits), OperationSet(bits: byte).bits == byte else {
            throw damaged("\(bits) is no set of operations")
        }
        return OperationSet(bits: byte)
    }

    /// Words with a blank between each two.
    func words<Word: RawRepresentable<String>>(_ column: Int32) throws -> [Word]? {
        guard let words = optionalText(column) else { return nil }
        return try words.split(separator: " ").map { text in
            guard let word = Word(rawValue: String(text)) else {
                throw damaged("'\(text)' is no \(Word.self)")
            }
            return word
        }
    }
}

extension Person: Bindable {
    func bind(to statement: SQLiteStatement) {
        statement.bind(identifier.uuid)
        statement.bind(subject)
        statement.bind(details?.authentication.rawValue)
        statement.bind(details?.familyName)
        statement.bind(details?.givenName)
        statement.bind(details?.email)
        statement.bind(details?.languages.map { $0.map(\.rawValue).joined(separator: " ") })
        statement.bind(signature)
        statement.bind(isRestricted)
    }
}
