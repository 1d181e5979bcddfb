// Natural persons' numbers: in tables their surrogates stand in their place.
extension Statement {
    /// What stands in tables for the EORI that a parameter has.
    static func key(_ parameter: String) -> String {
        "coalesce((SELECT identifier FROM surrogate WHERE eori = \(parameter)), \(parameter))"
    }

    /// The EORI for which the column of the table stands; the surrogate itself, once the number is
    /// gone.
    private static func eori(_ column: String, of table: String) -> String {
        let name = "\(table).\(column)"
        return """
            iif(length(\(name)) = 36, coalesce(
                (SELECT surrogate.eori FROM surrogate WHERE identifier = \(name)), \(name)),
                \(name))
            """
    }

    private static func selection(_ columns: String, of table: String) -> String {
        ["eori", "counterparty"].reduce(columns) { columns, column in
            columns.replacing(" \(column),", with: " \(eori(column, of: table)),")
        }
    }

    /// The columns of the same names, with numbers in the place of surrogates.
    static let requestSelection = selection(requestColumns, of: "request")
    static let accountSelection = selection(accountColumns, of: "account")
    static let authorisationSelection = selection(authorisationColumns, of: "authorisation")
    static let cascadeSelection = selection(cascadeColumns, of: "cascade")
    static let obligationSelection = selection(obligationColumns, of: "obligation")
    static let guaranteeSelection = selection(guaranteeColumns, of: "guarantee")
}
