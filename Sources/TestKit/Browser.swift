public import Foundation
import Glibc

/// A headless Chromium that a test drives over a pipe, by the DevTools protocol
/// (https://chromedevtools.github.io/devtools-protocol/). Use it from one thread.
public final class Browser {
    typealias Message = [String: Any]

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let processIdentifier: pid_t
    /// Ours of the two connections that the browser has as descriptors 3 and 4.
    private let writing: CInt
    private let reading: CInt
    private let folder: String
    private var received: [UInt8] = []
    private var events: [Message] = []
    private var lastIdentifier = 0
    private var session: String?

    /// Starts one, with an empty page.
    public init() throws {
        folder = NSTemporaryDirectory() + "/registrar-browser-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        let commands = try Self.connection()
        let answers = try Self.connection()
        (writing, reading) = (commands.own, answers.own)
        processIdentifier = try Self.launch(
            folder: folder,
            commands: commands.other,
            answers: answers.other
        )
        let target = try call("Target.createTarget", ["url": "about:blank"])
        let attached = try call(
            "Target.attachToTarget",
            ["targetId": target["targetId"] ?? "", "flatten": true]
        )
        session = attached["sessionId"] as? String
        for domain in ["Page", "Runtime", "Log", "Network"] { try call(domain + ".enable") }
    }

    /// Ends the browser, and takes away what it wrote.
    public func close() throws {
        session = nil
        // It writes what it has to, and hangs up.
        try call("Browser.close")
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while recv(reading, &buffer, buffer.count, 0) > 0 {}
        kill(processIdentifier, SIGKILL)
        var status: CInt = 0
        waitpid(processIdentifier, &status, 0)
        Glibc.close(writing)
        Glibc.close(reading)
        // Its children end when it has ended, and may write until then.
        for _ in 0..<100 where FileManager.default.fileExists(atPath: folder) {
            do { try FileManager.default.removeItem(atPath: folder) } catch { sched_yield() }
        }
    }

    // MARK: Pages

