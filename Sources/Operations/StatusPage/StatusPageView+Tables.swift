extension StatusPageView {
    // MARK: Queues

    var queues: HTML {
        let rows: [HTML] = snapshot.queues.enumerated().map { index, queue in
            """
            <tr><th scope="row">\(queue.name)</th>\
            <td class="spark">\(sparkline(snapshot.samples.map { $0.depths[index] }))</td>\
            \(snapshot.isBrokerThere ? number(queue.depth) : Self.none)\
            \(queue.isInbound ? number(queue.inHand) : Self.none)\
            \(consumers(queue))\
            \(drain(queue))</tr>

            """
        }
        return table(
            "queues",
            "Queues",
            """
            <thead><tr><th scope="col">Queue</th><th scope="col" class="spark">History</th>\
            <th scope="col">Waiting</th><th scope="col">In hand</th>\
            <th scope="col">Consumers</th>\
            <th scope="col">Until empty</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            """
        )
    }

    private func consumers(_ queue: StatusSnapshot.Queue) -> HTML {
        if !snapshot.isBrokerThere { return Self.none }
        return queue.depth > 0 && queue.consumers == 0
            ? "<td class=\"still\">nobody</td>" : number(queue.consumers)
    }

    private func drain(_ queue: StatusSnapshot.Queue) -> HTML {
        if !snapshot.isBrokerThere { return Self.none }
        if queue.depth == 0 { return "<td class=\"zero\">empty</td>" }
        return queue.drainSeconds.isInfinite
            ? "<td class=\"still\">not shrinking</td>"
            : "<td>\(Wording.duration(seconds: queue.drainSeconds))</td>"
    }

    /// How many waited, without a scale: the figure stands beside it.
    private func sparkline(_ depths: [Int]) -> HTML {
        let samples = snapshot.samples
        guard samples.count > 1, let peak = depths.max() else { return "" }
        let span = Double(StatusPlot.minutes(for: samples) * 60)
        let points = zip(samples, depths).map { sample, depth in
            let x = 96 * (1 - min(1, sample.secondsAgo / span))
            let y = peak == 0 ? 22 : 22 - 20 * Double(depth) / Double(peak)
            return "\(StatusPlot.text(x)) \(StatusPlot.text(y))"
        }
        return """
            <svg viewBox="0 0 96 24" width="96" height="24" preserveAspectRatio="none" role="img">\
            <title>at most \(Wording.count(peak))</title>\
            <path class="line first" d="M\(points.joined(separator: "L"))"/></svg>
            """
    }

    // MARK: What waits

    var waiting: HTML {
        let outbox = snapshot.outbox
        return section(
            "waiting",
            "Waiting in the store",
            """
            <dl class="tiles">
            \(tile("To be sent", outbox.pending, note: oldest))\
            \(tile("Parked", outbox.parked, note: "sent in vain", isBad: outbox.parked > 0))\
            \(tile("Early", snapshot.deferred, note: "their request has not come"))\
            </dl>
            """
        )
    }

    private var oldest: String {
        let age = snapshot.outbox.oldestAgeSeconds
        return age > 0 ? "oldest \(Wording.duration(seconds: age))" : "nothing is late"
    }

    private func tile(_ name: String, _ count: Int, note: String = "", isBad: Bool = false) -> HTML
    {
        let kind = isBad ? "bad" : count == 0 ? "zero" : "some"
        let remark: HTML = note.isEmpty ? "" : "<dd class=\"note\">\(note)</dd>"
        return """
            <div class="\(kind)"><dt>\(name)</dt><dd>\(Wording.count(count))</dd>\(remark)</div>

            """
    }

    // MARK: Dead letters

    var deadLetters: HTML {
        guard let most = snapshot.deadLetters.first?.count else {
            return section("dead", "Dead letters since the start", "<p class=\"none\">None.</p>")
        }
        let rows: [HTML] = snapshot.deadLetters.map { reason in
            let share = StatusPlot.text(100 * Double(reason.count) / Double(most))
            return """
                <tr><th scope="row">\(reason.name)</th>\(number(reason.count))\
                <td class="bar"><svg width="100%" height="8" aria-hidden="true">\
                <rect width="\(share)%" height="8" rx="2"/></svg></td></tr>

                """
        }
        return table(
            "dead",
            "Dead letters since the start",
            """
            <thead><tr><th scope="col">Reason</th><th scope="col">Messages</th>\
            <td class="bar"></td></tr></thead>
            <tbody>
            \(rows)</tbody>
            """
        )
    }

    // MARK: Requests and accounts

    var requests: HTML {
        let statuses: [HTML] = snapshot.requestStatuses.map {
            "<th scope=\"col\">\(Self.words($0))</th>"
        }
        let rows: [HTML] = snapshot.procedures.map { procedure in
            let age = procedure.oldestPendingSeconds
            let oldest: HTML =
                age > 0
                ? "<td>\(Wording.duration(seconds: age))</td>" : Self.none
            return """
                <tr><th scope="row">\(Self.words(procedure.name))</th>\
                \(procedure.counts.map(number))\(oldest)</tr>

                """
        }
        return table(
            "requests",
            "Requests",
            """
            <thead><tr><th scope="col">Procedure</th>\(statuses)\
            <th scope="col">Oldest pending</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            """
        )
    }

    var accounts: HTML { tiles("accounts", "Accounts", snapshot.accounts, bad: "failed") }

    /// What operators may do, have to do, and have given for it.
    var duties: HTML {
        """
        \(tiles("authorisations", "Authorisations", snapshot.authorisations))\
        \(tiles("obligations", "To be done by a day", snapshot.obligations, bad: "overdue"))\
        \(tiles("guarantees", "Guarantees", snapshot.guarantees))
        """
    }

    /// A tile for each count.
    ///
    /// - Parameter bad: What there had better be none of.
    private func tiles(
        _ identifier: String,
        _ title: String,
        _ counts: [StatusSnapshot.Count],
        bad: String? = nil
    ) -> HTML {
        let tiles = counts.map {
            tile(Self.words($0.name), $0.count, isBad: $0.name == bad && $0.count > 0)
        }
        return section(identifier, title, "<dl class=\"tiles\">\n\(tiles)</dl>")
    }

    // MARK: Parts

    private static let none: HTML = "<td class=\"zero\">–</td>"

    /// A table that scrolls by itself where it is too wide, by the keyboard as well.
    private func table(_ identifier: String, _ title: String, _ content: HTML) -> HTML {
        section(
            identifier,
            title,
            """
            <div class="scroll" role="region" aria-label="\(title), table" tabindex="0">
            <table>
            \(content)
            </table>
            </div>
            """
        )
    }

    /// A part of the page under its heading.
    func section(_ identifier: String, _ title: String, _ content: HTML) -> HTML {
        """
        <section aria-labelledby="\(identifier)">
        <h2 id="\(identifier)">\(title)</h2>
        \(content)
        </section>

        """
    }

    private func number(_ value: Int) -> HTML {
        value == 0 ? "<td class=\"zero\">0</td>" : "<td>\(Wording.count(value))</td>"
    }

    /// `Awaiting information` of `awaiting-information`.
    private static func words(_ name: String) -> String {
        let words = name.split(separator: "-").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
