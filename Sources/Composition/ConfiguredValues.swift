import Contract
import Domain
import Settings
import Workflow

extension Configuration {
    var publisherRoles: Publishers {
        Publishers(
            publishers.mapValues { roles in Set(roles.compactMap { PublisherRole(rawValue: $0) }) })
    }

    var procedureSettings: ProcedureSettings {
        ProcedureSettings(deadlines: [
            "access": ProcedureSettings.Deadlines(
                remindAfter: procedures.access.remindAfter.period,
                expireAfter: procedures.access.expireAfter.period)
        ])
    }
}

extension ConfiguredDuration {
    var period: Period {
        switch self {
        case .fixed(let seconds): .seconds(seconds)
        case .workingDays(let days): .workingDays(days)
        }
    }
}
