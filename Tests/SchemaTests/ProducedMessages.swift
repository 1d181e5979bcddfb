import Contract
import Correspondence
import Domain
import Foundation
import TestKit
import Workflow

@testable import Procedures

/// Messages as the program itself makes them: for every status, every kind of change, every
/// problem.
enum ProducedMessages {
    static let anne = PersonIdentifier(SequentialIdentifiers.identifier(1, series: 7))
    static let marc = PersonIdentifier(SequentialIdentifiers.identifier(2, series: 7))
    static let request = RequestIdentifier(
        SequentialIdentifiers.identifier(3, series: 7)
    )
    static let eori = EORI(canonical: "LU12345678")
    private static let operations = OperationSet([.import, .transit])
    static let start = Instant(seconds: 1_795_238_049)
    private static let cause = Cause(
        identifier: "portal-42",
        traceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        at: start
    )

    static func all() async throws -> [OutboundMessage] {
        let correspondent = Correspondent(
            templates: try TemplateLibrary(
                folder: Schemas.root.appending(path: "Config/templates").path,
                mails: ProcedureCatalogue.mails
            ),
            settings: CorrespondenceSettings(
                source: "urn:luccs:registrar",
                portalURL: "https://example.lu/luccs",
                languages: [.english, .french],
                authorityMailbox: "servicedesk@example.lu",
                supervisoryAuthority: "Commission nationale pour la protection des données",
                recordNames: ProcedureCatalogue.recordNames
            ),
            identifiers: SequentialIdentifiers()
        )
        return try await MemoryRegister().write { register in
            for event in known + knownOfRelief { try register.apply(event, at: start) }
            let all =
                requests + accounts + excise + mandates + guarantees + answers + relief
                + [.lastManagerLost(eori)]
            let followed = try all.flatMap {
                try correspondent.follow($0, register: register, cause: cause)
            }
            return followed + problems(from: correspondent) + [correspondent.announce(checkpoint)]
                + previews(of: followed, from: correspondent)
                + letters.map { correspondent.tell(of: $0, cause: cause) }
        }
    }

    // MARK: What the register knows

    private static let known: [Event] = [
        .personRecorded(person(anne, "Anne", languages: [.luxembourgish, .german])),
        .personRecorded(person(marc, "Marc", languages: nil)),
        .operatorRegistered(
            EconomicOperator(
                eori: eori,
                kind: .company,
                operations: operations,
                request: request
            )
        ),
        .accountOpened(account(of: marc, role: .legalRepresentative, status: .active)),
        .requestSubmitted(request(.granted, "authorisation", procedure: "excise")),
        .fieldsStated(
            request,
            RequestFields([
                .init(name: "kind", value: "registered-consignee"),
                .init(name: "products", value: "alcohol"),
            ])
        ),
        .authorisationGranted(authorisation),
    ]

    static let authorisation = Authorisation(
        number: AuthorisationNumber("LU00000123456"),
        procedure: "excise",
        kind: "registered-consignee",
        request: request,
        eori: eori,
        scope: ["alcohol"],
        validFrom: CivilDate(dayNumber: 20_788),
        validUntil: CivilDate(dayNumber: 21_000)
    )

    private static func person(
        _ identifier: PersonIdentifier,
        _ name: String,
        languages: [Language]?
    ) -> Person {
        Person(
            identifier: identifier,
            subject: "eaccess:\(name)",
            details: Applicant(
                subject: "eaccess:\(name)",
                authentication: .eIDAS,
                familyName: "d’Huart \"<&>\"",
                givenName: name,
                email: "\(name.lowercased())@example.lu",
                languages: languages
            )
        )
    }

    private static func account(
        of person: PersonIdentifier = anne,
        role: AccountRole = .employee,
        status: AccountStatus = .active,
        location: String? = nil
    ) -> Account {
        Account(
            identifier: AccountIdentifier(SequentialIdentifiers.identifier(9, series: 7)),
            person: person,
            eori: eori,
            request: request,
            role: role,
            operations: operations,
            status: status,
            location: location
        )
    }

    private static func request(
        _ status: RequestStatus,
        _ profile: String,
        reason: RequestReason? = nil,
        procedure: String = "access"
    ) -> Request {
        let isAboutOperations = procedure == "access" && profile != "employee"
        return Request(
            identifier: request,
            procedure: procedure,
            profile: profile,
            person: anne,
            eori: eori,
            requested: isAboutOperations ? operations : .none,
            authorised: procedure == "access" && status == .granted ? operations : .none,
            status: status,
            revision: 2,
            reason: reason,
            submittedAt: start
        )
    }

    private static let checkpoint = JournalCheckpoint(
        number: 1,
        sequence: 120,
        hash: [UInt8](repeating: 0xa5, count: 32),
        at: start,
        previous: JournalCheckpoint.noPrevious,
        key: [UInt8](repeating: 0x5a, count: 32),
        signature: [UInt8](repeating: 0x0f, count: 64)
    )

