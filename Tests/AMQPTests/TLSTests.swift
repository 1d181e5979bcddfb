import AMQP
import Foundation
import TestKit
import Testing

/// Connections to a broker that wants client certificates, with an authority of the test's own.
@Suite struct TLSTests {
    private struct Setting: Sendable {
        var certificates: Certificates
        var broker: PrivateBroker
        var port: Int
    }

    private static let setting = Result { () throws -> Setting in
        let certificates = try Certificates()
        let port = try freePort()
        let broker = try PrivateBroker.start(
            configuration: """
                listeners.ssl.1 = 127.0.0.1:\(port)
                ssl_options.cacertfile = \(certificates.path("ca.pem"))
                ssl_options.certfile = \(certificates.path("server.pem"))
                ssl_options.keyfile = \(certificates.path("server.key"))
                ssl_options.verify = verify_peer
                ssl_options.fail_if_no_peer_cert = true
                """
        )
        return Setting(certificates: certificates, broker: broker, port: port)
    }

    private func setting() async throws -> Setting {
        try await blocking { try Self.setting.get() }
    }

    private static func freePort() throws -> Int {
        try FakeServer { _ in }.port
    }

    private func open(
        host: String = "localhost",
        authority: String? = "ca",
        client: String? = "client",
        verifiesPeer: Bool = true,
        port: Int? = nil
    ) async throws -> Connection {
        let setting = try await setting()
        let certificates = setting.certificates
        return try await Connection.open(
            Endpoint(
                host: host,
                port: port ?? setting.port,
                user: "registrard",
                password: "registrard",
                usesTLS: true
            ),
            options: ConnectionOptions(
                connectTimeoutSeconds: 60,
                tls: TLSOptions(
                    certificateAuthorityFile: authority.map { certificates.path($0 + ".pem") },
                    certificateFile: client.map { certificates.path($0 + ".pem") },
                    keyFile: client.map { certificates.path($0 + ".key") },
                    verifiesPeer: verifiesPeer
                )
            )
        )
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func messagesPass(_ host: String) async throws {
        let connection = try await open(host: host)
        let queue = try await temporaryQueue(on: connection)
        let bodies = (0..<300).map { [UInt8](repeating: UInt8($0 % 256), count: $0 * 100) }
        try await connection.publishAndConfirm(to: queue, bodies: bodies)
        try await connection.consume(queue: queue, prefetch: 1000)
        #expect(try await connection.receive(300).map(\.body) == bodies)
        await connection.close()
    }

    @Test func anotherAuthorityIsNotTrusted() async throws {
        let error = try await errorOf { try await open(authority: "other-ca") }
        #expect(error.code == .tlsUntrusted)
        #expect(!error.isRetryable)
        let system = try await errorOf { try await open(authority: nil) }
        #expect(system.code == .tlsUntrusted)
    }

    @Test(arguments: ["localhost.localdomain", "127.0.0.2", "ip6-localhost"])
    func aNameThatIsNotInTheCertificateIsRefused(_ host: String) async throws {
        let server = try await OpenSSLServer(
            setting().certificates,
            "named",
            port: Self.freePort()
        )
        let address = host == "127.0.0.2" ? host : "127.0.0.1"
        let error = try await errorOf {
            try await open(host: address, client: nil, port: server.port)
        }
        #expect(error.code == .tlsWrongHost)
        #expect(error.description.contains(address))
    }

    @Test func anExpiredCertificateIsRefused() async throws {
        let server = try await OpenSSLServer(
            setting().certificates,
            "expired",
            port: Self.freePort()
        )
        let error = try await errorOf { try await open(client: nil, port: server.port) }
        #expect(error.code == .tlsExpired)
    }

    @Test func aMissingClientCertificateIsTold() async throws {
        let error = try await errorOf { try await open(client: nil) }
        #expect(Self.refusals.contains(error.code))
    }

    @Test func aClientCertificateOfAnotherAuthorityIsTold() async throws {
        let error = try await errorOf { try await open(client: "other-client") }
        #expect(Self.refusals.contains(error.code))
    }

    /// In TLS 1.3 the server looks at the client's certificate when the client is done with the
    /// handshake (RFC 8446 §2). It sends an alert and closes; what the client has sent meanwhile
    /// makes that a reset, and a reset can overtake the alert.
    private static let refusals: [AMQPError.Code] = [
        .tlsClientCertificateRequired, .connectionLost,
    ]

    @Test func verificationCanBeTurnedOff() async throws {
        let connection = try await open(authority: "other-ca", verifiesPeer: false)
        await connection.close()
    }

    @Test func missingFilesAreNamed() async throws {
        let authority = try await errorOf { try await open(authority: "nowhere") }
        #expect(authority.code == .tlsFailed)
        #expect(authority.detail.contains("nowhere.pem"))
        let client = try await errorOf { try await open(client: "nobody") }
        #expect(client.code == .tlsFailed)
        #expect(client.detail.contains("nobody.pem"))
    }

    @Test func aPlainPortIsTold() async throws {
        let port = try await setting().broker.port
        let error = try await errorOf { try await open(port: port) }
        #expect(error.code == .tlsFailed)
    }

    @Test func aTLSPortIsToldToAPlainClient() async throws {
        let endpoint = Endpoint(
            host: "127.0.0.1",
            port: try await setting().port,
            user: "a",
            password: "b"
        )
        let error = try await errorOf { try await Connection.open(endpoint) }
        #expect([.cannotConnect, .protocolViolation].contains(error.code))
    }

    @Test func closingATLSConnectionDoesNotWaitForAPeerThatHangs() async throws {
        let connection = try await open()
        let broker = try await setting().broker
        // The other tests of the suite wait for it.
        broker.suspend()
        defer { broker.resume() }
        let began = ContinuousClock.now
        await connection.close()
        #expect(began.duration(to: .now) < .seconds(15))
    }
}
