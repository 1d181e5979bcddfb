import TestKit

// What people who move, marry or bring pets send, and what customs answer.
extension Messages {
    /// - Parameter profile: `household-goods`, `vehicle`, `wedding` or `pet`.
    private static func relief(
        _ profile: String,
        _ number: Int,
        by person: String = "anne",
        _ more: String = ""
    ) -> Draft {
        let members =
            switch profile {
            case "household-goods":
                #""establishedOn":"2026-09-01","declaredValue":"12345.67","monthsAbroad":11,"#
                    + #""monthsOwned":12,"ownedAndUsedAbroad":true,"acquiredForImport":false,"#
                    + #""residence":"never-here","nationality":"other","#
                    + #""permanentResidencePermit":true,"special":"see the file""#
            case "vehicle":
                #""vin":"WVWZZZ1JZXW000001","monthsOwned":6,"kilometres":6001,"#
                    + #""residenceMoved":true,"firstRegisteredOn":"2025-03-01""#
            case "wedding":
                #""marriedOn":"2026-08-01","place":"see the file","oneSpouseResident":true,"#
                    + #""monthsAbroad":24"#
            default:
                #""species":"cat","count":1,"identification":"transponder","#
                    + #""rabiesVaccinatedOn":"2026-08-01","originCountry":"BR""#
            }
        return byApplicant(
            "relief.\(profile)",
            number,
            person,
            "relief-\(number)",
            #","arrivingFrom":"outside-eu",\#(members)\#(more)"#
        )
    }

    /// What Anne brings: relief for her goods is granted provisionally, then for good.
    ///
    /// - Parameter first: The number of the request for her goods; others follow it.
    static func reliefGranted(_ first: Int) -> [Draft] {
        let papers = [
            "packing-list", "transport-document", "customs-declaration", "inventory",
            "used-goods-attestation", "relief-certificate", "residence-certificate",
        ].map { #"{"kind":"\#($0)","reference":"see the file"}"# }.joined(separator: ",")
        let words = #""see the file""#
        return [
            relief("household-goods", first, #","documents":[\#(papers)]"#),
            relief("vehicle", first + 1), relief("wedding", first + 2), relief("pet", first + 3),
            reliefGrant(
                first,
                #","provisional":true,"conditions":\#(words)"#,
                identifier: "relief-first"
            ),
            deposit(first, "1.00", on: "2026-09-21"),
            reliefGrant(
                first,
                #","waive":["passport"],"remarks":\#(words)"#,
                identifier: "relief-last"
            ),
        ]
    }

    /// A part of them is passed on, and customs charge what falls due.
    static func reliefPassedOn(_ first: Int) -> [Draft] {
        [
            charge(first, "1.00", on: "2026-10-21"),
            transferNotice(first + 4, of: first, on: "2026-10-01"),
        ]
    }

    /// - Parameter more: further members, each with a comma before it.
    private static func reliefGrant(_ number: Int, _ more: String, identifier: String) -> Draft {
        byCustoms("decision", number, #""outcome":"granted"\#(more)"#, identifier: identifier)
    }

    private static func deposit(_ number: Int, _ amount: String, on day: String) -> Draft {
        let members = #""kind":"deposit","amount":"\#(amount)","paidOn":"\#(day)""#
        return byCustoms("payment", number, members, identifier: "deposit-\(number)")
    }

    private static func charge(_ number: Int, _ amount: String, on day: String) -> Draft {
        let members = #""kind":"charges","amount":"\#(amount)","dueOn":"\#(day)""#
        return byCustoms("charge", number, members, identifier: "charge-\(number)")
    }

    private static func transferNotice(_ number: Int, of relief: Int, on day: String) -> Draft {
        byApplicant(
            "relief.transfer-notice",
            number,
            "anne",
            "notice-\(number)",
            #","reliefRequestId":"\#(request(relief))","what":"see the file","#
                + #""plannedOn":"\#(day)","kind":"lend""#
        )
    }

    private static func byCustoms(
        _ kind: String,
        _ number: Int,
        _ members: String,
        identifier: String
    ) -> Draft {
        let actor = actor("claude", "customs-authority")
        return Draft(
            routingKey: "approval.\(kind)",
            user: customs,
            source: "urn:test:office",
            identifier: identifier,
            subject: "\(request(number))",
            data: #"{"requestId":"\#(request(number))","actor":\#(actor),\#(members)}"#
        )
    }
}
