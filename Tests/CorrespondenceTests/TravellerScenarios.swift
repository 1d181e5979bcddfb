import Domain

@testable import Correspondence
@testable import Procedures

extension Scenario {
    static let travellerScenarios = [
        traveller(
            "arrival by air, of everything",
            .arrival(Traveller.Journey(arrivingFrom: .elsewhere, means: .air, age: 34), everything),
            cashCents: 1_000_000
        ),
        traveller(
            "arrival from the Union",
            .arrival(
                Traveller.Journey(arrivingFrom: .union, means: .land, age: 34),
                [goods(.cigarettes, 801_000), goods(.sparklingWine, 61_000), goods(.beer, 1000)]
            ),
            cashCents: 5_000_000
        ),
        traveller(
            "arrival of a young traveller, by the law",
            .arrival(
                Traveller.Journey(arrivingFrom: .elsewhere, means: .land, age: 14),
                [
                    goods(.beer, 500), goods(.other, 1000, valueCents: 15_001),
                    goods(.fish, 1_062_500, isPrepared: true),
                ]
            ),
            basis: .law
        ),
        traveller(
            "arrival of a crew, again",
            .arrival(
                Traveller.Journey(
                    arrivingFrom: .elsewhere,
                    means: .air,
                    age: 40,
                    category: .crew,
                    isFirstEntry: false
                ),
                [goods(.cigarettes, 40_000)]
            )
        ),
        traveller(
            "arrival with nothing",
            .arrival(Traveller.Journey(arrivingFrom: .elsewhere, means: .air, age: 34), [])
        ),
        traveller("departure with much cash", .departure(to: .elsewhere), cashCents: 1_000_000),
        traveller("departure with less cash", .departure(to: .elsewhere), cashCents: 999_999),
    ]

    static let everything = [
        goods(.cigarettes, 150_000), goods(.smokingTobacco, 70_000), goods(.spirits, 700),
        goods(.sparklingWine, 750), goods(.stillWine, 4000), goods(.beer, 16_000),
        goods(.other, 2000, valueCents: 29_900), goods(.medicines, 3000),
        goods(.infantFood, 2000), goods(.meatAndMilk, 1500), goods(.fish, 1000),
        goods(.arms, 1000), goods(.arms, 1000, origin: "SY"), goods(.protectedSpecies, 1000),
        goods(.furAndLeather, 1000, isProtected: true),
        goods(.furAndLeather, 1000, valueCents: 13_100),
        goods(.meatAndMilk, 10_500, origin: "GL"), goods(.meatAndMilk, 1000, origin: "AD"),
    ]

    private static func goods(
        _ kind: Traveller.Goods.Kind,
        _ thousandths: Int64,
        valueCents: Int64? = nil,
        origin: String? = nil,
        isPrepared: Bool = false,
        isProtected: Bool = false
    ) -> Traveller.Goods {
        Traveller.Goods(
            kind: kind,
            thousandths: thousandths,
            valueCents: valueCents,
            origin: origin,
            isPrepared: isPrepared,
            isProtected: isProtected
        )
    }

    static func traveller(
        _ name: String,
        _ route: TravellerDeclaration.Route,
        cashCents: Int64 = 0,
        basis: FigureBasis = .seed
    ) -> Scenario {
        let anne = Sample.person(Sample.anne, "Anne", "Weber", email: "anne.weber@example.lu")
        guard let applicant = anne.details else { preconditionFailure("she has details") }
        let declaration = TravellerDeclaration(
            identifier: Sample.request,
            applicant: applicant,
            route: route,
            cashCents: cashCents
        )
        let told = Traveller.Told(declaration, by: .shipped(basis))
        return Scenario(name, "traveller.answered", .requestAnswered(told.answer(to: Sample.anne)))
    }
}
