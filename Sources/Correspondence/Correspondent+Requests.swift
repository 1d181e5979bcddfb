import Contract
import Domain

extension Correspondent {
    /// - Parameters:
    ///   - previous: Nil when it has just arrived.
    ///   - fields: What its procedure says of it; nil where it has no status.
    func requestStatus(
        _ request: Request,
        previous: RequestStatus?,
        remarks: String?,
        _ fields: StatusFields?,
        cause: Cause
    ) -> [OutboundMessage] {
        guard let fields else { return [] }
        let status = message(
            "status.request",
            subject: request.identifier.uuid.text,
            stream: request.person.uuid.text,
            cause: cause
        ) { data in
            data.member("requestId", request.identifier.uuid.text)
            data.member("procedure", request.procedure)
            data.member("status", request.status.rawValue)
            data.member("previous", previous?.rawValue)
            data.member("revision", request.revision)
            data.member("at", request.changedAt.description)
            data.operations("operations", request.currentOperations)
            data.member("remarks", remarks)
            data.optionalMember("reason", request.reason?.rawValue)
            if !request.approvals.isEmpty { data.member("accepted", request.approvals) }
            for field in fields { data.member(field.name, field.value) }
            guard !request.kept.isEmpty else { return }
            data.array("kept") { list in
                for record in request.kept {
                    list.object { kept in
                        kept.member("what", record.rawValue)
                        kept.member("why", ProblemCode.retentionDuty.rawValue)
                    }
                }
            }
        }
        return [status]
    }
}
