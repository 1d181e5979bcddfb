import CRabbitMQ
import Glibc
import Synchronization

/// What a thread waits for until its next turn.
struct PollPlan {
    /// The socket; -1 for none.
    var descriptor: Int32 = -1
    /// Whether data that arrives ends the wait; the end of the connection does in any case.
    var wantsRead = true
    /// Whether room for sending ends the wait too.
    var wantsWrite = false
    /// The longest wait in milliseconds.
    var timeoutMilliseconds: Int32 = 1000
}

/// What a thread runs between its jobs.
protocol TurnTaking: AnyObject, Sendable {
    /// Does what is to be done; called on the thread.
    func takeTurn(isReadable: Bool) -> PollPlan
}

/// A thread that runs one actor's jobs and, in between, waits for its socket.
///
/// It ends by itself when the executor is released, which the actor does.
final class ConnectionThread: SerialExecutor {
    private let core: ThreadCore

    init(stackBytes: Int) throws(AMQPError) {
        core = try ThreadCore()
        core.start(executor: self, stackBytes: stackBytes)
    }

    deinit {
        core.stop()
    }

    /// Whose turns are taken; it is not retained.
    func attach(_ turnTaker: any TurnTaking) {
        core.attach(turnTaker)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        core.enqueue(UnownedJob(job))
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    func checkIsolated() {
        precondition(core.isCurrent, "the connection was touched off its own thread")
    }

    func isIsolatingCurrentContext() -> Bool? {
        core.isCurrent
    }
}

/// What executor and thread share; it outlives both.
private final class ThreadCore: Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        var isWaiting = false
        var isStopped = false
        var thread: pthread_t?
        weak var executor: ConnectionThread?
        weak var turnTaker: (any TurnTaking)?
    }

    private let state = Mutex(State())
    private let wakeDescriptor: Int32

    init() throws(AMQPError) {
        wakeDescriptor = registrar_wake_descriptor()
        if wakeDescriptor < 0 {
            throw AMQPError(
                .cannotConnect,
                attempt: "starting the connection's thread",
                detail: "no descriptor is left (error \(errno))"
            )
        }
    }

    deinit {
        close(wakeDescriptor)
    }

    var isCurrent: Bool {
        state.withLock { state in
            guard let thread = state.thread else { return false }
            return pthread_equal(thread, pthread_self()) != 0
        }
    }

    func attach(_ turnTaker: any TurnTaking) {
        state.withLock { $0.turnTaker = turnTaker }
    }

    func start(executor: ConnectionThread, stackBytes: Int) {
        state.withLock { $0.executor = executor }
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, stackBytes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let argument = unsafe Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let core = unsafe Unmanaged<ThreadCore>.fromOpaque(argument).takeRetainedValue()
                core.run()
                return nil
            },
            argument
        )
        unsafe pthread_attr_destroy(&attributes)
        // Without a thread no call on the actor could ever return.
        precondition(status == 0, "the system gives no thread (error \(status))")
    }

    func enqueue(_ job: UnownedJob) {
        let mustWake = state.withLock { state in
            state.jobs.append(job)
            defer { state.isWaiting = false }
            return state.isWaiting
        }
        if mustWake { wake() }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wake()
    }

    private func wake() {
        // It can only fail when the counter is full, and then the thread is awake.
        eventfd_write(wakeDescriptor, 1)
    }

    private func run() {
        state.withLock { $0.thread = pthread_self() }
        var plan = PollPlan(timeoutMilliseconds: 0)
        var jobs: [UnownedJob] = []
        while true {
            let isReadable = wait(plan)
            let (executor, turnTaker, isStopped) = state.withLock { state in
                state.isWaiting = false
                swap(&jobs, &state.jobs)
                return (state.executor, state.turnTaker, state.isStopped)
            }
            guard let executor else {
                if isStopped { return }
                continue
            }
            for job in jobs {
                unsafe job.runSynchronously(on: executor.asUnownedSerialExecutor())
            }
            jobs.removeAll(keepingCapacity: true)
            plan = turnTaker?.takeTurn(isReadable: isReadable) ?? PollPlan()
        }
    }

    /// Waits for the socket, a job, or the time limit, and says whether the socket can be read.
    private func wait(_ plan: PollPlan) -> Bool {
        let hasWork = state.withLock { state in
            state.isWaiting = state.jobs.isEmpty && !state.isStopped
            return !state.isWaiting
        }
        var wakeEntry = pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0)
        let wanted = (plan.wantsRead ? POLLIN : 0) | (plan.wantsWrite ? POLLOUT : 0)
        // poll() passes over negative descriptors.
        let socketEntry = pollfd(fd: plan.descriptor, events: Int16(wanted), revents: 0)
        var entries = (wakeEntry, socketEntry)
        let count = unsafe withUnsafeMutableBytes(of: &entries) { bytes in
            unsafe poll(
                bytes.assumingMemoryBound(to: pollfd.self).baseAddress,
                2,
                hasWork ? 0 : plan.timeoutMilliseconds
            )
        }
        guard count > 0 else { return false }
        wakeEntry = entries.0
        if wakeEntry.revents != 0 {
            var value: eventfd_t = 0
            unsafe eventfd_read(wakeDescriptor, &value)
        }
        // Errors and hang-ups are learnt by reading.
        return entries.1.revents & ~Int16(POLLOUT) != 0
    }
}
