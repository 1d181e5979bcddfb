import Contract
import Foundation
import TestKit
import Workflow

/// JSON as tests read it, by another parser than the one that is tested.
struct Reading {
    let members: [String: Any]

    init(_ bytes: some Sequence<UInt8>) {
        let object = try? JSONSerialization.jsonObject(with: Data(bytes))
        members = object as? [String: Any] ?? [:]
    }

    /// A journal's event: the members of the record that it carries are read like its own, and the
    /// record's id under the record's name.
    init(event: String) {
        var members = Reading(event.utf8).members
        for name in ["request", "account", "operator"] {
            guard let record = members[name] as? [String: Any] else { continue }
            members[name] = record["id"]
            members.merge(record.filter { $0.key != "id" }) { own, _ in own }
        }
        self.init(members: members)
    }

    private init(members: [String: Any]) {
        self.members = members
    }

    /// The text, number or truth value of a member, as text; nil for none.
    subscript(name: String) -> String? {
        switch members[name] {
        case let text as String: text
        case let number as NSNumber: "\(number)"
        default: nil
        }
    }

    func object(_ name: String) -> Reading {
        Reading(members: members[name] as? [String: Any] ?? [:])
    }

    func texts(_ name: String) -> Set<String> { Set(members[name] as? [String] ?? []) }

    func objects(_ name: String) -> [Reading] {
        (members[name] as? [[String: Any]] ?? []).map(Reading.init(members:))
    }
}

extension MemoryBroker {
    /// The `data` of what was published under a routing key, in order.
    func data(_ routingKey: String) -> [Reading] {
        published.filter { $0.message.routingKey == routingKey }
            .map { Reading($0.message.body).object("data") }
    }

    /// The templates of the mails that were published, in order.
    var mails: [String] { data("notification.email").compactMap { $0["template"] } }

    /// The reasons of the dead letters that were told of, in order.
    var deadLetters: [String] { data("status.dead-letter").compactMap { $0["reason"] } }

    /// The codes of the problems that were published, in order.
    var problems: [String] {
        data("problem.request").compactMap { data in
            data["type"].map { String($0.dropFirst("urn:luccs:problem:".count)) }
        }
    }
}

extension MemoryContents {
    /// What the journal tells, in order: the events' names.
    var story: [String] { journal.compactMap { Reading($0.event.utf8)["event"] } }

    var unsettledCount: Int { outbox.count { $0.settledAt == nil } }
}
