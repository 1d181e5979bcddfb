/// The templates of an installation cannot be used: every fault that was found in them.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Fault: Hashable, Sendable, CustomStringConvertible {
        /// The file's name within the folder of templates.
        public let file: String
        /// Counted from 1; nil where the whole file is meant.
        public let line: Int?
        /// What is wrong, and what to do.
        public let message: String

        public var description: String {
            line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
        }
    }

    public let faults: [Fault]

    /// One line a fault.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
