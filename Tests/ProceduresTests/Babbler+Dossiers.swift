import Contract
import Domain

@testable import Procedures

// What is said of vehicles, of relief, and by travellers.
extension Babbler {
    static func dossier(_ babbler: inout Babbler) throws -> ExampleMessage {
        switch babbler.number(0...19) {
        case 0, 1: try babbler.vehicle()
        case 2, 3: try babbler.relief()
        case 4...7: try babbler.papers()
        case 8...12: try babbler.dossierDecision()
        case 13: try babbler.charge("approval.charge", "dueOn")
        case 14, 15: try babbler.charge("approval.payment", "paidOn")
        case 16: try babbler.transferNotice()
        case 17: try babbler.declaration()
        case 18: try babbler.timer()
        default: try babbler.preview(of: dossier(&babbler))
        }
    }

    private static let vehiclePapers = [
        "number-confirmation N-1", "insurance P-1 until 2028-10-31", "chancellery-stamp T-1",
        "registration-certificate-application A-1", "foreign-registration-document F-1",
        "technical-inspection I-1 until 2028-05-01 from FR", "certificate-of-conformity C-1",
        "bill-of-sale B-1", "mandate M-1", "owner-identity O-1", "conformity-sticker S-1",
        "customs-document D-1", "insurance P-2 until 2026-11-21", "library-card L-1",
    ]
    private static let reliefPapers = [
        "passport P-1", "packing-list P-2", "transport-document P-3", "customs-declaration P-4",
        "inventory P-5", "used-goods-attestation P-6", "relief-certificate P-7",
        "residence-certificate P-8", "title P-9", "purchase-invoice P-10", "undertaking U-1",
        "insurance P-11 issued 2026-01-01", "form-136 W-1", "inventory-certificate W-2",
        "spouses-residence W-3", "marriage-certificate W-4", "ownership-proof P-12",
        "vaccination-record B-1", "veterinary-certificate B-2", "diary L-1",
    ]

    /// Most of what a file needs, or little of it.
    private mutating func some(_ papers: [String]) -> String? {
        let part = pick([1, 7, 8])
        let named = papers.filter { _ in chance(part, of: 8) }
        return named.isEmpty ? nil : named.joined(separator: ";")
    }

    // MARK: Applicants

    private mutating func vehicle() throws -> ExampleMessage {
        let isThirdParty = chance(1, of: 8)
        let hasArrived = chance(2, of: 3)
        let situation = pick(["resident", "resident", "resident", "student", "company-car"])
        let isCompanys = situation == "company-car"
        let origin = pick(["", "; originCountry=US; originEEA=false", "; originCountry=US"])
        let relief = scene.register.requests.last { $0.procedure == "relief" }
        return try said(
            "registration.vehicle.import",
            [
                ("requestId", "x\(step)"), ("applicant", pick(Self.people)),
                ("situation", situation),
                ("companyCarUse", isCompanys ? "manager" : nil),
                ("companyCountry", isCompanys ? pick(["BE", "LU", "CH"]) : nil),
                ("registeredThere", isCompanys ? "\(chance(2, of: 3))" : nil),
                ("usedInPerson", isCompanys ? "\(chance(2, of: 3))" : nil),
                ("vehicle", "vin=WVWZZZ1JZXW00000\(number(1...3))\(origin)"),
                ("plate", pick(["standard", "personalised WEBER1", "transferred AB1234"])),
                ("arrivalDeclaredOn", hasArrived ? day(-200...1) : nil),
                ("commune", hasArrived ? "Mersch" : nil),
                ("subjectToInspection", chance(1, of: 8) ? "false" : nil),
                ("submittedBy", isThirdParty ? "third-party" : "owner"),
                ("owner", isThirdParty ? "Marie Muller" : nil),
                (
                    "reliefRequestId",
                    chance(1, of: 8) ? relief.map { scene.name(of: $0.identifier) } : nil
                ),
                ("documents", some(Self.vehiclePapers)),
            ]
        )
    }

    private mutating func relief() throws -> ExampleMessage {
        let profile = pick(["household-goods", "household-goods", "vehicle", "wedding", "pet"])
        var members: [(String, String?)] = [
            ("requestId", "x\(step)"), ("applicant", pick(Self.people)),
            ("arrivingFrom", chance(1, of: 8) ? "eu" : nil),
            ("documents", some(Self.reliefPapers)),
        ]
        if profile != "pet", chance(1, of: 2) { members.append(("enteredOn", day(-60...10))) }
        switch profile {
        case "household-goods":
            members += [
                ("declaredValue", cents(upTo: 10_000_000)),
                ("establishedOn", chance(1, of: 3) ? "null" : nil),
                ("residence", pick([nil, "returning", "unregistered"])),
                ("diplomat", chance(1, of: 8) ? "true" : nil),
            ]
        case "vehicle":
            members += [
                ("vin", "WVWZZZ1JZXW00000\(number(1...3))"),
                ("kilometres", pick(["6000", "6001"])),
            ]
        case "wedding": members.append(("marriedOn", day(-30...30)))
        default: members.append(("species", pick(["dog", "cat", "bird"])))
        }
        return try said("registration.relief.\(profile)", members)
    }

