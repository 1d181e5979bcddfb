import Domain

// What a disclosure does beyond its message is not foretold: none is under way here.
extension ForecastTransaction {
    func personalFile(about _: RequestIdentifier) throws -> PersonalFile { PersonalFile() }
    func disclosure(of _: PersonIdentifier) throws -> DisclosureProgress? { nil }
    func record(_: DisclosureProgress?, ofDisclosureTo _: PersonIdentifier) throws {}
    func keep(_: [UInt8], asPart _: Int, ofDisclosureTo _: PersonIdentifier) throws {}
    func takePart(_: Int, ofDisclosureTo _: PersonIdentifier) throws -> [UInt8] { [] }
    func eraseDisclosure(of _: PersonIdentifier, limit _: Int) throws -> Int { 0 }
}
