import Foundation
import TestKit
import Testing

/// The daemon over TLS, with an authority of the test's own.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct DaemonTLSTests {
    /// Two listeners of one broker cannot ask for different things: the strict one is another's.
    private static let certificates = Result { try Certificates() }
    private static let lenient = Result { try broker(asks: false) }
    private static let strict = Result { try broker(asks: true) }

    private static func broker(asks: Bool) throws -> (PrivateBroker, Int) {
        let certificates = try certificates.get()
        let port = try freePort()
        let broker = try PrivateBroker.start(
            configuration: """
                listeners.ssl.1 = 127.0.0.1:\(port)
                ssl_options.cacertfile = \(certificates.path("ca.pem"))
                ssl_options.certfile = \(certificates.path("server.pem"))
                ssl_options.keyfile = \(certificates.path("server.key"))
                ssl_options.verify = \(asks ? "verify_peer" : "verify_none")
                ssl_options.fail_if_no_peer_cert = \(asks)
                """
        )
        return (broker, port)
    }

    private let certificates: Certificates
    private let broker: PrivateBroker
    private let port: Int

    init() async throws {
        certificates = try await blocking { try Self.certificates.get() }
        (broker, port) = try await blocking { try Self.lenient.get() }
    }

    private func environment(
        host: String = "localhost",
        port: Int? = nil,
        authority: String? = "ca",
        client: String? = nil
    ) -> [String: String] {
        var environment = [
            "REGISTRARD_BROKER_URL":
                "amqps://registrard:registrard@\(host):\(port ?? self.port)/%2F"
        ]
        environment["REGISTRARD_BROKER_TLS_CA"] = authority.map { certificates.path($0 + ".pem") }
        environment["REGISTRARD_BROKER_TLS_CERTIFICATE"] = client.map {
            certificates.path($0 + ".pem")
        }
        environment["REGISTRARD_BROKER_TLS_KEY"] = client.map { certificates.path($0 + ".key") }
        return environment
    }

    @Test("Messages come and go over TLS with an authority of the installation's own")
    func privateAuthority() async throws {
        try await Installation.with(broker: broker) { installation in
            let daemon = try await installation.start(environment: environment())
            try await installation.collector.start()
            try await grantCompany(Registrant("anne"), "LU6001", installation)
            let all = try await installation.settle(daemon, deliveries: 2)
            #expect(all.contains { $0.template == "access.granted" })
            #expect(all.contains { $0.queue == "provisioning" })
            try await daemon.stop()
        }
    }

    @Test("A broker that cannot be trusted is not spoken to, and the log and health say why")
    func untrusted() async throws {
        let (certificates, free) = (certificates, try freePort())
        let named = try await blocking {
            try OpenSSLServer(certificates, "named", port: free)
        }
        let other = try freePort()
        let expired = try await blocking {
            try OpenSSLServer(certificates, "expired", port: other)
        }
        let cases: [([String: String], String)] = [
            (environment(authority: "other-ca"), "name the authority that signed"),
            (environment(authority: nil), "name the authority that signed"),
            (environment(port: named.port), "connect by a name that stands in"),
            (environment(port: expired.port), "renew the broker's certificate"),
        ]
        for (environment, reason) in cases {
            try await Installation.with(broker: broker) { installation in
                let daemon = try installation.launch(environment: environment)
                let page = try await daemon.becomeUnready(because: reason)
                #expect(!page.contains("registrard:registrard"))
                try await daemon.program.waitForLine(containing: reason)
                try await daemon.stop()
            }
        }
    }

    @Test("A broker that asks for a certificate gets the one that is configured")
    func clientCertificate() async throws {
        let (broker, port) = try await blocking { try Self.strict.get() }
        try await Installation.with(broker: broker) { installation in
            let daemon = try await installation.start(
                environment: environment(port: port, client: "client")
            )
            try await daemon.stop()
        }
        // In TLS 1.3 the broker's word on the client's certificate can be overtaken by the end of
        // the connection (RFC 8446 §2), so that the reason is not always the certificate.
        for client in [nil, "other-client"] {
            try await Installation.with(broker: broker) { installation in
                let daemon = try installation.launch(
                    environment: environment(port: port, client: client)
                )
                try await daemon.becomeUnready(because: "localhost:\(port)")
                try await daemon.program.waitForLine(containing: "localhost:\(port)")
                try await daemon.stop()
            }
        }
    }
}
