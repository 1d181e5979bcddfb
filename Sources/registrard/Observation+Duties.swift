import Domain
import Operations
import Procedures
import Storage

extension Observation {
    /// Copies how many authorisations, obligations and guarantees there are, and what is away.
    func copyDuties(_ figures: RegisterFigures) {
        for kind in ProcedureCatalogue.authorisationKinds {
            for status in AuthorisationStatus.allCases {
                metrics.state.authorisations[kind, status.rawValue]?
                    .set(figures.authorisations[kind]?[status] ?? 0)
            }
        }
        for kind in ProcedureCatalogue.obligationKinds {
            for status in ObligationStatus.allCases {
                metrics.state.obligations[kind, status.rawValue]?
                    .set(figures.obligations[kind]?[status] ?? 0)
            }
        }
        for status in GuaranteeStatus.allCases {
            metrics.state.guarantees[status.rawValue]?.set(figures.guarantees[status] ?? 0)
        }
        for system in ProcedureCatalogue.systems {
            metrics.state.systemsAway[system]?.set(figures.systemsAway.contains(system) ? 1 : 0)
        }
    }
}
