public import ArgumentParser
public import Domain
import Procedures
import Settings

extension ActorRole: ExpressibleByArgument {}
extension AccountStatus: ExpressibleByArgument {}
extension AuthorisationStatus: ExpressibleByArgument {}
extension AuthenticationMeans: ExpressibleByArgument {}
extension CustomsOperation: ExpressibleByArgument {}
extension GuaranteeStatus: ExpressibleByArgument {}
extension Language: ExpressibleByArgument {}
extension ObligationStatus: ExpressibleByArgument {}
extension ProvisioningOrder.State: ExpressibleByArgument {}
extension RequestStatus: ExpressibleByArgument {}

/// Texts of the command line as the register's values, or why they are none.
enum Parsing {
    static func request(_ text: String) throws -> RequestIdentifier {
        try value(
            RequestIdentifier(text),
            or: "a request's id is a UUID, as 'registrarctl request list' has it"
        )
    }

    static func account(_ text: String) throws -> AccountIdentifier {
        try value(
            AccountIdentifier(text),
            or: "an account's id is a UUID, as 'registrarctl account list' has it"
        )
    }

    static func eori(_ text: String) throws -> EORI {
        try value(
            EORI(text),
            or: "an EORI is two capital letters and 1 to 15 printable characters, such as "
                + "LU12345678"
        )
    }

    /// A time as in RFC 3339, or a day, which stands for its first moment in Luxembourg.
    static func instant(_ text: String) throws -> Instant {
        if let instant = Instant(rfc3339: text) { return instant }
        guard let date = CivilDate(text) else {
            throw ValidationError("write a day, such as 2026-11-21, or 2026-11-21T08:00:00Z")
        }
        let morning = LuxembourgCalendar.morning(of: date)
        return morning.advanced(bySeconds: -Int64(LuxembourgCalendar.hourOfDueWork) * 3600)
    }

    static func day(_ text: String) throws -> CivilDate {
        try value(CivilDate(text), or: "write a day, such as 2026-11-21")
    }

    static func authorisation(_ text: String) throws -> AuthorisationNumber {
        try value(
            text.isEmpty ? nil : AuthorisationNumber(text),
            or: "an authorisation's number is a text, as 'registrarctl authorisation list' has it"
        )
    }

    static func mandate(_ text: String) throws -> AuthorisationNumber {
        try value(
            UniversalIdentifier(text).map { AuthorisationNumber($0.text) },
            or: "a mandate's id is a UUID, as 'registrarctl mandate list' has it"
        )
    }

    static func obligation(_ text: String) throws -> ObligationIdentifier {
        try value(
            ObligationIdentifier(text),
            or: "an obligation's id is a UUID, as 'obligation list --output json' has it"
        )
    }

    static func guarantee(_ text: String) throws -> GuaranteeIdentifier {
        try value(
            UniversalIdentifier(text).map(GuaranteeIdentifier.init),
            or: "a guarantee's id is a UUID, as 'registrarctl guarantee list' has it"
        )
    }

    static func kindOfAuthorisation(_ text: String) throws -> String {
        try kind(text, among: ProcedureCatalogue.authorisationKinds)
    }

    static func kindOfObligation(_ text: String) throws -> String {
        try kind(text, among: ProcedureCatalogue.obligationKinds)
    }

    static let procedures = ProcedureCatalogue.procedures.map { $0.name }
    static let profiles = ProcedureCatalogue.procedures.flatMap { $0.profiles.map(\.name) }
    static let deadLetterReasons = DeadLetterReason.allCases.map(\.rawValue)

    static func procedure(_ text: String) throws -> String {
        try word(text, "procedure", among: procedures)
    }

    static func profile(_ text: String) throws -> String {
        try word(text, "profile", among: profiles)
    }

    static func deadLetterReason(_ text: String) throws -> String {
        try word(text, "reason", among: deadLetterReasons)
    }

    private static func kind(_ text: String, among kinds: [String]) throws -> String {
        try word(text, "kind", among: kinds)
    }

    /// A word that is one of a few.
    ///
    /// - Parameter what: What it is, in the singular.
    /// - Throws: `ValidationError`.
    static func word(_ text: String, _ what: String, among words: [String]) throws -> String {
        guard words.contains(text) else { throw unknown(text, what, among: words) }
        return text
    }

    /// That there is no such word, with the one that was probably meant.
    static func unknown(_ text: String, _ what: String, among words: [String]) -> ValidationError {
        let line = SafeText.line(text)
        let meant = Suggestion.nearest(to: line, among: words)
        return ValidationError(
            "there is no \(what) \"\(line)\""
                + (meant.map { ": did you mean \"\($0)\"? There are " } ?? "; there are ")
                + words.joined(separator: ", ")
        )
    }

    static func limit(_ text: String) throws -> Int {
        let limit = Int(text).flatMap { $0 > 0 ? $0 : nil }
        return try value(limit, or: "a limit is a whole number, 1 or more")
    }

    private static func value<Value>(_ value: Value?, or advice: String) throws -> Value {
        guard let value else { throw ValidationError(advice) }
        return value
    }
}
