public import Domain
import Glibc
public import Workflow

/// The machine's clocks.
public struct SystemTime: TimeSource {
    public init() {}

    public var now: Instant {
        let time = Self.read(CLOCK_REALTIME)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    public var monotonicSeconds: Double {
        let time = Self.read(CLOCK_MONOTONIC)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    public func sleep(seconds: Double) async {
        do {
            try await Task.sleep(for: .seconds(seconds))
        } catch {
            // Cancelled: whoever sleeps looks why they woke.
        }
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}

/// Identifiers that ascend with time and are random besides: UUIDs of version 7 (RFC 9562 §5.7), so
/// that new rows stand at the end of the store's indexes. They come from no counter, so several
/// installations may share a register one day.
public struct TimeOrderedIdentifiers: IdentifierSource {
    public init() {}

    public func next() -> UniversalIdentifier {
        var generator = SystemRandomNumberGenerator()
        let milliseconds = UInt64(bitPattern: SystemTime().now.milliseconds)
        let high = milliseconds << 16 | generator.next() & 0xffff
        return UniversalIdentifier(timeOrdered: high, random: generator.next())
    }
}

/// The variables that the process was started with.
public enum ProcessEnvironment {
    public static var current: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let pointer = entry.pointee {
            let text = String(cString: pointer)
            if let separator = text.firstIndex(of: "=") {
                variables[String(text[..<separator])] = String(
                    text[text.index(after: separator)...]
                )
            }
            entry += 1
        }
        return variables
    }
}

/// Where the configuration is, for both programs.
public enum ConfigurationFile {
    /// Where it is where nothing else is said.
    public static let usualPath = "/etc/registrar/registrard.yaml"
    /// The environment's variable that says where else.
    public static let variable = "REGISTRAR_CONFIG"

    /// The file that the environment names; nil for none.
    public static func named(by environment: [String: String]) -> String? {
        environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// This release's number, as both programs and the metrics name it.
public enum Release {
    public static let version = "0.1.0"
}
