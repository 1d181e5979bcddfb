import Contract
import Domain

// What was refused, and what became of dead letters.
extension JournalFormat {
    func refused(_ problem: Problem) -> String {
        text { json in
            json.member("event", "message.refused")
            json.member("code", problem.code.rawValue)
            write(detailOf: problem, to: &json)
        }
    }

    /// - Parameter problem: What this service found; nil of what the broker put aside.
    func deadLettered(_ letter: DeadLetter, _ problem: Problem?) -> String {
        text { json in
            json.member("event", "message.dead-lettered")
            json.member("deadLetter", letter.identifier.description)
            json.member("code", letter.reason.rawValue)
            if let problem {
                write(detailOf: problem, to: &json)
            } else {
                json.member("queue", letter.queue)
            }
            json.member("replays", letter.replays)
        }
    }

    /// What a replay came to: a `Disposition`, or `sent` for a letter that went back to the queue
    /// of another program.
    func replayed(_ letter: DeadLetter, outcome: String) -> String {
        text { json in
            json.member("event", "dead-letter.replayed")
            json.member("deadLetter", letter.identifier.description)
            json.member("code", letter.reason.rawValue)
            json.member("replays", letter.replays + 1)
            json.member("outcome", outcome)
        }
    }

    /// An operator's order about a letter, by the id of the event that gave it.
    func cause(_ order: LetterOrder) -> String {
        text { json in
            json.member("user", order.user)
            json.member("id", order.event)
        }
    }

    /// The end of a dead letter.
    func deadLetter(
        _ letter: DeadLetterIdentifier,
        _ reason: DeadLetterReason,
        _ end: DeadLetterEnd
    ) -> String {
        text { json in
            json.member("event", "dead-letter.\(end.rawValue)")
            json.member("deadLetter", letter.description)
            json.member("code", reason.rawValue)
        }
    }

    private func write(detailOf problem: Problem, to json: inout JSONWriter) {
        json.member("detail", problem.detail)
        // Senders choose the names of members, and may choose a person's.
        if problem.code.concernsContent, !problem.findings.isEmpty {
            json.member("places", problem.findings.map(\.pointer))
        }
    }
}

extension ProblemCode {
    /// Whether the message was understood, so that the places that it names are known members.
    fileprivate var concernsContent: Bool {
        switch self {
        case .malformed, .notAnEvent, .schema: false
        default: true
        }
    }
}

/// How a dead letter goes without anybody having ordered it.
enum DeadLetterEnd: String {
    /// Its time was over.
    case expired
    /// There was no more room.
    case dropped
}
