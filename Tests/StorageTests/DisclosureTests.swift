import Contract
import Foundation
import GRDB
import Testing

@testable import Storage

/// That a disclosure is complete: whoever adds a column has to say where it is disclosed, or why it
/// is not.
@Suite struct DisclosureTests {
    /// Where a column stands in `disclosure.person`.
    private static let disclosed: [String: [String: String]] = [
        "person": [
            "id": "person id", "subject": "person subject",
            "authentication": "person authentication", "family_name": "person familyName",
            "given_name": "person givenName", "email": "person email",
            "languages": "person languages", "signature": "person signature",
            "restricted": "person restricted",
        ],
        "request": [
            "id": "requests requestId", "person": "person id", "procedure": "requests procedure",
            "profile": "requests profile", "eori": "requests eori",
            "requested": "requests requested", "authorised": "requests authorised",
            "status": "requests status", "revision": "requests revision",
            "reason": "requests reason", "kept": "requests kept",
            "submitted_at": "requests submittedAt", "changed_at": "requests changedAt",
            "remind_at": "requests remindAt", "escalate_at": "requests escalateAt",
            "expire_at": "requests expireAt", "erase_at": "requests eraseAt",
        ],
        "account": [
            "id": "accounts account", "person": "person id", "eori": "accounts eori",
            "request": "accounts requestId", "role": "accounts role",
            "operations": "accounts operations", "status": "accounts status",
            "location": "accounts location",
        ],
        "entitlement": ["number": "accounts emcs"],
        "free_text": [
            "request": "texts requestId", "kind": "texts kind", "recorded_at": "texts recordedAt",
            "content": "texts content",
        ],
        "document": [
            "request": "documents requestId", "recorded_at": "documents recordedAt",
            "kind": "documents kind", "reference": "documents reference",
            "issued_on": "documents issuedOn", "valid_until": "documents validUntil",
            "country": "documents country", "attests": "documents attests",
        ],
        "particular": [
            "request": "particulars requestId", "name": "particulars name",
            "content": "particulars content",
        ],
        "authorisation": [
            "name": "authorisations exciseNumber", "request": "authorisations requestId",
            "eori": "authorisations eori", "kind": "authorisations kind",
            "scope": "authorisations products", "valid_from": "authorisations validFrom",
            "valid_until": "authorisations validUntil", "status": "authorisations status",
            "revoked_on": "authorisations revokedOn", "warn_at": "authorisations warnAt",
            "lapse_at": "authorisations lapseAt",
        ],
        "obligation": [
            "id": "obligations obligation", "kind": "obligations kind",
            "eori": "obligations eori", "authorisation": "obligations exciseNumber",
            "reference": "obligations reference", "request": "obligations requestId",
            "arisen_on": "obligations arisenOn", "due_on": "obligations dueOn",
            "status": "obligations status", "met_on": "obligations metOn",
            "remind_at": "obligations remindAt", "overdue_at": "obligations overdueAt",
        ],
        "guarantee": [
            "id": "guarantees guarantee", "request": "guarantees requestId",
            "eori": "guarantees eori", "authorisation": "guarantees exciseNumber",
            "reference": "guarantees movement", "amount_cents": "guarantees amount",
            "called_cents": "guarantees called", "released_cents": "guarantees released",
        ],
        "reason": [
            "request": "texts requestId", "recorded_at": "texts recordedAt",
            "content": "texts content",
        ],
        "outbox": [
            "routing_key": "messages type", "message_id": "messages id",
            "template": "messages template", "recipient": "messages to",
            "created_at": "messages createdAt", "settled_at": "messages confirmedAt",
        ],
    ]

    /// Columns that say nothing of a person: the store's own numbers.
    private static let internals: [String: Set<String>] = [
        // Who of several has agreed is said where anybody has.
        "person": ["number"], "request": ["number", "approvals"],
        // What orders name: the path of the location, which is disclosed; and under which other one
        // of the person's accounts, which are disclosed, the provisioner may still have the user.
        "account": ["number", "place", "former"],
        // An entitlement's account is a number of the store's; of the kinds there is one; a mandate
        // is two operators'.
        "entitlement": ["account", "kind", "mandate"],
        "free_text": ["number"], "document": ["number"], "particular": ["number"],
        "reason": ["journal"],
        // The other side is an operator; the procedure is that of the request.
        "authorisation": ["number", "procedure", "counterparty"],
        // Whose it is: the person's, if it is not an operator's.
        "obligation": ["number", "procedure", "person", "manner", "later_reminders"],
        // Whose it is: the person's, if it is not an operator's; the procedure is the request's.
        "guarantee": ["number", "procedure", "person"],
        "outbox": ["sequence", "journal", "exchange", "was_erased"],
    ]

    /// Tables of which nothing is disclosed, and why.
    private static let others: [String: String] = [
        "economic_operator": "an operator is no person; the person's requests name its EORI",
        "outage": "when a system was away, and what its office wanted users to know",
        "journal": "holds ids alone, of requests and accounts that are disclosed",
        "checkpoint": "holds hashes of the journal and signatures",
        "journal_unknown_request": "holds ids of requests that nobody is known to have made",
        "dead_letter": "those that name the person are among the mentions, as they came",
        "surrogate": "numbers that the accounts and requests show, which are disclosed",
        "erased_request": "holds ids of requests that were erased",
        "inbox": "holds hashes of messages",
        "outbox_about": "which of the messages in outbox name whom: those that are disclosed",
        "erasure": "persons who have asked for their erasure, and are nobody's any more",
        "erasure_recipient": "who is told of an erasure that is under way",
        "deferred_about": "whom messages name that wait",
        "disclosure": "how far a disclosure has come",
        "disclosure_part": "what is about to be disclosed",
        "outbox_payload": "what is on its way to whom the table outbox names",
        "deferred": "those that name the person are among the mentions, as they came",
        "parked_stream": "what the messages in parked_payload have in common",
        "parked_payload": "as outbox_payload",
        "deferred_message": "their content",
        "cascade": "what a change that is disclosed still brings; seconds, mostly",
        "provisioning_order": "what the provisioner has not done yet of what it was sent",
        "store": "which store this is, a random number", "clock": "a time, and nobody's",
        "phrase": "words of templates", "tally": "counts", "attempt": "counts", "run": "a mark",
    ]

    @Test("every column that the store has is disclosed, or says nothing of a person")
    func everyColumn() throws {
        let store = try DatabaseQueue()
        try Schema.migrator.migrate(store)
        try store.read { database in
            let tables = try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM sqlite_schema WHERE type = 'table'
                        AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'grdb_migrations'
                    """
            )
            #expect(tables.count > 10)
            for table in tables {
                guard let disclosed = Self.disclosed[table] else {
                    #expect(Self.others[table] != nil, "is \(table) about persons?")
                    continue
                }
                let columns = Set(try database.columns(in: table).map(\.name))
                let internals = Self.internals[table] ?? []
                #expect(
                    columns == Set(disclosed.keys).union(internals),
                    "where does a disclosure show these columns of \(table)?"
                )
            }
        }
    }

    @Test("what is said to be disclosed stands in a disclosure")
    func everyMember() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
            .appending(path: "CorrespondenceTests/Golden/events/disclosure.person.json")
        let event = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        )
        let data = try #require(event["data"] as? [String: Any])
        for path in Self.disclosed.values.flatMap(\.values) {
            let names = path.split(separator: " ").map(String.init)
            let part = data[names[0]]
            let object = part as? [String: Any] ?? (part as? [[String: Any]])?.first
            #expect(object?[names[1]] != nil, "\(path) is missing")
        }
    }
}
