import Contract
import Domain

extension Correspondent {
    /// What a change of an account is about: the request, if one brought it about. The provisioner
    /// answers to what a request brought about, and says so to whoever follows that.
    static func subject(of account: Account, by originator: Originator, cause: Cause) -> String {
        (request(of: account, by: originator, cause: cause)?.uuid ?? account.identifier.uuid).text
    }

    private static func request(
        of account: Account,
        by originator: Originator,
        cause: Cause
    ) -> RequestIdentifier? {
        cause.request ?? (originator == .provisioner ? account.request : nil)
    }

    /// The order to make the user, or to make the former account's user the account's.
    func provisioning(
        opening account: Account,
        register: any RegisterView,
        cause: Cause
    ) throws -> OutboundMessage {
        let method: ProvisioningMethod = account.former == nil ? .post : .put
        return try user(account, by: method, register: register, cause: cause)
    }

    /// An order that is given again: the user as they should be by now, or their deletion.
    func provisioning(
        again order: ProvisioningOrder,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        guard let account = try register.account(order.account) else { return [] }
        guard order.lastMethod != .delete else {
            let request = account.request.uuid.text
            return [deletion(of: account, request, subject: request, cause: cause)]
        }
        return [try user(account, by: order.lastMethod, register: register, cause: cause)]
    }

    private func user(
        _ account: Account,
        by method: ProvisioningMethod,
        register: any RegisterView,
        cause: Cause
    ) throws -> OutboundMessage {
        guard let details = try register.person(account.person)?.details else {
            throw PersonMissing(person: account.person, account: account.identifier)
        }
        let request = account.request.uuid.text
        return operation(method, about: account, request, subject: request, cause: cause) {
            $0.object("data") { user in
                SCIM.write(
                    account,
                    replacing: method == .put,
                    entitlements: settings.entitlements(of: account),
                    of: details,
                    language: details.languages?.first ?? settings.languages.first,
                    to: &user
                )
            }
        }
    }

    /// What a change of an account that exists orders; nothing if the user stays as they are.
    func order(
        _ change: AccountChange,
        about account: Account,
        previous: Account,
        by originator: Originator,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        let request = Self.request(of: account, by: originator, cause: cause)?.uuid.text
        let subject = Self.subject(of: account, by: originator, cause: cause)
        switch change.method {
        case .delete: return [deletion(of: account, request, subject: subject, cause: cause)]
        case .post, .put, .patch:
            let operations =
                change == .rectified
                ? try SCIM.operations(correcting: register.person(account.person)?.details)
                : SCIM.operations(from: previous, to: account)
            guard !operations.isEmpty else { return [] }
            return [
                operation(.patch, about: account, request, subject: subject, cause: cause) {
                    $0.object("data") { SCIM.write(operations, to: &$0) }
                }
            ]
        case nil: return []
        }
    }

    private func deletion(
        of account: Account,
        _ request: String?,
        subject: String,
        cause: Cause
    ) -> OutboundMessage {
        operation(.delete, about: account, request, subject: subject, cause: cause) { _ in }
    }

    /// One operation of a SCIM bulk request (RFC 7644 §3.7), which stands alone: a server takes it
    /// as it is.
    private func operation(
        _ method: ProvisioningMethod,
        about account: Account,
        _ request: String?,
        subject: String,
        cause: Cause,
        data body: (inout JSONWriter) -> Void
    ) -> OutboundMessage {
        // A person's users may follow one another, and the orders about them are one stream.
        message(
            "provisioning.account",
            subject: subject,
            stream: account.person.uuid.text,
            cause: cause,
            account: account.identifier
        ) { data in
            data.member("requestId", request)
            data.member("account", account.identifier.uuid.text)
            data.object("operation") { operation in
                operation.member("method", method.rawValue)
                operation.member("path", SCIM.path(of: account, for: method))
                if method == .post {
                    operation.member("bulkId", account.identifier.uuid.text)
                }
                body(&operation)
            }
        }
    }

    /// A correction leaves the account as it was, and so do orders about a revoked one. Where the
    /// user lives downstream is nobody's business here.
    func accountStatus(
        _ account: Account,
        previous: Account,
        _ change: AccountChange,
        by originator: Originator,
        cause: Cause
    ) -> [OutboundMessage] {
        var housed = previous
        housed.location = account.location
        housed.former = account.former
        guard change != .rectified, account != housed else { return [] }
        let subject = Self.subject(of: account, by: originator, cause: cause)
        return [accountStatus(account, previous: previous.status, subject: subject, cause: cause)]
    }

    func accountStatus(
        _ account: Account,
        previous: AccountStatus?,
        subject: String,
        cause: Cause
    ) -> OutboundMessage {
        // One account's statuses stay in sequence, whatever brought them about, and so do they with
        // those of the holder's requests.
        let request = account.request.uuid.text
        let stream = account.person.uuid.text
        return message("status.account", subject: subject, stream: stream, cause: cause) { data in
            data.member("account", account.identifier.uuid.text)
            data.member("requestId", request)
            data.member("eori", account.eori.number)
            data.member("role", account.role.rawValue)
            data.operations("operations", account.operations)
            for (kind, numbers) in settings.entitlements(of: account) where !numbers.isEmpty {
                data.member(kind, numbers)
            }
            data.member("status", account.status.rawValue)
            data.member("previous", previous?.rawValue)
            data.member("at", cause.at.description)
        }
    }
}
