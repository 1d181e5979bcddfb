import Contract
import Domain

// Where there are several offices, the request for an authorisation, or its grant, says which one
// answers for all that is about it.
extension Excise {
    static func notices(of event: Event, in context: NoticeContext) throws -> [Notice] {
        var notices = try mails(about: event, in: context)
        guard !notices.isEmpty, let request = try request(behind: event, in: context),
            let office = try context.register.fields(of: request)[Stated.office]
        else { return notices }
        for index in notices.indices { notices[index].office = office }
        return notices
    }

    /// The request for the authorisation that the event is about.
    private static func request(
        behind event: Event,
        in context: NoticeContext
    ) throws -> RequestIdentifier? {
        switch event {
        case .requestSubmitted(let request), .requestChanged(let request, _, _, _),
            .requestReminded(let request), .requestEscalated(let request):
            request.identifier
        case .authorisationChanged(let authorisation, _, _, _, _): authorisation.request
        case .obligationOpened(let obligation), .obligationChanged(let obligation, _, _, _):
            try obligation.authorisation.flatMap { try context.register.authorisation($0)?.request }
        default: nil
        }
    }
}

extension RequestFields {
    /// - Throws: `Problem` with the code `schema` for an office that is not set.
    func checkOffice(_ settings: ProcedureSettings) throws {
        let offices = settings.values[Excise.offices]
        guard let office = self[Stated.office], offices[office] == nil else { return }
        let names = offices.keys.sorted().joined(separator: ", ")
        throw Problem(
            .schema,
            at: Stated.office.pointer,
            names.isEmpty
                ? "there is one office here, which needs no name" : "must be one of \(names)"
        )
    }
}
