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
                    try transaction.apply(.guaranteeHeld(one), at: Sample.start)
                }
                try expectThrows("a guarantee that is held already") {
                    try transaction.savepoint {
                        try transaction.apply(.guaranteeHeld(standing), at: Sample.start)
                    }
                }
                try expectThrows("a change of an unknown guarantee") {
                    try transaction.savepoint {
                        let unknown = Event.guaranteeChanged(
                            try Sample.guarantee(4),
                            previous: .held,
                            .called,
                            by: .rule
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
                        by: .rule
                    )
                    try transaction.apply(event, at: Sample.start)
                    guarantee = next
                }
                for one in [guarantee, deposit, moving] {
                    try expect(try transaction.guarantee(one.identifier), equals: one, "stored")
                }
                for (limit, expected) in [(9, [guarantee, moving]), (1, [guarantee])] {
                    try expect(
                        try transaction.guarantees(under: number, limit: limit),
                        equals: expected,
                        "under the number, at most \(limit)"
                    )
                }
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
                    try transaction.apply(.guaranteeHeld(one), at: Sample.start)
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
