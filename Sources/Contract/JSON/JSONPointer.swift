/// JSON pointers (RFC 6901) as findings use them: they go into problems, and so into the journal
/// and the logs, and must stay short and free of personal data.
enum JSONPointer {
    /// The pointer to the member `name` of the object at `pointer`.
    static func appending(_ name: String, to pointer: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") })
        else { return pointer + "/" + name }
        var result = pointer
        result.append("/")
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": result.append("~0")
            case "/": result.append("~1")
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The pointer to the element `index` of the array at `pointer`.
    static func appending(_ index: Int, to pointer: String) -> String {
        "\(pointer)/\(index)"
    }

    /// Whether `name`, which a sender chose, may be repeated: it looks like a member's name, not
    /// like an address or a sentence that was put in its place.
    static func mayQuote(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "$"), UInt8(ascii: "/"), UInt8(ascii: "~"):
                true
            default: false
            }
        }
    }
}
