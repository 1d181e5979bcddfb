import Contract
import Domain

// What programs read of authorisations and obligations.
extension Correspondent {
    /// `disclosure.excise`: whether an authorisation is valid, and for what. Nobody is named.
    func disclosed(_ disclosure: AuthorisationDisclosure, cause: Cause) -> OutboundMessage {
        let authorisation = disclosure.authorisation
        let request = disclosure.request.uuid.text
        return message("disclosure.excise", subject: request, cause: cause) { data in
            data.member("requestId", request)
            data.member("exciseNumber", disclosure.number.text)
            data.member("valid", disclosure.isValid)
            data.member("kind", authorisation?.kind.rawValue)
            data.member("products", (authorisation?.products ?? []).map(\.rawValue))
            data.member("validUntil", authorisation?.validUntil?.description)
            data.member("at", cause.at.description)
        }
    }

    /// The request that brought it about is the subject of all its statuses, whatever message or
    /// due work leads to them: so they arrive in their order.
    func obligationStatus(_ obligation: Obligation, cause: Cause) -> OutboundMessage {
        let request = obligation.request.uuid.text
        return message("status.obligation", subject: request, cause: cause) { data in
            data.member("obligation", obligation.identifier.uuid.text)
            data.optionalMember("exciseNumber", obligation.authorisation?.text)
            data.member("requestId", request)
            data.member("kind", obligation.kind.rawValue)
            data.member("dueOn", obligation.dueOn.description)
            data.member("status", obligation.status.rawValue)
            data.member("at", cause.at.description)
        }
    }
}
