/// What one key alone cannot tell.
struct CrossChecks {
    let configuration: Configuration
    let locations: [String: ConfigurationLocation]
    let file: String

    func check(_ findings: inout Findings) {
        checkBroker(&findings)
        checkTLS(&findings)
        checkTimes(&findings)
        checkRetention(&findings)
        let listen = configuration.http.listen
        if !listen.isLoopback {
            findings.warn(
                location("http.listen"),
                "http.listen",
                "\(listen) can be reached from other machines, and nothing there is protected",
                "listen on 127.0.0.1 or [::1]"
            )
        }
        if configuration.publishers.isEmpty {
            findings.warn(
                location("publishers"),
                "publishers",
                "nobody is named, so every message is refused as forbidden",
                "name the broker users and their roles, such as ntp-portal: [portal]"
            )
        }
    }

    private func location(_ path: String) -> ConfigurationLocation {
        locations[path] ?? .file(file)
    }

    private func checkBroker(_ findings: inout Findings) {
        let urls = [
            ("broker.url", configuration.broker.url, "broker.passwordFile"),
            ("operator.brokerURL", configuration.operator.brokerURL, "operator.passwordFile"),
        ]
        for (path, url, alternative) in urls {
            guard let url else { continue }
            if url.isPasswordWritten {
                findings.warn(
                    location(path),
                    path,
                    "holds a password, which others may read here",
                    "take it out and set \(alternative)"
                )
            }
            if !url.isTLS, !ListenAddress.isLoopback(host: url.host) {
                findings.warn(
                    location(path),
                    path,
                    "sends passwords and messages to \(url.host) unencrypted",
                    "use amqps://"
                )
            }
        }
    }

    private func checkTLS(_ findings: inout Findings) {
        let tls = configuration.broker.tls
        if (tls.certificate == nil) != (tls.key == nil) {
            let (given, missing) =
                tls.key == nil
                ? ("broker.tls.certificate", "broker.tls.key")
                : ("broker.tls.key", "broker.tls.certificate")
            findings.fail(
                location(given),
                given,
                "is given without \(missing)",
                "give both or neither"
            )
        }
        if !configuration.broker.url.isTLS {
            let given = [("ca", tls.ca), ("certificate", tls.certificate), ("key", tls.key)]
                .filter { $0.1 != nil }.map { "broker.tls.\($0.0)" }
            if let first = given.first {
                findings.warn(
                    location(first),
                    first,
                    "is not used, since broker.url is not amqps://",
                    "use amqps://, or remove it"
                )
            }
        } else if !tls.verifyPeer {
            findings.warn(
                location("broker.tls.verifyPeer"),
                "broker.tls.verifyPeer",
                "the broker's certificate is not checked, so anybody can pose as the broker",
                "set it to true, and broker.tls.ca to the authority"
            )
        }
    }

    /// Mistyped units erase early, and for good.
    private func checkRetention(_ findings: inout Findings) {
        let retain = configuration.procedures.access.retain
        let times = [
            ("procedures.access.retain.rejected", retain.rejected),
            ("procedures.access.retain.withdrawn", retain.withdrawn),
            ("procedures.access.retain.expired", retain.expired),
            ("procedures.access.retain.granted", retain.granted),
            ("procedures.person.retain", configuration.procedures.person.retain),
        ]
        for (path, time) in times {
            guard let time, let seconds = time.seconds,
                seconds < ConfiguredDuration.secondsPerDay
            else { continue }
            findings.warn(
                location(path),
                path,
                "requests are erased \(time) after they ended, and cannot be looked up any more",
                "use a day or more, unless this is for trying out"
            )
        }
    }

    private func checkTimes(_ findings: inout Findings) {
        let provisioning = configuration.provisioning
        if let first = provisioning.firstRetryAfter.seconds,
            let most = provisioning.retryAtMost.seconds,
            most < first
        {
            findings.fail(
                location("provisioning.retryAtMost"),
                "provisioning.retryAtMost",
                "\(provisioning.retryAtMost) is less than provisioning.firstRetryAfter, "
                    + "\(provisioning.firstRetryAfter)",
                "use at least as much"
            )
        }
        let access = configuration.procedures.access
        if access.remindAfter.isNeverBefore(access.expireAfter) {
            findings.warn(
                location("procedures.access.remindAfter"),
                "procedures.access.remindAfter",
                "requests expire after \(access.expireAfter), "
                    + "so nobody is reminded after \(access.remindAfter)",
                "use less than procedures.access.expireAfter"
            )
        }
        if let escalateAfter = access.escalateAfter,
            escalateAfter.isNeverBefore(access.expireAfter)
        {
            findings.warn(
                location("procedures.access.escalateAfter"),
                "procedures.access.escalateAfter",
                "requests expire after \(access.expireAfter), "
                    + "so the authority is not told after \(escalateAfter)",
                "use less than procedures.access.expireAfter, or null"
            )
        }
    }
}

extension ConfiguredDuration {
    /// Whether this is at least as long as `other`, wherever it begins.
    fileprivate func isNeverBefore(_ other: Self) -> Bool {
        switch (self, other) {
        case (.fixed(let own), .fixed(let other)): own >= other
        case (.workingDays(let own), .workingDays(let other)): own >= other
        // So many working days last at least as many days.
        case (.workingDays(let own), .fixed(let other)): own * Self.secondsPerDay >= other
        case (.fixed, .workingDays): false
        }
    }
}
