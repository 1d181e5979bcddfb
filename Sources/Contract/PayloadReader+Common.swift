public import Domain

// The members that many payloads share.
extension PayloadReader {
    /// `requestId`, which must be the envelope's `subject` (in either case).
    public mutating func requestIdentifier(
        _ name: String = "requestId",
        _ presence: Presence = .required
    ) -> RequestIdentifier? {
        guard let uuid = uuid(name, presence) else { return nil }
        guard let subject = envelope.subject, uuid.isWritten(subject) else {
            report("must be the same as the envelope's subject", at: name)
            return nil
        }
        return RequestIdentifier(uuid)
    }

    /// Sees to it that the envelope says why, and is about nothing: what an operator's own messages
    /// have in common.
    public mutating func checkOperatorEnvelope() {
        if envelope.reason == nil {
            record(Finding(pointer: "/reason", detail: "is required"))
        }
        if envelope.subject != nil {
            record(Finding(pointer: "/subject", detail: "must be absent"))
        }
    }

    /// `applicant`: the person who asks.
    public mutating func applicant(
        _ name: String = "applicant",
        _ presence: Presence = .required
    ) -> Applicant? {
        object(name, presence) { applicant in
            let subject = applicant.subject()
            let authentication = applicant.choice("authentication", of: AuthenticationMeans.self)
            let familyName = applicant.name("familyName")
            let givenName = applicant.name("givenName")
            let email = applicant.email()
            let languages = applicant.languages("languages", .optional)
            guard let subject, let authentication, let familyName, let givenName, let email else {
                return nil
            }
            return Applicant(
                subject: subject,
                authentication: authentication,
                familyName: familyName,
                givenName: givenName,
                email: email,
                languages: languages
            )
        }
    }

    /// `actor`: the person who decides.
    public mutating func actor(
        _ name: String = "actor",
        _ presence: Presence = .required
    ) -> DecisionMaker? {
        object(name, presence) { actor in
            let role = actor.choice("role", of: ActorRole.self)
            let subject = actor.subject()
            let name = actor.name("name")
            guard let role, let subject, let name else { return nil }
            return DecisionMaker(role: role, subject: subject, name: name)
        }
    }

    /// Customs operations: at least one, none twice.
    public mutating func operations(
        _ name: String = "operations",
        _ presence: Presence = .required
    ) -> OperationSet? {
        choices(name, of: CustomsOperation.self, presence).map { OperationSet($0) }
    }

    /// Languages in the order of preference: at least one, none twice.
    public mutating func languages(
        _ name: String = "languages",
        _ presence: Presence = .required
    ) -> [Language]? {
        choices(name, of: Language.self, presence)
    }

    /// Remarks of a decision: free text of up to 4,000 characters.
    public mutating func remarks(
        _ name: String = "remarks",
        _ presence: Presence = .required
    ) -> String? {
        text(name, (presence == .required ? 1 : 0)...4000, presence)
    }

    /// Documents that the sender names. `kinds` lists the kinds that are known; nil for any.
    public mutating func documents(
        _ name: String = "documents",
        kinds: [String]? = nil,
        _ presence: Presence = .optional
    ) -> [Document]? {
        list(name, count: 0...Document.mostOfRequest, presence) { document in
            let kind = document.documentKind(kinds)
            let reference = document.line("reference", 1...255)
            let issuedOn = document.date("issuedOn", .optional)
            let validUntil = document.date("validUntil", .optional)
            let country = document.country("country", .optional)
            let attests = document.choices("attests", of: Document.Attestation.self, .optional)
            guard let kind, let reference else { return nil }
            return Document(
                kind: kind,
                reference: reference,
                issuedOn: issuedOn,
                validUntil: validUntil,
                country: country,
                attests: attests ?? []
            )
        }
    }

    /// A country by its ISO 3166 code: two capital letters.
    public mutating func country(_ name: String, _ presence: Presence = .required) -> String? {
        readString(name, presence, "must be \(FieldDefinition.Form.country.words)") {
            FieldDefinition.Form.isCountry($0) ? $0 : nil
        }
    }

    /// The ids of accounts, none of them twice; there may be none.
    public mutating func accountIdentifiers(
        _ name: String,
        _ presence: Presence = .required
    ) -> [AccountIdentifier]? {
        identifiers(
            name,
            count: 0...Self.mostAccountIdentifiers,
            presence,
            AccountIdentifier.init
        )
    }

    /// Each of them may be one more account to change, in one transaction.
    private static var mostAccountIdentifiers: Int { 250 }

    private mutating func documentKind(_ kinds: [String]?) -> String? {
        guard let kinds else { return line("kind", 1...100) }
        return readString(
            "kind",
            .required,
            "must be one of \(kinds.joined(separator: ", "))"
        ) { kind in
            kinds.contains(kind) ? kind : nil
        }
    }
}

extension UniversalIdentifier {
    /// Whether `other` is this UUID, in either case.
    fileprivate func isWritten(_ other: String) -> Bool {
        if other.isExactly(text) { return true }
        return other.utf8.count == text.utf8.count
            && zip(other.utf8, text.utf8).allSatisfy { byte, canonical in
                byte == canonical
                    || ((UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
                        && byte | 0x20 == canonical)
            }
    }
}
