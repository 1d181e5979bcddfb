/// How much memory the messages take that were delivered and are not acknowledged yet.
///
/// The prefetch counts messages, whatever their size; this counts bytes. It costs one entry a
/// message.
struct UnacknowledgedBytes {
    private struct Entry {
        let tag: UInt64
        var bytes: Int
    }

    /// In the order of their tags, of which the first `head` are done with.
    private var entries: [Entry] = []
    private var head = 0

    /// The sum over all of them.
    private(set) var total = 0

    mutating func delivered(_ tag: UInt64, bytes: Int) {
        entries.append(Entry(tag: tag, bytes: bytes))
        total += bytes
    }

    /// Forgets the message, or with `multiple` every one up to it; 0 stands for all then
    /// (AMQP 0-9-1, "delivery-tag"). Unknown ones are passed over.
    mutating func settled(_ tag: UInt64, multiple: Bool) {
        if multiple {
            while head < entries.count, tag == 0 || entries[head].tag <= tag {
                total -= entries[head].bytes
                head += 1
            }
        } else if let index = entries[head...].firstIndex(where: { $0.tag == tag }) {
            total -= entries[index].bytes
            entries[index].bytes = 0
        }
        if head == entries.count {
            entries.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1024 {
            entries.removeFirst(head)
            head = 0
        }
    }
}
