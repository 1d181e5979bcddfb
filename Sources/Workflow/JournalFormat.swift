import Contract
public import Domain

/// How events, refusals and causes are written in the journal: JSON objects in one line, ids only.
///
/// An event carries the whole state of each record that it changes, in a member that is named after
/// the kind of record (`request`, `account`, `operator`, `authorisation`, `obligation`,
/// `guarantee`, `outage`) and is an object; a member of that name that is a text refers to a record
/// by its id and says nothing of its state. So replaying the journal reproduces the register by
/// overwriting, whatever the events are called; see `ReplayedKind`. Names, addresses, subjects and
/// free text are never in it: persons appear by their id, remarks by the fact that there were some,
/// and where a user lives downstream (`Account.location`), which the provisioner words, not at all.
public struct JournalFormat: Sendable {
    public init() {}

    /// What a message, and who by it, brought about. Of a replay, `user` is who sent it first.
    func cause(
        _ message: InboundMessage,
        _ envelope: Envelope?,
        speaker: PersonIdentifier?
    ) -> String {
        text { json in
            json.member("queue", message.queue.rawValue)
            json.member("user", message.properties.userIdentifier)
            if let replay = message.replay {
                json.member("deadLetter", replay.letter.description)
                json.member("replayedBy", replay.user)
                json.member("replays", replay.number)
            }
            if let envelope {
                json.member("source", envelope.source)
                json.member("id", envelope.identifier)
                json.member("type", envelope.type)
                json.member("time", envelope.time.description)
            } else {
                json.member("bytes", message.body.count)
            }
            json.optionalMember("person", speaker?.description)
            // Free text, and so not here; see `MessageTransaction.keep`.
            if envelope?.reason != nil { json.member("reason", true) }
        }
    }

    /// The clock, or a confirmation of the broker.
    func cause(named name: String) -> String {
        text { json in json.member("cause", name) }
    }

    /// The clock is implausible; about this is the time, by what is certain.
    func clockQuestioned(expected: Instant) -> String {
        text { json in
            json.member("event", "clock.questioned")
            json.member("expected", expected.description)
        }
    }

    /// The clock is right again; the entries before this one may have other times.
    var clockAccepted: String { text { $0.member("event", "clock.accepted") } }

    func deferred(until request: RequestIdentifier) -> String {
        text { json in
            json.member("event", "message.deferred")
            json.member("request", request.description)
        }
    }

