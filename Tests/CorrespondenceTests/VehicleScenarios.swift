import Contract
import Domain
import Workflow

@testable import Correspondence
@testable import Procedures

extension Scenario {
    /// A vehicle, from the request to the plate, and what comes after.
    static let vehicleScenarios: [Scenario] =
        submitted + steps + ended + [
            vehicle(
                "reminder",
                .requestReminded(Sample.vehicle(["number", "insurance", "stamp"]))
            ),
            vehicle(
                "escalation",
                .requestEscalated(Sample.vehicle(["number", "insurance", "stamp"]))
            ),
        ] + duties

    private static let done = ["number", "insurance", "stamp"]

    private static let submitted: [Scenario] = [
        vehicle("about to move", "pending", .requestSubmitted(Sample.vehicle()), arrived: false),
        vehicle("arrived", "pending", .requestSubmitted(Sample.vehicle())),
        vehicle(
            "with notes",
            "pending",
            .requestSubmitted(Sample.vehicle()),
            [
                ("vehicle.vin", "OIQ 1"), ("situation", "company-car"), ("companyCountry", "LU"),
                ("vehicle.new", "true"), ("plate.kind", "personalised"), ("boughtAtSNCA", "true"),
            ],
            documents: [Document(kind: "library-card", reference: "B-1")]
        ),
        vehicle(
            "student",
            "not-required",
            .requestSubmitted(Sample.vehicle(status: .notRequired, reason: .exempt(.student)))
        ),
        vehicle(
            "company car",
            "not-required",
            .requestSubmitted(Sample.vehicle(status: .notRequired, reason: .exempt(.companyCar)))
        ),
        vehicle(
            "customs",
            "awaiting-you",
            .requestSubmitted(Sample.vehicle(done)),
            documents: Sample.papers
        ),
    ]

    private static let steps: [Scenario] = [
        answered("a paper for a later step", "step", [], handedIn: 1),
        answered("three steps", "step", done, handedIn: 3),
        answered("an answer without papers", "step", done, handedIn: 0, arrived: false),
        answered("customs, by an answer", "awaiting-you", done, handedIn: 3),
        answered("answer", "awaiting-you", done + ["customs"], handedIn: 0),
        vehicle("cleared", cleared),
        vehicle(
            "a third party's file",
            "awaiting-you",
            cleared,
            [("owner.familyName", "O'Neill"), ("owner.givenName", "<Marie>")],
            documents: Sample.papers
        ),
    ]

    private static let ended: [Scenario] =
        [
            vehicle(
                "granted",
                changed(.granted, by: .vehicleAuthority, remarks: nil),
                [("plateNumber", "AB1234")]
            ),
            vehicle(
                "granted, with remarks",
                "granted",
                changed(.granted, by: .vehicleAuthority, remarks: "Drive\nsafely."),
                [("plateNumber", "AB1234")]
            ),
            vehicle("rejected", changed(.rejected, by: .customsAuthority, remarks: "Not <yours>.")),
            vehicle(
                "rejected, without a day",
                "rejected",
                changed(.rejected, by: .vehicleAuthority, remarks: "Not yours."),
                arrived: false
            ),
            vehicle(
                "information-requested",
                changed(.awaitingInformation, by: .vehicleAuthority, remarks: "Which\ncolour?")
            ),
        ]
        + [RequestStatus.withdrawn, .expired].flatMap { status in
            [true, false].map { arrived in
                vehicle(
                    arrived ? "with a day" : "without a day",
                    status.rawValue,
                    .requestChanged(
                        Sample.vehicle(done, status: status, revision: 2),
                        previous: .pending,
                        by: status == .expired ? .timer("expire") : .applicant,
                        remarks: nil
                    ),
                    arrived: arrived
                )
            }
        } + [
            vehicle(
                "expired",
                "expired-approver",
                .requestChanged(
                    Sample.vehicle(done, status: .expired, revision: 2),
                    previous: .pending,
                    by: .timer("expire"),
                    remarks: nil
                )
            )
        ]

    private static let duties: [Scenario] = [
        duty("deadline-reminder", .registration, .reminded),
        duty("deadline-overdue", .registration, .overdue),
        duty("road-tax-reminder", .disc, .reminded),
        duty("road-tax-reminder", .disc, .reminded, charged: true),
        duty("immobilisation", .roadTax, .reminded),
        duty("immobilisation", .roadTax, .reminded, charged: true),
    ]

    private static let cleared = Event.requestChanged(
        Sample.vehicle(done + ["customs"], revision: 2),
        previous: .pending,
        by: .decisionMaker(Sample.official, .customsAuthority),
        remarks: nil
    )

    private static func changed(
        _ status: RequestStatus,
        by role: ActorRole,
        remarks: String?
    ) -> Event {
        .requestChanged(
            Sample.vehicle(done + ["customs"], status: status, revision: 3),
            previous: .pending,
            by: .decisionMaker(Sample.official, role),
            remarks: remarks
        )
    }

    private static func answered(
        _ name: String,
        _ mail: String,
        _ passed: [String],
        handedIn count: Int,
        arrived: Bool = true
    ) -> Scenario {
        let papers = count == 1 ? [Sample.papers[3]] : Array(Sample.papers.prefix(count))
        var scenario = vehicle(
            name,
            mail,
            .requestChanged(
                Sample.vehicle(passed, revision: 2),
                previous: .pending,
                by: .applicant,
                remarks: nil
            ),
            documents: papers,
            arrived: arrived
        )
        scenario.dossier.others = [
            .supplementReceived(Sample.request, Supplement(answer: "here", documents: papers))
        ]
        return scenario
    }

