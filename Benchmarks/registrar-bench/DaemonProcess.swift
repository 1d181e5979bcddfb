import Foundation
import Glibc
import Settings

/// A daemon that the benchmark runs.
final class DaemonProcess {
    /// What a process has used.
    struct Usage {
        var cpuSeconds: Double
        var peakMemoryMiB: Double
    }

    private let process = Process()
    private let log: URL

    /// Starts it on a store of the prefix's own.
    init(stage: BenchStage, prefix: String) throws {
        log = stage.scratch.appending(path: "\(prefix).log")
        let configuration = stage.scratch.appending(path: "\(prefix).yaml")
        let password = stage.scratch.appending(path: "password")
        try Data((stage.url.password ?? "").utf8).write(to: password)
        try Data(Self.yaml(stage, prefix: prefix, passwordFile: password.path).utf8)
            .write(to: configuration)
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        process.executableURL = URL(filePath: stage.daemon)
        process.arguments = ["--config", configuration.path]
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    private static func yaml(_ stage: BenchStage, prefix: String, passwordFile: String) -> String {
        """
        broker:
          url: \(stage.url)
          passwordFile: \(passwordFile)
          prefix: \(prefix)
        store: { path: \(stage.scratch.appending(path: "\(prefix).sqlite").path) }
        http: { listen: "127.0.0.1:0" }
        publishers: { \(stage.url.user): [operator] }
        notifications: { templates: \(stage.templates) }
        """
    }

    /// - Throws: `BenchError` with the end of its log if it is not running any more.
    func check() throws {
        guard !process.isRunning else { return }
        let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
        throw BenchError("the daemon has ended:\n\(text.suffix(2000))")
    }

    /// From /proc: proc(5) counts time in ticks of which there are 100 a second.
    func usage() -> Usage {
        let folder = "/proc/\(process.processIdentifier)"
        guard let stat = try? String(contentsOfFile: "\(folder)/stat", encoding: .utf8),
            let status = try? String(contentsOfFile: "\(folder)/status", encoding: .utf8)
        else { return Usage(cpuSeconds: .nan, peakMemoryMiB: .nan) }
        let fields = stat.split(separator: " ")
        let ticks = fields.count > 14 ? (Double(fields[13]) ?? 0) + (Double(fields[14]) ?? 0) : 0
        let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?
            .split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        return Usage(
            cpuSeconds: ticks / Double(sysconf(Int32(_SC_CLK_TCK))),
            peakMemoryMiB: (peak.flatMap { Double($0) } ?? .nan) / 1024
        )
    }

    /// Asks it to end and waits for that.
    func end() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }
}
