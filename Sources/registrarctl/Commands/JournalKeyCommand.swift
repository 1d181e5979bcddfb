import ArgumentParser
import Composition
import Contract
import Domain
import Glibc
import Settings
import Workflow

struct JournalKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make the key that signs the journal's checkpoints, or show its public half.",
        discussion: """
            Examples:
              registrarctl journal key --file /etc/credstore/journal-key > journal.pub
              registrarctl journal key --public > journal.pub

            Makes an Ed25519 key (PKCS#8 PEM, as 'openssl genpkey -algorithm ed25519' does) in a \
            new file that only its owner may read, and writes its public half. A file that exists \
            is never overwritten. Keep the public half on another machine: whoever verifies \
            checkpoints needs it.
            """
    )

    @Flag(name: .customLong("public"), help: "Show the public half of a key that exists.")
    var showsPublic = false

    @Option(help: "The key's file. (default: journal.keyFile of the configuration)")
    var file: String?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        guard let path = try file ?? options.commandEnvironment().configuration.journal.keyFile
        else {
            throw ExitFailure(.configuration, "name --file, or set journal.keyFile")
        }
        let key: JournalKey
        if showsPublic {
            key = try Self.read(path)
        } else {
            var generator = SystemRandomNumberGenerator()
            key = try JournalKey(
                seed: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            )
            try Self.create(path, key.pem)
        }
        let publicKey = key.publicKey
        try options.write { json in
            json.member("file", path)
            json.member("publicKey", publicKey.pem)
            json.member("fingerprint", publicKey.fingerprint.hexadecimal)
        } text: { _ in
            publicKey.pem
        }
        Standard.say("the key's fingerprint is \(publicKey.fingerprint.hexadecimal)")
        if !showsPublic {
            Standard.say(
                path.hasPrefix("/etc/credstore/")
                    ? "systemd hands \(path) to registrard at its next start"
                    : "\(path) is this user's: give it to registrard's, or put it to "
                        + "/etc/credstore/journal-key, from where systemd hands it over"
            )
        }
    }

    private static func read(_ path: String) throws -> JournalKey {
        let bytes: [UInt8]?
        do {
            bytes = try Configuration.readFile(path)
        } catch {
            throw ExitFailure(.unavailable, "the key cannot be read: \(error)")
        }
        guard let bytes else { throw ExitFailure(.unavailable, "there is no key at \(path)") }
        do throws(JournalKeyError) {
            return try JournalKey(pem: bytes)
        } catch {
            throw ExitFailure(.data, "\(path) \(error)")
        }
    }

    private static func create(_ path: String, _ text: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? ExitFailure(.data, "\(path) exists and is not overwritten; see it with --public")
                : failure("created", path)
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            let failure = failure("written", path)
            unlink(path)
            throw failure
        }
    }

    private static func failure(_ done: String, _ path: String) -> ExitFailure {
        ExitFailure(.unavailable, "\(path) cannot be \(done): \(String(cString: strerror(errno)))")
    }
}
