import Domain
import Operations
import Procedures
import Storage

extension Observation {
    /// Copies how many authorisations, obligations and guarantees there are.
    func copyDuties(_ figures: RegisterFigures) {
        for kind in ProcedureCatalogue.authorisationKinds {
            for status in AuthorisationStatus.allCases {
                metrics.authorisations(
                    kind: kind,
                    status: status.rawValue,
                    count: figures.authorisations[kind]?[status] ?? 0
                )
            }
        }
        for kind in ProcedureCatalogue.obligationKinds {
            for status in ObligationStatus.allCases {
                metrics.obligations(
                    kind: kind,
                    status: status.rawValue,
                    count: figures.obligations[kind]?[status] ?? 0
                )
            }
        }
        for status in GuaranteeStatus.allCases {
            metrics.guarantees(status: status.rawValue, count: figures.guarantees[status] ?? 0)
        }
    }
}
