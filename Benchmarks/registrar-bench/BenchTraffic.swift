import AMQP
import Composition
import Contract
import Domain
import Settings

/// One of the two things that a round drains.
enum BenchPhase: String, CaseIterable {
    case requests
    case decisions
}

/// The messages that a round begins with.
struct BenchTraffic {
    let user: String
    let prefix: String
    let identifiers: [String]

    init(user: String, prefix: String, requests: Int) {
        self.user = user
        self.prefix = prefix
        self.identifiers = (0..<requests).map { _ in TimeOrderedIdentifiers().next().text }
    }

    func publications(for phase: BenchPhase) -> [Publication] {
        identifiers.enumerated().map { number, identifier in
            let message =
                switch phase {
                case .requests: registration(number, identifier)
                case .decisions: decision(identifier)
                }
            return Publication(
                token: UInt64(number),
                exchange: "\(prefix).in",
                routingKey: message.routingKey,
                isMandatory: true,
                properties: Properties(
                    contentType: "application/cloudevents+json",
                    isPersistent: true,
                    messageIdentifier: message.properties.messageIdentifier,
                    userIdentifier: user
                ),
                body: message.body
            )
        }
    }

    private func registration(_ number: Int, _ identifier: String) -> OutboundMessage {
        event("registration.access.company", identifier) { data in
            data.member("requestId", identifier)
            data.object("applicant") { applicant in
                applicant.member("subject", "eaccess:\(identifier)")
                applicant.member("authentication", "luxtrust")
                applicant.member("familyName", "Weber")
                applicant.member("givenName", "Anne")
                applicant.member("email", "anne.weber.\(number)@example.lu")
            }
            data.member("eori", "LU\(number)")
            data.member("operations", ["import", "transit"])
            data.member("termsAccepted", true)
        }
    }

    private func decision(_ identifier: String) -> OutboundMessage {
        event("approval.decision", identifier) { data in
            data.member("requestId", identifier)
            data.object("actor") { actor in
                actor.member("role", "customs-authority")
                actor.member("subject", "eaccess:customs-officer")
                actor.member("name", "Marc Schmit")
            }
            data.member("outcome", "granted")
            data.member("operations", ["import"])
            data.member("remarks", "Transit can be added once the guarantee is in place.")
        }
    }

    private func event(
        _ routingKey: String,
        _ identifier: String,
        data: (inout JSONWriter) -> Void
    ) -> OutboundMessage {
        EventWriter(source: "urn:luccs:bench").message(
            identifier: TimeOrderedIdentifiers().next().text,
            routingKey: routingKey,
            time: SystemTime().now,
            subject: identifier,
            data: data
        )
    }
}

/// What one inbound message of a phase brings about: learnt from the daemon.
struct BenchPlan {
    struct Share {
        let routingKey: String
        let isMandatory: Bool
        let bytes: Int
    }

    var shares: [BenchPhase: [Share]]

    /// Messages of a phase that end up in the queue of this family.
    func count(of family: String, in phase: BenchPhase) -> Int {
        shares[phase, default: []].count { $0.routingKey.hasPrefix("\(family).") }
    }
}
