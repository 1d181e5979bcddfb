import Contract
import Domain
import Workflow

@testable import Correspondence
@testable import Procedures

extension Scenario {
    /// EMCS is away, and works again.
    static let emcsScenarios = fallbacks + resumed + news

    private static let catchUp = Excise.Duty.catchUp.rawValue

    private static let fallbacks = [false, true].flatMap { isOwnFault -> [Scenario] in
        var obligation = Sample.obligation(catchUp)
        if !isOwnFault { obligation.dueOn = nil }
        var fields = RequestFields([.init(name: "reason", value: "No answer\nsince <six>.")])
        if isOwnFault {
            fields[Away.ownFault] = "asked"
        } else {
            fields[Moved.consigneeNumber] = "FR00000ABCDEF"
        }
        return ["excise.fallback", "excise.fallback-confirmed"].map { template in
            var scenario = Scenario(
                isOwnFault ? "own fault" : "announced",
                template,
                .obligationOpened(obligation)
            )
            scenario.fields = fields
            return scenario
        }
    }

    private static let resumed = [true, false].map { hasManager in
        Scenario(
            hasManager ? catchUp : "\(catchUp), without a manager",
            "excise.due",
            .obligationChanged(
                Sample.obligation(catchUp),
                previous: .open,
                .postponed,
                by: .rule
            ),
            hasManager: hasManager
        )
    }

    private static let news = [Cascade.SystemWork.downTold, .upTold].flatMap { work in
        [nil, "Expected back\nat <noon>."].map { remarks in
            var scenario = Scenario(
                remarks == nil ? "plain" : "with remarks",
                work == .downTold ? "excise.emcs-down" : "excise.emcs-up",
                .cascade(
                    Cascade(
                        eori: nil,
                        change: .system(Excise.userEntitlement, work),
                        by: .rule,
                        since: Sample.start,
                        told: [Recipient(template: "", person: Sample.anne)]
                    ),
                    .done
                )
            )
            scenario.outage = Outage(
                identifier: OutageIdentifier(uuid(960)),
                system: Excise.userEntitlement,
                since: Sample.start,
                until: work == .upTold ? Sample.start.advanced(bySeconds: 3600) : nil,
                remarks: remarks
            )
            return scenario
        }
    }
}
