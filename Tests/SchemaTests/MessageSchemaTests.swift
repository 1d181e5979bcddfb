import Contract
import Domain
import Foundation
@testable import Procedures
import Testing

/// `Config/schemas` says what the program does: no more, no less.
@Suite("The messages' schemas", .timeLimit(.minutes(20)))
struct MessageSchemaTests {
    @Test("Every message has a schema, and every schema a message")
    func schemasAndMessages() async throws {
        let produced = try await MessageCases.shared.value.produced
        let keys = Set(ProcedureCatalogue.messages.map(\.routingKey)).union(produced)
        let files = Set(try Schemas.all().keys)
        #expect(files == Set(keys.map(Schemas.file)).union([Schemas.common]))
    }

    @Test("What applicants and decision makers can state by name is what the schemas have")
    func fields() throws {
        let schemas = try Schemas.all()
        // Lists of objects, and an object of which parts may be left out, have no names to state.
        let others: Set = [
            "requestId", "applicant", "documents", "goods", "differences", "consignee",
            "presents",
        ]
        for message in ProcedureCatalogue.messages
        where message.routingKey.hasPrefix("registration.")
            && message.routingKey != Preview.routingKey
        {
            let schema = schemas[Schemas.file(of: message.routingKey)]
            let data = try #require(schema?.at("properties/data"), "\(message.routingKey)")
            let names = message.fields.map { String($0.name.prefix { $0 != "." }) }
            let known = Set(data["properties"]?.members.map(\.name) ?? [])
            #expect(Set(names) == known.subtracting(others), "\(message.routingKey)")
            let required = Set(data["required"]?.elements.compactMap(\.text) ?? [])
                .subtracting(others)
            for field in message.fields where !field.name.contains(".") {
                let isRequired = field.presence == .required
                #expect(isRequired == required.contains(field.name), "\(field.name)")
            }
        }
        let decision = schemas[Schemas.file(of: "approval.decision")]
        let members = try #require(decision?.at("properties/data/properties")).members
        #expect(Set(ProcedureCatalogue.grantFields.map(\.name)).isSubset(of: members.map(\.name)))
    }

    @Test("They follow draft-07 and 2020-12 in what both mean alike, and judge alike in both")
    func subset() async throws {
        let faults = try await MessageCases.shared.value.faults
        #expect(faults.isEmpty, "\(faults.prefix(20))")
    }

    @Test("Every example, and everything that the program sends, is valid")
    func goodOnes() async throws {
        let cases = try await MessageCases.shared.value.cases
        let good = cases.filter { $0.name.hasPrefix("example ") || $0.name.hasPrefix("message ") }
        for file in try Schemas.all().keys where file != Schemas.common {
            #expect(good.filter { $0.schema == file }.count >= 2, "\(file)")
        }
        for one in good {
            #expect(one.verdict == nil, "\(one.schema), \(one.name): \(one.verdict ?? "")")
            if case .decoder(let refusal?) = one.expectation {
                Issue.record("\(one.schema), \(one.name): the daemon says \(refusal)")
            }
        }
    }

