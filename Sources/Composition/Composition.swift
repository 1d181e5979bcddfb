import AMQP
public import Broker
import Correspondence
public import Domain
import Procedures
public import Settings
public import Workflow

// How a configuration becomes the parts of a program. Both programs put theirs together here, so
// that they agree on names, places and settings.

extension BrokerAccess {
    /// Access with a user's address and password.
    ///
    /// - Parameter name: what the broker shows for the connections.
    public init(
        _ configuration: Configuration,
        url: BrokerURL,
        password: String,
        name: String,
        declares: Bool
    ) {
        let broker = configuration.broker
        self.init(
            endpoint: Endpoint(
                host: url.host,
                port: url.port,
                virtualHost: url.virtualHost,
                user: url.user,
                password: password,
                usesTLS: url.isTLS
            ),
            options: ConnectionOptions(
                heartbeatSeconds: broker.heartbeat.seconds ?? 10,
                timeoutSeconds: Double(broker.timeout.seconds ?? 30),
                name: name,
                // What RabbitMQ itself takes at most: a dead letter is to be kept whole.
                maximumBodyBytes: 134_217_728,
                tls: TLSOptions(
                    certificateAuthorityFile: broker.tls.ca,
                    certificateFile: broker.tls.certificate,
                    keyFile: broker.tls.key,
                    verifiesPeer: broker.tls.verifyPeer
                )
            ),
            topology: Topology(prefix: broker.prefix, deliveryLimit: broker.deliveryLimit),
            declares: declares
        )
    }
}

extension JournalSettings {
    /// With the key that systemd hands over or the configuration names, if there is one.
    ///
    /// - Throws: A `FileError` when the key cannot be read, or is none.
    public init(
        _ configuration: Configuration,
        environment: [String: String]
    ) throws(FileError) {
        self.init(
            key: try configuration.journalKey(environment: environment),
            everySeconds: Double(configuration.journal.checkpointEvery.seconds ?? 3600),
            everyEntries: Int64(configuration.journal.checkpointEntries)
        )
    }
}

extension MessageLoopSettings {
    /// The settings that a running daemon takes over on SIGHUP.
    ///
    /// - Throws: `TemplateError`, naming every template at fault; `FileError`, of the figures.
    public init(
        _ configuration: Configuration,
        identifiers: any IdentifierSource
    ) throws {
        let notifications = configuration.notifications
        let correspondent = Correspondent(
            templates: try TemplateLibrary(
                folder: configuration.templatesFolder,
                mails: ProcedureCatalogue.mails
            ),
            settings: CorrespondenceSettings(
                source: configuration.service.source,
                portalURL: configuration.service.portalURL,
                languages: notifications.languages.compactMap { Language(rawValue: $0) },
                authorityMailbox: notifications.authorityMailbox,
                officeMailboxes: [
                    .exciseOffice: notifications.exciseMailbox,
                    .vehicleAuthority: notifications.vehicleMailbox,
                ].compactMapValues(\.self),
                namedMailboxes: ProcedureCatalogue.mailboxes(configuration.procedures),
                contact: CorrespondenceSettings.Contact(
                    phone: configuration.service.contact.phone,
                    mailbox: configuration.service.contact.mailbox
                ),
                supervisoryAuthority: configuration.service.supervisoryAuthority,
                recordNames: ProcedureCatalogue.recordNames
            ),
            identifiers: identifiers
        )
        var procedures = configuration.procedureSettings
        procedures.figures = try configuration.ownFigures()
        self.init(
            publishers: configuration.publisherRoles,
            correspondent: correspondent,
            procedures: procedures,
            deferral: DeferralSettings(
                perRequest: configuration.deferred.perRequest,
                perUser: configuration.deferred.perUser
            )
        )
    }
}
