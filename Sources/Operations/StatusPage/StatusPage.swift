/// The page for people at `/`: how things stand, and how the last hour went.
///
/// It reads the metrics and the health that everybody else reads, and keeps samples of the last
/// hour in memory.
public struct StatusPage: Sendable {
    /// Styles and pictures from here, nothing else, and no script at all.
    private static let policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"

    private let metrics: RegistrarMetrics
    private let registry: MetricsRegistry
    private let health: HealthState
    private let version: String
    private let clock: OperationsClock
    private let startedAt: Duration
    private let history: StatusHistory

    /// - Parameter version: The release that runs.
    public init(
        _ metrics: RegistrarMetrics,
        registry: MetricsRegistry = .shared,
        health: HealthState,
        version: String,
        clock: OperationsClock = .system
    ) {
        self.metrics = metrics
        self.registry = registry
        self.health = health
        self.version = version
        self.clock = clock
        startedAt = clock.sinceEpoch()
        history = StatusHistory(metrics, clock: clock)
        sample()
    }

    /// Takes samples until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: .seconds(StatusHistory.intervalSeconds))
            } catch {
                return
            }
            sample()
        }
    }

    func sample() {
        registry.collect()
        history.sample()
    }

    /// What the HTTP server is to serve, by path.
    public var pages: [String: @Sendable () -> HTTPPage] {
        [
            "/": { page(isLive: true) },
            "/paused": { page(isLive: false) },
            "/style.css": {
                HTTPPage(contentType: "text/css; charset=utf-8", body: StatusStyle.sheet)
            },
            "/icon.svg": {
                HTTPPage(
                    contentType: "image/svg+xml",
                    body: StatusStyle.icon(isReady: health.readiness.isGood)
                )
            },
        ]
    }

    var snapshot: StatusSnapshot {
        registry.collect()
        return StatusSnapshot(
            metrics,
            health: health,
            samples: history.samples,
            version: version,
            startedAt: startedAt,
            now: clock.sinceEpoch()
        )
    }

    private func page(isLive: Bool) -> HTTPPage {
        HTTPPage(
            contentType: "text/html; charset=utf-8",
            body: StatusPageView(snapshot: snapshot, isLive: isLive).html.text,
            contentSecurityPolicy: Self.policy
        )
    }
}
