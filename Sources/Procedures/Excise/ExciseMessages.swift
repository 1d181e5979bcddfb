import Contract
import Domain

extension AuthorisationRequest {
    /// The longest description of premises or of a movement, in characters.
    static let longestDescription = 2000

    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let eori = data.eori()
        let kind = data.choice(Stated.kind.name, of: Excise.Kind.self)
        let products = data.choices(Stated.products.name, of: Excise.Product.self)
        let premises = data.text(
            Stated.premises.name,
            1...longestDescription,
            kind == .authorisedWarehousekeeper ? .required : .optional
        )
        let movement = data.text(
            Stated.movement.name,
            1...longestDescription,
            kind?.isTemporary == true ? .required : .optional
        )
        let guarantee = data.stated(Stated.guarantee)
        guard let identifier, let applicant, let eori, let kind, let products else { return nil }
        var fields = RequestFields()
        fields[Stated.kind] = kind.rawValue
        fields[Stated.products] = Excise.Product.allCases.filter(products.contains)
            .map(\.rawValue).joined(separator: " ")
        fields[Stated.premises] = premises
        fields[Stated.movement] = movement
        return AuthorisationRequest(
            identifier: identifier,
            applicant: applicant,
            eori: eori,
            fields: fields.updated(with: guarantee)
        )
    }
}

extension GoodsReceipt {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let number = data.exciseNumber()
        let movement = data.movement()
        let kind: Kind? =
            switch data.exactlyOne(of: [Reported.receivedOn.name, Reported.releasedOn.name]) {
            case Reported.receivedOn.name: .received
            case Reported.releasedOn.name: .released
            default: nil
            }
        let day = kind.flatMap { data.date($0.field.name) }
        guard let identifier, let applicant, let number, let movement, let kind, let day else {
            return nil
        }
        return GoodsReceipt(
            identifier: identifier,
            applicant: applicant,
            number: number,
            movement: movement,
            kind: kind,
            day: day
        )
    }
}

extension Fulfilment {
    static func read(
        _ data: inout PayloadReader,
        _ duty: Excise.Duty,
        dated field: FieldDefinition
    ) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let number = data.exciseNumber()
        let movement = data.movement()
        let day = data.date(field.name)
        guard let identifier, let applicant, let number, let movement, let day else { return nil }
        return Fulfilment(
            identifier: identifier,
            applicant: applicant,
            number: number,
            movement: movement,
            duty: duty,
            day: day,
            dayField: field
        )
    }
}

extension EMCSUsers {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let number = data.exciseNumber()
        let users = data.accountIdentifiers(Reported.users.name)
        guard let identifier, let applicant, let number, let users else { return nil }
        return EMCSUsers(
            identifier: identifier,
            applicant: applicant,
            number: number,
            users: users
        )
    }
}

extension Verification {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let number = data.exciseNumber()
        guard let identifier, let applicant, let number else { return nil }
        return Verification(identifier: identifier, applicant: applicant, number: number)
    }
}