    private static let letters = DeadLetterReason.allCases.flatMap { reason in
        ["ntp-portal", nil].map { user in
            DeadLetter(
                identifier: DeadLetterIdentifier(SequentialIdentifiers.identifier(9, series: 7)),
                reason: reason,
                detail: "it names Anne",
                at: start,
                queue: user == nil ? nil : "registrar.registrations",
                routingKey: "registration.access.company",
                user: user,
                properties: MessageProperties(),
                body: []
            )
        }
    }

    // MARK: What happens

    private static let profiles = ["company", "employee", "natural-person", "operations"]

    private static let agreed: Event = {
        var agreed = request(.pending, "company")
        agreed.approvals = ["operator"]
        return .requestChanged(
            agreed,
            previous: .pending,
            by: .decisionMaker(marc, .manager),
            remarks: nil
        )
    }()

    private static let requests: [Event] = profiles.flatMap { profile in
        [Event.requestSubmitted(request(.pending, profile)), agreed]
            + ProblemCode.allCases.map {
                .requestSubmitted(request(.rejected, profile, reason: .rule($0)))
            }
            + RequestBasis.allCases.map {
                .requestChanged(
                    request(.withdrawn, profile, reason: .ended($0)),
                    previous: .pending,
                    by: .rule,
                    remarks: nil
                )
            }
            + RequestStatus.allCases.flatMap { status in
                RequestStatus.allCases.map { previous in
                    .requestChanged(
                        request(status, profile),
                        previous: previous,
                        by: .decisionMaker(marc, .manager),
                        remarks: status == .granted ? "Valid for \"sea\"\nand air.\t…" : nil
                    )
                }
            }
    }

    private static let accounts: [Event] =
        AccountRole.allCases.map { .accountOpened(account(role: $0, status: .provisioning)) }
        + AccountChange.allCases.flatMap { change in
            AccountStatus.allCases.flatMap { status in
                [nil, "https://idp.example.lu/scim/v2/Users/2819c223"].map { location in
                    let previous = account(location: location)
                    var next = previous
                    next.status = status
                    if change == .roleChanged { next.role = .manager }
                    if change == .entitlementsChanged {
                        next.entitlements = [Entitlement("emcs", under: authorisation.number)]
                    }
                    if change == .operationsChanged { next.operations = OperationSet([.transit]) }
                    return .accountChanged(
                        next,
                        previous: previous,
                        change,
                        by: .decisionMaker(marc, .customsAuthority),
                        remarks: "Left."
                    )
                }
            }
        }

    private static let excise: [Event] =
        RequestStatus.allCases.map { status in
            .requestChanged(
                request(status, "authorisation", procedure: "excise"),
                previous: .pending,
                by: .decisionMaker(marc, .exciseOffice),
                remarks: "See the file."
            )
        }
        + AuthorisationChange.allCases.map {
            .authorisationChanged(
                authorisation,
                previous: .active,
                $0,
                by: .timer("lapse"),
                remarks: nil
            )
        }
        + [authorisation, nil].map {
            .authorisationDisclosed(
                AuthorisationDisclosure(
                    request: request,
                    number: authorisation.number,
                    authorisation: $0,
                    finding: $0 == nil ? .notHere : .valid,
                    on: authorisation.validFrom,
                    elsewhere: Excise.verificationService.default
                )
            )
        }
        + ProcedureCatalogue.obligationKinds.flatMap { kind in
            ObligationStatus.allCases.flatMap { status in
                let obligation = Obligation(
                    identifier: ObligationIdentifier(
                        SequentialIdentifiers.identifier(4, series: 7)
                    ),
                    procedure: "excise",
                    kind: kind,
                    holder: .economicOperator(eori),
                    authorisation: kind == "ac4-declaration" ? authorisation.number : nil,
                    reference: "M-1",
                    request: request,
                    arisenOn: CivilDate(dayNumber: 20_777),
                    dueOn: status == .open ? nil : CivilDate(dayNumber: 20_783),
                    status: status
                )
                return [Event.obligationOpened(obligation)]
                    + ObligationChange.allCases.map {
                        .obligationChanged(obligation, previous: .open, $0, by: .applicant)
                    }
            }
        }

    private static func previews(
        of messages: [OutboundMessage],
        from correspondent: Correspondent
    ) -> [OutboundMessage] {
        Disposition.allCases.flatMap { outcome in
            [ProblemCode.schema, nil].map { code in
                correspondent.preview(
                    of: "registration.excise.receipt",
                    request: request,
                    outcome: outcome.rawValue,
                    code: code,
                    messages: messages,
                    cause: cause
                )
            }
        }
    }

    private static func problems(from correspondent: Correspondent) -> [OutboundMessage] {
        let pointers = ["", "/data", "/data/operations/0", "/data/a~1b"]
        return ProblemCode.allCases.flatMap { code in
            [request, nil].map { request in
                correspondent.problem(
                    Problem(
                        code,
                        "what is wrong",
                        findings: pointers.map { Finding(pointer: $0, detail: "is wrong") }
                    ),
                    envelope: Envelope(
                        identifier: "portal-42",
                        source: "urn:luccs:ntp-portal",
                        type: "lu.etat.do.registration.access.company.v1",
                        time: start,
                        subject: request?.description,
                        traceParent: nil
                    ),
                    request: request,
                    cause: cause
                )
            }
        }
    }
}
