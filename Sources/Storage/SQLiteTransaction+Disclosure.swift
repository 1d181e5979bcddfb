import Domain
import Workflow

// What was gathered of a disclosure that is too large for one transaction.
extension SQLiteTransaction {
    func disclosure(of person: PersonIdentifier) throws -> DisclosureProgress? {
        let statement = try statement(.disclosureByPerson)
        statement.bind(person.uuid)
        return try statement.first { row in
            DisclosureProgress(
                stage: try row.value(0),
                reached: row.isNull(1) ? nil : try row.identifier(1),
                place: row.integer(2),
                parts: Int(row.integer(3)),
                hasAllMentions: row.integer(4) != 0
            )
        }
    }

    func record(
        _ progress: DisclosureProgress?,
        ofDisclosureTo person: PersonIdentifier
    ) throws {
        guard let progress else {
            let deletion = try statement(.deleteDisclosure)
            deletion.bind(person.uuid)
            try deletion.run()
            return
        }
        let statement = try statement(.recordDisclosure)
        statement.bind(person.uuid)
        statement.bind(progress.stage.rawValue)
        statement.bind(progress.reached)
        statement.bind(progress.place)
        statement.bind(progress.parts)
        statement.bind(progress.hasAllMentions)
        try statement.run()
    }

    func keep(
        _ lists: [UInt8],
        asPart number: Int,
        ofDisclosureTo person: PersonIdentifier
    ) throws {
        let statement = try statement(.insertDisclosurePart)
        statement.bind(person.uuid)
        statement.bind(number)
        statement.bind(lists)
        try statement.run()
    }

    func takePart(_ number: Int, ofDisclosureTo person: PersonIdentifier) throws -> [UInt8] {
        let lookup = try statement(.disclosurePart)
        lookup.bind(person.uuid)
        lookup.bind(number)
        guard let lists = try lookup.first({ $0.bytes(0) }) else {
            throw contradiction("no part \(number) of the disclosure to \(person)")
        }
        let deletion = try statement(.deleteDisclosurePart)
        deletion.bind(person.uuid)
        deletion.bind(number)
        try deletion.run()
        return lists
    }

    func eraseDisclosure(of person: PersonIdentifier, limit: Int) throws -> Int {
        try record(nil, ofDisclosureTo: person)
        let statement = try statement(.eraseDisclosureParts)
        statement.bind(person.uuid)
        statement.bind(limit)
        let count = try statement.run()
        if count > 0 { connection.state.traces += 1 }
        return count
    }

    func personalFile(about request: RequestIdentifier) throws -> PersonalFile {
        func rows<Row>(
            _ name: Statement,
            _ read: (SQLiteStatement) throws -> Row
        ) throws -> [Row] {
            let statement = try statement(name)
            statement.bind(request.uuid)
            return try statement.all(read)
        }
        return PersonalFile(
            writings: try rows(.textsByRequest) { try $0.writing() },
            documents: try rows(.documentsByRequest) { try $0.namedDocument() },
            statements: try fields(of: request).members.map {
                .init(request: request, member: $0)
            },
            authorisations: try authorisation(grantedBy: request).map { [$0] } ?? [],
            obligations: try obligations(broughtAboutBy: request)
        )
    }
}
