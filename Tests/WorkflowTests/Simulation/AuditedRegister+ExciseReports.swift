import Domain

// What may follow from what operators report of goods.
extension AuditedRegister {
    /// - Parameter effects: without the request that is made.
    func problem(
        with effects: [Reading],
        ofReport sent: Sent.Excise,
        at time: Instant
    ) -> String? {
        let names = effects.map { $0["event"] ?? "" }
        let today = LuxembourgCalendar.date(at: time)
        let day = CivilDate(sent.day)
        switch sent.action {
        case .receive(let name), .release(let name):
            guard mayReport(sent, scope: "emcs", on: [day]), let day, day <= today,
                authorisations[sent.number]?.isInForce(on: day) == true
            else { return "a receipt that nobody may report" }
            var isReceived = false
            if case .receive = sent.action { isReceived = true }
            let movement =
                isReceived ? movement(name, under: sent.number, arriving: true) : name
            let opened = effects.map { Obligation($0.object("obligation")) }
            let isRight =
                names.allSatisfy { $0 == "obligation.opened" }
                && opened.map(\.kind).sorted() == duties(after: sent)?.sorted()
                && opened.allSatisfy {
                    $0.movement == movement && $0.number == sent.number
                }
            return isRight ? nil : "a receipt opens \(opened.map(\.kind)): \(opened)"
        case .dispatch(let name, let consignee, let secured):
            guard mayReport(sent, scope: "emcs", on: [day]) else {
                return "a dispatch that nobody may report"
            }
            return problem(with: effects, ofDispatch: sent, name, to: consignee, secured)
        case .meet(let kind, let name):
            let scope = kind == "ac4-declaration" || kind == "duty-payment" ? "ac4" : "emcs"
            guard
                mayReport(sent, scope: scope, on: [day]) || outlivesRight(sent, of: name),
                let day, day <= today
            else { return "what nobody may report" }
            return problem(with: effects, ofMeeting: kind, name, sent)
        case .announce(let paper, _):
            guard mayReport(sent, scope: "emcs", on: [day]), names == ["obligation.opened"],
                !papers.contains(where: { $0.number == sent.number && $0.reference == paper }),
                let day
            else { return "a paper that must not be: \(names)" }
            let opened = Obligation(effects[0].object("obligation"))
            return opened.kind == "emcs-catch-up" && opened.movement == paper
                && opened.dueOn == dayOfEntry(arisenOn: day, at: time)
                ? nil : "a paper opens \(opened)"
        case .enter(let paper, let code):
            guard mayReport(sent, scope: "emcs", on: [today]) || outlivesRight(sent, of: paper)
            else { return "an entry that nobody may report" }
            return problem(with: effects, ofEntering: paper, code, sent)
        default: return "no report"
        }
    }

    /// When a paper is entered: a working day after EMCS works again, or after the day itself; no
    /// day while it is away.
    private func dayOfEntry(arisenOn day: CivilDate, at time: Instant) -> String {
        var start = day
        if let outage = outages.last(where: { $0.covers(day) }) {
            guard let until = outage.until else { return "" }
            start = max(day, LuxembourgCalendar.date(at: until))
        }
        var entry = Obligation(Reading([]))
        entry.kind = "emcs-catch-up"
        entry.dueOn = "\(LuxembourgCalendar.day(1, workingDaysAfter: start))"
        return lastDay(of: entry, at: time).map { "\($0)" } ?? ""
    }

    /// Whoever reported a movement of an operator that is revoked may say what became of it.
    func outlivesRight(_ sent: Sent.Excise, of name: String) -> Bool {
        guard let eori = authorisations[sent.number]?.eori, operators[eori]?.status == "revoked"
        else { return false }
        return known(sent.number, name).contains {
            requests[$0.request].map { self.name($0.person) } == sent.person
        }
    }

