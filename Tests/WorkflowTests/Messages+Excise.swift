import TestKit

// What operators and the excise office send.
extension Messages {
    static let office = "excise-office"
    static let exciseNumber = "LU00000123456"

    /// A member of a request for an authorisation.
    static let guarantee =
        #","guarantee":{"reference":"GRN-1","amount":"1.00","currency":"EUR"}"#

    /// - Parameter more: further members, each with a comma before it.
    static func authorisation(
        _ number: Int,
        by person: String = "anne",
        eori: String = "LU1",
        kind: String = "registered-consignee",
        _ more: String = ""
    ) -> Draft {
        byApplicant(
            "excise.authorisation",
            number,
            person,
            "authorisation-\(number)",
            #","eori":"\#(eori)","kind":"\#(kind)","products":["alcohol"]\#(more)"#
        )
    }

    static func exciseGrant(
        _ number: Int,
        by person: String = "emil",
        exciseNumber: String = exciseNumber,
        from first: String,
        until last: String? = nil
    ) -> Draft {
        let actor = actor(person, "excise-office")
        var data = #"{"requestId":"\#(request(number))","actor":\#(actor),"outcome":"granted""#
        data += #","exciseNumber":"\#(exciseNumber)","validFrom":"\#(first)""#
        if let last { data += #","validUntil":"\#(last)""# }
        return Draft(
            routingKey: "approval.decision",
            user: office,
            source: "urn:test:office",
            identifier: "excise-grant-\(number)",
            subject: "\(request(number))",
            data: data + "}"
        )
    }

    static func exciseRevocation(
        _ number: String,
        by person: String,
        identifier: String
    ) -> Draft {
        let actor = actor(person, "excise-office")
        return Draft(
            routingKey: "approval.revocation",
            user: office,
            source: "urn:test:office",
            identifier: identifier,
            data: #"{"actor":\#(actor),"remarks":"over","target":{"authorisation":"\#(number)"}}"#
        )
    }

    /// The office says that what had to be done was done.
    /// - Parameter user: The office that answers for it.
    static func obligationMet(
        _ obligation: String,
        on day: String,
        by person: String,
        user: String = office
    ) -> Draft {
        let actor = actor(person, user == office ? "excise-office" : "customs-authority")
        return Draft(
            routingKey: "approval.obligation",
            user: user,
            source: "urn:test:office",
            identifier: "met-\(obligation)",
            data: #"{"actor":\#(actor),"obligation":"\#(obligation)","metOn":"\#(day)"}"#
        )
    }

    /// `receipt`, `ac4` or `report-of-receipt`.
    ///
    /// - Parameter day: the member with the day, with a comma before it.
    static func excise(
        _ kind: String,
        _ number: Int,
        by person: String = "anne",
        exciseNumber: String = exciseNumber,
        movement: String = "M-1",
        _ day: String
    ) -> Draft {
        let members = #","exciseNumber":"\#(exciseNumber)","reference":"\#(movement)""#
        return byApplicant("excise.\(kind)", number, person, "\(kind)-\(number)", members + day)
    }

    /// Of what was received or released, by whoever owes it.
    static func payment(_ number: Int, by person: String = "anne", on day: String) -> Draft {
        excise(
            "payment",
            number,
            by: person,
            #","paidOn":"\#(day)","amount":"1.00","paymentReference":"see the file""#
        )
    }

    /// The same, by the excise office.
    static func dutyPayment(of number: Int, by person: String = "emil", on day: String) -> Draft {
        let actor = actor(person, "excise-office")
        let payment = #""kind":"duty","paidOn":"\#(day)","amount":"1.00""#
        return Draft(
            routingKey: "approval.payment",
            user: office,
            source: "urn:test:office",
            identifier: "paid-\(number)",
            subject: "\(request(number))",
            data: #"{"requestId":"\#(request(number))","actor":\#(actor),\#(payment)}"#
        )
    }

    private static let movement = #","arc":"26LU0123456789ABCDEF7""#

    /// To a warehouse in another member state.
    static func dispatch(
        _ number: Int,
        by person: String = "anne",
        exciseNumber: String,
        on day: String,
        _ more: String = ""
    ) -> Draft {
        let checked = #""checkedOn":"\#(day)","result":"valid""#
        let consignee = #"{"exciseNumber":"FR00000ABCDEF","kind":"warehouse",\#(checked)}"#
        let goods = #"[{"product":"W200","quantity":1,"unit":"hl"}]"#
        return byApplicant(
            "excise.dispatch",
            number,
            person,
            "dispatch-\(number)",
            #","exciseNumber":"\#(exciseNumber)"\#(movement),"dispatchedOn":"\#(day)""#
                + #","consignee":\#(consignee),"goods":\#(goods)\#(more)"#
        )
    }

    /// Of the same movement.
    static func movementClosed(
        _ number: Int,
        by person: String = "anne",
        exciseNumber: String,
        on day: String
    ) -> Draft {
        byApplicant(
            "excise.movement-closed",
            number,
            person,
            "closed-\(number)",
            #","exciseNumber":"\#(exciseNumber)"\#(movement),"reportedOn":"\#(day)""#
        )
    }

    /// A paper in the place of an entry in EMCS.
    static func fallback(
        _ number: Int,
        by person: String = "anne",
        exciseNumber: String = exciseNumber,
        reference: String = "FB-1",
        on day: String
    ) -> Draft {
        byApplicant(
            "excise.fallback",
            number,
            person,
            "fallback-\(number)",
            #","exciseNumber":"\#(exciseNumber)","reference":"\#(reference)","on":"\#(day)""#
                + #","side":"receipt","reason":"see the file""#
        )
    }

    static func fallbackClosed(
        _ number: Int,
        by person: String = "anne",
        exciseNumber: String = exciseNumber,
        reference: String = "FB-1",
        arc: String = "26FR0123456789ABCDEF7"
    ) -> Draft {
        byApplicant(
            "excise.fallback-closed",
            number,
            person,
            "entered-\(number)",
            #","exciseNumber":"\#(exciseNumber)","reference":"\#(reference)","arc":"\#(arc)""#
        )
    }

    static func certifiedNotice(
        _ number: Int,
        by person: String = "anne",
        exciseNumber: String,
        from day: String
    ) -> Draft {
        byApplicant(
            "excise.certified-notice",
            number,
            person,
            "notice-\(number)",
            #","exciseNumber":"\#(exciseNumber)","validFrom":"\#(day)""#
        )
    }

    /// What would become of it.
    static func preview(
        _ number: Int,
        of draft: Draft,
        as routingKey: String? = nil,
        _ identifier: String? = nil
    ) -> Draft {
        let message = routingKey ?? draft.routingKey
        return Draft(
            routingKey: "registration.preview",
            user: portal,
            source: "urn:test:portal",
            identifier: identifier ?? "preview-\(number)",
            subject: "\(request(number))",
            data: #"{"requestId":"\#(request(number))","message":"\#(message)","#
                + #""data":\#(draft.data)}"#
        )
    }

    /// EMCS is away, or works again.
    static func availability(
        _ number: Int,
        by person: String = "emil",
        _ isAvailable: Bool,
        since: String,
        remarks: String? = nil
    ) -> Draft {
        let actor = actor(person, "excise-office")
        let said = remarks.map { #","remarks":"\#($0)""# } ?? ""
        return Draft(
            routingKey: "approval.emcs-availability",
            user: office,
            source: "urn:test:office",
            identifier: "emcs-\(number)",
            subject: nil,
            data: #"{"actor":\#(actor),"available":\#(isAvailable),"since":"\#(since)"\#(said)}"#
        )
    }

    /// That another may act for the operator, for all that there is.
    static func mandate(
        _ number: Int,
        by person: String = "anne",
        eori: String = "LU1",
        representative: String = "LU2",
        kind: String = "direct",
        from first: String,
        until last: String? = nil
    ) -> Draft {
        let until = last.map { #","validUntil":"\#($0)""# } ?? ""
        return byApplicant(
            "excise.mandate",
            number,
            person,
            "mandate-\(number)",
            #","eori":"\#(eori)","representative":"\#(representative)","kind":"\#(kind)""#
                + #","scope":["emcs","ac4"],"validFrom":"\#(first)"\#(until)"#
        )
    }

    /// The excise office agrees in the place of a side that nobody binds.
    static func officeAgreement(_ number: Int, by person: String = "emil") -> Draft {
        let actor = actor(person, "excise-office")
        return Draft(
            routingKey: "approval.decision",
            user: office,
            source: "urn:test:office",
            identifier: "agreement-\(number)",
            subject: "\(request(number))",
            data: #"{"requestId":"\#(request(number))","actor":\#(actor),"outcome":"granted""#
                + #","remarks":"see the file"}"#
        )
    }

    static func mandateEnd(
        _ number: Int,
        by person: String,
        _ mandate: String,
        on day: String
    ) -> Draft {
        byApplicant(
            "excise.mandate-end",
            number,
            person,
            "mandate-end-\(number)",
            #","mandate":"\#(mandate)","endsOn":"\#(day)""#
        )
    }

    /// A member of what a representative reports, with a comma before it.
    static func represented(by mandate: String) -> String {
        #","representation":{"mandate":"\#(mandate)","kind":"direct"}"#
    }

    static func mandateUsers(
        _ number: Int,
        by person: String,
        _ users: [String],
        _ mandate: String
    ) -> Draft {
        byApplicant(
            "excise.emcs-users",
            number,
            person,
            "users-\(number)",
            #","exciseNumber":"\#(exciseNumber)","users":\#(list(users)),"mandate":"\#(mandate)""#
        )
    }

    /// By what names it.
    static func guaranteeRelease(
        _ number: Int,
        by person: String = "anne",
        exciseNumber: String = exciseNumber,
        _ reference: String = "GRN-1"
    ) -> Draft {
        byApplicant(
            "excise.guarantee-release",
            number,
            person,
            "release-\(number)",
            #","exciseNumber":"\#(exciseNumber)","reference":"\#(reference)""#
        )
    }

    /// - Parameter more: further members, each with a comma before it.
    static func guaranteeDecision(
        _ action: String,
        by person: String = "emil",
        _ reference: String = "GRN-1",
        eori: String = "LU1",
        _ more: String = ""
    ) -> Draft {
        let actor = actor(person, "excise-office")
        let named = #""reference":"\#(reference)","eori":"\#(eori)""#
        return Draft(
            routingKey: "approval.guarantee",
            user: office,
            source: "urn:test:office",
            identifier: "guarantee-\(action)",
            data: #"{"actor":\#(actor),"action":"\#(action)",\#(named)\#(more)}"#
        )
    }

    static func exciseUsers(_ number: Int, by person: String = "anne", _ users: [String]) -> Draft {
        byApplicant(
            "excise.emcs-users",
            number,
            person,
            "users-\(number)",
            #","exciseNumber":"\#(exciseNumber)","users":\#(list(users))"#
        )
    }

    static func verification(_ number: Int, by person: String) -> Draft {
        byApplicant(
            "excise.verification",
            number,
            person,
            "verification-\(number)",
            #","exciseNumber":"\#(exciseNumber)""#
        )
    }
}
