import Domain
import Workflow

// What changes bring for many accounts.
extension RegisterConformance {
    static let cascadeChecks: [RegisterConformance] = [
        .inOne("what a change brings goes on where it was, one after another") { transaction in
            let eori = Sample.eori(1)
            let first = Cascade(
                eori: eori,
                change: .economicOperator(from: .all, to: .none, .revoked),
                by: .decisionMaker(
                    Sample.personIdentifier(1),
                    .customsAuthority,
                    with: Sample.account(1).identifier
                ),
                applicant: Sample.personIdentifier(2),
                remarks: Sample.requestIdentifier(3),
                since: Sample.instant(1),
                origin: Cascade.Origin(
                    identifier: "event-1",
                    traceParent: "trace",
                    request: Sample.requestIdentifier(4)
                )
            )
            let second = Cascade(
                eori: eori,
                change: .authorisation(Sample.exciseNumber(1)),
                by: .timer("lapse"),
                since: Sample.instant(2)
            )
            let requests = [
                Cascade.Ended.economicOperator, .account(Sample.personIdentifier(8)),
                .authorisation(Sample.exciseNumber(9)),
            ].enumerated().map { index, ended in
                Cascade(
                    eori: Sample.eori(UInt64(11 + index)),
                    change: .requests(restingOn: ended),
                    by: .rule,
                    since: Sample.instant(4)
                )
            }
            let other = Cascade(
                eori: Sample.eori(2),
                change: .authorisation(Sample.exciseNumber(2)),
                by: .decisionMaker(Sample.personIdentifier(1), .exciseOffice),
                since: Sample.instant(3)
            )
            try expect(try transaction.hasCascade(of: eori), equals: false, "none")
            for cascade in [first, second, other] {
                try transaction.apply(.cascade(cascade, .begun), at: cascade.since)
            }
            try expect(try transaction.hasCascade(of: eori), equals: true, "some")
            try expect(try transaction.nextDue(), equals: Sample.instant(1), "due")
            var due = try cascades(transaction)
            try expect(due.map(unnumbered), equals: [first, other], "the first of each")
            due[0].reached = Sample.account(7).identifier
            due[0].hasTakenManager = true
            try transaction.apply(.cascade(due[0], .continued))
            try expect(try cascades(transaction)[0], equals: due[0], "further")
            try transaction.apply(.cascade(due[0], .done))
            try expect(
                try cascades(transaction).map(unnumbered),
                equals: [second, other],
                "the second"
            )
            for cascade in requests {
                try transaction.apply(.cascade(cascade, .begun), at: cascade.since)
            }
            let further = try cascades(transaction).suffix(3).map { cascade in
                var cascade = cascade
                cascade.reachedRequest = Sample.requestIdentifier(7)
                return cascade
            }
            for cascade in further {
                try transaction.apply(.cascade(cascade, .continued), at: cascade.since)
            }
            try expect(Array(try cascades(transaction).suffix(3)), equals: further, "of requests")
        },
        RegisterConformance(
            "what a person's right brings goes on, in order, and goes with the person"
        ) {
            register in
            let person = Sample.person(1)
            let works = Cascade.PersonWork.allCases.enumerated().map { index, work in
                Cascade(
                    eori: nil,
                    change: .person(person.identifier, work),
                    by: .applicant,
                    since: Sample.instant(Int64(index + 1)),
                    formerName: work == .rectificationTold ? "Ann Weber" : nil,
                    place: work.tells ? 0 : nil
                )
            }
            let other = Cascade(
                eori: nil,
                change: .person(Sample.personIdentifier(2), .restricted),
                by: .applicant,
                since: Sample.instant(9)
            )
            try await register.write { transaction in
                try transaction.apply(.personRecorded(person))
                func since(_ work: Cascade.PersonWork?) throws -> Instant? {
                    try transaction.cascade(of: person.identifier, work)
                }
                try expect(try since(nil), equals: nil, "none")
                for cascade in works + [other] {
                    try transaction.apply(.cascade(cascade, .begun), at: cascade.since)
                }
                try expect(try since(nil), equals: works.last?.since, "the last")
                try expect(try since(.restricted), equals: works[1].since, "the last of its kind")
                for work in works {
                    var due = try cascades(transaction)
                    try expect(due.map(unnumbered), equals: [work, other], "one after another")
                    switch work.change {
                    case .person(_, .awaited), .person(_, .consentWithdrawn):
                        due[0].reachedRequest = Sample.requestIdentifier(7)
                    case .person(_, let work) where work.tells: due[0].place = 7
                    default: due[0].reached = Sample.account(7).identifier
                    }
                    try transaction.apply(.cascade(due[0], .continued))
                    try expect(try cascades(transaction)[0], equals: due[0], "further")
                    guard work != works.last else { continue }
                    try transaction.apply(.cascade(due[0], .done))
                }
                try transaction.apply(.personErased(person.identifier))
                try expect(try cascades(transaction).map(unnumbered), equals: [other], "erased")
            }
        },
        .inOne("remarks are found by their request and instant, until they are erased") {
            transaction in
            let request = Sample.request(1)
            try transaction.apply(.requestSubmitted(request))
            for (seconds, remarks) in [(1, "first"), (2, "second")] as [(Int64, String)] {
                try transaction.apply(
                    .requestChanged(request, previous: .pending, by: .applicant, remarks: remarks),
                    at: Sample.instant(seconds)
                )
            }
            func remarks(_ seconds: Int64) throws -> String? {
                try transaction.remarks(on: request.identifier, at: Sample.instant(seconds))
            }
            try expect(try remarks(1), equals: "first", "the first")
            try expect(try remarks(2), equals: "second", "the second")
            try expect(try remarks(3), equals: nil, "none")
            try transaction.apply(.requestErased(request))
            try expect(try remarks(1), equals: nil, "erased")
        },
    ]

    private static func cascades(_ transaction: any MaintenanceTransaction) throws -> [Cascade] {
        try transaction.due([.follow], at: Sample.instant(99), limit: 9).compactMap { work in
            if case .cascade(let cascade) = work.subject { cascade } else { nil }
        }
    }

    private static func unnumbered(_ cascade: Cascade) -> Cascade {
        var cascade = cascade
        cascade.number = 0
        return cascade
    }
}
