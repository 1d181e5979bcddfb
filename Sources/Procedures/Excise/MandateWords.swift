import Domain

extension Excise.Representation {
    func name(in language: Language) -> String {
        switch (self, language) {
        case (.direct, .english): "direct: in the name of the operator"
        case (.direct, .french): "directe : au nom de l'opérateur"
        case (.direct, .german): "direkt: im Namen des Wirtschaftsbeteiligten"
        case (.direct, .luxembourgish): "direkt: am Numm vum Operateur"
        case (.indirect, .english): "indirect: in its own name, on behalf of the operator"
        case (.indirect, .french): "indirecte : en son propre nom, pour le compte de l'opérateur"
        case (.indirect, .german):
            "indirekt: im eigenen Namen, für Rechnung des Wirtschaftsbeteiligten"
        case (.indirect, .luxembourgish): "indirekt: am eegenen Numm, fir den Operateur"
        }
    }
}

extension Excise.MandateScope {
    func name(in language: Language) -> String {
        switch (self, language) {
        case (.emcs, .english): "EMCS: users, movements of goods, reports"
        case (.emcs, .french): "EMCS : utilisateurs, mouvements de marchandises, rapports"
        case (.emcs, .german): "EMCS: Nutzer, Warenbeförderungen, Meldungen"
        case (.emcs, .luxembourgish): "EMCS: Benotzer, Beweegunge vu Wuer, Rapporten"
        case (.declaration, .english): "AC4 declarations and payments"
        case (.declaration, .french): "déclarations AC4 et paiements"
        case (.declaration, .german): "AC4-Anmeldungen und Zahlungen"
        case (.declaration, .luxembourgish): "AC4-Deklaratiounen a Bezuelungen"
        }
    }
}

extension Excise.Duty {
    /// On a line of its own, before what it is about.
    func name(in language: Language) -> String {
        switch (self, language) {
        case (.declaration, .english): "AC4 declaration"
        case (.declaration, .french): "déclaration AC4"
        case (.declaration, .german): "AC4-Anmeldung"
        case (.declaration, .luxembourgish): "AC4-Deklaratioun"
        case (.payment, .english): "payment of the duty"
        case (.payment, .french): "paiement du droit"
        case (.payment, .german): "Zahlung der Steuer"
        case (.payment, .luxembourgish): "Bezuele vun der Accise"
        case (.reportOfReceipt, .english): "report of receipt"
        case (.reportOfReceipt, .french): "accusé de réception"
        case (.reportOfReceipt, .german): "Eingangsmeldung"
        case (.reportOfReceipt, .luxembourgish): "Empfangsrapport"
        case (.receiptExpected, .english): "report of receipt by the consignee"
        case (.receiptExpected, .french): "accusé de réception du destinataire"
        case (.receiptExpected, .german): "Eingangsmeldung des Empfängers"
        case (.receiptExpected, .luxembourgish): "Empfangsrapport vum Destinatär"
        case (.catchUp, .english): "entry in EMCS"
        case (.catchUp, .french): "saisie dans EMCS"
        case (.catchUp, .german): "Eintrag in EMCS"
        case (.catchUp, .luxembourgish): "Androung an EMCS"
        case (.stockRecord, .english): "entry in the stock records"
        case (.stockRecord, .french): "inscription dans la comptabilité"
        case (.stockRecord, .german): "Eintrag in die Bestandsaufzeichnungen"
        case (.stockRecord, .luxembourgish): "Androung an der Comptabilitéit"
        }
    }
}

/// What mails about mandates say where there is nothing to name.
enum MandateWords {
    /// In the place of a last day.
    static func withoutEnd(in language: Language) -> String {
        switch language {
        case .english: "until one side ends it"
        case .french: "jusqu'à ce qu'une partie y mette fin"
        case .german: "bis eine Seite sie beendet"
        case .luxembourgish: "bis eng Säit en ophieft"
        }
    }

    /// In the place of what is still to be done.
    static func nothingOpen(in language: Language) -> String {
        switch language {
        case .english: "nothing"
        case .french: "rien"
        case .german: "nichts"
        case .luxembourgish: "näischt"
        }
    }
}
