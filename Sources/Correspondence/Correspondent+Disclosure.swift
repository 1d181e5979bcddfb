import Contract
public import Domain

extension Correspondent {
    /// `disclosure.person`: everything that is stored about a person, in answer to the person's
    /// asking (GDPR 15), in as many parts as it takes; each is complete in itself but for its
    /// lists. Of somebody of whom there is no record, it has what others' messages say, or says
    /// that there is nothing.
    func disclosed(_ disclosure: Disclosure, cause: Cause) -> [OutboundMessage] {
        if let part = disclosure.part {
            return [
                self.part(part.number, of: part.count, disclosure, cause: cause) { data in
                    data.raw(part.lists)
                }
            ]
        }
        let parts = items(of: disclosure).lists(
            fitting: EventWriter.maximumBodyBytes - frameBytes(of: disclosure, cause: cause)
        )
        return parts.enumerated().map { index, lists in
            part(index + 1, of: parts.count, disclosure, cause: cause) { data in
                lists.write(disclosure.sections, to: &data)
            }
        }
    }

    /// What some of a person's records say, divided into what the lists of so many parts of a
    /// disclosure have: each as `Disclosure.Part.lists`.
    public func lists(of records: Disclosure, cause: Cause) -> [[UInt8]] {
        let items = items(of: records)
        guard !items.isEmpty else { return [] }
        let frame = frameBytes(of: records, cause: cause) + Self.frameGrowthBytes
        return items.lists(fitting: EventWriter.maximumBodyBytes - frame).map { lists in
            var data = JSONWriter()
            data.object { lists.write(records.sections, to: &$0) }
            return Array(data.bytes.dropFirst().dropLast())
        }
    }

    /// What stands around the lists may have grown when they are sent: the person may have had a
    /// name corrected, or the configuration be another.
    private static let frameGrowthBytes = 16_384

    private func items(of disclosure: Disclosure) -> DisclosureItems {
        var items = DisclosureItems()
        if let person = disclosure.person {
            for request in disclosure.requests {
                items.add(to: .requests) { Self.write(request, to: &$0) }
            }
            for account in disclosure.accounts {
                items.add(to: .accounts) { write(account, to: &$0) }
            }
            add(disclosure.file, about: person.identifier, to: &items)
        }
        for mention in disclosure.mentions.messages {
            items.add(to: .mentions) { Self.write(mention, to: &$0) }
        }
        return items
    }

    private func frameBytes(of disclosure: Disclosure, cause: Cause) -> Int {
        part(
            .max,
            of: .max,
            disclosure,
            identifier: disclosure.request.uuid.text,
            cause: cause
        ) { DisclosureLists().write(disclosure.sections, to: &$0) }.body.count
    }

    private func part(
        _ number: Int,
        of count: Int,
        _ disclosure: Disclosure,
        identifier: String? = nil,
        cause: Cause,
        lists: (inout JSONWriter) -> Void
    ) -> OutboundMessage {
        message(
            "disclosure.person",
            identifier: identifier,
            subject: disclosure.request.uuid.text,
            cause: cause
        ) { data in
            data.member("requestId", disclosure.request.uuid.text)
            data.member("known", disclosure.isKnown)
            data.member("at", cause.at.description)
            data.member("part", number)
            data.member("parts", count)
            if let person = disclosure.person {
                data.object("person") { Self.write(person, to: &$0) }
            }
            guard disclosure.isKnown else { return }
            lists(&data)
            data.member("mentionsComplete", disclosure.mentions.isComplete)
            if disclosure.person != nil { writeProcessing(disclosure.activities, to: &data) }
        }
    }

    private static func write(_ mention: NamingMessage, to json: inout JSONWriter) {
        json.member("kind", mention.kind.rawValue)
        json.member("requestId", mention.request?.uuid.text)
        json.member("deadLetter", mention.letter?.uuid.text)
        json.member("type", EventType.type(ofRoutingKey: mention.routingKey))
        json.member("at", mention.at.description)
        json.member("content", mention.content)
    }

    private func writeProcessing(
        _ activities: [ProcessingActivity],
        to data: inout JSONWriter
    ) {
        data.array("processing") { list in
            for activity in activities { list.object { Self.write(activity, to: &$0) } }
        }
        data.member("source", "what the portal reported of you, and what was decided")
        data.member("automatedDecisions", "a request is rejected by rule, or decided by people")
        data.member("rights", Self.rights)
        data.member("complaints", settings.supervisoryAuthority)
    }

    private static let rights = [
        "registration.person.rectification", "registration.person.erasure",
        "registration.person.restriction", "registration.person.consent-withdrawal",
        "registration.person.objection",
    ]

    private static func write(_ person: Person, to json: inout JSONWriter) {
        json.member("id", person.identifier.uuid.text)
        json.member("subject", person.subject)
        json.member("authentication", person.details?.authentication.rawValue)
        json.member("familyName", person.details?.familyName)
        json.member("givenName", person.details?.givenName)
        json.member("email", person.details?.email)
        if let languages = person.details?.languages {
            json.member("languages", languages.map(\.rawValue))
        } else {
            json.member("languages", JSONValue.null)
        }
        json.member("signature", person.signature)
        json.member("restricted", person.isRestricted)
    }

    private static func write(_ request: Request, to json: inout JSONWriter) {
        json.member("requestId", request.identifier.uuid.text)
        json.member("procedure", request.procedure)
        json.member("profile", request.profile)
        json.member("eori", request.eori?.number)
        json.operations("requested", request.requested)
        json.operations("authorised", request.authorised)
        json.member("status", request.status.rawValue)
        if !request.approvals.isEmpty { json.member("accepted", request.approvals) }
        json.member("revision", request.revision)
        json.member("reason", request.reason?.rawValue)
        json.member("kept", request.kept.map(\.rawValue))
        json.member("submittedAt", request.submittedAt.description)
        json.member("changedAt", request.changedAt.description)
        json.member("remindAt", request.remindAt?.description)
        json.member("escalateAt", request.escalateAt?.description)
        json.member("expireAt", request.expireAt?.description)
        json.member("eraseAt", request.eraseAt?.description)
    }

