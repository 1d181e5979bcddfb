import Domain

@testable import Correspondence
@testable import Procedures

extension Scenario {
    static let reliefScenarios = reliefAsked + reliefDecided + [granted] + reliefDuties

    private static let reliefAsked: [Scenario] = [
        relief("household goods", "pending", .requestSubmitted(Sample.relief())),
        relief(
            "household goods, new ones and others that are not covered",
            "pending",
            .requestSubmitted(Sample.relief()),
            [
                "newValue": "500.00",
                "excluded": "alcohol tobacco commercial-vehicles tools-of-trade",
            ]
        ),
        relief(
            "household goods, against which something stands",
            "pending",
            .requestSubmitted(Sample.relief()),
            [
                "monthsAbroad": "11", "special": "I was called back.", "monthsOwned": "5",
                "ownedAndUsedAbroad": "false", "acquiredForImport": "true",
                "enteredOn": "2026-11-01",
            ]
        ),
        relief(
            "household goods, too late",
            "pending",
            .requestSubmitted(Sample.relief()),
            ["monthsAbroad": "11", "enteredOn": "2027-11-10"]
        ),
        relief(
            "household goods, too early",
            "pending",
            .requestSubmitted(Sample.relief()),
            ["enteredOn": "2026-05-01"]
        ),
        relief(
            "household goods of a diplomat",
            "pending",
            .requestSubmitted(Sample.relief()),
            ["diplomat": "true"]
        ),
        relief(
            "household goods, complete",
            "pending",
            .requestSubmitted(Sample.relief()),
            documents: Sample.reliefPapers
        ),
        relief(
            "vehicle",
            "pending",
            .requestSubmitted(Sample.relief(.vehicle)),
            ["declaredValue": "", "monthsOwned": "5", "kilometres": "6000"]
        ),
        relief(
            "vehicle, by law",
            "pending",
            .requestSubmitted(Sample.relief(.vehicle)),
            ["declaredValue": "", "kilometres": "6000", "figures.basis": "law"]
        ),
        relief(
            "wedding",
            "pending",
            .requestSubmitted(Sample.relief(.wedding)),
            [
                "declaredValue": "", "oneSpouseResident": "false", "presents": "1000.00 1000.01",
                "enteredOn": "2026-02-28", "figure.relief.new-present-duty": "1000.00",
                "figure.relief.new-present-vat": "200.00",
            ]
        ),
        relief(
            "wedding, too late",
            "pending",
            .requestSubmitted(Sample.relief(.wedding)),
            ["declaredValue": "", "enteredOn": "2026-09-02"]
        ),
        relief(
            "pets that nobody knows",
            "pending",
            .requestSubmitted(Sample.relief(.pet)),
            ["species": "dog", "count": "6", "identification": "none"]
        ),
        relief(
            "pets with a new tattoo",
            "pending",
            .requestSubmitted(Sample.relief(.pet)),
            [
                "species": "cat", "count": "1", "identification": "tattoo",
                "rabiesVaccinatedOn": "2026-11-08", "enteredOn": "2026-11-28",
            ]
        ),
        relief("new", "awaiting-you", .requestSubmitted(Sample.relief())),
        relief(
            "new, against which something stands",
            "awaiting-you",
            .requestSubmitted(Sample.relief(.vehicle)),
            ["declaredValue": "", "kilometres": "6000"]
        ),
        relief(
            "answer",
            "awaiting-you",
            changed(Sample.relief(revision: 2), by: .applicant),
            documents: Sample.reliefPapers
        ),
    ]

    private static let reliefDecided: [Scenario] = [
        relief(
            "provisional",
            changed(Sample.relief(revision: 2, approvals: ["provisional"]), by: authority)
        ),
        relief(
            "provisional, with remarks",
            "provisional",
            changed(
                Sample.relief(revision: 2, approvals: ["provisional"]),
                by: authority,
                remarks: "Keep the boxes.\nA visit follows."
            )
        ),
        relief("granted", changed(Sample.relief(.granted), by: authority)),
        relief(
            "granted, with remarks",
            "granted",
            changed(Sample.relief(.granted), by: authority, remarks: "Welcome to <Luxembourg>.")
        ),
        relief(
            "rejected",
            changed(Sample.relief(.rejected), by: authority, remarks: "The goods are new.")
        ),
        relief(
            "rejected by rule",
            "rejected",
            .requestSubmitted(Sample.relief(.rejected, reason: .rule(.notEligible)))
        ),
        relief(
            "not-required",
            .requestSubmitted(Sample.relief(.notRequired, reason: .exempt(.insideUnion)))
        ),
        relief(
            "information-requested",
            changed(
                Sample.relief(.awaitingInformation),
                by: authority,
                remarks: "Which of the goods are new?"
            )
        ),
        relief("withdrawn", changed(Sample.relief(.withdrawn), by: .applicant)),
        relief("expired", changed(Sample.relief(.expired), by: .timer("expire"))),
        relief("expired-approver", changed(Sample.relief(.expired), by: .timer("expire"))),
        relief("reminder", .requestReminded(expiring(Sample.relief()))),
        relief(
            "reminder, without an expiry",
            "reminder",
            .requestReminded(Sample.relief(.wedding))
        ),
        relief("escalation", .requestEscalated(Sample.relief())),
        relief(
            "deposit-back",
            changed(Sample.relief(.granted), by: authority),
            ["paid.deposit": "2669.14"]
        ),
        relief(
            "deposit-release",
            changed(Sample.relief(.granted), by: authority),
            ["paid.deposit": "2669.14"]
        ),
        relief(
            "deposit-kept",
            changed(Sample.relief(.rejected), by: authority, remarks: "The goods are new."),
            ["paid.deposit": "2000.00"]
        ),
        relief(
            "transfer-noticed",
            .requestSubmitted(Sample.relief(.transferNotice, .answered)),
            [
                "reliefRequestId": "\(Sample.request)", "what": "A piano,\nto my sister",
                "plannedOn": "2027-01-15", "kind": "lend",
            ]
        ),
    ]