    public func event(_ event: Event) -> String {
        text { json in
            switch event {
            case .personRecorded(let person):
                json.member("event", "person.recorded")
                json.member("person", person.identifier.description)
            case .personChanged(let person, let previous, let change):
                json.member("event", "person.changed")
                json.member("person", person.identifier.description)
                json.member("change", change.rawValue)
                json.member("members", person.changedMembers(since: previous))
            case .personDisclosed(let disclosure):
                json.member("event", "person.disclosed")
                json.member("person", disclosure.person?.identifier.description)
                if let part = disclosure.part {
                    json.member("part", part.number)
                    json.member("parts", part.count)
                }
            case .personErased(let person):
                json.member("event", "person.erased")
                json.member("person", person.description)
            case .erasureBegun(let person): write(erasure: "begun", of: person, to: &json)
            case .erasureTold(let person, let recipients):
                write(erasure: "told", of: person.identifier, to: &json)
                json.member("mails", recipients.count)
            case .erasureCompleted(let person): write(erasure: "completed", of: person, to: &json)
            case .requestErased(let request):
                json.member("event", "request.erased")
                json.member("request", request.identifier.description)
            case .requestSubmitted(let request):
                json.member("event", "request.submitted")
                write(request, to: &json)
            case .requestChanged(let request, let previous, let by, let remarks):
                json.member("event", "request.changed")
                write(request, to: &json)
                json.member("previous", previous.rawValue)
                write(by, remarks: remarks, to: &json)
            case .requestKept(let request):
                json.member("event", "request.kept")
                write(request, to: &json)
            case .requestReminded(let request):
                json.member("event", "request.reminded")
                write(request, to: &json)
            case .requestEscalated(let request):
                json.member("event", "request.escalated")
                write(request, to: &json)
            case .supplementReceived(let request, let supplement):
                json.member("event", "supplement.received")
                json.member("request", request.description)
                json.member("documents", supplement.documents.count)
            case .documentsNamed(let request, let documents):
                json.member("event", "documents.named")
                json.member("request", request.description)
                json.member("documents", documents.count)
            case .requestAnswered(let answer):
                json.member("event", "request.answered")
                json.member("request", answer.request.description)
            case .operatorRegistered(let economicOperator):
                json.member("event", "operator.registered")
                write(economicOperator, to: &json)
            case .operatorChanged(let economicOperator, let previous, let by, let remarks):
                json.member("event", "operator.changed")
                write(economicOperator, to: &json)
                json.member("previous", previous.status.rawValue)
                write(by, remarks: remarks, to: &json)
            case .accountOpened(let account):
                json.member("event", "account.opened")
                write(account, to: &json)
            case .accountChanged(let account, let previous, let change, let by, let remarks):
                json.member("event", "account.changed")
                write(account, to: &json)
                json.member("previous", previous.status.rawValue)
                json.member("change", change.rawValue)
                write(by, remarks: remarks, to: &json)
            case .provisioning(let order, let step):
                write(order, step, to: &json)
            case .reportIgnored(let account, let method, let status):
                json.member("event", "provisioning.report-ignored")
                json.object("report") { json in
                    json.member("account", account.description)
                    json.member("method", method.rawValue)
                    json.member("status", status)
                }
            case .lastManagerLost(let eori):
                json.member("event", "operator.without-manager")
                json.member("eori", eori.text)
            case .nothingToChange(let by):
                json.member("event", "nothing.to-change")
                write(by, remarks: nil, to: &json)
            case .fieldsStated, .authorisationGranted, .authorisationChanged,
                .authorisationDisclosed, .obligationOpened, .obligationChanged, .guaranteeHeld,
                .guaranteeChanged, .outageBegan, .outageEnded:
                write(duty: event, to: &json)
            case .operated(let action): write(action, to: &json)
            case .cascade(let cascade, let step): write(cascade, step, to: &json)
            }
        }
    }

    /// `person` says who it is about, and nothing of who is known: see `JournalEffect`.
    private func write(
        erasure step: String,
        of person: PersonIdentifier,
        to json: inout JSONWriter
    ) {
        json.member("event", "erasure.\(step)")
        json.member("person", person.description)
    }

    private func write(_ action: OperatorAction, to json: inout JSONWriter) {
        switch action {
        case .outboxRetried(let sequences):
            json.member("event", "outbox.retried")
            if let sequences {
                json.array("messages") { list in
                    for sequence in sequences { list.value(.number(JSONNumber(sequence))) }
                }
            } else {
                json.member("all", true)
            }
        case .clockConfirmed: json.member("event", "clock.confirmed")
        case .deadLettersReplayed(let letters):
            json.member("event", "dead-letters.replayed")
            write(letters, to: &json)
        case .deadLettersDiscarded(let letters):
            json.member("event", "dead-letters.discarded")
            write(letters, to: &json)
        }
    }

    private func write(_ letters: [LetterReference], to json: inout JSONWriter) {
        json.array("letters") { list in
            for letter in letters {
                list.object { json in
                    json.member("deadLetter", letter.identifier.description)
                    json.member("code", letter.reason.rawValue)
                }
            }
        }
    }

    private func write(_ request: Request, to json: inout JSONWriter) {
        json.object("request") { write(members: request, to: &$0) }
    }

    private func write(_ economicOperator: EconomicOperator, to json: inout JSONWriter) {
        json.object("operator") { write(members: economicOperator, to: &$0) }
    }

    private func write(_ account: Account, to json: inout JSONWriter) {
        json.object("account") { write(members: account, to: &$0) }
    }

    // MARK: Records

    /// A record as the entry that last changed it has it: what the register is compared with.
    public func record(_ request: Request) -> String { text { write(members: request, to: &$0) } }

    public func record(_ economicOperator: EconomicOperator) -> String {
        text { write(members: economicOperator, to: &$0) }
    }

