/// What the sentences of the documents ask for, in words of our own, by the ids under which tests
/// name them: `A` is the registration procedure of LUCCS, `E` the movement of excise goods, `V` the
/// import of a vehicle, `R` what travellers and movers are told.
struct Sentence {
    let id: String
    let asks: String
    /// Whether it is a page's, and nothing that a service behind queues could do.
    var isPortals = false

    init(_ id: String, _ asks: String) {
        self.id = id
        self.asks = asks
    }

    private static func portal(_ id: String, _ asks: String) -> Sentence {
        var sentence = Sentence(id, asks)
        sentence.isPortals = true
        return sentence
    }

    static let access: [Sentence] = [
        .init("A01", "whom to turn to: mailbox and telephone of the service desk"),
        .portal("A02", "the page on which one enters"),
        .init("A03", "who asks has been authenticated by LuxTrust, GouvID or eIDAS"),
        .portal("A04", "the choice of a profile"),
        .init("A05", "a company is asked for by its legal representative"),
        .init("A06", "customs decide on a company"),
        .init("A07", "a grant brings the operator, its operations and the account"),
        .init("A08", "an employee names the company's EORI, and a manager decides"),
        .init("A09", "an employee may do what the person and the company both may"),
        .init("A10", "a natural person with an ad hoc EORI asks for an account"),
        .init("A11", "customs decide on a natural person"),
        .init("A12", "who has no ad hoc EORI asks customs for one"),
        .init("A13", "without the company's registration nobody becomes its employee"),
        .init("A14", "an EORI, and which of the six operations"),
        .init("A15", "name, surname and e-mail"),
        .init("A16", "the terms of use have been read and accepted"),
        .init("A17", "what personal data are processed for"),
        .init("A18", "data are kept as long as necessary"),
        .init("A19", "who receives them, for whoever asks"),
        .init("A20", "access, rectification and erasure"),
        .init("A21", "consent can be withdrawn at any time"),
        .init("A22", "one may object, but where processing is mandatory"),
        .init("A23", "these rights are exercised at the administration"),
        .init("A24", "one may complain to the supervisory authority"),
        .init("A25", "the terms of use, as A16"),
        .init("A26", "a mail that the request is pending; an employee's to the managers, too"),
        .init("A27", "a mail when it was decided, with the remarks"),
        .portal("A28", "logging out"),
        .init("A29", "name, surname and e-mail, as A15"),
    ]

    static let vehicles: [Sentence] = [
        .init("V01", "six months from the declaration of arrival"),
        .init("V02", "steps one after the other"),
        .init("V03", "who is about to move, or has moved"),
        .init("V04", "students need not register"),
        .init("V05", "nor need those with a company car of another EEA state"),
        .init("V06", "under three conditions"),
        .init("V07", "one declares one's presence at the commune"),
        .init("V08", "a bill of sale shows whose the vehicle is"),
        .init("V09", "where the holder of the document is not named as owner"),
        .init("V10", "as in many countries"),
        .init("V11", "all parts of the foreign registration document"),
        .init("V12", "how many parts there are"),
        .init("V13", "a registration number is asked for first"),
        .init("V14", "a standard number or a personalised one"),
        .init("V15", "a number is no registration"),
        .init("V16", "the number is confirmed, and plates are made"),
        .init("V17", "third-party insurance"),
        .init("V18", "which needs the chassis number and the number"),
        .init("V19", "and is valid"),
        .init("V20", "customs clear the vehicle, with the 705"),
        .init("V21", "the tax stamp"),
        .init("V22", "more for a personalised number"),
        .init("V23", "and another amount for one that is transferred"),
        .init("V24", "where stamps are bought, and the account"),
        .init("V25", "stamps are not sent by post"),
        .init("V26", "what the proof of a transfer has to say"),
        .init("V27", "more at the SNCA"),
        .init("V28", "the inspection is current"),
        .init("V29", "one from the EEA or Switzerland counts"),
        .init("V30", "or one from here"),
        .init("V31", "a sticker where there are no inspections"),
        .init("V32", "VAT for what is new or from outside"),
        .init("V33", "other costs"),
        .init("V34", "which documents the file has"),
        .init("V35", "at which sites, by appointment"),
        .init("V36", "originals are shown"),
        .init("V37", "a conformity check where the certificate is missing, or from outside"),
        .init("V38", "a certificate in the own name"),
        .init("V39", "an identity card is shown"),
        .init("V40", "a third party has a mandate and the owner's identity"),
        .init("V41", "a temporary disc for 30 days"),
        .init("V42", "road tax is due"),
        .init("V43", "the amount comes by post"),
        .init("V44", "unpaid for more than 60 days the vehicle may be immobilised"),
        .init("V45", "a parking permit"),
        .init("V46", "the driving licence"),
        .portal("V47", "the terms of use, as A17 to A25"),
        .init("V48", "all papers name the owner"),
    ]

    static let excise: [Sentence] = [
        .init("E01", "goods move under suspension between operators that are authorised"),
        .init("E02", "goods whose duty was paid move, too"),
        .portal("E03", "what private persons carry for themselves is not commercial"),
        .init("E04", "the duty is due where goods are released for consumption"),
        .init("E05", "alcohol, tobacco and energy products"),
        .init("E06", "the quantities received are declared"),
        .init("E07", "an excise number, temporary or permanent"),
        .init("E08", "occasional receipts: a guarantee, then the authorisation"),
        .init("E09", "frequent receipts: registered consignee or authorised warehousekeeper"),
        .init("E10", "excise numbers can be checked"),
        .init("E11", "the users of EMCS are named"),
        .init("E12", "the number is given to the supplier with each order"),
        .init("E13", "goods received are compared with the electronic document"),
        .init("E14", "the declaration by Thursday of the next week, or by a representative"),
        .init("E15", "the duty is paid by the same Thursday"),
        .init("E16", "the guarantee is recovered"),
        .init("E17", "the number is given to the supplier, as E12"),
        .init("E18", "goods received are compared, as E13"),
        .init("E19", "a report of receipt"),
        .init("E20", "a warehousekeeper declares what it releases by the Thursday"),
        .init("E21", "and pays the duty"),
        .init("E22", "goods are stored, or dispatched to a warehouse or a registered consignee"),
        .init("E23", "a registered consignee declares what it receives by the Thursday"),
        .init("E24", "the consignee's number is asked for and checked before a dispatch"),
        .init("E25", "the electronic document is prepared in EMCS: its code is known here"),
        .init("E26", "goods are dispatched"),
        .init("E27", "duties on goods that are dispatched are guaranteed"),
        .init("E28", "the consignee sends a report of receipt to the consignor"),
        .init("E29", "what is done while EMCS cannot be reached"),
        .init("E30", "a representative is appointed by a mandate"),
        .init("E31", "goods whose duty was paid move by EMCS, with a document of their own"),
        .init("E32", "who dispatches them is a certified consignor"),
        .init("E33", "and complies with the authorisation"),
        .init("E34", "and keeps stock records that satisfy the office"),
        .init("E35", "and enters goods from the start of the movement"),
        .init("E36", "and is available for inspection"),
        .init("E37", "who receives them is a certified consignee"),
        .init("E38", "and provides a guarantee before the dispatch"),
        .init("E39", "and complies, keeps stock records, and enters goods at the end"),
        .init("E40", "and declares and pays by the Thursday"),
        .init("E41", "and submits to any control"),
        .init("E42", "the office in charge: one of two"),
    ]
}
