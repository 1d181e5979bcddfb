import Contract
import Domain
import GRDB
import TestKit
import Workflow

@testable import Storage

/// A store with a life behind it: what people asked for, what came of it, and checkpoints.
struct JournalLife {
    static let key = Result { try JournalKey(seed: [UInt8](repeating: 7, count: 32)) }
    /// How many people there are; each leaves `entriesEach` entries.
    static let people: UInt64 = 12
    static let entriesEach: Int64 = 13

    let folder: TemporaryFolder
    /// The checkpoints, as they were published.
    let published: [JournalCheckpoint]

    /// - Parameter copyAfter: Copies the store, closed, when so many people have come.
    init(copyAfter: UInt64? = nil, to copy: TemporaryFolder? = nil) async throws {
        folder = try TemporaryFolder()
        var published: [JournalCheckpoint] = []
        for number in 1...Self.people {
            let store = try SQLiteRegister(path: folder.store)
            let checkpoint = try await store.write { transaction in
                try Self.live(number, transaction)
                return number.isMultiple(of: 4) ? try Self.sign(transaction) : nil
            }
            try await store.close()
            if let checkpoint { published.append(checkpoint) }
            if number == copyAfter { try copy?.setBytes(try folder.bytes()) }
        }
        self.published = published
    }

    private static func live(_ number: UInt64, _ transaction: any MaintenanceTransaction) throws {
        var request = Sample.request(number, expireAt: Sample.instant(900))
        var account = Sample.account(number)
        let before = account
        let owner = EconomicOperator(
            eori: Sample.eori(number),
            kind: .company,
            operations: request.requested,
            request: request.identifier
        )
        var events: [Event] = [
            .personRecorded(Sample.person(number)), .requestSubmitted(request),
        ]
        if number.isMultiple(of: 3) {
            request.status = .rejected
            request.reason = .rule(.operatorExists)
        } else {
            request.status = .granted
            request.authorised = OperationSet([.import])
        }
        request.revision = 2
        request.changedAt = Sample.instant(Int64(number) + 10)
        request.expireAt = nil
        events += [
            .requestChanged(request, previous: .pending, by: .rule, remarks: "no"),
            .operatorRegistered(owner), .accountOpened(account),
        ]
        account.status = .active
        account.location = "/Users/\(number)"
        events.append(
            .accountChanged(account, previous: before, .provisioned, by: .provisioner, remarks: nil)
        )
        events += duties(of: number) + (try guarantee(of: number))
        events += [.outageBegan(outage(number), by: .rule)]
        for event in events {
            try transaction.apply(event, at: request.changedAt)
            try transaction.append(
                JournalEntry(
                    time: request.changedAt,
                    event: JournalFormat().event(event),
                    cause: #"{"queue":"registrations","user":"ntp-portal","id":"e-\#(number)"}"#,
                    request: request.identifier
                )
            )
        }
    }

    /// An authorisation and an obligation, each with a change.
    private static func duties(of number: UInt64) -> [Event] {
        let granted = Authorisation(
            number: AuthorisationNumber("LU000000000\(10 + number)"),
            procedure: "excise",
            kind: "authorised-warehousekeeper",
            request: Sample.requestIdentifier(number),
            eori: Sample.eori(number),
            scope: ["tobacco"],
            validFrom: CivilDate(dayNumber: 20_000),
            validUntil: CivilDate(dayNumber: 20_365),
            warnAt: Sample.instant(500),
            lapseAt: Sample.instant(900)
        )
        var warned = granted
        warned.warnAt = nil
        let opened = Obligation(
            identifier: Sample.obligationIdentifier(number),
            procedure: "excise",
            kind: "ac4-declaration",
            holder: .economicOperator(Sample.eori(number)),
            authorisation: granted.number,
            reference: "M-\(number)",
            request: Sample.requestIdentifier(number),
            arisenOn: CivilDate(dayNumber: 20_100),
            dueOn: CivilDate(dayNumber: 20_108),
            reminders: [Sample.instant(500), Sample.instant(700)],
            overdueAt: Sample.instant(900)
        )
        var reminded = opened
        reminded.reminders = [Sample.instant(700)]
        return [
            .authorisationGranted(granted),
            .authorisationChanged(
                warned,
                previous: .active,
                .warned,
                by: .timer("warn"),
                remarks: nil
            ),
            .obligationOpened(opened),
            .obligationChanged(
                reminded,
                previous: .open,
                .reminded,
                by: .timer("remind-obligation")
            ),
        ]
    }

