/// The check of e-mail addresses: one mailbox as in RFC 5321 §4.1.2, with the characters beyond
/// ASCII that RFC 6531 adds. Without what mailers and headers trip over: spaces, angle brackets,
/// commas (not even in quotes), domains that are address literals.
enum EmailAddress {
    /// Lengths count scalars: 64 before the `@`, 254 in all.
    static func isValid(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count <= 254, scalars.allSatisfy(isAllowedAnywhere),
            let at = scalars.lastIndex(of: "@"), (1...64).contains(at)
        else { return false }
        return isLocalPart(scalars[..<at]) && isDomain(scalars[(at + 1)...])
    }

    private static func isAllowedAnywhere(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "<", ">", ",": false
        default:
            !TextRules.isControl(scalar) && !TextRules.isInvisible(scalar)
                && !TextRules.isBlank(scalar)
        }
    }

    private static func isLocalPart(_ local: ArraySlice<Unicode.Scalar>) -> Bool {
        guard local.first != "\"" else { return isQuoted(local) }
        return local.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy(isAtomText)
        }
    }

    /// RFC 5322 §3.2.3 `atext`.
    private static func isAtomText(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\"", "(", ")", ":", ";", "@", "[", "]", "\\", ".": false
        default: true
        }
    }

    private static func isQuoted(_ local: ArraySlice<Unicode.Scalar>) -> Bool {
        guard local.count > 2, local.last == "\"" else { return false }
        var isEscaped = false
        for scalar in local.dropFirst().dropLast() {
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"" {
                return false
            }
        }
        return !isEscaped
    }

    private static func isDomain(_ domain: ArraySlice<Unicode.Scalar>) -> Bool {
        domain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "-": true
                    default: !scalar.isASCII
                    }
                }
        }
    }
}
