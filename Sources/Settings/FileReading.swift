import Glibc

/// Why a file could not be read.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    public let path: String
    public let reason: String
    /// Whether this user may not read it; another may.
    public let isForbidden: Bool

    public init(path: String, reason: String, isForbidden: Bool = false) {
        self.path = path
        self.reason = reason
        self.isForbidden = isForbidden
    }

    public var description: String { "\(path): \(reason)" }
}

extension Configuration {
    /// Longest file that is read; a configuration or a password is far smaller.
    static let maximumFileBytes = 1 << 20

    /// The bytes of a file; nil when there is none.
    public static func readFile(_ path: String) throws(FileError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            let isForbidden = errno == EACCES
            throw FileError(path: path, reason: errorText, isForbidden: isForbidden)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, reason: errorText)
            }
            bytes += buffer[..<count]
            guard bytes.count <= maximumFileBytes else {
                throw FileError(path: path, reason: "it is larger than \(maximumFileBytes) bytes")
            }
        }
    }

    private static var errorText: String { String(cString: strerror(errno)) }
}
