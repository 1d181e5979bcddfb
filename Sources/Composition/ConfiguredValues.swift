public import Contract
public import Domain
import Glibc
import Procedures
public import Settings
public import Workflow

extension Configuration {
    /// The folder of mail templates. Where nothing was configured and nothing is installed, a
    /// program that was built in a checkout finds the checkout's.
    var templatesFolder: String {
        let configured = notifications.templates
        guard configured == Configuration().notifications.templates,
            access(configured, R_OK) != 0
        else { return configured }
        var folder = Self.programPath[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            let candidate = "\(folder)/Config/templates"
            if access(candidate, R_OK) == 0 { return candidate }
        }
        return configured
    }

    /// Where this program's file is.
    private static var programPath: String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &path, path.count)
        guard length > 0 else { return "" }
        return String(decoding: path.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The key that signs the journal's checkpoints; nil where none is configured.
    ///
    /// - Throws: A `FileError` when it cannot be read, or is none.
    public func journalKey(environment: [String: String]) throws(FileError) -> JournalKey? {
        guard let file = try journalKeyFile(environment: environment) else { return nil }
        do throws(JournalKeyError) {
            return try JournalKey(pem: file.bytes)
        } catch {
            throw FileError(path: file.path, reason: error.description)
        }
    }

    /// The installation's own figures; nil where those of the program count.
    ///
    /// - Throws: A `FileError` when the file cannot be read, or lists none.
    public func ownFigures() throws(FileError) -> Domain.Figures? {
        guard let path = figures.file else { return nil }
        guard let bytes = try Self.readFile(path) else {
            throw FileError(path: path, reason: "there is no such file; correct figures.file")
        }
        do {
            return try Domain.Figures(yaml: String(decoding: bytes, as: UTF8.self), file: path)
        } catch {
            throw FileError(path: path, reason: error.reason)
        }
    }

    /// Who may say what.
    public var publisherRoles: Publishers {
        Publishers(
            publishers.mapValues { roles in Set(roles.compactMap { PublisherRole(rawValue: $0) }) }
        )
    }

    /// How long dead letters are kept, and how many.
    public var deadLetterLimits: DeadLetterLimits {
        var limits = DeadLetterLimits()
        // A key that takes no working days.
        if let seconds = deadLetters.retain.seconds { limits.retainSeconds = Int64(seconds) }
        limits.count = deadLetters.maximumCount
        limits.bytes = deadLetters.maximumMegabytes << 20
        return limits
    }

    /// What the rules of the procedures depend on.
    public var procedureSettings: ProcedureSettings {
        ProcedureSettings(
            ProcedureCatalogue.settings,
            procedures,
            provisioning: provisioningSettings,
            terms: TermsSettings(isVersionRequired: terms.required, versions: terms.versions),
            figureBasis: figures.basis
        )
    }

    private var provisioningSettings: ProvisioningSettings {
        var settings = ProvisioningSettings(
            awaitReport: provisioning.awaitReport,
            tries: provisioning.tries
        )
        // Keys that take no working days.
        if let seconds = provisioning.firstRetryAfter.seconds {
            settings.firstRetryAfterSeconds = Int64(seconds)
        }
        if let seconds = provisioning.retryAtMost.seconds {
            settings.retryAtMostSeconds = Int64(seconds)
        }
        if let seconds = provisioning.reportWithin.seconds {
            settings.reportWithinSeconds = Int64(seconds)
        }
        return settings
    }
}

extension ConfigurationKey {
    /// Every key that the programs know, in the order of the file.
    public static let all = keys(with: ProcedureCatalogue.settings)
}
