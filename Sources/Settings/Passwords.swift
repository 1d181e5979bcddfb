/// Why there is no password: what is wrong, and what to do. Holds no secret.
public struct PasswordError: Error, Sendable, Equatable, CustomStringConvertible {
    public let problem: String
    public let advice: String
    /// Whether the service itself may have a password all the same: systemd hands its credential to
    /// nobody else, and a file may be the service's alone.
    public let mayBeTheServicesAlone: Bool

    init(problem: String, advice: String, mayBeTheServicesAlone: Bool = false) {
        self.problem = problem
        self.advice = advice
        self.mayBeTheServicesAlone = mayBeTheServicesAlone
    }

    public var description: String { "\(problem); \(advice)" }
}

extension Configuration {
    /// Name of the credential that systemd hands over.
    public static let passwordCredential = "broker-password"

    /// The daemon's password: systemd's credential, else the file of `broker.passwordFile`, else
    /// the URL's.
    ///
    /// - Parameters:
    ///   - environment: Looked at for `CREDENTIALS_DIRECTORY`.
    ///   - readFile: The bytes of a file; nil when there is none.
    public func brokerPassword(
        environment: [String: String],
        readFile: (String) throws -> [UInt8]? = { try Configuration.readFile($0) }
    ) throws(PasswordError) -> String {
        if let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty {
            let path = "\(folder)/\(Self.passwordCredential)"
            if let password = try Self.password(in: path, readFile: readFile) { return password }
        }
        return try Self.password(
            file: broker.passwordFile,
            fileKey: "broker.passwordFile",
            url: broker.url,
            readFile: readFile
        )
    }

    /// The password of `registrarctl`: the file of `operator.passwordFile`, else that of `url`.
    ///
    /// - Parameter url: `operator.brokerURL`, or what the user named instead.
    public func operatorPassword(
        url: BrokerURL,
        readFile: (String) throws -> [UInt8]? = { try Configuration.readFile($0) }
    ) throws(PasswordError) -> String {
        try Self.password(
            file: self.operator.passwordFile,
            fileKey: "operator.passwordFile",
            url: url,
            readFile: readFile
        )
    }

    private static func password(
        file: String?,
        fileKey: String,
        url: BrokerURL,
        readFile: (String) throws -> [UInt8]?
    ) throws(PasswordError) -> String {
        if let file {
            if let password = try password(in: file, readFile: readFile) { return password }
            throw PasswordError(
                problem: "the password file \(file) does not exist",
                advice: "create it, or correct \(fileKey)"
            )
        }
        guard let password = url.password else {
            throw PasswordError(
                problem: "there is no password for the broker user \(url.user)",
                advice: fileKey.hasPrefix("operator.")
                    ? "set \(fileKey)"
                    : "set \(fileKey), or LoadCredential=\(passwordCredential):… in the systemd unit",
                mayBeTheServicesAlone: true
            )
        }
        guard !password.isEmpty else {
            throw PasswordError(
                problem: "the password in the URL of the broker user \(url.user) is empty",
                advice: "set \(fileKey)"
            )
        }
        return password
    }

    /// The password in a file; nil when there is no such file. One line feed at its end is not
    /// part of it.
    private static func password(
        in path: String,
        readFile: (String) throws -> [UInt8]?
    ) throws(PasswordError) -> String? {
        let bytes: [UInt8]?
        do {
            bytes = try readFile(path)
        } catch {
            let reason = (error as? FileError)?.reason ?? "\(error)"
            throw PasswordError(
                problem: "the password file \(path) cannot be read: \(reason)",
                advice: "check its owner and its mode",
                mayBeTheServicesAlone: (error as? FileError)?.isForbidden == true
            )
        }
        guard var bytes else { return nil }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard !bytes.isEmpty else {
            throw PasswordError(
                problem: "the password file \(path) is empty",
                advice: "write the password into it"
            )
        }
        // The AMQP library takes a C string: a NUL would cut the rest off.
        guard !bytes.contains(0), let password = String(validating: bytes, as: UTF8.self) else {
            throw PasswordError(
                problem: "the password file \(path) is not UTF-8 text",
                advice: "write the password as plain text"
            )
        }
        return password
    }
}
