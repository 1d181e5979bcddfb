import Contract
import Domain

// How an example writes requests for relief.
extension ExampleMessage {
    /// What the message says unless the example says otherwise: Anne has moved from Brazil, and
    /// brings what she has used for a year.
    var reliefDefaults: [(String, JSONValue)] {
        let moved: [(String, JSONValue)] = [
            ("applicant", .string("anne")), ("arrivingFrom", .string("outside-eu")),
        ]
        switch name.split(separator: ".").last {
        case "household-goods":
            return [("requestId", .string("h1"))] + moved + [
                ("establishedOn", .string("2026-11-09")),
                ("declaredValue", .string("12345.67")), ("monthsAbroad", number(24)),
                ("monthsOwned", number(12)), ("ownedAndUsedAbroad", .boolean(true)),
                ("acquiredForImport", .boolean(false)), ("residence", .string("never-here")),
                ("nationality", .string("other")), ("permanentResidencePermit", .boolean(true)),
            ]
        case "vehicle":
            return [("requestId", .string("c1"))] + moved + [
                ("establishedOn", .string("2026-11-09")), ("vin", .string("WVWZZZ1JZXW000001")),
                ("monthsOwned", number(6)), ("kilometres", number(6001)),
                ("residenceMoved", .boolean(true)), ("firstRegisteredOn", .string("2025-03-01")),
            ]
        case "wedding":
            return [("requestId", .string("w1"))] + moved + [
                ("marriedOn", .string("2026-10-31")), ("place", .string("Clervaux")),
                ("oneSpouseResident", .boolean(true)), ("monthsAbroad", number(24)),
            ]
        case "pet":
            return [("requestId", .string("p1"))] + moved + [
                ("enteredOn", .string("2026-11-28")), ("species", .string("cat")),
                ("count", number(1)), ("identification", .string("transponder")),
                ("rabiesVaccinatedOn", .string("2026-11-07")), ("originCountry", .string("BR")),
            ]
        default:
            return [
                ("requestId", .string("t1")), ("applicant", .string("anne")),
                ("reliefRequestId", .string("h1")), ("what", .string("A piano")),
                ("plannedOn", .string("2027-01-15")), ("kind", .string("lend")),
            ]
        }
    }

    private func number(_ number: Int) -> JSONValue { .number(JSONNumber(number)) }

    /// What each is worth, such as `1000.00,20.00`.
    static func presents(_ text: String) -> JSONValue {
        .array(
            text.split(separator: ",").map { value in
                .object(JSONObject([JSONObject.Member("value", .string(String(value)))]))
            }
        )
    }
}
