import Contract
import Domain

// What is wrong with guarantees, payments, and what has to be done.
extension Witness {
    func objections(
        toMoney event: Event,
        among events: [Event],
        after message: ExampleMessage
    ) throws -> [String] {
        switch event {
        case .guaranteeHeld(let guarantee, _, _):
            return try objections(toHeld: guarantee, after: message)
        case .guaranteeChanged(let after, _, let change, _, _):
            guard let before = register.records.guarantees[after.identifier] else {
                return ["a guarantee changed that there is not"]
            }
            return objections(to: change, of: before, into: after, after: message)
        case .obligationChanged(let after, _, let change, let by):
            guard let before = register.records.obligations[after.identifier] else {
                return ["an obligation changed that there is not"]
            }
            return objections(to: change, of: before, into: after, by: by, after: message)
        case .obligationOpened(let opened): return objections(toOpened: opened, after: message)
        case .fieldsStated(let request, let fields):
            return try objections(toStated: fields, of: request, after: message)
        default: return []
        }
    }

    // MARK: Guarantees

    private func objections(
        toHeld guarantee: Guarantee,
        after message: ExampleMessage
    ) throws -> [String] {
        var found = objections(toAmountsOf: guarantee)
        if guarantee.calledCents != 0 || guarantee.releasedCents != 0 {
            found.append("a guarantee was used before it was held")
        }
        let stated: Int64?
        switch message.name {
        case "registration.excise.dispatch": stated = Self.guaranteeCents(in: message)
        case "approval.decision":
            found += objections(
                toDecider: message,
                as: [.exciseOffice],
                of: guarantee.holder.eori,
                "took a guarantee in"
            )
            stated = try register.fields(of: guarantee.request)["guarantee.amount"]
                .flatMap(ExampleMessage.cents)
        case "approval.guarantee" where message.said("action") == "hold":
            found += objections(
                toDecider: message,
                as: [.exciseOffice],
                of: guarantee.holder.eori,
                "took a guarantee in"
            )
            stated = message.cents()
        default: stated = nil
        }
        return found
            + (stated == guarantee.amountCents ? [] : ["a guarantee is for another amount"])
    }

    private static func guaranteeCents(in message: ExampleMessage) -> Int64? {
        guard
            case .object(let stated)? = message.members.first(where: { $0.name == "guarantee" })?
                .value, case .string(let amount)? = stated["amount"]
        else { return message.cents("guarantee") }
        return ExampleMessage.cents(amount)
    }

    private func objections(toAmountsOf guarantee: Guarantee) -> [String] {
        let (called, released) = (guarantee.calledCents, guarantee.releasedCents)
        return called >= 0 && released >= 0 && guarantee.amountCents > 0
            && called + released <= guarantee.amountCents
            ? [] : ["\(called) called and \(released) released of \(guarantee.amountCents)"]
    }

    private func objections(
        to change: GuaranteeChange,
        of before: Guarantee,
        into after: Guarantee,
        after message: ExampleMessage
    ) -> [String] {
        var found = objections(toAmountsOf: after)
        let called = after.calledCents - before.calledCents
        let released = after.releasedCents - before.releasedCents
        let grown = after.amountCents - before.amountCents
        let left = before.amountCents - before.calledCents - before.releasedCents
        let isRight =
            switch change {
            case .called: called == message.cents() && called > 0 && released == 0 && grown == 0
            case .released:
                released == message.cents() ?? left && released > 0 && called == 0 && grown == 0
            case .changed: after.amountCents == message.cents() && called == 0 && released == 0
            case .renamed:
                called == 0 && released == 0 && grown == 0
                    && message.name == "registration.excise.fallback-closed"
            }
        if !isRight { found.append("a guarantee was \(change.rawValue) by other amounts") }
        guard change != .renamed else { return found }
        // Where the installation has it so, a rule gives back what was done in time.
        let isByRule = message.name == "registration.excise.guarantee-release"
        if !isByRule || change != .released {
            found += objections(
                toDecider: message,
                as: [.exciseOffice],
                of: before.holder.eori,
                "\(change.rawValue) a guarantee"
            )
        }
        if change == .released, let reference = before.reference {
            let runs = register.obligations.contains {
                $0.authorisation == before.authorisation && $0.reference == reference
                    && $0.status.isRunning
            }
            if runs { found.append("a guarantee came back while its movement is on the way") }
        }
        return found
    }

    // MARK: Obligations

