/// The syntax check of `traceparent` (W3C Trace Context §3.2).
enum TraceParent {
    /// Version 00 exactly; of later versions the part that they share with it.
    static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes.count <= 255,
            bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            isHexadecimal(bytes[0..<2]), isHexadecimal(bytes[3..<35]),
            isHexadecimal(bytes[36..<52]), isHexadecimal(bytes[53..<55]),
            !isZero(bytes[3..<35]), !isZero(bytes[36..<52])
        else { return false }
        let version = bytes[0..<2]
        if version.elementsEqual("ff".utf8) { return false }
        guard bytes.count > 55 else { return true }
        return !version.elementsEqual("00".utf8) && bytes[55] == dash
            && bytes[55...].allSatisfy { (0x21...0x7e).contains($0) }
    }

    private static func isHexadecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
    }

    private static func isZero(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0 == UInt8(ascii: "0") }
    }
}
