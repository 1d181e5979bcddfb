import Contract

/// A list that is one of several which a command shows together.
struct ListSection {
    /// Of the member in which programs find it.
    let name: String
    let title: String
    let table: Table
    /// What there is besides, and the command that shows it; nil for nothing.
    let remainder: String?
    private let items: (inout JSONWriter) -> Void

    /// - Parameter command: Of `registrarctl`, that shows what is left out here.
    /// - Parameter total: How many there are all in all; nil where nobody counted.
    init<Item>(
        _ name: String,
        title: String,
        of found: (items: [Item], rest: ListingRest),
        columns: [Table.Column],
        command: String,
        total: Int? = nil,
        cells: (Item) -> [Cell],
        write: @escaping (Item, inout JSONWriter) -> Void
    ) {
        self.name = name
        self.title = title
        table = Table(columns, found.items.map(cells))
        let left = total.map { $0 - found.items.count }
        remainder =
            if case .more(false) = found.rest {
                nil
            } else {
                "\(left.map { "\($0) more" } ?? "there are more"): registrarctl \(command)"
            }
        items = { $0.objects(name, found.items, write) }
    }

    /// Empty for a list without items.
    func text(on screen: Screen) -> String {
        guard !table.rows.isEmpty else { return "" }
        return "\n\(screen.paint(title, .bold))\n" + table.text(on: screen, indent: 2)
            + (remainder.map { "  \(screen.paint($0, .faint))\n" } ?? "")
    }

    /// A member for each list, and `more`: the names of those of which something is left out.
    static func write(_ sections: [ListSection], to json: inout JSONWriter) {
        for section in sections { section.items(&json) }
        json.member("more", sections.filter { $0.remainder != nil }.map(\.name))
    }
}
