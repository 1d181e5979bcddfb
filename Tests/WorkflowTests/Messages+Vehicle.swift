import Domain

extension Messages {
    /// With all papers, `zq7` in what a vehicle is known by.
    static func vehicle(_ number: Int, by person: String) -> Draft {
        let vehicle = #"""
            {"vin":"ZQ7VIN","make":"zq7","firstRegisteredOn":"2010-01-01","originCountry":"FR",\
            "originEEA":true,"new":false,"kilometres":7}
            """#.replacing("\\\n", with: "")
        let papers = [
            ("number-confirmation", ""), ("insurance", #","validUntil":"2036-12-31""#),
            ("chancellery-stamp", ""), ("registration-certificate-application", ""),
            ("foreign-registration-document", ""),
            ("technical-inspection", #","validUntil":"2036-12-31","country":"FR""#),
        ].map { #"{"kind":"\#($0.0)","reference":"zq7"\#($0.1)}"# }
        return byApplicant(
            "vehicle.import",
            number,
            person,
            "vehicle-\(number)",
            #","situation":"resident","arrivalDeclaredOn":"2026-09-01","commune":"zq7""#
                + #","vehicle":\#(vehicle),"holderIsOwner":true,"plate":{"kind":"standard"}"#
                + #","submittedBy":"owner","documents":[\#(papers.joined(separator: ","))]"#
        )
    }

    static func clearance(_ number: Int) -> Draft {
        stepDecision(number, customs, "customs-authority", #","customsReference":"ZQ7""#)
    }

    static func registration(ofVehicle number: Int) -> Draft {
        stepDecision(number, "vehicle-authority", "vehicle-authority", #","plateNumber":"ZQ7777""#)
    }

    /// An authority says what is to be paid, or was.
    static func money(_ kind: String, _ number: Int, _ more: String) -> Draft {
        let actor = actor("carl", "customs-authority")
        return Draft(
            routingKey: "approval.\(kind)",
            user: customs,
            source: "urn:test:customs",
            identifier: "\(kind)-\(number)",
            subject: "\(request(number))",
            data: #"{"requestId":"\#(request(number))","actor":\#(actor),"kind":"road-tax""#
                + #","amount":"7777.77"\#(more)}"#
        )
    }

    private static func stepDecision(
        _ number: Int,
        _ user: String,
        _ role: String,
        _ more: String
    ) -> Draft {
        let actor = actor("carl", role)
        return Draft(
            routingKey: "approval.decision",
            user: user,
            source: "urn:test:\(user)",
            identifier: "\(role)-\(number)",
            subject: "\(request(number))",
            data:
                #"{"requestId":"\#(request(number))","actor":\#(actor),"outcome":"granted"\#(more)}"#
        )
    }
}
