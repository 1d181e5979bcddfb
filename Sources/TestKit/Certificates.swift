import Foundation
import Glibc

/// Authorities and certificates, made by openssl, in a folder that goes with the object.
///
/// Authorities: `ca` and `other-ca`. Certificates: `server` (localhost, 127.0.0.1), `named`
/// (broker.example), `expired`, `client`, and `other-client` of the other authority.
public final class Certificates: Sendable {
    private let folder: String

    public init() throws {
        folder = NSTemporaryDirectory() + "/registrar-certificates-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for authority in ["ca", "other-ca"] {
            try run(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=\(authority)",
                "-keyout",
                path(authority + ".key"),
                "-out",
                path(authority + ".pem")
            )
        }
        try issue("server", by: "ca", names: "DNS:localhost,IP:127.0.0.1")
        try issue("named", by: "ca", names: "DNS:broker.example")
        // Valid until now, which counts as over. Newer versions of openssl refuse less than
        // nothing.
        try issue("expired", by: "ca", names: "DNS:localhost", days: "0")
        try issue("client", by: "ca", names: "DNS:client")
        try issue("other-client", by: "other-ca", names: "DNS:client")
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
        }
    }

    /// The PEM file of a certificate (`server.pem`) or of its key (`server.key`).
    public func path(_ name: String) -> String { folder + "/" + name }

    private func issue(
        _ name: String,
        by authority: String,
        names: String,
        days: String = "2"
    ) throws {
        try run(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            "/CN=\(name)",
            "-keyout",
            path(name + ".key"),
            "-out",
            path(name + ".csr")
        )
        let extensions = path(name + ".ext")
        try Data("subjectAltName=\(names)\n".utf8).write(to: URL(fileURLWithPath: extensions))
        try run(
            "x509",
            "-req",
            "-in",
            path(name + ".csr"),
            "-CA",
            path(authority + ".pem"),
            "-CAkey",
            path(authority + ".key"),
            "-CAcreateserial",
            "-days",
            days,
            "-extfile",
            extensions,
            "-out",
            path(name + ".pem")
        )
    }

    private func run(_ arguments: String...) throws {
        let result = try Command.run(["openssl"] + arguments)
        guard result.exitCode == 0 else {
            throw CertificateError(description: "openssl \(arguments): \(result.errors)")
        }
    }
}

/// A TLS server that speaks nothing else, for what is decided in the handshake.
public final class OpenSSLServer: Sendable {
    public let port: Int
    private let command: BackgroundCommand

    /// - Parameters:
    ///   - name: of the certificate that it shows.
    ///   - port: one that nobody has.
    public init(_ certificates: Certificates, _ name: String, port: Int) throws {
        self.port = port
        command = try BackgroundCommand([
            "openssl", "s_server", "-accept", String(port), "-cert",
            certificates.path(name + ".pem"), "-key", certificates.path(name + ".key"), "-quiet",
        ])
        let deadline = ContinuousClock.now + .seconds(10)
        while !Self.answers(port) {
            guard ContinuousClock.now < deadline else {
                throw CertificateError(description: "openssl s_server does not answer")
            }
        }
    }

    private static func answers(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafeBytes(of: &address) { bytes in
            connect(
                descriptor,
                bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(bytes.count)
            ) == 0
        }
    }
}

/// What openssl could not do.
public struct CertificateError: Error, CustomStringConvertible {
    public let description: String
}
