import ArgumentParser
import Contract

extension GlobalOptions {
    /// Writes data to standard output as it was asked for: as JSON, or as text for people.
    func write(
        json: (inout JSONWriter) throws -> Void,
        text: (Screen) throws -> String
    ) throws {
        switch output {
        case .json: try Standard.json(json)
        case .table: try Standard.write(text(.current()))
        }
    }
}

extension JSONWriter {
    /// A list of objects, whose members `write` writes.
    mutating func objects<Item>(
        _ name: String,
        _ items: some Sequence<Item>,
        _ write: (Item, inout JSONWriter) throws -> Void
    ) rethrows {
        try array(name) { json in
            for item in items { try json.object { try write(item, &$0) } }
        }
    }
}

/// What a command lists: objects for programs, rows of a table for people.
struct Listing<Item> {
    /// Of the member in which programs find them.
    let name: String
    let items: [Item]
    let rest: ListingRest
    /// What people are told when there are no items.
    let none: String
    let columns: [Table.Column]
    let cells: (Item) -> [Cell]
    let write: (Item, inout JSONWriter) -> Void

    func show(_ options: GlobalOptions) throws {
        switch options.output {
        case .json:
            try Standard.json { json in
                json.objects(name, items, write)
                switch rest {
                case .more(let isMore): json.member("more", isMore)
                case .of(let total): json.member("total", total)
                }
            }
        case .table:
            guard !items.isEmpty else { return Standard.say(none) }
            try Standard.write(Table(columns, items.map(cells)).text(on: .current()))
            switch rest {
            case .more(true): Standard.say("there are more; see them with --limit")
            case .of(let total) where total > items.count:
                Standard.say("\(items.count) of \(total); see more with --limit")
            case .more(false), .of: break
            }
        }
    }
}

/// What there is besides the items that are listed.
enum ListingRest {
    /// Whether there is more, which nobody counted.
    case more(Bool)
    /// So many all in all.
    case of(Int)
}

/// How much of a list is shown.
struct LimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("At most so many. (default: 100)", valueName: "number"),
        transform: Parsing.limit
    )
    var limit: Int = 100

    /// The first of what `read` finds, and whether there is more.
    static func first<Item>(
        _ limit: Int,
        _ read: (_ limit: Int) throws -> [Item]
    ) rethrows -> (items: [Item], rest: ListingRest) {
        // One more than is shown tells whether there are more.
        let found = try read(limit == Int.max ? limit : limit + 1)
        return (Array(found.prefix(limit)), .more(found.count > limit))
    }

    /// The first of what `read` finds, and whether there is more.
    func first<Item>(
        _ read: (_ limit: Int) throws -> [Item]
    ) rethrows -> (items: [Item], rest: ListingRest) {
        try Self.first(limit, read)
    }
}
