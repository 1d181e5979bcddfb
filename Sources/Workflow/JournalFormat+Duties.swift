import Contract
public import Domain

// Authorisations, obligations, guarantees, and what requests say besides what all requests say.
extension JournalFormat {
    func write(duty event: Event, to json: inout JSONWriter) {
        switch event {
        case .fieldsStated(let request, let fields):
            json.member("event", "particulars.stated")
            json.member("request", request.description)
            json.member("members", fields.names)
        case .authorisationGranted(let authorisation):
            json.member("event", "authorisation.granted")
            json.object("authorisation") { write(members: authorisation, to: &$0) }
        case .authorisationChanged(
            let authorisation,
            let previous,
            let change,
            let by,
            let remarks
        ):
            json.member("event", "authorisation.changed")
            json.object("authorisation") { write(members: authorisation, to: &$0) }
            json.member("previous", previous.rawValue)
            json.member("change", change.rawValue)
            write(by, remarks: remarks, to: &json)
        case .authorisationDisclosed(let disclosure):
            json.member("event", "authorisation.disclosed")
            json.member("request", disclosure.request.description)
            json.member("authorisation", disclosure.number.text)
            json.member("valid", disclosure.isValid)
        case .obligationOpened(let obligation):
            json.member("event", "obligation.opened")
            json.object("obligation") { write(members: obligation, to: &$0) }
        case .obligationChanged(let obligation, let previous, let change, let by):
            json.member("event", "obligation.changed")
            json.object("obligation") { write(members: obligation, to: &$0) }
            json.member("previous", previous.rawValue)
            json.member("change", change.rawValue)
            write(by, remarks: nil, to: &json)
        case .guaranteeHeld(let guarantee, let by, let remarks):
            json.member("event", "guarantee.held")
            json.object("guarantee") { write(members: guarantee, to: &$0) }
            write(by, remarks: remarks, to: &json)
        case .guaranteeChanged(let guarantee, let previous, let change, let by, let remarks):
            json.member("event", "guarantee.changed")
            json.object("guarantee") { write(members: guarantee, to: &$0) }
            json.member("previous", previous.rawValue)
            json.member("change", change.rawValue)
            write(by, remarks: remarks, to: &json)
        case .outageBegan(let outage, let by):
            json.member("event", "outage.began")
            json.object("outage") { write(members: outage, to: &$0) }
            write(by, remarks: outage.remarks, to: &json)
        case .outageEnded(let outage, let by):
            json.member("event", "outage.ended")
            json.object("outage") { write(members: outage, to: &$0) }
            write(by, remarks: outage.remarks, to: &json)
        default: break
        }
    }

    public func record(_ authorisation: Authorisation) -> String {
        text { write(members: authorisation, to: &$0) }
    }

    public func record(_ obligation: Obligation) -> String {
        text { write(members: obligation, to: &$0) }
    }

    public func record(_ guarantee: Guarantee) -> String {
        text { write(members: guarantee, to: &$0) }
    }

    public func record(_ outage: Outage) -> String { text { write(members: outage, to: &$0) } }

    private func write(members authorisation: Authorisation, to json: inout JSONWriter) {
        json.member("number", authorisation.number.text)
        json.member("procedure", authorisation.procedure)
        json.member("kind", authorisation.kind)
        json.member("request", authorisation.request.description)
        json.member("eori", authorisation.eori.text)
        json.optionalMember("counterparty", authorisation.counterparty?.text)
        json.member("scope", authorisation.scope)
        json.member("validFrom", authorisation.validFrom.description)
        json.optionalMember("validUntil", authorisation.validUntil?.description)
        json.member("status", authorisation.status.rawValue)
        json.optionalMember("revokedOn", authorisation.revokedOn?.description)
        json.optionalMember("warnAt", authorisation.warnAt?.description)
        json.optionalMember("lapseAt", authorisation.lapseAt?.description)
    }

    private func write(members obligation: Obligation, to json: inout JSONWriter) {
        json.member("id", obligation.identifier.description)
        json.member("procedure", obligation.procedure)
        json.member("kind", obligation.kind)
        json.member("manner", obligation.manner.rawValue)
        write(obligation.holder, to: &json)
        json.optionalMember("authorisation", obligation.authorisation?.text)
        json.member("reference", obligation.reference)
        json.member("request", obligation.request.description)
        json.member("arisenOn", obligation.arisenOn.description)
        json.optionalMember("dueOn", obligation.dueOn?.description)
        json.member("status", obligation.status.rawValue)
        json.optionalMember("metOn", obligation.metOn?.description)
        json.optionalMember("remindAt", obligation.remindAt?.description)
        let later = obligation.reminders.dropFirst().map(\.description)
        if !later.isEmpty { json.member("laterReminders", later) }
        json.optionalMember("overdueAt", obligation.overdueAt?.description)
    }

    private func write(members guarantee: Guarantee, to json: inout JSONWriter) {
        json.member("id", guarantee.identifier.description)
        json.member("procedure", guarantee.procedure)
        write(guarantee.holder, to: &json)
        json.optionalMember("authorisation", guarantee.authorisation?.text)
        json.optionalMember("reference", guarantee.reference)
        json.member("request", guarantee.request.description)
        json.member("status", guarantee.status.rawValue)
        json.member("amountCents", guarantee.amountCents)
        json.member("calledCents", guarantee.calledCents)
        json.member("releasedCents", guarantee.releasedCents)
    }

    private func write(members outage: Outage, to json: inout JSONWriter) {
        json.member("id", outage.identifier.description)
        json.member("system", outage.system)
        json.member("since", outage.since.description)
        json.optionalMember("until", outage.until?.description)
        json.optionalMember("toldDownAt", outage.toldDownAt?.description)
        json.optionalMember("toldUpAt", outage.toldUpAt?.description)
    }

    private func write(_ holder: Holder, to json: inout JSONWriter) {
        json.optionalMember("eori", holder.eori?.text)
        json.optionalMember("person", holder.person?.description)
    }
}
