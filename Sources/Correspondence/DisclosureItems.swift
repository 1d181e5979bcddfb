import Contract

/// The lists of a disclosure, in the order in which they stand there.
enum DisclosureSection: String, CaseIterable {
    case requests, accounts, texts, documents, particulars, authorisations, obligations, guarantees
    case messages, mentions
}

/// What stands in the lists of one part of a disclosure, as JSON.
struct DisclosureLists {
    var items: [DisclosureSection: [[UInt8]]] = [:]

    /// - Parameter sections: those that the disclosure has at all.
    func write(_ sections: [DisclosureSection], to data: inout JSONWriter) {
        for section in sections {
            data.array(section.rawValue) { list in
                for item in items[section] ?? [] { list.raw(item) }
            }
        }
    }
}

/// Everything that stands in the lists of a disclosure, to be divided over its parts.
struct DisclosureItems {
    private var items: [(section: DisclosureSection, json: [UInt8])] = []

    var isEmpty: Bool { items.isEmpty }

    /// No item is longer than this, so that each fits into a part: a text is given in pieces.
    private static let pieceBytes = 32_768

    mutating func add(
        to section: DisclosureSection,
        _ members: (inout JSONWriter) -> Void
    ) {
        var writer = JSONWriter()
        writer.object(members)
        items.append((section, writer.bytes))
    }

    /// A text that may be long is one item, or several in a row with `piece` and `pieces`.
    mutating func add(
        to section: DisclosureSection,
        inPieces text: String,
        _ members: (inout JSONWriter, String) -> Void
    ) {
        let pieces = Self.pieces(of: text)
        for (index, piece) in pieces.enumerated() {
            add(to: section) { json in
                members(&json, piece)
                guard pieces.count > 1 else { return }
                json.member("piece", index + 1)
                json.member("pieces", pieces.count)
            }
        }
    }

    /// Divided between Unicode scalars.
    private static func pieces(of text: String) -> [String] {
        guard text.utf8.count > pieceBytes else { return [text] }
        var pieces: [String] = []
        var scalars = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let count = UTF8.width(scalar)
            if bytes + count > pieceBytes {
                pieces.append(String(scalars))
                (scalars, bytes) = (String.UnicodeScalarView(), 0)
            }
            scalars.append(scalar)
            bytes += count
        }
        pieces.append(String(scalars))
        return pieces
    }

    /// In order, each list of lists with no more than so many bytes; one at least.
    func lists(fitting bytes: Int) -> [DisclosureLists] {
        var parts = [DisclosureLists()]
        var size = 0
        for item in items {
            // With its comma.
            let count = item.json.count + 1
            if size + count > bytes, size > 0 {
                parts.append(DisclosureLists())
                size = 0
            }
            parts[parts.count - 1].items[item.section, default: []].append(item.json)
            size += count
        }
        return parts
    }
}
