import Contract
import Domain

/// The members of what stands in the journal, a JSON object; none when it is not one. Those of a
/// record that it carries are found like its own, and the record's id under the record's name.
struct JournalMembers {
    private let object: JSONObject
    private let records: [JSONObject]

    init(_ text: String) {
        do throws(Problem) {
            if case .object(let object) = try JSONValue(parsing: Array(text.utf8)) {
                self.object = object
                records = object.members.compactMap { member in
                    if case .object(let record) = member.value { record } else { nil }
                }
                return
            }
        } catch {
            // Of another release; the entry is shown by its time and number.
        }
        (object, records) = (JSONObject([]), [])
    }

    private func value(_ name: String) -> JSONValue? {
        switch object[name] {
        case .object(let record): record["id"]
        case .some(let value): value
        case nil: records.lazy.compactMap { $0[name] }.first
        }
    }

    subscript(name: String) -> String? {
        if case .string(let text) = value(name) { text } else { nil }
    }

    func list(_ name: String) -> [String] {
        guard case .array(let values) = value(name) else { return [] }
        return values.compactMap { value in
            if case .string(let text) = value { text } else { nil }
        }
    }

    func has(_ name: String) -> Bool { object[name] != nil }

    func isTrue(_ name: String) -> Bool { value(name) == .boolean(true) }

    /// A number; 0 where there is none.
    func count(_ name: String) -> Int64 {
        if case .number(let number) = value(name) { number.integer ?? 0 } else { 0 }
    }
}
