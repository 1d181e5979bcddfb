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
        case emcs([ExciseNumber])
    }

    /// Writes the members of a user (RFC 7643 §4.1).
    ///
    /// - Parameter replaces: Whether it takes the place of a user: it says as well that there is
    ///   nothing any more, which leaving out a member does not (RFC 7644 §3.5.1).
    static func write(
        _ account: Account,
        replacing replaces: Bool = false,
        of person: Applicant,
        language: Language?,
        to user: inout JSONWriter
    ) {
        user.member("schemas", [userSchema, extensionSchema])
        user.member("externalId", account.identifier.uuid.text)
        user.member("userName", person.subject)
        user.name("name", of: person)
        user.member("displayName", person.displayName)
        user.emails("emails", person.email)
        user.member("active", isUsable(account.status))
        user.optionalMember("preferredLanguage", language?.rawValue)
        user.member("userType", account.role.rawValue)
        user.object(extensionSchema) { luccs in
            luccs.member("eori", account.eori.text)
            luccs.member("role", account.role.rawValue)
            luccs.operations("operations", account.operations)
            luccs.member("authentication", person.authentication.rawValue)
            if replaces || !account.emcs.isEmpty {
                luccs.member("emcs", account.emcs.map(\.text))
            }
        }
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
        if account.emcs != previous.emcs { operations.append(.emcs(account.emcs)) }
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
                case .emcs(let numbers):
                    replace("\(extensionSchema):emcs", in: &list) {
                        $0.member("value", numbers.map(\.text))
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

    /// A path relative to the service's base, as bulk operations need it (RFC 7644 §3.7): from
    /// `/Users/` on in the location that the provisioner gave, or its whole path if it has no
    /// such part; by bulk id (§3.7.2) while no location is known.
    static func path(of account: Account) -> String {
        let unknown = "/Users/bulkId:\(account.identifier)"
        guard let location = account.location, !location.isEmpty else { return unknown }
        let parts = location.split(separator: "/", omittingEmptySubsequences: true)
        if let users = parts.lastIndex(of: "Users"), users + 1 < parts.count {
            return "/" + parts[users...].joined(separator: "/")
        }
        let path = location.contains("://") ? parts.dropFirst(2) : parts[...]
        return path.isEmpty ? unknown : "/" + path.joined(separator: "/")
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
