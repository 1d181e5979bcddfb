import Contract
import Domain
import Testing

@testable import Procedures

/// What holds of every deposit and every checklist, whatever is declared and handed in.
@Suite("Relief: deposits and papers") struct ReliefTests {
    private static let bill = DossierTables.shippedBills["deposit"]

    /// What a request for household goods states, with the figures of that basis.
    private func stated(_ cents: Int64, _ basis: FigureBasis) throws -> RequestFields {
        var stated = RequestFields()
        stated[Relieved.declaredValue] = Euros.text(cents)
        let figures = try #require(Self.bill).figures(stated)
        let day = try #require(CivilDate("2026-11-20"))
        return stated.updated(with: Figures.shipped.frozen(figures, on: day, by: basis))
    }

    @Test(
        "for every cent up to 100,000.00 the parts are what the formula says (R05, R10)",
        arguments: [(FigureBasis.seed, Int64(165)), (.law, 187)]
    )
    func everyCent(_ basis: FigureBasis, perMille: Int64) throws {
        let stated = try stated(0, basis)
        let duty = try #require(stated.thousandths(Figures.frozen("relief.duty")))
        let vat = try #require(stated.thousandths(Figures.frozen("relief.vat")))
        let uplift = try #require(stated.thousandths(Figures.frozen("relief.vat-uplift")))
        var wrong: [Int64] = []
        for cents: Int64 in 0...10_000_000
        where Bill.share(of: cents, rate: duty, uplift: 0) != (cents * 35 + 500) / 1000
            || Bill.share(of: cents, rate: vat, uplift: uplift) != (cents * perMille + 500) / 1000
        {
            wrong.append(cents)
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    }

    @Test("the parts are rounded each by itself, and sum up to the total (R10)")
    func partsAndTotal() throws {
        let bill = try #require(Self.bill)
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(seed: seed)
        let amounts =
            [0, 1, 14, 15, 100, 100_009, 1_234_567, 999_999_999]
            + (0..<2000).map { _ in Int64.random(in: 0...999_999_999, using: &random) }
        for cents in amounts {
            let lines = bill.lines(try stated(cents, .seed))
            let expected = [(cents * 35 + 500) / 1000, (cents * 165 + 500) / 1000, 20_000]
            #expect(lines.map(\.part.name) == ["duty", "vat", "settlement"])
            #expect(lines.map(\.cents) == expected, "seed \(seed): \(cents)")
            #expect(lines.totalCents == expected.reduce(0, +), "seed \(seed): \(cents)")
        }
    }

    @Test("figures of a later file change nothing of what somebody was told")
    func figuresAreFrozen() throws {
        let bill = try #require(Self.bill)
        let told = try stated(1_234_567, .seed)
        let later = Figures(
            Figures.shipped.all.map { figure in
                Figure(
                    identifier: figure.identifier,
                    unit: figure.unit,
                    stated: figure.stated.map {
                        Figure.Stated(value: "99", file: $0.file, taken: $0.taken)
                    }
                )
            }
        )
        let day = try #require(CivilDate("2026-11-20"))
        let again = told.updated(with: later.frozen(bill.figures(told), on: day, by: .seed))
        #expect(bill.lines(told).totalCents == 266_914)
        #expect(bill.lines(again).totalCents != 266_914)
    }

    @Test("no paper ever adds to what is missing, or to what stands against relief")
    func papersOnlyHelp() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(seed: seed)
        let day = try #require(CivilDate("2026-11-20"))
        for round in 0..<2000 {
            let profiles = Relief.Profile.allCases.dropLast()
            let profile = try #require(profiles.randomElement(using: &random))
            let request = request(profile)
            let checklist = try #require(Relief.checklist(for: request))
            var dossier = Dossier(stated: Self.facts(&random), documents: [])
            dossier.arrivedOn = Relief.arrival(in: dossier.stated)
            var missing = Set(checklist.open(dossier, on: day).map(\.item.name))
            var findings = Set(Relief.findings(on: dossier, of: profile))
            for _ in 0..<12 {
                dossier.documents.append(Self.document(of: checklist, &random))
                let now = Set(checklist.open(dossier, on: day).map(\.item.name))
                let found = Set(Relief.findings(on: dossier, of: profile))
                let place = "seed \(seed), round \(round): \(dossier)"
                #expect(now.isSubset(of: missing), "\(place)")
                #expect(found.isSubset(of: findings), "\(place)")
                (missing, findings) = (now, found)
            }
        }
    }

