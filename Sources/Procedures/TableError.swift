/// What is wrong with a table that the program carries, or an installation has of its own.
public struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Such as `excise.yaml`.
    public let file: String
    /// Such as `kinds.registered-consignee.guarantee`; nil for the text as a whole.
    public let place: String?
    public let problem: String

    public var description: String { "\(file): \(reason)" }

    /// Without the file.
    public var reason: String { [place, problem].compactMap(\.self).joined(separator: ": ") }

    init(_ file: String, _ place: String?, _ problem: String) {
        self.file = file
        self.place = place
        self.problem = problem
    }

    /// What a decoder says.
    init(_ file: String, _ error: any Error) {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            self.init(file, Self.place(context.codingPath + [key]), "is missing")
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
            self.init(
                file,
                context.codingPath.isEmpty ? nil : Self.place(context.codingPath),
                context.debugDescription
            )
        default: self.init(file, nil, "\(error)")
        }
    }

    /// Elements of lists are counted from 1.
    private static func place(_ path: [any CodingKey]) -> String {
        path.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }.joined(separator: ".")
    }
}

/// The names of what an entry of a table states, be they known or not.
struct StatedNames: Decodable {
    let names: [String]

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue _: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        names = try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue)
    }

    /// The first that is none of `known`.
    func stranger(to known: [String]) -> String? { names.sorted().first { !known.contains($0) } }
}
