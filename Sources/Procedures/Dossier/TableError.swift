/// What is wrong with a table that is read from YAML.
public struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name, such as `figures.yaml`.
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

    /// - Parameter error: What decoding the text ended with.
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
