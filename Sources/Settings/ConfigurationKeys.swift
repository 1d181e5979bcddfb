public import Domain

extension ConfigurationKey {
    /// Roles that a broker user may speak for.
    public static let roles = [
        "portal", "customs-authority", "excise-office", "vehicle-authority", "provisioner",
        "operator",
    ]
    /// Languages that mails exist in.
    public static let languages = ["en", "fr", "de", "lb"]

    /// Every key, in the order of the file.
    ///
    /// - Parameter declared: what procedures declare.
    public static func keys(with declared: [SettingDefinition]) -> [Self] {
        serviceKeys + brokerKeys + tlsKeys + localKeys + reloadableKeys + declared.map(Self.init)
            + lastKeys
    }

    private static let minute = 60
    private static let hour = 3600
    private static let day = Period.secondsPerDay
    private static let year = 366 * Period.secondsPerDay

    private static let serviceKeys: [Self] = [
        Self("service.source", \.service.source, .uriReference)
            .help("CloudEvents source of every event that is sent."),
        Self("service.portalURL", \.service.portalURL, .webURL)
            .help("Address of the portal, as mails name it."),
        Self("service.contact.phone", \.service.contact.phone, .optional(.line))
            .help("Telephone number in mails that refuse, revoke or narrow; none when null."),
        Self("service.contact.mailbox", \.service.contact.mailbox, .optional(.mailbox))
            .help("Mailbox that these mails name; that of the office that decided when null."),
        Self("service.supervisoryAuthority", \.service.supervisoryAuthority, .line)
            .help(
                "Name and address of the authority that hears complaints about personal data, as "
                    + "these mails and disclosures name it."
            ),
        Self("service.controller", \.service.controller, .optional(.line))
            .help("Name and address of whoever is responsible for the personal data."),
        Self("service.dataProtectionOfficer", \.service.dataProtectionOfficer, .optional(.line))
            .help("How the data protection officer is reached."),
    ]

    private static let brokerKeys: [Self] = [
        Self("broker.url", \.broker.url, .brokerURL)
            .help("Where the broker is, as whom, and in which virtual host; amqps:// for TLS."),
        Self("broker.passwordFile", \.broker.passwordFile, .optional(.path))
            .help(
                "File with the password, unless systemd hands over the credential broker-password."
            ),
        Self("broker.prefix", \.broker.prefix, .namePrefix)
            .help("First part of the name of every exchange and queue."),
        Self("broker.declare", \.broker.declare, .flag)
            .help(
                "Declare exchanges, queues and bindings at start, or only check that they are there."
            ),
        Self("broker.heartbeat", \.broker.heartbeat, .duration(1...hour))
            .help("Interval of the heartbeats; a dead connection is noticed within two."),
        Self(
            "broker.prefetch",
            \.broker.prefetch,
            .integer(1...2000, reason: "a quorum queue allows no more than 2000")
        )
        .help("Messages of each of the four queues that may be in hand at once."),
        Self("broker.deliveryLimit", \.broker.deliveryLimit, .integer(1...1_000_000))
            .help("Deliveries of one message before the broker dead-letters it."),
        Self("broker.timeout", \.broker.timeout, .duration(1...hour))
            .help("How long an answer of the broker may take before the connection is renewed."),
        Self("broker.unreadAfter", \.broker.unreadAfter, .duration(1...day))
            .help("How long messages may wait in a queue without consumers until that is told."),
    ]

    private static let tlsKeys: [Self] = [
        Self("broker.tls.ca", \.broker.tls.ca, .optional(.path))
            .help("PEM file of the authorities that are trusted; the system's when null."),
        Self("broker.tls.certificate", \.broker.tls.certificate, .optional(.path))
            .help("PEM file of the client's certificate."),
        Self("broker.tls.key", \.broker.tls.key, .optional(.path))
            .help("PEM file of the client's private key."),
        Self("broker.tls.verifyPeer", \.broker.tls.verifyPeer, .flag)
            .help("Whether the broker's certificate and name are checked."),
    ]

