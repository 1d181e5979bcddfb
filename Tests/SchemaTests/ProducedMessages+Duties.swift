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
}
