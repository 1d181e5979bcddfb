import Contract
import Domain

extension Correspondent {
    /// What follows from a change of an account that exists: the order to the provisioner where it
    /// has something to do, a mail to the holder where a decision touched the account, the status.
    func messages(
        about account: Account,
        previous: Account,
        change: AccountChange,
        remarks: String?,
        register: any RegisterView,
        cause: Cause
    ) throws -> [OutboundMessage] {
        let subject = cause.request?.uuid.text ?? account.identifier.uuid.text
        var messages: [OutboundMessage] = []
        if change == .erased {
            messages.append(provisioning(deleting: account, subject: subject, cause: cause))
        } else if change.concernsProvisioner {
            let operations =
                change == .rectified
                ? try SCIM.operations(correcting: register.person(account.person)?.details)
                : SCIM.operations(from: previous, to: account)
            if !operations.isEmpty {
                messages.append(
                    provisioning(account, patch: operations, subject: subject, cause: cause)
                )
            }
        }
        if let (template, variant) = Self.mail(about: change, of: account),
            let holder = try register.person(account.person)
        {
            var values = mailer.commonValues
            values.set(.eori, account.eori.text)
            values.set(.remarks, remarks)
            values.operations = account.operations
            messages += notification(
                template,
                variant,
                to: holder,
                values: values,
                request: cause.request,
                subject: subject,
                cause: cause
            )
        }
        // A correction leaves the account as it was, and so do orders about a revoked one.
        if change != .rectified, account != previous {
            messages.append(
                accountStatus(account, previous: previous.status, subject: subject, cause: cause)
            )
        }
        return messages
    }

    /// The order to make the user.
    func provisioning(
        opening account: Account,
        register: any RegisterView,
        cause: Cause
    ) throws -> OutboundMessage {
        guard let details = try register.person(account.person)?.details else {
            throw PersonMissing(person: account.person, account: account.identifier)
        }
        return message(
            "provisioning.account",
            subject: account.request.uuid.text,
            cause: cause,
            account: account.identifier
        ) { data in
            data.member("requestId", account.request.uuid.text)
            data.member("bulkId", account.identifier.uuid.text)
            data.member("method", "POST")
            data.member("path", "/Users")
            data.object("data") { user in
                SCIM.write(
                    account,
                    of: details,
                    language: details.languages?.first ?? settings.languages.first,
                    to: &user
                )
            }
        }
    }

    private func provisioning(
        _ account: Account,
        patch operations: [SCIM.Operation],
        subject: String,
        cause: Cause
    ) -> OutboundMessage {
        message("provisioning.account", subject: subject, cause: cause) { data in
            data.member("requestId", cause.request?.uuid.text)
            data.member("bulkId", account.identifier.uuid.text)
            data.member("method", "PATCH")
            data.member("path", SCIM.path(of: account))
            data.object("data") { SCIM.write(operations, to: &$0) }
        }
    }

    /// The order to delete the user.
    private func provisioning(
        deleting account: Account,
        subject: String,
        cause: Cause
    ) -> OutboundMessage {
        message(
            "provisioning.account",
            subject: subject,
            cause: cause,
            account: account.identifier
        ) { data in
            data.member("requestId", cause.request?.uuid.text)
            data.member("bulkId", account.identifier.uuid.text)
            data.member("method", "DELETE")
            data.member("path", SCIM.path(of: account))
        }
    }

    func accountStatus(
        _ account: Account,
        previous: AccountStatus?,
        subject: String,
        cause: Cause
    ) -> OutboundMessage {
        message("status.account", subject: subject, cause: cause) { data in
            data.member("account", account.identifier.uuid.text)
            data.member("requestId", account.request.uuid.text)
            data.member("eori", account.eori.text)
            data.member("role", account.role.rawValue)
            data.operations("operations", account.operations)
            data.member("status", account.status.rawValue)
            data.member("previous", previous?.rawValue)
            data.member("at", cause.at.description)
        }
    }

    /// A grant is told by the mail about the request; what the provisioner did concerns nobody.
    private static func mail(
        about change: AccountChange,
        of account: Account
    ) -> (MailTemplate, MailVariant)? {
        switch change {
        case .operationsChanged, .operatorChanged: (.changed, .operationsChanged)
        case .roleChanged:
            (.changed, account.role.managesCompany ? .appointed : .dismissed)
        case .revoked: (.revoked, .account)
        case .operatorRevoked: (.revoked, .operator)
        // The mail about the person's own request says the rest.
        case .granted, .provisioned, .provisioningFailed, .suspended, .unsuspended, .rectified,
            .erased, .deprovisioned:
            nil
        }
    }
}
