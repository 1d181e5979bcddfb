import Composition
import Glibc

/// What standard output is: a terminal with so many columns, or something that programs read.
struct Screen {
    /// Nil when it is not a terminal: nothing is shortened then.
    let columns: Int?
    let usesColour: Bool

    /// Colour is for terminals, and for nobody who set `NO_COLOR` (https://no-color.org).
    static func current(
        environment: [String: String] = ProcessEnvironment.current
    ) -> Screen {
        guard isatty(STDOUT_FILENO) == 1 else { return Screen(columns: nil, usesColour: false) }
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        return Screen(
            columns: isKnown ? Int(size.ws_col) : nil,
            usesColour: !isPlain && environment["TERM"] != "dumb"
        )
    }

    func paint(_ text: String, _ style: Style?) -> String {
        guard usesColour, let style, !text.isEmpty else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }
}

/// How a piece of text stands out; the value is the terminal's code for it (ECMA-48, "SGR").
enum Style: String {
    case bold = "1"
    case faint = "2"
    case good = "32"
    case waiting = "33"
    case bad = "31"
    case notable = "36"
}

/// A piece of text for the screen.
struct Cell: ExpressibleByStringLiteral {
    let text: String
    let style: Style?

    init(_ text: String, _ style: Style? = nil) {
        self.text = SafeText.line(text)
        self.style = style
    }

    init(stringLiteral value: String) { self.init(value) }

    init(_ number: some BinaryInteger, _ style: Style? = nil) { self.init("\(number)", style) }
}
