import Domain
import GRDBSQLite

/// What a parameter of a statement can stand for.
protocol Bindable {
    /// Binds it to the next parameter.
    func bind(to statement: SQLiteStatement)
}

extension Int64: Bindable {
    func bind(to statement: SQLiteStatement) {
        statement.bindNext { sqlite3_bind_int64($0, $1, self) }
    }
}

extension Int: Bindable {
    func bind(to statement: SQLiteStatement) { statement.bind(Int64(self)) }
}

extension Bool: Bindable {
    func bind(to statement: SQLiteStatement) { statement.bind(self ? 1 as Int64 : 0) }
}

extension Instant: Bindable {
    func bind(to statement: SQLiteStatement) { statement.bind(milliseconds) }
}

extension CivilDate: Bindable {
    func bind(to statement: SQLiteStatement) { statement.bind(description) }
}

extension String: Bindable {
    func bind(to statement: SQLiteStatement) {
        var text = self
        text.withUTF8 { text in
            // A null pointer would bind NULL; room for nothing is none.
            let (start, end) = statement.keep(UnsafeRawBufferPointer(text))
            statement.bindNext {
                sqlite3_bind_text64(
                    $0,
                    $1,
                    start?.assumingMemoryBound(to: CChar.self),
                    UInt64(text.count),
                    end,
                    UInt8(SQLITE_UTF8)
                )
            }
        }
    }
}

extension [UInt8]: Bindable {
    func bind(to statement: SQLiteStatement) {
        if count > 65_536 { statement.holdsMuch = true }
        withUnsafeBytes { bytes in
            let (start, end) = statement.keep(bytes)
            statement.bindNext { sqlite3_bind_blob64($0, $1, start, UInt64(bytes.count), end) }
        }
    }
}

extension UniversalIdentifier: Bindable {
    func bind(to statement: SQLiteStatement) {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { bytes in
            write(to: bytes)
            let (start, end) = statement.keep(UnsafeRawBufferPointer(bytes))
            statement.bindNext { sqlite3_bind_blob64($0, $1, start, 16, end) }
        }
    }
}

extension OperationSet: Bindable {
    func bind(to statement: SQLiteStatement) { statement.bind(Int64(bits)) }
}

/// None is NULL.
extension Optional: Bindable where Wrapped: Bindable {
    func bind(to statement: SQLiteStatement) {
        if let self { self.bind(to: statement) } else { statement.bindNull() }
    }
}