    private static let granted: Scenario = {
        var granted = relief(
            "granted, with conditions",
            "granted",
            changed(Sample.relief(.granted), by: authority, remarks: "Welcome.")
        )
        let conditions = RequestFields([.init(name: "conditions", value: "Keep the list.")])
        granted.dossier.others = [.fieldsStated(Sample.request, conditions)]
        return granted
    }()

    private static let reliefDuties: [Scenario] =
        [Relief.Duty.documents, .residence, .marriage].flatMap { duty in
            let due = Sample.duty(duty)
            var late = due
            late.status = .overdue
            let reminded = Event.obligationChanged(
                due,
                previous: .open,
                .reminded,
                by: .timer("remind-obligation")
            )
            let overdue = Event.obligationChanged(
                late,
                previous: .open,
                .overdue,
                by: .timer("overdue")
            )
            var toOffice = relief("\(duty.rawValue), to customs", "documents-overdue", overdue)
            toOffice.dossier.isToOffice = true
            return [
                relief(duty.rawValue, "documents-reminder", reminded),
                relief(duty.rawValue, "documents-overdue", overdue), toOffice,
            ]
        } + [
            relief(
                "no-transfer-reminder",
                .obligationChanged(
                    Sample.duty(.noTransfer),
                    previous: .open,
                    .reminded,
                    by: .timer("remind-obligation")
                )
            ),
            relief(
                "no-transfer-over",
                .obligationChanged(
                    Sample.duty(.noTransfer),
                    previous: .open,
                    .met,
                    by: .timer("overdue")
                )
            ),
        ]

    /// Of the mail of the same name.
    private static func relief(
        _ mail: String,
        _ event: Event,
        _ fields: [String: String] = [:]
    ) -> Scenario {
        relief(mail, mail, event, fields)
    }

    /// - Parameter fields: What differs from a removal of which nothing is wrong; nothing for what
    ///   is not stated.
    private static func relief(
        _ name: String,
        _ mail: String,
        _ event: Event,
        _ fields: [String: String] = [:],
        documents: [Document] = []
    ) -> Scenario {
        var scenario = Scenario(name, "relief.\(mail)", event)
        let usual = [
            "declaredValue": "12345.67", "establishedOn": "2026-11-09", "monthsAbroad": "24",
            "monthsOwned": "12", "ownedAndUsedAbroad": "true", "acquiredForImport": "false",
            "residence": "never-here", "permanentResidencePermit": "true", "kilometres": "60000",
            "marriedOn": "2026-05-01", "oneSpouseResident": "true", "species": "bird",
            "count": "1", "identification": "transponder", "figure.relief.duty": "3.5",
            "figure.relief.vat": "15", "figure.relief.vat-uplift": "10",
            "figure.relief.settlement": "200.00", "figure.relief.months-abroad": "12",
            "figure.relief.months-owned": "6", "figure.relief.vehicle-months": "6",
            "figure.relief.vehicle-kilometres": "6000", "figures.basis": "seed",
        ]
        scenario.fields = RequestFields(
            usual.merging(fields) { $1 }.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
                .map { .init(name: $0.key, value: $0.value) }
        )
        scenario.dossier.documents = documents
        scenario.dossier.request = Sample.relief(.householdGoods, approvals: ["provisional"])
        switch event {
        case .obligationChanged(let obligation, _, _, _):
            let isProof = obligation.kind == Relief.Duty.marriage.rawValue
            scenario.dossier.request = Sample.relief(
                isProof ? .wedding : .householdGoods,
                approvals: ["provisional"]
            )
            scenario.dossier.obligations = [obligation]
        case .requestChanged(let request, _, _, _) where request.status == .granted:
            scenario.dossier.obligations = [Sample.duty(.noTransfer)]
        case .requestChanged(let request, _, _, _) where request.isProvisional:
            scenario.dossier.obligations = [Sample.duty(.documents)]
        default: break
        }
        return scenario
    }
}

extension Sample {
    static func relief(
        _ profile: Relief.Profile = .householdGoods,
        _ status: RequestStatus = .pending,
        revision: Int = 1,
        approvals: [String] = [],
        reason: RequestReason? = nil
    ) -> Request {
        Request(
            identifier: request,
            procedure: "relief",
            profile: profile.rawValue,
            person: anne,
            eori: nil,
            requested: .none,
            status: status,
            approvals: approvals,
            revision: revision,
            reason: reason,
            submittedAt: start
        )
    }

    static func relief(_ status: RequestStatus, reason: RequestReason? = nil) -> Request {
        relief(.householdGoods, status, revision: reason == nil ? 2 : 1, reason: reason)
    }

    static let reliefPapers = [
        "passport", "packing-list", "transport-document", "customs-declaration", "inventory",
        "used-goods-attestation", "relief-certificate", "residence-certificate",
    ].map { Document(kind: $0, reference: "GED-\($0)") }

    static func duty(_ duty: Relief.Duty) -> Obligation {
        Obligation(
            identifier: ObligationIdentifier(uuid(930)),
            procedure: "relief",
            kind: duty.rawValue,
            manner: duty == .noTransfer ? .refrain : .act,
            holder: .person(anne),
            authorisation: nil,
            reference: request.uuid.text,
            request: request,
            arisenOn: CivilDate(dayNumber: 20_778),
            dueOn: CivilDate(dayNumber: 20_958)
        )
    }
}