    @Test("Schema and daemon refuse the same")
    func sameRefusals() async throws {
        let cases = try await MessageCases.shared.value.cases
        var differences: [String] = []
        var refused = 0
        var taken = 0
        for one in cases {
            guard case .decoder(let refusal) = one.expectation else { continue }
            switch (one.verdict, refusal) {
            case (_?, _?): refused += 1
            case (nil, nil): taken += 1
            case (let verdict?, nil):
                differences.append("\(one.schema), \(one.name): only the schema says \(verdict)")
            case (nil, let refusal?):
                differences.append("\(one.schema), \(one.name): only the daemon says \(refusal)")
            }
        }
        #expect(
            differences.isEmpty,
            "\(differences.count): \(differences.prefix(30).joined(separator: "\n"))"
        )
        #expect(refused > 5000)
        #expect(taken > 500)
    }

    @Test("Each constraint of the schemas refuses something")
    func everyConstraintMatters() async throws {
        let unviolated = try await MessageCases.shared.value.unviolated
        #expect(unviolated.isEmpty, "\(unviolated.joined(separator: "\n"))")
    }

    @Test("What no schema can say, the daemon refuses")
    func beyondSchema() async throws {
        let cases = try await MessageCases.shared.value.cases
        var count = 0
        for one in cases {
            guard case .beyondSchema(let refusal) = one.expectation else { continue }
            count += 1
            #expect(refusal != nil, "\(one.schema): \(one.name)")
            #expect(one.verdict == nil, "\(one.schema): \(one.name): \(one.verdict ?? "")")
        }
        #expect(count == BeyondSchema.all.count)
    }

    @Test("Sets of words are those of the program")
    func words() throws {
        let files = try Schemas.all()
        func words(_ file: String, _ path: String) throws -> Set<String> {
            let words = try #require(files[file]?.at("\(path)/enum")?.elements, "\(file) \(path)")
            return Set(words.compactMap(\.text))
        }
        let common = "definitions"
        #expect(try words(Schemas.common, "\(common)/operation") == all(CustomsOperation.self))
        #expect(try words(Schemas.common, "\(common)/language") == all(Language.self))
        #expect(
            try words(Schemas.common, "\(common)/authentication") == all(AuthenticationMeans.self)
        )
        #expect(try words(Schemas.common, "\(common)/accountRole") == all(AccountRole.self))
        #expect(
            try words(Schemas.common, "\(common)/actor/properties/role") == all(ActorRole.self)
        )
        #expect(try words(Schemas.common, "\(common)/requestStatus") == all(RequestStatus.self))
        #expect(try words(Schemas.common, "\(common)/accountStatus") == all(AccountStatus.self))
        #expect(try words(Schemas.common, "\(common)/keptRecord") == all(KeptRecord.self))
        #expect(
            try words(Schemas.common, "\(common)/authorisationKind") == all(Excise.Kind.self)
        )
        #expect(
            try words(Schemas.common, "\(common)/authorisationStatus")
                == all(AuthorisationStatus.self)
        )
        #expect(
            try words(Schemas.common, "\(common)/exciseProducts/items") == all(Excise.Product.self)
        )
        #expect(
            try words(Schemas.common, "\(common)/representationKind")
                == all(Excise.Representation.self)
        )
        let mandates = Excise.Representation.allCases.map(\.authorisationKind)
        #expect(try words(Schemas.common, "\(common)/mandateKind") == Set(mandates))
        #expect(
            try words(Schemas.common, "\(common)/mandateScope/items")
                == all(Excise.MandateScope.self)
        )
        #expect(
            try words(Schemas.common, "\(common)/obligationKind")
                == Set(ProcedureCatalogue.obligationKinds)
        )
        #expect(
            try words(Schemas.common, "\(common)/obligationStatus") == all(ObligationStatus.self)
        )
        #expect(
            try words(Schemas.common, "\(common)/excludedGoods/items") == all(Relief.Excluded.self)
        )
        let statuses = files["problem.request.v1.json"]?
            .at("properties/data/properties/status/enum")?.elements
        #expect(
            Set(statuses ?? [])
                == Set(ProblemCode.allCases.map { .number(JSONNumber($0.status)) })
        )
    }

    @Test("The page for the authors of portals names every problem with its class, and no other")
    func problemsOfThePage() throws {
        // | `not-authorised` | 403 | … |
        let rows = try Self.page("portal.md").matches(of: /(?m)^\| `([a-z-]+)` \| ([0-9]{3}) \|/)
            .map { "\($0.1)\($0.2)" }
        #expect(Set(rows) == Set(ProblemCode.allCases.map { "\($0.rawValue)\($0.status)" }))
        #expect(rows.count == ProblemCode.allCases.count)
    }

    @Test("The pages for authors of other programs name every message, and no other")
    func messagesOfThePages() throws {
        let pages = try ["journal", "mailer", "portal", "portal-messages", "provisioner"]
            .map { try Self.page("\($0).md") }.joined()
        let named = pages.matches(of: /`([a-z]+\.[a-z0-9.-]+)`/).map { String($0.1) }
        let files = try Schemas.all().keys.filter { $0 != Schemas.common }
        #expect(files.count > 30)
        #expect(Set(files).subtracting(named.map(Schemas.file)) == [])
        let families = Set(files.map { $0.prefix { $0 != "." } })
        let unknown = Set(named).filter { name in
            families.contains(name.prefix { $0 != "." }) && !files.contains(Schemas.file(of: name))
        }
        #expect(unknown == [])
    }

    private static func page(_ name: String) throws -> String {
        try String(contentsOf: Schemas.root.appending(path: "Docs/\(name)"), encoding: .utf8)
    }

    private func all<Word: CaseIterable & RawRepresentable<String>>(
        _: Word.Type
    ) -> Set<String> {
        Set(Word.allCases.map(\.rawValue))
    }
}
