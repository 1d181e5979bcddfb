import Contract
import Domain

// What programs read of authorisations, obligations and guarantees.
extension Correspondent {
    /// What somebody who asked is told.
    func answered(_ answer: RequestAnswer, cause: Cause) -> OutboundMessage {
        self.answer(answer.answer, about: answer.request, cause: cause)
    }

    /// Whether an authorisation is valid, and what else its procedure says. Nobody is named.
    func disclosed(_ disclosure: AuthorisationDisclosure, cause: Cause) -> OutboundMessage {
        answer(disclosure.answer, about: disclosure.request, cause: cause)
    }

    /// What a procedure says of an authorisation that it granted, or that has changed. All of one
    /// authorisation's have its request as their subject: so they arrive in their order, and with
    /// the statuses of that.
    func announced(
        _ announcement: Announcement?,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        guard let announcement else { return [] }
        let stream = try stream(of: announcement.request, register)
        return [
            answer(announcement.answer, about: announcement.request, stream: stream, cause: cause)
        ]
    }

    /// That of the request's own statuses; nil once nobody knows whose it was.
    func stream(
        of request: RequestIdentifier,
        _ register: any RegisterView
    ) throws -> String? {
        try register.request(request)?.person.uuid.text
    }

    private func answer(
        _ answer: Answer,
        about request: RequestIdentifier,
        stream: String? = nil,
        cause: Cause
    ) -> OutboundMessage {
        let request = request.uuid.text
        return message(answer.routingKey, subject: request, stream: stream, cause: cause) { data in
            data.member("requestId", request)
            Self.write(answer.members, to: &data)
            data.member("at", cause.at.description)
        }
    }

    private static func write(_ members: [Answer.Member], to data: inout JSONWriter) {
        for member in members {
            switch member.value {
            case .text(let text): data.member(member.name, text)
            case .texts(let texts): data.member(member.name, texts)
            case .flag(let flag): data.member(member.name, flag)
            case .count(let count): data.member(member.name, count)
            case .thousandths(let thousandths?):
                data.key(member.name)
                data.raw(Thousandths.text(thousandths))
            case .thousandths(nil): data.member(member.name, JSONValue.null)
            case .object(let members): data.object(member.name) { write(members, to: &$0) }
            case .objects(let objects):
                data.array(member.name) { list in
                    for members in objects { list.object { write(members, to: &$0) } }
                }
            }
        }
    }

    /// The request that brought it about is the subject of all its statuses, whatever message or
    /// due work leads to them: so they arrive in their order, and with the request's own.
    func obligationStatus(
        _ obligation: Obligation,
        register: any RegisterView,
        cause: Cause
    ) throws -> OutboundMessage {
        let request = obligation.request.uuid.text
        let stream = try stream(of: obligation.request, register)
        return message(
            "status.obligation",
            subject: request,
            stream: stream,
            cause: cause
        ) { data in
            data.member("obligation", obligation.identifier.uuid.text)
            data.optionalMember(
                settings.names(of: obligation.procedure).number,
                obligation.authorisation?.text
            )
            data.member("requestId", request)
            data.member("kind", obligation.kind)
            data.optionalMember("dueOn", obligation.dueOn?.description)
            data.member("status", obligation.status.rawValue)
            data.member("at", cause.at.description)
        }
    }

    /// The request that stated it is the subject of all its statuses, as of an obligation's.
    ///
    /// - Parameters:
    ///   - previous: Nil when it is held from now on.
    ///   - change: Nil then, too.
    ///   - fields: What its procedure says of it.
    func guaranteeStatus(
        _ guarantee: Guarantee,
        previous: GuaranteeStatus?,
        _ change: GuaranteeChange?,
        _ fields: StatusFields,
        register: any RegisterView,
        cause: Cause
    ) throws -> OutboundMessage {
        let stream = try stream(of: guarantee.request, register)
        return message(
            "status.guarantee",
            subject: guarantee.request.uuid.text,
            stream: stream,
            cause: cause
        ) { data in
            write(guarantee, to: &data)
            data.member("previous", previous?.rawValue)
            data.member("change", change?.rawValue ?? GuaranteeStatus.held.rawValue)
            for field in fields { data.member(field.name, field.value) }
            data.member("at", cause.at.description)
        }
    }

    func write(_ guarantee: Guarantee, to json: inout JSONWriter) {
        json.member("guarantee", guarantee.identifier.uuid.text)
        json.member("requestId", guarantee.request.uuid.text)
        json.member("eori", guarantee.holder.eori?.number)
        json.member(
            settings.names(of: guarantee.procedure).number,
            guarantee.authorisation?.text
        )
        json.member("movement", guarantee.reference)
        json.member("amount", Euros.text(guarantee.amountCents))
        json.member("held", Euros.text(guarantee.heldCents))
        json.member("called", Euros.text(guarantee.calledCents))
        json.member("released", Euros.text(guarantee.releasedCents))
        json.member("status", guarantee.status.rawValue)
    }
}
