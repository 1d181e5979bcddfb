public import Domain

/// Whether a payload must have a member.
public enum Presence: Sendable {
    case required
    /// The member may be left out. `null` does not count as left out.
    case optional
}

/// Reads `data`, or an object in it, member by member, and records what is wrong with it.
///
/// Every accessor returns nil and records a finding when the member is absent (if required) or
/// wrong. A payload reader therefore reads everything first and gives up last, so that the sender
/// learns of all faults at once:
///
///     let request = data.requestIdentifier()
///     let eori = data.eori("eori")
///     guard let request, let eori else { return nil }
///
/// Members that nobody asked for are refused when the reading ends. An optional member that is
/// wrong reads as nil too; the finding sees to it that nothing is made of the message. Findings
/// name places and rules, never values: those may be personal data.
public struct PayloadReader: Sendable {
    /// What is wrong so far, in the order of reading; at most `maximumFindings`.
    public private(set) var findings: [Finding] = []
    /// The envelope of the event that is read.
    public let envelope: Envelope
    /// The JSON pointer of the object that is read, such as `/data/applicant`.
    public let pointer: String

    /// A message with more faults than this has the rest of them left out.
    public static let maximumFindings = 100

    private let object: JSONObject
    private var known: [Bool]

    public init(_ object: JSONObject, envelope: Envelope, pointer: String = "/data") {
        self.object = object
        self.envelope = envelope
        self.pointer = pointer
        self.known = Array(repeating: false, count: object.members.count)
    }

    // MARK: Presence

    /// Whether the member is there, be it null. Does not count as reading it.
    public func has(_ name: String) -> Bool {
        object.firstIndex(of: name) != nil
    }

    /// Whether the member is there and null; if so it counts as read. For the few members for
    /// which `null` is documented.
    public mutating func takeNull(_ name: String) -> Bool {
        guard let index = object.firstIndex(of: name), object.members[index].value == .null else {
            return false
        }
        known[index] = true
        return true
    }

    /// Takes the member for read, whatever it says.
    public mutating func ignore(_ name: String) { _ = take(name, .optional) }

    /// Which one of `names` is there; a finding if none or more than one is. Does not count as
    /// reading it.
    public mutating func exactlyOne(of names: [String]) -> String? {
        let present = names.filter(has)
        guard present.count == 1 else {
            for name in present { markKnown(name) }
            report("must have exactly one of \(names.joined(separator: ", "))")
            return nil
        }
        return present.first
    }

    // MARK: Findings

    /// Records a finding about the member `name`, or about the whole object.
    ///
    /// `detail` continues a sentence that begins with the place, such as "must be a date".
    public mutating func report(_ detail: String, at name: String? = nil) {
        record(Finding(pointer: name.map(pointer(to:)) ?? pointer, detail: detail))
    }

    /// Records a finding about an element of the array `name`.
    public mutating func report(_ detail: String, at name: String, element index: Int) {
        let place = JSONPointer.appending(index, to: pointer(to: name))
        record(Finding(pointer: place, detail: detail))
    }

    /// Ends the reading: refuses the members that were not read, and returns all findings.
    public mutating func finish() -> [Finding] {
        for (index, isKnown) in known.enumerated() where !isKnown {
            let name = object.members[index].name
            if JSONPointer.mayQuote(name) {
                report("is not a member that is known here", at: name)
            } else {
                report("has a member that is not known here")
            }
            known[index] = true
        }
        return findings
    }

    // MARK: Objects and lists

    /// The object `name`, read by `read`; unknown members of it are refused.
    public mutating func object<Result>(
        _ name: String,
        _ presence: Presence = .required,
        read: (inout PayloadReader) -> Result?
    ) -> Result? {
        guard let value = take(name, presence) else { return nil }
        return nested(value, at: pointer(to: name), read)
    }

    /// The array `name` of objects, each read by `read`; nil if any of them is wrong.
    public mutating func list<Element>(
        _ name: String,
        count: ClosedRange<Int> = 0...Int.max,
        _ presence: Presence = .required,
        read: (inout PayloadReader) -> Element?
    ) -> [Element]? {
        guard let values = array(name, count: count, presence) else { return nil }
        var elements: [Element] = []
        for (index, value) in values.enumerated() {
            let place = JSONPointer.appending(index, to: pointer(to: name))
            if let element = nested(value, at: place, read) { elements.append(element) }
        }
        return elements.count == values.count ? elements : nil
    }

    // MARK: What the accessors are made of

    /// The member's value, which then counts as read; a finding if it is required and absent.
    mutating func take(_ name: String, _ presence: Presence) -> JSONValue? {
        guard let index = object.firstIndex(of: name) else {
            if presence == .required { report("is required", at: name) }
            return nil
        }
        known[index] = true
        return object.members[index].value
    }

    /// The member as `convert` makes it; a finding with `rule` if that returns nil.
    mutating func read<Result>(
        _ name: String,
        _ presence: Presence,
        _ rule: @autoclosure () -> String,
        _ convert: (JSONValue) -> Result?
    ) -> Result? {
        guard let value = take(name, presence) else { return nil }
        guard let result = convert(value) else {
            report(rule(), at: name)
            return nil
        }
        return result
    }

    /// The member, a string, as `convert` makes it; a finding with `rule` if that returns nil.
    mutating func readString<Result>(
        _ name: String,
        _ presence: Presence,
        _ rule: @autoclosure () -> String,
        _ convert: (String) -> Result?
    ) -> Result? {
        read(name, presence, rule()) { value in
            guard case .string(let text) = value else { return nil }
            return convert(text)
        }
    }

    /// The elements of the array `name`, of which there are as many as `count` says.
    mutating func array(
        _ name: String,
        count: ClosedRange<Int>,
        _ presence: Presence
    ) -> [JSONValue]? {
        read(name, presence, Self.arrayRule(count)) { value in
            guard case .array(let values) = value, count.contains(values.count) else { return nil }
            return values
        }
    }

    private static func arrayRule(_ count: ClosedRange<Int>) -> String {
        switch (count.lowerBound, count.upperBound) {
        case (0, Int.max): "must be an array"
        case (let least, Int.max): "must be an array of at least \(least)"
        case (let least, let most): "must be an array of \(least) to \(most)"
        }
    }

    mutating func record(_ finding: Finding) {
        if findings.count < Self.maximumFindings - 1 {
            findings.append(finding)
        } else if findings.count == Self.maximumFindings - 1 {
            findings.append(Finding(pointer: "", detail: "has more faults, which are not listed"))
        }
    }

    func pointer(to name: String) -> String {
        JSONPointer.appending(name, to: pointer)
    }

    private mutating func nested<Result>(
        _ value: JSONValue,
        at place: String,
        _ read: (inout PayloadReader) -> Result?
    ) -> Result? {
        guard case .object(let object) = value else {
            record(Finding(pointer: place, detail: "must be an object"))
            return nil
        }
        var reader = PayloadReader(object, envelope: envelope, pointer: place)
        let result = read(&reader)
        let faults = reader.finish()
        for fault in faults { record(fault) }
        return faults.isEmpty ? result : nil
    }

    private mutating func markKnown(_ name: String) {
        if let index = object.firstIndex(of: name) { known[index] = true }
    }
}
