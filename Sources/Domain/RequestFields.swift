/// What a request says besides what all requests say, such as the kind of authorisation that is
/// asked for: texts by name. May hold personal data, so it is kept apart from the journal and goes
/// with the request or the person.
public struct RequestFields: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// In the order in which they were stated first; no name is there twice.
    public private(set) var members: [Member] = []

    public init() {}

    public init(_ members: [Member]) {
        for member in members { self[member.name] = member.value }
    }

    public var isEmpty: Bool { members.isEmpty }
    public var names: [String] { members.map(\.name) }

    /// The number plate that was granted: requests are found by it.
    public static let plateNumber = "plateNumber"

    /// Nil for what is not said.
    public subscript(name: String) -> String? {
        get { members.first { $0.name == name }?.value }
        set {
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index] = Member(name: name, value: value)
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// These, with those of `other` in the place of what has the same name.
    public func updated(with other: RequestFields) -> RequestFields {
        var updated = self
        for member in other.members { updated[member.name] = member.value }
        return updated
    }
}
