import Domain

// Authorisations, obligations and EMCS, as the contract has them.
extension AuditedRegister {
    struct Authorisation: Hashable {
        var request: String
        var eori: String
        var kind: String
        /// Whom a mandate's holder acts for; nil for what is no mandate.
        var counterparty: String?
        var scope: Set<String>
        var validFrom: CivilDate?
        var validUntil: CivilDate?
        var revokedOn: CivilDate?
        var status: String
        var warnAt: String?
        var lapseAt: String?

        func isInForce(on day: CivilDate) -> Bool {
            let last = [validUntil, revokedOn].compactMap(\.self).min()
            return validFrom.map { $0 <= day } == true && last.map { day <= $0 } ?? true
        }
    }

    struct Obligation: Hashable {
        var procedure: String
        var kind: String
        var number: String
        var eori: String
        var movement: String
        var request: String
        var arisenOn: String
        var dueOn: String
        var metOn: String?
        var status: String
        /// Of which the first comes next.
        var reminders: [String]
        var overdueAt: String?
        /// Whether something is to be left alone.
        var isToRefrain: Bool

        var remindAt: String? { reminders.first }
        var isRunning: Bool { status == "open" || status == "overdue" }
        /// Whether it is done in EMCS.
        var needsEMCS: Bool {
            ["report-of-receipt", "receipt-expected", "emcs-catch-up"].contains(kind)
        }
    }

    struct Outage: Hashable {
        var since: Instant
        var until: Instant?

        func covers(_ day: CivilDate) -> Bool {
            LuxembourgCalendar.date(at: since) <= day
                && until.map { day <= LuxembourgCalendar.date(at: $0) } ?? true
        }
    }

    var isAway: Bool { outages.last.map { $0.until == nil } ?? false }

    /// Takes an event over; returns what does not fit what was there before, or must never be.
    mutating func applyDuty(_ event: Reading, at time: Instant) -> [String] {
        let name = event["event"] ?? ""
        if name.hasPrefix("authorisation.") {
            let record = event.object("authorisation")
            let number = record["number"] ?? ""
            let before = authorisations.updateValue(Authorisation(record), forKey: number)
            let fits =
                name == "authorisation.granted"
                ? before == nil : before?.status == event["previous"]
            return fits ? [] : ["authorisation \(number) changed from what it was not"]
        }
        if name.hasPrefix("guarantee.") { return applyGuarantee(event) }
        if name.hasPrefix("outage.") { return applyOutage(event) }
        guard name.hasPrefix("obligation.") else { return [] }
        let record = event.object("obligation")
        let identifier = record["id"] ?? ""
        let after = Obligation(record)
        let before = obligations[identifier]
        let isTwice =
            name == "obligation.opened"
            && obligations.values.contains {
                $0.number == after.number && $0.kind == after.kind
                    && $0.movement == after.movement
            }
        obligations[identifier] = after
        let fits =
            name == "obligation.opened" ? before == nil : before?.status == event["previous"]
        return (fits ? [] : ["obligation \(identifier) changed from what it was not"])
            + (isTwice ? ["\(after.kind) of \(after.movement) is asked for twice"] : [])
            + lateness(of: after, before: before, at: time)
    }

    private mutating func applyOutage(_ event: Reading) -> [String] {
        let record = event.object("outage")
        guard let since = record["since"].flatMap(Instant.init(rfc3339:)) else {
            return ["an outage has no beginning"]
        }
        let wasAway = isAway
        if event["event"] == "outage.began" {
            outages.append(Outage(since: since))
            return wasAway ? ["EMCS goes away twice"] : []
        }
        guard wasAway else { return ["EMCS comes back twice"] }
        outages[outages.count - 1].until = record["until"].flatMap(Instant.init(rfc3339:))
        return []
    }

    // MARK: - Days

    /// The last day on which the obligation is done in time: none while EMCS is away on it, and a
    /// working day more once it works again.
    func lastDay(of obligation: Obligation, at time: Instant) -> CivilDate? {
        guard let dueOn = CivilDate(obligation.dueOn) else { return nil }
        var last = LuxembourgCalendar.workingDay(notBefore: dueOn)
        guard obligation.needsEMCS else { return last }
        for outage in outages
        where outage.covers(last) && last <= LuxembourgCalendar.date(at: time) {
            guard let until = outage.until else { return nil }
            let day = LuxembourgCalendar.date(at: until)
            last = max(last, LuxembourgCalendar.day(1, workingDaysAfter: day))
        }
        return last
    }

    /// Nothing is late for a day on which it could not be done, or before its day is over.
    private func lateness(
        of after: Obligation,
        before: Obligation?,
        at time: Instant
    ) -> [String] {
        let name = "\(after.kind) of \(after.movement), due on \(after.dueOn),"
        switch after.status {
        case "overdue" where before?.status != "overdue":
            let last = lastDay(of: after, at: time)
            let isOver = last.map {
                LuxembourgCalendar.morning(of: $0.adding(days: 1)) <= time
            }
            return isOver == true ? [] : ["\(name) is overdue before its time"]
        case "met-late" where before?.status != "met-late":
            let last = before.map { lastDay(of: $0, at: time) } ?? nil
            let metOn = after.metOn.flatMap(CivilDate.init)
            guard let last, let metOn, metOn > last else { return ["\(name) is late in time"] }
            return []
        case "met" where before?.status != "met":
            guard let before, let metOn = after.metOn.flatMap(CivilDate.init),
                let last = lastDay(of: before, at: time)
            else { return [] }
            return metOn <= last ? [] : ["\(name) is in time on \(metOn)"]
        default: return []
        }
    }

