import Glibc
import Testing

@testable import Operations

@Suite("Notifying systemd")
struct SystemdNotifierTests {
    static func name(_ test: String) -> String { "registrar-test-\(getpid())-\(test)" }

    @Test(
        "datagrams arrive at a path and at an abstract name",
        arguments: [
            "/tmp/\(name("path"))", "@\(name("abstract"))",
        ]
    )
    func sending(socketName: String) throws {
        let socket = try DatagramSocket(name: socketName)
        defer { if socketName.hasPrefix("/") { unlink(socketName) } }
        let clock = ManualClock()
        clock.advance(by: .microseconds(1_234_567))
        let notifier = SystemdNotifier(
            environment: ["NOTIFY_SOCKET": socketName],
            clock: clock.clock
        )
        #expect(notifier.isActive)
        #expect(notifier.notify(.ready, .status("200 messages a second")) == nil)
        #expect(try socket.receive() == "READY=1\nSTATUS=200 messages a second")
        #expect(notifier.notify(notifier.reloading) == nil)
        #expect(try socket.receive() == "RELOADING=1\nMONOTONIC_USEC=1234567")
        #expect(notifier.notify(.watchdog) == nil)
        #expect(try socket.receive() == "WATCHDOG=1")
        #expect(notifier.notify(.stopping, .extendTimeout(.milliseconds(1500))) == nil)
        #expect(try socket.receive() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=1500000")
        #expect(notifier.notify(.status("a\nREADY=1")) == nil)
        #expect(try socket.receive() == "STATUS=a\\nREADY=1")
    }

    @Test("without the variable nothing happens", arguments: [[:], ["NOTIFY_SOCKET": ""]])
    func absent(environment: [String: String]) {
        let notifier = SystemdNotifier(environment: environment)
        #expect(!notifier.isActive)
        #expect(notifier.notify(.ready) == nil)
        #expect(notifier.watchdogInterval == nil)
    }

    @Test(
        "errors are given each time and told once",
        arguments: [
            ("/nowhere/socket", "No such file or directory"),
            ("relative", "neither a path nor an abstract name"),
            ("@" + String(repeating: "x", count: 200), "the name is too long"),
        ]
    )
    func errors(socketName: String, reason: String) {
        let told = Collected<SystemdNotifierError>()
        let notifier = SystemdNotifier(environment: ["NOTIFY_SOCKET": socketName]) {
            told.append($0)
        }
        let error = notifier.notify(.ready)
        #expect(error == SystemdNotifierError(socket: socketName, reason: reason))
        #expect(notifier.notify(.watchdog) == error)
        #expect(told.all == [error])
        #expect(
            error?.description
                == "cannot notify systemd at \(socketName): \(reason); set NotifyAccess=main in the unit"
        )
    }

    @Test(
        "the watchdog's interval, if it is meant for this process",
        arguments: [
            (["WATCHDOG_USEC": "30000000"], Duration.seconds(30)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"], .seconds(30)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"], nil),
            (["WATCHDOG_USEC": "x"], nil),
            (["WATCHDOG_USEC": "0"], nil), ([:], nil),
        ] as [([String: String], Duration?)]
    )
    func watchdog(environment: [String: String], interval: Duration?) {
        #expect(
            SystemdNotifier(environment: environment, processID: 42).watchdogInterval == interval
        )
    }

    @Test("the system's monotonic clock is the one that systemd reads")
    func monotonicClock() throws {
        let first = OperationsClock.system.monotonic()
        let bytes = try #require(readFile("/proc/uptime"))
        let uptime = try #require(Double(bytes.prefix { $0 != " " }))
        let second = OperationsClock.system.monotonic()
        // /proc/uptime counts sleep as well, and is cut to hundredths.
        #expect(first / .seconds(1) <= uptime + 0.02)
        #expect(second >= first)
    }

    private func readFile(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}

@Suite("Signals", .serialized)
struct SignalSourceTests {
    @Test("signals arrive in the stream and do not end the process", .timeLimit(.minutes(1)))
    func signals() async {
        let source = await SignalSource()
        var iterator = source.signals.makeAsyncIterator()
        for signal in [ProcessSignal.hangup, .terminate, .interrupt, .hangup] {
            kill(getpid(), signal.number)
            #expect(await iterator.next() == signal)
        }
        kill(getpid(), SIGPIPE)
        kill(getpid(), SIGHUP)
        #expect(await iterator.next() == .hangup)
        source.cancel()
        #expect(await iterator.next() == nil)
    }
}
