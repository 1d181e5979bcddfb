import Glibc

/// How long tests wait for what should happen: the longer, the more others want the machine too.
public enum Patience {
    /// - Parameter seconds: What is enough on a machine with nothing else to do.
    public static func seconds(_ seconds: Double) -> Double { seconds * factor }

    public static func deadline(_ seconds: Double) -> ContinuousClock.Instant {
        ContinuousClock.now + .seconds(Self.seconds(seconds))
    }

    /// How many want each processor, as of the last minute (proc_loadavg(5)); 1 to 10.
    private static var factor: Double {
        var load = 0.0
        // Without a figure there is no reason to wait longer.
        guard getloadavg(&load, 1) == 1 else { return 1 }
        return min(10, max(1, load / Double(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))))
    }
}
