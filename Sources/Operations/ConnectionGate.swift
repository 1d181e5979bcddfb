import NIOCore
import NIOHTTP1
import Synchronization

/// The open connections of the HTTP server, the least recently active of which makes room for a new
/// one. Safe to use from any thread.
///
/// All answers are short and ready at once, so a connection that stays open waits for its client. A
/// limit that kept new clients waiting would let whoever holds that many connections open keep
/// everybody from asking for the health.
final class OpenConnections: Sendable {
    private struct State {
        var open: [ObjectIdentifier: (channel: any Channel, activity: UInt64)] = [:]
        var activity: UInt64 = 0
    }

    private let maximum: Int
    private let state = Mutex(State())

    /// - Parameter maximum: How many may be open at a time.
    init(maximum: Int) { self.maximum = maximum }

    /// The connection is new, or its client has done something. Closes another if there are too
    /// many.
    func touch(_ channel: any Channel) {
        let surplus = state.withLock { state -> (any Channel)? in
            state.activity += 1
            state.open[ObjectIdentifier(channel)] = (channel, state.activity)
            guard state.open.count > maximum,
                let oldest = state.open.min(by: { $0.value.activity < $1.value.activity })
            else { return nil }
            return state.open.removeValue(forKey: oldest.key)?.channel
        }
        surplus?.close(promise: nil)
    }

    func remove(_ channel: any Channel) {
        state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}

/// Stands before the HTTP server on each connection: no client holds one for long without a
/// request, and what is meant for another host is not answered.
final class ConnectionGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long things may take, each from when it begins; bytes that trickle in prolong nothing.
    struct Limits: Sendable {
        /// From the connection to a whole request.
        var firstRequest = TimeAmount.seconds(5)
        /// From an answer to the next whole request.
        var nextRequest = TimeAmount.seconds(30)
        /// Until the client has taken the answer.
        var answer = TimeAmount.seconds(30)
    }

    private let connections: OpenConnections
    private let names: HostNames
    private let limits: Limits
    private var deadline: Scheduled<Void>?
    private var isCounted = false
    private var isRequestComplete = false
    private var isRefused = false

    init(_ connections: OpenConnections, _ names: HostNames, _ limits: Limits) {
        self.connections = connections
        self.names = names
        self.limits = limits
    }

    // MARK: The connection's life

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(context) }

    private func begin(_ context: ChannelHandlerContext) {
        guard !isCounted else { return }
        isCounted = true
        connections.touch(context.channel)
        close(context.channel, after: limits.firstRequest)
    }

    private func end(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        connections.remove(context.channel)
    }

    private func close(_ channel: any Channel, after time: TimeAmount) {
        deadline?.cancel()
        deadline = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    // MARK: Requests and answers

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            isRequestComplete = false
            if let refusal = refusal(of: head, context.channel) {
                isRefused = true
                refuse(refusal, context)
                return
            }
        case .body: break
        case .end:
            isRequestComplete = true
            connections.touch(context.channel)
            close(context.channel, after: limits.answer)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), isRequestComplete {
            close(context.channel, after: limits.nextRequest)
        }
        context.write(data, promise: promise)
    }

    private func refusal(
        of head: HTTPRequestHead,
        _ channel: any Channel
    ) -> (status: HTTPResponseStatus, text: String)? {
        let question = HostNames.Question(
            fields: head.headers["host"],
            target: head.uri,
            needsField: head.version != .http1_0,
            localAddress: channel.localAddress?.ipAddress
        )
        switch names.verdict(on: question) {
        case .answered: return nil
        case .malformed: return (.badRequest, "A request needs one Host field.\n")
        case .misdirected:
            return (
                .misdirectedRequest,
                """
                The request names a host that registrard does not answer for. Ask for the address of \
                http.listen, for localhost, or for a name that http.hosts lists.

                """
            )
        }
    }

    private func refuse(
        _ refusal: (status: HTTPResponseStatus, text: String),
        _ context: ChannelHandlerContext
    ) {
        let body = context.channel.allocator.buffer(string: refusal.text)
        let headers = HTTPHeaders([
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", "\(body.readableBytes)"),
            ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ])
        let head = HTTPResponseHead(version: .http1_1, status: refusal.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil)))
            .whenComplete { _ in channel.close(promise: nil) }
    }
}
