import Testing

@testable import Operations

@Suite("Status page")
struct StatusPageTests {
    @Test("what is interpolated is escaped, and only another piece of HTML is not")
    func escaping() {
        let hostile = "<b>\"a\" & 'b'</b>\u{0}\u{1B}\nå"
        let piece: HTML = "<i>\(hostile)</i>"
        #expect(
            piece.text
                == "<i>&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/b&gt;\u{FFFD}\u{FFFD}\nå</i>"
        )
        let whole: HTML = "<p>\([piece, "<br>"])\(7)</p>"
        #expect(whole.text == "<p>\(piece.text)<br>7</p>")
    }

    @Test("numbers are worded for people")
    func wording() {
        let cases = [
            (Wording.count(0), "0"), (Wording.count(999), "999"),
            (Wording.count(1000), "1\u{202F}000"),
            (Wording.count(-1_234_567), "−1\u{202F}234\u{202F}567"),
            (Wording.count(1, "letter", "letters"), "1 letter"),
            (Wording.rate(0), "0"), (Wording.rate(.nan), "0"), (Wording.rate(0.05), "0.05"),
            (Wording.rate(0.001), "<\u{202F}0.01"), (Wording.rate(3.25), "3.3"),
            (Wording.rate(99.96), "100.0"), (Wording.rate(1234.5), "1\u{202F}235"),
            (Wording.duration(seconds: 0), "0\u{202F}s"),
            (Wording.duration(seconds: -5), "0\u{202F}s"),
            (Wording.duration(seconds: 0.2), "<\u{202F}1\u{202F}s"),
            (Wording.duration(seconds: 250), "4\u{202F}min 10\u{202F}s"),
            (Wording.duration(seconds: 7200), "2\u{202F}h"),
            (Wording.duration(seconds: 90_061), "1\u{202F}d 1\u{202F}h"),
            (Wording.duration(seconds: 1_000_000), "11\u{202F}d"),
            (Wording.duration(seconds: .infinity), "unknown"),
            (Wording.bytes(512), "512\u{202F}B"), (Wording.bytes(4096), "4.0\u{202F}KiB"),
            (Wording.bytes(88_200_000), "84.1\u{202F}MiB"),
        ]
        for (actual, expected) in cases { #expect(actual == expected) }
    }

    @Test("a plot's scale ends at a round number not far above the highest value")
    func scale() {
        for (peak, scale) in [
            (0.0, 4.0), (3, 4), (4.1, 6), (95, 100), (101, 200), (270, 300), (61_000, 80_000),
        ] {
            #expect(StatusPlot.scale(for: peak, atLeast: 4) == scale)
        }
        #expect(StatusPlot.scale(for: .infinity, atLeast: 4) == 4)
    }

    @Test("a plot begins where the samples do, until it is an hour")
    func span() throws {
        let example = try StatusExample()
        for (steps, minutes) in [(0, 4), (24, 4), (2, 12), (60, 20), (60, 40), (200, 60), (90, 60)]
        {
            for _ in 0..<steps { example.pass(seconds: 10) }
            #expect(StatusPlot.minutes(for: example.snapshot.samples) == minutes)
        }
        let page = try open("/", example).body
        #expect(
            page.contains(">Last hour</h2>") && page.contains(">60 min ago</span><span>45</span>")
        )
    }

    @Test("lights: each state of each part has a level and says why")
    func lights() throws {
        let example = try StatusExample()
        func lights() -> [String: StatusLight] {
            let snapshot = example.snapshot
            return Dictionary(uniqueKeysWithValues: snapshot.lights.map { ($0.name, $0) })
        }
        func expect(_ name: String, _ level: StatusLight.Level, _ text: String) {
            let light = lights()[name]
            #expect(light?.level == level, "\(name)")
            #expect(light?.text.contains(text) == true, "\(name): \(light?.text ?? "")")
        }
        expect("Broker", .unknown, "Not connected (consumer, publisher): starting")
        expect("Store", .unknown, "starting")
        expect("Queues", .unknown, "cannot be asked")
        expect("Journal", .unknown, "Not verified")
        example.becomeReady()
        expect("Broker", .good, "Both connections stand")
        expect("Store", .good, "84.1\u{202F}MiB, log 3.9\u{202F}MiB")
        expect("Queues", .good, "Nothing waits")

        #expect(lights()["EMCS"] == nil)
        example.metrics.state.systemsAway["emcs"]?.set(1)
        expect("EMCS", .attention, "Away, as its office says")
        example.metrics.state.systemsAway["emcs"]?.set(0)
        #expect(lights()["EMCS"] == nil)

        example.metrics.broker(.publisher, connected: true, blocked: true)
        expect("Broker", .attention, "no publications")
        example.metrics.broker(.publisher, connected: true, blocked: false)
        example.health.fail("consumer", reason: "a queue is missing")
        expect("Broker", .failure, "a queue is missing")
        example.metrics.store(bytes: 1, walBytes: 300 << 20)
        expect("Store", .attention, "large")

        example.metrics.queue("registrations", depth: 2, consumers: 1, drainSeconds: 1)
        expect("Queues", .good, "2 messages wait")
        example.metrics.intake.letters["schema"]?.set(1)
        expect("Queues", .attention, "1 dead letter waits")
        for _ in 0..<29 { example.pass(seconds: 10) }
        expect("Queues", .attention, "1 dead letter")
        for _ in 0..<4 { example.pass(seconds: 10) }
        expect("Queues", .attention, "Not shrinking: registrations")
        example.metrics.queue("registrations", depth: 1, consumers: 1, drainSeconds: 1)
        example.pass(seconds: 10)
        expect("Queues", .attention, "1 dead letter")
        example.metrics.outbox(pending: 9, oldestAgeSeconds: 61, parked: 0)
        expect("Queues", .attention, "oldest message waits for 1\u{202F}min 1\u{202F}s")
        example.metrics.outbox(pending: 9, oldestAgeSeconds: 61, parked: 1)
        expect("Queues", .failure, "1 message parked")

        let now = example.clock.clock.sinceEpoch().seconds
        example.metrics.journalVerified(success: true, unixSeconds: now - 90)
        expect("Journal", .good, "1\u{202F}min 30\u{202F}s ago")
        example.metrics.journalVerified(success: false, unixSeconds: now)
        expect("Journal", .failure, "registrarctl journal verify")
        example.health.fail("journal", reason: "entry 7 does not fit")
        expect("Journal", .failure, "entry 7 does not fit")
    }

    @Test("the history is a ring of an hour, in rates a second")
    func history() throws {
        let example = try StatusExample()
        for step in 0..<1000 {
            example.metrics.settled(
                queue: "approvals",
                kind: "approval.decision",
                outcome: .applied,
                count: step < 900 ? 20 : 50
            )
            example.metrics.outboxConfirmed(seconds: [0.1])
            example.metrics.queue("reports", depth: step, consumers: 1, drainSeconds: 1)
            example.metrics.intake.inFlight["approvals"]?.set(3)
            example.metrics.outbox(pending: 8, oldestAgeSeconds: 1, parked: 0)
            example.pass(seconds: 10)
        }
        let samples = example.snapshot.samples
        #expect(samples.count == 361)
        #expect(samples.map(\.secondsAgo) == (0...360).reversed().map { Double($0) * 10 })
        #expect(samples.first?.settledPerSecond == 2 && samples.last?.settledPerSecond == 5)
        #expect(samples.allSatisfy { $0.confirmedPerSecond == 0.1 && $0.outboxPending == 8 })
        #expect(samples.map(\.backlog) == (639...999).map { $0 + 3 })
        #expect(samples.last?.depths == [0, 0, 999, 0, 0, 0, 0])
        example.clock.advance(by: .seconds(3590))
        #expect(example.snapshot.samples.count == 2)
    }

    private func open(_ path: String, _ example: StatusExample) throws -> HTTPPage {
        let page = try #require(example.page.pages[path])
        return page()
    }

    @Test("the page shows the figures, says what is wrong, and refreshes itself unless paused")
    func content() throws {
        let example = try StatusExample()
        example.work()
        let page = try open("/", example)
        #expect(page.status == 200 && page.contentType == "text/html; charset=utf-8")
        #expect(!page.contentSecurityPolicy.contains("script"))
        #expect(page.contentSecurityPolicy.hasPrefix("default-src 'none'; style-src 'self'"))
        for part in [
            "<title>Taking messages · Registrar</title>", "http-equiv=\"refresh\" content=\"10\"",
            "Version 1.2.3 · up 1\u{202F}h", ">01:00:00 UTC<", "<td>18\u{202F}204</td>",
            "<td>11\u{202F}d</td>", "<th scope=\"row\">schema</th><td>41</td>",
            "Intact, verified 12\u{202F}min ago",
            ">To be done by a day</h2>", "<dt>Overdue</dt><dd>2</dd>",
            ">Guarantees</h2>", "<dt>Partly called</dt><dd>1</dd>", "<dt>Active</dt><dd>231</dd>",
        ] {
            #expect(page.body.contains(part), "\(part)")
        }
        #expect(!page.body.contains("Why messages wait"))
        let paused = try open("/paused", example).body
        #expect(!paused.contains("http-equiv=\"refresh\"") && paused.contains("Resume"))

        example.fail()
        let trouble = try open("/", example).body
        for part in [
            "<title>Not taking messages · Registrar</title>", "Why messages wait",
            "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;a disk",
            "since <time datetime=\"2026-01-01T01:00:00.000Z\">2026-01-01 01:00:00 UTC</time>",
            "no progress for more than 30 s", "1\u{202F}234\u{202F}567",
        ] {
            #expect(trouble.contains(part), "\(part)")
        }
        #expect(!trouble.contains("<script"))
    }

    @Test("the icon tells whether messages are taken; the style sheet is a page of its own")
    func icon() throws {
        let example = try StatusExample()
        let bad = try open("/icon.svg", example)
        example.becomeReady()
        let good = try open("/icon.svg", example)
        #expect(bad.contentType == "image/svg+xml" && bad.body != good.body)
        let style = try open("/style.css", example)
        #expect(style.contentType == "text/css; charset=utf-8")
        #expect(style.body.contains("prefers-color-scheme: dark"))
    }
}
