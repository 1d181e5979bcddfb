import Contract
import Domain

/// The members of what stands in the journal, a JSON object; none when it is not one.
struct JournalMembers {
    private let object: JSONObject

    init(_ text: String) {
        do throws(Problem) {
            if case .object(let object) = try JSONValue(parsing: Array(text.utf8)) {
                self.object = object
                return
            }
        } catch {
            // Of another release; the entry is shown by its time and number.
        }
        object = JSONObject([])
    }

    subscript(name: String) -> String? {
        if case .string(let text) = object[name] { text } else { nil }
    }

    func list(_ name: String) -> [String] {
        guard case .array(let values) = object[name] else { return [] }
        return values.compactMap { value in
            if case .string(let text) = value { text } else { nil }
        }
    }

    func has(_ name: String) -> Bool { object[name] != nil }

    func count(_ name: String) -> Int64 {
        if case .number(let number) = object[name] { number.integer ?? 0 } else { 0 }
    }
}
