import Contract
import Glibc

/// Standard output and standard error.
enum Standard {
    /// Writes data to standard output.
    static func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Writes one line of JSON to standard output.
    static func json(_ members: (inout JSONWriter) throws -> Void) throws {
        var writer = JSONWriter()
        try writer.object { json in
            json.member("version", 1)
            try members(&json)
        }
        try write(writer.bytes + [0x0A])
    }

    /// Says something to whoever started the program.
    static func say(_ message: String) {
        let bytes = Array("registrarctl: \(SafeText.lines(message))\n".utf8)
        // Nobody is left to be told when standard error cannot be written.
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw ExitFailure(
                    .unavailable,
                    "standard output cannot be written: \(String(cString: strerror(errno))); see "
                        + "where it leads to"
                )
            }
            rest = rest.dropFirst(count)
        }
    }
}