    private static func outage(_ number: UInt64) -> Outage {
        Outage(
            identifier: OutageIdentifier(SequentialIdentifiers.identifier(number, series: 16)),
            system: "emcs",
            since: Sample.instant(Int64(number)),
            until: Sample.instant(Int64(number) + 1),
            toldDownAt: Sample.instant(3),
            toldUpAt: Sample.instant(4),
            remarks: "in no journal"
        )
    }

    /// A guarantee with a change.
    private static func guarantee(of number: UInt64) throws -> [Event] {
        let held = try Sample.guarantee(
            number,
            authorisation: AuthorisationNumber("LU000000000\(10 + number)"),
            reference: "M-\(number)"
        )
        return [.guaranteeHeld(held, by: .rule, remarks: nil)]
            + (held.changed(.called, cents: 12_345).map {
                [.guaranteeChanged($0, previous: .held, .called, by: .rule, remarks: nil)]
            } ?? [])
    }

    private static func sign(
        _ transaction: any MaintenanceTransaction
    ) throws -> JournalCheckpoint {
        let last = try transaction.lastCheckpoint()
        let head = try transaction.journalHead()
        let key = try key.get()
        let checkpoint = try key.sign(
            JournalCheckpoint(
                number: (last?.number ?? 0) + 1,
                sequence: head.sequence,
                hash: head.hash,
                at: Sample.start,
                previous: last?.digest ?? JournalCheckpoint.noPrevious,
                key: key.publicKey.fingerprint
            )
        )
        try transaction.record(checkpoint)
        return checkpoint
    }

    // MARK: Behind the journal's back

    /// Carries SQL out on the file, as somebody with the rights to write there could.
    func tamper(_ statements: String..., in path: String? = nil) throws {
        let queue = try DatabaseQueue(path: path ?? folder.store)
        try queue.writeWithoutTransaction { database in
            for statement in statements { try database.execute(sql: statement) }
        }
        try queue.close()
    }

    func rows(_ query: String) throws -> [Row] {
        let queue = try DatabaseQueue(path: folder.store)
        return try queue.read { try Row.fetchAll($0, sql: query) }
    }

    /// Makes the chain good again from an entry on, as who alters an entry with care would.
    func rechain(from sequence: Int64) throws {
        let entries = try rows(
            "SELECT sequence, time, event, cause FROM journal ORDER BY sequence"
        )
        var previous = JournalChain.genesis
        for row in entries {
            let number: Int64 = row["sequence"]
            let (event, cause): (String, String) = (row["event"], row["cause"])
            let hash = JournalChain.hash(
                previous: previous,
                sequence: number,
                time: Instant(milliseconds: row["time"]),
                event: event.utf8.span,
                cause: cause.utf8.span
            )
            if number >= sequence {
                try tamper(
                    """
                    UPDATE journal SET previous = x'\(previous.hexadecimal)',
                        hash = x'\(hash.hexadecimal)' WHERE sequence = \(number)
                    """
                )
            }
            previous = hash
        }
    }

    /// What an audit finds, with the right key and the checkpoints that were published.
    func fault(
        keys: [JournalPublicKey]? = nil,
        witnesses: [JournalCheckpoint] = [],
        in path: String? = nil
    ) throws -> JournalFault? {
        let keys = try keys ?? [Self.key.get().publicKey]
        return try SQLiteRegisterReader(path: path ?? folder.store)
            .audit(JournalAudit(keys: keys, witnesses: witnesses)).fault
    }

    /// Takes it all back, so that one store serves many attempts.
    func attempt(_ body: () throws -> Void) throws {
        let original = try folder.bytes()
        try body()
        try folder.setBytes(original)
    }
}
