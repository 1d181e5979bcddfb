import Domain
import Workflow

// Accounts, and what they are entitled to.
extension SQLiteTransaction {
    func account(_ identifier: AccountIdentifier) throws -> Account? {
        try checkUsable()
        return try stored(identifier)?.account
    }

    private func stored(
        _ identifier: AccountIdentifier
    ) throws -> (account: Account, number: Int64)? {
        if let latest = connection.latestAccount, latest.account.identifier == identifier {
            return latest
        }
        let stored = try statement(.accountState, identifier.uuid).first { row in
            (account: try row.account(), number: row.integer(Statement.accountColumnCount))
        }
        if let stored { connection.latestAccount = stored }
        return stored
    }

    func insert(_ account: Account) throws {
        let statement = try statement(.insertAccount)
        statement.bind(account.identifier.uuid)
        statement.bind(account.person.uuid)
        statement.bind(account.eori.text)
        statement.bind(account.request.uuid)
        statement.bind(account.role.rawValue)
        statement.bind(account.operations)
        statement.bind(account.status.rawValue)
        statement.bind(account.location)
        statement.bind(account.place?.path)
        statement.bind(account.former?.uuid)
        try statement.run()
        let number = connection.lastInsertedNumber
        try entitle(number, to: account.entitlements)
        connection.latestAccount = (account, number)
        connection.state.count(.accounts(account.status), 1)
    }

    func update(_ account: Account) throws {
        guard let stored = try stored(account.identifier) else {
            throw contradiction("no account \(account.identifier)")
        }
        // Until all of it is written.
        connection.latestAccount = nil
        // The provisioner words where a user lives, and may name the person by it.
        if account.status == .deleted { connection.state.traces += 1 }
        let statement = try statement(.updateAccount)
        statement.bind(account.role.rawValue)
        statement.bind(account.operations)
        statement.bind(account.status.rawValue)
        statement.bind(account.location)
        statement.bind(account.place?.path)
        statement.bind(account.former?.uuid)
        statement.bind(stored.number)
        try statement.run()
        if stored.account.entitlements != account.entitlements {
            try self.statement(.deleteEntitlements, stored.number).run()
            try entitle(stored.number, to: account.entitlements)
        }
        connection.latestAccount = (account, stored.number)
        guard stored.account.status != account.status else { return }
        connection.state.count(.accounts(stored.account.status), -1)
        connection.state.count(.accounts(account.status), 1)
    }

    private func entitle(_ number: Int64, to entitlements: [Entitlement]) throws {
        for entitlement in entitlements {
            let statement = try statement(.insertEntitlement)
            statement.bind(number)
            statement.bind(entitlement.kind)
            statement.bind(entitlement.number.text)
            statement.bind(entitlement.mandate?.text ?? "-")
            try statement.run()
        }
    }
}
