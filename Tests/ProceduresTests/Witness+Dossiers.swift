import Contract
import Domain

// What is wrong with steps, plates and exemptions.
extension Witness {
    func objections(toDossier event: Event, after message: ExampleMessage) throws -> [String] {
        switch event {
        case .requestSubmitted(let request): objections(toAsked: request, after: message)
        case .requestChanged(let request, _, _, _):
            switch request.procedure {
            case "vehicle": try objections(toVehicle: request, after: message)
            case "relief": objections(toRelief: request, after: message)
            default: []
            }
        case .fieldsStated(let request, let fields):
            objections(toStated: fields, of: request, after: message)
        default: []
        }
    }

    /// Nothing is granted by asking for it, and nothing is free but for the reasons that there are.
    private func objections(
        toAsked request: Request,
        after message: ExampleMessage
    ) -> [String] {
        guard ["vehicle", "relief"].contains(request.procedure) else { return [] }
        switch request.status {
        case .pending:
            let given = Set(request.approvals).intersection(["customs", "file", "provisional"])
            return given.isEmpty ? [] : ["took the step \(given.sorted()) by asking"]
        case .answered: return request.profile == "transfer-notice" ? [] : ["answered at once"]
        case .notRequired:
            let isCompanys =
                message.said("situation") == "company-car" && message.said("companyCountry") == "BE"
                && message.isSaid("registeredThere") && message.isSaid("usedInPerson")
            let isExempt =
                request.procedure == "relief"
                ? message.said("arrivingFrom") == "eu"
                : message.said("situation") == "student" || isCompanys
            return isExempt ? [] : ["exempt without a reason"]
        // An installation that has the law on its side has a rule refuse.
        case .rejected where request.procedure == "relief": return []
        default: return ["\(request.status.rawValue) by asking"]
        }
    }

    private func objections(
        toVehicle request: Request,
        after message: ExampleMessage
    ) throws -> [String] {
        let before = register.records.requests[request.identifier]
        let had = Set(before?.approvals ?? [])
        let won = Set(request.approvals).subtracting(had)
        var found: [String] = []
        func decided(_ role: ActorRole, _ deed: String) -> [String] {
            objections(toDecider: message, as: [role], about: request.person, deed)
        }
        if won.contains("customs") { found += decided(.customsAuthority, "cleared a vehicle") }
        if request.status == .granted || won.contains("file") {
            found += decided(.vehicleAuthority, "registered a vehicle")
            if !had.isSuperset(of: ["number", "insurance", "stamp", "customs"]) {
                found.append("a vehicle was registered before its steps")
            }
        }
        if !had.isSubset(of: request.approvals) { found.append("a step was taken back") }
        if won.contains("customs"), !had.isSuperset(of: ["number", "insurance", "stamp"]) {
            found.append("a vehicle was cleared before its steps")
        }
        if [.rejected, .awaitingInformation].contains(request.status) {
            found += decided(
                had.contains("customs") ? .vehicleAuthority : .customsAuthority,
                "decided on a vehicle"
            )
        }
        return found
    }

    private func objections(toRelief request: Request, after message: ExampleMessage) -> [String] {
        let before = register.records.requests[request.identifier]
        let isProvisional =
            request.approvals.contains("provisional")
            && before?.approvals.contains("provisional") != true
        guard request.status == .granted || request.status == .rejected || isProvisional else {
            return []
        }
        return objections(
            toDecider: message,
            as: [.customsAuthority],
            about: request.person,
            "decided on relief"
        ) + (request.profile == "pet" && isProvisional ? ["a pet came in for a deposit"] : [])
    }

    /// What a decision alone says of a request.
    private func objections(
        toStated fields: RequestFields,
        of identifier: RequestIdentifier,
        after message: ExampleMessage
    ) -> [String] {
        guard let request = register.records.requests[identifier],
            ["vehicle", "relief"].contains(request.procedure)
        else { return [] }
        return fields.names.flatMap { name -> [String] in
            let role: ActorRole
            switch name.split(separator: ".").first {
            case "plateNumber": role = .vehicleAuthority
            case "waived":
                role = request.procedure == "relief" ? .customsAuthority : .vehicleAuthority
            case "customsReference", "acceptedOn", "conditions": role = .customsAuthority
            default: return []
            }
            return objections(
                toDecider: message,
                as: [role],
                about: request.person,
                "stated \(name)"
            )
        }
    }
}

extension ExampleMessage {
    fileprivate func isSaid(_ name: String) -> Bool {
        members.contains { $0.name == name && $0.value == .boolean(true) }
    }
}
