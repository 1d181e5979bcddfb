/// One of the register's records, whole.
public enum RegisterRecord: Hashable, Sendable {
    case person(Person)
    case request(Request)
    case economicOperator(EconomicOperator)
    case account(Account)
    case authorisation(Authorisation)
    case obligation(Obligation)
    case guarantee(Guarantee)
    case outage(Outage)
    /// An order to the account provisioner that is outstanding.
    case order(ProvisioningOrder)
    case cascade(Cascade)
    /// What a person was known by stands in the erasure of them, as long as it is under way.
    case erasure(PersonErasure)
}

/// What becomes of the register's records: all that a store has to know of what happened. A store
/// carries changes out, and interprets no event.
public enum RecordChange: Hashable, Sendable {
    /// A new record. Persons, operators, orders and erasures may come again, and take the place of
    /// what has the same identity; of anything else, adding what is there already is an error. A
    /// cascade gets its number by it.
    case add(RegisterRecord)
    /// Takes the place of the record with the same identity, which must be there. Of what a person
    /// was before, nothing may be left.
    case replace(RegisterRecord)
    /// Takes the record away. The journal's entries about a request are found by its id all the
    /// same.
    case remove(RegisterRecord)
    /// Free text about a request.
    case write(PersonalFile.Writing)
    /// A document that was named for a request.
    case document(PersonalFile.NamedDocument)
    /// What a request says besides what all requests say; takes the place of what had the same
    /// name.
    case state(RequestFields, of: RequestIdentifier)
    /// Texts, reasons and documents about a request are taken away.
    case eraseWritings(about: RequestIdentifier)
    /// What a request says besides what all requests say is taken away.
    case eraseFields(of: RequestIdentifier)
    /// From here on the surrogate stands in the place of the number, in what is written then: with
    /// the surrogate the number goes from all of that. Of a number that has one, it changes whose
    /// number it is.
    case conceal(Surrogate)
    /// The surrogate of the number goes, and with it the number, unless somebody is known whose
    /// number it is.
    case forgetNumber(EORI)
    /// What changes of the person's own were still to bring is not to come any more.
    case removeCascades(of: PersonIdentifier)
}

extension Event {
    /// What becomes of the register's records by the event.
    ///
    /// - Parameter register: As it was before the event: of somebody who is erased, the record is
    ///   read.
    public func changes(
        at now: Instant,
        in register: any RegisterView
    ) throws -> [RecordChange] {
        switch self {
        case .personRecorded(let person): [.add(.person(person))]
        case .personChanged(let person, _, _): [.replace(.person(person))]
        case .personErased(let identifier):
            try register.person(identifier).map { person in
                [
                    .add(.erasure(PersonErasure(person: person, beganAt: now))),
                    .remove(.person(person)), .removeCascades(of: identifier),
                ]
            } ?? []
        case .requestSubmitted(let request): [.add(.request(request))]
        case .requestChanged(let request, _, _, let remarks):
            [.replace(.request(request))] + Self.remarks(remarks, on: request.identifier, at: now)
        case .requestReminded(let request), .requestEscalated(let request),
            .requestKept(let request):
            [.replace(.request(request))]
        case .requestErased(let request):
            [
                .eraseWritings(about: request.identifier),
                .eraseFields(of: request.identifier),
                .remove(.request(request)),
            ]
        case .supplementReceived(let request, let supplement):
            Self.written(supplement.answer, .answer, about: request, at: now)
                + Self.named(supplement.documents, for: request, at: now)
        case .documentsNamed(let request, let documents):
            Self.named(documents, for: request, at: now)
        case .fieldsStated(let request, let fields): [.state(fields, of: request)]
        case .operatorRegistered(let economicOperator):
            [.add(.economicOperator(economicOperator))]
        case .operatorChanged(let economicOperator, _, _, let remarks):
            [.replace(.economicOperator(economicOperator))]
                + Self.remarks(remarks, on: economicOperator.request, at: now)
                + economicOperator.forgottenNumber
        case .accountOpened(let account): [.add(.account(account))]
        case .accountChanged(let account, _, _, _, let remarks):
            [.replace(.account(account))] + Self.remarks(remarks, on: account.request, at: now)
        case .authorisationGranted(let authorisation): [.add(.authorisation(authorisation))]
        case .authorisationChanged(let authorisation, _, _, _, let remarks):
            [.replace(.authorisation(authorisation))]
                + Self.remarks(remarks, on: authorisation.request, at: now)
        case .obligationOpened(let obligation): [.add(.obligation(obligation))]
        case .obligationChanged(let obligation, _, _, _): [.replace(.obligation(obligation))]
        case .guaranteeHeld(let guarantee, _, let remarks):
            [.add(.guarantee(guarantee))] + Self.remarks(remarks, on: guarantee.request, at: now)
        case .guaranteeChanged(let guarantee, _, _, _, let remarks):
            [.replace(.guarantee(guarantee))]
                + Self.remarks(remarks, on: guarantee.request, at: now)
        case .outageBegan(let outage, _): [.add(.outage(outage))]
        case .outageEnded(let outage, _): [.replace(.outage(outage))]
        case .provisioning(let order, let step):
            [step.leavesOrder ? .replace(.order(order)) : .remove(.order(order))]
        case .cascade(let cascade, .begun): [.add(.cascade(cascade))]
        case .cascade(let cascade, .continued): [.replace(.cascade(cascade))]
        case .cascade(let cascade, .done): [.remove(.cascade(cascade))]
        case .erasureBegun, .erasureTold, .erasureCompleted, .personDisclosed,
            .authorisationDisclosed, .requestAnswered, .lastManagerLost, .reportIgnored,
            .nothingToChange, .operated:
            []
        }
    }

    private static func named(
        _ documents: [Document],
        for request: RequestIdentifier,
        at now: Instant
    ) -> [RecordChange] {
        documents.map { .document(.init(request: request, recordedAt: now, document: $0)) }
    }

    private static func remarks(
        _ remarks: String?,
        on request: RequestIdentifier,
        at now: Instant
    ) -> [RecordChange] {
        guard let remarks, !remarks.isEmpty else { return [] }
        return written(remarks, .remarks, about: request, at: now)
    }

    private static func written(
        _ content: String,
        _ kind: FreeText.Kind,
        about request: RequestIdentifier,
        at now: Instant
    ) -> [RecordChange] {
        let text = FreeText(kind: kind, recordedAt: now, content: content)
        return [.write(.init(request: request, text: text))]
    }
}

extension EconomicOperator {
    /// Once nobody is known whose number it is, it stays as long as the operator is registered.
    fileprivate var forgottenNumber: [RecordChange] {
        kind == .naturalPerson && status == .revoked ? [.forgetNumber(eori)] : []
    }
}