    private func objections(
        to change: ObligationChange,
        of before: Obligation,
        into after: Obligation,
        by originator: Originator,
        after message: ExampleMessage
    ) -> [String] {
        var found: [String] = []
        if change != .renamed, !before.status.isRunning {
            found.append("what was done is \(change.rawValue)")
        }
        guard !after.status.isRunning, before.status.isRunning else { return found }
        if let day = after.metOn, day > max(today, before.arisenOn) || day < before.arisenOn {
            found.append("done on a day on which nobody could")
        }
        if let mayClose = mayClose(before, after, after: message), !mayClose {
            found.append("\(before.kind) is over by \(message.name)")
        }
        if message.decider != nil {
            let roles: [ActorRole] =
                before.procedure == "excise"
                ? [.exciseOffice] : [.customsAuthority, .vehicleAuthority]
            found += objections(
                toDecider: message,
                as: roles,
                about: before.holder.person,
                of: before.holder.eori,
                "closed an obligation"
            )
        }
        return found
    }

    /// Nil where anything may end it.
    private func mayClose(
        _ before: Obligation,
        _ after: Obligation,
        after message: ExampleMessage
    ) -> Bool? {
        guard message.name != "approval.obligation" else { return nil }
        let isNotDue = after.status == .notDue
        let decides = message.name == "approval.decision"
        let isOwn = before.holder.person.map { isOf($0, message.sender) } ?? false
        return switch before.kind {
        case "vehicle-registration": decides && message.decider?.role == "vehicle-authority"
        case "road-tax", "road-tax-disc": message.name == "approval.payment"
        case "no-transfer": message.name == "timer.overdue"
        case "relief-documents": decides || isNotDue
        case "residence-undertaking", "marriage-proof":
            isNotDue || message.name == "registration.supplement" && isOwn
        default: nil
        }
    }

    private func objections(
        toOpened obligation: Obligation,
        after message: ExampleMessage
    ) -> [String] {
        let request = register.records.requests[obligation.request]
        let decides = message.name == "approval.decision"
        let isRight =
            switch obligation.kind {
            case "receipt-expected": message.name == "registration.excise.dispatch"
            case "emcs-catch-up": message.name == "registration.excise.fallback"
            case "ac4-declaration", "duty-payment", "report-of-receipt", "stock-record":
                ["registration.excise.receipt", "registration.excise.dispatch"]
                    .contains(message.name)
            case "vehicle-registration":
                obligation.holder.person.map { isOf($0, message.sender) } ?? false
                    || request == nil && message.name == "registration.vehicle.import"
            case "road-tax", "road-tax-disc":
                decides && message.decider?.role == "vehicle-authority"
            default: decides && message.decider?.role == "customs-authority"
            }
        return isRight ? [] : ["\(obligation.kind) arose by \(message.name)"]
    }

    // MARK: Payments

    /// What an authority alone says of a request: what is charged, what was paid.
    private func objections(
        toStated fields: RequestFields,
        of identifier: RequestIdentifier,
        after message: ExampleMessage
    ) throws -> [String] {
        var found: [String] = []
        let known = try register.fields(of: identifier)
        let request = register.records.requests[identifier]
        for member in fields.members {
            let words = member.name.split(separator: ".").map(String.init)
            guard words.count == 2, ["charge", "paid"].contains(words[0]) else { continue }
            let isPayment = words[0] == "paid"
            let name = isPayment ? "approval.payment" : "approval.charge"
            let before = isPayment ? known[member.name].flatMap(ExampleMessage.cents) ?? 0 : 0
            if message.name != name || message.said("kind") != words[1]
                || ExampleMessage.cents(member.value) != message.cents().map({ before + $0 })
            {
                found.append("\(member.name) is not what was said")
            }
            found += objections(
                toDecider: message,
                as: [.customsAuthority],
                about: request?.person,
                "spoke of money"
            )
            if !isOwed(words[1], request) { found.append("\(member.name) where nothing is owed") }
        }
        return found
    }

    /// Whether something of the kind is to be paid, or given as security.
    private func isOwed(_ kind: String, _ request: Request?) -> Bool {
        guard let request else { return false }
        return switch kind {
        case "road-tax":
            register.obligations.contains {
                $0.request == request.identifier && $0.kind == "road-tax" && $0.status.isRunning
            }
        case "deposit": request.status.isOpen && request.approvals.contains("provisional")
        default: request.procedure == "relief" && request.status == .granted
        }
    }
}
