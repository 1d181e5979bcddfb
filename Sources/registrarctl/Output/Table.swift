/// Rows under headings, aligned by what a terminal shows.
struct Table {
    struct Column {
        let title: String
        var isNumber = false
        /// Whether its texts may be shortened where the terminal is too narrow.
        var isFlexible = false
        /// Whether it may be left out where the terminal is narrower still.
        var isOptional = false

        static func text(_ title: String, isOptional: Bool = false) -> Column {
            Column(title: title, isOptional: isOptional)
        }

        static func number(_ title: String, isOptional: Bool = false) -> Column {
            Column(title: title, isNumber: true, isOptional: isOptional)
        }

        static func flexible(_ title: String, isOptional: Bool = false) -> Column {
            Column(title: title, isFlexible: true, isOptional: isOptional)
        }

        /// The narrowest that it is made.
        var leastWidth: Int { max(title.displayWidth, 12) }
    }

    private(set) var columns: [Column]
    private(set) var rows: [[Cell]] = []

    private static let gap = "  "

    init(_ columns: [Column], _ rows: [[Cell]] = []) {
        self.columns = columns
        for row in rows { add(row) }
    }

    /// Adds a row with a cell for each column.
    mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    /// The table in lines, each behind `indent` spaces.
    func text(on screen: Screen, indent: Int = 0) -> String {
        let (table, widths) = fitted(to: screen.columns.map { $0 - indent })
        let headings = table.columns.map { Cell($0.title, .faint) }
        return ([headings] + table.rows)
            .map { row in
                String(repeating: " ", count: indent) + table.line(row, widths, screen) + "\n"
            }
            .joined()
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ screen: Screen) -> String {
        let last = cells.lastIndex { !$0.text.isEmpty } ?? 0
        return cells[...last].indices
            .map { index in
                let text = cells[index].text.shortened(to: widths[index])
                let painted = screen.paint(text, cells[index].style)
                let space = String(repeating: " ", count: widths[index] - text.displayWidth)
                if columns[index].isNumber { return space + painted }
                return index == last ? painted : painted + space
            }
            .joined(separator: Self.gap)
    }

    /// Each column as wide as its widest text. Where that is too much, the flexible ones give way,
    /// then the optional ones go, the last first.
    private func fitted(to available: Int?) -> (Table, widths: [Int]) {
        var widths = columns.indices.map { index in
            rows.reduce(columns[index].title.displayWidth) {
                max($0, $1[index].text.displayWidth)
            }
        }
        guard let available else { return (self, widths) }
        var excess = widths.reduce(Self.gap.count * (columns.count - 1), +) - available
        while excess > 0 {
            let widest = columns.indices
                .filter { columns[$0].isFlexible && widths[$0] > columns[$0].leastWidth }
                .max { widths[$0] < widths[$1] }
            guard let widest else { break }
            widths[widest] -= 1
            excess -= 1
        }
        guard excess > 0, let spare = columns.lastIndex(where: \.isOptional) else {
            return (self, widths)
        }
        return without(spare).fitted(to: available)
    }

    private func without(_ column: Int) -> Table {
        var table = self
        table.columns.remove(at: column)
        for row in table.rows.indices { table.rows[row].remove(at: column) }
        return table
    }
}

/// Names with their values, one a line.
struct Fields {
    private var pairs: [(name: String, value: Cell)] = []

    /// Leaves the field out when there is no value.
    mutating func add(_ name: String, _ value: String?, _ style: Style? = nil) {
        if let value { pairs.append((name, Cell(value, style))) }
    }

    mutating func add(_ name: String, _ value: Cell) {
        pairs.append((name, value))
    }

    func text(on screen: Screen, indent: Int = 0) -> String {
        let width = pairs.reduce(0) { max($0, $1.name.displayWidth) }
        return pairs.map { pair in
            String(repeating: " ", count: indent)
                + screen.paint(pair.name.padded(to: width), .faint) + "  "
                + screen.paint(pair.value.text, pair.value.style) + "\n"
        }
        .joined()
    }

    func text(on screen: Screen, under heading: String) -> String {
        screen.paint(heading, .bold) + "\n" + text(on: screen, indent: 2)
    }
}
