import Domain
import Workflow

// The records, and their lookups.

extension RegisterConformance {
    static let registerChecks: [RegisterConformance] = [
        .inOne("a person is recorded, found and overwritten") { transaction in
            var person = Sample.person(1)
            try expect(try transaction.person(person.identifier), equals: nil, "person")
            try transaction.apply(.personRecorded(person))
            try expect(try transaction.person(person.identifier), equals: person, "by id")
            try expect(try transaction.person(subject: "eaccess-1"), equals: person, "by subject")
            person.details?.email = "new@example.lu"
            person.details?.languages = nil
            person.signature = ""
            try transaction.apply(.personRecorded(person))
            try expect(try transaction.person(person.identifier), equals: person, "changed")
            try expect(try transaction.person(subject: "eaccess-2"), equals: nil, "other")
        },
        RegisterConformance("an official has a signature alone") { register in
            let official = Person(
                identifier: Sample.personIdentifier(9),
                subject: "o\u{0}9",
                signature: "A. Roth"
            )
            try await register.write { transaction in
                try transaction.apply(.personRecorded(official))
            }
            try await register.write { transaction in
                try expect(
                    try transaction.person(subject: official.subject),
                    equals: official,
                    "official"
                )
            }
        },
        .inOne("two persons cannot have one subject") { transaction in
            let first = Sample.person(1)
            let second = Person(identifier: Sample.personIdentifier(2), subject: first.subject)
            try transaction.apply(.personRecorded(first))
            try transaction.refuses("the subject of another person") {
                try transaction.apply(.personRecorded(second))
            }
            try expect(try transaction.person(second.identifier), equals: nil, "second")
        },
        RegisterConformance("a request is submitted once and overwritten by its changes") {
            register in
            var request = Sample.request(1, expireAt: Sample.instant(500))
            try await register.write { [request] transaction in
                try transaction.apply(.requestSubmitted(request))
                try expect(try transaction.request(request.identifier), equals: request, "new")
                try transaction.refuses("a second request of the same id") {
                    try transaction.apply(.requestSubmitted(request))
                }
            }
            request.status = .rejected
            request.revision = 2
            request.reason = .rule(.operatorKind)
            request.authorised = OperationSet([.guaranteeManagement])
            request.changedAt = Sample.instant(60)
            request.remindAt = nil
            request.expireAt = nil
            try await register.write { [request] transaction in
                try transaction.apply(
                    Sample.change(request, remarks: "as agreed"),
                    at: Sample.instant(60)
                )
            }
            try await register.write { [request] transaction in
                try expect(try transaction.request(request.identifier), equals: request, "changed")
                try expect(
                    try transaction.request(Sample.requestIdentifier(2)),
                    equals: nil,
                    "unknown"
                )
            }
        },
        .inOne("what is unknown cannot be changed") { transaction in
            try transaction.refuses("a change of an unknown request") {
                try transaction.apply(Sample.change(Sample.request(1), by: .applicant))
            }
            try transaction.refuses("a change of an unknown account") {
                try transaction.apply(Sample.change(Sample.account(1), to: Sample.account(1)))
            }
        },
        RegisterConformance("open requests of an EORI come in the order of arrival") { register in
            let eori = Sample.eori(77)
            try await register.write { transaction in
                for number: UInt64 in [5, 3, 8] {
                    try transaction.apply(.requestSubmitted(Sample.request(number, eori: eori)))
                }
                try transaction.apply(
                    .requestSubmitted(Sample.request(4, status: .granted, eori: eori))
                )
                try transaction.apply(.requestSubmitted(Sample.request(6)))
                var closed = Sample.request(3, eori: eori)
                closed.status = .withdrawn
                try transaction.apply(Sample.change(closed, by: .applicant))
                var asked = Sample.request(8, eori: eori)
                asked.status = .awaitingInformation
                try transaction.apply(Sample.change(asked, by: .applicant, remarks: ""))
                let open = Sample.request(5, eori: eori)
                for (person, after, limit, found) in [
                    (nil, nil, 9, [5, 8]), (nil, nil, 1, [5]), (nil, 5, 9, [8]), (nil, 8, 9, []),
                    (nil, 3, 9, [8]), (asked.person, nil, 9, [8]), (asked.person, 8, 9, []),
                    (closed.person, nil, 9, []),
                ] as [(PersonIdentifier?, UInt64?, Int, [UInt64])] {
                    let requests = try transaction.openRequests(
                        for: eori,
                        of: person,
                        after: after.map(Sample.requestIdentifier),
                        limit: limit
                    )
                    try expect(
                        requests.map(\.identifier),
                        equals: found.map(Sample.requestIdentifier),
                        "open: \(limit) of \(String(describing: person)) after "
                            + String(describing: after)
                    )
                }
                for (profile, person, isThere) in [
                    (open.profile, nil, true), (open.profile, open.person, true),
                    (open.profile, asked.person, true), (open.profile, closed.person, false),
                    ("other", nil, false), ("other", open.person, false),
                ] as [(String, PersonIdentifier?, Bool)] {
                    try expect(
                        try transaction.hasOpenRequest(
                            for: eori,
                            profiles: ["none", profile],
                            of: person
                        ),
                        equals: isThere,
                        "open: \(profile) of \(String(describing: person))"
                    )
                }
                try expect(
                    try transaction.hasRequest(of: open.person, besides: open.identifier),
                    equals: false,
                    "nothing else"
                )
                try expect(
                    try transaction.hasRequest(of: open.person, besides: closed.identifier),
                    equals: true,
                    "that one"
                )
            }
        },
        .inOne("a supplement, remarks and events without a record are accepted") { transaction in
            let request = Sample.request(1)
            try transaction.apply(.requestSubmitted(request))
            let supplement = Supplement(
                answer: "here",
                documents: [
                    Document(
                        kind: "permit",
                        reference: "P 1",
                        issuedOn: CivilDate(year: 2026, month: 2, day: 28)
                    )
                ]
            )
            try transaction.apply(.supplementReceived(request.identifier, supplement))
            try transaction.apply(.lastManagerLost(Sample.eori(1)))
            try transaction.apply(.nothingToChange(by: .rule))
            try expect(try transaction.request(request.identifier), equals: request, "request")
        },
        .inOne("an operator is registered and overwritten") { transaction in
            let first = Sample.economicOperator(1)
            try transaction.apply(.operatorRegistered(first))
            try expect(try transaction.economicOperator(first.eori), equals: first, "new")
            var second = first
            second.status = .revoked
            second.operations = .none
            try transaction.apply(
                .operatorChanged(second, previous: first, by: .rule, remarks: "r")
            )
            try expect(try transaction.economicOperator(first.eori), equals: second, "changed")
            second.status = .registered
            second.request = Sample.requestIdentifier(2)
            try transaction.apply(.operatorRegistered(second))
            try expect(try transaction.economicOperator(first.eori), equals: second, "again")
            try expect(try transaction.economicOperator(Sample.eori(2)), equals: nil, "other")
        },
        .inOne("accounts of an operator come in the order of their opening") { transaction in
            let eori = Sample.eori(5)
            for number: UInt64 in [9, 2, 7] {
                try transaction.apply(.accountOpened(Sample.account(number, eori: eori)))
            }
            try transaction.apply(.accountOpened(Sample.account(4)))
            let before = Sample.account(2, eori: eori)
            var changed = before
            changed.status = .active
            changed.role = .employee
            changed.operations = .all
            changed.location = "https://scim.example/Users/2"
            try transaction.apply(
                Sample.change(before, to: changed, .provisioned, by: .provisioner)
            )
            try expect(
                try transaction.accounts(of: eori, after: nil, limit: 9),
                equals: [
                    Sample.account(9, eori: eori), changed, Sample.account(7, eori: eori),
                ],
                "accounts"
            )
            try expect(
                try transaction.accounts(of: eori, after: Sample.account(9).identifier, limit: 1),
                equals: [changed],
                "the second alone"
            )
            try expect(
                try transaction.accounts(of: changed.person, at: eori),
                equals: [changed],
                "of the person"
            )
            try expect(
                try transaction.accounts(of: changed.person, at: Sample.eori(4)),
                equals: [],
                "at another operator"
            )
            try expect(
                try transaction.account(changed.identifier),
                equals: changed,
                "by id"
            )
            try expect(try transaction.account(Sample.accountIdentifier(1)), equals: nil, "unknown")
            try transaction.refuses("a second account of the same id") {
                try transaction.apply(.accountOpened(Sample.account(4)))
            }
        },
        RegisterConformance("an account is as it was once a savepoint goes back") { register in
            let account = Sample.account(4)
            var revoked = account
            revoked.revoke()
            try await register.write { [revoked] transaction in
                try transaction.apply(.accountOpened(account), at: Sample.start)
                try? transaction.savepoint {
                    let change = Event.accountChanged(
                        revoked,
                        previous: account,
                        .revoked,
                        by: .rule,
                        remarks: nil
                    )
                    try transaction.apply(change, at: Sample.start)
                    try transaction.apply(.accountOpened(Sample.account(5)), at: Sample.start)
                    try transaction.apply(.accountOpened(Sample.account(5)), at: Sample.start)
                }
                for (identifier, expected) in [
                    (account.identifier, account), (Sample.accountIdentifier(5), nil),
                ] {
                    try expect(
                        try transaction.account(identifier),
                        equals: expected,
                        "after the savepoint"
                    )
                }
            }
        },
    ]
}
