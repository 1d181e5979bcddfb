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
            // Cancelled: whoever sleeps looks why he woke.
        }
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}

/// Random identifiers: UUIDs of version 4.
public struct RandomIdentifiers: IdentifierSource {
    public init() {}

    public func next() -> UniversalIdentifier {
        var generator = SystemRandomNumberGenerator()
        let (high, low) = (generator.next(), generator.next())
        return UniversalIdentifier(
            random: withUnsafeBytes(of: high) { Array($0) } + withUnsafeBytes(of: low) { Array($0) })
    }
}

/// This release's number, as both programs and the metrics name it.
public enum Release {
    public static let version = "0.1.0"
}