    private func problem(
        with effects: [Reading],
        ofDispatch sent: Sent.Excise,
        _ name: String,
        to consignee: String,
        _ secured: Sent.Excise.Guarantee?
    ) -> String? {
        let names = effects.map { $0["event"] ?? "" }
        let movement = movement(name, under: sent.number, arriving: false)
        let standing = standing(under: sent.number)
        let isStanding = secured.map { secured in
            standing.contains { $0.reference == secured.reference }
        }
        let isOwn = isStanding == false
        let report = reportOfReceipt(of: movement, by: consignee, since: sent.day)
        guard
            names == (isOwn ? ["guarantee.held"] : []) + ["obligation.opened"]
                + (report == nil ? [] : ["obligation.changed"]),
            isOwn || !standing.isEmpty
        else { return "a dispatch makes \(names)" }
        let opened = Obligation(effects[isOwn ? 1 : 0].object("obligation"))
        guard opened.kind == "receipt-expected", opened.movement == movement else {
            return "a dispatch opens \(opened)"
        }
        return report == nil || effects.last?.object("obligation")["metOn"] == report
            ? nil : "what was reported on \(report ?? "") is met otherwise"
    }

    /// When the consignee reported that goods arrived; nil where it has not.
    private func reportOfReceipt(
        of movement: String,
        by consignee: String,
        since day: String
    ) -> String? {
        obligations.values.first {
            $0.number == consignee && $0.kind == "report-of-receipt" && $0.movement == movement
        }?.metOn.flatMap { $0 >= day ? $0 : nil }
    }

    private func problem(
        with effects: [Reading],
        ofMeeting kind: String,
        _ name: String,
        _ sent: Sent.Excise
    ) -> String? {
        guard let own = effects.first?.object("obligation"),
            own["status"]?.hasPrefix("met") == true,
            own["authorisation"] == sent.number, own["kind"] == kind, own["metOn"] == sent.day,
            let before = obligations[own["id"] ?? ""], before.isRunning,
            known(sent.number, name).contains(before), before.arisenOn <= sent.day
        else { return "what was done is not what was reported" }
        let met = effects.dropFirst().map { $0.object("obligation")["id"] ?? "" }
        let due =
            kind == "report-of-receipt"
            ? awaited(
                of: movement(name, under: sent.number, arriving: true),
                by: sent.number,
                on: sent.day
            ) : []
        return met.count == due.count && Set(met) == due
            ? nil : "besides what was done \(met) end, and not \(due)"
    }

    /// What consignors wait for that the consignee has reported by now.
    private func awaited(of movement: String, by consignee: String, on day: String) -> Set<String> {
        Set(
            obligations.filter { _, obligation in
                guard case .dispatch(_, consignee, _) = said[obligation.request]?.action else {
                    return false
                }
                return obligation.kind == "receipt-expected" && obligation.isRunning
                    && obligation.movement == movement && obligation.arisenOn <= day
            }.keys
        )
    }

    /// Everything that the paper's name stood for has the code, at both ends, and what was reported
    /// by either name counts.
    private func problem(
        with effects: [Reading],
        ofEntering paper: String,
        _ code: String,
        _ sent: Sent.Excise
    ) -> String? {
        guard
            let known = papers.first(where: { $0.number == sent.number && $0.reference == paper }),
            known.code == nil
        else { return "a paper is entered that is none, or for the second time" }
        let changes = effects.filter { $0["event"] == "obligation.changed" }
        let entered = changes.filter {
            let record = $0.object("obligation")
            return record["kind"] == "emcs-catch-up" && record["authorisation"] == sent.number
                && record["reference"] == paper && record["status"]?.hasPrefix("met") == true
        }
        let renamed = changes.filter { $0["change"] == "renamed" }
            .map { $0.object("obligation")["id"] ?? "" }
        // Of a consignee here, what it has to do since it received the goods.
        let receipt = obligations.values.first {
            $0.number == known.consignee && $0.movement == paper && $0.kind == "report-of-receipt"
        }?.request
        let due = obligations.filter { _, obligation in
            guard obligation.movement == paper, obligation.kind != "emcs-catch-up" else {
                return false
            }
            let isTwice = obligations.values.contains {
                $0.number == obligation.number && $0.movement == code && $0.kind == obligation.kind
            }
            return obligation.number == sent.number
                || obligation.number == known.consignee && obligation.request == receipt && !isTwice
        }.keys
        guard entered.count == 1, renamed.count == due.count, Set(renamed) == Set(due) else {
            return "entering \(paper) renames \(renamed), and not \(due)"
        }
        return changes.allSatisfy { change in
            let after = Obligation(change.object("obligation"))
            return change["change"] == "renamed"
                ? after.movement == code
                : after.kind == "emcs-catch-up"
                    || after.kind == "receipt-expected" && after.movement == code
        } ? nil : "entering \(paper) makes \(changes.map { $0["change"] ?? "" })"
    }
}
