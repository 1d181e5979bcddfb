import Contract
import Domain

// What is said of movements that go without EMCS, and of EMCS.

extension Fallback {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let sender = data.reportSender()
        let side = data.choice(Away.side.name, of: Away.Side.self)
        let reference = data.text(of: Away.reference)
        let on = data.text(of: Away.on)
        let consignee = data.consignee(side == .receipt ? .optional : .required)
        let reason = data.text(Away.reason.name, 1...500)
        let representation = data.representation()
        guard let sender, let side, let on, let reason,
            let movement = reference.flatMap(Excise.Movement.init(own:)),
            let day = Away.day(on),
            side == .receipt || consignee != nil
        else { return nil }
        var fields = consignee?.fields ?? RequestFields()
        fields[Away.side] = side.rawValue
        fields[Away.reference] = movement.text
        fields[Away.on] = on
        fields[Away.reason] = reason
        return Fallback(
            sender: sender,
            side: side,
            movement: movement,
            day: day,
            stated: fields,
            representation: representation
        )
    }
}

extension FallbackClosing {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let sender = data.reportSender()
        let reference = data.text(of: Away.reference)
        let code = data.text(of: Away.arc)
        let representation = data.representation()
        guard let sender,
            let movement = reference.flatMap(Excise.Movement.init(own:)),
            let entry = code.flatMap(Excise.Movement.init(arc:))
        else { return nil }
        return FallbackClosing(
            sender: sender,
            movement: movement,
            entry: entry,
            representation: representation
        )
    }
}

extension EMCSAvailability {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let actor = data.actor()
        let isAvailable = data.boolean(Away.available.name)
        let since = data.text(of: Away.since).flatMap(Instant.init(rfc3339:))
        let remarks = data.remarks(Away.remarks.name, .optional)
        guard let actor, let isAvailable, let since else { return nil }
        return EMCSAvailability(
            actor: actor,
            isAvailable: isAvailable,
            since: since,
            remarks: remarks.flatMap { $0.isEmpty ? nil : $0 }
        )
    }
}

extension Dispatch.Consignee {
    /// As a request that is stored has it, by the names in `Moved`.
    var fields: RequestFields {
        var fields = RequestFields()
        fields[Moved.consigneeNumber] = number.text
        fields[Moved.consigneeKind] = kind.rawValue
        fields[Moved.checkedOn] = checkedOn?.description
        return fields
    }
}

extension PayloadReader {
    private enum CheckResult: String, CaseIterable { case valid }

    /// To whom goods go.
    mutating func consignee(_ presence: Presence) -> Dispatch.Consignee? {
        object(Moved.consignee.name, presence) { consignee in
            let number = consignee.exciseNumber()
            let kind = consignee.choice("kind", of: Dispatch.Consignee.Kind.self)
            let checkedOn = consignee.date("checkedOn", .optional)
            let result = consignee.choice("result", of: CheckResult.self, .optional)
            guard let number, let kind else { return nil }
            return Dispatch.Consignee(
                number: number,
                kind: kind,
                checkedOn: result == nil ? nil : checkedOn
            )
        }
    }
}
