import Domain

/// What one key alone cannot tell.
struct CrossChecks {
    let configuration: Configuration
    /// What procedures declare.
    let declared: [SettingDefinition]
    let locations: [String: ConfigurationLocation]
    let file: String

    private(set) var findings = Findings()

    mutating func run() {
        checkBroker()
        checkTLS()
        checkTimes()
        checkDeadlines()
        checkRetention()
        let listen = configuration.http.listen
        if !listen.isLoopback {
            warn(
                "http.listen",
                "\(listen) can be reached from other machines, and nothing there is protected",
                "listen on 127.0.0.1 or [::1]"
            )
        }
        if configuration.publishers.isEmpty {
            warn(
                "publishers",
                "nobody is named, so every message is refused as forbidden",
                "name the broker users and their roles, such as ntp-portal: [portal]"
            )
        }
    }

    private mutating func warn(_ path: String, _ problem: String, _ advice: String) {
        findings.warnings.append(finding(path, problem, advice))
    }

    private mutating func fail(_ path: String, _ problem: String, _ advice: String) {
        findings.errors.append(finding(path, problem, advice))
    }

    private func finding(
        _ path: String,
        _ problem: String,
        _ advice: String
    ) -> ConfigurationError {
        let location = locations[path] ?? .file(file)
        return ConfigurationError(location: location, path: path, problem: problem, advice: advice)
    }

    private mutating func checkBroker() {
        let urls = [
            ("broker.url", configuration.broker.url, "broker.passwordFile"),
            ("operator.brokerURL", configuration.operator.brokerURL, "operator.passwordFile"),
        ]
        for (path, url, alternative) in urls {
            guard let url else { continue }
            if url.isPasswordWritten {
                warn(
                    path,
                    "holds a password, which others may read here",
                    "take it out and set \(alternative)"
                )
            }
            if !url.isTLS, !ListenAddress.isLoopback(host: url.host) {
                warn(
                    path,
                    "sends passwords and messages to \(url.host) unencrypted",
                    "use amqps://"
                )
            }
        }
    }

    private mutating func checkTLS() {
        let tls = configuration.broker.tls
        if (tls.certificate == nil) != (tls.key == nil) {
            let (given, missing) =
                tls.key == nil
                ? ("broker.tls.certificate", "broker.tls.key")
                : ("broker.tls.key", "broker.tls.certificate")
            fail(given, "is given without \(missing)", "give both or neither")
        }
        if !configuration.broker.url.isTLS {
            let given = [("ca", tls.ca), ("certificate", tls.certificate), ("key", tls.key)]
                .filter { $0.1 != nil }.map { "broker.tls.\($0.0)" }
            if let first = given.first {
                warn(
                    first,
                    "is not used, since broker.url is not amqps://",
                    "use amqps://, or remove it"
                )
            }
        } else if !tls.verifyPeer {
            warn(
                "broker.tls.verifyPeer",
                "the broker's certificate is not checked, so anybody can pose as the broker",
                "set it to true, and broker.tls.ca to the authority"
            )
        }
    }

    /// Mistyped units erase early, and for good.
    private mutating func checkRetention() {
        for setting in declared {
            guard case .retention = setting.purpose,
                let time = setting.period(in: configuration.procedures), let seconds = time.seconds,
                seconds < Period.secondsPerDay
            else { continue }
            warn(
                "procedures.\(setting.path)",
                "requests are erased \(time) after they ended, and cannot be looked up any more",
                "use a day or more, unless this is for trying out"
            )
        }
    }

    private mutating func checkTimes() {
        let provisioning = configuration.provisioning
        if let first = provisioning.firstRetryAfter.seconds,
            let most = provisioning.retryAtMost.seconds,
            most < first
        {
            fail(
                "provisioning.retryAtMost",
                "\(provisioning.retryAtMost) is less than provisioning.firstRetryAfter, "
                    + "\(provisioning.firstRetryAfter)",
                "use at least as much"
            )
        }
    }

    /// What is to be done with a pending request after it expires is never done.
    private mutating func checkDeadlines() {
        let values = configuration.procedures
        for expiry in declared
        where expiry.purpose == .expireAfter || expiry.purpose == .companyExpireAfter {
            let isOutdone =
                expiry.purpose == .companyExpireAfter
                && declared.contains {
                    $0.procedure == expiry.procedure && $0.purpose == .expireAfter
                        && $0.period(in: values) != nil
                }
            guard !isOutdone, let expireAfter = expiry.period(in: values) else { continue }
            for setting in declared where setting.procedure == expiry.procedure {
                guard let time = setting.period(in: values), time.isNeverBefore(expireAfter) else {
                    continue
                }
                let (consequence, alternative): (String, String)
                switch setting.purpose {
                case .remindAfter:
                    (consequence, alternative) = ("nobody is reminded", "")
                case .escalateAfter:
                    (consequence, alternative) = ("the authority is not told", ", or null")
                case .expireAfter, .companyExpireAfter, .retention, .rules: continue
                }
                warn(
                    "procedures.\(setting.path)",
                    "requests expire after \(expireAfter), so \(consequence) after \(time)",
                    "use less than procedures.\(expiry.path)\(alternative)"
                )
            }
        }
    }
}

extension Period {
    /// Whether this is at least as long as `other`, wherever it begins.
    fileprivate func isNeverBefore(_ other: Self) -> Bool {
        switch (self, other) {
        case (.seconds(let own), .seconds(let other)): own >= other
        case (.workingDays(let own), .workingDays(let other)): own >= other
        // So many working days last at least as many days.
        case (.workingDays(let own), .seconds(let other)): own * Self.secondsPerDay >= other
        case (.months(let own), .months(let other)): own >= other
        // No month has fewer than 28 days, or more than 31.
        case (.months(let own), .seconds(let other)): own * 28 * Self.secondsPerDay >= other
        case (.seconds(let own), .months(let other)): own >= other * 31 * Self.secondsPerDay
        case (.workingDays(let own), .months(let other)): own >= other * 31
        case (.months(let own), .workingDays(let other)):
            // Of 28 days 20 are no weekend, and few of those are holidays.
            own * 14 >= other
        case (.seconds, .workingDays): false
        }
    }
}
