import Contract
import Domain

extension Revocation {
    static func read(_ data: inout PayloadReader, _ envelope: Envelope) -> (any Command)? {
        let actor = data.actor()
        let remarks = data.remarks("remarks")
        let target = data.object("target") { target -> Target? in
            switch target.exactlyOne(of: ["account", "eori", "authorisation", "mandate"]) {
            case "account": target.accountIdentifier().map(Target.account)
            case "eori": target.eori().map(Target.economicOperator)
            case "authorisation":
                target.line("authorisation", 1...35).map { .authorisation(.init($0)) }
            case "mandate": target.uuid("mandate").map { .mandate(.init($0.text)) }
            default: nil
            }
        }
        guard let actor, let target, let remarks else { return nil }
        data.checkSubject(envelope, account: target.account)
        return Revocation(actor: actor, target: target, remarks: remarks)
    }
}

extension Appointment {
    static func read(_ data: inout PayloadReader, _ envelope: Envelope) -> (any Command)? {
        let actor = data.actor()
        let account = data.accountIdentifier()
        let role = data.choice("role", of: Role.self)
        guard let actor, let account, let role else { return nil }
        data.checkSubject(envelope, account: account)
        return Appointment(
            actor: actor,
            account: account,
            role: role.accountRole
        )
    }
}

extension OperationsChange {
    static func read(_ data: inout PayloadReader, _ envelope: Envelope) -> (any Command)? {
        let actor = data.actor()
        let operations = data.operations()
        let remarks = data.remarks("remarks", .optional)
        let target: Target? =
            switch data.exactlyOne(of: ["account", "eori"]) {
            case "account": data.accountIdentifier().map(Target.account)
            case "eori": data.eori().map(Target.economicOperator)
            default: nil
            }
        guard let actor, let operations, let target else { return nil }
        data.checkSubject(envelope, account: target.account)
        return OperationsChange(
            actor: actor,
            target: target,
            operations: operations,
            remarks: remarks
        )
    }
}

extension ObligationClosing {
    static func read(_ data: inout PayloadReader, _ envelope: Envelope) -> (any Command)? {
        let actor = data.actor()
        let obligation = data.uuid(Self.obligation.name)
        let day = data.date(Self.day.name)
        guard let actor, let obligation, let day else { return nil }
        data.checkSubject(envelope, is: obligation, "obligation")
        return ObligationClosing(
            actor: actor,
            obligation: ObligationIdentifier(obligation),
            day: day
        )
    }
}

extension Revocation.Target {
    fileprivate var account: AccountIdentifier? {
        if case .account(let identifier) = self { identifier } else { nil }
    }
}

extension OperationsChange.Target {
    fileprivate var account: AccountIdentifier? {
        if case .account(let identifier) = self { identifier } else { nil }
    }
}

extension PayloadReader {
    /// A message without a request has no subject, or the account's id.
    fileprivate mutating func checkSubject(_ envelope: Envelope, account: AccountIdentifier?) {
        checkSubject(envelope, is: account?.uuid, "account")
    }

    mutating func checkSubject(
        _ envelope: Envelope,
        is identifier: UniversalIdentifier?,
        _ noun: String
    ) {
        guard let subject = envelope.subject else { return }
        guard let identifier, UniversalIdentifier(subject) == identifier else {
            report("the envelope's subject must be absent, or the id of the \(noun)")
            return
        }
    }
}