    // MARK: - The clock

    /// When what the cause names fell due; nil if it is no timer of these.
    func dueAt(ofDuty words: [Substring]) -> String? {
        guard words.count == 3, words[0] == "timer" else { return nil }
        let name = String(words[2])
        return switch words[1] {
        case "warn": authorisations[name]?.warnAt
        case "lapse": authorisations[name]?.lapseAt
        case "remind-obligation": obligations[name]?.remindAt
        case "overdue": obligations[name]?.overdueAt
        default: nil
        }
    }

    /// Why the event must not follow from the timer, which has fallen due; nil if it may. Nil
    /// inside when it is no timer of these.
    func problem(with event: Reading, ofDutyTimer cause: String, at time: Instant) -> String?? {
        let words = cause.split(separator: ":")
        guard words.count == 3, dueAt(ofDuty: words) != nil else { return nil }
        let name = String(words[2])
        let isRight: Bool
        switch words[1] {
        case "warn", "lapse":
            let after = Authorisation(event.object("authorisation"))
            let before = authorisations[name]
            let isOver = before?.lapseAt.map { $0 <= time.description } ?? false
            isRight =
                event.object("authorisation")["number"] == name && before?.status == "active"
                && after.warnAt == nil
                && (words[1] == "warn"
                    ? !isOver && after.status == "active" && after.lapseAt == before?.lapseAt
                    : after.status == (before?.revokedOn == nil ? "lapsed" : "revoked")
                        && after.lapseAt == nil)
        default:
            let after = Obligation(event.object("obligation"))
            isRight =
                event.object("obligation")["id"] == name
                && obligations[name].map { before in
                    words[1] == "overdue"
                        ? isRightWhenOver(after, before, at: time)
                        : isReminded(after, before, at: time)
                } ?? false
        }
        return .some(isRight ? nil : "\(cause) makes \(event["event"] ?? "")")
    }

    /// Each reminder is given once, and none that lies before it.
    private func isReminded(
        _ after: Obligation,
        _ before: Obligation,
        at time: Instant
    ) -> Bool {
        let isOver = before.overdueAt.map { $0 <= time.description } ?? false
        return before.isRunning && !isOver && after.status == before.status
            && after.reminders == before.reminders.filter { $0 > time.description }
            && after.overdueAt == before.overdueAt
    }

    /// What is done in EMCS waits for it, without a day, or has until it was back for a day;
    /// anything else is overdue.
    private func isRightWhenOver(
        _ after: Obligation,
        _ before: Obligation,
        at time: Instant
    ) -> Bool {
        guard before.status == "open" else { return false }
        guard !before.isToRefrain else {
            return after.status == "met" && after.metOn == before.dueOn && after.reminders.isEmpty
                && after.overdueAt == nil
        }
        guard after.reminders == before.reminders.filter({ $0 > time.description }) else {
            return false
        }
        guard let last = lastDay(of: before, at: time) else {
            return after.status == "open" && after.dueOn.isEmpty && after.overdueAt == nil
        }
        let over = LuxembourgCalendar.morning(of: last.adding(days: 1))
        return over <= time
            ? after.status == "overdue" && after.overdueAt == nil
            : after.status == "open" && after.dueOn == "\(last)" && after.overdueAt == "\(over)"
    }

    /// Why these events must not follow for those who use EMCS; nil if they may.
    func problem(withFollowing events: [Reading]) -> String? {
        for event in events {
            switch event["event"] {
            case "cascade.done", "cascade.continued": continue
            case "obligation.changed":
                let after = Obligation(event.object("obligation"))
                let before = obligations[event.object("obligation")["id"] ?? ""]
                let back = outages.last?.until.map {
                    LuxembourgCalendar.day(
                        1,
                        workingDaysAfter: LuxembourgCalendar.date(at: $0)
                    )
                }
                guard let back, before?.isRunning == true, before?.dueOn == "",
                    after.needsEMCS, after.dueOn == "\(back)"
                else { return "\(after.kind) gets the day \(after.dueOn)" }
            default: return "EMCS brings \(event["event"] ?? "")"
            }
        }
        return nil
    }
}

extension AuditedRegister.Authorisation {
    init(_ record: Reading) {
        self.init(
            request: record["request"] ?? "",
            eori: record["eori"] ?? "",
            kind: record["kind"] ?? "",
            counterparty: record["counterparty"],
            scope: record.texts("scope"),
            validFrom: record["validFrom"].flatMap(CivilDate.init),
            validUntil: record["validUntil"].flatMap(CivilDate.init),
            revokedOn: record["revokedOn"].flatMap(CivilDate.init),
            status: record["status"] ?? "",
            warnAt: record["warnAt"],
            lapseAt: record["lapseAt"]
        )
    }
}

extension AuditedRegister.Obligation {
    init(_ record: Reading) {
        self.init(
            procedure: record["procedure"] ?? "",
            kind: record["kind"] ?? "",
            number: record["authorisation"] ?? "",
            eori: record["eori"] ?? "",
            movement: record["reference"] ?? "",
            request: record["request"] ?? "",
            arisenOn: record["arisenOn"] ?? "",
            dueOn: record["dueOn"] ?? "",
            metOn: record["metOn"],
            status: record["status"] ?? "",
            reminders: [record["remindAt"]].compactMap(\.self)
                + (record.members["laterReminders"] as? [String] ?? []),
            overdueAt: record["overdueAt"],
            isToRefrain: record["manner"] == "refrain"
        )
    }
}
