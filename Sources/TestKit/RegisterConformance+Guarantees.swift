import Domain
import Workflow

extension RegisterConformance {
    static let guaranteeChecks = [
        RegisterConformance("a guarantee is held once, and found as it has become") { register in
            let number = Sample.exciseNumber(1)
            let standing = try Sample.guarantee(1, authorisation: number)
            let deposit = try Sample.guarantee(2, holder: .person(Sample.personIdentifier(2)))
            let moving = try Sample.guarantee(3, authorisation: number, reference: "M-1")
            try await register.write { transaction in
                for one in [standing, deposit, moving] {
                    try transaction.apply(
                        .guaranteeHeld(one, by: .rule, remarks: nil),
                        at: Sample.start
                    )
                }
                try expectThrows("a guarantee that is held already") {
                    try transaction.savepoint {
                        try transaction.apply(
                            .guaranteeHeld(standing, by: .rule, remarks: nil),
                            at: Sample.start
                        )
                    }
                }
                try expectThrows("a change of an unknown guarantee") {
                    try transaction.savepoint {
                        let unknown = Event.guaranteeChanged(
                            try Sample.guarantee(4),
                            previous: .held,
                            .called,
                            by: .rule,
                            remarks: nil
                        )
                        try transaction.apply(unknown, at: Sample.start)
                    }
                }
                let unknown = Sample.guaranteeIdentifier(4)
                try expect(try transaction.guarantee(unknown), equals: nil, "unknown")
            }
            try await register.write { transaction in
                var guarantee = standing
                let changes: [(GuaranteeChange, Int64)] = [(.called, 12_345), (.released, 37_655)]
                for (change, cents) in changes {
                    guard let next = guarantee.changed(change, cents: cents) else {
                        throw ConformanceFailure(description: "less than \(cents) is left")
                    }
                    let event = Event.guaranteeChanged(
                        next,
                        previous: guarantee.status,
                        change,
                        by: .rule,
                        remarks: nil
                    )
                    try transaction.apply(event, at: Sample.start)
                    guarantee = next
                }
                for one in [guarantee, deposit, moving] {
                    try expect(try transaction.guarantee(one.identifier), equals: one, "stored")
                }
                try expect(
                    try transaction.guarantees(statedBy: standing.request),
                    equals: [guarantee],
                    "of the request"
                )
            }
        },
        RegisterConformance("guarantees of an operator are found while something is left of them") {
            register in
            let number = Sample.exciseNumber(1)
            let other = Sample.exciseNumber(2)
            let eori = Sample.eori(1)
            let holder = Holder.economicOperator(eori)
            let standing = try Sample.guarantee(1, authorisation: number)
            let moving = try Sample.guarantee(
                2,
                holder: holder,
                authorisation: number,
                reference: "M-1"
            )
            let second = try Sample.guarantee(3, holder: holder, authorisation: other)
            let others = try Sample.guarantee(4, authorisation: number)
            guard let raised = standing.changed(.changed, cents: 60_000),
                let end = moving.changed(.released, cents: moving.amountCents)
            else { throw ConformanceFailure(description: "nothing is left") }
            try await register.write { transaction in
                for one in [standing, moving, second, others] {
                    try transaction.apply(
                        .guaranteeHeld(one, by: .rule, remarks: nil),
                        at: Sample.start
                    )
                }
            }
            try await register.write { transaction in
                for (next, change) in [(raised, GuaranteeChange.changed), (end, .released)] {
                    let event = Event.guaranteeChanged(
                        next,
                        previous: .held,
                        change,
                        by: .rule,
                        remarks: nil
                    )
                    try transaction.apply(event, at: Sample.start)
                }
                let expected: [(AuthorisationNumber?, Int, [Guarantee])] = [
                    (nil, 9, [raised, second]), (nil, 1, [raised]), (number, 9, [raised]),
                    (other, 9, [second]),
                ]
                for (number, limit, guarantees) in expected {
                    try expect(
                        try transaction.heldGuarantees(of: eori, under: number, limit: limit),
                        equals: guarantees,
                        "held under \(number?.text ?? "any number"), at most \(limit)"
                    )
                }
                for (limit, guarantees) in [(9, [raised, end, second]), (2, [raised, end])] {
                    try expect(
                        try transaction.guarantees(of: eori, limit: limit),
                        equals: guarantees,
                        "of the operator, at most \(limit)"
                    )
                }
                try expect(
                    try transaction.personalFile(about: others.request).guarantees,
                    equals: [others],
                    "in what is kept about the request"
                )
            }
        },
        RegisterConformance("what names a guarantee outlives the person while something is held") {
            register in
            let requests = [1, 2].map { Sample.request($0, status: .granted) }
            try await register.write { transaction in
                for (number, request) in zip(1...2 as ClosedRange<UInt64>, requests) {
                    try transaction.apply(.personRecorded(Sample.person(number)), at: Sample.start)
                    try transaction.apply(.requestSubmitted(request), at: Sample.start)
                    let name = RequestFields([.init(name: "guarantee.reference", value: "G")])
                    try transaction.apply(.fieldsStated(request.identifier, name), at: Sample.start)
                    let held = Event.guaranteeHeld(
                        try Sample.guarantee(number),
                        by: .rule,
                        remarks: nil
                    )
                    try transaction.apply(held, at: Sample.start)
                }
                guard let end = try Sample.guarantee(2).changed(.called, cents: 50_000) else {
                    throw ConformanceFailure(description: "nothing is left")
                }
                let called = Event.guaranteeChanged(
                    end,
                    previous: .held,
                    .called,
                    by: .rule,
                    remarks: nil
                )
                try transaction.apply(called, at: Sample.start)
                for number in 1...2 as ClosedRange<UInt64> {
                    try transaction.erase(Sample.personIdentifier(number))
                }
                try expect(
                    try requests.map { try transaction.fields(of: $0.identifier).names },
                    equals: [["guarantee.reference"], []],
                    "of the one that is held alone"
                )
            }
        },
        RegisterConformance("a guarantee outlives its request, the person and the number") {
            register in
            let person = Sample.personIdentifier(1)
            let request = Sample.request(1, status: .granted, eori: Sample.eori(1))
            let surrogate = SequentialIdentifiers.identifier(4711)
            try await register.write { transaction in
                try transaction.apply(.personRecorded(Sample.person(1)), at: Sample.start)
                try transaction.conceal(
                    Surrogate(eori: Sample.eori(1), identifier: surrogate, person: person)
                )
                try transaction.apply(.requestSubmitted(request), at: Sample.start)
                let held = try Sample.guarantee(1)
                let deposit = try Sample.guarantee(2, holder: .person(person))
                for one in [held, deposit] {
                    try transaction.apply(
                        .guaranteeHeld(one, by: .rule, remarks: nil),
                        at: Sample.start
                    )
                    try expect(try transaction.guarantee(one.identifier), equals: one, "whole")
                }
                try transaction.apply(.requestErased(request), at: Sample.start)
                try transaction.erase(person)
                try expect(
                    try transaction.guarantee(held.identifier)?.holder,
                    equals: .economicOperator(EORI(surrogate)),
                    "what stood for the number is left"
                )
                try expect(
                    try transaction.guarantee(deposit.identifier),
                    equals: deposit,
                    "an id alone"
                )
            }
        },
    ]
}
