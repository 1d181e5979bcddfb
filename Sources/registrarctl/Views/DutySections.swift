import Domain

extension ListSection {
    /// What is still to be done.
    static func obligations(
        _ found: (items: [Obligation], rest: ListingRest),
        title: String = "To be done",
        command: String
    ) -> ListSection {
        ListSection(
            "obligations",
            title: title,
            of: found,
            columns: DutyText.obligationColumns,
            command: command,
            cells: { DutyText.cells($0) },
            write: { DutyJSON.write($0, to: &$1) }
        )
    }

    static func authorisations(
        _ found: (items: [Authorisation], rest: ListingRest),
        _ name: String = "authorisations",
        title: String = "Authorisations",
        command: String
    ) -> ListSection {
        ListSection(
            name,
            title: title,
            of: found,
            columns: DutyText.authorisationColumns,
            command: command,
            cells: { DutyText.cells($0) },
            write: { DutyJSON.write($0, to: &$1) }
        )
    }

    static func guarantees(
        _ found: (items: [Guarantee], rest: ListingRest),
        command: String
    ) -> ListSection {
        ListSection(
            "guarantees",
            title: "Guarantees",
            of: found,
            columns: DutyText.guaranteeColumns,
            command: command,
            cells: { DutyText.cells($0) },
            write: { DutyJSON.write($0, to: &$1) }
        )
    }
}
