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
            kind?.rules.oneMovement == true ? .required : .optional
        )
        let office = data.text(of: Stated.office)
        let guarantee = data.stated(Stated.guarantee)
        guard let identifier, let applicant, let eori, let kind, let products else { return nil }
        var fields = RequestFields()
        fields[Stated.kind] = kind.rawValue
        fields[Stated.products] = Excise.Product.allCases.filter(products.contains)
            .map(\.rawValue).joined(separator: " ")
        fields[Stated.premises] = premises
        fields[Stated.movement] = movement
        fields[Stated.office] = office
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
        let sender = data.reportSender()
        let kind: Kind? =
            switch data.exactlyOne(of: [Reported.receivedOn.name, Reported.releasedOn.name]) {
            case Reported.receivedOn.name: .received
            case Reported.releasedOn.name: .released
            default: nil
            }
        let movement = data.movement(inLots: kind == .released)
        let day = kind.flatMap { data.date($0.field.name) }
        let goods = data.goods(.optional)
        let representation = data.representation()
        guard let sender, let movement, let kind, let day else {
            return nil
        }
        return GoodsReceipt(
            sender: sender,
            movement: movement,
            kind: kind,
            day: day,
            goods: goods,
            representation: representation
        )
    }
}

extension Fulfilment {
    /// `registration.excise.ac4`, which may say that the duty was paid as well.
    static func readDeclaration(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let isPaid = data.has(Paid.on.name) || data.has(Paid.amount.name)
        return read(
            &data,
            [.init(.declaration, Reported.declaredOn)] + (isPaid ? [.init(.payment, Paid.on)] : []),
            stating: isPaid ? [Paid.amount] : []
        )
    }

    /// `registration.excise.payment`.
    static func readPayment(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        read(&data, [.init(.payment, Paid.on)], stating: [Paid.amount, Paid.reference])
    }

    /// `registration.excise.report-of-receipt`.
    static func readReport(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let differences = data.differences()
        var own = RequestFields()
        own[Moved.differences] = differences?.joined(separator: "; ")
        return read(
            &data,
            [.init(.reportOfReceipt, Reported.reportedOn)],
            stating: [Moved.outcome],
            and: own
        )
    }

    /// `registration.excise.movement-closed`.
    static func readMovementClosed(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        read(
            &data,
            [.init(.receiptExpected, Reported.reportedOn)],
            stating: [Moved.outcome]
        )
    }

    /// `registration.excise.stock-record`.
    static func readStockRecord(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        read(&data, [.init(.stockRecord, Reported.recordedOn)])
    }

    private static func read(
        _ data: inout PayloadReader,
        _ deeds: [Deed],
        stating fields: [FieldDefinition] = [],
        and own: RequestFields = RequestFields()
    ) -> (any Command)? {
        let sender = data.reportSender()
        let movement = data.movement(
            inLots: deeds.contains { $0.duty == .declaration || $0.duty == .payment }
        )
        let done = deeds.compactMap { deed in data.date(deed.field.name).map { (deed, $0) } }
        let stated = data.stated(fields)
        let representation = data.representation()
        guard let sender, let movement, done.count == deeds.count
        else { return nil }
        return Fulfilment(
            sender: sender,
            movement: movement,
            done: done,
            stated: own.updated(with: stated),
            representation: representation
        )
    }
}

extension DutyPayment {
    static let kind = "duty"

    /// What else than the kind it says, which was read already.
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let actor = data.actor()
        let day = data.date(Paid.on.name)
        let stated = data.stated([Paid.amount])
        guard let identifier, let actor, let day else { return nil }
        return DutyPayment(identifier: identifier, actor: actor, day: day, stated: stated)
    }
}

extension Dispatch {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let sender = data.reportSender()
        let movement = data.movement()
        let consignee = data.consignee(.required)
        let goods = data.goods(.required)
        let day = data.date(Moved.dispatchedOn.name)
        let days = data.integer(Moved.journeyDays.name, in: journeyDays, .optional)
        let guarantee = data.stated(Stated.guarantee)
        let representation = data.representation()
        guard let sender, let movement, let consignee, let goods,
            let day
        else { return nil }
        var fields = consignee.fields
        fields[Moved.goods] = goods.text
        fields[Moved.dispatchedOn] = day.description
        return Dispatch(
            sender: sender,
            movement: movement,
            consignee: consignee,
            goods: goods,
            day: day,
            journeyDays: days,
            stated: fields.updated(with: guarantee),
            representation: representation
        )
    }
}

extension EMCSUsers {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let sender = data.reportSender()
        let users = data.accountIdentifiers(Reported.users.name)
        let mandate = data.mandate(.optional)
        guard let sender, let users else { return nil }
        return EMCSUsers(
            sender: sender,
            users: users,
            mandate: mandate
        )
    }
}

extension Verification {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        let number = data.exciseNumber()
        let day = data.date(Asked.on.name, .optional)
        let product = data.choice(Asked.product.name, of: Excise.Product.self, .optional)
        guard let identifier, let applicant, let number else { return nil }
        return Verification(
            identifier: identifier,
            applicant: applicant,
            number: number,
            day: day,
            product: product
        )
    }
}