    private static let localKeys: [Self] = [
        Self("store.path", \.store.path, .path).help("The SQLite file of the register."),
        Self("deadLetters.retain", \.deadLetters.retain, .duration(day...(10 * year)))
            .help("How long a dead letter is kept."),
        Self("deadLetters.maximumCount", \.deadLetters.maximumCount, .integer(100...10_000_000))
            .help(
                "Dead letters that are kept at most; beyond, the oldest of whoever has most of them go."
            ),
        Self(
            "deadLetters.maximumMegabytes",
            \.deadLetters.maximumMegabytes,
            .integer(16...1_048_576)
        )
        .help("What they take at most, in MiB."),
        Self("journal.keyFile", \.journal.keyFile, .optional(.path))
            .help(
                "PEM file of the Ed25519 key that signs the journal's checkpoints, unless systemd hands "
                    + "over the credential journal-key; without a key there are none."
            ),
        Self("journal.checkpointEvery", \.journal.checkpointEvery, .duration(1...day))
            .help("Longest time between two checkpoints while the journal grows."),
        Self("journal.checkpointEntries", \.journal.checkpointEntries, .integer(100...1_000_000))
            .help("New entries after which there is a checkpoint at once."),
        Self("clock.plausibleWithin", \.clock.plausibleWithin, .duration(minute...(10 * year)))
            .help(
                "How far the clock may be from the journal's last entry at the start, or be set later, "
                    + "before what falls due waits for an operator."
            ),
        Self("http.listen", \.http.listen, .listenAddress)
            .help("Where metrics, health and the status page are served, without protection."),
        Self("http.hosts", \.http.hosts, .hostNames)
            .help(
                "Names that a request may ask for, besides the address of http.listen and localhost."
            ),
    ]

    private static let reloadableKeys: [Self] = [
        Self("publishers", \.publishers, .publishers(roles: roles))
            .help(
                "Broker user and the roles that it may speak for; whoever is not named has no say."
            ),
        Self("deferred.perRequest", \.deferred.perRequest, .integer(1...1000))
            .help("How many messages may wait for one request that has not arrived."),
        Self("deferred.perUser", \.deferred.perUser, .integer(1...100_000))
            .help(
                "How many messages of one broker user may wait for requests that have not arrived."
            ),
        Self(
            "notifications.languages",
            \.notifications.languages,
            .words(languages, noun: "language")
        )
        .help("Languages of mails to persons who named none, in the order in which they appear."),
        Self("notifications.authorityMailbox", \.notifications.authorityMailbox, .mailbox)
            .help("Mailbox of the authority that decides."),
        Self("notifications.exciseMailbox", \.notifications.exciseMailbox, .optional(.mailbox))
            .help("Mailbox of the office that decides on excise; the authority's when null."),
        Self("notifications.vehicleMailbox", \.notifications.vehicleMailbox, .optional(.mailbox))
            .help("Mailbox of the authority that registers vehicles; the authority's when null."),
        Self("notifications.templates", \.notifications.templates, .path)
            .help("Folder of the mail templates."),
        Self("provisioning.awaitReport", \.provisioning.awaitReport, .flag)
            .help("Whether an account is active only once the provisioner reported it."),
        Self("provisioning.tries", \.provisioning.tries, .integer(1...100))
            .help("How often an order that the provisioner could not carry out is given."),
        Self("provisioning.firstRetryAfter", \.provisioning.firstRetryAfter, .duration(1...day))
            .help("Wait before the second try; it doubles with every further one."),
        Self("provisioning.retryAtMost", \.provisioning.retryAtMost, .duration(1...(30 * day)))
            .help("Longest wait between two tries."),
        Self("provisioning.reportWithin", \.provisioning.reportWithin, .duration(1...(30 * day)))
            .help("How long after the broker's confirmation the provisioner's report may come."),
        Self(
            ProcedureSettings.deadlinesRollForward.path,
            \.procedures[ProcedureSettings.deadlinesRollForward],
            .flag
        )
        .help(ProcedureSettings.deadlinesRollForward.help),
        Self("figures.basis", \.figures.basis, .choice())
            .help(
                "By which source amounts, limits and rates count: the pages that the service was made "
                    + "from (seed), or the law of the day (law)."
            ),
        Self("figures.file", \.figures.file, .optional(.path))
            .help(
                "File of the installation's own figures, in the place of the program's Config/figures.yaml."
            ),
        Self("terms.required", \.terms.required, .flag)
            .help("Whether a form has to say which version of the terms of use was accepted."),
        Self("terms.versions", \.terms.versions, .lines(1...100, noun: "version"))
            .help("Versions of the terms of use that may be accepted; any when empty."),
    ]

    private static let lastKeys: [Self] = [
        Self("log.level", \.log.level, .choice()).help("Least severity that is logged."),
        Self("log.format", \.log.format, .choice())
            .help("How a line is written; auto is for the journal under systemd, else text."),
        Self("operator.brokerURL", \.operator.brokerURL, .optional(.brokerURL))
            .help("The broker as registrarctl reaches it; REGISTRARCTL_BROKER_URL comes first."),
        Self("operator.passwordFile", \.operator.passwordFile, .optional(.path))
            .help("File with the password of registrarctl's broker user."),
    ]
}
