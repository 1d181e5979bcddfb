import Contract
import Domain
import Storage

/// A request's story for people and for programs.
struct StoryView {
    let teller: StoryTeller

    private var story: RequestStory { teller.story }

    // MARK: For people

    func text(on screen: Screen) -> String {
        let columns = min(screen.columns ?? Prose.columns, Prose.columns)
        var text = head(screen)
        text += "\n" + screen.paint("What happened", .bold) + "\n"
        for chapter in story.chapters {
            let passage = teller.passage(chapter)
            let time = LocalTime.precise(chapter.at)
            let lines = Prose.lines(SafeText.line(passage.headline), columns: columns - 2)
            text += "  \(screen.paint(time, .faint))\n"
            text += lines.map { "  \(screen.paint($0, passage.style))\n" }.joined()
            for detail in passage.details { text += Prose.item("· ", detail, columns) }
            for message in chapter.messages {
                text += Prose.item("→ ", teller.message(message), columns)
            }
            text += "\n"
        }
        text += screen.paint("Now, and what comes next", .bold) + "\n"
        for prospect in teller.prospects {
            let time = prospect.at.map { LocalTime.text($0) + ": " } ?? ""
            text += Prose.item("· ", time + prospect.sentence, columns)
        }
        return text
    }

    private func head(_ screen: Screen) -> String {
        let title = screen.paint("Request \(story.identifier)", .bold) + "\n"
        guard let request = story.request else {
            return title
                + Prose.item(
                    "",
                    "It is not known here. The journal has messages about it all the same.",
                    Prose.columns
                )
        }
        var fields = Fields()
        fields.add(
            "Asks for",
            StoryWords.wish(procedure: request.procedure, profile: request.profile)
        )
        fields.add("EORI", request.eori?.number)
        fields.add("Applicant", story.person(request.person.description))
        fields.add("Status", Cell(StoryWords.status(request.status.rawValue), request.status.style))
        fields.add("Since", LocalTime.text(request.changedAt))
        return title + fields.text(on: screen, indent: 2)
    }

    // MARK: For programs

    func write(to json: inout JSONWriter) {
        json.member("requestId", story.identifier.description)
        json.member("known", story.request != nil)
        if let request = story.request {
            json.object("request") { json in
                RequestJSON.write(request, to: &json)
                json.member("person", request.person.description)
                json.optionalMember("name", story.name(request.person.description))
            }
        }
        json.objects("story", story.chapters) { write($0, to: &$1) }
        json.objects("next", teller.prospects) { prospect, json in
            json.member("at", prospect.at?.description)
            json.member("text", prospect.sentence)
        }
        json.objects("accounts", story.accounts) { RequestJSON.write($0, holder: nil, to: &$1) }
    }

    private func write(_ chapter: RequestStory.Chapter, to json: inout JSONWriter) {
        let passage = teller.passage(chapter)
        let cause = chapter.cause
        json.member("at", chapter.at.description)
        json.member("outcome", passage.outcome)
        json.member("text", passage.headline)
        json.member("details", passage.details)
        json.member("code", passage.code?.rawValue)
        json.member("person", passage.person)
        json.optionalMember("name", passage.person.flatMap(story.name))
        json.member("account", passage.account)
        json.object("cause") { json in
            json.member("timer", cause["cause"])
            json.member("user", cause["user"])
            json.optionalMember("replayedBy", cause["replayedBy"])
            if story.showsNames { json.optionalMember("reason", story.reason(chapter)) }
            json.member("source", cause["source"])
            json.member("id", cause["id"])
            json.member("type", cause["type"])
            json.member("sentAt", cause["time"])
            json.member("waitedSince", teller.waitedSince(chapter)?.description)
        }
        json.array("entries") { json in
            for entry in chapter.entries { json.integer(entry.entry.sequence) }
        }
        json.objects("messages", chapter.messages) { TimelineView.write($0, to: &$1) }
    }
}

/// Sentences over several lines.
enum Prose {
    /// The widest that is pleasant to read.
    static let columns = 100

    /// An entry of a list, behind `mark`.
    static func item(_ mark: String, _ text: String, _ columns: Int) -> String {
        let indent = 4 + mark.displayWidth
        let lines = lines(SafeText.line(text), columns: columns - indent)
        return lines.enumerated().map { index, line in
            (index == 0 ? "    " + mark : String(repeating: " ", count: indent)) + line + "\n"
        }
        .joined()
    }

    /// The text in lines of at most `columns`, as far as its words allow.
    static func lines(_ text: String, columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.displayWidth + 1 + word.count > columns {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }
}
