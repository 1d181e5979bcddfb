import Domain

extension Traveller {
    static let mails = [answered]

    fileprivate static let answered = mail(
        "answered",
        [.recipient, .basis, .asOf],
        optional: [.goods, .notes, .cash],
        variants: ["arrival", "departure"]
    )

    static func notices(of event: Event, in _: NoticeContext) throws -> [Notice] {
        guard case .requestAnswered(let answer) = event, answer.notice.template == answered else {
            return []
        }
        return [answer.notice]
    }
}

extension Traveller.Told {
    func mail(to person: PersonIdentifier) -> Notice {
        let lines = assessment.lines
        return Notice(
            Traveller.answered,
            declaration.route.variant,
            to: [.person(person)],
            [
                .goods: .words { language in
                    lines.map { $0.text(table.name(of: $0.goods.kind, in: language), in: language) }
                        .joined(separator: "\n")
                },
                .notes: .words { language in
                    notes.compactMap { table.sentence($0, in: language) }
                        .joined(separator: "\n")
                },
                .cash: cashWords,
                .basis: .words { table.basis.name(in: $0) },
                .asOf: .day(table.asOf),
            ],
            about: declaration.identifier
        )
    }

    /// The names of what is said once, however many goods it is about.
    private var notes: [String] {
        var notes: [String] = []
        for line in assessment.lines {
            let isBeyond = line.outcome == line.rule.beyond
            let own = line.rule.notes + (isBeyond ? line.rule.notesBeyond : [])
            notes += own.filter { !notes.contains($0) }
        }
        return notes
    }

    /// Nil where no cash was stated and none would have been declared.
    private var cashWords: MailValue? {
        let amount = Euros.text(table.cashFromCents)
        if hasCashToDeclare {
            return .words { Traveller.cashToDeclare(from: $0.text(euros: amount), in: $0) }
        }
        guard declaration.cashCents > 0 else { return nil }
        return .words { Traveller.cashNotToDeclare(from: $0.text(euros: amount), in: $0) }
    }
}

extension MailVariable {
    /// What is said of the goods, one line each.
    fileprivate static let goods: Self = "goods"
    /// What is to be known about them, one line each.
    fileprivate static let notes: Self = "notes"
    fileprivate static let cash: Self = "cash"
    fileprivate static let basis: Self = "basis"
}
