import Domain

/// Reads the context attributes of a CloudEvents 1.0 event in structured JSON mode.
enum EnvelopeReader {
    static let contentType = "application/cloudevents+json"

    /// - Throws: a `not-an-event` problem with everything that is wrong with the envelope. `data`
    ///   is not looked at, beyond that it must not be `data_base64`.
    static func read(_ value: JSONValue, contentType: String?) throws(Problem) -> Envelope {
        guard isMediaType(contentType ?? "", Self.contentType) else {
            throw Problem(
                .notAnEvent,
                "the message's content_type must be \(Self.contentType)"
            )
        }
        guard case .object(let object) = value else {
            throw Problem(.notAnEvent, at: "", "the message must be a JSON object")
        }
        var attributes = Attributes(object)
        let envelope = attributes.envelope()
        guard let envelope, attributes.findings.isEmpty else {
            throw Problem(
                .notAnEvent,
                "the envelope does not follow CloudEvents 1.0",
                findings: attributes.findings
            )
        }
        return envelope
    }

    /// Whether `text` names the media type, whatever its case and parameters (RFC 9110 §8.3.1).
    static func isMediaType(_ text: String, _ mediaType: String) -> Bool {
        // As nearly everybody writes it.
        if text == mediaType { return true }
        var name = text.utf8.prefix { $0 != UInt8(ascii: ";") }
        while let first = name.first, isBlank(first) { name.removeFirst() }
        while let last = name.last, isBlank(last) { name.removeLast() }
        return name.count == mediaType.utf8.count
            && zip(name, mediaType.utf8).allSatisfy { byte, lowered in
                byte == lowered
                    || ((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                        && byte | 0x20 == lowered)
            }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }
}

/// The attributes of one event, and what is wrong with them.
private struct Attributes {
    private let object: JSONObject
    private(set) var findings: [Finding] = []

    init(_ object: JSONObject) {
        self.object = object
    }

    mutating func envelope() -> Envelope? {
        checkNames()
        _ = required("specversion", "must be \"1.0\"") { $0.isExactly("1.0") }
        let identifier = required("id", "must be text of 1 to 128 characters") {
            TextRules.isAttribute($0, length: 1...128)
        }
        // A bound where the contract has none: problems repeat the source and the type.
        let source = required("source", "must be a URI reference of 1 to 1024 characters") {
            $0.utf8.count <= 1024 && URIReference.isValid($0)
        }
        let type = required("type", "must be text of 1 to 1024 characters") {
            TextRules.isAttribute($0, length: 1...1024)
        }
        let subject = optional("subject", "must be text and not empty") {
            TextRules.isAttribute($0, length: 1...Int.max)
        }
        _ = optional("datacontenttype", "must be application/json or absent") {
            TextRules.isAttribute($0, length: 1...Int.max)
                && EnvelopeReader.isMediaType($0, "application/json")
        }
        var time: Instant?
        _ = required("time", "must be a time as in RFC 3339") {
            time = Instant(rfc3339: $0)
            return time != nil
        }
        guard let identifier, let source, let type, let time else { return nil }
        return Envelope(
            identifier: identifier,
            source: source,
            type: type,
            time: time,
            subject: subject,
            traceParent: traceParent()
        )
    }

    /// Attributes are named in lower-case letters and digits (CloudEvents 1.0 §"Naming
    /// Conventions"); those that are not known here are extensions, and ignored.
    private mutating func checkNames() {
        for member in object.members {
            let name = member.name
            let isAttribute =
                !name.isEmpty
                && name.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                }
            // One that is null counts as absent.
            let isAbsent = member.value == .null && name.isExactly("data_base64")
            guard !isAttribute, !isAbsent, findings.count < PayloadReader.maximumFindings else {
                continue
            }
            let quoted = JSONPointer.mayQuote(name)
            findings.append(
                Finding(
                    pointer: quoted ? JSONPointer.appending(name, to: "") : "",
                    detail: name.isExactly("data_base64")
                        ? "is not taken: the payload must be JSON, in data"
                        : "attributes are named in lower-case letters and digits"
                )
            )
        }
    }

    /// Trace context is a help, not a duty: one that is wrong costs nobody a registration.
    private func traceParent() -> String? {
        guard case .string(let text) = object["traceparent"], TraceParent.isValid(text) else {
            return nil
        }
        return text
    }

    private mutating func required(
        _ name: String,
        _ rule: String,
        _ isValid: (String) -> Bool
    ) -> String? {
        guard isPresent(name) else {
            findings.append(Finding(pointer: "/\(name)", detail: "is required"))
            return nil
        }
        return optional(name, rule, isValid)
    }

    private mutating func optional(
        _ name: String,
        _ rule: String,
        _ isValid: (String) -> Bool
    ) -> String? {
        guard isPresent(name) else { return nil }
        guard case .string(let text) = object[name], isValid(text) else {
            findings.append(Finding(pointer: "/\(name)", detail: rule))
            return nil
        }
        return text
    }

    /// An attribute that is null counts as absent (CloudEvents JSON event format §2.2).
    private func isPresent(_ name: String) -> Bool {
        (object[name] ?? .null) != .null
    }
}