    private static func duty(
        _ mail: String,
        _ duty: Vehicle.Duty,
        _ change: ObligationChange,
        charged: Bool = false
    ) -> Scenario {
        vehicle(
            charged ? "charged" : change.rawValue,
            mail,
            .obligationChanged(
                Sample.vehicleDuty(duty),
                previous: .open,
                change,
                by: .timer("remind-obligation")
            ),
            [("plateNumber", "AB1234")] + (charged ? [("charge.road-tax", "1180.50")] : []),
            of: duty == .registration
                ? Sample.vehicle(done)
                : Sample.vehicle(done + ["customs", "file"], status: .granted)
        )
    }

    /// Of a mail that has one case.
    private static func vehicle(
        _ mail: String,
        _ event: Event,
        _ stated: [(String, String)] = []
    ) -> Scenario {
        vehicle(mail, mail, event, stated)
    }

    private static func vehicle(
        _ name: String,
        _ mail: String,
        _ event: Event,
        _ stated: [(String, String)] = [],
        documents: [Document] = [],
        arrived: Bool = true,
        of request: Request? = nil
    ) -> Scenario {
        var scenario = Scenario(name, "vehicle.\(mail)", event)
        scenario.fields = Sample.vehicleFields(arrived: arrived)
            .updated(with: RequestFields(stated.map { .init(name: $0.0, value: $0.1) }))
        scenario.dossier.documents = documents
        scenario.dossier.request = request
        scenario.dossier.obligations =
            (arrived ? [Sample.vehicleDuty(.registration)] : [])
            + [Sample.vehicleDuty(.disc), Sample.vehicleDuty(.roadTax)]
        return scenario
    }
}

extension Sample {
    static func vehicle(
        _ passed: [String] = [],
        status: RequestStatus = .pending,
        revision: Int = 1,
        reason: RequestReason? = nil
    ) -> Request {
        var request = request(
            profile: Vehicle.profile,
            status: status,
            revision: revision,
            requested: .none,
            reason: reason,
            procedure: Vehicle.name
        )
        request.approvals = passed
        request.expireAt = status.isOpen ? start.advanced(bySeconds: 210 * 86_400) : nil
        return request
    }

    static let papers = [
        Document(kind: "number-confirmation", reference: "N-1"),
        Document(
            kind: "insurance",
            reference: "P-1",
            validUntil: CivilDate(year: 2027, month: 10, day: 31)
        ),
        Document(kind: "chancellery-stamp", reference: "T-1"),
        Document(kind: "registration-certificate-application", reference: "A-1"),
        Document(
            kind: "technical-inspection",
            reference: "I-1",
            validUntil: CivilDate(year: 2026, month: 1, day: 31),
            country: "FR"
        ),
    ]

    static func vehicleFields(arrived: Bool) -> RequestFields {
        var fields = RequestFields(
            [
                ("situation", "resident"), ("vehicle.vin", "WVWZZZ1JZXW000001"),
                ("vehicle.make", "Volkswagen <VW>"), ("vehicle.firstRegisteredOn", "2019-03-01"),
                ("vehicle.originCountry", "FR"), ("vehicle.originEEA", "true"),
                ("vehicle.new", "false"), ("vehicle.modified", "false"),
                ("vehicle.kilometres", "60000"), ("vehicle.registrationParts", "1"),
                ("holderIsOwner", "true"), ("plate.kind", "standard"), ("boughtAtSNCA", "false"),
                ("subjectToInspection", "true"), ("submittedBy", "owner"),
                ("figure.stamp", "50.00"), ("figure.plate.personalised", "50.00"),
                ("figure.stamp.snca", "3.00"), ("customsReference", "26LU000000000000A1"),
            ].map { .init(name: $0.0, value: $0.1) }
        )
        if arrived { fields["arrivalDeclaredOn"] = "2026-11-09" }
        return fields
    }

    static func vehicleDuty(_ duty: Vehicle.Duty) -> Obligation {
        let days = [Vehicle.Duty.registration: 20_949, .disc: 20_818, .roadTax: 20_818]
        return Obligation(
            identifier: ObligationIdentifier(uuid(960 + duty.rawValue.count)),
            procedure: Vehicle.name,
            kind: duty.rawValue,
            holder: .person(anne),
            authorisation: nil,
            reference: request.uuid.text,
            request: request,
            arisenOn: CivilDate(dayNumber: 20_766),
            dueOn: CivilDate(dayNumber: days[duty] ?? 0)
        )
    }
}

/// What is put together for a request, beside what it states.
struct DossierSample {
    /// The request itself, where it is not the event's.
    var request: Request?
    var documents: [Document] = []
    var obligations: [Obligation] = []
    /// What happens besides.
    var others: [Event] = []
    /// Whether the mail to the office is meant, where the applicant is sent one as well.
    var isToOffice = false

    func add(to register: SmallRegister) {
        if let request { register.requests = [request] }
        register.records.documents[Sample.request] = documents.map {
            .init(request: Sample.request, recordedAt: Sample.start, document: $0)
        }
        if !obligations.isEmpty { register.records.obligations = RecordLayer(obligations) }
    }
}