    private func request(_ profile: Relief.Profile) -> Request {
        Request(
            identifier: RequestIdentifier(CountedIdentifiers(after: 0).next()),
            procedure: Relief.name,
            profile: profile.rawValue,
            person: PersonIdentifier(CountedIdentifiers(after: 1).next()),
            eori: nil,
            requested: .none,
            submittedAt: Scene.start
        )
    }

    private static func facts(_ random: inout SplitMix) -> RequestFields {
        var facts = RequestFields()
        let days = ["2026-05-20", "2026-11-09", "2026-11-28", "2027-06-20"]
        let choices: [(FieldDefinition, [String])] = [
            (Relieved.establishedOn, days), (Relieved.enteredOn, days), (Relieved.marriedOn, days),
            (Relieved.declaredValue, ["0.00", "100.00"]), (Relieved.newValue, ["0.00", "100.00"]),
            (Relieved.monthsAbroad, ["11", "12"]), (Relieved.monthsOwned, ["5", "6"]),
            (Relieved.kilometres, ["6000", "6001"]),
            (Relieved.residence, Relief.Residence.allCases.map(\.rawValue)),
            (Relieved.species, Relief.Species.allCases.map(\.rawValue)),
            (Relieved.identification, Relief.Identification.allCases.map(\.rawValue)),
            (Relieved.rabiesVaccinatedOn, days), (Relieved.count, ["5", "6"]),
        ]
        let flags = [
            Relieved.ownedAndUsedAbroad, Relieved.acquiredForImport, Relieved.diplomat,
            Relieved.permanentResidencePermit, Relieved.employerAttestation, Relieved.passesUnion,
            Relieved.residenceMoved, Relieved.oneSpouseResident,
        ]
        for (field, values) in choices + flags.map({ ($0, ["true", "false"]) })
        where Bool.random(using: &random) {
            facts[field] = values.randomElement(using: &random)
        }
        return facts
    }

    private static func document(of checklist: Checklist, _ random: inout SplitMix) -> Document {
        let kinds = checklist.items.flatMap { $0.alternatives.joined().map(\.kind) }
        let attests = Document.Attestation.allCases.filter { _ in Bool.random(using: &random) }
        let issuedOn = ["2026-01-01", "2026-11-19"].randomElement(using: &random)
        return Document(
            kind: (kinds + [Relief.undertaking, Relief.declaration136F, "diary"])
                .randomElement(using: &random) ?? "",
            reference: "P-\(Int.random(in: 0..<8, using: &random))",
            issuedOn: issuedOn.flatMap { CivilDate($0) },
            attests: attests
        )
    }

    @Test("limits of the law are those of the days on which they end (R42)")
    func windowsOfWeddings() throws {
        // The first and the last day for wedding days that months have, and have not.
        for (married, first, last) in [
            ("2027-05-01", "2027-03-01", "2027-09-01"), ("2026-12-31", "2026-10-31", "2027-04-30"),
            ("2028-04-29", "2028-02-29", "2028-08-29"), ("2027-04-30", "2027-02-28", "2027-08-30"),
        ] {
            func codes(enteringOn day: CivilDate) -> [String] {
                var stated = RequestFields()
                stated[Relieved.marriedOn] = married
                stated[Relieved.enteredOn] = day.description
                stated[Relieved.oneSpouseResident] = "true"
                let dossier = Dossier(stated: stated, documents: [])
                return Relief.findings(on: dossier, of: .wedding).map(\.code)
            }
            let first = try #require(CivilDate(first))
            let last = try #require(CivilDate(last))
            #expect(codes(enteringOn: first.adding(days: -1)) == ["too-early"])
            #expect(codes(enteringOn: first) == [])
            #expect(codes(enteringOn: last) == [])
            #expect(codes(enteringOn: last.adding(days: 1)) == ["too-late"])
        }
    }
}
