import Glibc
import LogKeys
public import Logging
import Synchronization

/// How a line of the log looks.
public enum LogStyle: Int, Sendable, CaseIterable {
    /// `<6>message key=value`: the priority for the journal, which adds the time itself.
    case journal
    /// `2026-02-28T23:59:59.123Z info message key=value`.
    case text
    /// One JSON object a line.
    case json

    /// The style for standard error: systemd sets `JOURNAL_STREAM` when it is connected to the
    /// journal.
    public static func automatic(environment: [String: String]) -> Self {
        environment["JOURNAL_STREAM"].map { !$0.isEmpty } == true ? .journal : .text
    }
}

/// Where log lines go. Level and style may change while the program runs; all handlers follow.
public final class LogOutput: Sendable {
    private let levelIndex: Atomic<Int>
    private let styleIndex: Atomic<Int>
    private let clock: OperationsClock
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameter write: Takes one whole line with its line feed. The default writes it to
    ///   standard error at once.
    public init(
        level: Logger.Level,
        style: LogStyle,
        clock: OperationsClock = .system,
        write: @escaping @Sendable ([UInt8]) -> Void = LogOutput.writeToStandardError
    ) {
        levelIndex = Atomic(Self.index(of: level))
        styleIndex = Atomic(style.rawValue)
        self.clock = clock
        self.write = write
    }

    /// Least severity that is logged.
    public var level: Logger.Level {
        get { Logger.Level.allCases[levelIndex.load(ordering: .relaxed)] }
        set { levelIndex.store(Self.index(of: newValue), ordering: .relaxed) }
    }

    public var style: LogStyle {
        get { LogStyle(rawValue: styleIndex.load(ordering: .relaxed)) ?? .text }
        set { styleIndex.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// A handler for `LoggingSystem.bootstrap`, or for a `Logger` of one's own.
    public func handler(label: String) -> RegistrarLogHandler {
        RegistrarLogHandler(label: label, output: self)
    }

    /// Writes to file descriptor 2. What cannot be written is lost: there is no other place to say
    /// so.
    public static func writeToStandardError(_ line: [UInt8]) {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0 {
                guard errno == EINTR else { return }
                continue
            }
            rest = rest.dropFirst(count)
        }
    }

    func log(label: String, event: LogEvent, metadata: Logger.Metadata) {
        let line = LogLine(
            level: event.level,
            label: label,
            message: event.message.description,
            metadata: metadata,
            sinceEpoch: clock.sinceEpoch()
        )
        write(line.bytes(style: style))
    }

    private static func index(of level: Logger.Level) -> Int {
        Logger.Level.allCases.firstIndex(of: level) ?? 0
    }
}

/// swift-log's handler for a ``LogOutput``.
public struct RegistrarLogHandler: LogHandler {
    private let label: String
    private let output: LogOutput
    private var ownLevel: Logger.Level?

    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    init(label: String, output: LogOutput) {
        self.label = label
        self.output = output
    }

    /// The output's level, unless this logger was given one of its own.
    public var logLevel: Logger.Level {
        get { ownLevel ?? output.level }
        set { ownLevel = newValue }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let given = event.metadata { all.merge(given) { $1 } }
        if let error = event.error, all[LogKey.error] == nil {
            all[LogKey.error] = .string("\(error)")
        }
        output.log(label: label, event: event, metadata: all)
    }
}
