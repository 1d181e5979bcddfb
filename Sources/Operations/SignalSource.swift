import Dispatch
import Glibc

/// Signals that the daemon answers to.
public enum ProcessSignal: String, Sendable, CaseIterable {
    /// SIGTERM: drain and end.
    case terminate
    /// SIGINT: drain and end.
    case interrupt
    /// SIGHUP: read the configuration again.
    case hangup

    public var number: CInt {
        switch self {
        case .terminate: SIGTERM
        case .interrupt: SIGINT
        case .hangup: SIGHUP
        }
    }
}

/// The process's signals as a stream. There is one for a process; SIGPIPE is ignored from then on,
/// so that a peer that went away is an error of the write and not the end of the process.
///
/// `@unchecked Sendable`: all stored properties are constants, and a dispatch source may be
/// cancelled from any thread.
public final class SignalSource: @unchecked Sendable {
    /// The signals in the order of their arrival. Ends with ``cancel()``.
    public let signals: AsyncStream<ProcessSignal>
    private let continuation: AsyncStream<ProcessSignal>.Continuation
    private let sources: [any DispatchSourceSignal]

    /// Returns when all of `signals` are caught.
    public init(_ signals: [ProcessSignal] = ProcessSignal.allCases) async {
        Glibc.signal(SIGPIPE, SIG_IGN)
        let (stream, continuation) = AsyncStream.makeStream(of: ProcessSignal.self)
        self.signals = stream
        self.continuation = continuation
        let queue = DispatchQueue(label: "registrar.signals")
        sources = signals.map { signal in
            let source = DispatchSource.makeSignalSource(signal: signal.number, queue: queue)
            source.setEventHandler { continuation.yield(signal) }
            return source
        }
        for source in sources {
            await withCheckedContinuation { registered in
                source.setRegistrationHandler { registered.resume() }
                source.activate()
            }
        }
    }

    /// Ends the stream; signals have their usual effect again.
    public func cancel() {
        for source in sources { source.cancel() }
        continuation.finish()
    }

    deinit { cancel() }
}
