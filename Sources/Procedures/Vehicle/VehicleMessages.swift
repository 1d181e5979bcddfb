import Contract
import Domain

extension VehicleImport {
    static func read(_ data: inout PayloadReader, _: Envelope) -> (any Command)? {
        let identifier = data.requestIdentifier()
        let applicant = data.applicant()
        var stated = data.stated(Imported.all.filter { $0.topMember != "owner" })
        let owner = data.owner(of: stated)
        let documents = data.documents()
        data.check(companyCar: stated)
        data.check(vehicle: stated)
        guard let identifier, let applicant else { return nil }
        for (field, value) in Imported.defaults where stated[field] == nil {
            stated[field] = value
        }
        let isTransferred = stated[Imported.plateKind] == Vehicle.Plate.transferred.rawValue
        if isTransferred, stated[Imported.plateNumber] != nil {
            stated[Imported.plateNamed] = "true"
        }
        return VehicleImport(
            identifier: identifier,
            applicant: applicant,
            stated: stated.updated(with: owner),
            documents: documents ?? []
        )
    }
}

extension PayloadReader {
    /// `owner`: who the vehicle belongs to, where somebody else hands in the file.
    fileprivate mutating func owner(of stated: RequestFields) -> RequestFields {
        let isThirdParty =
            stated[Imported.submittedBy] == Vehicle.Submitter.thirdParty.rawValue
        var names = RequestFields()
        guard isThirdParty || has("owner") else { return names }
        object("owner") { owner in
            names[Imported.ownerFamilyName] = owner.name("familyName")
            names[Imported.ownerGivenName] = owner.name("givenName")
        }
        if !isThirdParty {
            report("goes with a third party alone: the applicant is the owner", at: "owner")
        }
        return names
    }

    fileprivate mutating func check(companyCar stated: RequestFields) {
        let isCompanyCar =
            stated[Imported.situation] == Vehicle.Situation.companyCar.rawValue
        for field in [
            Imported.companyCarUse, Imported.companyCountry, Imported.registeredThere,
            Imported.usedInPerson,
        ] where isCompanyCar && !has(field.name) {
            report("is required with a company car", at: field.name)
        }
        if has(Imported.arrivalDeclaredOn.name), !has(Imported.commune.name) {
            report("is required with \(Imported.arrivalDeclaredOn.name)", at: Imported.commune.name)
        }
    }

    fileprivate mutating func check(vehicle stated: RequestFields) {
        if let kind = stated[Imported.plateKind], kind != Vehicle.Plate.transferred.rawValue,
            stated[Imported.plateNumber] != nil
        {
            report("states a number with the kind transferred alone", at: "plate")
        }
        guard let new = stated[Imported.new] else { return }
        if new == "false", stated[Imported.firstRegisteredOn] == nil {
            report("has to say when it was registered first, unless it is new", at: "vehicle")
        }
    }
}
