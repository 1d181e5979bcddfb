extension Configuration {
    /// Name of the credential that systemd hands over.
    public static let journalKeyCredential = "journal-key"

    /// The file with the key that signs the journal's checkpoints: systemd's credential, else that
    /// of `journal.keyFile`; nil where there is neither.
    ///
    /// - Parameters:
    ///   - environment: Looked at for `CREDENTIALS_DIRECTORY`.
    ///   - readFile: The bytes of a file; nil when there is none.
    /// - Throws: A `FileError` when the file cannot be read, or is named and does not exist.
    public func journalKeyFile(
        environment: [String: String],
        readFile: (String) throws(FileError) -> [UInt8]? = Configuration.readFile
    ) throws(FileError) -> (path: String, bytes: [UInt8])? {
        if let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty {
            let path = "\(folder)/\(Self.journalKeyCredential)"
            if let bytes = try readFile(path) { return (path, bytes) }
        }
        guard let path = journal.keyFile else { return nil }
        guard let bytes = try readFile(path) else {
            throw FileError(
                path: path,
                reason:
                    "there is no such file; make it with 'registrarctl journal key', or correct "
                    + "journal.keyFile"
            )
        }
        return (path, bytes)
    }
}
