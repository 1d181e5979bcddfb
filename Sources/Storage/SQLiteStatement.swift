import Contract
import Domain
import GRDBSQLite
import Workflow

/// The open connection as far as statements need it: where it is, and whether it can go on.
///
/// Not sendable: it stays on the queue of the connection that it stands for.
final class SQLiteHandle {
    let pointer: OpaquePointer
    let path: String
    /// The first failure that concerns the store as a whole: nothing more is to be written in the
    /// transaction then, and it cannot be committed, whoever caught the error.
    private(set) var cause: StorageError?
    var unavailable: RegisterUnavailable? { cause.map(\.asUnavailable) }

    init(_ pointer: OpaquePointer, path: String) {
        self.pointer = pointer
        self.path = path
    }

    /// The error for a failed call, remembered if it concerns the whole store.
    func failure(_ code: Int32) -> any Error {
        let extended = sqlite3_extended_errcode(pointer)
        let error = StorageError(
            code: extended & 0xff == code & 0xff ? extended : code,
            message: String(cString: sqlite3_errmsg(pointer)),
            path: path
        )
        return remember(error)
    }

    func remember(_ error: StorageError) -> any Error {
        guard error.concernsStore else { return error }
        cause = cause ?? error
        return error.asUnavailable
    }

    /// Remembers an error that says that the store cannot work, wherever it comes from.
    func remember(_ error: any Error) {
        guard cause == nil, let unavailable = error as? RegisterUnavailable else { return }
        cause = StorageError(.inputOutput, unavailable.reason)
    }

    func damaged(_ what: String) -> any Error {
        remember(StorageError(code: SQLITE_CORRUPT, message: what, path: path))
    }

    func forgetFailure() { cause = nil }

    /// Whether a transaction is open. SQLite ends one by itself on some errors
    /// (https://www.sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
    var isInTransaction: Bool { sqlite3_get_autocommit(pointer) == 0 }
}

extension StorageError {
    fileprivate var asUnavailable: RegisterUnavailable {
        RegisterUnavailable(
            reason: reason,
            isRetryable: kind != .damaged,
            isElsewhere: kind == .away
        )
    }
}

/// A prepared statement that is bound from the first parameter on, run, and read by column.
///
/// Values go straight to SQLite: at several statements a message, a layer that boxes each value
/// and looks statements up by their text costs more than SQLite itself.
final class SQLiteStatement {
    /// Tells SQLite to copy what it is given before the call returns (`SQLITE_TRANSIENT`).
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    /// Tells SQLite that what it is given stays where it is (`SQLITE_STATIC`).
    private static let staying: sqlite3_destructor_type? = nil
    private static let roomBytes = 1024

    private let handle: SQLiteHandle
    private let pointer: OpaquePointer
    private var parameter: Int32 = 0
    /// Where short values stand until others are bound: SQLite would allocate for each of them.
    private var room: UnsafeMutableRawPointer?
    private var usedBytes = 0
    private var bindFailure: Int32 = SQLITE_OK
    /// Whether what is bound takes more memory than it should until it is bound again.
    var holdsMuch = false

    init(_ text: String, on handle: SQLiteHandle) throws {
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(
            handle.pointer,
            text,
            -1,
            UInt32(SQLITE_PREPARE_PERSISTENT),
            &pointer,
            nil
        )
        guard code == SQLITE_OK, let pointer else { throw handle.failure(code) }
        self.handle = handle
        self.pointer = pointer
    }

    deinit {
        sqlite3_finalize(pointer)
        room?.deallocate()
    }

    // MARK: Binding

    /// Begins again at the first parameter: whoever bound some may have failed before running.
    func forgetBindings() {
        parameter = 0
        usedBytes = 0
        bindFailure = SQLITE_OK
    }

    /// Room for so many bytes that are to be bound; nil where there is none left.
    private func take(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count <= Self.roomBytes - usedBytes else { return nil }
        let room = room ?? .allocate(byteCount: Self.roomBytes, alignment: 1)
        self.room = room
        defer { usedBytes += count }
        return room + usedBytes
    }

    /// Where the bytes stand when they are bound, and what becomes of them there.
    func keep(
        _ bytes: UnsafeRawBufferPointer
    ) -> (start: UnsafeRawPointer?, end: sqlite3_destructor_type?) {
        guard let room = take(bytes.count) else { return (bytes.baseAddress, Self.copied) }
        UnsafeMutableRawBufferPointer(start: room, count: bytes.count).copyMemory(from: bytes)
        return (UnsafeRawPointer(room), Self.staying)
    }

    /// Binds the next parameter.
    func bind(_ value: some Bindable) { value.bind(to: self) }

    /// One after another; null for none.
    func bind(_ values: [UniversalIdentifier]) {
        guard !values.isEmpty else { return bindNull() }
        bind(
            [UInt8](unsafeUninitializedCapacity: 16 * values.count) { buffer, count in
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                for value in values {
                    value.write(to: .init(rebasing: bytes[count..<count + 16]))
                    count += 16
                }
            }
        )
    }

    func bindNull() { bindNext { sqlite3_bind_null($0, $1) } }

    /// - Parameter bind: Given the statement and the parameter's number; returns SQLite's code.
    @inline(__always)
    func bindNext(_ bind: (OpaquePointer, Int32) -> Int32) {
        parameter += 1
        let code = bind(pointer, parameter)
        if code != SQLITE_OK { bindFailure = code }
    }

