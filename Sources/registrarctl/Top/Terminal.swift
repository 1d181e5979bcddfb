import Glibc

/// A terminal that is taken over for a while: the alternate screen, keys as they are pressed, no
/// cursor. Given back when this goes, however that comes about.
struct Terminal: ~Copyable {
    enum Event {
        case key(UInt8)
        case resized
        /// A signal asks the program to end, or the terminal is gone.
        case end
        case timeout
    }

    // ECMA-48 and xterm's private modes.
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leave = "\u{1B}[?25h\u{1B}[?1049l"
    private static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    private let original: termios

    /// - Throws: An `ExitFailure` when the terminal cannot be set.
    init() throws {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else {
            throw ExitFailure(
                .unavailable,
                "standard input is no terminal: keys could not be read; try it without a pipe"
            )
        }
        try SignalPipe.open(Self.endings + [SIGWINCH])
        original = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        // Stopping would leave the alternate screen behind.
        withUnsafeMutableBytes(of: &settings.c_cc) { characters in
            characters[Int(VSUSP)] = 0
            characters[Int(VMIN)] = 0
            characters[Int(VTIME)] = 0
        }
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        Self.write(Self.enter)
    }

    deinit {
        Self.write(Self.leave)
        var settings = original
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }

    /// Puts the lines in the place of those that are there, as far as there is room.
    ///
    /// - Returns: Whether the terminal took them.
    func show(_ lines: [String]) -> Bool {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0
        let shown = lines.prefix(isKnown ? Int(size.ws_row) : lines.count)
        // The last line has no line feed: it would scroll the screen.
        return Self.write(
            "\u{1B}[H" + shown.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
        )
    }

    /// Waits for what happens next, at most so long.
    func next(withinSeconds limit: Double) -> Event {
        var descriptors = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: SignalPipe.reading, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&descriptors, 2, Int32(max(0, limit) * 1000))
        // A signal interrupts the wait, and stands in the pipe.
        if count < 0 { return errno == EINTR ? next(withinSeconds: 0) : .end }
        if descriptors[1].revents != 0, let signal = SignalPipe.next() {
            return signal == SIGWINCH ? .resized : .end
        }
        guard descriptors[0].revents != 0 else { return .timeout }
        var key: UInt8 = 0
        return read(STDIN_FILENO, &key, 1) == 1 ? .key(key) : .end
    }

    @discardableResult
    private static func write(_ text: String) -> Bool {
        Standard.put(Array(text.utf8), to: STDOUT_FILENO)
    }
}

/// Where signal handlers leave word: all that they may do is write to a pipe (signal-safety(7)).
private enum SignalPipe {
    // Set once, before the first handler that reads it is installed.
    nonisolated(unsafe) private(set) static var reading: Int32 = -1
    nonisolated(unsafe) private(set) static var writing: Int32 = -1

    static func open(_ signals: [Int32]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw ExitFailure(
                .unavailable,
                "no pipe is to be had: \(String(cString: strerror(errno)))"
            )
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (reading, writing) = (ends[0], ends[1])
        for signal in signals {
            Glibc.signal(signal) { number in
                let saved = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = Glibc.write(SignalPipe.writing, &byte, 1)
                errno = saved
            }
        }
    }

    /// The next signal that came; nil for none.
    static func next() -> Int32? {
        var byte: UInt8 = 0
        return read(reading, &byte, 1) == 1 ? Int32(byte) : nil
    }
}
