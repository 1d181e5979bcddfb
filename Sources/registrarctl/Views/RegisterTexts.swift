import Contract
import Domain

extension OperationSet {
    /// Their words, separated by commas.
    var text: String { list.map(\.rawValue).joined(separator: ", ") }
}

extension RequestStatus {
    var style: Style {
        switch self {
        case .granted, .answered, .notRequired: .good
        case .pending, .awaitingInformation: .waiting
        case .rejected, .expired: .bad
        case .withdrawn: .faint
        }
    }
}

extension AccountStatus {
    var style: Style {
        switch self {
        case .active: .good
        case .provisioning, .suspended: .waiting
        case .failed, .revoked: .bad
        case .deleted: .faint
        }
    }
}

extension ProvisioningOrder.State {
    var style: Style? {
        switch self {
        case .awaited: nil
        case .refused: .waiting
        case .failed: .bad
        }
    }
}

/// A request and an account as JSON shows them.
enum RequestJSON {
    static func write(_ request: Request, to json: inout JSONWriter) {
        json.member("requestId", request.identifier.description)
        json.member("procedure", request.procedure)
        json.member("profile", request.profile)
        json.member("eori", request.eori?.number)
        json.member("status", request.status.rawValue)
        json.member("revision", request.revision)
        json.member("reason", request.reason?.rawValue)
        json.member("requested", request.requested.list.map(\.rawValue))
        json.member("authorised", request.authorised.list.map(\.rawValue))
        json.member("submittedAt", request.submittedAt.description)
        json.member("changedAt", request.changedAt.description)
        json.member("remindAt", request.remindAt?.description)
        json.member("escalateAt", request.escalateAt?.description)
        json.member("expireAt", request.expireAt?.description)
    }

    static func write(_ account: Account, holder: Person?, to json: inout JSONWriter) {
        json.member("account", account.identifier.description)
        json.member("requestId", account.request.description)
        json.member("eori", account.eori.number)
        json.member("role", account.role.rawValue)
        json.member("operations", account.operations.list.map(\.rawValue))
        json.member("status", account.status.rawValue)
        json.member("location", account.location)
        json.member("holder", holder?.details?.displayName)
    }
}
