import Domain

extension Excise.Product {
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

extension Excise.Kind {
    func name(in language: Language) -> String {
        switch (self, language) {
        case (_, .english): rawValue.replacing("-", with: " ")
        case (.temporaryRegisteredConsignee, .french): "destinataire enregistré à titre temporaire"
        case (.temporaryRegisteredConsignee, .german): "registrierter Empfänger im Einzelfall"
        case (.temporaryRegisteredConsignee, .luxembourgish):
            "temporäre registréierten Destinatär"
        case (.registeredConsignee, .french): "destinataire enregistré"
        case (.registeredConsignee, .german): "registrierter Empfänger"
        case (.registeredConsignee, .luxembourgish): "registréierten Destinatär"
        case (.authorisedWarehousekeeper, .french): "entrepositaire agréé"
        case (.authorisedWarehousekeeper, .german): "zugelassener Lagerinhaber"
        case (.authorisedWarehousekeeper, .luxembourgish): "agreéierten Entrepositaire"
        case (.certifiedConsignor, .french): "expéditeur certifié"
        case (.certifiedConsignor, .german): "zertifizierter Versender"
        case (.certifiedConsignor, .luxembourgish): "zertifizéierten Expediteur"
        case (.certifiedConsignee, .french): "destinataire certifié"
        case (.certifiedConsignee, .german): "zertifizierter Empfänger"
        case (.certifiedConsignee, .luxembourgish): "zertifizéierten Destinatär"
        case (.temporaryCertifiedConsignee, .french): "destinataire certifié à titre temporaire"
        case (.temporaryCertifiedConsignee, .german): "zertifizierter Empfänger im Einzelfall"
        case (.temporaryCertifiedConsignee, .luxembourgish):
            "temporären zertifizéierten Destinatär"
        }
    }
}
