/// A file that the configuration names and that cannot be read.
public struct UnreadableFile: Sendable, Equatable {
    /// Where it is named, by which key, and what is wrong.
    public let error: ConfigurationError
    /// Whether only this user may not read it; the service's user may.
    public let isForbidden: Bool
}

extension LoadedConfiguration {
    /// The files for TLS that cannot be read, as far as TLS is used. The AMQP library would try
    /// them again with every connection, for ever.
    ///
    /// - Parameter readFile: The bytes of a file; nil when there is none.
    public func unreadableFiles(
        readFile: (String) throws(FileError) -> [UInt8]? = Configuration.readFile
    ) -> [UnreadableFile] {
        guard configuration.broker.url.isTLS else { return [] }
        let tls = configuration.broker.tls
        return [("ca", tls.ca), ("certificate", tls.certificate), ("key", tls.key)]
            .compactMap { name, path in
                path.flatMap { unreadable($0, namedBy: "broker.tls.\(name)", readFile) }
            }
    }

    private func unreadable(
        _ path: String,
        namedBy key: String,
        _ readFile: (String) throws(FileError) -> [UInt8]?
    ) -> UnreadableFile? {
        func finding(_ problem: String, _ advice: String, _ isForbidden: Bool) -> UnreadableFile {
            UnreadableFile(
                error: ConfigurationError(
                    location: locations[key] ?? .file(""),
                    path: key,
                    problem: problem,
                    advice: advice
                ),
                isForbidden: isForbidden
            )
        }
        do throws(FileError) {
            guard let bytes = try readFile(path) else {
                return finding("there is no file \(path)", "create it, or correct the key", false)
            }
            guard !bytes.isEmpty else {
                return finding("the file \(path) is empty", "write it as PEM", false)
            }
            return nil
        } catch {
            return finding(
                "\(path) cannot be read: \(error.reason)",
                "check its owner and its mode",
                error.isForbidden
            )
        }
    }
}
