import Contract
import Domain

extension ReliefRequest {
    static func read(_ data: inout PayloadReader, of profile: Relief.Profile) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        var stated = data.stated(Relieved.fields(of: profile))
        if profile == .wedding { stated[Relieved.presents] = data.presents() }
        let documents = data.documents()
        guard let identifier, let applicant else { return nil }
        return ReliefRequest(
            identifier: identifier,
            applicant: applicant,
            profile: profile,
            stated: stated,
            documents: documents ?? []
        )
    }
}

extension PayloadReader {
    /// `presents`: what each is worth; nil where there are none.
    fileprivate mutating func presents() -> String? {
        let value = FieldDefinition(
            "value",
            Relieved.presents.meaning,
            Relieved.declaredValue.form
        )
        let values = list(Relieved.presents.name, count: 0...500, .optional) { present in
            present.text(of: value)
        }
        guard let values, !values.isEmpty else { return nil }
        return values.joined(separator: " ")
    }
}

extension TransferNotice {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let stated = data.stated(Relieved.fields(of: .transferNotice))
        guard let identifier, let applicant,
            let relief = stated[Relieved.reliefRequest].flatMap(RequestIdentifier.init),
            let plannedOn = stated.day(Relieved.plannedOn)
        else { return nil }
        return TransferNotice(
            identifier: identifier,
            applicant: applicant,
            relief: relief,
            plannedOn: plannedOn,
            stated: stated
        )
    }
}
