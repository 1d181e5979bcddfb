/// Which publications the broker still has to confirm. Pure: it is told what was sent and heard.
///
/// Confirms name a sequence number, come in any order, and may cover all up to theirs. A mandatory
/// message that no queue gets comes back by `basic.return`, without its number, and is then
/// confirmed like the others: so it is found by its `message_id`, exchange and routing key.
struct ConfirmLedger {
    private struct Entry {
        var token: UInt64
        var sentAt: UInt64
        var isSettled = false
        /// Only of mandatory messages.
        var mark: Mark?
        var returned: PublicationResult.Outcome?
    }

    /// What a returned message is known by.
    struct Mark: Equatable {
        var messageIdentifier: String
        var exchange: String
        var routingKey: String
    }

    private var entries: [Entry] = []
    /// Settled entries at the front, which are dropped now and then.
    private var head = 0
    /// The sequence number of the first entry; the broker counts from 1.
    private var firstNumber: UInt64 = 1

    /// How many publications are unconfirmed or wait behind one that is.
    var count: Int { entries.count - head }

    /// When the oldest unconfirmed publication was sent.
    var oldestSentAt: UInt64? { head < entries.count ? entries[head].sentAt : nil }

    /// Remembers the next publication.
    mutating func sent(token: UInt64, mark: Mark?, at time: UInt64) {
        entries.append(Entry(token: token, sentAt: time, mark: mark))
    }

    /// Notes that a message came back; false when it is none of those that wait.
    mutating func returned(_ mark: Mark, code: UInt16, text: String) -> Bool {
        for index in head..<entries.count
        where !entries[index].isSettled && entries[index].returned == nil
            && entries[index].mark == mark
        {
            entries[index].returned = .returned(code: code, text: text)
            return true
        }
        return false
    }

    /// Settles one publication, or all up to it, and appends the results. False when the number was
    /// never given out.
    mutating func settle(
        number: UInt64,
        multiple: Bool,
        as outcome: PublicationResult.Outcome,
        into results: inout [PublicationResult]
    ) -> Bool {
        let end = firstNumber + UInt64(entries.count)
        // With `multiple`, 0 means everything so far (AMQP 0-9-1, basic.ack).
        let number = number == 0 && multiple ? end - 1 : number
        guard number < end, number > 0 else { return false }
        guard number >= firstNumber else { return true }
        let index = Int(number - firstNumber)
        let first = multiple ? head : index
        guard first <= index else { return true }
        for position in first...index where !entries[position].isSettled {
            let result = entries[position].returned ?? outcome
            results.append(PublicationResult(token: entries[position].token, outcome: result))
            entries[position].isSettled = true
            entries[position].mark = nil
        }
        while head < entries.count && entries[head].isSettled { head += 1 }
        if head == entries.count || head >= 4096 {
            firstNumber += UInt64(head)
            entries.removeFirst(head)
            head = 0
        }
        return true
    }
}
