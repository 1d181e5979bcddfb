import Contract
import Domain
import Testing
import Workflow

@testable import Correspondence
@testable import Procedures

@Suite("What a traveller is told by mail")
struct TravellerTests {
    private func mail(_ name: String, _ languages: [Language] = [.english]) throws -> SentData {
        let scenario = Scenario.travellerScenarios.first { $0.name == name }
        return try #require(try scenario?.mail(in: languages))
    }

    @Test("languages, the age for alcohol and where baggage is cleared are told (R14, R36)")
    func advice() throws {
        let arrival = try mail("arrival with nothing").text
        #expect(arrival.contains("first airport of entry in Luxembourg"))
        #expect(arrival.contains("labelled to a destination outside Luxembourg"))
        #expect(arrival.contains("another Schengen state"))
        #expect(arrival.contains("French, German and Luxembourgish"))
        #expect(arrival.contains("drinking alcohol is 16"))
        #expect(!(try mail("departure with much cash").text.contains("baggage")))
    }

    @Test("what is seized, and that there is no limit, is told above a guide level (R17)")
    func seized() throws {
        let text = try mail("arrival from the Union").text
        #expect(text.contains("1. Cigarettes, 801: 1 above the guide level of 800\n"))
        #expect(text.contains("2. Sparkling wine, 61 l: 1 l above the guide level of 60 l\n"))
        #expect(text.contains("3. Beer, 1 l: free\n"))
        #expect(text.contains("may seize what is meant for trade"))
    }

    @Test("cash is declared on the Union's own form, of which the answer is none (R31, R37)")
    func cash() throws {
        for name in ["arrival by air, of everything", "departure with much cash"] {
            let text = try mail(name).text
            #expect(text.contains("EUR\u{a0}10,000.00 or more, on the Union's own form"))
            #expect(text.contains("not that declaration"))
        }
        let less = try mail("departure with less cash").text
        #expect(less.contains("nothing has to be declared"))
    }

    @Test("every language writes its own numbers")
    func languages() throws {
        let name = "arrival of a young traveller, by the law"
        let english = try mail(name, [.english]).text
        #expect(english.contains("1,062.5 kg: 20 kg free, declare 1,042.5 kg"))
        #expect(try mail(name, [.french]).text.contains("1\u{a0}062,5 kg: 20 kg en franchise"))
        #expect(try mail(name, [.german]).text.contains("1.062,5 kg: 20 kg frei"))
        #expect(try mail(name, [.luxembourgish]).text.contains("1 × 150,01\u{a0}EUR: 1 umellen"))
    }

    @Test("what is said of 200 goods in four languages fits into a message")
    func size() throws {
        let kind = try #require(
            Traveller.Goods.Kind.allCases.max { one, other in
                func length(_ kind: Traveller.Goods.Kind) -> Int {
                    Language.allCases.map { language in
                        Traveller.AllowanceTable.shipped(.seed).name(of: kind, in: language)
                            .utf8.count
                    }.reduce(0, +)
                }
                return length(one) < length(other)
            }
        )
        let goods = [kind, .other].flatMap { kind in
            Array(
                repeating: Traveller.Goods(
                    kind: kind,
                    thousandths: kind.unit == .piece ? 999_999_000 : 999_999_999,
                    valueCents: 999_999_999_999_999
                ),
                count: 100
            )
        }
        let journey = Traveller.Journey(arrivingFrom: .elsewhere, means: .air, age: 34)
        let scenario = Scenario.traveller("many", .arrival(journey, goods), cashCents: 1)
        let sent = try Sample.correspondent().follow(
            scenario.event,
            register: Sample.register(languages: Language.allCases),
            cause: Sample.cause
        )
        #expect(sent.count == 2)
        for message in sent {
            #expect(message.body.count <= EventWriter.maximumBodyBytes, "\(message.body.count)")
        }
    }
}
