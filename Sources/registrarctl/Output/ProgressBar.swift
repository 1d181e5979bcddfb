import Glibc

/// How far long work is, in one line of a terminal's standard error; nothing anywhere else.
struct ProgressBar: ~Copyable {
    private static let columns = 30

    private let isShown: Bool
    private var latest = ""

    init() {
        isShown = isatty(STDERR_FILENO) == 1
    }

    /// Shows the share that is done, 0 to 1, of what `task` names; nil when it cannot be told.
    mutating func show(_ task: String, share: Double?) {
        guard isShown else { return }
        let line = Self.line(task, share: share)
        // Most steps change nothing that can be seen.
        guard line != latest else { return }
        latest = line
        Self.write("\r\u{1B}[K" + line)
    }

    static func line(_ task: String, share: Double?) -> String {
        guard let share else { return "\(task) …" }
        let done = Int((min(max(share, 0), 1) * Double(columns)).rounded(.down))
        let bar =
            String(repeating: "#", count: done) + String(repeating: "·", count: columns - done)
        return "\(task) \(bar) \(Int((share * 100).rounded(.down))) %"
    }

    private static func write(_ text: String) {
        // Nobody is left to be told when standard error cannot be written.
        _ = Standard.put(Array(text.utf8), to: STDERR_FILENO)
    }

    deinit {
        // What is said next begins where the bar was.
        if isShown, !latest.isEmpty { Self.write("\r\u{1B}[K") }
    }
}
