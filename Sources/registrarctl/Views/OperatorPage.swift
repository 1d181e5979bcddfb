import Contract
import Domain
import Storage

/// What the store knows of an operator; of long lists the beginning.
struct OperatorPage {
    let eori: EORI
    /// Nil while nobody has let it in.
    let record: EconomicOperator?
    /// Of what is still to be done, what is due first.
    let dueNext: Obligation?
    let accountCount: Int
    let sections: [ListSection]

    /// Nil where nothing is known of it.
    init?(of eori: EORI, in store: SQLiteRegisterReader, _ limit: LimitOptions) throws {
        record = try store.economicOperator(eori)
        let requests = try limit.first { try Self.openRequests(of: eori, in: store, limit: $0) }
        guard record != nil || !requests.items.isEmpty else { return nil }
        self.eori = eori
        let obligations = try limit.first {
            try store.obligations(ObligationFilter(eori: eori, limit: $0))
        }
        dueNext = obligations.items.first { $0.dueOn != nil } ?? obligations.items.first
        accountCount = try store.accountCount(of: eori)
        sections = [
            .obligations(obligations, command: "obligation list --eori \(eori)"),
            .authorisations(
                try limit.first { try store.authorisations(of: eori, limit: $0) },
                command: "authorisation list --eori \(eori)"
            ),
            .authorisations(
                try limit.first { try store.authorisations(toActFor: eori, limit: $0) },
                "authorisationsOfOthers",
                title: "Authorisations of others to act for it",
                command: "operator show \(eori) --limit N"
            ),
            .guarantees(
                try limit.first { try store.guarantees(of: eori, limit: $0) },
                command: "guarantee list --eori \(eori)"
            ),
            Self.section(requests, of: eori),
            try Self.accounts(of: eori, in: store, limit, total: accountCount),
        ]
    }

    /// The newest first.
    private static func openRequests(
        of eori: EORI,
        in store: SQLiteRegisterReader,
        limit: Int
    ) throws -> [Request] {
        let requests = try RequestStatus.allCases.filter(\.isOpen).flatMap {
            try store.requests(RequestFilter(status: $0, eori: eori, limit: limit))
        }
        return Array(requests.sorted { $0.submittedAt > $1.submittedAt }.prefix(limit))
    }

    private static func section(
        _ requests: (items: [Request], rest: ListingRest),
        of eori: EORI
    ) -> ListSection {
        ListSection(
            "requests",
            title: "Open requests",
            of: requests,
            columns: [.text("REQUEST"), .text("SUBMITTED"), .text("PROFILE"), .text("STATUS")],
            command: "request list --eori \(eori)"
        ) { request in
            [
                Cell(request.identifier.description), Cell(LocalTime.short(request.submittedAt)),
                Cell("\(request.procedure)/\(request.profile)"),
                Cell(request.status.rawValue, request.status.style),
            ]
        } write: {
            RequestJSON.write($0, to: &$1)
        }
    }

    private static func accounts(
        of eori: EORI,
        in store: SQLiteRegisterReader,
        _ limit: LimitOptions,
        total: Int
    ) throws -> ListSection {
        let accounts = try limit.first { try store.accounts(of: eori, limit: $0) }
        var holders: [PersonIdentifier: Person] = [:]
        for account in accounts.items where holders[account.person] == nil {
            holders[account.person] = try store.person(account.person)
        }
        let known = holders
        return ListSection(
            "accounts",
            title: "Accounts",
            of: accounts,
            columns: [
                .text("ACCOUNT"), .flexible("HOLDER"), .text("ROLE"), .text("STATUS"),
                .flexible("OPERATIONS", isOptional: true),
            ],
            command: "account list --eori \(eori)",
            total: total
        ) { account in
            [
                Cell(account.identifier.description),
                Cell(known[account.person]?.details?.displayName ?? ""),
                Cell(account.role.rawValue), Cell(account.status.rawValue, account.status.style),
                Cell(account.operations.text),
            ]
        } write: {
            RequestJSON.write($0, holder: known[$0.person], to: &$1)
        }
    }

    func write(to json: inout JSONWriter) {
        json.member("eori", eori.number)
        json.member("kind", record?.kind.rawValue)
        json.member("status", record?.status.rawValue)
        json.member("operations", (record?.operations.list ?? []).map(\.rawValue))
        json.member("requestId", record?.request.description)
        if let dueNext {
            json.object("dueNext") { DutyJSON.write(dueNext, to: &$0) }
        } else {
            json.member("dueNext", JSONValue.null)
        }
        json.member("accountCount", accountCount)
        ListSection.write(sections, to: &json)
    }

    func text(on screen: Screen) -> String {
        var fields = Fields()
        if let record {
            fields.add("Kind", record.kind.rawValue.replacing("-", with: " "))
            let isIn = record.status == .registered
            fields.add("Status", Cell(record.status.rawValue, isIn ? .good : .bad))
            fields.add("Operations", record.operations.text)
            fields.add("Request", record.request.description)
        } else {
            fields.add("Status", Cell("not registered", .waiting))
        }
        fields.add(
            "Due next",
            dueNext.map { Cell("\($0.day), \($0.inWords)", $0.status.style) } ?? "nothing"
        )
        return fields.text(on: screen, under: "Operator \(eori)")
            + sections.map { $0.text(on: screen) }.joined()
    }
}

extension Obligation {
    /// By when it is to be done.
    var day: String { dueOn?.description ?? "open" }

    /// What is to be done, about what, and whether it is late.
    fileprivate var inWords: String {
        let number = authorisation.map { ", under authorisation \($0)" } ?? ""
        let isLate = status == .overdue ? "; overdue" : ""
        return "\(kindInWords) on \(reference)\(number)\(isLate)"
    }
}
