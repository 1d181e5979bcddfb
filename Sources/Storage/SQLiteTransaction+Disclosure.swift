import Domain
import Workflow

// What was gathered of a disclosure that is too large for one transaction.
extension SQLiteTransaction {
    func disclosure(of person: PersonIdentifier) throws -> DisclosureProgress? {
        try statement(.disclosureByPerson, person.uuid).first { row in
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
            try statement(.deleteDisclosure, person.uuid).run()
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
        try statement(.insertDisclosurePart, person.uuid, number, lists).run()
    }

    func takePart(_ number: Int, ofDisclosureTo person: PersonIdentifier) throws -> [UInt8] {
        let lookup = try statement(.disclosurePart, person.uuid, number)
        guard let lists = try lookup.first({ $0.bytes(0) }) else {
            throw contradiction("no part \(number) of the disclosure to \(person)")
        }
        try statement(.deleteDisclosurePart, person.uuid, number).run()
        return lists
    }

    func eraseDisclosure(of person: PersonIdentifier, limit: Int) throws -> Int {
        try record(nil, ofDisclosureTo: person)
        let count = try statement(.eraseDisclosureParts, person.uuid, limit).run()
        if count > 0 { connection.state.traces += 1 }
        return count
    }

    func personalFile(about request: RequestIdentifier) throws -> PersonalFile {
        PersonalFile(
            writings: try statement(.textsByRequest, request.uuid).all { try $0.writing() },
            documents: try statement(.documentsByRequest, request.uuid)
                .all { try $0.namedDocument() },
            statements: try fields(of: request).members.map {
                .init(request: request, member: $0)
            },
            authorisations: try authorisation(grantedBy: request).map { [$0] } ?? [],
            obligations: try obligations(broughtAboutBy: request),
            guarantees: try guarantees(statedBy: request)
        )
    }
}
