import Contract

/// Goods as examples write them: `150 cigarettes, 1 other at 300.00, 10 meat-and-milk from GL, 20
/// fish prepared`, and `199 times 1 cigarettes`.
enum ExampleGoods {
    private static let units = [
        "cigarettes": "piece", "cigarillos": "piece", "cigars": "piece", "smoking-tobacco": "g",
        "spirits": "l", "alcohol-up-to-22": "l", "still-wine": "l", "sparkling-wine": "l",
        "beer": "l", "meat-and-milk": "kg", "fish": "kg", "infant-food": "kg",
    ]

    static func list(_ text: String) throws -> JSONValue {
        .array(
            try text.split(separator: ", ").flatMap { item -> [JSONValue] in
                var words = item.split(separator: " ").map(String.init)
                var count = 1
                if words.count > 1, words[1] == "times" {
                    count = Int(words[0]) ?? 0
                    words.removeFirst(2)
                }
                return Array(repeating: try goods(words), count: count)
            }
        )
    }

    private static func goods(_ words: [String]) throws -> JSONValue {
        guard words.count >= 2 else { throw ExampleFault("goods are a quantity and a kind") }
        var members = [
            JSONObject.Member("kind", .string(words[1])),
            JSONObject.Member("quantity", try JSONValue(parsing: Array(words[0].utf8))),
            JSONObject.Member("unit", .string(units[words[1]] ?? "piece")),
        ]
        var rest = words.dropFirst(2)
        while let word = rest.popFirst() {
            switch word {
            case "at": members.append(.init("value", .string(rest.popFirst() ?? "")))
            case "from": members.append(.init("originCountry", .string(rest.popFirst() ?? "")))
            case "prepared", "protected": members.append(.init(word, .boolean(true)))
            default: throw ExampleFault("\(word) says nothing of goods")
            }
        }
        return .object(JSONObject(members))
    }
}
