import Contract
import Domain

extension Excise {
    /// So much of one kind of excise goods.
    struct Goods: Hashable {
        enum Unit: String, CaseIterable {
            case litre = "l"
            case hectolitre = "hl"
            case kilogram = "kg"
            case piece
        }

        /// The Union's excise product code, such as `W200` (Delegated Regulation (EU) 2022/1636,
        /// annex II, list 10).
        let product: String
        /// In thousandths of the unit; more than 0.
        let thousandths: Int64
        let unit: Unit

        /// The group that the code is of, by its first letter; nil for a letter of no group.
        var group: Product? {
            switch product.first {
            case "B", "W", "I", "S": .alcohol
            case "T": .tobacco
            case "E": .energy
            default: nil
            }
        }

        /// As a request that is stored has it, such as `W200 12.5 hl`.
        var text: String {
            "\(product) \(Thousandths.text(thousandths)) \(unit.rawValue)"
        }

        /// Four capital letters or digits.
        static func isProduct(_ text: String) -> Bool {
            text.utf8.count == 4
                && text.utf8.allSatisfy {
                    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                }
        }
    }
}

extension [Excise.Goods] {
    /// As a request that is stored has them, with a semicolon between each two.
    var text: String { map(\.text).joined(separator: "; ") }

    /// Checks that an authorisation for these products covers all of them.
    ///
    /// - Throws: `Problem` with `code`, at the first that it does not cover.
    func check(areCoveredBy products: [Excise.Product], or code: ProblemCode) throws {
        for (index, goods) in enumerated() {
            guard let group = goods.group, products.contains(group) else {
                throw Problem(
                    code,
                    at: "/data/goods/\(index)/product",
                    "the authorisation does not cover \(goods.product)"
                )
            }
        }
    }
}

extension PayloadReader {
    /// 1 to 50 kinds of goods.
    mutating func goods(_ presence: Presence) -> [Excise.Goods]? {
        list("goods", count: 1...50, presence) { goods in
            let product = goods.product()
            let quantity = goods.quantity("quantity")
            let unit = goods.choice("unit", of: Excise.Goods.Unit.self)
            guard let product, let quantity, let unit else { return nil }
            return Excise.Goods(product: product, thousandths: quantity, unit: unit)
        }
    }

    /// What was received less, or more, than the document says: 1 to 50.
    mutating func differences() -> [String]? {
        list("differences", count: 1...50, .optional) { difference in
            let product = difference.product()
            let member = difference.exactlyOne(of: ["shortage", "excess"])
            let quantity = member.flatMap { difference.quantity($0) }
            let unit = difference.choice("unit", of: Excise.Goods.Unit.self)
            guard let product, let member, let quantity, let unit else { return nil }
            let goods = Excise.Goods(product: product, thousandths: quantity, unit: unit)
            return "\(member) \(goods.text)"
        }
    }

    private mutating func product() -> String? {
        guard let text = line("product", 4...4) else { return nil }
        guard Excise.Goods.isProduct(text) else {
            report("must be four capital letters or digits, such as W200", at: "product")
            return nil
        }
        return text
    }

    private mutating func quantity(_ name: String) -> Int64? {
        guard let thousandths = decimal(name, fractionDigits: 3) else { return nil }
        guard thousandths > 0 else {
            report("must be more than 0", at: name)
            return nil
        }
        return thousandths
    }
}
