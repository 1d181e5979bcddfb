import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// Why the HTTP server could not start.
public struct OperationsServerError: Error, Sendable, Equatable, CustomStringConvertible {
    public let address: String
    public let reason: String

    public var description: String {
        "cannot listen on \(address) for HTTP: \(reason); stop the program that uses it, "
            + "or set http.listen to another address"
    }
}

/// A page of the HTTP server, made for each request.
public struct HTTPPage: Sendable, Equatable {
    public internal(set) var status = 200
    public internal(set) var contentType = "text/plain; charset=utf-8"
    public let body: String
    /// Value of `Content-Security-Policy`; nothing is allowed by default.
    public internal(set) var contentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'"
}

/// Metrics and health over HTTP, read-only, on one event loop thread.
///
/// `/metrics` Prometheus text; `/livez` 200 while every loop turns; `/readyz` 200 while messages
/// are taken, else 503 with the reasons as JSON.
public struct OperationsServer: Service {
    /// Connections at a time; a scraper and a few people need far less. One more is taken all the
    /// same, and the least recently active is closed.
    static let maximumConnections = 64
    /// One thread is plenty, and small; it lives as long as the process, so that late clean-up of a
    /// connection always finds it.
    private static let eventLoopGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private let host: String
    private let port: Int
    private let hosts: [String]
    /// Set by tests, which wait less long.
    var limits = ConnectionGate.Limits()
    private let pages: [String: @Sendable () -> HTTPPage]
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - host: A name or an address, IPv6 without brackets.
    ///   - port: 0 lets the system choose.
    ///   - hosts: Names that a request may ask for, besides `host` and those of loopback.
    ///   - pages: Further pages by path, such as `/` for a status page.
    ///   - onListening: Called once with the port, when requests are taken.
    public init(
        host: String,
        port: Int,
        hosts: [String] = [],
        registry: MetricsRegistry = .shared,
        health: HealthState,
        pages: [String: @Sendable () -> HTTPPage] = [:],
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.hosts = hosts
        self.logger = logger
        self.onListening = onListening
        var all: [String: @Sendable () -> HTTPPage] = [
            "/metrics": {
                HTTPPage(contentType: PrometheusText.contentType, body: registry.render())
            },
            "/livez": { Self.page(for: health.liveness, named: "live") },
            "/readyz": { Self.page(for: health.readiness, named: "ready") },
        ]
        all.merge(pages) { $1 }
        if all["/"] == nil {
            let index = Self.index(of: all.keys.sorted())
            all["/"] = { HTTPPage(body: index) }
        }
        self.pages = all
    }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: ``OperationsServerError`` when the address cannot be listened on.
    public func run() async throws {
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in
                respond(to: request)
            },
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                reuseAddress: true
            ),
            onServerRunning: { channel in
                onListening(channel.localAddress?.port ?? port)
            },
            eventLoopGroupProvider: .shared(Self.eventLoopGroup),
            logger: quietLogger
        )
        do {
            try await application.run()
        } catch {
            throw explained(error)
        }
    }

    private var server: HTTPServerBuilder {
        let connections = OpenConnections(maximum: Self.maximumConnections)
        let names = HostNames(listen: host, further: hosts)
        return HTTPServerBuilder { [limits] responder in
            GatedChannel(base: HTTP1Channel(responder: responder)) {
                ConnectionGate(connections, names, limits)
            }
        }
    }

    /// The library tells of every cancelled connection; what fails is thrown, and logged by whoever
    /// runs it.
    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = .critical
        return quiet
    }

    private func explained(_ error: any Error) -> any Error {
        let address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        switch error {
        case let error as IOError:
            let reason = String(cString: strerror(error.errnoCode))
            return OperationsServerError(address: address, reason: reason)
        case let error as SocketAddressError:
            return OperationsServerError(address: address, reason: "\(error)")
        default:
            return error
        }
    }

    // MARK: Answers

    func respond(to request: Request) -> Response {
        let isHead = request.method == .head
        guard isHead || request.method == .get else {
            var response = Self.response(
                for: HTTPPage(status: 405, body: "Only GET and HEAD are possible here.\n")
            )
            response.headers[.allow] = "GET, HEAD"
            return response
        }
        let response = Self.response(for: page(at: request.uri.path))
        return isHead ? response.createHeadResponse() : response
    }

    private func page(at path: String) -> HTTPPage {
        if let page = pages[path] { return page() }
        return HTTPPage(
            status: 404,
            body: "There is no such page.\n" + Self.index(of: pages.keys.sorted())
        )
    }

    private static func index(of paths: [String]) -> String {
        "registrard serves:\n" + paths.map { "  \($0)\n" }.joined()
    }

    private static func page(for report: HealthReport, named name: String) -> HTTPPage {
        HTTPPage(
            status: report.isGood ? 200 : 503,
            contentType: "application/json",
            body: report.json(named: name)
        )
    }

    private static func response(for page: HTTPPage) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = page.contentType
        headers[.contentSecurityPolicy] = page.contentSecurityPolicy
        headers[.xContentTypeOptions] = "nosniff"
        headers[.cacheControl] = "no-store"
        // Set here and not by the body, which a HEAD response does not have.
        headers[.contentLength] = String(page.body.utf8.count)
        return Response(
            status: .init(code: page.status),
            headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: page.body))
        )
    }
}