    // MARK: Running

    /// Runs it to its end; returns how many rows it changed.
    @discardableResult
    func run() throws -> Int {
        defer { reset() }
        while try step() {}
        return Int(sqlite3_changes(handle.pointer))
    }

    /// Runs it and reads the first row; nil if there is none.
    func first<Value>(_ read: (SQLiteStatement) throws -> Value) throws -> Value? {
        defer { reset() }
        guard try step() else { return nil }
        return try read(self)
    }

    /// Runs it and says whether there is a row.
    func hasRow() throws -> Bool { try first { _ in true } ?? false }

    func all<Value>(_ read: (SQLiteStatement) throws -> Value) throws -> [Value] {
        defer { reset() }
        var values: [Value] = []
        while try step() { values.append(try read(self)) }
        return values
    }

    func forEach(_ body: (SQLiteStatement) throws -> Void) throws {
        defer { reset() }
        while try step() { try body(self) }
    }

    /// Reads rows until `body` says that no more are wanted.
    func read(while body: (SQLiteStatement) throws -> Bool) throws {
        defer { reset() }
        while try step(), try body(self) {}
    }

    private func step() throws -> Bool {
        guard bindFailure == SQLITE_OK else { throw handle.failure(bindFailure) }
        let code = sqlite3_step(pointer)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw handle.failure(code)
        }
    }

    private func reset() {
        // Repeats the error of the step before, which was thrown already.
        sqlite3_reset(pointer)
        if holdsMuch {
            // Resetting keeps SQLite's copies (sqlite3_reset, "does not change the values of any
            // bindings").
            sqlite3_clear_bindings(pointer)
            holdsMuch = false
        }
        forgetBindings()
    }

    // MARK: Columns, counted from 0

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(pointer, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    func instant(_ column: Int32) -> Instant { Instant(milliseconds: integer(column)) }

    func optionalInstant(_ column: Int32) -> Instant? { isNull(column) ? nil : instant(column) }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(pointer, column) else { return "" }
        let count = Int(sqlite3_column_bytes(pointer, column))
        return String(
            decoding: UnsafeBufferPointer(start: start, count: count),
            as: UTF8.self
        )
    }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(pointer, column) else { return [] }
        let count = Int(sqlite3_column_bytes(pointer, column))
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    func identifier(_ column: Int32) throws -> UniversalIdentifier {
        guard let start = sqlite3_column_blob(pointer, column),
            sqlite3_column_bytes(pointer, column) == 16
        else { throw handle.damaged("an identifier is not 16 bytes long") }
        return UniversalIdentifier(reading: UnsafeRawBufferPointer(start: start, count: 16))
    }

    /// What was bound as a list.
    func identifiers(_ column: Int32) throws -> [UniversalIdentifier] {
        let bytes = bytes(column)
        return try stride(from: 0, to: bytes.count, by: 16).map { start in
            let part = Array(bytes[start...].prefix(16))
            guard let identifier = UniversalIdentifier(bytes: part) else {
                throw handle.damaged("an identifier in a list is not 16 bytes long")
            }
            return identifier
        }
    }

    /// A value of a closed set, by its name.
    func value<Value: RawRepresentable<String>>(
        _ column: Int32,
        as type: Value.Type = Value.self
    ) throws -> Value {
        guard let value = Value(rawValue: text(column)) else {
            throw handle.damaged("'\(text(column))' is no \(type)")
        }
        return value
    }

    func damaged(_ what: String) -> any Error { handle.damaged(what) }

    /// Reads what was written by `PropertiesCodec`.
    func properties(_ column: Int32) throws -> MessageProperties {
        guard let properties = PropertiesCodec.decode(bytes(column)) else {
            throw handle.damaged("the properties of a message cannot be read")
        }
        return properties
    }
}

extension UniversalIdentifier {
    /// Nil unless these are 16 bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self = bytes.withUnsafeBytes { UniversalIdentifier(reading: $0) }
    }

    /// Writes the 16 bytes that the text spells: half the room of the text, in tables and indexes.
    func write(to bytes: UnsafeMutableRawBufferPointer) {
        var text = text
        text.withUTF8 { text in
            precondition(text.count == 36, "an identifier is not 36 characters long")
            var position = 0
            for index in 0..<16 {
                if Self.hasDash(before: index) { position += 1 }
                bytes[index] = Self.value(text[position]) << 4 | Self.value(text[position + 1])
                position += 2
            }
        }
    }

    fileprivate init(reading bytes: UnsafeRawBufferPointer) {
        self.init(
            canonical: String(unsafeUninitializedCapacity: 36) { text in
                var position = 0
                for index in 0..<16 {
                    if Self.hasDash(before: index) {
                        text[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    text[position] = Self.digit(bytes[index] >> 4)
                    text[position + 1] = Self.digit(bytes[index] & 0x0f)
                    position += 2
                }
                return position
            }
        )
    }

    private static func hasDash(before index: Int) -> Bool {
        index == 4 || index == 6 || index == 8 || index == 10
    }

    private static func value(_ digit: UInt8) -> UInt8 {
        digit < 0x40 ? digit & 0x0f : (digit & 0x0f) + 9
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
