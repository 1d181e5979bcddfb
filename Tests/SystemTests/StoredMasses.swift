import Domain
import Foundation
import GRDB
import Storage

/// Many records in the store of a daemon that is not running, as years of use leave them: written
/// by SQL, with the counts that go with them. The journal knows nothing of them.
struct StoredMasses {
    private let database: DatabaseQueue
    private let path: String

    init(_ installation: Installation) throws {
        path = installation.storePath
        // On disk once, at the end.
        var configuration = Configuration()
        configuration.prepareDatabase {
            try $0.execute(sql: "PRAGMA synchronous = OFF; PRAGMA cache_size = -500000")
        }
        database = try DatabaseQueue(
            path: path,
            configuration: configuration
        )
    }

    /// Which operations 'import' and 'transit' are.
    private static let operations = Int(OperationSet([.import, .transit]).bits)

    /// What `printf` makes a 16-byte identifier of.
    private static func identifier(_ letter: String) -> String {
        "CAST(printf('\(letter)%015d', i) AS BLOB)"
    }

    private static func numbers(_ range: ClosedRange<Int>) -> String {
        """
        WITH RECURSIVE n(i) AS (
            SELECT \(range.lowerBound) UNION ALL SELECT i + 1 FROM n WHERE i < \(range.upperBound))
        """
    }

    /// People with nothing but a name.
    func addPersons(_ range: ClosedRange<Int>) throws {
        try write(
            """
            INSERT INTO person (id, subject, authentication, family_name, given_name, email,
                restricted)
            \(Self.numbers(range)) SELECT \(Self.identifier("p")), 'eaccess:stored' || i, 'luxtrust',
                'Weber', 'Stored', 'stored' || i || '@example.lu', 0 FROM n
            """
        )
    }

    /// Companies, each with a granted request, an operator and the account of its legal
    /// representative.
    func addCompanies(_ range: ClosedRange<Int>) throws {
        try addPersons(range)
        let eori = "'LU' || (10000000 + i)"
        try addRequests(range, eori: eori, profile: "company", status: "granted")
        try write(
            """
            INSERT INTO economic_operator (eori, kind, operations, status, request)
            \(Self.numbers(range)) SELECT \(eori), 'company', \(Self.operations), 'registered',
                \(Self.identifier("r")) FROM n
            """
        )
        try addAccounts(range, eori: eori, role: "legal-representative")
    }

    /// - Parameters:
    ///   - eori: an SQL expression; `i` is the number.
    func addRequests(
        _ range: ClosedRange<Int>,
        eori: String,
        profile: String,
        status: String
    ) throws {
        try write(
            """
            INSERT INTO request (id, procedure, profile, person, eori, requested, authorised, status,
                revision, submitted_at, changed_at)
            \(Self.numbers(range)) SELECT \(Self.identifier("r")), 'access', '\(profile)',
                \(Self.identifier("p")), \(eori), \(Self.operations), \(Self.operations),
                '\(status)', 2, 1700000000000 + i, 1700000000000 + i FROM n
            """
        )
        try count("request", "access", status, range.count)
    }

    /// Accounts of the persons of the same numbers.
    func addAccounts(_ range: ClosedRange<Int>, eori: String, role: String) throws {
        try write(
            """
            INSERT INTO account (id, person, eori, request, role, operations, status)
            \(Self.numbers(range)) SELECT \(Self.identifier("a")), \(Self.identifier("p")), \(eori),
                \(Self.identifier("r")), '\(role)', \(Self.operations), 'active' FROM n
            """
        )
        try count("account", "", "active", range.count)
    }

    func addOperator(_ eori: String, request: Int) throws {
        try write(
            """
            INSERT INTO economic_operator (eori, kind, operations, status, request)
            \(Self.numbers(request...request)) SELECT '\(eori)', 'company', \(Self.operations),
                'registered', \(Self.identifier("r")) FROM n
            """
        )
    }

    /// Authorisations of `eori` that lapse now, under each of which `users` of the accounts from
    /// `first` on may use EMCS.
    func addLapsing(_ range: ClosedRange<Int>, eori: String, users: Int, first: Int) throws {
        let number = "'LU00000' || (10000000 + i)"
        let now = Int64(Date.now.timeIntervalSince1970 * 1000)
        try write(
            """
            INSERT INTO authorisation (name, request, eori, procedure, kind, scope, valid_from,
                valid_until, status, lapse_at)
            \(Self.numbers(range)) SELECT \(number), \(Self.identifier("x")), '\(eori)',
                'excise', 'registered-consignee', 'energy', '2020-01-01', '2026-01-01', 'active', \(now) FROM n
            """
        )
        try write(
            """
            INSERT INTO entitlement (account, kind, number, mandate)
            \(Self.numbers(range)) SELECT account.number, 'emcs', \(number), '-'
            FROM n JOIN account ON account.id >= CAST(printf('a%015d', \(first)) AS BLOB)
                AND account.id < CAST(printf('a%015d', \(first + users)) AS BLOB)
            """
        )
        try count("authorisation", "registered-consignee", "active", range.count)
    }

    private func count(_ kind: String, _ name: String, _ status: String, _ count: Int) throws {
        try database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO tally (kind, name, status, count) VALUES (?, ?, ?, ?)
                    ON CONFLICT (kind, name, status) DO UPDATE SET count = count + excluded.count
                    """,
                arguments: [kind, name, status, count]
            )
        }
    }

    private func write(_ text: String) throws {
        try database.write { try $0.execute(sql: text) }
    }

    /// Ends it. All of it is on disk: the daemon's commits are not to wait for that.
    func close() throws {
        try database.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.synchronize()
        try file.close()
    }
}
