import Contract
import Domain

/// Users and their changes as SCIM 2.0 has them (RFC 7643, RFC 7644).
enum SCIM {
    static let userSchema = "urn:ietf:params:scim:schemas:core:2.0:User"
    static let extensionSchema = "urn:ietf:params:scim:schemas:extension:luccs:2.0:User"
    static let patchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

    /// One replacement in a PatchOp (RFC 7644 §3.5.2.3).
    enum Operation: Hashable {
        case active(Bool)
        case role(AccountRole)
        case operations(OperationSet)
        case name(Applicant)
        case email(String)
        case language(Language)
        /// The numbers of one kind of entitlement.
        case entitlements(String, [String])
    }

    /// Writes the members of a user (RFC 7643 §4.1).
    ///
    /// - Parameter replaces: Whether it takes the place of a user: it says as well that there is
    ///   nothing any more, which leaving out a member does not (RFC 7644 §3.5.1).
    static func write(
        _ account: Account,
        replacing replaces: Bool = false,
        entitlements: [(kind: String, numbers: [String])],
        of person: Applicant,
        language: Language?,
        to user: inout JSONWriter
    ) {
        user.member("schemas", [userSchema, extensionSchema])
        user.member("externalId", account.identifier.uuid.text)
        user.member("userName", userName(of: person, at: account.eori))
        user.name("name", of: person)
        user.member("displayName", person.displayName)
        user.emails("emails", person.email)
        user.member("active", isUsable(account.status))
        user.optionalMember("preferredLanguage", language?.rawValue)
        user.member("userType", account.role.rawValue)
        user.object(extensionSchema) { luccs in
            luccs.member("subject", person.subject)
            luccs.member("eori", account.eori.text)
            luccs.member("role", account.role.rawValue)
            luccs.operations("operations", account.operations)
            luccs.member("authentication", person.authentication.rawValue)
            for (kind, numbers) in entitlements where replaces || !numbers.isEmpty {
                luccs.member(kind, numbers)
            }
        }
    }

    /// One person may hold accounts with several operators, and no two users of a SCIM server have
    /// the same name (RFC 7643 §4.1.1).
    static func userName(of person: Applicant, at eori: EORI) -> String {
        "\(person.subject)@\(eori.text)"
    }

    /// What the provisioner has to be told so that its user follows the account.
    static func operations(from previous: Account, to account: Account) -> [Operation] {
        var operations: [Operation] = []
        let wasUsable = isUsable(previous.status)
        // A revocation is said even of a user who was set aside before.
        let isRevoked = account.status == .revoked && previous.status != .revoked
        if isUsable(account.status) != wasUsable || isRevoked {
            operations.append(.active(isUsable(account.status)))
        }
        if account.role != previous.role { operations.append(.role(account.role)) }
        if account.operations != previous.operations {
            operations.append(.operations(account.operations))
        }
        for kind in Set((previous.entitlements + account.entitlements).map(\.kind)).sorted()
        where account.numbers(of: kind) != previous.numbers(of: kind) {
            operations.append(.entitlements(kind, account.numbers(of: kind).map(\.text)))
        }
        return operations
    }

    /// All that the provisioner knows of the person, as it is now.
    static func operations(correcting person: Applicant?) -> [Operation] {
        guard let person else { return [] }
        let language = person.languages?.first.map { [Operation.language($0)] } ?? []
        return [.name(person), .email(person.email)] + language
    }

    /// Writes the members of a PatchOp.
    static func write(_ operations: [Operation], to patch: inout JSONWriter) {
        patch.member("schemas", [patchSchema])
        patch.array("Operations") { list in
            for operation in operations {
                switch operation {
                case .active(let isActive):
                    replace("active", in: &list) { $0.member("value", isActive) }
                case .role(let role):
                    replace("userType", in: &list) { $0.member("value", role.rawValue) }
                    replace("\(extensionSchema):role", in: &list) {
                        $0.member("value", role.rawValue)
                    }
                case .operations(let set):
                    replace("\(extensionSchema):operations", in: &list) {
                        $0.operations("value", set)
                    }
                case .entitlements(let kind, let numbers):
                    replace("\(extensionSchema):\(kind)", in: &list) {
                        $0.member("value", numbers)
                    }
                case .name(let person):
                    replace("name", in: &list) { $0.name("value", of: person) }
                    replace("displayName", in: &list) { $0.member("value", person.displayName) }
                case .email(let address):
                    replace("emails", in: &list) { $0.emails("value", address) }
                case .language(let language):
                    replace("preferredLanguage", in: &list) {
                        $0.member("value", language.rawValue)
                    }
                }
            }
        }
    }

    /// Where a request of this method goes, relative to the server's base. While nobody knows where
    /// the user lives they are to be looked up by the account's id; when they are to become this
    /// account's user, by the former account's.
    static func path(of account: Account, for method: ProvisioningMethod) -> String {
        if method == .post { return "/Users" }
        if let place = account.place { return place.path }
        let known = method == .put ? account.former ?? account.identifier : account.identifier
        return #"/Users?filter=externalId eq "\#(known.uuid.text)""#
    }

    private static func isUsable(_ status: AccountStatus) -> Bool {
        switch status {
        case .provisioning, .active, .failed: true
        case .suspended, .revoked, .deleted: false
        }
    }

    private static func replace(
        _ path: String,
        in list: inout JSONWriter,
        value: (inout JSONWriter) -> Void
    ) {
        list.object { operation in
            operation.member("op", "replace")
            operation.member("path", path)
            value(&operation)
        }
    }
}

extension JSONWriter {
    /// A user's name (RFC 7643 §4.1.1).
    fileprivate mutating func name(_ member: String, of person: Applicant) {
        object(member) { name in
            name.member("formatted", person.displayName)
            name.member("familyName", person.familyName)
            name.member("givenName", person.givenName)
        }
    }

    /// A user's one address (RFC 7643 §4.1.2).
    fileprivate mutating func emails(_ member: String, _ address: String) {
        array(member) { emails in
            emails.object { email in
                email.member("value", address)
                email.member("type", "work")
                email.member("primary", true)
            }
        }
    }

    /// The values of operations, in the order of the registration form.
    mutating func operations(_ name: String, _ set: OperationSet) {
        array(name) { list in
            for operation in set.list { list.string(operation.rawValue) }
        }
    }
}
