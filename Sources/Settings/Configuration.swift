public import Domain

/// Everything that an installation decides: one immutable value, read from one YAML file and the
/// environment.
///
/// The initial values below are the defaults; there is no other place for them, but what procedures
/// declare of theirs. ``ConfigurationKey/keys(with:)`` names, checks and documents every member.
public struct Configuration: Sendable, Equatable {
    public internal(set) var service = Service()
    public internal(set) var broker = Broker()
    public internal(set) var store = Store()
    public internal(set) var deadLetters = DeadLetters()
    public internal(set) var journal = Journal()
    public internal(set) var clock = Clock()
    public internal(set) var http = HTTP()
    /// Broker user → the roles that it may speak for. Whoever is not named has no say.
    public internal(set) var publishers: [String: [String]] = [
        "ntp-portal": ["portal"],
        "customs-backoffice": ["customs-authority"],
        "excise-office": ["excise-office"],
        "vehicle-authority": ["vehicle-authority"],
        "provisioner": ["provisioner"],
        "operator": ["operator"],
    ]
    public internal(set) var deferred = Deferred()
    public internal(set) var notifications = Notifications()
    public internal(set) var provisioning = Provisioning()
    public internal(set) var terms = Terms()
    public internal(set) var figures = Figures()
    /// What procedures declare, by their declarations.
    public internal(set) var procedures = SettingValues()
    public internal(set) var log = Log()
    public internal(set) var `operator` = Operator()

    /// The defaults.
    public init() {}

    public struct Service: Sendable, Equatable {
        /// CloudEvents `source` of every event that is sent.
        public internal(set) var source = "urn:luccs:registrar"
        /// The portal's address, as mails name it.
        public internal(set) var portalURL = "https://example.lu/luccs"
        public internal(set) var contact = Contact()
        /// Name and address of whoever hears complaints about how personal data are handled
        /// (GDPR 77): Luxembourg's data protection commission, unless it moves.
        public internal(set) var supervisoryAuthority =
            "Commission nationale pour la protection des données, 15 boulevard du Jazz, "
            + "L-4370 Belvaux"
        /// Name and address of whoever is responsible for the personal data (GDPR 4(7)).
        public internal(set) var controller: String?
        /// How the data protection officer is reached (GDPR 37(7)).
        public internal(set) var dataProtectionOfficer: String?
    }

    /// How those reach somebody who have something refused, taken away or narrowed.
    public struct Contact: Sendable, Equatable {
        /// Mails name no telephone number when absent.
        public internal(set) var phone: String?
        /// The mailbox of the office that decided when absent.
        public internal(set) var mailbox: String?
    }

    public struct Broker: Sendable, Equatable {
        public internal(set) var url = BrokerURL(localUser: "registrard")
        public internal(set) var passwordFile: String?
        public internal(set) var tls = TLS()
        /// First part of the name of every exchange and queue.
        public internal(set) var prefix = "registrar"
        /// Whether exchanges, queues and bindings are declared at start, or only checked.
        public internal(set) var declare = true
        /// Whole seconds in 1 s … 1 h.
        public internal(set) var heartbeat = Period.seconds(10)
        /// Messages of each inbound queue that may be in hand, unacknowledged.
        public internal(set) var prefetch = 1000
        /// Deliveries of one message before the broker itself dead-letters it.
        public internal(set) var deliveryLimit = 1000
        /// How long a confirm or an answer of the broker may take.
        public internal(set) var timeout = Period.seconds(30)
        /// How long messages may wait in a queue that nobody takes from until that is told.
        public internal(set) var unreadAfter = Period.seconds(60)
    }

    public struct TLS: Sendable, Equatable {
        /// PEM file of the authorities that are trusted; the system's when absent.
        public internal(set) var ca: String?
        /// PEM file of the client's certificate.
        public internal(set) var certificate: String?
        /// PEM file of the client's private key.
        public internal(set) var key: String?
        public internal(set) var verifyPeer = true
    }

    public struct Store: Sendable, Equatable {
        public internal(set) var path = "/var/lib/registrard/registrar.sqlite"
    }

    /// What the store keeps of messages that were put aside.
    public struct DeadLetters: Sendable, Equatable {
        public internal(set) var retain = Period.days(90)
        public internal(set) var maximumCount = 100_000
        /// MiB.
        public internal(set) var maximumMegabytes = 1024
    }

    public struct Journal: Sendable, Equatable {
        /// PEM file of the Ed25519 key that signs checkpoints; without one there are none.
        public internal(set) var keyFile: String?
        /// The longest time between two checkpoints, as long as there are new entries.
        public internal(set) var checkpointEvery = Period.seconds(3600)
        /// After so many new entries there is a checkpoint at once.
        public internal(set) var checkpointEntries = 10_000
    }

    public struct Clock: Sendable, Equatable {
        /// How far the clock may be from what is expected before what falls due waits for an
        /// operator.
        public internal(set) var plausibleWithin = Period.days(7)
    }

    public struct HTTP: Sendable, Equatable {
        public internal(set) var listen = ListenAddress(host: "127.0.0.1", port: 9419)
        /// Names that a request may ask for, besides that of ``listen`` and those of loopback.
        public internal(set) var hosts: [String] = []
    }

    /// How many messages may wait for requests that have not arrived.
    public struct Deferred: Sendable, Equatable {
        public internal(set) var perRequest = 100
        /// Of one user of the broker.
        public internal(set) var perUser = 1000
    }

    public struct Notifications: Sendable, Equatable {
        /// Languages of mails to persons who named none, in the order in which the blocks appear.
        public internal(set) var languages = ["en", "fr"]
        public internal(set) var authorityMailbox = "servicedesk@example.lu"
        /// Mailbox of the office that decides on excise; the authority's when absent.
        public internal(set) var exciseMailbox: String?
        /// Mailbox of the authority that registers vehicles; the authority's when absent.
        public internal(set) var vehicleMailbox: String?
        /// Folder of the mail templates.
        public internal(set) var templates = "/usr/share/registrar/templates"
    }

    public struct Provisioning: Sendable, Equatable {
        /// Whether an account counts as active only once the provisioner reported it.
        public internal(set) var awaitReport = false
        public internal(set) var tries = 8
        /// Doubles with every try, up to ``retryAtMost``.
        public internal(set) var firstRetryAfter = Period.seconds(5)
        public internal(set) var retryAtMost = Period.seconds(10 * 60)
        public internal(set) var reportWithin = Period.seconds(3600)
    }

    /// Which terms of use forms are accepted under.
    public struct Terms: Sendable, Equatable {
        /// Whether a form has to say which version the applicant was shown.
        public internal(set) var required = false
        /// The versions that count; any when empty.
        public internal(set) var versions: [String] = []
    }

    /// Amounts, limits and rates.
    public struct Figures: Sendable, Equatable {
        /// By which of two sources they count.
        public internal(set) var basis = FigureBasis.seed
        /// File of the installation's own; those of the program when absent.
        public internal(set) var file: String?
    }

    public struct Log: Sendable, Equatable {
        public internal(set) var level = LogLevel.info
        public internal(set) var format = LogFormat.auto
    }

    /// What `registrarctl` uses to speak to the broker.
    public struct Operator: Sendable, Equatable {
        public internal(set) var brokerURL: BrokerURL?
        public internal(set) var passwordFile: String?
    }
}

/// Least severity that is logged; the words are those of swift-log.
public enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

/// How a line of the log is written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For the journal when standard error is connected to it, else plain text.
    case auto
    /// Plain text with the time.
    case text
    /// One JSON object a line.
    case json
}
