import Domain
import Workflow

// Accounts, and what they are entitled to.
extension SQLiteTransaction {
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
        try entitle(connection.lastInsertedNumber, to: account.entitlements)
        connection.state.count(.accounts(account.status), 1)
    }

    func update(_ account: Account) throws {
        let lookup = try statement(.accountState)
        lookup.bind(account.identifier.uuid)
        guard
            let stored = try lookup.first({ row in
                (account: try row.account(), number: row.integer(Statement.accountColumnCount))
            })
        else { throw contradiction("no account \(account.identifier)") }
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
            let deletion = try self.statement(.deleteEntitlements)
            deletion.bind(stored.number)
            try deletion.run()
            try entitle(stored.number, to: account.entitlements)
        }
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
            try statement.run()
        }
    }
}
