import Domain
import Workflow

// What becomes of records: each change has its statements.
extension SQLiteTransaction {
    func carryOut(_ change: RecordChange) throws {
        switch change {
        case .add(let record): try add(record)
        case .replace(let record): try replace(record)
        case .remove(let record): try remove(record)
        case .write(let writing): try keep(writing)
        case .document(let document): try keep(document)
        case .state(let fields, let request): try state(fields, of: request)
        case .eraseWritings(let request):
            for name in [Statement.deleteTexts, .deleteDocuments, .deleteReasons] {
                try delete(name, of: request)
            }
        case .eraseFields(let request): try delete(.deleteFields, of: request)
        case .conceal(let surrogate): try conceal(surrogate)
        case .forgetNumber(let eori): try forget(eori)
        case .removeCascades(let person): try removeCascades(of: person)
        }
    }

    private func add(_ record: RegisterRecord) throws {
        switch record {
        case .person(let person): try self.record(person)
        case .request(let request): try insert(request)
        case .economicOperator(let economicOperator): try self.record(economicOperator)
        case .account(let account): try insert(account)
        case .authorisation(let authorisation): try insert(authorisation)
        case .obligation(let obligation): try insert(obligation)
        case .guarantee(let guarantee): try insert(guarantee)
        case .outage(let outage): try insert(outage)
        case .order(let order): try self.record(order)
        case .cascade(let cascade): try insert(cascade)
        case .erasure(let erasure): try begin(erasure)
        }
    }

    private func replace(_ record: RegisterRecord) throws {
        switch record {
        case .person(let person):
            try self.record(person)
            // What was corrected is to be gone as well.
            connection.state.traces += 1
        case .request(let request): try update(request)
        case .economicOperator(let economicOperator): try self.record(economicOperator)
        case .account(let account): try update(account)
        case .authorisation(let authorisation): try update(authorisation)
        case .obligation(let obligation): try update(obligation)
        case .guarantee(let guarantee): try update(guarantee)
        case .outage(let outage): try update(outage)
        case .order(let order): try self.record(order)
        case .cascade(let cascade): try update(cascade)
        case .erasure(let erasure): try update(erasure)
        }
    }

    private func remove(_ record: RegisterRecord) throws {
        switch record {
        case .person(let person): try remove(person)
        case .request(let request): try remove(request)
        case .order(let order): try remove(order)
        case .cascade(let cascade): try remove(cascade)
        case .erasure(let erasure): try remove(erasure)
        case .economicOperator, .account, .authorisation, .obligation, .guarantee, .outage:
            throw contradiction("a record was to be removed that stays for good")
        }
    }

    private func delete(_ name: Statement, of request: RequestIdentifier) throws {
        try statement(name, request.uuid).run()
    }
}
