import LogKeys
import Logging
import Testing

@testable import Operations

@Suite("Log")
struct LogTests {
    let lines = Collected<String>()
    let clock = ManualClock()

    func output(_ style: LogStyle, level: Logger.Level = .trace) -> LogOutput {
        LogOutput(level: level, style: style, clock: clock.clock) { [lines] in
            lines.append(String(decoding: $0, as: UTF8.self))
        }
    }

    func logger(_ output: LogOutput) -> Logger {
        Logger(label: "intake") { output.handler(label: $0) }
    }

    @Test("one line an event, in each style")
    func styles() {
        let output = output(.journal)
        let logger = logger(output)
        for style in [LogStyle.journal, .text, .json] {
            output.style = style
            logger.warning(
                "broker is away",
                metadata: [
                    LogKey.queue: "registrations", LogKey.reason: "connection refused",
                    LogKey.count: .stringConvertible(3),
                ]
            )
        }
        #expect(
            lines.all == [
                "<4>broker is away count=3 queue=registrations reason=\"connection refused\"\n",
                "2026-01-01T00:00:00.000Z warning broker is away count=3 queue=registrations reason=\"connection refused\"\n",
                "{\"time\":\"2026-01-01T00:00:00.000Z\",\"level\":\"warning\",\"logger\":\"intake\",\"message\":\"broker is away\",\"metadata\":{\"count\":3,\"queue\":\"registrations\",\"reason\":\"connection refused\"}}\n",
            ]
        )
    }

    @Test(
        "severities as syslog counts them",
        arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2])
    )
    func priorities(level: Logger.Level, priority: Int) {
        logger(output(.journal)).log(level: level, "x")
        #expect(lines.all == ["<\(priority)>x\n"])
    }

    @Test(
        "no value begins a line, a field or hides anything",
        arguments: [
            ("a\nb", "a\\nb"), ("a\r\nb", "a\\r\\nb"), ("a\u{85}b", "a\\u0085b"),
            ("a\u{2028}b\u{2029}", "a\\u2028b\\u2029"),
            ("\u{1B}[31m", "\\u001b[31m"), ("\u{0}\u{7F}", "\\u0000\\u007f"),
            ("\u{202E}evil", "\\u202eevil"),
            ("zero\u{200B}width\u{FEFF}", "zero\\u200bwidth\\ufeff"),
            ("\u{E0001}", "\\udb40\\udc01"),
            ("é世界😀", "é世界😀"),
        ]
    )
    func injection(value: String, escaped: String) {
        let output = output(.journal)
        let logger = logger(output)
        logger.info("\(value)", metadata: ["k\n=": "\(value) "])
        output.style = .json
        logger.info("\(value)", metadata: ["k": ["n": .string(value)]])
        #expect(
            lines.all == [
                "<6>\(escaped) \"k\\n=\"=\"\(escaped) \"\n",
                "{\"time\":\"2026-01-01T00:00:00.000Z\",\"level\":\"info\",\"logger\":\"intake\",\"message\":\"\(escaped)\",\"metadata\":{\"k\":{\"n\":\"\(escaped)\"}}}\n",
            ]
        )
        for line in lines.all {
            #expect(line.unicodeScalars.count { $0 == "\n" || $0 == "\r" } == 1)
        }
    }

    @Test("a quote is escaped also when a combining mark follows it")
    func combiningMark() {
        let value = "\"\u{301}"
        let output = output(.json)
        logger(output).info("\(value)", metadata: ["k": .string(value)])
        output.style = .journal
        logger(output).info("\(value)", metadata: ["k": .string(value)])
        #expect(
            lines.all[0].contains(
                "\"message\":\"\\\"\u{301}\",\"metadata\":{\"k\":\"\\\"\u{301}\"}"
            )
        )
        #expect(lines.all[1] == "<6>\"\u{301} k=\"\\\"\u{301}\"\n")
    }

    @Test("a value that looks like a field is quoted")
    func fields() {
        logger(output(.journal)).info(
            "x",
            metadata: ["a": "b c=d", "e": "", "f": "g\\h", "i": ["j", ["k": "l"]]]
        )
        #expect(lines.all == ["<6>x a=\"b c=d\" e=\"\" f=\"g\\\\h\" i=[j,{k:l}]\n"])
    }

    @Test("what is endless is cut")
    func length() {
        logger(output(.journal)).info(
            "x",
            metadata: ["a": .string(String(repeating: "y", count: 100_000))]
        )
        #expect(lines.all[0].utf8.count < 5000)
        #expect(lines.all[0].hasSuffix("y…\n"))
    }

    @Test("the level changes while the program runs, for loggers that exist")
    func level() {
        let output = output(.text, level: .info)
        let logger = logger(output)
        logger.debug("no")
        output.level = .debug
        logger.debug("yes")
        output.level = .error
        logger.warning("no")
        var own = logger
        own.logLevel = .trace
        own.trace("own")
        #expect(logger.logLevel == .error)
        #expect(lines.all.map { $0.suffix(5) } == [" yes\n", " own\n"])
    }

    @Test("metadata of the handler, the logger and the event, and an error")
    func metadata() {
        var handler = output(.journal).handler(label: "x")
        handler[metadataKey: "a"] = "handler"
        handler[metadataKey: "b"] = "handler"
        handler.metadataProvider = Logger.MetadataProvider { ["b": "provider", "c": "provider"] }
        struct Broken: Error {}
        var event = LogEvent(
            level: .error,
            message: "m",
            metadata: ["c": "event"],
            source: nil,
            file: "f",
            function: "g",
            line: 1
        )
        event.error = Broken()
        handler.log(event: event)
        #expect(lines.all == ["<3>m a=handler b=provider c=event error=Broken()\n"])
        #expect(handler[metadataKey: "a"] == "handler")
    }

    @Test(
        "the journal is recognised by its variable",
        arguments: [
            ([:], LogStyle.text), (["JOURNAL_STREAM": "8:123"], .journal),
            (["JOURNAL_STREAM": ""], .text),
        ] as [([String: String], LogStyle)]
    )
    func detection(environment: [String: String], style: LogStyle) {
        #expect(LogStyle.automatic(environment: environment) == style)
    }

    @Test(
        "RFC 3339 times",
        arguments: [
            (Duration.zero, "1970-01-01T00:00:00.000Z"),
            (.milliseconds(951_782_399_999), "2000-02-28T23:59:59.999Z"),
            (.seconds(951_782_400), "2000-02-29T00:00:00.000Z"),
            (.seconds(1_709_251_199), "2024-02-29T23:59:59.000Z"),
            (.seconds(4_107_542_400), "2100-03-01T00:00:00.000Z"),
            (.seconds(-1), "1969-12-31T23:59:59.000Z"),
            (.seconds(-86_400), "1969-12-31T00:00:00.000Z"),
            (.microseconds(1_999), "1970-01-01T00:00:00.001Z"),
        ]
    )
    func times(time: Duration, text: String) {
        #expect(RFC3339.text(sinceEpoch: time) == text)
    }
}
