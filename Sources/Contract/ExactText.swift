/// A text that equals another only if the same scalars stand in both, as a key.
///
/// As keys, Swift's strings take canonically equivalent texts for one: a broker user named with a
/// composed é would get the roles of the other user whose é is decomposed.
struct ExactText: Hashable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.isExactly(right.text)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // A byte that UTF-8 never has, so that neighbours in a larger key stay apart.
        hasher.combine(0xff as UInt8)
    }
}

extension String {
    /// Whether the same scalars stand in both: `==` also holds for canonically equivalent texts.
    func isExactly(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count, self == other else { return false }
        // No other text is as long as ASCII text that it is equivalent to: its scalars take more
        // bytes.
        return other.utf8Span.isKnownASCII || utf8.elementsEqual(other.utf8)
    }
}