    public func record(_ account: Account) -> String { text { write(members: account, to: &$0) } }

    private func write(members request: Request, to json: inout JSONWriter) {
        json.member("id", request.identifier.description)
        json.member("procedure", request.procedure)
        json.member("profile", request.profile)
        json.member("person", request.person.description)
        json.optionalMember("eori", request.eori?.text)
        json.member("requested", request.requested.list.map(\.rawValue))
        json.member("authorised", request.authorised.list.map(\.rawValue))
        json.member("status", request.status.rawValue)
        if !request.approvals.isEmpty { json.member("approvals", request.approvals) }
        json.member("revision", request.revision)
        json.optionalMember("reason", request.reason?.rawValue)
        if !request.kept.isEmpty { json.member("kept", request.kept.map(\.rawValue)) }
        json.member("submittedAt", request.submittedAt.description)
        json.member("changedAt", request.changedAt.description)
        json.optionalMember("remindAt", request.remindAt?.description)
        json.optionalMember("escalateAt", request.escalateAt?.description)
        json.optionalMember("expireAt", request.expireAt?.description)
        json.optionalMember("eraseAt", request.eraseAt?.description)
    }

    private func write(members economicOperator: EconomicOperator, to json: inout JSONWriter) {
        json.member("eori", economicOperator.eori.text)
        json.member("kind", economicOperator.kind.rawValue)
        json.member("operations", economicOperator.operations.list.map(\.rawValue))
        json.member("status", economicOperator.status.rawValue)
        json.member("request", economicOperator.request.description)
    }

    private func write(members account: Account, to json: inout JSONWriter) {
        json.member("id", account.identifier.description)
        json.member("person", account.person.description)
        json.member("eori", account.eori.text)
        json.member("request", account.request.description)
        json.member("role", account.role.rawValue)
        json.member("operations", account.operations.list.map(\.rawValue))
        json.member("status", account.status.rawValue)
        json.optionalMember("former", account.former?.description)
        if !account.entitlements.isEmpty {
            let entitlements = account.entitlements.map { entitlement in
                ([entitlement.kind, entitlement.number.text] + [entitlement.mandate?.text])
                    .compactMap(\.self).joined(separator: " ")
            }
            json.member("entitlements", entitlements)
        }
    }

    private func write(
        _ order: ProvisioningOrder,
        _ step: ProvisioningStep,
        to json: inout JSONWriter
    ) {
        let (name, status): (String, Int?) =
            switch (step, order.failure) {
            case (.refused(let status), _): ("refused", status)
            case (.retried, _): ("retried", nil)
            case (.failed, .refused(let status)): ("failed", status)
            case (.failed, _): ("failed", nil)
            case (.reportedLate, _): ("reported-late", nil)
            case (.done, _): ("done", nil)
            case (.superseded, _): ("superseded", nil)
            }
        json.member("event", "provisioning.\(name)")
        json.object("order") { json in
            json.member("account", order.account.description)
            json.member("number", order.number)
            json.member("method", order.method.rawValue)
            json.member("tries", order.tries.count)
            json.member("given", order.lastMethod.rawValue)
            json.member("state", order.state.rawValue)
            json.optionalMember("next", order.next?.rawValue)
            json.optionalMember("dueAt", order.dueAt?.description)
        }
        if let status { json.member("reported", status) }
        guard case .failed = step, let failure = order.failure else { return }
        json.member("reason", failure.code)
        // The location itself is in the provisioner's words.
        if case .locationTaken(_, let holder) = failure {
            json.member("holder", holder.description)
        }
    }

    func write(_ by: Originator, remarks: String?, to json: inout JSONWriter) {
        switch by {
        case .applicant: json.member("by", "applicant")
        case .decisionMaker(let person, let role, let account):
            json.member("by", role.rawValue)
            json.member("decidedBy", person.description)
            json.optionalMember("decidedWith", account?.description)
        case .rule: json.member("by", "rule")
        case .timer(let name): json.member("by", "timer:\(name)")
        case .provisioner: json.member("by", "provisioner")
        }
        if remarks != nil { json.member("remarks", true) }
    }

    func text(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.object(body)
        return json.text
    }
}
