import Contract
import Glibc

/// A file with an event, for `submit event`.
enum EventFile {
    /// At most one byte more than a message may have: the check then says that it is too large.
    static func bytes(of file: String) throws -> [UInt8] {
        let isInput = file == "-"
        let descriptor = isInput ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(file) }
        defer { if !isInput { close(descriptor) } }
        guard let bytes = bytes(from: descriptor, atMost: MessageDecoder.maximumBodySize) else {
            throw failure(file)
        }
        guard bytes.count <= MessageDecoder.maximumBodySize else {
            throw ExitFailure(
                .data,
                "\(file) has more than \(MessageDecoder.maximumBodySize) bytes, the largest message "
                    + "that is taken; send what is large by reference"
            )
        }
        return bytes
    }

    /// All that can be read, or somewhat more than `limit` bytes of it; nil when `errno` says why
    /// it cannot be.
    static func bytes(from descriptor: CInt, atMost limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private static func failure(_ file: String) -> ExitFailure {
        ExitFailure(
            .data,
            "\(file) cannot be read: \(String(cString: strerror(errno))); check the path and its "
                + "mode"
        )
    }
}
