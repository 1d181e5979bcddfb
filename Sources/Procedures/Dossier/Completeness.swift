import Contract
import Domain

// Whether all papers are there that a grant needs, and which of them it does without.

extension FieldDefinition {
    /// Names of items of the checklist.
    static let waived = FieldDefinition(
        "waive",
        "papers that may be missing, by the names of the checklist's items",
        .init("the name of an item of the checklist") { text -> String? in
            let isName =
                !text.isEmpty
                && text.utf8.allSatisfy {
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                        || $0 == UInt8(ascii: "-")
                }
            return isName ? text : nil
        }.list
    )
}

extension RequestFields {
    /// What a request states of the items that a grant does without.
    ///
    /// - Throws: `Problem` with the code `not-eligible`.
    func waivers(_ checklist: Checklist) throws -> RequestFields {
        var waivers = RequestFields()
        let names = (self[.waived] ?? "").split(separator: " ").map(String.init)
        for (index, name) in names.enumerated() {
            guard let item = checklist.items.first(where: { $0.name == name }), item.isWaivable
            else {
                throw Problem(
                    .notEligible,
                    at: "\(FieldDefinition.waived.pointer)/\(index)",
                    "no grant can do without this item, or the checklist has none of this name"
                )
            }
            waivers[Dossier.waiver(of: name)] = "true"
        }
        return waivers
    }
}

extension Checklist {
    /// - Throws: `Problem` with the code `documents-missing`, and what is missing.
    func checkIsComplete(_ dossier: Dossier, on day: CivilDate) throws {
        let open = open(dossier, on: day)
        guard open.isEmpty else {
            throw Problem(
                .documentsMissing,
                "missing or expired: \(open.map(\.item.name).joined(separator: ", "))",
                findings: open.map { judged in
                    Finding(
                        pointer: "/data/requestId",
                        detail: "\(judged.item.name) is \(judged.state.rawValue): "
                            + judged.item.alternatives.map { papers in
                                papers.map(\.kind).joined(separator: " with ")
                            }.joined(separator: ", or ")
                    )
                }
            )
        }
    }
}
