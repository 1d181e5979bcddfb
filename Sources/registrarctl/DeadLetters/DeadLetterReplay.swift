import AMQP
import ArgumentParser
import Broker
import Contract
import Domain
import Settings

/// `dead-letter replay`: sends letters back to where they came from.
struct DeadLetterReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Have the daemon look at dead letters again.",
        discussion: """
            Examples:
              registrarctl dead-letter replay --code schema --sample 1 --dry-run
              registrarctl dead-letter replay --code schema --user ntp-portal \\
                --reason "The portal's schema was ahead of ours until release 0.2."
              registrarctl dead-letter replay 3 7 --reason "Asked for by the portal's team."

            A letter goes back under its first sender's name: what that one was not allowed to \
            send is forbidden again, unless publishers in the configuration say otherwise by now. \
            It is taken out of the dead letters when the broker has the copy safely. --dry-run \
            says what would become of each letter if they were replayed now, and changes nothing.

            Ends with 1 when a letter could not be replayed; it stays where it is.
            """
    )

    @OptionGroup var selection: LetterSelection

    @Option(
        help: ArgumentHelp(
            "Only the first so many of each group; see 'dead-letter groups'.",
            valueName: "number"
        ),
        transform: Parsing.limit
    )
    var sample: Int?

    @Flag(help: "Say what would become of them, and change nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Why; kept beside the journal. Needed unless it is a dry run.",
            valueName: "text"
        ),
        transform: ReasonOptions.reason
    )
    var reason: String?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard dryRun || reason != nil else {
            throw ValidationError("say why with --reason, or try it with --dry-run")
        }
    }

    func run() async throws {
        let surroundings = try options.surroundings()
        let login = try surroundings.login()
        let access = surroundings.access(login)
        let user = login.url.user
        guard surroundings.publishers.roles(of: user)?.contains(.operator) == true else {
            throw Ending(
                .denied,
                "the daemon believes replays of users with the role operator alone, and "
                    + "\(user) has not got it: see publishers in \(surroundings.path)"
            )
        }
        let replay = LetterReplay(topology: access.topology, user: user, reason: reason)
        if dryRun {
            let letters = try await access.withConnection {
                try await candidates($0, replay, surroundings.publishers)
            }
            let preview = try ReplayPreview(letters, replay, surroundings)
            try preview.show(options.output, surroundings)
            return try selection.check(letters.map(\.letter), "Nothing was changed")
        }
        let result = try await access.withConnection { connection in
            var run = ReplayRun(
                replay: replay,
                confirmation: Confirmation(
                    connection: connection,
                    timeoutSeconds: access.options.timeoutSeconds
                ),
                reader: try await LetterReader(
                    access.topology,
                    surroundings.publishers,
                    on: connection
                ),
                sample: Sample(size: sample)
            )
            try await run.finish { selection.includes($0) }
            return run.result
        }
        try result.show(options.output, surroundings)
        try selection.check(
            result.replayed + result.kept.map(\.letter),
            "The others were replayed as shown"
        )
        if !result.kept.isEmpty { throw ExitCode(1) }
    }

    /// Takes what is selected, and gives everything back.
    private func candidates(
        _ connection: Connection,
        _ replay: LetterReplay,
        _ publishers: Publishers
    ) async throws -> [ReplayPreview.Candidate] {
        var reader = try await LetterReader(replay.topology, publishers, on: connection)
        var sample = Sample(size: sample)
        var candidates: [ReplayPreview.Candidate] = []
        while let (letter, delivery) = try await reader.next() {
            guard selection.includes(letter), sample.takes(letter) else { continue }
            let publication = replay.publication(of: letter, delivery, token: 0)
            candidates.append(
                ReplayPreview.Candidate(
                    letter: letter,
                    message: publication.flatMap(replay.message)
                )
            )
        }
        try await reader.giveBack()
        return candidates
    }
}

/// Letters on their way back, some at a time.
struct ReplayRun {
    /// Bounds what is held in memory, and how much a crash may send twice.
    private static let atOnce = 50

