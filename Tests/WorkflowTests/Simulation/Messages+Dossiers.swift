import Domain

// What a simulation makes up of vehicles, relief and what authorities say of them.
extension Messages {
    static func vehicle(
        _ number: Int,
        _ vehicle: Sent.Dossier.Vehicle,
        by person: String,
        _ identifier: String
    ) -> Draft {
        let described =
            #"{"vin":"\#(vehicle.vin)","make":"see the file","#
            + #""firstRegisteredOn":"\#(vehicle.firstRegisteredOn)","#
            + #""originCountry":"\#(vehicle.country)","originEEA":\#(vehicle.country != "US"),"#
            + #""new":false,"kilometres":7,"registrationParts":\#(vehicle.parts)}"#
        let plate = #"{"kind":"\#(vehicle.plate)"\#(member("number", vehicle.number))}"#
        let owner = #","owner":{"familyName":"Weber","givenName":"Guy"}"#
        let arrival = member("arrivalDeclaredOn", vehicle.arrivedOn.map { "\($0)" })
        return byApplicant(
            "vehicle.import",
            number,
            person,
            identifier,
            #","situation":"\#(vehicle.situation)""#
                + (vehicle.arrivedOn == nil ? "" : #"\#(arrival),"commune":"see the file""#)
                + #","vehicle":\#(described),"holderIsOwner":\#(vehicle.isHoldersOwn)"#
                + #","plate":\#(plate),"boughtAtSNCA":\#(vehicle.isBoughtAtSNCA)"#
                + #","subjectToInspection":\#(vehicle.isInspected)"#
                + #","submittedBy":"\#(vehicle.isByThirdParty ? "third-party" : "owner")""#
                + (vehicle.isByThirdParty ? owner : "")
                + member("reliefRequestId", vehicle.relief) + papers(vehicle.papers)
        )
    }

    static func relief(
        _ number: Int,
        _ goods: Sent.Dossier.Goods,
        by person: String,
        on day: CivilDate,
        _ identifier: String
    ) -> Draft {
        let special = goods.isSpecial ? #","special":"see the file""# : ""
        let established = member("establishedOn", goods.establishedOn.map { "\($0)" })
        let members =
            switch goods.profile {
            case "household-goods":
                #","declaredValue":"\#(euros(goods.cents))","monthsAbroad":\#(goods.monthsAbroad)"#
                    + #","monthsOwned":12,"ownedAndUsedAbroad":true,"acquiredForImport":false"#
                    + #","residence":"never-here","nationality":"other""#
                    + #","permanentResidencePermit":true\#(special)\#(established)"#
            case "vehicle":
                #","vin":"\#(goods.vin)","monthsOwned":6,"kilometres":\#(goods.kilometres)"#
                    + #","residenceMoved":true,"firstRegisteredOn":"2020-03-01"\#(established)"#
            case "wedding":
                #","marriedOn":"\#(goods.marriedOn ?? day)","place":"see the file""#
                    + #","oneSpouseResident":true,"monthsAbroad":\#(goods.monthsAbroad)\#(special)"#
            default:
                #","species":"cat","count":1,"identification":"transponder""#
                    + (goods.isVaccinated ? #","rabiesVaccinatedOn":"2026-01-01""# : "")
                    + #","originCountry":"BR""#
            }
        return byApplicant(
            "relief.\(goods.profile)",
            number,
            person,
            identifier,
            #","arrivingFrom":"\#(goods.isFromUnion ? "eu" : "outside-eu")"\#(members)"#
                + papers(goods.papers, issuedOn: "2020-01-01")
        )
    }

    static func supplement(
        _ number: Int,
        _ supplement: Sent.Dossier.Supplement,
        by person: String,
        _ identifier: String
    ) -> Draft {
        let arrival = member("arrivalDeclaredOn", supplement.arrivedOn.map { "\($0)" })
        return byApplicant(
            "supplement",
            number,
            person,
            identifier,
            #","answer":"here it is""#
                + (supplement.arrivedOn == nil ? "" : #"\#(arrival),"commune":"see the file""#)
                + member("establishedOn", supplement.establishedOn.map { "\($0)" })
                + papers(supplement.papers, issuedOn: "2020-01-01")
        )
    }

    static func dossierDecision(
        _ number: Int,
        _ decision: Sent.Dossier.Decision,
        by person: String,
        _ identifier: String
    ) -> Draft {
        let isTold = decision.outcome != "granted" || !decision.waived.isEmpty
        return byOffice(
            "decision",
            number,
            decision.role,
            person,
            identifier,
            #","outcome":"\#(decision.outcome)""#
                + (decision.revision.map { #","revision":\#($0)"# } ?? "")
                + member("plateNumber", decision.plate)
                + member("customsReference", decision.hasReference ? "\(DossierDesk.mark)705" : nil)
                + (decision.isProvisional ? #","provisional":true"# : "")
                + member("acceptedOn", decision.acceptedOn.map { "\($0)" })
                + (decision.waived.isEmpty ? "" : #","waive":\#(list(decision.waived))"#)
                + (isTold ? #","remarks":"see the file""# : "")
        )
    }

    /// - Parameter message: `charge` or `payment`.
    static func money(
        _ message: String,
        _ number: Int,
        _ kind: String,
        _ cents: Int64,
        on day: CivilDate,
        by person: String,
        _ identifier: String
    ) -> Draft {
        byOffice(
            message,
            number,
            "customs-authority",
            person,
            identifier,
            #","kind":"\#(kind)","amount":"\#(euros(cents))""#
                + #","\#(message == "charge" ? "dueOn" : "paidOn")":"\#(day)""#
        )
    }

    private static func byOffice(
        _ message: String,
        _ number: Int,
        _ role: String,
        _ person: String,
        _ identifier: String,
        _ more: String
    ) -> Draft {
        Draft(
            routingKey: "approval.\(message)",
            user: role == "customs-authority" ? customs : role,
            source: "urn:test:office",
            identifier: identifier,
            subject: "\(request(number))",
            data: #"{"requestId":"\#(request(number))","actor":\#(actor(person, role))\#(more)}"#
        )
    }

    private static func papers(
        _ papers: [Sent.Dossier.Paper],
        issuedOn: String? = nil
    ) -> String {
        let documents = papers.map { paper in
            #"{"kind":"\#(paper.kind)","reference":"\#(paper.reference)""#
                + member("issuedOn", issuedOn)
                + member("validUntil", paper.validUntil.map { "\($0)" })
                + member("country", paper.country) + "}"
        }
        return documents.isEmpty ? "" : #","documents":[\#(documents.joined(separator: ","))]"#
    }

    private static func member(_ name: String, _ text: String?) -> String {
        text.map { #","\#(name)":"\#($0)""# } ?? ""
    }

    private static func euros(_ cents: Int64) -> String {
        let rest = cents % 100
        return "\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
