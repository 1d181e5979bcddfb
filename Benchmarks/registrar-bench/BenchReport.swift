import Contract
import Foundation

/// One run over both phases.
struct BenchRun {
    var seconds: [BenchPhase: Double] = [:]
    var cpuSeconds = 0.0
    var peakMemoryMiB = 0.0

    mutating func note(_ usage: DaemonProcess.Usage) {
        cpuSeconds += usage.cpuSeconds
        peakMemoryMiB = max(peakMemoryMiB, usage.peakMemoryMiB)
    }

    /// All phases together.
    var totalSeconds: Double { seconds.values.reduce(0, +) }
}

struct BenchRound {
    let daemon: BenchRun
    let relay: BenchRun
}

/// The figures of a run as a table.
struct BenchReport {
    let requests: Int
    let plan: BenchPlan
    let rounds: [BenchRound]

    var text: String {
        var lines = [
            "\(requests) requests and as many decisions, \(rounds.count) rounds, medians",
            "",
            Self.row("", "relay", "registrard", "ratio", "least … most"),
        ]
        for phase in BenchPhase.allCases {
            let messages = Double(requests)
            lines.append(
                Self.row(
                    "\(phase.rawValue) (1 in, \(plan.shares[phase]?.count ?? 0) out)",
                    Self.rate(median { messages / ($0.relay.seconds[phase] ?? .nan) }),
                    Self.rate(median { messages / ($0.daemon.seconds[phase] ?? .nan) }),
                    Self.ratio(median { ratio($0, phase) }),
                    "\(Self.ratio(ratios(phase).min() ?? .nan)) … "
                        + Self.ratio(ratios(phase).max() ?? .nan)
                )
            )
        }
        let total = rounds.map { $0.relay.totalSeconds / $0.daemon.totalSeconds }
        lines.append(
            Self.row(
                "both",
                Self.rate(median { 2 * Double(requests) / $0.relay.totalSeconds }),
                Self.rate(median { 2 * Double(requests) / $0.daemon.totalSeconds }),
                Self.ratio(Self.median(total)),
                "\(Self.ratio(total.min() ?? .nan)) … \(Self.ratio(total.max() ?? .nan))"
            )
        )
        let perMessage = median { $0.daemon.cpuSeconds / (2 * Double(requests)) * 1e6 }
        let memory = rounds.map(\.daemon.peakMemoryMiB).max() ?? .nan
        lines += [
            "",
            "the daemon's CPU time: \(Int(perMessage.rounded())) µs a message, start included",
            "the daemon's peak resident memory: \((memory * 10).rounded() / 10) MiB",
        ]
        return lines.joined(separator: "\n")
    }

    /// One line.
    var json: Data {
        var writer = JSONWriter()
        writer.object { json in
            json.member("version", 1)
            write(to: &json)
        }
        return Data(writer.bytes + [UInt8(ascii: "\n")])
    }

    private func write(to json: inout JSONWriter) {
        json.member("requests", requests)
        json.member("rounds", rounds.count)
        json.array("phases") { list in
            for phase in BenchPhase.allCases {
                list.object { json in
                    json.member("name", phase.rawValue)
                    json.member("messagesOut", plan.shares[phase]?.count ?? 0)
                    json.number("relayPerSecond", median { rate($0.relay, phase) })
                    json.number("daemonPerSecond", median { rate($0.daemon, phase) })
                    json.number("ratio", median { ratio($0, phase) })
                    json.number("leastRatio", ratios(phase).min())
                    json.number("greatestRatio", ratios(phase).max())
                }
            }
        }
        json.number("ratio", median { $0.relay.totalSeconds / $0.daemon.totalSeconds })
        json.number(
            "cpuMicrosecondsPerMessage",
            median { $0.daemon.cpuSeconds / (2 * Double(requests)) * 1e6 }
        )
        json.number("peakMemoryMiB", rounds.map(\.daemon.peakMemoryMiB).max())
    }

    private func rate(_ run: BenchRun, _ phase: BenchPhase) -> Double {
        Double(requests) / (run.seconds[phase] ?? .nan)
    }

    private func ratio(_ round: BenchRound, _ phase: BenchPhase) -> Double {
        (round.relay.seconds[phase] ?? .nan) / (round.daemon.seconds[phase] ?? .nan)
    }

    private func ratios(_ phase: BenchPhase) -> [Double] { rounds.map { ratio($0, phase) } }

    private func median(_ figure: (BenchRound) -> Double) -> Double {
        Self.median(rounds.map(figure))
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private static func rate(_ value: Double) -> String { "\(Int(value.rounded()))/s" }
    private static func ratio(_ value: Double) -> String { String(format: "%.2f", value) }

    private static func row(_ name: String, _ columns: String...) -> String {
        name.padding(toLength: 28, withPad: " ", startingAt: 0)
            + columns.map { String(repeating: " ", count: max(1, 14 - $0.count)) + $0 }.joined()
    }
}
