import Domain

extension ExciseProduct {
    func name(in language: Language) -> String {
        switch (self, language) {
        case (.alcohol, .english): "alcoholic beverages"
        case (.alcohol, .french): "boissons alcooliques"
        case (.alcohol, .german): "alkoholische Getränke"
        case (.alcohol, .luxembourgish): "alkoholesch Gedrénks"
        case (.tobacco, .english): "tobacco products"
        case (.tobacco, .french): "produits du tabac"
        case (.tobacco, .german): "Tabakwaren"
        case (.tobacco, .luxembourgish): "Tubaksprodukter"
        case (.energy, .english): "energy products"
        case (.energy, .french): "produits énergétiques"
        case (.energy, .german): "Energieerzeugnisse"
        case (.energy, .luxembourgish): "Energieprodukter"
        }
    }
}

extension AuthorisationKind {
    func name(in language: Language) -> String {
        switch language {
        case .english: rawValue.replacing("-", with: " ")
        case .french: french
        case .german: german
        case .luxembourgish: luxembourgish
        }
    }

    private var french: String {
        switch self {
        case .temporaryRegisteredConsignee: "destinataire enregistré à titre temporaire"
        case .registeredConsignee: "destinataire enregistré"
        case .authorisedWarehousekeeper: "entrepositaire agréé"
        case .certifiedConsignor: "expéditeur certifié"
        case .certifiedConsignee: "destinataire certifié"
        case .temporaryCertifiedConsignee: "destinataire certifié à titre temporaire"
        }
    }

    private var german: String {
        switch self {
        case .temporaryRegisteredConsignee: "registrierter Empfänger im Einzelfall"
        case .registeredConsignee: "registrierter Empfänger"
        case .authorisedWarehousekeeper: "zugelassener Lagerinhaber"
        case .certifiedConsignor: "zertifizierter Versender"
        case .certifiedConsignee: "zertifizierter Empfänger"
        case .temporaryCertifiedConsignee: "zertifizierter Empfänger im Einzelfall"
        }
    }

    private var luxembourgish: String {
        switch self {
        case .temporaryRegisteredConsignee: "temporäre registréierten Destinataire"
        case .registeredConsignee: "registréierten Destinataire"
        case .authorisedWarehousekeeper: "agreéierten Entrepositaire"
        case .certifiedConsignor: "zertifizéierten Expediteur"
        case .certifiedConsignee: "zertifizéierten Destinataire"
        case .temporaryCertifiedConsignee: "temporären zertifizéierten Destinataire"
        }
    }
}
