import Contract
import Domain
import TestKit

/// An inbound message before it is sent: what a test changes to make it wrong.
struct Draft: Hashable, Sendable {
    var routingKey: String
    var user: String?
    var source: String
    var identifier: String
    var subject: String?
    /// JSON.
    var data: String
    var time = Draft.time
    /// Why, of what operators send.
    var reason: String?

    static let time = Instant(seconds: 1_790_000_000)

    var body: String {
        let subject = subject.map { #","subject":"\#($0)""# } ?? ""
        let reason = reason.map { #","reason":"\#($0)""# } ?? ""
        return """
            {"specversion":"1.0","id":"\(identifier)","source":"\(source)",\
            "type":"lu.etat.do.\(routingKey).v1","time":"\(time)"\(subject)\(reason),"data":\(data)}
            """
    }

    var message: InboundMessage { message(body: body) }

    /// The message with another body: what is not even an event.
    func message(body: String) -> InboundMessage {
        InboundMessage(
            queue: routingKey.hasPrefix("approval.")
                ? .approvals : routingKey.hasPrefix("report.") ? .reports : .registrations,
            routingKey: routingKey,
            redelivered: false,
            properties: MessageProperties(
                contentType: "application/cloudevents+json",
                userIdentifier: user
            ),
            body: Array(body.utf8)
        )
    }
}

/// What portals, offices and the provisioner send.
enum Messages {
    static let portal = "ntp-portal"
    static let customs = "customs-backoffice"
    static let provisioner = "provisioner"
    static let anOperator = "operator"

    static func request(_ number: Int) -> RequestIdentifier {
        RequestIdentifier(SequentialIdentifiers.identifier(UInt64(number), series: 99))
    }

    /// - Parameter profile: `company`, `employee`, `natural-person` or `operations`.
    static func registration(
        _ number: Int,
        profile: String = "company",
        by person: String = "anne",
        eori: String = "LU1",
        operations: [String] = ["import", "transit"],
        terms: Bool = true,
        identifier: String? = nil
    ) -> Draft {
        var data = #"{"requestId":"\#(request(number))","applicant":\#(applicant(person))"#
        data += #","eori":"\#(eori)""#
        if profile != "employee" { data += #","operations":\#(list(operations))"# }
        if profile != "operations" { data += #","termsAccepted":\#(terms)"# }
        return Draft(
            routingKey: "registration.access.\(profile)",
            user: portal,
            source: "urn:test:portal",
            identifier: identifier ?? "registration-\(number)",
            subject: "\(request(number))",
            data: data + "}"
        )
    }

    /// - Parameter outcome: `granted`, `rejected` or `information-requested`.
    static func decision(
        _ number: Int,
        _ outcome: String = "granted",
        by person: String = "claude",
        role: String = "customs-authority",
        operations: [String]? = nil,
        revision: Int? = nil,
        identifier: String
    ) -> Draft {
        var data = #"{"requestId":"\#(request(number))","actor":\#(actor(person, role))"#
        data += #","outcome":"\#(outcome)""#
        if let operations { data += #","operations":\#(list(operations))"# }
        if let revision { data += #","revision":\#(revision)"# }
        if outcome != "granted" { data += #","remarks":"see the file""# }
        return Draft(
            routingKey: "approval.decision",
            user: role == "manager" ? portal : customs,
            source: "urn:test:office",
            identifier: identifier,
            subject: "\(request(number))",
            data: data + "}"
        )
    }

    static func supplement(_ number: Int, by person: String, identifier: String) -> Draft {
        byApplicant("supplement", number, person, identifier, #","answer":"here it is""#)
    }

    static func withdrawal(_ number: Int, by person: String, identifier: String) -> Draft {
        byApplicant("withdrawal", number, person, identifier, "")
    }

    /// - Parameter member: what the right's message has besides the common members, with a comma.
    static func right(
        _ name: String,
        _ number: Int,
        by person: String,
        _ member: String = "",
        identifier: String
    ) -> Draft {
        byApplicant("person.\(name)", number, person, identifier, member)
    }

    static func byApplicant(
        _ kind: String,
        _ number: Int,
        _ person: String,
        _ identifier: String,
        _ more: String
    ) -> Draft {
        Draft(
            routingKey: "registration.\(kind)",
            user: portal,
            source: "urn:test:portal",
            identifier: identifier,
            subject: "\(request(number))",
            data: #"{"requestId":"\#(request(number))","applicant":\#(applicant(person))\#(more)}"#
        )
    }

    /// A person exercises a right: `access`, `rectification`, `erasure`, `restriction` or
    /// `consent-withdrawal`.
    static func right(
        _ right: String,
        _ number: Int,
        by person: String,
        _ more: String = ""
    ) -> Draft {
        byApplicant("person.\(right)", number, person, "\(right)-\(number)", more)
    }

    /// About an account or an operator: `revocation`, `role` or `operations`.
    static func management(
        _ kind: String,
        by person: String,
        role: String,
        _ members: String,
        identifier: String
    ) -> Draft {
        Draft(
            routingKey: "approval.\(kind)",
            user: role == "manager" ? portal : customs,
            source: "urn:test:office",
            identifier: identifier,
            data: #"{"actor":\#(actor(person, role)),\#(members)}"#
        )
    }

    static func report(
        _ account: String,
        method: String = "POST",
        status: Int,
        location: String? = nil,
        identifier: String
    ) -> Draft {
        Draft(
            routingKey: "report.provisioning",
            user: provisioner,
            source: "urn:test:provisioner",
            identifier: identifier,
            data: report(
                account,
                method: method,
                status: "\(status)",
                more: location.map { #","location":"\#($0)""# } ?? ""
            )
        )
    }

    /// - Parameter more: further members of the operation, each after a comma.
    static func report(
        _ account: String,
        method: String,
        status: String,
        more: String = ""
    ) -> String {
        #"{"account":"\#(account)","#
            + #""operation":{"method":"\#(method)","status":"\#(status)"\#(more)}}"#
    }

    /// About the service's own messages: `outbox-retry` or `dead-letter-discard`.
    static func act(
        _ act: String,
        _ data: String,
        by user: String = anOperator,
        identifier: String
    ) -> Draft {
        Draft(
            routingKey: "report.operator.\(act)",
            user: user,
            source: "urn:luccs:registrarctl",
            identifier: identifier,
            data: data,
            reason: "bound again"
        )
    }

    static func list(_ operations: [String]) -> String {
        "[" + operations.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }

    private static func applicant(_ person: String) -> String {
        """
        {"subject":"eaccess:\(person)","authentication":"luxtrust","familyName":"Weber",\
        "givenName":"\(person)","email":"\(person)@example.lu"}
        """
    }

    static func actor(_ person: String, _ role: String) -> String {
        #"{"role":"\#(role)","subject":"eaccess:\#(person)","name":"\#(person) Weber"}"#
    }
}
