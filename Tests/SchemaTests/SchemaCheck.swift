import Contract
import Foundation
import TestKit

/// Validators that share no code with Registrar: jsonschema, fastjsonschema and jsonschema_rs, run
/// once for all cases.
enum SchemaCheck {
    struct Case: Sendable {
        /// The file's name.
        let schema: String
        /// What it is, for whoever reads that it failed.
        let name: String
        let event: [UInt8]
    }

    struct Result: Sendable {
        /// What is wrong with the schemas themselves.
        let faults: [String]
        /// A case each: nil if it is valid, else why it is not.
        let verdicts: [String?]
        /// Constraints of the schemas that none of the cases violated.
        let unviolated: [String]
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter outbound: the schemas of what Registrar sends. They say nothing of members that
    ///   they do not name, for receivers ignore those; here these are refused.
    /// - Throws: ``Failure`` when the validator cannot be run, with what it said.
    static func run(_ cases: [Case], outbound: Set<String>) throws -> Result {
        let answer = try Python.answer(of: "check.py", to: lines(cases, outbound))
        return try read(JSONValue(parsing: answer), count: cases.count)
    }

    private static func lines(_ cases: [Case], _ outbound: Set<String>) -> [UInt8] {
        var header = JSONWriter()
        header.object { header in
            header.member("folder", Schemas.folder.path)
            header.member("outbound", outbound.sorted())
        }
        var lines = header.bytes
        for one in cases {
            lines += Array("\n{\"schema\":\"\(one.schema)\",\"event\":".utf8)
            lines += one.event
            lines.append(UInt8(ascii: "}"))
        }
        return lines
    }

    private static func read(_ answer: JSONValue, count: Int) throws -> Result {
        let verdicts = (answer["verdicts"]?.elements ?? []).map(\.text)
        guard verdicts.count == count else {
            throw Failure(description: "check.py judged \(verdicts.count) cases of \(count)")
        }
        return Result(
            faults: (answer["faults"]?.elements ?? []).compactMap(\.text),
            verdicts: verdicts,
            unviolated: (answer["unviolated"]?.elements ?? []).compactMap(\.text)
        )
    }
}
