import Contract
import Domain

/// `registration.traveller.declaration`: what somebody brings along, or which cash leaves. Answered
/// at once; what it says is kept nowhere.
struct TravellerDeclaration: Command {
    enum Route: Hashable {
        case arrival(Traveller.Journey, [Traveller.Goods])
        case departure(to: Traveller.Destination)

        var variant: MailVariant {
            switch self {
            case .arrival: "arrival"
            case .departure: "departure"
            }
        }
    }

    let identifier: RequestIdentifier
    let applicant: Applicant
    let route: Route
    let cashCents: Int64

    var request: RequestIdentifier? { identifier }
    var speaker: String? { applicant.subject }

    func decide(in context: DecisionContext) throws -> Outcome {
        guard try context.register.request(identifier) == nil else {
            return .refuse(.requestIsKnown)
        }
        let (person, recorded) = try PersonLookup(context: context).applicant(applicant)
        let request = Request(
            identifier: identifier,
            procedure: Traveller.name,
            profile: Traveller.profile,
            person: person.identifier,
            eori: nil,
            requested: .none,
            status: .answered,
            submittedAt: context.now
        )
        let table = Traveller.AllowanceTable.shipped(context.settings.figureBasis)
        let told = Traveller.Told(self, by: table)
        return .apply(
            recorded + [
                .requestSubmitted(request), .requestAnswered(told.answer(to: person.identifier)),
            ]
        )
    }

    /// Whether the cash enters or leaves the Union, and has to be declared.
    func hasCashToDeclare(by table: Traveller.AllowanceTable) -> Bool {
        let crossesBorder =
            switch route {
            case .arrival(let journey, _): journey.arrivingFrom != .union
            case .departure(let destination): destination == .elsewhere
            }
        return crossesBorder && cashCents >= table.cashFromCents
    }
}

extension Traveller {
    /// What a traveller is told, to programs and in a mail.
    struct Told {
        let declaration: TravellerDeclaration
        let table: AllowanceTable
        let assessment: Assessment
        let hasCashToDeclare: Bool

        init(_ declaration: TravellerDeclaration, by table: AllowanceTable) {
            self.declaration = declaration
            self.table = table
            hasCashToDeclare = declaration.hasCashToDeclare(by: table)
            assessment =
                switch declaration.route {
                case .arrival(let journey, let goods): Assessment(of: goods, on: journey, by: table)
                case .departure: .nothing
                }
        }

        func answer(to person: PersonIdentifier) -> RequestAnswer {
            RequestAnswer(
                request: declaration.identifier,
                answer: disclosure,
                notice: mail(to: person)
            )
        }

        private var disclosure: Answer {
            Answer(
                routingKey: "disclosure.traveller",
                members: [
                    .init("basis", .text(table.basis.rawValue)),
                    .init("asOf", .text(table.asOf.description)),
                    .init("lines", .objects(assessment.lines.map(Self.members))),
                    .init("cash", .object([.init("outcome", .text(cashOutcome))])),
                    .init(
                        "share",
                        .object(assessment.shares.map { .init($0.name, .text($0.decimals)) })
                    ),
                ]
            )
        }

        private var cashOutcome: String {
            hasCashToDeclare ? "declare" : Outcome.free.rawValue
        }

        private static func members(_ line: Assessment.Line) -> [Answer.Member] {
            let limit: Answer.Value =
                switch line.limit {
                case .thousandths(let limit): .thousandths(limit)
                case .cents(let limit): .text(Euros.text(limit))
                case nil: .text(nil)
                }
            return [
                .init("goods", .count(line.index)),
                .init("kind", .text(line.goods.kind.rawValue)),
                .init("outcome", .text(line.outcome.rawValue)),
                .init("free", .thousandths(line.free)),
                .init("over", .thousandths(line.over)),
                .init("limit", limit),
                .init("unit", .text(line.goods.kind.unit.rawValue)),
                .init("rule", .text(line.rule.name)),
            ]
        }
    }
}

extension Traveller.Assessment.Share {
    /// With all three decimals, such as `0.990`.
    fileprivate var decimals: String {
        "\(thousandths / 1000)." + String(1000 + thousandths % 1000).dropFirst()
    }
}
