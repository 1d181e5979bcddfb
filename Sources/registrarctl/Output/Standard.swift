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
        // Nobody is left to be told when standard error cannot be written.
        _ = put(Array("registrarctl: \(SafeText.lines(message))\n".utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8]) throws {
        guard put(bytes, to: STDOUT_FILENO) else {
            throw ExitFailure(
                .unavailable,
                "standard output cannot be written: \(String(cString: strerror(errno))); see "
                    + "where it leads to"
            )
        }
    }

    /// Whether a file took all of it; `errno` says why not.
    static func put(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
