import Domain
import Workflow

// What was gathered of a disclosure that is too large for one transaction.
extension MemoryTransaction {
    func messages(
        about person: PersonIdentifier,
        after place: Int64,
        limit: Int
    ) throws -> [Placed<PersonalFile.SentMessage>] {
        try checkUsable()
        return Array(contents.messages(about: person).filter { $0.place > place }.prefix(limit))
    }

    func personalFile(about request: RequestIdentifier) throws -> PersonalFile {
        try checkUsable()
        return PersonalFile(
            writings: records.writings[request, default: []]
                .map { .init(request: request, text: $0) }
                .sorted { $0.text.recordedAt < $1.text.recordedAt },
            documents: records.documents[request, default: []],
            statements: (records.fields[request]?.members ?? []).map {
                .init(request: request, member: $0)
            },
            authorisations: records.authorisations.all.filter { $0.request == request },
            obligations: records.obligations.all.filter { $0.request == request },
            guarantees: records.guarantees.all.filter { $0.request == request }
        )
    }

    func disclosure(of person: PersonIdentifier) throws -> DisclosureProgress? {
        try usable().disclosures[person]
    }

    func record(
        _ progress: DisclosureProgress?,
        ofDisclosureTo person: PersonIdentifier
    ) throws {
        try checkUsable()
        contents.disclosures[person] = progress
    }

    func keep(
        _ lists: [UInt8],
        asPart number: Int,
        ofDisclosureTo person: PersonIdentifier
    ) throws {
        try checkUsable()
        let stored = contents.disclosureParts[person, default: [:]].updateValue(
            lists,
            forKey: number
        )
        guard stored == nil else {
            throw MemoryRegisterError(description: "part \(number) is there already")
        }
    }

    func takePart(_ number: Int, ofDisclosureTo person: PersonIdentifier) throws -> [UInt8] {
        try checkUsable()
        guard let lists = contents.disclosureParts[person]?.removeValue(forKey: number) else {
            throw MemoryRegisterError(description: "no part \(number) of the disclosure")
        }
        if contents.disclosureParts[person]?.isEmpty == true {
            contents.disclosureParts[person] = nil
        }
        return lists
    }

    func eraseDisclosure(of person: PersonIdentifier, limit: Int) throws -> Int {
        try record(nil, ofDisclosureTo: person)
        let numbers = contents.disclosureParts[person, default: [:]].keys.sorted().prefix(limit)
        for number in numbers { _ = try takePart(number, ofDisclosureTo: person) }
        return numbers.count
    }
}
