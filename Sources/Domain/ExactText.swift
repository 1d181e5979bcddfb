// Texts from outside are what their Unicode scalars are. Swift's `==` also holds for texts that are
// only canonically equivalent, such as a composed and a decomposed é, which are two texts to a
// store, to a broker and to eAccess.

extension String {
    /// Whether the same scalars stand in both. To look up an object's member takes many of these.
    @inlinable
    public func isExactly(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count, self == other else { return false }
        // No other text is as long as ASCII text that it is equivalent to: its scalars take more
        // bytes.
        return other.utf8Span.isKnownASCII || utf8.elementsEqual(other.utf8)
    }
}

extension String? {
    /// Whether the same scalars stand in both, or both are absent.
    public func isExactly(_ other: String?) -> Bool {
        switch (self, other) {
        case (let text?, let other?): text.isExactly(other)
        case (nil, nil): true
        case (_?, nil), (nil, _?): false
        }
    }
}

/// A text that equals another only if the same scalars stand in both, as a key.
///
/// As keys, Swift's strings take canonically equivalent texts for one: a broker user named with a
/// composed é would get the roles of the other user whose é is decomposed.
public struct ExactText: Hashable, Sendable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.isExactly(right.text)
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // A byte that UTF-8 never has, so that neighbours in a larger key stay apart.
        hasher.combine(0xff as UInt8)
    }
}

/// A record's text that counts as changed when its scalars do, as it does in the store.
@propertyWrapper
public struct Exact: Hashable, Sendable {
    public var wrappedValue: String

    public init(wrappedValue: String) {
        self.wrappedValue = wrappedValue
    }

    public static func == (left: Exact, right: Exact) -> Bool {
        left.wrappedValue.isExactly(right.wrappedValue)
    }

    public func hash(into hasher: inout Hasher) {
        ExactText(wrappedValue).hash(into: &hasher)
    }
}

/// The same of a text that may be absent.
@propertyWrapper
public struct ExactOptional: Hashable, Sendable {
    public var wrappedValue: String?

    public init(wrappedValue: String?) {
        self.wrappedValue = wrappedValue
    }

    public static func == (left: ExactOptional, right: ExactOptional) -> Bool {
        left.wrappedValue.isExactly(right.wrappedValue)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(wrappedValue.map(ExactText.init))
    }
}
