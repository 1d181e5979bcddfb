extension Messages {
    /// - Parameter more: Members of `data`, besides how the person comes.
    static func traveller(
        _ number: Int,
        by person: String = "anne",
        _ more: String = #","goods":[{"kind":"cigarettes","quantity":801,"unit":"piece"}]"#
    ) -> Draft {
        byApplicant(
            "traveller.declaration",
            number,
            person,
            "traveller-\(number)",
            #","arrivingFrom":"outside-eu","by":"air","age":34\#(more)"#
        )
    }
}