    private func write(_ account: Account, to json: inout JSONWriter) {
        json.member("account", account.identifier.uuid.text)
        json.member("requestId", account.request.uuid.text)
        json.member("eori", account.eori.number)
        json.member("role", account.role.rawValue)
        json.operations("operations", account.operations)
        json.member("status", account.status.rawValue)
        json.member("location", account.location)
        for (kind, numbers) in settings.entitlements(of: account) { json.member(kind, numbers) }
    }

    private func add(
        _ file: PersonalFile,
        about person: PersonIdentifier,
        to items: inout DisclosureItems
    ) {
        for writing in file.writings {
            items.add(to: .texts, inPieces: writing.text.content) { json, content in
                json.member("requestId", writing.request.uuid.text)
                json.member("kind", writing.text.kind.rawValue)
                json.member("recordedAt", writing.text.recordedAt.description)
                json.member("content", content)
            }
        }
        for named in file.documents {
            items.add(to: .documents) { json in
                json.member("requestId", named.request.uuid.text)
                json.member("recordedAt", named.recordedAt.description)
                json.member("kind", named.document.kind)
                json.member("reference", named.document.reference)
                json.member("issuedOn", named.document.issuedOn?.description)
                json.member("validUntil", named.document.validUntil?.description)
                json.optionalMember("country", named.document.country)
                let attests = named.document.attests.map(\.rawValue)
                if !attests.isEmpty { json.member("attests", attests) }
            }
        }
        add(duties: file, to: &items)
        for sent in file.messages {
            items.add(to: .messages) { json in
                json.member("type", EventType.type(ofRoutingKey: sent.routingKey))
                json.member("template", sent.template)
                json.member("to", Self.addressee(of: sent, about: person))
                json.member("id", sent.messageIdentifier)
                json.member("createdAt", sent.createdAt.description)
                json.member("confirmedAt", sent.settledAt?.description)
            }
        }
    }

    private func add(duties file: PersonalFile, to items: inout DisclosureItems) {
        for statement in file.statements {
            items.add(to: .particulars, inPieces: statement.member.value) { json, content in
                json.member("requestId", statement.request.uuid.text)
                json.member("name", statement.member.name)
                json.member("content", content)
            }
        }
        for authorisation in file.authorisations {
            let names = settings.names(of: authorisation)
            items.add(to: .authorisations) { json in
                json.member(names.number, authorisation.number.text)
                json.member("requestId", authorisation.request.uuid.text)
                json.member("eori", authorisation.eori.number)
                if let counterparty = authorisation.counterparty {
                    json.member("operator", counterparty.number)
                }
                json.member("kind", authorisation.kind)
                json.member(names.scope, authorisation.scope)
                json.member("validFrom", authorisation.validFrom.description)
                json.member("validUntil", authorisation.validUntil?.description)
                json.member("status", authorisation.status.rawValue)
                json.member("revokedOn", authorisation.revokedOn?.description)
                json.member("warnAt", authorisation.warnAt?.description)
                json.member("lapseAt", authorisation.lapseAt?.description)
            }
        }
        for obligation in file.obligations {
            let number = settings.names(of: obligation.procedure).number
            items.add(to: .obligations) { json in
                json.member("obligation", obligation.identifier.uuid.text)
                json.member("requestId", obligation.request.uuid.text)
                json.member("kind", obligation.kind)
                json.member("eori", obligation.holder.eori?.number)
                json.member(number, obligation.authorisation?.text)
                json.member("reference", obligation.reference)
                json.member("arisenOn", obligation.arisenOn.description)
                json.member("dueOn", obligation.dueOn?.description)
                json.member("status", obligation.status.rawValue)
                json.member("metOn", obligation.metOn?.description)
                json.member("remindAt", obligation.remindAt?.description)
                json.member("overdueAt", obligation.overdueAt?.description)
            }
        }
        for guarantee in file.guarantees {
            items.add(to: .guarantees) { write(guarantee, to: &$0) }
        }
    }

    /// Others are not named: their data are not the person's.
    private static func addressee(
        of sent: PersonalFile.SentMessage,
        about person: PersonIdentifier
    ) -> String {
        guard sent.template != nil else { return "provisioner" }
        guard let recipient = sent.recipient else { return "mailbox" }
        return recipient == person ? "person" : "manager"
    }

    private static func write(_ activity: ProcessingActivity, to json: inout JSONWriter) {
        json.member("procedure", activity.procedure)
        json.member("purpose", activity.purpose)
        json.member("legalBasis", activity.legalBasis)
        json.member("recipients", activity.recipients)
        json.array("retention") { list in
            for status in RequestStatus.allCases {
                guard let period = activity.retention[status] else { continue }
                list.object { json in
                    json.member("status", status.rawValue)
                    json.member("after", words(for: period))
                }
            }
        }
    }

    private static func words(for period: Period) -> String {
        switch period {
        case .workingDays(let days): "\(days) working days"
        case .months(let months): "\(months) months"
        case .seconds(let seconds) where seconds % 86_400 == 0: "\(seconds / 86_400) days"
        case .seconds(let seconds): "\(seconds) seconds"
        }
    }
}

extension Disclosure {
    /// The lists that it has.
    fileprivate var sections: [DisclosureSection] {
        person == nil ? [.mentions] : DisclosureSection.allCases
    }
}
