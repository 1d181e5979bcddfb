import Contract
import Domain
import Procedures

extension AuthorisationStatus {
    var style: Style {
        switch self {
        case .active: .good
        case .lapsed: .faint
        case .revoked: .bad
        }
    }
}

extension ObligationStatus {
    var style: Style {
        switch self {
        case .open: .waiting
        case .met, .metLate: .good
        case .notDue: .faint
        case .overdue: .bad
        }
    }
}

extension GuaranteeStatus {
    var style: Style {
        switch self {
        case .held: .good
        case .released: .faint
        case .partlyCalled, .called: .bad
        }
    }
}

extension Authorisation {
    /// The last day on which it is in force, as far as is known.
    fileprivate var end: CivilDate? { [validUntil, revokedOn].compactMap(\.self).min() }

    /// What people call its kind.
    var kindInWords: String { ProcedureCatalogue.words(forKind: kind) }

    /// From when until when it is in force.
    var period: String { "\(validFrom) – \(end?.description ?? "")" }
}

extension Obligation {
    /// What is to be done, in words.
    var kindInWords: String { ProcedureCatalogue.words(forKind: kind) }
}

/// Words and columns for what operators may do, have to do, and have given for it.
enum DutyText {
    /// As messages have it, such as `10000.00 EUR`.
    static func euros(cents: some BinaryInteger) -> String { "\(Euros.text(Int64(cents))) EUR" }

    static let authorisationColumns: [Table.Column] = [
        .text("NUMBER"), .flexible("KIND"), .text("EORI"), .text("OTHER SIDE", isOptional: true),
        .text("IN FORCE"), .text("STATUS"), .flexible("SCOPE", isOptional: true),
    ]

    static func cells(_ authorisation: Authorisation) -> [Cell] {
        [
            Cell(authorisation.number.text), Cell(authorisation.kindInWords),
            Cell(authorisation.eori.number ?? ""), Cell(authorisation.counterparty?.number ?? ""),
            Cell(authorisation.period),
            Cell(authorisation.status.rawValue, authorisation.status.style),
            Cell(authorisation.scope.joined(separator: ", ")),
        ]
    }

    static let obligationColumns: [Table.Column] = [
        .text("DUE"), .text("STATUS"), .flexible("WHAT"), .text("ABOUT"), .text("EORI"),
        .text("AUTHORISATION", isOptional: true),
    ]

    static func cells(_ obligation: Obligation) -> [Cell] {
        [
            Cell(obligation.day),
            Cell(obligation.status.rawValue, obligation.status.style),
            Cell(obligation.kindInWords), Cell(obligation.reference),
            Cell(obligation.holder.eori?.number ?? ""),
            Cell(obligation.authorisation?.text ?? ""),
        ]
    }

    static let guaranteeColumns: [Table.Column] = [
        .text("GUARANTEE"), .text("EORI"), .number("AMOUNT"), .number("HELD"),
        .text("CALLED", isOptional: true), .text("GIVEN BACK", isOptional: true),
        .text("STATUS"), .text("AUTHORISATION"), .text("ABOUT", isOptional: true),
    ]

    static func cells(_ guarantee: Guarantee) -> [Cell] {
        [
            Cell(guarantee.identifier.description), Cell(guarantee.holder.eori?.number ?? ""),
            Cell(euros(cents: guarantee.amountCents)), Cell(euros(cents: guarantee.heldCents)),
            Cell(guarantee.calledCents == 0 ? "" : euros(cents: guarantee.calledCents)),
            Cell(guarantee.releasedCents == 0 ? "" : euros(cents: guarantee.releasedCents)),
            Cell(guarantee.status.rawValue, guarantee.status.style),
            Cell(guarantee.authorisation?.text ?? ""), Cell(guarantee.reference ?? ""),
        ]
    }
}

/// Authorisations, obligations and guarantees as JSON shows them.
enum DutyJSON {
    static func write(_ authorisation: Authorisation, to json: inout JSONWriter) {
        json.member("authorisation", authorisation.number.text)
        json.member("requestId", authorisation.request.description)
        json.member("procedure", authorisation.procedure)
        json.member("kind", authorisation.kind)
        json.member("eori", authorisation.eori.number)
        json.optionalMember("counterparty", authorisation.counterparty?.number)
        json.member("scope", authorisation.scope)
        json.member("validFrom", authorisation.validFrom.description)
        json.member("validUntil", authorisation.validUntil?.description)
        json.member("status", authorisation.status.rawValue)
        json.member("revokedOn", authorisation.revokedOn?.description)
        json.member("warnAt", authorisation.warnAt?.description)
        json.member("lapseAt", authorisation.lapseAt?.description)
    }

    static func write(_ obligation: Obligation, to json: inout JSONWriter) {
        json.member("obligation", obligation.identifier.description)
        json.member("requestId", obligation.request.description)
        json.member("procedure", obligation.procedure)
        json.member("kind", obligation.kind)
        json.member("manner", obligation.manner.rawValue)
        write(obligation.holder, to: &json)
        json.member("authorisation", obligation.authorisation?.text)
        json.member("reference", obligation.reference)
        json.member("arisenOn", obligation.arisenOn.description)
        json.member("dueOn", obligation.dueOn?.description)
        json.member("status", obligation.status.rawValue)
        json.member("metOn", obligation.metOn?.description)
        json.member("remindAt", obligation.remindAt?.description)
    }

    static func write(_ guarantee: Guarantee, to json: inout JSONWriter) {
        json.member("guarantee", guarantee.identifier.description)
        json.member("requestId", guarantee.request.description)
        json.member("procedure", guarantee.procedure)
        write(guarantee.holder, to: &json)
        json.member("authorisation", guarantee.authorisation?.text)
        json.member("reference", guarantee.reference)
        json.member("status", guarantee.status.rawValue)
        json.member("amountCents", guarantee.amountCents)
        json.member("calledCents", guarantee.calledCents)
        json.member("releasedCents", guarantee.releasedCents)
        json.member("heldCents", guarantee.heldCents)
    }

    private static func write(_ holder: Holder, to json: inout JSONWriter) {
        json.member("eori", holder.eori?.number)
        json.optionalMember("person", holder.person?.description)
    }
}
