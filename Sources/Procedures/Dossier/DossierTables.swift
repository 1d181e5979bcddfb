import Domain
import Yams

/// The tables of papers and fees that the program carries: `Config/checklists` and
/// `Config/bills.yaml`.
enum DossierTables {
    /// - Throws: `TableError`.
    static func checklist(yaml: String, file: String) throws(TableError) -> Checklist {
        do {
            return try YAMLDecoder().decode(Checklist.self, from: yaml)
        } catch {
            throw TableError(file, error)
        }
    }

    /// By the names of what is paid for.
    ///
    /// - Throws: `TableError`.
    static func bills(yaml: String, file: String) throws(TableError) -> [String: Bill] {
        do {
            return try YAMLDecoder().decode(WrittenBills.self, from: yaml).bills
        } catch {
            throw TableError(file, error)
        }
    }

    static let shippedBills: [String: Bill] = {
        do {
            return try bills(
                yaml: String(decoding: PackageResources.bills_yaml, as: UTF8.self),
                file: "bills.yaml"
            )
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// A table of the program's own; tests read each of them.
    static func shipped(_ bytes: [UInt8], _ file: String) -> Checklist {
        do {
            return try checklist(yaml: String(decoding: bytes, as: UTF8.self), file: file)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
