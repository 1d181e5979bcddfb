public import Domain
import Synchronization

/// Identifiers that are counted, so that a run can be repeated exactly.
public final class SequentialIdentifiers: IdentifierSource {
    private let count: Mutex<UInt64>
    private let series: UInt64

    /// Sources of different series never give the same identifier.
    public init(series: UInt64 = 1) {
        self.series = series
        self.count = Mutex(0)
    }

    public func next() -> UniversalIdentifier {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return Self.identifier(number, series: series)
    }

    /// The `number`th identifier of a series.
    public static func identifier(_ number: UInt64, series: UInt64 = 1) -> UniversalIdentifier {
        UniversalIdentifier(
            random: bytes(series).dropFirst(2) + [0, 0] + bytes(number & (1 << 62 - 1))
        )
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
