import AMQP
import Foundation

/// An inbound event as a portal writes it, byte for byte: JSON put together by hand, so that these
/// tests agree with the manual and not with the program.
struct InboundEvent: Sendable {
    var routingKey: String
    var id = UUID().uuidString.lowercased()
    var source = "urn:test:portal"
    var time = Date.now.ISO8601Format()
    /// The envelope's `subject`; nil leaves it out.
    var subject: String?
    /// The payload, a JSON object.
    var data: String
    var traceParent: String?

    init(_ routingKey: String, subject: String?, _ data: String) {
        self.routingKey = routingKey
        self.subject = subject
        self.data = data
    }

    var type: String { "lu.etat.do.\(routingKey).v1" }

    var body: [UInt8] {
        var members = [
            #""specversion":"1.0""#, #""id":"\#(id)""#, #""source":"\#(source)""#,
            #""type":"\#(type)""#, #""time":"\#(time)""#,
            #""datacontenttype":"application/json""#,
        ]
        if let subject { members.append(#""subject":"\#(subject)""#) }
        if let traceParent { members.append(#""traceparent":"\#(traceParent)""#) }
        members.append(#""data":\#(data)"#)
        return Array("{\(members.joined(separator: ","))}".utf8)
    }

    func withTraceParent(_ text: String) -> InboundEvent {
        var event = self
        event.traceParent = text
        return event
    }

    /// The message that carries it.
    var message: OutgoingMessage { OutgoingMessage(routingKey, body) }
}

/// A message for the inbound exchange, well-formed or not.
struct OutgoingMessage: Sendable {
    var routingKey: String
    var body: [UInt8]
    var properties: Properties
    /// Whether the sender's name goes with it, as `user_id`.
    var namesSender = true

    init(_ routingKey: String, _ body: [UInt8]) {
        self.routingKey = routingKey
        self.body = body
        properties = Properties(contentType: "application/cloudevents+json", isPersistent: true)
    }
}

/// Somebody who asks: all names and addresses follow from the first name.
struct Registrant: Sendable {
    let name: String

    init(_ name: String) {
        self.name = name
    }

    var subject: String { "eaccess:\(name)" }
    var email: String { "\(name)@example.lu" }

    var json: String {
        """
        {"subject":"\(subject)","authentication":"luxtrust","familyName":"Weber",\
        "givenName":"\(name.capitalized)","email":"\(email)"}
        """
    }

    // MARK: What applicants say

    func company(
        _ request: String,
        _ eori: String,
        operations: [String] = ["import", "transit"],
        termsAccepted: Bool = true
    ) -> InboundEvent {
        registration("access.company", request, eori, operations, termsAccepted)
    }

    func naturalPerson(
        _ request: String,
        _ eori: String,
        operations: [String] = ["import"]
    ) -> InboundEvent {
        registration("access.natural-person", request, eori, operations, true)
    }

    func employee(_ request: String, _ eori: String) -> InboundEvent {
        registration("access.employee", request, eori, nil, true)
    }

    func moreOperations(_ request: String, _ eori: String, _ operations: [String]) -> InboundEvent {
        registration("access.operations", request, eori, operations, nil)
    }

    func supplement(_ request: String, _ answer: String) -> InboundEvent {
        InboundEvent(
            "registration.supplement",
            subject: request,
            #"{"requestId":"\#(request)","applicant":\#(json),"answer":"\#(answer)"}"#
        )
    }

    func withdrawal(_ request: String) -> InboundEvent {
        InboundEvent(
            "registration.withdrawal",
            subject: request,
            #"{"requestId":"\#(request)","applicant":\#(json)}"#
        )
    }

    private func registration(
        _ kind: String,
        _ request: String,
        _ eori: String,
        _ operations: [String]?,
        _ termsAccepted: Bool?
    ) -> InboundEvent {
        var members = [#""requestId":"\#(request)""#, #""applicant":\#(json)"#]
        members.append(#""eori":"\#(eori)""#)
        if let operations { members.append(#""operations":\#(list(operations))"#) }
        if let termsAccepted { members.append(#""termsAccepted":\#(termsAccepted)"#) }
        return InboundEvent(
            "registration.\(kind)",
            subject: request,
            "{\(members.joined(separator: ","))}"
        )
    }
}

/// Somebody who decides.
struct Decider: Sendable {
    let role: String
    let subject: String

    static let customs = Decider(role: "customs-authority", subject: "eaccess:officer")
    static func manager(_ person: Registrant) -> Decider {
        Decider(role: "manager", subject: person.subject)
    }

    var json: String { #"{"role":"\#(role)","subject":"\#(subject)","name":"Some Body"}"# }

    func decision(
        _ request: String,
        _ outcome: String,
        operations: [String]? = nil,
        remarks: String? = nil,
        revision: Int? = nil
    ) -> InboundEvent {
        var members = [#""requestId":"\#(request)""#, #""actor":\#(json)"#]
        members.append(#""outcome":"\#(outcome)""#)
        if let operations { members.append(#""operations":\#(list(operations))"#) }
        if let remarks { members.append(#""remarks":"\#(remarks)""#) }
        if let revision { members.append(#""revision":\#(revision)"#) }
        return InboundEvent(
            "approval.decision",
            subject: request,
            "{\(members.joined(separator: ","))}"
        )
    }

    func grant(_ request: String, operations: [String]? = nil) -> InboundEvent {
        decision(request, "granted", operations: operations)
    }
}

private func list(_ values: [String]) -> String {
    "[" + values.map { "\"\($0)\"" }.joined(separator: ",") + "]"
}

func newRequest() -> String { UUID().uuidString.lowercased() }
