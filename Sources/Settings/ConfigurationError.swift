/// Where something was written.
public enum ConfigurationLocation: Sendable, Equatable, CustomStringConvertible {
    /// Line and column count from 1, columns in Unicode scalars.
    case line(file: String, line: Int, column: Int)
    /// The file as a whole.
    case file(String)
    /// A variable of the environment.
    case environment(String)

    public var description: String {
        switch self {
        case .line(let file, let line, let column): "\(file):\(line):\(column)"
        case .file(let file): file
        case .environment(let name): "environment \(name)"
        }
    }
}

/// One thing that is wrong with the configuration, or (as a warning) better avoided:
/// where it stands, which key it concerns, what is wrong, and what to do.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    public let location: ConfigurationLocation
    /// Dotted path of the key, such as `broker.prefetch`; nil when the text could not even be read.
    public let path: String?
    public let problem: String
    public let advice: String?

    /// For instance `registrard.yaml:12:3: broker.prefech: unknown key; did you mean "prefetch"?`.
    public var description: String {
        let subject = path.map { "\(location): \($0): \(problem)" } ?? "\(location): \(problem)"
        return advice.map { "\(subject); \($0)" } ?? subject
    }
}

/// All that is wrong with the configuration, in the order of the file, then of the environment.
/// Never empty.
public struct ConfigurationErrors: Error, Sendable, Equatable, CustomStringConvertible {
    public let errors: [ConfigurationError]

    public init(errors: [ConfigurationError]) {
        self.errors = errors
    }

    /// One line an error.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

extension ConfigurationLocation {
    /// Order of telling: the file as a whole, its lines from the top, then the environment.
    static func < (a: Self, b: Self) -> Bool {
        switch (a, b) {
        case (.line(_, let line, let column), .line(_, let other, let otherColumn)):
            (line, column) < (other, otherColumn)
        case (.file, .line), (.file, .environment), (.line, .environment): true
        default: false
        }
    }
}

/// What reading the configuration found, collected on the way.
struct Findings {
    var errors: [ConfigurationError] = []
    var warnings: [ConfigurationError] = []

    mutating func fail(
        _ location: ConfigurationLocation,
        _ path: String?,
        _ problem: String,
        _ advice: String?
    ) {
        errors.append(
            ConfigurationError(location: location, path: path, problem: problem, advice: advice)
        )
    }

    /// What `read` makes of a value; nil when it refuses it.
    mutating func value<Value>(
        of raw: RawValue,
        at path: String,
        _ read: (RawValue) throws(Refusal) -> Value
    ) -> Value? {
        do throws(Refusal) {
            return try read(raw)
        } catch {
            fail(raw.location, path, error.problem, error.advice)
            return nil
        }
    }

    /// What `read` makes of every element; nil when it refuses any, all of which are told.
    mutating func values<Value>(
        of elements: [RawValue],
        at path: String,
        _ read: (RawValue) throws(Refusal) -> Value
    ) -> [Value]? {
        let values = elements.compactMap { value(of: $0, at: path, read) }
        return values.count == elements.count ? values : nil
    }
}

/// Why a value is not taken: what is wrong, and what to do.
struct Refusal: Error {
    let problem: String
    let advice: String?

    init(_ problem: String, _ advice: String? = nil) {
        self.problem = problem
        self.advice = advice
    }
}
