import Testing

@testable import Domain

/// What is called and given back of a guarantee, to the cent.
@Suite struct GuaranteeTests {
    private static let eori = EORI(canonical: "LU12345678")

    private static func uuid(_ number: UInt8) -> UniversalIdentifier {
        UniversalIdentifier(random: [UInt8](repeating: number, count: 16))
    }

    private func guarantee(
        _ amountCents: Int64,
        called: Int64 = 0,
        released: Int64 = 0
    ) -> Guarantee? {
        Guarantee(
            identifier: GuaranteeIdentifier(Self.uuid(1)),
            procedure: "excise",
            holder: .economicOperator(Self.eori),
            authorisation: AuthorisationNumber("LU00000123456"),
            request: RequestIdentifier(Self.uuid(2)),
            amountCents: amountCents,
            calledCents: called,
            releasedCents: released
        )
    }

    @Test(
        "what was called does not come back",
        arguments: [
            (50_000, 12_345, GuaranteeStatus.partlyCalled, 37_655), (1, 1, .called, 0),
            (50_000, 50_000, .called, 0), (50_000, 1, .partlyCalled, 49_999),
            (999_999_999_999_999, 1, .partlyCalled, 999_999_999_999_998),
        ]
    )
    func called(amount: Int64, called: Int64, status: GuaranteeStatus, left: Int64) throws {
        let held = try #require(guarantee(amount))
        #expect(held.status == .held && held.heldCents == amount)
        let after = try #require(held.changed(.called, cents: called))
        #expect(after.status == status && after.calledCents == called)
        #expect(after.heldCents == left && after.releasedCents == 0)
        guard left > 0 else {
            #expect(after.changed(.released, cents: 1) == nil)
            return
        }
        let released = try #require(after.changed(.released, cents: left))
        #expect(released.status == .partlyCalled)
        #expect(released.releasedCents == left && released.heldCents == 0)
        #expect(released.changed(.called, cents: 1) == nil)
    }

    @Test("what was not called is given back, in parts if need be")
    func released() throws {
        let half = try #require(guarantee(50_000)?.changed(.released, cents: 25_000))
        #expect(half.status == .held && half.heldCents == 25_000)
        let whole = try #require(half.changed(.released, cents: 25_000))
        #expect(whole.status == .released && whole.heldCents == 0)
    }

    @Test("no more than is left is called or given back, and never nothing")
    func bounds() throws {
        let left = try #require(guarantee(50_000, called: 12_345, released: 10_000))
        #expect(left.heldCents == 27_655)
        for change in [GuaranteeChange.called, .released] {
            #expect(left.changed(change, cents: 27_655)?.heldCents == 0)
            for cents in [27_656, 0, -1, .min, .max] as [Int64] {
                #expect(left.changed(change, cents: cents) == nil)
            }
        }
    }

    @Test("changed, it is for another amount, and for no less than was called and given back")
    func changed() throws {
        let left = try #require(guarantee(50_000, called: 12_345, released: 10_000))
        let raised = try #require(left.changed(.changed, cents: .max))
        #expect(raised.amountCents == .max && raised.heldCents == .max - 22_345)
        let lowered = try #require(left.changed(.changed, cents: 22_345))
        #expect(lowered.heldCents == 0 && lowered.status == .partlyCalled)
        for cents in [22_344, 0, -1, .min] as [Int64] {
            #expect(left.changed(.changed, cents: cents) == nil)
        }
    }

    @Test("held, it is added; called or given back, it is replaced")
    func changes() throws {
        let held = try #require(guarantee(2))
        let called = try #require(held.changed(.called, cents: 1))
        let (now, register) = (Instant(seconds: 1_795_238_049), EmptyRegister())
        #expect(
            try Event.guaranteeHeld(held, by: .rule, remarks: nil).changes(at: now, in: register)
                == [.add(.guarantee(held))]
        )
        let event = Event.guaranteeChanged(
            called,
            previous: .held,
            .called,
            by: .rule,
            remarks: nil
        )
        #expect(try event.changes(at: now, in: register) == [.replace(.guarantee(called))])
    }

    @Test("a guarantee of nothing, or of less than was called and given back, is none")
    func none() {
        #expect(guarantee(0) == nil && guarantee(-1) == nil)
        #expect(guarantee(1, called: 1) != nil && guarantee(1, released: 1) != nil)
        #expect(guarantee(1, called: 1, released: 1) == nil)
        #expect(guarantee(1, called: -1) == nil && guarantee(1, released: -1) == nil)
        #expect(guarantee(.max, called: .max, released: .max) == nil)
    }

    @Test("a natural person's number is concealed in it, and a person's guarantee has none")
    func concealed() throws {
        let held = try #require(guarantee(1))
        let surrogate = EORI(Self.uuid(3))
        let called = try #require(held.changed(.called, cents: 1))
        let events: [Event] = [
            .guaranteeHeld(held, by: .rule, remarks: nil),
            .guaranteeChanged(called, previous: .held, .called, by: .rule, remarks: nil),
        ]
        for event in events {
            #expect(event.eori == Self.eori)
            #expect(event.concealed(as: surrogate).eori == surrogate)
            #expect(event.concealed(as: surrogate).concealed(as: Self.eori) == event)
        }
        let holder = Holder.person(PersonIdentifier(Self.uuid(4)))
        let deposit = Guarantee(
            identifier: held.identifier,
            procedure: "relief",
            holder: holder,
            request: held.request,
            amountCents: 1
        )
        #expect(Event.guaranteeHeld(try #require(deposit), by: .rule, remarks: nil).eori == nil)
        #expect(holder.person == PersonIdentifier(Self.uuid(4)))
    }
}
