import Glibc

/// The process's own figures, under the names that all Prometheus clients use; read from /proc
/// when rendered.
public struct ProcessMetrics: Sendable {
    private let residentBytes: PrometheusGauge
    private let openDescriptors: PrometheusGauge
    private let processorSeconds: PrometheusFloatingPointCounter

    /// Registers the figures; they are brought up to date before each rendering.
    ///
    /// - Parameter startUnixSeconds: When the process started, in seconds since 1970.
    @discardableResult
    public init(
        registry: MetricsRegistry = .shared,
        startUnixSeconds: Double
    ) throws(MetricsRegistryError) {
        residentBytes = try registry.gauge(
            "process_resident_memory_bytes",
            help: "Resident memory."
        )
        openDescriptors = try registry.gauge("process_open_fds", help: "Open file descriptors.")
        processorSeconds = try registry.floatingPointCounter(
            "process_cpu_seconds_total",
            help: "Processor time spent, user and system."
        )
        try registry.gauge(
            "process_start_time_seconds",
            help: "Start of the process, as Unix time."
        ).set(startUnixSeconds)
        registry.onCollect(collect)
    }

    @Sendable private func collect() {
        if let pages = Self.residentPages() {
            residentBytes.set(pages * sysconf(CInt(_SC_PAGESIZE)))
        }
        if let count = Self.entries(of: "/proc/self/fd") { openDescriptors.set(count) }
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            processorSeconds.set(
                total: Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
            )
        }
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    /// The second figure of /proc/self/statm; nil where there is no such file.
    private static func residentPages() -> Int? {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let fields = buffer[..<count].split(separator: UInt8(ascii: " "))
        guard fields.count > 1 else { return nil }
        return Int(String(decoding: fields[1], as: UTF8.self))
    }

    private static func entries(of folder: String) -> Int? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var count = 0
        while readdir(stream) != nil { count += 1 }
        // Without ".", ".." and the descriptor of the folder itself.
        return max(0, count - 3)
    }
}
