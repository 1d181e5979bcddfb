/// What a new configuration changes in a running daemon.
public struct ConfigurationDifferences: Sendable, Equatable {
    /// Changed keys that SIGHUP applies, in the order of the file.
    public let applied: [String]
    /// Changed keys that wait for a restart, in the order of the file.
    public let waiting: [String]

    public var isEmpty: Bool { applied.isEmpty && waiting.isEmpty }
}

extension Configuration {
    /// Those of the keys whose values differ.
    public static func differences(
        from old: Self,
        to new: Self,
        keys: [ConfigurationKey]
    ) -> ConfigurationDifferences {
        let changed = keys.filter { !$0.isEqual(old, new) }
        return ConfigurationDifferences(
            applied: changed.filter(\.isReloadable).map(\.path),
            waiting: changed.filter { !$0.isReloadable }.map(\.path)
        )
    }

    /// This configuration with what SIGHUP applies taken from `new`, and the rest as it is.
    public func reloading(from new: Self, keys: [ConfigurationKey]) -> Self {
        var result = self
        for key in keys where key.isReloadable { key.copy(new, &result) }
        return result
    }
}
