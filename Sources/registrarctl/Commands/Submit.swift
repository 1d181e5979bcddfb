import ArgumentParser
import Contract
import Domain
import Procedures

/// `submit`: what applicants send, as the procedures declare it.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Send a registration, or any event.",
        discussion: """
            Examples:
              registrarctl submit company --eori LU12345678 \\
                --operation import --operation transit \\
                --subject eaccess:7f3c --given-name Anne --family-name Weber \\
                --email anne.weber@example.lu --accept-terms
              registrarctl submit supplement \\
                --request-id 7d3f1c52-0d0e-4c8b-9a55-0b8f6a3c9b10 \\
                --answer "The warehouse is in Bettembourg." \\
                --subject eaccess:7f3c --given-name Anne --family-name Weber \\
                --email anne.weber@example.lu
              registrarctl submit event ./registration.json
              jq '.id = "42"' ./registration.json | registrarctl submit event -

            Prints the request's id. The broker has the message when the command ends with 0; what \
            the daemon made of it shows 'registrarctl request show'. What the daemon would not \
            take is not sent. An event is sent byte for byte, under the routing key of its type.

            What can be sent, and its fields (in brackets: if need be):
            \(SubmittedMessage.all.map(\.help).joined(separator: "\n"))

            The fields:
            \(SubmittedMessage.fields.help)

            The options --eori, --operation, --answer and --accept-terms are short for the fields \
            eori, operations, answer and termsAccepted=true.
            """
    )

    @Argument(
        help: "What to send, as listed above; or event.",
        completion: .list(SubmittedMessage.all.map(\.name) + [SubmitCommand.event])
    )
    var message: String

    @Argument(help: "Of an event: a file with it in JSON; - for standard input.")
    var file: String?

    @OptionGroup var fields: FieldOptions

    @Option(help: "The operator's EORI number.")
    var eori: String?

    @Option(name: .customLong("operation"), help: "A customs operation; repeatable.")
    var operations: [String] = []

    @Option(help: "What the applicant answers.")
    var answer: String?

    @Flag(help: "The applicant accepts the terms of use; nothing is registered without it.")
    var acceptTerms = false

    @OptionGroup var applicant: ApplicantOptions
    @OptionGroup var request: NewRequestOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var options: GlobalOptions

    static let event = "event"

    private var stated: [StatedField] {
        var stated = fields.stated
        if let eori { stated.append(StatedField("eori", eori)) }
        stated += operations.map { StatedField("operations", $0) }
        if let answer { stated.append(StatedField("answer", answer)) }
        if acceptTerms { stated.append(StatedField("termsAccepted", "true")) }
        return stated
    }

    /// - Throws: `ValidationError`.
    private func content(of message: SubmittedMessage) throws -> JSONObject {
        let content = try stated.members(of: message.definition.fields, in: message.name)
        let missing = message.definition.fields.first { field in
            field.presence == .required && !field.isOmittable && !content.states(field)
        }
        if let missing {
            throw ValidationError(
                "\(message.name) needs \(Self.option(for: missing)): \(missing.meaning)"
            )
        }
        _ = try applicant.applicant()
        guard message.opensRequest || request.requestId != nil else {
            throw ValidationError("\(message.name) needs --request-id: the request it is about")
        }
        return content
    }

    /// How a field is stated most easily.
    private static func option(for field: FieldDefinition) -> String {
        switch field.name {
        case "eori", "answer": "--\(field.name)"
        case "operations": "--operation"
        case "termsAccepted": "--accept-terms"
        default: "--field \(field.name)=…"
        }
    }

    func validate() throws {
        guard message != Self.event else {
            guard file != nil else { throw ValidationError("name the file with the event, or -") }
            guard stated.isEmpty else { throw ValidationError("an event is sent as it is") }
            return
        }
        guard file == nil else {
            throw ValidationError("write what is stated as --field name=value")
        }
        _ = try content(of: SubmittedMessage(named: message))
    }

    func run() async throws {
        if let file {
            let event = try InboundEvent(written: EventFile.bytes(of: file))
            return try await Dispatch(options, waiting).send(event)
        }
        let submitted = try SubmittedMessage(named: message)
        let content = try self.content(of: submitted)
        let applicant = try self.applicant.applicant()
        let routingKey = submitted.definition.routingKey
        try await Dispatch(options, waiting).send(routingKey, request: request.requestId) { data in
            applicant.write(to: &data)
            for member in content.members { data.member(member.name, member.value) }
        }
    }
}

/// A message that applicants send.
struct SubmittedMessage {
    let definition: MessageDefinition

    private static let family = "registration."

    static let all = ProcedureCatalogue.messages.map(SubmittedMessage.init(definition:))
        // A preview is of another message, which no field can hold.
        .filter {
            $0.definition.routingKey.hasPrefix(family)
                && $0.definition.routingKey != Procedures.Preview.routingKey
        }

    /// Each name once.
    static var fields: [FieldDefinition] {
        var names: Set<String> = []
        return all.flatMap(\.definition.fields).filter { names.insert($0.name).inserted }
    }

    private init(definition: MessageDefinition) { self.definition = definition }

    /// - Parameter name: What its routing key ends with, as far as that tells it from others.
    /// - Throws: `ValidationError`.
    init(named name: String) throws {
        let meant = Self.all.filter { $0.definition.routingKey.hasSuffix("." + name) }
        guard meant.count == 1 else {
            let names = (meant.isEmpty ? Self.all : meant).map(\.name)
            throw Parsing.unknown(name, "message", among: names + [SubmitCommand.event])
        }
        self = meant[0]
    }

    private var words: [Substring] { definition.routingKey.split(separator: ".") }

    /// The last word of its routing key, with those before where others end the same.
    var name: String {
        let last = words.last.map(String.init) ?? ""
        let others = Self.all.filter { $0.definition.routingKey.hasSuffix("." + last) }
        return others.count == 1 ? last : String(definition.routingKey.dropFirst(Self.family.count))
    }

    /// Whether it is a procedure's, and not about a request that there is.
    var opensRequest: Bool { words.count > 2 }

    /// Its name and its fields.
    fileprivate var help: String {
        let fields = definition.fields.map { field in
            field.presence == .optional ? "[\(field.name)]" : field.name
        }
        return "  \(name)  \(fields.joined(separator: " "))"
    }
}

extension JSONObject {
    /// Whether it has the member, be it within an object.
    fileprivate func states(_ field: FieldDefinition) -> Bool {
        guard field.topMember != field.name else { return self[field.name] != nil }
        guard case .object(let object)? = self[field.topMember] else { return false }
        return object[String(field.name.dropFirst(field.topMember.count + 1))] != nil
    }
}