    private static func isDossier(_ request: Request) -> Bool {
        ["vehicle", "relief"].contains(request.procedure)
    }

    private mutating func papers() throws -> ExampleMessage {
        let request = request { Self.isDossier($0) && ($0.status.isOpen || $0.status == .granted) }
        let sender: [(String, String?)] = [
            ("requestId", request), ("applicant", applicant(of: request)),
        ]
        guard chance(15, of: 16) else { return try said("registration.withdrawal", sender) }
        let known = scene.requestIdentifier(request).flatMap { scene.register.records.requests[$0] }
        let isRelief = known?.procedure == "relief"
        let hasArrived = !isRelief && chance(1, of: 4)
        return try said(
            "registration.supplement",
            sender + [
                ("documents", some(isRelief ? Self.reliefPapers : Self.vehiclePapers)),
                ("arrivalDeclaredOn", hasArrived ? day(-200...1) : nil),
                ("commune", hasArrived ? "Mersch" : nil),
                ("establishedOn", isRelief && chance(1, of: 3) ? day(-20...1) : nil),
            ]
        )
    }

    private mutating func transferNotice() throws -> ExampleMessage {
        let relief = request { $0.procedure == "relief" && $0.status == .granted }
        return try said(
            "registration.relief.transfer-notice",
            [
                ("requestId", "x\(step)"), ("applicant", applicant(of: relief)),
                ("reliefRequestId", relief), ("plannedOn", day(-1...400)),
            ]
        )
    }

    private mutating func declaration() throws -> ExampleMessage {
        try said(
            "registration.traveller.declaration",
            [
                ("requestId", chance(1, of: 8) ? request { _ in true } : "x\(step)"),
                ("applicant", pick(Self.people)), ("age", "\(number(14...20))"),
                ("goods", "\(number(0...300)) cigarettes, 1 other at \(cents(upTo: 60_000))"),
                ("cash", cents(upTo: 2_000_000)),
            ]
        )
    }

    // MARK: Authorities

    private mutating func dossierDecision() throws -> ExampleMessage {
        let request = request { Self.isDossier($0) && $0.status.isOpen }
        let known = scene.requestIdentifier(request).flatMap { scene.register.records.requests[$0] }
        let outcome = pick(["granted", "granted", "granted", "granted", "granted", "rejected"])
        let isGranted = outcome == "granted"
        let isRelief = known?.procedure == "relief"
        let isCleared = known?.approvals.contains("customs") == true
        let isAtFile = !isRelief && isCleared != chance(1, of: 10)
        let isProvisional = isRelief && isGranted && chance(1, of: 3)
        let waived = pick(["inspection", "insurance", "passport", "customs", "diary"])
        return try said(
            "approval.decision",
            [
                ("requestId", request),
                (
                    "actor",
                    isAtFile
                        ? official("sam", .vehicleAuthority) : official("carla", .customsAuthority)
                ),
                ("outcome", isGranted ? outcome : pick([outcome, "information-requested"])),
                (
                    "customsReference",
                    !isRelief && isGranted && !isAtFile ? "26LU000000000000A1" : nil
                ),
                (
                    "plateNumber",
                    isAtFile && isGranted ? pick(["AB1234", "AB1235", "12345"]) : nil
                ),
                ("provisional", isProvisional ? "true" : nil),
                ("acceptedOn", isRelief && isGranted && chance(1, of: 3) ? day(-9...1) : nil),
                ("waive", isGranted && chance(1, of: 5) ? waived : nil),
                ("remarks", isGranted && chance(1, of: 2) ? nil : "see the file"),
                ("revision", chance(1, of: 8) ? "\(number(1...4))" : nil),
            ]
        )
    }

    private mutating func charge(_ name: String, _ field: String) throws -> ExampleMessage {
        let obligations = scene.register.obligations.filter(\.status.isRunning)
        if !obligations.isEmpty, chance(1, of: 10) {
            let obligation = pick(obligations)
            let actor =
                obligation.procedure == "vehicle"
                ? official("sam", .vehicleAuthority) : official("carla", .customsAuthority)
            return try said(
                "approval.obligation",
                [
                    ("obligation", self.name(of: obligation)), ("metOn", day(-2...1)),
                    ("actor", actor),
                ]
            )
        }
        let request = request { request in
            Self.isDossier(request)
                && (request.status == .granted
                    || request.status.isOpen && request.approvals.contains("provisional"))
        }
        let known = scene.requestIdentifier(request).flatMap { scene.register.records.requests[$0] }
        let kinds =
            known?.procedure == "vehicle"
            ? ["road-tax"] : [known?.status == .granted ? "charges" : "deposit"]
        let kind = chance(1, of: 8) ? pick(["road-tax", "charges", "deposit"]) : pick(kinds)
        return try said(
            name,
            [
                ("requestId", request), ("actor", official("carla", .customsAuthority)),
                ("kind", kind), ("amount", cents(upTo: 20_000)),
                (field, day(name == "approval.charge" ? -1...90 : -3...1)),
            ]
        )
    }
}
