import Domain
import TestKit

@testable import Procedures

// What is told of mandates and guarantees.
extension ProducedMessages {
    /// Of a company and of a natural person whose number was erased, each in either form.
    static let mandates: [Event] = {
        let erased = EORI(SequentialIdentifiers.identifier(4, series: 7))
        return [eori, erased].flatMap { eori in
            Excise.Representation.allCases.flatMap { changes(of: mandate($0, for: eori)) }
        }
    }()

    private static func mandate(
        _ representation: Excise.Representation,
        for eori: EORI
    ) -> Authorisation {
        let isDirect = representation == .direct
        return Authorisation(
            number: AuthorisationNumber(SequentialIdentifiers.identifier(5, series: 7).text),
            procedure: "excise",
            kind: representation.authorisationKind,
            request: request,
            eori: EORI(canonical: "LU87654321"),
            counterparty: eori,
            scope: isDirect ? ["emcs", "ac4"] : ["ac4"],
            validFrom: CivilDate(dayNumber: 20_788),
            validUntil: isDirect ? nil : CivilDate(dayNumber: 21_000)
        )
    }

    private static func changes(of mandate: Authorisation) -> [Event] {
        var events: [Event] = [.authorisationGranted(mandate)]
        for status in AuthorisationStatus.allCases {
            var changed = mandate
            changed.status = status
            for change in AuthorisationChange.allCases {
                events.append(
                    .authorisationChanged(
                        changed,
                        previous: .active,
                        change,
                        by: .rule,
                        remarks: change == .revoked ? "See the file." : nil
                    )
                )
            }
        }
        return events
    }

    static let guarantees = [nil, "M-1"].flatMap { reference in
        let held = Guarantee(
            identifier: GuaranteeIdentifier(SequentialIdentifiers.identifier(5, series: 7)),
            procedure: "excise",
            holder: .economicOperator(eori),
            authorisation: reference == nil ? authorisation.number : nil,
            reference: reference,
            request: request,
            amountCents: 50_000
        )
        return [held].compactMap(\.self).flatMap { held in
            [Event.guaranteeHeld(held, by: .rule, remarks: nil)]
                + GuaranteeChange.allCases.flatMap { change in
                    [held.changed(change, cents: 50_000), held.changed(change, cents: 1)]
                        .compactMap(\.self).map {
                            .guaranteeChanged(
                                $0,
                                previous: .held,
                                change,
                                by: .rule,
                                remarks: "See the file."
                            )
                        }
                }
        }
    }

    /// What travellers are told of every kind of goods, by either basis, wherever they come from,
    /// and of cash.
    static let answers: [Event] = FigureBasis.allCases.flatMap { basis in
        let goods = Traveller.Goods.Kind.allCases.flatMap { kind in
            [1_000_000, 500, 0].filter { kind.unit != .piece || $0 % 1000 == 0 }.map {
                Traveller.Goods(kind: kind, thousandths: $0, valueCents: 12_345, origin: "GL")
            }
        }
        let arrivals = Traveller.Journey.Origin.allCases.map { from in
            TravellerDeclaration.Route.arrival(
                .init(arrivingFrom: from, means: .air, age: 30),
                goods
            )
        }
        return (arrivals + [.departure(to: .elsewhere)]).map { route -> Event in
            let declaration = TravellerDeclaration(
                identifier: request,
                applicant: traveller,
                route: route,
                cashCents: 1_000_000
            )
            let told = Traveller.Told(declaration, by: .shipped(basis))
            return .requestAnswered(told.answer(to: anne))
        }
    }

    private static let traveller = Applicant(
        subject: "eaccess:anne",
        authentication: .eIDAS,
        familyName: "Weber",
        givenName: "Anne",
        email: "anne@example.lu"
    )
}