    struct Result {
        var replayed: [Letter] = []
        /// What stays where it is, and why.
        var kept: [(letter: Letter, reason: String)] = []
    }

    let replay: LetterReplay
    let confirmation: Confirmation
    var reader: LetterReader
    var sample: Sample
    private(set) var result = Result()

    init(
        replay: LetterReplay,
        confirmation: Confirmation,
        reader: LetterReader,
        sample: Sample
    ) {
        self.replay = replay
        self.confirmation = confirmation
        self.reader = reader
        self.sample = sample
    }

    mutating func finish(where isWanted: (Letter) -> Bool) async throws {
        try await confirmation.connection.confirmSelect()
        var bar = ProgressBar()
        var batch: [(letter: Letter, tag: UInt64, publication: Publication)] = []
        while let (letter, delivery) = try await reader.next() {
            bar.show("replaying", share: Double(letter.number) / Double(max(1, reader.count)))
            guard isWanted(letter), sample.takes(letter) else { continue }
            guard let publication = replay.publication(of: letter, delivery, token: delivery.tag)
            else {
                result.kept.append((letter, "it does not say under which routing key it came"))
                continue
            }
            batch.append((letter, delivery.tag, publication))
            if batch.count == Self.atOnce {
                try await send(batch)
                batch = []
            }
        }
        try await send(batch)
        try await reader.giveBack()
    }

    /// Sends copies, and takes letters away of which the broker has confirmed the copy. Should we end
    /// between the two, the letter stays and may be replayed again: the daemon knows the copy by its
    /// sender, source and id, or by its content and its number.
    private mutating func send(
        _ batch: [(letter: Letter, tag: UInt64, publication: Publication)]
    ) async throws {
        guard !batch.isEmpty else { return }
        let outcomes: [UInt64: PublicationResult.Outcome]
        do {
            outcomes = try await confirmation.publish(batch.map(\.publication))
        } catch let error as AMQPError where error.code == .invalidArgument {
            // Nothing of the batch was sent. One by one, the one at fault is found.
            guard batch.count > 1 else {
                result.kept += batch.map { ($0.letter, "it cannot be sent: \(error)") }
                return
            }
            for one in batch { try await send([one]) }
            return
        }
        for (letter, tag, publication) in batch {
            switch outcomes[publication.token] {
            case .confirmed:
                try await reader.acknowledge(tag)
                result.replayed.append(letter)
            case .returned(let code, let text):
                result.kept.append((letter, "no queue takes it (\(code) \(text))"))
            case .nacked, nil:
                result.kept.append((letter, "the broker could not take it now; try again"))
            }
        }
    }
}

extension ReplayRun.Result {
    func show(_ format: GlobalOptions.Format, _ surroundings: Surroundings) throws {
        switch format {
        case .json:
            try Standard.json { json in
                json.array("replayed") { json in
                    for letter in replayed { json.object { letter.write(to: &$0) } }
                }
                json.array("kept") { json in
                    for (letter, reason) in kept {
                        json.object { json in
                            letter.write(to: &json)
                            json.member("because", reason)
                        }
                    }
                }
            }
        case .table:
            guard !replayed.isEmpty || !kept.isEmpty else {
                return Standard.say("no dead letter is meant by that")
            }
            var table = Table([
                .number("NUMBER"), .text("REASON"), .flexible("TYPE OR QUEUE"), .text("USER"),
                .flexible("NOW"),
            ])
            for letter in replayed {
                table.add([
                    Cell(letter.number), Cell(letter.reason), Cell(letter.kind),
                    Cell(letter.user ?? ""), Cell("replayed", .good),
                ])
            }
            for (letter, reason) in kept {
                table.add([
                    Cell(letter.number), Cell(letter.reason), Cell(letter.kind),
                    Cell(letter.user ?? ""), Cell("kept: \(reason)", .bad),
                ])
            }
            let screen = Screen.current(environment: surroundings.environment)
            try Standard.write(table.text(on: screen))
        }
    }
}