    /// Sets the size of the window, in CSS pixels, and what the user prefers.
    public func setUp(width: Int, height: Int, isDark: Bool) throws {
        try call(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": 2, "mobile": false]
        )
        let scheme = ["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]
        try call("Emulation.setEmulatedMedia", ["features": [scheme]])
    }

    /// Opens a page and waits until it has been loaded.
    public func open(_ address: String) throws {
        events.removeAll()
        let answer = try call("Page.navigate", ["url": address])
        if let text = answer["errorText"] as? String { throw Failure(description: text) }
        while !events.contains(where: { $0["method"] as? String == "Page.loadEventFired" }) {
            events.append(try next())
        }
    }

    /// What the browser complained of since the page was opened: on the console, and whatever
    /// could not be loaded or was against the page's policy.
    public var complaints: [String] {
        events.compactMap { event in
            let parameters = event["params"] as? Message
            switch event["method"] as? String {
            case "Log.entryAdded": return (parameters?["entry"] as? Message)?["text"] as? String
            case "Runtime.consoleAPICalled", "Runtime.exceptionThrown":
                return "\(parameters ?? [:])"
            case "Network.loadingFailed": return parameters?["errorText"] as? String
            default: return nil
            }
        }
    }

    /// The value of an expression in JavaScript, which the page's policy does not reach; of a
    /// promise, what it comes to.
    public func evaluate(_ expression: String) throws -> Any? {
        let answer = try call(
            "Runtime.evaluate",
            ["expression": expression, "returnByValue": true, "awaitPromise": true]
        )
        if let details = answer["exceptionDetails"] { throw Failure(description: "\(details)") }
        return (answer["result"] as? Message)?["value"]
    }

    /// The whole page as PNG.
    public func screenshot() throws -> Data {
        let answer = try call(
            "Page.captureScreenshot",
            ["format": "png", "captureBeyondViewport": true]
        )
        guard let text = answer["data"] as? String, let data = Data(base64Encoded: text) else {
            throw Failure(description: "the browser gave no picture: \(answer)")
        }
        return data
    }

    /// Keeps a picture of the page in the folder that REGISTRAR_SCREENSHOTS names, if it names one.
    public func keepPicture(as name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["REGISTRAR_SCREENSHOTS"] else {
            return
        }
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        try screenshot().write(to: URL(filePath: "\(folder)/\(name).png"))
    }

    /// An expression that lists what is wrong with how the page is laid out: too wide, out of the
    /// window, or hard to read.
    public static let legibility = """
        (() => {
          const faults = [];
          const name = e => e.tagName + "." + (e.getAttribute("class") ?? "") + " "
            + e.textContent.trim().slice(0, 40);
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth > width) faults.push("the page scrolls sideways");
          for (const e of document.querySelectorAll("body *")) {
            const box = e.getBoundingClientRect();
            const scrolls = e.closest(".scroll");
            if (!scrolls && (box.right > width + 0.5 || box.left < -0.5) && !e.closest("svg"))
              faults.push("out of the window: " + name(e));
          }
          const channel = c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
          const light = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255)
            + 0.0722 * channel(b / 255);
          const numbers = text => text.match(/[\\d.]+/g).map(Number);
          const ground = e => {
            for (; e; e = e.parentElement) {
              const colour = numbers(getComputedStyle(e).backgroundColor);
              if (colour.length < 4 || colour[3] > 0) return colour;
            }
            return [255, 255, 255];
          };
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const e = texts.currentNode.parentElement;
            if (!texts.currentNode.data.trim() || e.closest("svg")) continue;
            const style = getComputedStyle(e);
            const [a, b] = [light(numbers(style.color)), light(ground(e))];
            const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (contrast < 4.5) faults.push("contrast " + contrast.toFixed(2) + ": " + name(e));
            if (parseFloat(style.fontSize) < 12) faults.push("small: " + name(e));
          }
          return faults;
        })()
        """

    // MARK: The protocol

    @discardableResult
    private func call(_ method: String, _ parameters: Message = [:]) throws -> Message {
        lastIdentifier += 1
        var message: Message = ["id": lastIdentifier, "method": method, "params": parameters]
        message["sessionId"] = session
        let bytes = Array(try JSONSerialization.data(withJSONObject: message)) + [0]
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(writing, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "the browser takes no commands") }
            rest = rest.dropFirst(count)
        }
        while true {
            let answer = try next()
            guard answer["id"] as? Int == lastIdentifier else {
                events.append(answer)
                continue
            }
            if let error = answer["error"] {
                throw Failure(description: "\(method): \(error)")
            }
            return answer["result"] as? Message ?? [:]
        }
    }

    /// The next message; each ends with a zero.
    private func next() throws -> Message {
        while true {
            if let end = received.firstIndex(of: 0) {
                let message = Data(received[..<end])
                received.removeFirst(end + 1)
                return try JSONSerialization.jsonObject(with: message) as? Message ?? [:]
            }
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(reading, &buffer, buffer.count, 0)
            guard count > 0 else {
                throw Failure(description: "the browser says nothing: see \(folder)/stderr")
            }
            received += buffer[..<count]
        }
    }

    // MARK: The process

    private static func connection() throws -> (own: CInt, other: CInt) {
        var ends: [CInt] = [0, 0]
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw Failure(description: "no connection can be made: error \(errno)")
        }
        // A picture of a whole page takes long on a busy machine.
        var limit = timeval(tv_sec: 180, tv_usec: 0)
        setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        // Out of the way of 3 and 4, which the browser's ends become.
        defer { Glibc.close(ends[1]) }
        return (ends[0], fcntl(ends[1], F_DUPFD_CLOEXEC, 16))
    }

    private static func launch(folder: String, commands: CInt, answers: CInt) throws -> pid_t {
        var options = [
            "--headless", "--remote-debugging-pipe", "--user-data-dir=\(folder)/profile",
            "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            // Nobody else is to be asked anything.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ]
        // Chromium's sandbox does not work for root.
        if geteuid() == 0 { options.append("--no-sandbox") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        let log = folder + "/stderr"
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_adddup2(&actions, commands, 3)
        posix_spawn_file_actions_adddup2(&actions, answers, 4)
        defer {
            Glibc.close(commands)
            Glibc.close(answers)
        }
        var identifier: pid_t = 0
        let arguments = (["chromium"] + options).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let failure = posix_spawnp(&identifier, "chromium", &actions, nil, arguments, environ)
        guard failure == 0 else {
            throw Failure(
                description: "chromium cannot be started: \(String(cString: strerror(failure))); "
                    + "make packages-for-tests installs it"
            )
        }
        return identifier
    }
}
